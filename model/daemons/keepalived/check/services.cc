// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

constexpr std::uint32_t kAnyMask = 0xffffffff;
constexpr std::size_t kMostKeys = 4096;  // of one virtual_server_group

ipvs::ForwardMethod method_of(ServerMethod method) {
  switch (method) {
    case ServerMethod::dr: return ipvs::ForwardMethod::droute;
    case ServerMethod::tunnel: return ipvs::ForwardMethod::ipip;
    default: return ipvs::ForwardMethod::masq;
  }
}

// What a mail tells of quorum: with these signs, whether it is won or lost.
std::string quorum_text(const char* what, const VirtualServerConf& conf, long long threshold, long long weight) {
  return fmt::format("{} {}+{}={} <= {}", what, conf.quorum, conf.hysteresis, threshold, weight);
}

// How keepalived's libipvs names the errors of the kernel; netlink has made ENOENT of ESRCH.
std::string text_of(ipvs::Error error, bool of_server, bool removes) {
  switch (error) {
    case ipvs::Error::exists: return of_server ? "Destination already exists(17)" : "Service already exists(17)";
    case ipvs::Error::no_such_service:
    case ipvs::Error::no_such_destination:
      return of_server && removes ? "No such destination(2)" : "No such file or directory(2)";
    case ipvs::Error::no_scheduler: return "Scheduler or persistence engine not found(2)";
    case ipvs::Error::range: return "Numerical result out of range(34)";
    default: return "Invalid operation.  Possibly wrong module version, address not unicast, ...(22)";
  }
}

// "10.0.0.100:tcp:80", "Fwm 3": a service in these errors.
std::string rule_text(const ipvs::ServiceKey& key) {
  if (key.fwmark != 0) return fmt::format("Fwm {}", key.fwmark);
  const int protocol = static_cast<int>(key.protocol);
  const std::string name = protocol == 6     ? "tcp"
                           : protocol == 17  ? "udp"
                           : protocol == 132 ? "sctp"
                                             : std::to_string(protocol);
  return fmt::format("{}:{}:{}", key.addr.text(), name, key.port);
}

}  // namespace

Services::Services(const Conf& conf, CheckWorld& world) : conf_(conf), world_(world), ipvs_(world.computer().ipvs()) {
  for (const VirtualServerConf& each : conf.check.servers) {
    auto service = std::make_unique<Service>();
    service->conf = &each;
    const auto group = std::ranges::find(conf.check.groups, each.group, &ServerGroupConf::name);
    if (!each.group.empty() && group != conf.check.groups.end()) {
      service->group = &*group;
      const auto other = std::ranges::find(services_, service->group, &Service::group);
      service->use = other != services_.end() ? (*other)->use : std::make_shared<GroupUse>();
      service->use->ranges.resize(group->ranges.size());
      service->use->marks.resize(group->marks.size());
    }
    const auto make = [&](const RealServerConf& real) {
      auto own = std::make_unique<RealServer>();
      own->conf = &real;
      own->service = service.get();
      own->weight = real.weight.value_or(1);
      return own;
    };
    for (const RealServerConf& real : each.servers) {
      service->servers.push_back(make(real));
      if (each.sorry && each.sorry->address == real.address && each.sorry->port == real.port)
        service->sorry_is_server = true;
    }
    if (each.sorry) service->sorry = make(*each.sorry);
    // Nobody is alive before start(): with hysteresis 0 and quorum above 0 quorum is down.
    service->quorum_up = each.quorum + each.hysteresis == 0;
    services_.push_back(std::move(service));
  }
}

