// SPDX-License-Identifier: GPL-2.0-or-later
// ifup and ifdown of Debian's ifupdown: stanzas of /etc/network/interfaces; the lines are those that `ifup -nv` shows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/addr.h"
#include "control/programs/system/network-plan.h"

namespace lvs::control {
namespace {

constexpr char kState[] = "/run/network/ifstate";

struct Stanza {
  std::string name, method;
  std::vector<std::pair<std::string, std::string>> options;

  std::string value(std::string_view key) const {
    const auto found = std::ranges::find(options, key, &std::pair<std::string, std::string>::first);
    return found == options.end() ? std::string() : found->second;
  }
};

constexpr auto kOptions = std::to_array<std::string_view>(
    {"address",    "netmask",        "broadcast", "gateway", "metric",          "mtu",
     "hwaddress",  "pointopoint",    "scope",     "network", "dns-nameservers", "dns-search",
     "dns-domain", "dns-nameserver", "up",        "post-up", "pre-up",          "down",
     "pre-down",   "post-down"});

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> words;
  for (;;) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

struct InterfacesFile {
  std::vector<std::string> automatic;
  std::vector<Stanza> stanzas;
  std::string refused;

  void read(const NetworkFiles& files, const std::string& path, int deep = 0) {
    const auto text = files.read(path);
    if (!text || deep > 8) return;
    std::string joined = *text;
    for (std::size_t at = 0; (at = joined.find("\\\n", at)) != std::string::npos;) joined.replace(at, 2, " ");
    std::string_view rest = joined;
    Stanza* open = nullptr;
    while (!rest.empty() && refused.empty()) {
      const std::size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      const auto words = split(line);
      if (words.empty() || words[0][0] == '#') continue;
      if (words[0] == "auto" || words[0] == "allow-auto") {
        automatic.insert(automatic.end(), words.begin() + 1, words.end());
        open = nullptr;
      } else if (words[0] == "allow-hotplug") {
        open = nullptr;
      } else if (words[0] == "source" && words.size() == 2) {
        sources(files, words[1], deep);
        open = nullptr;
      } else if (words[0] == "iface" && words.size() == 4) {
        if (words[2] != "inet") {
          refused = fmt::format("{}: 'iface {} {}' is not modelled", path, words[1], words[2]);
          return;
        }
        stanzas.push_back({words[1], words[3], {}});
        open = &stanzas.back();
      } else if (open == nullptr || std::ranges::find(kOptions, words[0]) == kOptions.end()) {
        refused = fmt::format("{}: '{}' is not modelled", path, words[0]);
      } else {
        const std::size_t from = line.find(words[0]) + words[0].size();
        const std::size_t value = std::min(line.find_first_not_of(" \t", from), line.size());
        open->options.emplace_back(words[0], line.substr(value));
      }
    }
  }

 private:
  // FILE, or FOLDER/*.
  void sources(const NetworkFiles& files, const std::string& path, int deep) {
    if (!path.ends_with("/*")) return read(files, path, deep + 1);
    const std::string folder = path.substr(0, path.size() - 2);
    auto names = files.list(folder);
    std::ranges::sort(names);
    for (const std::string& name : names) read(files, folder + "/" + name, deep + 1);
  }
};

// "10.0.0.100/255.255.255.255 broadcast 10.0.0.100", as ifupdown computes it; empty: it cannot.
std::string address_words(const Stanza& stanza) {
  std::string text = stanza.value("address"), mask = stanza.value("netmask");
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    if (mask.empty()) mask = text.substr(slash + 1);
    text.erase(slash);
  }
  const auto addr = base::Ipv4Addr::parse(text);
  if (!addr) return {};
  if (mask.empty()) {
    const unsigned top = addr->value >> 24;
    mask = top < 128 ? "255.0.0.0" : top < 192 ? "255.255.0.0" : "255.255.255.0";
  }
  const auto dotted = base::Ipv4Addr::parse(mask);
  std::string broadcast = stanza.value("broadcast");
  if (broadcast.empty()) broadcast = dotted ? base::Ipv4Addr{addr->value | ~dotted->value}.text() : "+";
  std::string words = fmt::format("{}/{} broadcast {}", text, mask, broadcast);
  if (const auto peer = stanza.value("pointopoint"); !peer.empty()) words += " peer " + peer;
  if (const auto scope = stanza.value("scope"); !scope.empty()) words += " scope " + scope;
  return words;
}

class Stanzas {
 public:
  Stanzas(const InterfacesFile& file, NetworkPlan& plan) : file_(file), plan_(plan) {}

  void act(const std::string& name, bool up, bool configured, bool lenient) {
    bool known = false;
    for (const Stanza& stanza : file_.stanzas) known = known || stanza.name == name;
    const std::string_view program = up ? "ifup" : "ifdown";
    if (!known) return say(fmt::format("{}: unknown interface {}", program, name), "failed=1\n");
    if (up && configured) {
      if (!lenient) say(fmt::format("ifup: interface {} already configured", name), "");
      return;
    }
    if (!up && !configured) {
      if (!lenient) say(fmt::format("ifdown: interface {} not configured", name), "");
      return;
    }
    for (const Stanza& stanza : file_.stanzas) {
      if (stanza.name != name) continue;
      if (!steps(stanza, up)) return;
    }
    plan_.script += fmt::format("mkdir -p /run/network\n{}\n",
                                up ? fmt::format("[ $failed = 1 ] || echo {0}={0} >> {1}", name, kState)
                                   : fmt::format("grep -v '^{0}=' {1} > {1}.new; mv {1}.new {1}", name, kState));
  }

