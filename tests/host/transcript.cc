// SPDX-License-Identifier: GPL-2.0-or-later
#include "transcript.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lvs::test {

using namespace lvs::host;

namespace {

using Words = std::vector<std::string>;

unsigned long number(const std::string& text) { return std::stoul(text, nullptr, 0); }

std::string_view name_of(RouteType type) {
  switch (type) {
    case RouteType::local: return "local ";
    case RouteType::broadcast: return "broadcast ";
    case RouteType::multicast: return "multicast ";
    case RouteType::blackhole: return "blackhole ";
    case RouteType::unreachable: return "unreachable ";
    case RouteType::prohibit: return "prohibit ";
    case RouteType::throw_: return "throw ";
    default: return "";
  }
}

RouteType type_of(const std::string& word) {
  for (const RouteType type : {RouteType::local, RouteType::broadcast, RouteType::multicast, RouteType::blackhole,
                               RouteType::unreachable, RouteType::prohibit, RouteType::throw_}) {
    if (name_of(type) == word + " ") return type;
  }
  return RouteType::unicast;
}

std::string_view name_of(Scope scope) {
  switch (scope) {
    case Scope::global: return "global";
    case Scope::site: return "site";
    case Scope::link: return "link";
    case Scope::host: return "host";
    case Scope::nowhere: return "nowhere";
  }
  return "";
}

Scope scope_of(const std::string& word) {
  for (const Scope scope : {Scope::global, Scope::link, Scope::host}) {
    if (name_of(scope) == word) return scope;
  }
  ADD_FAILURE() << "scope " << word;
  return Scope::global;
}

std::string shown(const base::Ipv4Prefix& p) {
  if (p.length == 0) return "default";
  return p.length == 32 ? p.addr.text() : p.text();
}

std::string shown(const FibRoute& r) {
  std::string text = fmt::format("{}{}", name_of(r.type), shown(r.dst));
  if (r.tos != 0) text += fmt::format(" tos {:#x}", r.tos);
  if (!r.gateway.is_any()) text += " via " + r.gateway.text();
  if (r.dev != nullptr) text += " dev " + r.dev->name();
  if (r.proto == RouteProto::kernel) text += " proto kernel";
  if (r.scope != Scope::global) text += fmt::format(" scope {}", name_of(r.scope));
  if (!r.pref_src.is_any()) text += " src " + r.pref_src.text();
  if (r.metric != 0) text += fmt::format(" metric {}", r.metric);
  if (r.mtu != 0) text += fmt::format(" mtu {}{}", r.mtu_locked ? "lock " : "", r.mtu);
  if (r.linkdown) text += " linkdown";
  if (r.onlink) text += " onlink";
  return text + "\n";
}

std::string shown(const InterfaceAddress& a, const Device& dev) {
  std::string text = fmt::format("{} inet ", dev.name());
  if (a.peer != a.prefix.addr) {
    text += fmt::format("{} peer {}/{}", a.prefix.addr.text(), a.peer.text(), a.prefix.length);
  } else {
    text += a.prefix.text();
  }
  if (!a.broadcast.is_any()) text += " brd " + a.broadcast.text();
  text += fmt::format(" scope {}{}{} {}\n", name_of(a.scope), a.secondary ? " secondary" : "",
                      a.noprefixroute ? " noprefixroute" : "", a.label);
  return text;
}

std::string shown(const FibRule& r) {
  std::string text = fmt::format("{}:\tfrom {}", r.preference, r.from.length == 0 ? "all" : shown(r.from));
  if (r.to.length != 0) text += " to " + shown(r.to);
  if (r.mark) text += fmt::format(" fwmark {:#x}", *r.mark);
  if (!r.iif.empty()) text += " iif " + r.iif;
  const std::string table = r.table == table::local      ? "local"
                            : r.table == table::main     ? "main"
                            : r.table == table::default_ ? "default"
                                                         : std::to_string(r.table);
  if (r.action == RouteType::unicast) return text + " lookup " + table + "\n";
  const std::string_view action = name_of(r.action);
  return text + " " + std::string(action.substr(0, action.size() - 1)) + "\n";
}

std::uint32_t table_of(const std::string& word) {
  return word == "main" ? table::main : word == "local" ? table::local : static_cast<std::uint32_t>(number(word));
}

std::string answer(RouteError error) {
  switch (error) {
    case RouteError::net_unreachable: return "RTNETLINK answers: Network is unreachable\n";
    case RouteError::host_unreachable: return "RTNETLINK answers: No route to host\n";
    case RouteError::prohibited: return "RTNETLINK answers: Permission denied\n";
    case RouteError::no_device: return "RTNETLINK answers: No such device\n";
    default: return "RTNETLINK answers: Invalid argument\n";
  }
}

std::string answer(ConfigError error) {
  switch (error) {
    case ConfigError::none: return "";
    case ConfigError::exists: return "RTNETLINK answers: File exists\n";
    case ConfigError::not_available: return "RTNETLINK answers: Cannot assign requested address\n";
    default: return "RTNETLINK answers: Invalid argument\n";
  }
}

// ip route get ... ; fields as inet_rtm_getroute() fills them.
std::string get(TestHost& h, const Words& w) {
  FlowKey key{.dst = addr(w[1])};
  for (std::size_t i = 2; i + 1 < w.size(); i += 2) {
    if (w[i] == "from") key.src = addr(w[i + 1]);
    if (w[i] == "iif") key.in = h.host.device(w[i + 1]);
    if (w[i] == "oif") key.out = h.host.device(w[i + 1]);
    if (w[i] == "mark") key.mark = static_cast<std::uint32_t>(number(w[i + 1]));
    if (w[i] == "tos") key.tos = static_cast<std::uint8_t>(number(w[i + 1]));
  }
  Route route;
  if (key.in != nullptr) {
    trace::Drop drop{};
    route = h.host.fib.input(key, drop);
    if (drop == trace::Drop::ip_rpfilter) return "RTNETLINK answers: Invalid cross-device link\n";
    if (drop != trace::Drop::none) return "RTNETLINK answers: Invalid argument\n";
    if (route.error != RouteError::none) return answer(route.error);
  } else {
    route = h.host.fib.output(key);
    if (!route.valid()) return answer(route.error);
  }
  std::string text = fmt::format("{}{}", name_of(route.type), key.dst.text());
  if (!key.src.is_any()) text += " from " + key.src.text();
  if (key.tos != 0) text += fmt::format(" tos {:#x}", key.tos);
  if (!route.gateway.is_any()) text += " via " + route.gateway.text();
  text += " dev " + route.dev->name();
  if (key.in == nullptr && key.src.is_any() && !route.src.is_any()) text += " src " + route.src.text();
  if (key.mark != 0) text += fmt::format(" mark {}", key.mark);
  text += " cache";
  const bool local = route.dev->is_loopback() || route.also_local;
  std::string flags;
  const auto flag = [&](bool on, std::string_view name) {
    if (on) flags += fmt::format("{}{}", flags.empty() ? "" : ",", name);
  };
  flag(local, "local");
  flag(route.redirect, "redirect");
  flag(route.type == RouteType::broadcast, "brd");
  flag(route.type == RouteType::multicast, "mc");
  if (!flags.empty()) text += " <" + flags + ">";
  if (!local && route.mtu != route.dev->mtu) {
    text += fmt::format(" mtu {}{}", route.mtu_locked ? "lock " : "", route.mtu);
  }
  if (key.in != nullptr) text += " iif " + key.in->name();
  return text + "\n";
}

std::string addr_command(TestHost& h, const Words& w) {
  InterfaceAddress a;
  Device* dev = nullptr;
  std::string peer;
  std::string broadcast;
  for (std::size_t i = 3; i < w.size(); ++i) {
    if (w[i] == "dev") {
      dev = h.host.device(w[++i]);
    } else if (w[i] == "brd") {
      broadcast = w[++i];
    } else if (w[i] == "scope") {
      a.scope = scope_of(w[++i]);
    } else if (w[i] == "peer") {
      peer = w[++i];
    } else if (w[i] == "noprefixroute") {
      a.noprefixroute = true;
    } else {
      a.prefix = prefix(w[i]);
    }
  }
  if (!peer.empty()) {
    a.peer = prefix(peer).addr;
    a.prefix.length = prefix(peer).length;
  }
  if (w[2] == "del") return answer(h.host.remove_address(*dev, a.prefix));
  if (!broadcast.empty()) a.broadcast = broadcast == "+" ? a.prefix.directed_broadcast() : addr(broadcast);
  // ip(8) gives 127/8 on any interface the scope host when none is named.
  if (a.prefix.addr.is_loopback() && a.scope == Scope::global) a.scope = Scope::host;
  return answer(h.host.add_address(*dev, a));
}

std::string route_command(TestHost& h, const Words& w) {
  FibRoute r;
  const bool del = w[2] == "del";
  bool scoped = false;
  if (del) r.type = RouteType::none;
  if (del) r.proto = RouteProto::unspec;
  for (std::size_t i = 3; i < w.size(); ++i) {
    const std::string& word = w[i];
    if (word == "via") {
      r.gateway = addr(w[++i]);
    } else if (word == "dev") {
      r.dev = h.host.device(w[++i]);
    } else if (word == "src") {
      r.pref_src = addr(w[++i]);
    } else if (word == "metric") {
      r.metric = static_cast<std::uint32_t>(number(w[++i]));
    } else if (word == "tos") {
      r.tos = static_cast<std::uint8_t>(number(w[++i]));
    } else if (word == "table") {
      r.table = table_of(w[++i]);
    } else if (word == "scope") {
      r.scope = scope_of(w[++i]);
      scoped = true;
    } else if (word == "mtu") {
      if (w[++i] == "lock") {
        r.mtu_locked = true;
        ++i;
      }
      r.mtu = static_cast<std::uint32_t>(number(w[i]));
    } else if (word == "onlink") {
      r.onlink = true;
    } else if (type_of(word) != RouteType::unicast) {
      r.type = type_of(word);
      if (r.type == RouteType::local) r.table = table::local;
    } else if (word != "default") {
      r.dst = prefix(word);
    }
  }
  if (!scoped) {
    r.scope = del                                                                ? Scope::nowhere
              : r.type == RouteType::local                                       ? Scope::host
              : r.type == RouteType::broadcast || r.type == RouteType::multicast ? Scope::link
              : r.type == RouteType::unicast && r.gateway.is_any()               ? Scope::link
                                                                                 : Scope::global;
  }
  FibError error{};
  if (del) {
    error = h.host.fib.remove(r);
  } else {
    const Fib::AddMode mode = w[2] == "add"       ? Fib::AddMode::add
                              : w[2] == "append"  ? Fib::AddMode::append
                              : w[2] == "prepend" ? Fib::AddMode::prepend
                              : w[2] == "replace" ? Fib::AddMode::replace
                                                  : Fib::AddMode::change;
    error = h.host.fib.add(r, mode);
  }
  return error == FibError::none ? "" : std::string(text_of(error)) + "\n";
}

std::string rule_command(TestHost& h, const Words& w) {
  if (w[2] == "show") {
    std::string text;
    for (const FibRule& rule : h.host.fib.rules()) text += shown(rule);
    return text;
  }
  FibRule r;
  const bool del = w[2] == "del";
  if (del) {
    r.action = RouteType::none;
    r.table = 0;
  }
  for (std::size_t i = 3; i < w.size(); ++i) {
    if (w[i] == "from") {
      r.from = prefix(w[++i]);
    } else if (w[i] == "to") {
      r.to = prefix(w[++i]);
    } else if (w[i] == "iif") {
      r.iif = w[++i];
    } else if (w[i] == "fwmark") {
      r.mark = static_cast<std::uint32_t>(number(w[++i]));
    } else if (w[i] == "table") {
      r.table = table_of(w[++i]);
    } else {
      r.action = type_of(w[i]);
      r.table = 0;
    }
  }
  if (del) return h.host.fib.remove_rule(r) ? "" : "RTNETLINK answers: No such file or directory\n";
  h.host.fib.add_rule(r);
  return "";
}

std::string sysctl_command(TestHost& h, const std::string& argument, bool write) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  const int value = write ? static_cast<int>(number(argument.substr(equals + 1))) : 0;
  const std::string ipv4 = "net.ipv4.", conf = "net.ipv4.conf.";
  if (name.rfind(conf, 0) != 0) {
    const auto key = ipv4_key_of(name.substr(ipv4.size()));
    if (write) return h.host.set_sysctl(*key, value), "";
    return fmt::format("{}\n", h.host.sysctls.get(*key));
  }
  const std::size_t dot = name.find('.', conf.size());
  const std::string dev = name.substr(conf.size(), dot - conf.size());
  const Conf key = *conf_of(name.substr(dot + 1));
  if (write) {
    if (dev == "all") return h.host.set_conf_all(key, value), "";
    if (dev == "default") return h.host.set_conf_default(key, value), "";
    return h.host.set_conf(*h.host.device(dev), key, value), "";
  }
  const ConfSet& set = dev == "all"       ? h.host.sysctls.all
                       : dev == "default" ? h.host.sysctls.defaults
                                          : h.host.device(dev)->conf;
  return fmt::format("{}\n", set[static_cast<std::size_t>(key)]);
}

}  // namespace