std::vector<Services::Entry> Services::entries(const Service& service) const {
  std::vector<Entry> entries;
  ipvs::ServiceKey key;
  key.protocol = static_cast<ipvs::IpProto>(service.conf->protocol);
  if (service.group == nullptr) {
    key.fwmark = service.conf->mark;
    if (key.fwmark == 0) {
      key.addr = service.conf->address;
      key.port = service.conf->port;
    }
    return {{{key}, nullptr}};
  }
  std::size_t keys = 0;
  const std::size_t protocol = service.conf->protocol == 6 ? 0 : service.conf->protocol == 17 ? 1 : 2;
  for (std::size_t i = 0; i < service.group->ranges.size(); ++i) {
    const ServerGroupConf::Range& range = service.group->ranges[i];
    Entry& entry = entries.emplace_back(Entry{{}, &service.use->ranges[i][protocol]});
    for (std::uint64_t a = range.first.value; a <= range.last.value && keys < kMostKeys; ++a, ++keys) {
      key.addr = {static_cast<std::uint32_t>(a)};
      key.port = range.port;
      entry.keys.push_back(key);
    }
  }
  for (std::size_t i = 0; i < service.group->marks.size(); ++i) {
    ipvs::ServiceKey marked;
    marked.fwmark = service.group->marks[i];
    entries.push_back({{marked}, &service.use->marks[i]});
  }
  return entries;
}

bool Services::ask(ipvs::Error error, Ask what, const ipvs::ServiceKey& key, const RealServer* real) {
  using ipvs::Error;
  if (error == Error::none) return true;
  constexpr const char* kNames[] = {"IP_VS_SO_SET_ADD(1154)",     "IP_VS_SO_SET_DEL(1156)",
                                    "IP_VS_SO_SET_ADDDEST(1159)", "IP_VS_SO_SET_EDITDEST(1161)",
                                    "IP_VS_SO_SET_DELDEST(1160)", "IP_VS_SO_SET_EDIT(1155)"};
  std::string rule = rule_text(key);
  if (real != nullptr) {
    const auto config = destination(*real, key, 0);
    rule += fmt::format(" -> {}:{}", config.addr.text(), config.port);
  }
  const bool adds = what == Ask::add || what == Ask::add_server;
  const bool removes = what == Ask::remove || what == Ask::remove_server;
  world_.log(fmt::format("IPVS cmd {} error: {} ({})", kNames[static_cast<std::size_t>(what)],
                         text_of(error, real != nullptr, removes), rule));
  return (adds && error == Error::exists) ||
         (removes && (error == Error::no_such_destination || error == Error::no_such_service));
}

ipvs::ServiceConfig Services::config_of(const Service& service) const {
  const VirtualServerConf& conf = *service.conf;
  ipvs::ServiceConfig config;
  config.scheduler = conf.scheduler;
  config.flags = conf.scheduler_flags * ipvs::service_flag::sched1;
  if (conf.one_packet) config.flags |= ipvs::service_flag::one_packet;
  if (conf.persistence != 0) config.flags |= ipvs::service_flag::persistent;
  config.timeout = conf.persistence;
  config.netmask = conf.granularity.value_or(kAnyMask);
  config.pe_name = conf.persistence_engine;
  return config;
}

bool Services::add(Service& service) {
  ipvs::ServiceConfig config = config_of(service);
  for (const Entry& entry : entries(service)) {
    if (entry.servers != nullptr && *entry.servers != 0) continue;  // another user has made it
    for (const ipvs::ServiceKey& key : entry.keys) {
      config.key = key;
      if (!ask(ipvs_.add_service(config), Ask::add, key)) return false;
    }
  }
  return true;
}

void Services::remove(Service& service) {
  for (const Entry& entry : entries(service)) {
    if (entry.servers != nullptr && *entry.servers != 0) continue;  // another user still has it
    for (const ipvs::ServiceKey& key : entry.keys)
      if (!ask(ipvs_.delete_service(key), Ask::remove, key)) return;
  }
}

ipvs::DestinationConfig Services::destination(const RealServer& real, const ipvs::ServiceKey& key, int weight) const {
  ipvs::DestinationConfig config;
  config.addr = real.conf->address;
  config.port = real.conf->port;
  // Of a group each entry has its own port.
  if (real.service->group != nullptr && (config.port == 0 || real.conf->method != ServerMethod::nat))
    config.port = key.fwmark != 0 ? 0 : key.port;
  config.method = method_of(real.conf->method);
  config.weight = weight;
  config.upper_threshold = real.conf->uthreshold;
  config.lower_threshold = real.conf->lthreshold;
  return config;
}

