// SPDX-License-Identifier: GPL-2.0-or-later
// brctl (bridge-utils 1.7) and vconfig, which today's systems have as words of ip.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/usual/parsers.h"
#include "control/words/interface-name.h"
#include "host/virtual/bridge.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown =
    "addbr delbr addif delif hairpin show showmacs stp BRIDGE off setageing setfd sethello setmaxage setbridgeprio";

host::BridgeLink* bridge_of(Machine& machine, const std::string& name) {
  const host::Device* const device = machine.host().device(name);
  return device == nullptr ? nullptr : dynamic_cast<host::BridgeLink*>(device->link.get());
}

int failed(Io& io, std::string text) {
  io.complain(text + "\n");
  return 1;
}

int add_bridge(Machine& machine, Io& io, const std::string& name) {
  if (machine.host().device(name) != nullptr)
    return failed(io, fmt::format("device {} already exists; can't create bridge with the same name", name));
  machine.host().add_virtual(name, std::make_unique<host::BridgeLink>(machine.host()), std::nullopt);
  return 0;
}

int remove_bridge(Machine& machine, Io& io, const std::string& name) {
  host::Device* const device = machine.host().device(name);
  if (bridge_of(machine, name) == nullptr)
    return failed(io, fmt::format("bridge {} doesn't exist; can't delete it", name));
  if (device->up) return failed(io, fmt::format("bridge {} is still up; can't delete it", name));
  machine.host().remove_device(*device);
  return 0;
}

int add_port(Machine& machine, Io& io, const std::string& bridge, const std::string& name) {
  host::Device* const port = machine.host().device(interface_of(name));
  if (port == nullptr) return failed(io, fmt::format("interface {} does not exist!", name));
  if (bridge_of(machine, bridge) == nullptr) return failed(io, fmt::format("bridge {} does not exist!", bridge));
  if (port->master != nullptr)
    return failed(
        io, fmt::format("device {} is already a member of a bridge; can't enslave it to bridge {}.", name, bridge));
  if (!machine.host().set_master(*port, machine.host().device(bridge)))
    return failed(io, fmt::format("can't add {} to bridge {}: Invalid argument", name, bridge));
  return 0;
}

int take_port(Machine& machine, Io& io, const std::string& bridge, const std::string& name) {
  host::Device* const port = machine.host().device(interface_of(name));
  if (port == nullptr) return failed(io, fmt::format("interface {} does not exist!", name));
  if (bridge_of(machine, bridge) == nullptr) return failed(io, fmt::format("bridge {} does not exist!", bridge));
  if (port->master != machine.host().device(bridge))
    return failed(io, fmt::format("device {} is not a slave of {}", name, bridge));
  machine.host().set_master(*port, nullptr);
  return 0;
}

void show_bridge(Io& io, const host::Device& device, const host::BridgeLink& bridge) {
  // Without a port it has no number yet (kernel: br_stp_recalculate_bridge_id()).
  std::string id = bridge.ports().empty() ? base::MacAddr{}.text() : device.mac.text();
  std::erase(id, ':');
  std::vector<std::string> ports;
  for (const host::Device* port : bridge.ports()) ports.push_back(port->name());
  std::ranges::sort(ports);
  io.print(fmt::format("{}\t\t8000.{}\tno\t\t", device.name(), id));
  for (std::size_t i = 0; i < ports.size(); ++i)
    io.print(fmt::format("{}{}\n", i == 0 ? "" : "\t\t\t\t\t\t\t", ports[i]));
  if (ports.empty()) io.print("\n");
}

int show(Machine& machine, Io& io, const std::string& only) {
  if (!only.empty() && bridge_of(machine, only) == nullptr)
    return failed(io, machine.host().device(only) == nullptr ? fmt::format("bridge {} does not exist!", only)
                                                             : fmt::format("device {} is not a bridge!", only));
  std::vector<std::string> names;
  for (const auto& device : machine.host().devices())
    if (only.empty() ? bridge_of(machine, device->name()) != nullptr : device->name() == only)
      names.push_back(device->name());
  std::ranges::sort(names);
  io.print("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n");
  for (const std::string& name : names) show_bridge(io, *machine.host().device(name), *bridge_of(machine, name));
  return 0;
}

int show_addresses(Machine& machine, Io& io, const std::string& name) {
  const host::BridgeLink* const bridge = bridge_of(machine, name);
  if (bridge == nullptr) return failed(io, fmt::format("read of forward table failed: No such device"));
  struct Row {
    base::MacAddr mac;
    std::size_t port;
    bool local;
    base::Time age;
  };
  std::vector<Row> rows;
  const auto& ports = bridge->ports();  // the newest first
  const auto number = [&](const host::Device* port) {
    return static_cast<std::size_t>(ports.end() - std::ranges::find(ports, port));
  };
  for (const host::Device* port : ports) rows.push_back({port->mac, number(port), true, {}});
  for (const auto& [mac, entry] : bridge->learned())
    rows.push_back({mac, number(entry.port), false, machine.host().now() - entry.seen});
  std::ranges::sort(rows, {}, [](const Row& row) { return row.mac.bytes; });
  io.print("port no\tmac addr\t\tis local?\tageing timer\n");
  for (const Row& row : rows) {
    const auto hundredths = row.age.count() / 10'000'000;
    io.print(fmt::format("{:3}\t{}\t{}\t\t{:4}.{:02}\n", row.port, row.mac.text(), row.local ? "yes" : "no",
                         hundredths / 100, hundredths % 100));
  }
  return 0;
}

