// SPDX-License-Identifier: GPL-2.0-or-later
// SIGHUP: services and servers that are still asked for stay in IPVS with their connections (keepalived:
// clear_diff_services() and what it calls, in check/ipwrapper.c).
#include <fmt/format.h>

#include <algorithm>

#include "daemons/keepalived/check/checker.h"
#include "daemons/keepalived/check/services.h"
#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

bool same_service(const VirtualServerConf& a, const VirtualServerConf& b) {
  if (!a.group.empty() || !b.group.empty()) return a.group == b.group && a.protocol == b.protocol;
  if (a.mark != 0 || b.mark != 0) return a.mark == b.mark;
  return a.protocol == b.protocol && a.address == b.address && a.port == b.port;
}

bool same_server(const RealServerConf& a, const RealServerConf& b) {
  return a.address == b.address && a.port == b.port;
}

bool same_in_ipvs(const VirtualServerConf& a, const VirtualServerConf& b) {
  return a.scheduler == b.scheduler && a.one_packet == b.one_packet && a.scheduler_flags == b.scheduler_flags &&
         a.persistence == b.persistence && a.granularity == b.granularity &&
         a.persistence_engine == b.persistence_engine;
}

// Where entries of a group come and go, keepalived forgets that each has its own port: a server has its own there.
struct ByItself {
  ByItself(const Service& service, const RealServer& of) : real(of) {
    alone.conf = service.conf;
    real.service = &alone;
  }
  Service alone;
  RealServer real;
};

}  // namespace

bool Services::edit(Service& service) {
  ipvs::ServiceConfig config = config_of(service);
  for (const Entry& entry : entries(service)) {
    for (const ipvs::ServiceKey& key : entry.keys) {
      config.key = key;
      if (!ask(ipvs_.edit_service(config), Ask::edit, key)) return false;
    }
  }
  return true;
}

// keepalived: clear_service_rs(), update_vs_notifies(), of what the new configuration has no more.
void Services::remove_gone(RealServer& real) {
  const Service& service = *real.service;
  if (!real.set) return;
  world_.log(fmt::format("Removing {}service {} from VS {}", real.inhibit() && !real.alive ? "(inhibited) " : "",
                         name_of(*real.conf, *service.conf), name_of(*service.conf)));
  remove(real, true);
  if (!real.alive) return;
  real.alive = false;
  notify(real.conf->notify_down);
  const MailConf& mails = conf_.global.mail;
  if (mails.wanted(real.conf->smtp_alert, mails.alert_checker, true))
    world_.mail(fmt::format("Realserver {} of virtual server {} - DOWN", name_of(*real.conf, *service.conf),
                            name_of(*service.conf)),
                "=> Removing <=");
}

void Services::lose_if_weak(Service& service) {
  const VirtualServerConf& conf = *service.conf;
  const long long weight = live_weight(service);
  const long long threshold = static_cast<long long>(conf.quorum) - conf.hysteresis;
  if (!service.quorum_up || (weight != 0 && weight >= threshold)) return;
  service.quorum_up = false;
  notify(conf.quorum_down);
}

void Services::remove_gone(Services& old, Service& service) {
  world_.log(service.conf->group.empty() ? fmt::format("Removing Virtual Server {}", name_of(*service.conf))
                                         : fmt::format("Removing Virtual Server Group [{}]", service.conf->group));
  if (service.sorry && service.sorry->set && !service.sorry_is_server) old.remove(*service.sorry, true);
  for (const auto& real : service.servers) old.remove_gone(*real);
  old.lose_if_weak(service);
  old.remove(service);
  service.alive = false;
}

// "VS [10.0.0.100]:tcp:8080", "VS [FWM 5]": an entry of a group.
std::string Services::entry_text(const Service& service, const Entry& entry, const char* mark) const {
  const ipvs::ServiceKey& first = entry.keys.front();
  if (first.fwmark != 0) return fmt::format("[{}{}]", mark, first.fwmark);
  VirtualServerConf alone = *service.conf;
  alone.group.clear();
  alone.mark = 0;
  alone.address = first.addr;
  alone.port = first.port;
  if (entry.keys.size() == 1) return fmt::format("[{}]", name_of(alone));
  return fmt::format("[{}-{}]", name_of(alone), entry.keys.back().addr.text());
}

// Entries of a group that are no longer named. Of such a one the servers go, and the service stays empty, for who
// counts its servers is not told (keepalived: clear_diff_vsg(), ipvs_group_remove_entry()).
void Services::remove_entries(Services& old, Service& before, Service& service) {
  const std::vector<Entry> had = old.entries(before), has = entries(service);
  for (const Entry& entry : had) {
    const auto now = std::ranges::find_if(has, [&](const Entry& each) { return each.keys == entry.keys; });
    if (now != has.end()) {
      if (now->servers != nullptr && entry.servers != nullptr) *now->servers = *entry.servers;
      service.kept_entries.push_back(entry.keys.front());
      continue;
    }
    world_.log(fmt::format("VS {} in group {} no longer exists", entry_text(before, entry, ""), before.conf->group));
    for (const ipvs::ServiceKey& key : entry.keys) {
      for (const auto& real : before.servers) {
        if (!real->alive) continue;
        const ByItself own(before, *real);
        ask(ipvs_.delete_destination(key, real->conf->address, real->conf->port), Ask::remove_server, key, &own.real);
      }
      if (entry.servers == nullptr || *entry.servers == 0) ask(ipvs_.delete_service(key), Ask::remove, key);
    }
  }
}

