// SPDX-License-Identifier: GPL-2.0-or-later
// Changes of services and destinations (kernel: ip_vs_add_service() and its neighbours in ip_vs_ctl.c).
#include <fmt/format.h>

#include <algorithm>

#include "ipvs/core/overload.h"
#include "ipvs/ip-vs.h"
#include "ipvs/sched/scheduler.h"
#include "ipvs/steps.h"
#include "ipvs/trash.h"

namespace lvs::ipvs {

namespace {

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

// Kernel: __ip_vs_update_dest().
void update(Core& core, VirtualService& service, Destination& dest, const DestinationConfig& config, bool add) {
  if (add || config.weight != 0) dest.last_weight = config.weight;
  dest.weight = config.weight;
  if (!add) core.real_servers.remove(dest);
  dest.method = config.method;
  dest.tunnel_type = config.tunnel_type;
  dest.tunnel_port = config.tunnel_port;
  dest.tunnel_flags = config.tunnel_flags;
  core.real_servers.add(dest);
  // Statistics go on when a destination returns to its old service, and begin again in a new one.
  if (dest.service != &service) {
    dest.stats.zero();
    dest.service = &service;
  }
  dest.available = true;
  set_thresholds(core.host.kernel(), dest, config.upper_threshold, config.lower_threshold);
  dest.route_generation = 0;
  if (add) {
    service.destinations.insert(service.destinations.begin(), &dest);
    if (service.scheduler) service.scheduler->added(service, dest);
  } else if (service.scheduler) {
    service.scheduler->edited(service, dest);
  }
}

// Kernel: ip_vs_unlink_service().
void remove_service(Core& core, VirtualService& service) {
  service.scheduler.reset();
  for (Destination* dest : service.destinations) {
    move_to_trash(core, *dest);
  }
  service.destinations.clear();
  for (Destination* dest : core.trash) {
    if (dest->service == &service) dest->service = nullptr;
  }
  core.services.remove(service);
  if (core.services.empty()) unregister_hooks(core);
}

}  // namespace

Error IpVs::add_service(const ServiceConfig& config) {
  Core& core = *core_;
  if (core.services.find(config.key) != nullptr) return Error::exists;
  std::unique_ptr<Scheduler> scheduler;
  if (!scheduler_known(config.scheduler, scheduler)) return Error::no_scheduler;
  if (!config.pe_name.empty() && config.pe_name != "sip") return Error::no_scheduler;
  if (core.services.empty()) register_hooks(core);

  auto service = std::make_unique<VirtualService>();
  service->key = config.key;
  service->flags = config.flags;
  service->timeout = config.timeout;
  service->netmask = config.netmask;
  service->pe_name = config.pe_name;
  service->scheduler = std::move(scheduler);
  if (service->scheduler) service->scheduler->bound(*service, core.host.now());
  core.services.add(std::move(service));
  core.enabled = true;
  start_periodic_work(core);
  return Error::none;
}

Error IpVs::edit_service(const ServiceConfig& config) {
  Core& core = *core_;
  VirtualService* service = core.services.find(config.key);
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
  core.services.set_engine(*service, config.pe_name);
  return Error::none;
}

Error IpVs::delete_service(const ServiceKey& key) {
  VirtualService* service = core_->services.find(key);
  if (service == nullptr) return Error::no_such_service;
  remove_service(*core_, *service);
  return Error::none;
}

void IpVs::flush() {
  while (VirtualService* service = core_->services.first()) remove_service(*core_, *service);
}

Error IpVs::add_destination(const ServiceKey& key, const DestinationConfig& config) {
  Core& core = *core_;
  VirtualService* service = core.services.find(key);
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
  VirtualService* service = core_->services.find(key);
  if (service == nullptr) return Error::no_such_service;
  if (const Error bad = check(config); bad != Error::none) return bad;
  Destination* dest = find_destination(*service, config.addr, config.port);
  if (dest == nullptr) return Error::no_such_destination;
  update(*core_, *service, *dest, config, false);
  return Error::none;
}

Error IpVs::delete_destination(const ServiceKey& key, base::Ipv4Addr addr, std::uint16_t port) {
  Core& core = *core_;
  VirtualService* service = core.services.find(key);
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
