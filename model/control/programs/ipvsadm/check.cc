// SPDX-License-Identifier: GPL-2.0-or-later
// What goes with what on an ipvsadm command line (ipvsadm.c generic_opt_check(), process_options()).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "control/programs/ipvsadm/options.h"

namespace lvs::control::ipvsadm {
namespace {

constexpr std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::add_service: return "add-service";
    case Verb::edit_service: return "edit-service";
    case Verb::delete_service: return "delete-service";
    case Verb::flush: return "flush";
    case Verb::list: return "list";
    case Verb::add_server: return "add-server";
    case Verb::edit_server: return "edit-server";
    case Verb::delete_server: return "delete-server";
    case Verb::set_timeouts: return "set";
    case Verb::save: return "save";
    case Verb::restore: return "restore";
    case Verb::zero: return "zero";
    case Verb::start_daemon: return "start-daemon";
    case Verb::stop_daemon: return "stop-daemon";
  }
  return {};
}

// commands_v_options[][] of ipvsadm.c: which must be there, and which may.
struct Rule {
  std::uint64_t needed = 0;
  std::uint64_t allowed = 0;
};
constexpr std::uint64_t kServiceOptions = o::scheduler | o::pe | o::persistent | o::netmask | o::ops | o::sched_flags;
constexpr std::uint64_t kTunnelOptions = o::tun_type | o::tun_port | o::tun_nocsum | o::tun_csum | o::tun_remcsum;
constexpr std::uint64_t kServerOptions = o::forward | o::weight | o::upper | o::lower | kTunnelOptions;
constexpr std::uint64_t kDaemonOptions =
    o::mcast_interface | o::syncid | o::mcast_group | o::mcast_port | o::mcast_ttl | o::sync_maxlen;
constexpr std::uint64_t kListOptions =
    o::syncid | o::stats | o::rate | o::thresholds | o::persistent_conn | o::nosort | o::exact | o::tun_info;
// Of these a listing takes one.
constexpr std::uint64_t kExclusive = o::connection | o::service | o::timeout | o::daemon;

constexpr Rule rule_of(Verb verb) {
  switch (verb) {
    case Verb::add_service:
    case Verb::edit_service: return {o::service, o::service | kServiceOptions};
    case Verb::delete_service: return {o::service, o::service};
    case Verb::list: return {0, o::numeric | kExclusive | kListOptions};
    case Verb::add_server:
    case Verb::edit_server: return {o::service | o::server, o::service | o::server | kServerOptions};
    case Verb::delete_server: return {o::service | o::server, o::service | o::server};
    case Verb::save: return {0, o::numeric};
    case Verb::zero: return {0, o::service};
    case Verb::start_daemon: return {0, kDaemonOptions};
    case Verb::stop_daemon: return {0, o::syncid};
    case Verb::flush:
    case Verb::set_timeouts:
    case Verb::restore: return {};
  }
  return {};
}

class Checker {
 public:
  Checker(Request& request, std::string_view scheduler_flags) : request_(request), scheduler_flags_(scheduler_flags) {}

  std::optional<std::string> run() {
    check_options();
    if (!going()) return complaint_;
    switch (request_.verb) {
      case Verb::add_service:
      case Verb::edit_service: check_service(); break;
      case Verb::add_server:
      case Verb::edit_server: check_server(); break;
      case Verb::list: check_list(); break;
      default: break;
    }
    return complaint_;
  }

 private:
  bool going() const { return !complaint_; }
  void fail(std::string text) {
    if (!complaint_) complaint_ = std::move(text);
  }

  void check_list() {
    if (request_.has(o::connection | o::timeout | o::daemon) &&
        (request_.has(o::stats | o::rate | o::thresholds) ||
         (request_.has(o::persistent_conn) && !request_.has(o::connection)))) {
      fail("options conflicts in the list command");
    }
  }

  // generic_opt_check() of ipvsadm.c.
  void check_options() {
    const Rule rule = rule_of(request_.verb);
    std::optional<unsigned> exclusive;
    for (unsigned i = 0; i < o::count && going(); ++i) {
      const std::uint64_t bit = 1ull << i;
      if (!request_.has(bit)) {
        if ((rule.needed & bit) != 0) {
          fail(fmt::format("You need to supply the '{}' option for the '{}' command", kOptionNames[i],
                           verb_name(request_.verb)));
        }
        continue;
      }
      if ((rule.allowed & bit) == 0) {
        return fail(
            fmt::format("Illegal '{}' option with the '{}' command", kOptionNames[i], verb_name(request_.verb)));
      }
      if (request_.verb != Verb::list || (kExclusive & bit) == 0) continue;
      if (exclusive) {
        return fail(fmt::format("The option '{}' conflicts with the '{}' option in the '{}' command", kOptionNames[i],
                                kOptionNames[*exclusive], verb_name(request_.verb)));
      }
      exclusive = i;
    }
  }