int set_hairpin(Machine& machine, Io& io, const std::string& bridge, const std::string& name, bool on) {
  host::BridgeLink* const link = bridge_of(machine, bridge);
  const host::Device* const port = machine.host().device(name);
  if (link == nullptr || port == nullptr || port->master != machine.host().device(bridge))
    return failed(io, fmt::format("can't set {} to hairpin on bridge {}: {}", name, bridge,
                                  link == nullptr ? "No such device" : "Invalid argument"));
  link->set_hairpin(*port, on);
  return 0;
}

int set_ageing(Machine& machine, Io& io, const std::string& name, const std::string& text) {
  std::string_view rest = text;
  const auto seconds = base::take_number<double>(rest);
  if (!seconds || !rest.empty()) return failed(io, "bad ageing time value");
  host::BridgeLink* const bridge = bridge_of(machine, name);
  if (bridge == nullptr) return failed(io, "set ageing time failed: No such device");
  bridge->ageing_time = std::chrono::milliseconds(10) * std::llround(*seconds * 100);
  return 0;
}

}  // namespace

CommandResultOrError parse_brctl(const std::vector<Word>& words) {
  const std::string verb = words.size() > 1 ? words[1].text : std::string();
  const std::string first = words.size() > 2 ? words[2].text : std::string();
  const std::string second = words.size() > 3 ? words[3].text : std::string();
  const auto of = [&](std::size_t count, InstantCommand::Body body) -> CommandResultOrError {
    if (words.size() == 2 + count) return instant(std::move(body));
    return refusal(1, fmt::format("Incorrect number of arguments for command\nUsage: brctl {}\n", verb));
  };
  if (verb == "addbr") return of(1, [first](Machine& m, Io& io) { return add_bridge(m, io, first); });
  if (verb == "delbr") return of(1, [first](Machine& m, Io& io) { return remove_bridge(m, io, first); });
  if (verb == "addif" || verb == "delif") {
    std::vector<std::string> ports;
    for (std::size_t i = 3; i < words.size(); ++i) ports.push_back(words[i].text);
    if (ports.empty()) return of(2, {});
    return instant([first, ports, adds = verb == "addif"](Machine& m, Io& io) {
      for (const std::string& port : ports)
        if (const int status = adds ? add_port(m, io, first, port) : take_port(m, io, first, port)) return status;
      return 0;
    });
  }
  if (verb == "show" && words.size() <= 3) return instant([first](Machine& m, Io& io) { return show(m, io, first); });
  if (verb == "showmacs") return of(1, [first](Machine& m, Io& io) { return show_addresses(m, io, first); });
  if (verb == "setageing")
    return of(2, [first, second](Machine& m, Io& io) { return set_ageing(m, io, first, second); });
  if (verb == "hairpin" && words.size() == 5) {
    const std::string& how = words[4].text;
    const bool on = how == "on" || how == "yes" || how == "1", off = how == "off" || how == "no" || how == "0";
    if (!on && !off) return refusal(1, "expect on/off for argument\n");
    return instant([first, second, on](Machine& m, Io& io) { return set_hairpin(m, io, first, second, on); });
  }
  const bool of_spanning_tree = verb == "setfd" || verb == "sethello" || verb == "setmaxage" || verb == "setbridgeprio";
  if (of_spanning_tree || (verb == "stp" && (second == "off" || second == "no" || second == "0")))
    return of(2, [first](Machine& m, Io& io) {
      return bridge_of(m, first) != nullptr ? 0 : failed(io, fmt::format("bridge {} does not exist!", first));
    });
  const Word& odd = verb == "stp" && words.size() > 3 ? words[3] : words.size() > 1 ? words[1] : words[0];
  return base::Error{SyntaxError{odd.column, odd.text, "not modelled here", std::string(kKnown)}};
}

CommandResultOrError parse_vconfig(const std::vector<Word>& words) {
  // Debian's is a script around ip (vlan 2.0.5).
  std::vector<Word> ip{{"ip", words[0].column}};
  const auto say = [&](std::initializer_list<std::string> more) {
    for (const std::string& each : more) ip.push_back({each, words[1].column});
    return parse_command(ip);
  };
  if (words.size() == 4 && words[1].text == "add")
    return say({"link", "add", "link", words[2].text, "name", words[2].text + "." + words[3].text, "type", "vlan", "id",
                words[3].text});
  if (words.size() == 3 && words[1].text == "rem") return say({"link", "del", words[2].text});
  const Word& odd = words.size() > 1 ? words[1] : words[0];
  return base::Error{SyntaxError{odd.column, odd.text, "not modelled here", "add IF ID, rem IF"}};
}

}  // namespace lvs::control
