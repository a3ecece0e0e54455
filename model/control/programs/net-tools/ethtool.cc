// SPDX-License-Identifier: GPL-2.0-or-later
// ethtool 6.1: settings, driver and offloads of an interface.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "control/machine/kept.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/net-tools/ethtool-features.h"
#include "control/words/interface-name.h"

namespace lvs::control {
namespace {

constexpr std::string_view kBadLine = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n";
constexpr std::string_view kNoDevice =
    "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n";

std::string_view type_of(const host::Device& dev) {
  if (dev.link != nullptr) return dev.link->type();
  return dev.is_loopback() ? "loopback" : dev.kind() == host::DeviceKind::ipip ? "ipip" : "veth";
}

int not_modelled(const Io& io, std::string_view what, std::string_view type) {
  io.complain(fmt::format("not modelled: {} of interfaces of type {}\n", what, type));
  return 2;
}

int show_settings(Machine& machine, const Io& io, const std::string& name) {
  const host::Device* const dev = machine.host().device(name);
  constexpr int kNoData = 75;
  if (dev == nullptr) {
    for (int asked = 0; asked < 5; ++asked) io.complain(kNoDevice);
    io.print("No data available\n");
    return kNoData;
  }
  const std::string_view type = type_of(*dev);
  const std::string link = fmt::format("\tLink detected: {}\n", dev->up && dev->carrier ? "yes" : "no");
  if (type == "dummy" || type == "ipip") {
    io.print("No data available\n");
    return kNoData;
  }
  io.print(fmt::format("Settings for {}:\n", name));
  if (type != "loopback") {
    const bool own_speed = type != "bridge" && type != "bond";
    if (!own_speed &&
        std::ranges::any_of(machine.host().devices(), [&](const auto& each) { return each->master == dev; }))
      return not_modelled(io, "the speed of ports", type);
    io.print(
        "\tSupported ports: [  ]\n\tSupported link modes:   Not reported\n\tSupported pause frame use: No\n"
        "\tSupports auto-negotiation: No\n\tSupported FEC modes: Not reported\n"
        "\tAdvertised link modes:  Not reported\n\tAdvertised pause frame use: No\n"
        "\tAdvertised auto-negotiation: No\n\tAdvertised FEC modes: Not reported\n");
    io.print(own_speed ? "\tSpeed: 10000Mb/s\n\tDuplex: Full\n\tAuto-negotiation: off\n\tPort: Twisted Pair\n"
                         "\tPHYAD: 0\n\tTransceiver: internal\n\tMDI-X: Unknown\n"
                       : "\tSpeed: Unknown!\n\tDuplex: Unknown! (255)\n\tAuto-negotiation: off\n\tPort: Other\n"
                         "\tPHYAD: 0\n\tTransceiver: internal\n");
  }
  io.print(link);
  return 0;
}

int show_driver(Machine& machine, const Io& io, const std::string& name) {
  const host::Device* const dev = machine.host().device(interface_of(name));
  const std::string_view type = dev == nullptr ? "" : type_of(*dev);
  if (dev == nullptr || type == "loopback") {
    io.complain(fmt::format("Cannot get driver information: {}\n",
                            dev == nullptr ? "No such device" : "Operation not supported"));
    return 71;
  }
  struct Driver {
    std::string_view type, name, version, firmware = "", bus = "";
    bool statistics = false;
  };
  static constexpr auto kDrivers = std::to_array<Driver>({{"bridge", "bridge", "2.3", "N/A", "N/A"},
                                                          {"macvlan", "macvlan", "0.1"},
                                                          {"veth", "veth", "1.0", "", "", true},
                                                          {"vlan", "802.1Q VLAN Support", "1.8", "N/A"}});
  const auto found = std::ranges::find(kDrivers, type, &Driver::type);
  if (found == kDrivers.end()) return not_modelled(io, "the driver", type);
  io.print(
      fmt::format("driver: {}\nversion: {}\nfirmware-version: {}\nexpansion-rom-version: \nbus-info: {}\n"
                  "supports-statistics: {}\nsupports-test: no\nsupports-eeprom-access: no\n"
                  "supports-register-dump: no\nsupports-priv-flags: no\n",
                  found->name, found->version, found->firmware, found->bus, found->statistics ? "yes" : "no"));
  return 0;
}

std::string kept_name(const host::Device& dev) { return fmt::format("offloads-{}", dev.index()); }

// Nothing: refused, and said so.
std::optional<Offloads> offloads_of(Machine& machine, const Io& io, const host::Device& dev) {
  auto offloads = Offloads::of(dev);
  if (!offloads) {
    not_modelled(io, "offloads", type_of(dev));
    return offloads;
  }
  const std::string word = kept(machine, kept_name(dev));
  if (!word.empty()) offloads->restore(word);
  return offloads;
}

int show_offloads(Machine& machine, const Io& io, const std::string& name) {
  const host::Device* const dev = machine.host().device(name);
  if (dev == nullptr) {
    io.complain(kNoDevice);
    return 1;
  }
  const auto offloads = offloads_of(machine, io, *dev);
  if (!offloads) return 2;
  io.print(fmt::format("Features for {}:\n", name));
  for (std::size_t i = 0; i < kOffloads; ++i)
    io.print(fmt::format("{}{}: {}\n", offload_name(i).indented ? "\t" : "", offload_name(i).shown, offloads->text(i)));
  return 0;
}

struct OffloadChange {
  std::string name;
  OffloadSet asked, values;
};

// ethtool's show_feature_changes(): what came otherwise than asked, or besides.
int change_offloads(Machine& machine, const Io& io, const OffloadChange& change) {
  const host::Device* const dev = machine.host().device(change.name);
  if (dev == nullptr) {
    io.complain(kNoDevice);
    return 92;
  }
  auto offloads = offloads_of(machine, io, *dev);
  if (!offloads) return 2;
  const OffloadSet before = offloads->active();
  offloads->set(change.asked, change.values);
  keep(machine, kept_name(*dev), offloads->saved());
  const OffloadSet after = offloads->active();
  const OffloadSet refused = (after ^ change.values) & change.asked, changed = before ^ after;
  const bool nothing = refused == change.asked;
  if (refused.any() || (changed & ~change.asked).any()) {
    io.print("Actual changes:\n");
    std::array<std::size_t, kOffloads> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [](std::size_t i) { return offload_name(i).bit; });
    for (const std::size_t i : order) {
      if (!refused[i] && !changed[i]) continue;
      std::string text = fmt::format("{}: {}", offload_name(i).kernel, after[i] ? "on" : "off");
      if (refused[i])
        text += change.values[i] ? " [requested on]" : " [requested off]";
      else if (!change.asked[i])
        text += " [not requested]";
      io.print(text + "\n");
    }
  }
  if (nothing) io.complain("Could not change any device features\n");
  return nothing ? 1 : 0;
}

CommandResultOrError parse_change(Args& args) {
  OffloadChange change{args.take(), {}, {}};
  while (!args.empty()) {
    const std::string word = args.take();
    const auto named = offloads_named(word);
    if (!named)
      return refusal(92, "netlink error: bit name not found (offset 56)\nnetlink error: Operation not supported\n");
    const std::string value = args.empty() ? "(null)" : args.take();
    if (value != "on" && value != "off")
      return refusal(
          1, fmt::format("ethtool (-K): flag '{}' for parameter '(null)' is not followed by 'on' or 'off'\n", value));
    change.asked |= *named;
    change.values = value == "on" ? change.values | *named : change.values & ~*named;
  }
  return instant([change](Machine& machine, Io& io) { return change_offloads(machine, io, change); });
}

}  // namespace