  void check_service() {
    ipvs::ServiceConfig& service = request_.service;
    const bool marked = service.key.fwmark != 0;
    if (!marked && service.key.port == 0 && (service.flags & ipvs::service_flag::persistent) == 0) {
      return fail("Zero port specified for non-persistent service");
    }
    if ((service.flags & ipvs::service_flag::one_packet) != 0 && !marked &&
        service.key.protocol != ipvs::IpProto::udp) {
      return fail("One-Packet Scheduling is only for UDP virtual services");
    }
    if (service.scheduler.empty()) service.scheduler = "wlc";
    parse_scheduler_flags();
  }

  void parse_scheduler_flags() {
    static constexpr struct {
      std::string_view name, scheduler;
      std::uint32_t flag;
    } kFlags[] = {
        {"flag-1", "", ipvs::service_flag::sched1},     {"flag-2", "", ipvs::service_flag::sched2},
        {"flag-3", "", ipvs::service_flag::sched3},     {"sh-fallback", "sh", ipvs::service_flag::sh_fallback},
        {"sh-port", "sh", ipvs::service_flag::sh_port}, {"mh-fallback", "mh", ipvs::service_flag::mh_fallback},
        {"mh-port", "mh", ipvs::service_flag::mh_port}};
    std::string_view rest = scheduler_flags_;
    while (!rest.empty() && going()) {
      const std::size_t comma = rest.find(',');
      const std::string_view name = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (name.empty()) continue;  // strtok()
      const auto flag = std::ranges::find_if(kFlags, [&](const auto& f) { return f.name == name; });
      if (flag == std::end(kFlags)) return fail(fmt::format("invalid scheduler flag `{}'", name));
      if (!flag->scheduler.empty() && flag->scheduler != request_.service.scheduler) {
        return fail(fmt::format("incompatible scheduler flag `{}'", name));
      }
      request_.service.flags |= flag->flag;
    }
  }

  void check_server() {
    ipvs::DestinationConfig& server = request_.server;
    const ipvs::ServiceKey& key = request_.service.key;
    // Without address translation the port stays what the client asked for.
    if (key.fwmark == 0 && server.method != ipvs::ForwardMethod::masq) server.port = key.port;
    if (!request_.has(kTunnelOptions)) return;
    if (server.method != ipvs::ForwardMethod::ipip) return fail("Tunnel options conflict with forward method");
    check_tunnel();
  }

  void check_tunnel() {
    const ipvs::TunnelType type = request_.server.tunnel_type;
    const bool gue = type == ipvs::TunnelType::gue;
    const std::string_view name = gue ? "gue" : type == ipvs::TunnelType::gre ? "gre" : "ipip";
    std::uint64_t allowed = o::tun_type;
    if (gue) allowed = kTunnelOptions;
    if (type == ipvs::TunnelType::gre) allowed |= o::tun_nocsum | o::tun_csum;
    std::optional<unsigned> exclusive;
    for (unsigned i = 0; i < o::count; ++i) {
      const std::uint64_t bit = 1ull << i;
      if ((kTunnelOptions & bit) == 0) continue;
      if (!request_.has(bit)) {
        if (gue && bit == o::tun_port) {
          return fail(
              fmt::format("You need to supply the '{}' option for the '{}' tunnel type", kOptionNames[i], name));
        }
        continue;
      }
      if ((allowed & bit) == 0)
        return fail(fmt::format("Illegal '{}' option with the '{}' tunnel type", kOptionNames[i], name));
      if (bit == o::tun_type || bit == o::tun_port) continue;
      if (exclusive) {
        return fail(fmt::format("The option '{}' conflicts with the '{}' option in the '{}' tunnel type",
                                kOptionNames[i], kOptionNames[*exclusive], name));
      }
      exclusive = i;
    }
  }

  Request& request_;
  std::string_view scheduler_flags_;
  std::optional<std::string> complaint_;
};

}  // namespace

std::optional<std::string> check(Request& request, std::string_view scheduler_flags) {
  return Checker(request, scheduler_flags).run();
}

}  // namespace lvs::control::ipvsadm