// One that is inhibited stays in IPVS without weight while it fails.
bool Services::add(RealServer& real) {
  const int weight = real.inhibit() && real.failed > 0 ? 0 : real_weight(real.weight);
  if (real.set && real.inhibit()) return edit(real, real_weight(real.weight));
  real.set = true;
  for (const Entry& entry : entries(*real.service)) {
    for (const ipvs::ServiceKey& key : entry.keys)
      if (!ask(ipvs_.add_destination(key, destination(real, key, weight)), Ask::add_server, key, &real)) return false;
    if (entry.servers != nullptr) ++*entry.servers;
  }
  return true;
}

bool Services::edit(RealServer& real, int weight) {
  for (const Entry& entry : entries(*real.service)) {
    for (const ipvs::ServiceKey& key : entry.keys) {
      // One that somebody has taken out is put in again.
      const auto error = ipvs_.edit_destination(key, destination(real, key, weight));
      const bool gone = error == ipvs::Error::no_such_destination || error == ipvs::Error::no_such_service;
      if (!(gone ? ask(ipvs_.add_destination(key, destination(real, key, weight)), Ask::add_server, key, &real)
                 : ask(error, Ask::edit_server, key, &real)))
        return false;
    }
  }
  return true;
}

bool Services::remove(RealServer& real, bool force) {
  if (real.inhibit() && !force) return edit(real, 0);
  real.set = false;
  for (const Entry& entry : entries(*real.service)) {
    // Of a group one that is inhibited goes with its service.
    for (const ipvs::ServiceKey& key : entry.keys) {
      if (entry.servers != nullptr && !real.alive) break;
      const auto config = destination(real, key, 0);
      if (!ask(ipvs_.delete_destination(key, config.addr, config.port), Ask::remove_server, key, &real)) return false;
    }
    if (entry.servers != nullptr) --*entry.servers;
  }
  return true;
}

void Services::notify(const ConfScript& script) {
  if (!script.empty()) world_.notify(script);
}

long long Services::live_weight(const Service& service) const {
  long long sum = 0;
  for (const auto& real : service.servers) sum += real->alive ? real_weight(real->weight) : 0;
  return sum;
}

void Services::start_server(RealServer& real) {
  if (real.reloaded) {
    if (real.weight == real.weight_before) return;
    const long long weight = std::exchange(real.weight, real.weight_before);
    return set_weight(real, weight, false);
  }
  if (real.failed != 0 ? !real.inhibit() || real.set : real.alive) return;
  add(real);
  if (real.failed != 0) return;
  real.alive = true;
  if (conf_.global.rs_init_notifies) notify(real.conf->notify_up);
}

void Services::start(bool reload) {
  if (conf_.global.lvs_flush && !reload) ipvs_.flush();
  const GlobalConf& g = conf_.global;
  if (g.lvs_tcp_timeout != 0 || g.lvs_tcpfin_timeout != 0 || g.lvs_udp_timeout != 0)
    ipvs_.set_timeouts({static_cast<std::uint32_t>(g.lvs_tcp_timeout), static_cast<std::uint32_t>(g.lvs_tcpfin_timeout),
                        static_cast<std::uint32_t>(g.lvs_udp_timeout)});
  for (const auto& service : services_) {
    if (!service->alive || service->group != nullptr) add(*service);
    service->alive = true;
    for (const auto& real : service->servers) start_server(*real);
    if (service->reloaded && service->group != nullptr) fill_new_entries(*service);
    update_quorum(*service, true);
    if (service->sorry && service->sorry->inhibit() && !service->sorry->set) {
      if (service->sorry_is_server) {
        service->sorry->set = true;
      } else {
        service->sorry->failed = 1;
        add(*service->sorry);
        service->sorry->failed = 0;
      }
    }
  }
}

void Services::pool(Service& service, bool put) {
  world_.log(fmt::format("{} the pool for VS {}", put ? "Adding alive servers to" : "Removing alive servers from",
                         name_of(*service.conf)));
  for (const auto& real : service.servers) {
    if (!real->alive) continue;
    if (put) {
      add(*real);
    } else {
      remove(*real, false);
    }
  }
}