// Servers that go on are put into the entries that are new (keepalived: sync_service_vsg()).
void Services::fill_new_entries(Service& service) {
  for (const Entry& entry : entries(service)) {
    if (std::ranges::find(service.kept_entries, entry.keys.front()) != service.kept_entries.end()) continue;
    world_.log(fmt::format("VS {} added into group {}", entry_text(service, entry, "FWM "), service.conf->group));
    for (const auto& real : service.servers) {
      if (!real->reloaded || !(real->alive || (real->inhibit() && real->set))) continue;
      const int weight = real->inhibit() && !real->alive ? 0 : real_weight(real->weight);
      const ByItself own(service, *real);
      for (const ipvs::ServiceKey& key : entry.keys)
        ask(ipvs_.add_destination(key, destination(own.real, key, weight)), Ask::add_server, key, &own.real);
    }
  }
}

// keepalived: migrate_checkers().
void Services::follow_server(Services&, RealServer& before, RealServer& real, const Checkers& old_checkers,
                             const Checkers& checkers) {
  real.alive = before.alive;
  real.set = before.set;
  real.weight_before = before.weight;
  real.reloaded = true;
  const auto mine = [&](const std::unique_ptr<Checker>& checker) { return &checker->real() == &real; };
  bool any_has_run = false;
  real.failed = 0;
  for (const auto& checker : checkers) {
    if (!mine(checker)) continue;
    checker->set_up(true);
    for (const auto& old : old_checkers) {
      if (&old->real() != &before || !checker->same_as(*old)) continue;
      checker->migrate(*old);
      break;
    }
    any_has_run |= checker->has_run();
    real.failed += checker->has_run() && !checker->is_up() ? 1 : 0;
  }
  const bool pessimistic = real.failed != 0 || (!real.alive && !any_has_run);
  for (const auto& checker : checkers) {
    if (!mine(checker) || checker->has_run()) continue;
    if (pessimistic && *checker->conf().alpha) {
      checker->set_up(false);
      ++real.failed;
    }
    if (pessimistic) checker->set_tries(*checker->conf().retry);
  }
  real.weight = real.conf->weight.value_or(1);
  for (const auto& checker : checkers)
    if (mine(checker)) real.weight += checker->own_weight();
  if (real.failed == 0 && !real.alive) {
    perform(real, true);
  } else if (real.failed != 0 && real.set != real.inhibit()) {
    real.inhibit() ? add(real) : remove(real, false);
  }
  if (before.conf->method != real.conf->method) edit(real, real_weight(real.weight));
}

// keepalived: clear_diff_s_srv().
void Services::follow_sorry(Services& old, Service& before, Service& service) {
  if (!before.sorry) return;
  RealServer& was = *before.sorry;
  if (service.sorry && same_server(*was.conf, *service.sorry->conf)) {
    service.sorry->alive = was.alive;
    service.sorry->set = was.set;
    service.sorry->reloaded = true;
    return;
  }
  if (!was.alive && !(was.inhibit() && was.set)) return;
  world_.log(
      fmt::format("Removing sorry server {} from VS {}", name_of(*was.conf, *before.conf), name_of(*before.conf)));
  old.remove(was, true);
}

void Services::follow(Services& old, const Checkers& old_checkers, const Checkers& checkers) {
  for (const auto& checker : checkers) checker->set_tries(0);
  for (const auto& before : old.services_) {
    const auto found = std::ranges::find_if(
        services_, [&](const auto& each) { return !each->reloaded && same_service(*each->conf, *before->conf); });
    if (found == services_.end()) {
      remove_gone(old, *before);
      continue;
    }
    Service& service = **found;
    service.alive = before->alive;
    service.quorum_up = before->quorum_up;
    service.reloaded = true;
    if (service.group != nullptr) remove_entries(old, *before, service);
    if (!same_in_ipvs(*before->conf, *service.conf)) edit(service);
    for (const auto& server : before->servers) {
      const auto same = std::ranges::find_if(service.servers,
                                             [&](const auto& each) { return same_server(*each->conf, *server->conf); });
      if (same == service.servers.end()) {
        world_.log(fmt::format("service {} no longer exist", name_of(*server->conf, *before->conf)));
        old.remove_gone(*server);
      } else {
        follow_server(old, *server, **same, old_checkers, checkers);
      }
    }
    old.lose_if_weak(*before);
    follow_sorry(old, *before, service);
  }
}

}  // namespace lvs::keepalived
