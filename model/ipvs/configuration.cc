// SPDX-License-Identifier: GPL-2.0-or-later
// Changes of services and destinations (kernel: ip_vs_add_service() and its neighbours in ip_vs_ctl.c).
#include <fmt/format.h>

#include <algorithm>

#include "ipvs/core.h"
#include "ipvs/ip-vs.h"

namespace lvs::ipvs {

Core::Bucket& bucket_for(Core& core, const ServiceKey& key);

namespace {

constexpr std::uint16_t kFtpPort = 21;
constexpr base::Time kTrashPeriod = std::chrono::seconds(120);
constexpr base::Time kNodestDelay = std::chrono::milliseconds(10);  // one tick, queued work

void count_service(Core& core, const ServiceKey& key, bool add) {
  std::size_t* counter = key.port == kFtpPort ? &core.ftp_services : key.port == 0 ? &core.any_port_services : nullptr;
  if (counter != nullptr) *counter += add ? 1 : std::size_t(-1);
}

bool scheduler_known(const std::string& name, std::unique_ptr<Scheduler>& made) {
  if (name.empty() || name == "none") return true;
  made = make_scheduler(name);
  return made != nullptr;
}

Destination* find_destination(const VirtualService& service, base::Ipv4Addr addr, std::uint16_t port) {
  for (Destination* dest : service.destinations) {
    if (dest->addr == addr && dest->port == port) return dest;
  }
  return nullptr;
}

// Kernel: the first checks of ip_vs_add_dest() and ip_vs_edit_dest().
Error check(const DestinationConfig& config) {
  if (config.weight < 0 || config.lower_threshold > config.upper_threshold) return Error::range;
  if (config.tunnel_type == TunnelType::gue && config.tunnel_port == 0) return Error::invalid;
  return Error::none;
}

Core::RealServer real_server_of(const Destination& dest) {
  return {dest.addr, dest.method == ForwardMethod::ipip ? dest.tunnel_port : dest.port};
}

void forget_real_server(Core& core, Destination& dest) {
  const auto at = core.real_servers.find(real_server_of(dest));
  if (at == core.real_servers.end()) return;
  std::erase(at->second, &dest);
  if (at->second.empty()) core.real_servers.erase(at);
}

// Kernel: ip_vs_rs_hash().
void remember_real_server(Core& core, Destination& dest) {
  if (dest.method == ForwardMethod::masq || dest.method == ForwardMethod::ipip) {
    core.real_servers[real_server_of(dest)].push_back(&dest);
  }
}

// Kernel: __ip_vs_update_dest().
void update(Core& core, VirtualService& service, Destination& dest, const DestinationConfig& config, bool add) {
  if (add || config.weight != 0) dest.last_weight = config.weight;
  dest.weight = config.weight;
  if (!add) forget_real_server(core, dest);
  dest.method = config.method;
  dest.tunnel_type = config.tunnel_type;
  dest.tunnel_port = config.tunnel_port;
  dest.tunnel_flags = config.tunnel_flags;
  remember_real_server(core, dest);
  // Statistics go on when a destination returns to its old service, and begin again in a new one.
  if (dest.service != &service) {
    dest.stats.zero();
    dest.service = &service;
  }
  dest.available = true;
  if (config.upper_threshold == 0 || config.upper_threshold > dest.upper_threshold) dest.overloaded = false;
  dest.upper_threshold = config.upper_threshold;
  dest.lower_threshold = config.lower_threshold;
  dest.route_generation = 0;
  if (add) {
    service.destinations.insert(service.destinations.begin(), &dest);
    if (service.scheduler) service.scheduler->added(service, dest);
  } else if (service.scheduler) {
    service.scheduler->edited(service, dest);
  }
}

// Kernel: ip_vs_trash_get_dest().
Destination* take_from_trash(Core& core, const VirtualService& service, base::Ipv4Addr addr, std::uint16_t port) {
  const auto it = std::ranges::find_if(core.trash, [&](const Destination* dest) {
    return dest->addr == addr && dest->port == port && dest->key.fwmark == service.key.fwmark &&
           dest->key.protocol == service.key.protocol &&
           (service.key.fwmark != 0 || (dest->key.addr == service.key.addr && dest->key.port == service.key.port));
  });
  if (it == core.trash.end()) return nullptr;
  Destination* dest = *it;
  core.trash.erase(it);
  return dest;
}

// Kernel: __ip_vs_del_dest(): connections may still point there.
void move_to_trash(Core& core, Destination& dest) {
  forget_real_server(core, dest);
  dest.available = false;
  dest.idle_since = base::kNever;
  if (core.trash.empty()) core.host.arm(core.trash_timer, core.host.now() + kTrashPeriod / 2);
  core.trash.insert(core.trash.begin(), &dest);
  if (core.settings.expire_nodest_conn != 0) core.host.arm(core.nodest_timer, core.host.now() + kNodestDelay);
}

// Kernel: ip_vs_unlink_service().
void remove_service(Core& core, VirtualService& service) {
  if (--core.service_count == 0) unregister_hooks(core);
  service.scheduler.reset();
  if (service.pe_name == "sip") --core.sip_services;
  for (Destination* dest : service.destinations) {
    move_to_trash(core, *dest);
  }
  service.destinations.clear();
  count_service(core, service.key, false);
  for (Destination* dest : core.trash) {
    if (dest->service == &service) dest->service = nullptr;
  }
  Core::Bucket& bucket = bucket_for(core, service.key);
  std::erase_if(bucket, [&](const auto& entry) { return entry.get() == &service; });
}

}  // namespace

void on_trash_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  const base::Time now = core.host.now();
  std::erase_if(core.trash, [&](Destination* dest) {
    if (dest->references != 0) return false;
    if (dest->idle_since == base::kNever) {
      dest->idle_since = now;
      return false;
    }
    if (now < dest->idle_since + kTrashPeriod) return false;
    delete dest;
    return true;
  });
  if (!core.trash.empty()) core.host.arm(core.trash_timer, now + kTrashPeriod / 2);
}

