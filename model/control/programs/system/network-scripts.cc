// SPDX-License-Identifier: GPL-2.0-or-later
// ifup and ifdown of Red Hat's initscripts: ifup-eth, ifup-aliases, ifup-routes, ifdown-eth.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>

#include "base/addr.h"
#include "base/numbers.h"
#include "control/programs/system/network-plan.h"

namespace lvs::control {
namespace {

using Settings = std::map<std::string, std::string>;

// Those that say nothing of the addresses, and those that do.
constexpr auto kSilentKeys = std::to_array<std::string_view>({"NAME",
                                                              "UUID",
                                                              "TYPE",
                                                              "ONBOOT",
                                                              "USERCTL",
                                                              "PEERDNS",
                                                              "PEERROUTES",
                                                              "NM_CONTROLLED",
                                                              "NETWORK",
                                                              "IPV6INIT",
                                                              "IPV6_AUTOCONF",
                                                              "IPV6_DEFROUTE",
                                                              "IPV6_FAILURE_FATAL",
                                                              "IPV6_PEERDNS",
                                                              "IPV6_PEERROUTES",
                                                              "IPV6_PRIVACY",
                                                              "IPV6_ADDR_GEN_MODE",
                                                              "IPV4_FAILURE_FATAL",
                                                              "DNS1",
                                                              "DNS2",
                                                              "DNS3",
                                                              "DOMAIN",
                                                              "PROXY_METHOD",
                                                              "BROWSER_ONLY",
                                                              "HOTPLUG",
                                                              "ISALIAS",
                                                              "DEVICETYPE",
                                                              "ZONE",
                                                              "HWADDR",
                                                              "NOZEROCONF",
                                                              "DELAY",
                                                              "STP"});
constexpr auto kActiveKeys = std::to_array<std::string_view>(
    {"DEVICE", "BOOTPROTO", "IPADDR", "NETMASK", "PREFIX", "BROADCAST", "GATEWAY", "DEFROUTE", "MTU", "MACADDR", "ARP",
     "ARPCHECK", "ARPUPDATE", "ONPARENT", "VLAN", "PHYSDEV", "SCOPE", "METRIC", "NO_ALIASROUTING"});

std::string_view stripped(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

bool is_no(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  if (found == settings.end()) return false;
  std::string value = found->second;
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value == "no" || value == "f" || value == "false" || value == "off" || value == "n" || value == "0";
}

std::string value_of(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

// IPADDR, IPADDR0 and so on.
bool is_numbered(std::string_view key) {
  const std::size_t digits = key.find_last_not_of("0123456789");
  const std::string_view base = key.substr(0, digits + 1);
  return base.size() < key.size() && (base == "IPADDR" || base == "NETMASK" || base == "PREFIX" || base == "BROADCAST");
}

class NetworkScripts {
 public:
  NetworkScripts(const NetworkFiles& files, NetworkPlan& plan) : files_(files), plan_(plan) {}

  void up(const std::string& name) {
    Settings settings;
    if (!read(name, settings)) {
      if (!plan_.refused.empty()) return;
      say(fmt::format("/sbin/ifup: configuration for {} not found.", name));
      say("Usage: ifup <configuration>");
      plan_.script += "exit 1\n";
      return;
    }
    const std::string device = value_of(settings, "DEVICE"), real = device.substr(0, device.find(':'));
    const bool alias = device != real;
    plan_.script += "(\n";
    if (!is_no(settings, "VLAN") && !value_of(settings, "VLAN").empty() && !alias) make_vlan(settings, device);
    plan_.script += fmt::format(
        "ip link show dev {} > /dev/null 2>&1 || {{ echo 'ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] "
        "Device {} does not seem to be present, delaying initialization.'; exit 1; }}\n",
        real, device);
    if (const auto mac = value_of(settings, "MACADDR"); !mac.empty()) line("ip link set dev {} address {}", real, mac);
    if (const auto mtu = value_of(settings, "MTU"); !mtu.empty()) line("ip link set dev {} mtu {}", real, mtu);
    const auto arp = value_of(settings, "ARP");
    if (!arp.empty()) line("ip link set dev {} arp {}", real, is_no(settings, "ARP") ? "off" : "on");
    line("ip link set dev {} up", real);
    bool first = true;
    for (const std::string& index : {std::string(), std::string("0"), std::string("1"), std::string("2")}) {
      if (value_of(settings, "IPADDR" + index).empty()) continue;
      if (!address(settings, index, device, real)) return;
      if (first && !gateway(settings, index)) return;
      first = false;
    }
    const bool zeroconf = settings.find("NOZEROCONF") == settings.end() && !alias && real != "lo";
    if (zeroconf) {
      line("index=$(ip -o link show dev {} | cut -d: -f1)", real);
      line("ip route add 169.254.0.0/16 dev {} metric $((1000 + index)) scope link", real);
    }
    routes(device);
    if (!alias) aliases(device);
    plan_.script += ") || exit 1\n";
  }

  // Whatever has come of the addresses: all with the label go.
  void down(const std::string& name) {
    Settings settings;
    if (!read(name, settings)) {
      if (!plan_.refused.empty()) return;
      say("usage: ifdown <configuration>");
      plan_.script += "exit 1\n";
      return;
    }
    const std::string device = value_of(settings, "DEVICE"), real = device.substr(0, device.find(':'));
    const std::string label = device == real ? "" : " label " + device;
    for (const char* scope : {"global", "host"})
      line("ip addr flush dev {}{} scope {} 2> /dev/null", real, label, scope);
    if (device == real) line("ip link set dev {} down 2> /dev/null", device);
    if (!is_no(settings, "VLAN") && !value_of(settings, "VLAN").empty()) line("ip link del {} 2> /dev/null", device);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> text, Values&&... values) {
    plan_.script += fmt::format(text, std::forward<Values>(values)...) + "\n";
  }
  void say(const std::string& text) { plan_.script += fmt::format("echo {} >&2\n", shell_quoted(text)); }
  bool refuse(const std::string& name, const std::string& what) {
    plan_.refused = fmt::format("{}/ifcfg-{}: {}", kNetworkScripts, name, what);
    return false;
  }

  // NAME="VALUE" lines. False: there is none, or something of it is not modelled.
  bool read(const std::string& name, Settings& settings) {
    auto text = files_.read(fmt::format("{}/ifcfg-{}", kNetworkScripts, name));
    if (!text && name == "lo") text = "DEVICE=lo\nIPADDR=127.0.0.1\nNETMASK=255.0.0.0\nBROADCAST=127.255.255.255\n";
    if (!text) return false;
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      std::string_view each = stripped(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (each.empty() || each[0] == '#') continue;
      const std::size_t equals = each.find('=');
      if (equals == std::string_view::npos) return refuse(name, fmt::format("'{}' is not modelled", each));
      const std::string key(each.substr(0, equals));
      std::string_view value = each.substr(equals + 1);
      const char quote = value.empty() ? ' ' : value[0];
      if (quote == '"' || quote == '\'') {
        value = value.substr(1, value.find(quote, 1) - 1);
      } else {
        value = value.substr(0, value.find_first_of(" \t#"));
      }
      const bool known = std::ranges::find(kSilentKeys, key) != kSilentKeys.end() ||
                         std::ranges::find(kActiveKeys, key) != kActiveKeys.end() || is_numbered(key);
      if (!known) return refuse(name, fmt::format("the key {} is not modelled", key));
      if (value.find_first_of("$`\\;&|<>'\"()") != std::string_view::npos)
        return refuse(name, fmt::format("the value of {} is not modelled", key));
      settings[key] = value;
    }
    const std::string protocol = value_of(settings, "BOOTPROTO");
    if (protocol == "dhcp" || protocol == "bootp") return refuse(name, "BOOTPROTO=" + protocol + " is not modelled");
    const std::string type = value_of(settings, "TYPE");
    if (!type.empty() && type != "Ethernet" && type != "Vlan" && type != "Loopback")
      return refuse(name, "TYPE=" + type + " is not modelled");
    if (value_of(settings, "DEVICE").empty())
      settings["DEVICE"] = value_of(settings, "NAME").empty() ? name : value_of(settings, "NAME");
    return true;
  }

  // Kernel names: eth0.5, or vlan5 with PHYSDEV.
  void make_vlan(const Settings& settings, const std::string& device) {
    const std::size_t dot = device.rfind('.');
    std::string below = value_of(settings, "PHYSDEV"), id = device.substr(device.find_last_not_of("0123456789") + 1);
    if (dot != std::string::npos) below = device.substr(0, dot);
    line("ip link set dev {} up", below);
    line("ip link show dev {0} > /dev/null 2>&1 || ip link add dev {0} link {1} type vlan id {2}", device, below, id);
  }

  std::optional<base::Ipv4Prefix> prefix(const Settings& settings, const std::string& index) {
    const auto addr = base::Ipv4Addr::parse(value_of(settings, "IPADDR" + index));
    if (!addr) return std::nullopt;
    const std::string length = value_of(settings, "PREFIX" + index), mask = value_of(settings, "NETMASK" + index);
    if (!length.empty()) {
      const auto bits = base::c_number(length, 32);
      return bits ? std::optional(base::Ipv4Prefix{*addr, static_cast<unsigned>(*bits)}) : std::nullopt;
    }
    if (!mask.empty()) {
      const auto bits = base::Ipv4Addr::parse(mask);
      if (!bits) return std::nullopt;
      return base::Ipv4Prefix{*addr, static_cast<unsigned>(std::countl_one(bits->value))};
    }
    const unsigned top = addr->value >> 24;
    return base::Ipv4Prefix{*addr, top < 128 ? 8U : top < 192 ? 16U : 24U};
  }

  bool address(const Settings& settings, const std::string& index, const std::string& device, const std::string& real) {
    const auto own = prefix(settings, index);
    if (!own) return refuse(device, "the address cannot be read");
    std::string broadcast = value_of(settings, "BROADCAST" + index);
    if (broadcast.empty()) broadcast = base::Ipv4Addr{own->addr.value | ~own->mask()}.text();
    const std::string text = fmt::format("{}/{}", own->addr.text(), own->length);
    line("if ! ip -o -4 addr show dev {} | grep -q 'inet {} '; then", real, text);
    const bool on_wire = real != "lo";
    if (on_wire && !is_no(settings, "ARPCHECK" + index))
      line(
          "arping -q -c 2 -w 3 -D -I {0} {1} || {{ echo 'ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Error, "
          "some other host already uses address {1}.'; exit 1; }}",
          real, own->addr.text());
    std::string scope = value_of(settings, "SCOPE");
    if (device == "lo") scope = "scope host";
    line("ip addr add {} brd {} dev {} {} label {}", text, broadcast, real, scope, device);
    line("fi");
    if (on_wire && !is_no(settings, "ARPUPDATE" + index)) {
      line("arping -q -A -c 1 -w 3 -I {} {}", real, own->addr.text());
      line("( sleep 2; arping -q -U -c 1 -w 3 -I {} {} ) > /dev/null 2>&1 &", real, own->addr.text());
    }
    return true;
  }

  bool gateway(const Settings& settings, const std::string& index) {
    const std::string text = value_of(settings, "GATEWAY");
    if (text.empty() || is_no(settings, "DEFROUTE")) return true;
    const auto gateway = base::Ipv4Addr::parse(text);
    if (!gateway) return refuse(value_of(settings, "DEVICE"), "the gateway cannot be read");
    const std::string metric = value_of(settings, "METRIC");
    if (prefix(settings, index)->contains(*gateway))
      line("ip route replace default{} via {}", metric.empty() ? "" : " metric " + metric, text);
    return true;
  }

  // route-NAME and rule-NAME: words of `ip route add`, or ADDRESS0, NETMASK0, GATEWAY0.
  void routes(const std::string& device) {
    for (const std::string object : {"route", "rule"}) {
      const auto text = files_.read(fmt::format("{}/{}-{}", kNetworkScripts, object, device));
      if (!text) continue;
      Settings numbered;
      std::string_view rest = *text;
      while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string each(stripped(rest.substr(0, end)));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (each.empty() || each[0] == '#') continue;
        const bool numbers = each.starts_with("ADDRESS") || each.starts_with("NETMASK") || each.starts_with("GATEWAY");
        if (numbers)
          numbered[each.substr(0, each.find('='))] = each.substr(each.find('=') + 1);
        else
          line("ip {} add {}", object, each);
      }
      for (int i = 0; numbered.contains(fmt::format("ADDRESS{}", i)); ++i) {
        const auto mask = base::Ipv4Addr::parse(value_of(numbered, fmt::format("NETMASK{}", i)));
        const std::string via = value_of(numbered, fmt::format("GATEWAY{}", i));
        line("ip route add {}/{}{} dev {}", numbered[fmt::format("ADDRESS{}", i)],
             mask ? std::countl_one(mask->value) : 32, via.empty() ? "" : " via " + via,
             device.substr(0, device.find(':')));
      }
    }
  }

  void aliases(const std::string& device) {
    std::vector<std::string> names = files_.list(kNetworkScripts);
    std::ranges::sort(names);
    for (const std::string& file : names) {
      const std::string start = fmt::format("ifcfg-{}:", device);
      Settings settings;
      if (!file.starts_with(start) || !read(file.substr(6), settings)) continue;
      if (!is_no(settings, "ONPARENT") && !address(settings, "", value_of(settings, "DEVICE"), device)) return;
    }
  }

  const NetworkFiles& files_;
  NetworkPlan& plan_;
};

}  // namespace

bool has_network_scripts(const NetworkFiles& files) {
  // Every machine has ifcfg-lo.
  const auto names = files.list(kNetworkScripts);
  return std::ranges::any_of(names,
                             [](const std::string& name) { return name.starts_with("ifcfg-") && name != "ifcfg-lo"; });
}

NetworkPlan plan_network_scripts(const NetworkFiles& files, bool up, const std::vector<std::string>& names) {
  NetworkPlan plan;
  NetworkScripts scripts(files, plan);
  for (std::string name : names) {
    if (name.starts_with("ifcfg-")) name.erase(0, 6);
    up ? scripts.up(name) : scripts.down(name);
    if (!plan.refused.empty()) break;
  }
  return plan;
}

}  // namespace lvs::control