CommandResultOrError parse_ethtool(const std::vector<Word>& words) {
  constexpr std::string_view kKnown = "IF, -i IF, -k IF, -K IF FEATURE on|off ..., --version";
  Args args(words);
  if (args.empty()) return refusal(1, std::string(kBadLine));
  std::string option = args.peek().starts_with('-') ? args.take() : std::string();
  if (option == "--version") return refusal(0, {}, "ethtool version 6.1\n");
  struct Named {
    std::string_view brief, first, second;
  };
  for (const auto& [brief, first, second] : {Named{"-k", "--show-features", "--show-offload"},
                                             {"-K", "--features", "--offload"},
                                             {"-i", "--driver", "--driver"}})
    if (option == first || option == second) option = brief;
  if (!option.empty() && option != "-k" && option != "-K" && option != "-i")
    return base::Error{args.unknown("this option of ethtool is not modelled", std::string(kKnown))};
  if (args.empty()) return refusal(1, std::string(kBadLine));
  if (option == "-K") return parse_change(args);
  std::vector<std::string> names;
  while (!args.empty()) names.push_back(args.take());
  if (names.size() > 1) {
    if (!option.empty()) return refusal(1, fmt::format("ethtool: unexpected parameter '{}'\n", names[1]));
    return base::Error{args.unknown("one interface is modelled here", std::string(kKnown))};
  }
  return instant([option, name = names.front()](Machine& machine, Io& io) {
    if (option == "-k") return show_offloads(machine, io, name);
    return option == "-i" ? show_driver(machine, io, name) : show_settings(machine, io, name);
  });
}

}  // namespace lvs::control