void Services::update_quorum(Service& service, bool init) {
  const VirtualServerConf& conf = *service.conf;
  const long long weight = live_weight(service);
  const long long step = conf.hysteresis;
  const long long threshold = static_cast<long long>(conf.quorum) + (service.quorum_up ? -step : step);
  const bool sorry_alive = service.sorry && service.sorry->alive;
  if (!service.quorum_up && weight >= threshold) {
    service.quorum_up = true;
    world_.log(fmt::format("Gained quorum {}+{}={} <= {} for VS {}", conf.quorum, conf.hysteresis, threshold, weight,
                           name_of(conf)));
    if (sorry_alive) {
      world_.log(fmt::format("{} sorry server {} from VS {}", service.sorry->inhibit() ? "Disabling" : "Removing",
                             name_of(*service.sorry->conf, conf), name_of(conf)));
      remove(*service.sorry, false);
      service.sorry->alive = false;
      pool(service, true);
    }
    notify(conf.quorum_up);
    mail(service, "UP", quorum_text(init ? "Starting with quorum up" : "Gained quorum", conf, threshold, weight));
    return;
  }
  const bool lost = service.quorum_up && (weight == 0 || weight < threshold);
  if (!lost && !(init && !service.quorum_up && service.sorry && !sorry_alive)) return;
  service.quorum_up = false;
  world_.log(fmt::format("{} {}-{}={} > {} for VS {}", init ? "Starting with quorum down" : "Lost quorum", conf.quorum,
                         conf.hysteresis, threshold, weight, name_of(conf)));
  if (service.sorry && !sorry_alive) {
    world_.log(fmt::format("{} sorry server {} to VS {}", service.sorry->inhibit() ? "Enabling" : "Adding",
                           name_of(*service.sorry->conf, conf), name_of(conf)));
    pool(service, false);
    add(*service.sorry);
    service.sorry->alive = true;
  }
  notify(conf.quorum_down);
  mail(service, "DOWN", quorum_text(init ? "Starting with quorum down" : "Lost quorum", conf, threshold, weight));
}

bool Services::perform(RealServer& real, bool alive) {
  if (real.alive == alive) return true;
  Service& service = *real.service;
  world_.log(fmt::format("{}ing service {} {} VS {}",
                         alive ? (real.inhibit() ? "Enabl" : "Add") : (real.inhibit() ? "Disabl" : "Remov"),
                         name_of(*real.conf, *service.conf),
                         real.inhibit() ? "of"
                         : alive        ? "to"
                                        : "from",
                         name_of(*service.conf)));
  // While the sorry server stands, IPVS is left as it is.
  if (service.quorum_up || !service.sorry || !service.sorry->alive) {
    if (!(alive ? add(real) : remove(real, false))) return false;
  }
  real.alive = alive;
  notify(alive ? real.conf->notify_up : real.conf->notify_down);
  update_quorum(service, false);
  return true;
}

void Services::checker_says(RealServer& real, bool alive, bool& is_up, bool& has_run, bool alpha) {
  if (is_up == alive) {
    if (!has_run && (alpha || !alive)) notify(real.alive ? real.conf->notify_up : real.conf->notify_down);
    has_run = true;
    return;
  }
  has_run = true;
  if (alive ? real.failed <= 1 : real.failed == 0) {
    if (!perform(real, alive)) return;
  }
  is_up = alive;
  if (!alive) {
    ++real.failed;
  } else if (real.failed > 0) {
    --real.failed;
  }
}

void Services::set_weight(RealServer& real, long long weight, bool quorum) {
  Service& service = *real.service;
  const int before = real_weight(real.weight), now = real_weight(weight);
  real.weight = weight;
  if (before == now) return;
  world_.log(fmt::format("Changing weight from {} to {} for {}active service {} of VS {}", before, now,
                         real.alive ? "" : "in", name_of(*real.conf, *service.conf), name_of(*service.conf)));
  if (real.set && real.alive && (service.quorum_up || !service.sorry || !service.sorry->alive)) edit(real, now);
  if (quorum) update_quorum(service, false);
}

}  // namespace lvs::keepalived