Error IpVs::add_service(const ServiceConfig& config) {
  Core& core = *core_;
  if (ipvs::find_service(core, config.key) != nullptr) return Error::exists;
  std::unique_ptr<Scheduler> scheduler;
  if (!scheduler_known(config.scheduler, scheduler)) return Error::no_scheduler;
  if (!config.pe_name.empty() && config.pe_name != "sip") return Error::no_scheduler;
  if (core.service_count == 0) register_hooks(core);

  auto service = std::make_unique<VirtualService>();
  service->key = config.key;
  service->flags = config.flags;
  service->timeout = config.timeout;
  service->netmask = config.netmask;
  service->pe_name = config.pe_name;
  service->scheduler = std::move(scheduler);
  if (service->scheduler) service->scheduler->bound(*service, core.host.now());
  count_service(core, config.key, true);
  if (config.pe_name == "sip") ++core.sip_services;
  ++core.service_count;
  Core::Bucket& bucket = bucket_for(core, config.key);
  bucket.insert(bucket.begin(), std::move(service));
  core.enabled = true;
  start_periodic_work(core);
  return Error::none;
}

Error IpVs::edit_service(const ServiceConfig& config) {
  Core& core = *core_;
  VirtualService* service = ipvs::find_service(core, config.key);
  if (service == nullptr) return Error::no_such_service;
  std::unique_ptr<Scheduler> scheduler;
  if (!scheduler_known(config.scheduler, scheduler)) return Error::no_scheduler;
  if (!config.pe_name.empty() && config.pe_name != "sip") return Error::no_scheduler;
  const std::string_view wanted = scheduler ? scheduler->name() : "none";
  if (wanted != service->scheduler_name()) {
    if (scheduler && !scheduler->fits(service->destinations.size())) return Error::invalid;
    service->scheduler = std::move(scheduler);
    if (service->scheduler) service->scheduler->bound(*service, core.host.now());
  }
  service->flags = config.flags;
  service->timeout = config.timeout;
  service->netmask = config.netmask;
  if ((config.pe_name == "sip") != (service->pe_name == "sip")) {
    core.sip_services += config.pe_name == "sip" ? 1 : std::size_t(-1);
  }
  service->pe_name = config.pe_name;
  return Error::none;
}

Error IpVs::delete_service(const ServiceKey& key) {
  VirtualService* service = ipvs::find_service(*core_, key);
  if (service == nullptr) return Error::no_such_service;
  remove_service(*core_, *service);
  return Error::none;
}

void IpVs::flush() {
  for (auto* table : {&core_->by_address, &core_->by_mark}) {
    for (Core::Bucket& bucket : *table) {
      while (!bucket.empty()) remove_service(*core_, *bucket.front());
    }
  }
}

Error IpVs::add_destination(const ServiceKey& key, const DestinationConfig& config) {
  Core& core = *core_;
  VirtualService* service = ipvs::find_service(core, key);
  if (service == nullptr) return Error::no_such_service;
  if (const Error bad = check(config); bad != Error::none) return bad;
  if (find_destination(*service, config.addr, config.port) != nullptr) return Error::exists;
  Destination* dest = take_from_trash(core, *service, config.addr, config.port);
  if (dest == nullptr) {
    const host::RouteType type = core.host.fib.address_type(config.addr);
    if (type != host::RouteType::local && type != host::RouteType::unicast) return Error::invalid;
    dest = new Destination;  // NOLINT: owned by its service, later by the trash
    dest->addr = config.addr;
    dest->port = config.port;
    dest->key = service->key;
  }
  update(core, *service, *dest, config, true);
  return Error::none;
}

Error IpVs::edit_destination(const ServiceKey& key, const DestinationConfig& config) {
  VirtualService* service = ipvs::find_service(*core_, key);
  if (service == nullptr) return Error::no_such_service;
  if (const Error bad = check(config); bad != Error::none) return bad;
  Destination* dest = find_destination(*service, config.addr, config.port);
  if (dest == nullptr) return Error::no_such_destination;
  update(*core_, *service, *dest, config, false);
  return Error::none;
}

Error IpVs::delete_destination(const ServiceKey& key, base::Ipv4Addr addr, std::uint16_t port) {
  Core& core = *core_;
  VirtualService* service = ipvs::find_service(core, key);
  if (service == nullptr) return Error::no_such_service;
  Destination* dest = find_destination(*service, addr, port);
  if (dest == nullptr) return Error::no_such_destination;
  dest->available = false;
  const auto it = std::ranges::find(service->destinations, dest);
  const auto position = static_cast<std::size_t>(it - service->destinations.begin());
  service->destinations.erase(it);
  if (service->scheduler) service->scheduler->removed(*service, *dest, position);
  move_to_trash(core, *dest);
  return Error::none;
}

}  // namespace lvs::ipvs