std::vector<Case> read_transcript(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("== ", 0) == 0) {
      cases.push_back({line.substr(3), {}});
    } else if (cases.empty()) {
      continue;
    } else if (line.rfind("$ ", 0) == 0) {
      cases.back().steps.push_back({line.substr(2), ""});
    } else if (!line.empty()) {
      cases.back().steps.back().output += line + "\n";
    }
  }
  return cases;
}

std::string run(TestHost& h, std::string_view command) {
  std::istringstream stream{std::string(command)};
  Words w;
  for (std::string word; stream >> word;) w.push_back(word);
  if (w[0] == "get") return get(h, w);
  if (w[0] == "sleep") return "";
  std::string text;
  if (w[0] == "routes") {
    for (const FibRoute* route : h.host.fib.routes(table_of(w[1]))) text += shown(*route);
    return text;
  }
  if (w[0] == "addrs") {
    const Device* dev = h.host.device(w[1]);
    for (const InterfaceAddress& a : dev->addresses) text += shown(a, *dev);
    return text;
  }
  if (w[0] == "sysctl") return sysctl_command(h, w.back(), w.size() > 3);
  if (w[0] == "ip" && w[1] == "addr") return addr_command(h, w);
  if (w[0] == "ip" && w[1] == "route") return route_command(h, w);
  if (w[0] == "ip" && w[1] == "rule") return rule_command(h, w);
  if (w[0] == "ip" && w[1] == "link" && w[2] == "set") {
    // p0 is the far end of eth0: without it, eth0 has no carrier.
    if (w[3][0] == 'p') {
      h.host.set_carrier(*h.host.device("eth" + w[3].substr(1)), w[4] == "up");
    } else if (w[4] == "mtu") {
      h.host.set_mtu(*h.host.device(w[3]), static_cast<std::uint32_t>(number(w[5])));
    } else {
      h.host.set_up(*h.host.device(w[3]), w[4] == "up");
    }
    return "";
  }
  ADD_FAILURE() << "not a command of the recordings: " << command;
  return "";
}

}  // namespace lvs::test
