// SPDX-License-Identifier: GPL-2.0-or-later
// virtual_server, virtual_server_group, real_server (keepalived: check_parser.c, check_data.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemons/keepalived/conf/address.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/flags.h"
#include "daemons/keepalived/conf/grammar/grammar.h"
#include "daemons/keepalived/conf/grammar/times.h"
#include "daemons/keepalived/conf/server-address.h"

namespace lvs::keepalived {
namespace {

using V = VirtualServerConf;
using R = RealServerConf;
constexpr std::uint64_t kMostWeight = 0x7fffffff;
constexpr const char* kSnmp = "SNMP and D-Bus are not modelled";

V& vs(ConfReader& r) { return r.conf.check.servers.back(); }
R& rs(ConfReader& r) { return vs(r).servers.back(); }

void take_server(ConfReader& r, const ConfWords& w) {
  r.conf.has_checkers = true;
  V server;
  server.place = r.report.place;
  const std::string& first = r.word(w, 1);
  if (first == "group") {
    server.group = r.word(w, 2);
  } else if (first == "fwmark") {
    const auto mark = r.numbers.natural(r.word(w, 2), 0, kMostUnsigned, true);
    if (!mark) {
      r.report.error(
          fmt::format("virtual server fwmark '{}' must be in [0, {}] - ignoring", r.word(w, 2), kMostUnsigned));
      return r.skip_block(true, r.conf.check.servers.empty());
    }
    server.mark = static_cast<std::uint32_t>(*mark);
  } else {
    const auto address = read_server_address(r, first, w.size() > 2 ? w[2] : std::string());
    if (!address) {
      const std::string port = port_word(w.size() > 2 ? w[2] : std::string());
      r.report.error(fmt::format("Invalid virtual server IP address{} {}{}{} - skipping", port.empty() ? "" : "/port",
                                 first, port.empty() ? "" : "/", port));
      return r.skip_block(true, r.conf.check.servers.empty());
    }
    server.address = address->addr;
    server.port = address->port;
  }
  r.conf.check.servers.push_back(std::move(server));
}

void take_group(ConfReader& r, const ConfWords& w) {
  ServerGroupConf group;
  group.name = r.word(w, 1);
  ConfWords rest{w[0]};
  if (w.size() > 2) rest.insert(rest.end(), w.begin() + 2, w.end());
  r.each_line(rest, [&](const ConfWords& line) { read_group_entry(r, line, group); });
  if (group.ranges.empty() && group.marks.empty()) {
    r.report.error(fmt::format("virtual server group {} has no entries - removing", group.name));
    return;
  }
  r.conf.check.groups.push_back(std::move(group));
}

void take_real(ConfReader& r, const ConfWords& w) {
  const std::string port = w.size() > 2 ? w[2] : std::string();
  const auto address = read_server_address(r, r.word(w, 1), port);
  if (!address) {
    r.report.error(fmt::format("Invalid real server ip address/port {}/{} - skipping", r.word(w, 1),
                               w.size() > 2 ? port : "(null)"));
    return r.skip_block(true, vs(r).servers.empty());
  }
  R server;
  server.place = r.report.place;
  server.address = address->addr;
  server.port = address->port;
  server.method = vs(r).method;
  vs(r).servers.push_back(std::move(server));
}

void take_sorry(ConfReader& r, const ConfWords& w) {
  const auto address = read_server_address(r, r.word(w, 1), w.size() > 2 ? w[2] : std::string());
  if (!address) return r.report.error(fmt::format("Invalid sorry server IP address {} - skipping", r.word(w, 1)));
  R server;
  server.place = r.report.place;
  server.address = address->addr;
  server.port = address->port;
  server.method = vs(r).method;
  server.weight = 1;
  vs(r).sorry = std::move(server);
}
void take_sorry_inhibit(ConfReader& r, const ConfWords&) {
  if (vs(r).sorry) {
    vs(r).sorry->inhibit = true;
  } else {
    r.report.error("Ignoring sorry_server inhibit used before or without sorry_server");
  }
}

void take_method(ConfReader& r, const ConfWords& w, ServerMethod& to, const char* kind) {
  const std::string& word = r.word(w, 1);
  const ServerMethod method = word == "NAT"   ? ServerMethod::nat
                              : word == "DR"  ? ServerMethod::dr
                              : word == "TUN" ? ServerMethod::tunnel
                                              : ServerMethod::unset;
  if (method == ServerMethod::unset)
    return r.report.error(fmt::format("PARSER : unknown [{}] routing method for {} server.", word, kind));
  for (std::size_t i = 2; i < w.size(); ++i) {
    if (w[i] == "type" && i + 1 < w.size() && w[i + 1] == "ipip") {
      ++i;
    } else if (w[i] != "nocsum") {
      return r.report.refuse(w[i], "tunnels of IPVS are ipip only");
    }
  }
  to = method;
}
void take_vs_method(ConfReader& r, const ConfWords& w) { take_method(r, w, vs(r).method, "virtual"); }
void take_rs_method(ConfReader& r, const ConfWords& w) { take_method(r, w, rs(r).method, "real"); }
void take_sorry_method(ConfReader& r, const ConfWords& w) {
  if (!vs(r).sorry) return r.report.error("sorry_server forwarding used without sorry_server");
  take_method(r, w, vs(r).sorry->method, "sorry");
}

void take_scheduler(ConfReader& r, const ConfWords& w) {
  constexpr auto kKnown = std::to_array<std::string_view>(
      {"rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq"});
  const std::string& name = r.word(w, 1);
  if (std::ranges::find(kKnown, name) == kKnown.end())
    return r.report.error(fmt::format("Invalid lvs_scheduler '{}' - ignoring", name));
  vs(r).scheduler = name;
}
// Words of a scheduler's flags; those of sh and mh count only behind its lvs_sched.
void take_scheduler_flag(ConfReader& r, const ConfWords& w) {
  const std::string& flag = w[0];
  std::uint32_t& flags = vs(r).scheduler_flags;
  if (flag == "ops") {
    vs(r).one_packet = true;
  } else if (flag.starts_with("flag-")) {
    flags |= 1u << (flag.back() - '1');
  } else if (vs(r).scheduler == "sh" || vs(r).scheduler == "mh") {
    if (flag == vs(r).scheduler + "-fallback") flags |= 1;
    if (flag == vs(r).scheduler + "-port") flags |= 2;
  } else {
    r.report.error(fmt::format("{} only applies to sh scheduler - ignoring", flag));
  }
}
void take_protocol(ConfReader& r, const ConfWords& w) {
  std::string name = r.word(w, 1);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (name == "TCP") {
    vs(r).protocol = 6;
  } else if (name == "UDP") {
    vs(r).protocol = 17;
  } else if (name == "SCTP") {
    vs(r).protocol = 132;
  } else {
    r.report.error(fmt::format("Unknown protocol {} - ignoring", r.word(w, 1)));
  }
}
void take_persistence(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) {
    vs(r).persistence = 360;
    return;
  }
  if (const auto timeout = r.numbers.natural(w[1], 1, 86400 * 31, false)) {
    vs(r).persistence = static_cast<std::uint32_t>(*timeout);
  } else {
    r.report.error("persistence_timeout invalid");
  }
}
void take_granularity(ConfReader& r, const ConfWords& w) {
  const auto mask = numeric_address(r.word(w, 1));
  if (!mask) return r.report.error(fmt::format("Invalid IPv4 persistence_granularity specified - {}", r.word(w, 1)));
  vs(r).granularity = mask->value;
  if (vs(r).persistence == 0) vs(r).persistence = 360;
}
void take_family(ConfReader& r, const ConfWords& w) {
  if (r.word(w, 1) == "inet6") {
    r.report.refuse(w[1], "IPv6 is not modelled");
  } else if (w.size() > 1 && w[1] != "inet") {
    r.report.error(fmt::format("unknown address family {}", w[1]));
  }
}

// --- times and numbers that virtual and real servers have in common ---
void take_vs_timeout(ConfReader& r, const ConfWords& w) {
  read_time(r, w, vs(r).connect_timeout, 1, kMostUnsigned, "virtual server connect_timeout {} invalid - ignoring");
}
void take_vs_loop(ConfReader& r, const ConfWords& w) {
  read_time(r, w, vs(r).delay_loop, 1, kMostTimer, "virtual server delay loop '{}' invalid - ignoring");
}
void take_vs_before_retry(ConfReader& r, const ConfWords& w) {
  read_time(r, w, vs(r).delay_before_retry, 0, kMostTimer, "virtual server delay before retry '{}' invalid - ignoring");
}
void take_vs_warmup(ConfReader& r, const ConfWords& w) {
  read_time(r, w, vs(r).warmup, 0, kMostTimer, "virtual server warmup '{}' invalid - ignoring");
}
void take_rs_timeout(ConfReader& r, const ConfWords& w) {
  read_time(r, w, rs(r).connect_timeout, 1, kMostUnsigned, "real server connect_timeout {} invalid - ignoring");
}
void take_rs_loop(ConfReader& r, const ConfWords& w) {
  read_time(r, w, rs(r).delay_loop, 1, kMostTimer, "real server delay_loop '{}' invalid - ignoring");
}
void take_rs_before_retry(ConfReader& r, const ConfWords& w) {
  read_time(r, w, rs(r).delay_before_retry, 0, kMostTimer, "real server delay_before_retry '{}' invalid - ignoring");
}
void take_rs_warmup(ConfReader& r, const ConfWords& w) {
  read_time(r, w, rs(r).warmup, 0, kMostTimer, "real server warmup '{}' invalid - ignoring");
}
void take_retry(ConfReader& r, const ConfWords& w, std::optional<unsigned>& to) {
  if (const auto value = r.numbers.natural(r.word(w, 1), 1, kMostUnsigned, false)) {
    to = static_cast<unsigned>(*value);
  } else {
    r.report.error(fmt::format("retry value invalid - {}", r.word(w, 1)));
  }
}
void take_vs_retry(ConfReader& r, const ConfWords& w) { take_retry(r, w, vs(r).retry); }
void take_rs_retry(ConfReader& r, const ConfWords& w) { take_retry(r, w, rs(r).retry); }

void take_vs_weight(ConfReader& r, const ConfWords& w) {
  if (const auto weight = r.numbers.natural(r.word(w, 1), 1, kMostWeight, true)) {
    vs(r).weight = static_cast<int>(*weight);
  } else {
    r.report.error(fmt::format("Virtual server weight {} is outside range 1-{}", r.word(w, 1), kMostWeight));
  }
}
void take_rs_weight(ConfReader& r, const ConfWords& w) {
  if (const auto weight = r.numbers.natural(r.word(w, 1), 0, kMostWeight, true)) {
    rs(r).weight = static_cast<int>(*weight);
  } else {
    r.report.error(fmt::format("Real server weight {} is outside range 0-{}", r.word(w, 1), kMostWeight));
  }
}
void take_threshold(ConfReader& r, const ConfWords& w) {
  if (const auto value = r.numbers.natural(r.word(w, 1), 0, kMostUnsigned, true)) {
    (w[0] == "uthreshold" ? rs(r).uthreshold : rs(r).lthreshold) = static_cast<unsigned>(*value);
  } else {
    r.report.error(fmt::format("Invalid real_server {} '{}' - ignoring", w[0], r.word(w, 1)));
  }
}
void take_quorum(ConfReader& r, const ConfWords& w) {
  const auto value = r.numbers.natural(r.word(w, 1), 1, kMostUnsigned, true);
  if (!value) r.report.error(fmt::format("Quorum {} must be in [1, {}]. Setting to 1.", r.word(w, 1), kMostUnsigned));
  vs(r).quorum = static_cast<unsigned>(value.value_or(1));
}
void take_hysteresis(ConfReader& r, const ConfWords& w) {
  if (const auto value = r.numbers.natural(r.word(w, 1), 0, kMostUnsigned, true)) {
    vs(r).hysteresis = static_cast<unsigned>(*value);
  } else {
    r.report.error(fmt::format("Hysteresis {} must be in [0, {}] - ignoring", r.word(w, 1), kMostUnsigned));
  }
}
template <bool V::*member>
void set(ConfReader& r, const ConfWords&) {
  vs(r).*member = true;
}
template <std::optional<bool> R::*member>
void take_rs_flag(ConfReader& r, const ConfWords& w) {
  read_flag(r, w, rs(r).*member);
}
void take_script(ConfReader& r, const ConfWords& w, ConfScript& to) {
  if (!to.empty())
    return r.report.error(fmt::format("({}) {} script already specified - ignoring {}",
                                      vs(r).group.empty() ? "(null)" : vs(r).group, w[0], r.word(w, 1)));
  to = read_notify_script(r, w[0].starts_with("quorum") ? "quorum" : "notify");
}
void take_quorum_up(ConfReader& r, const ConfWords& w) { take_script(r, w, vs(r).quorum_up); }
void take_quorum_down(ConfReader& r, const ConfWords& w) { take_script(r, w, vs(r).quorum_down); }
void take_notify_up(ConfReader& r, const ConfWords& w) { take_script(r, w, rs(r).notify_up); }
void take_notify_down(ConfReader& r, const ConfWords& w) { take_script(r, w, rs(r).notify_down); }
void take_vs_host(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("virtual server virtualhost missing");
  vs(r).virtualhost = w[1];
}
void take_rs_host(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("real server virtualhost missing");
  rs(r).virtualhost = w[1];
}
void take_vs_alert(ConfReader& r, const ConfWords& w) { take_smtp_alert(r, w, vs(r).smtp_alert, "virtual_server"); }
void take_rs_alert(ConfReader& r, const ConfWords& w) { take_smtp_alert(r, w, rs(r).smtp_alert, "real_server"); }
void take_engine(ConfReader& r, const ConfWords& w) { vs(r).persistence_engine = r.word(w, 1); }

constexpr Keyword kReal[] = {
    {.name = "weight", .take = take_rs_weight},
    {.name = "lvs_method", .take = take_rs_method},
    {.name = "uthreshold", .take = take_threshold},
    {.name = "lthreshold", .take = take_threshold},
    {.name = "inhibit_on_failure", .take = take_rs_flag<&R::inhibit>},
    {.name = "notify_up", .take = take_notify_up},
    {.name = "notify_down", .take = take_notify_down},
    {.name = "alpha", .take = take_rs_flag<&R::alpha>},
    {.name = "retry", .take = take_rs_retry},
    {.name = "delay_before_retry", .take = take_rs_before_retry},
    {.name = "warmup", .take = take_rs_warmup},
    {.name = "connect_timeout", .take = take_rs_timeout},
    {.name = "delay_loop", .take = take_rs_loop},
    {.name = "smtp_alert", .take = take_rs_alert},
    {.name = "virtualhost", .take = take_rs_host},
    {.name = "snmp_name", .refused = kSnmp},
};

// A real server's keywords: its own, and one a kind of checker.
std::span<const Keyword> real_keywords() {
  static const std::vector<Keyword> all = [] {
    std::vector<Keyword> both(std::begin(kReal), std::end(kReal));
    const auto checkers = checker_keywords();
    both.insert(both.end(), checkers.begin(), checkers.end());
    return both;
  }();
  return all;
}

std::span<const Keyword> server_keywords() {
  static const Keyword all[] = {
      {.name = "ip_family", .take = take_family},
      {.name = "retry", .take = take_vs_retry},
      {.name = "delay_before_retry", .take = take_vs_before_retry},
      {.name = "warmup", .take = take_vs_warmup},
      {.name = "connect_timeout", .take = take_vs_timeout},
      {.name = "delay_loop", .take = take_vs_loop},
      {.name = "inhibit_on_failure", .take = set<&V::inhibit>},
      {.name = "lb_algo", .take = take_scheduler},
      {.name = "lvs_sched", .take = take_scheduler},
      {.name = "hashed", .take = take_scheduler_flag},
      {.name = "ops", .take = take_scheduler_flag},
      {.name = "flag-1", .take = take_scheduler_flag},
      {.name = "flag-2", .take = take_scheduler_flag},
      {.name = "flag-3", .take = take_scheduler_flag},
      {.name = "sh-port", .take = take_scheduler_flag},
      {.name = "sh-fallback", .take = take_scheduler_flag},
      {.name = "mh-port", .take = take_scheduler_flag},
      {.name = "mh-fallback", .take = take_scheduler_flag},
      {.name = "lb_kind", .take = take_vs_method},
      {.name = "lvs_method", .take = take_vs_method},
      {.name = "persistence_engine", .take = take_engine},
      {.name = "persistence_timeout", .take = take_persistence},
      {.name = "persistence_granularity", .take = take_granularity},
      {.name = "protocol", .take = take_protocol},
      {.name = "ha_suspend", .take = set<&V::ha_suspend>},
      {.name = "smtp_alert", .take = take_vs_alert},
      {.name = "virtualhost", .take = take_vs_host},
      {.name = "snmp_name", .refused = kSnmp},
      {.name = "alpha", .take = set<&V::alpha>},
      {.name = "omega", .take = set<&V::omega>},
      {.name = "quorum_up", .take = take_quorum_up},
      {.name = "quorum_down", .take = take_quorum_down},
      {.name = "quorum", .take = take_quorum},
      {.name = "hysteresis", .take = take_hysteresis},
      {.name = "weight", .take = take_vs_weight},
      {.name = "sorry_server", .take = take_sorry},
      {.name = "sorry_server_inhibit", .take = take_sorry_inhibit},
      {.name = "sorry_server_lvs_method", .take = take_sorry_method},
      {.name = "real_server", .take = take_real, .inside = real_keywords(), .block = true},
  };
  return all;
}

}  // namespace

std::span<const Keyword> check_keywords() {
  static const Keyword all[] = {
      {.name = "SSL", .refused = "certificates of the checker are not modelled"},
      {.name = "virtual_server_group", .take = take_group},
      {.name = "virtual_server", .take = take_server, .inside = server_keywords(), .block = true},
  };
  return all;
}

}  // namespace lvs::keepalived