 private:
  void say(const std::string& text, const std::string& then) {
    plan_.script += fmt::format("echo {} >&2\n{}", shell_quoted(text), then);
  }

  bool steps(const Stanza& stanza, bool up) {
    const std::string& name = stanza.name;
    std::vector<std::string> lines;
    const bool alias = name.find(':') != std::string::npos;
    const std::string gateway = stanza.value("gateway"), metric = stanza.value("metric");
    const std::string way =
        fmt::format("default via {}{} dev {}", gateway, metric.empty() ? "" : " metric " + metric, name);
    const std::string words = stanza.method == "static" ? address_words(stanza) : std::string();
    if (stanza.method == "static" && words.empty())
      return refuse(fmt::format("the address of {} is missing or cannot be read", name));
    if (stanza.method != "static" && stanza.method != "manual" && stanza.method != "loopback")
      return refuse(fmt::format("'iface {} inet {}' is not modelled", name, stanza.method));
    own(stanza, up ? "pre-up" : "down", lines);
    own(stanza, up ? "" : "pre-down", lines);
    if (stanza.method == "loopback") {
      lines.push_back(fmt::format("ip link set dev {} {}", name, up ? "up" : "down"));
    } else if (up) {
      std::string set;
      if (const auto mtu = stanza.value("mtu"); !mtu.empty()) set += " mtu " + mtu;
      if (auto mac = stanza.value("hwaddress"); !mac.empty()) set += " address " + mac.substr(mac.rfind(' ') + 1);
      if (!words.empty()) lines.push_back(fmt::format("ip addr add {0} dev {1} label {1}", words, name));
      if (!words.empty()) lines.push_back(fmt::format("ip link set dev {}{} up", name, set));
      if (words.empty()) lines.push_back(fmt::format("ip link set dev {}{} up 2> /dev/null || true", name, set));
      if (!gateway.empty() && !words.empty()) lines.push_back(fmt::format("ip route add {} onlink", way));
    } else {
      if (!gateway.empty()) lines.push_back(fmt::format("ip route del {} > /dev/null 2>&1 || true", way));
      if (!words.empty()) lines.push_back(fmt::format("ip addr del {0} dev {1} label {1}", words, name));
      if (!alias) lines.push_back(fmt::format("ip link set dev {} down 2> /dev/null || true", name));
    }
    own(stanza, up ? "up" : "post-down", lines);
    own(stanza, up ? "post-up" : "", lines);
    plan_.script += fmt::format("export IFACE={0} LOGICAL={0} ADDRFAM=inet METHOD={1} MODE={2} VERBOSITY=0\n", name,
                                stanza.method, up ? "start" : "stop");
    for (const auto& [key, value] : stanza.options) {
      std::string variable = "IF_";
      for (const char c : key)
        variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      if (key.find("up") == std::string::npos && key.find("down") == std::string::npos)
        plan_.script += fmt::format("export {}={}\n", variable, shell_quoted(value));
    }
    plan_.script += "while true; do\n";
    for (const std::string& line : lines)
      plan_.script += up ? fmt::format("sh -c {} || {{ echo 'ifup: failed to bring up {}' >&2; failed=1; break; }}\n",
                                       shell_quoted(line), name)
                         : fmt::format("sh -c {}\n", shell_quoted(line));
    plan_.script += "break; done\n";
    return true;
  }

  // What the stanza has of that moment, "up" before "post-up".
  static void own(const Stanza& stanza, std::string_view key, std::vector<std::string>& lines) {
    for (const auto& [name, value] : stanza.options)
      if (!key.empty() && name == key) lines.push_back(value);
  }

  bool refuse(const std::string& what) {
    plan_.refused = fmt::format("{}: {}", kInterfacesFile, what);
    return false;
  }

  const InterfacesFile& file_;
  NetworkPlan& plan_;
};

}  // namespace

NetworkPlan plan_interfaces_file(const NetworkFiles& files, bool up, const std::vector<std::string>& names, bool all) {
  NetworkPlan plan;
  InterfacesFile file;
  file.read(files, kInterfacesFile);
  if (!file.refused.empty()) return {"", file.refused};
  const std::string state = "\n" + files.read(kState).value_or("");
  plan.script = "failed=0\n";
  Stanzas stanzas(file, plan);
  std::vector<std::string> chosen = names;
  if (all) chosen = file.automatic;
  if (!up) std::ranges::reverse(chosen);
  for (const std::string& name : chosen) {
    if (all && name == "lo") continue;  // it is up, and no address of it is in these files
    stanzas.act(name, up, state.find("\n" + name + "=") != std::string::npos, all);
    if (!plan.refused.empty()) break;
  }
  plan.script += "exit $failed\n";
  return plan;
}

}  // namespace lvs::control
