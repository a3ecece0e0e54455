// SPDX-License-Identifier: GPL-2.0-or-later
// bridge link and bridge fdb (iproute2 6.1 bridge/link.c, bridge/fdb.c), to look at.
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/ip/link.h"
#include "host/virtual/bridge.h"

namespace lvs::control {
namespace {

const host::BridgeLink* bridge_over(const host::Device& port) {
  return port.master == nullptr ? nullptr : dynamic_cast<const host::BridgeLink*>(port.master->link.get());
}

struct Wanted {
  std::string bridge, device;
};

int show_links(Machine& machine, Io& io, const Wanted& wanted) {
  for (const auto& device : machine.host().devices()) {
    if (bridge_over(*device) == nullptr) continue;
    if (!wanted.device.empty() && device->name() != wanted.device) continue;
    const bool forwards = device->up && device->carrier;
    // The cost is that of the link's speed: 10 Gb/s of a veth.
    io.print(fmt::format("{}: {} mtu {} master {} state {} priority 32 cost 2 \n", device->index(),
                         fmt::format("{}: {}", ip::device_name(*device), ip::flags_of(*device)), device->mtu,
                         device->master->name(), forwards ? "forwarding" : "disabled"));
  }
  return 0;
}

// bridge link set dev PORT hairpin on
CommandResultOrError parse_set(Args& args) {
  std::string device;
  std::optional<bool> hairpin;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (args.empty() || (word != "dev" && word != "hairpin"))
      return base::Error{args.unknown("not modelled here", "set dev IF hairpin on|off")};
    const std::string& value = args.take();
    if (word == "dev")
      device = value;
    else if (value == "on" || value == "off")
      hairpin = value == "on";
    else
      return refusal(255, fmt::format("Error: argument of \"hairpin\" must be \"on\" or \"off\", not \"{}\"\n", value));
  }
  if (device.empty()) return refusal(255, "Device is a required argument.\n");
  return instant([device, hairpin](Machine& machine, Io& io) {
    const host::Device* const port = machine.host().device(device);
    if (port == nullptr) {
      io.complain(fmt::format("Cannot find bridge device \"{}\"\n", device));
      return 1;
    }
    auto* const bridge = port->master == nullptr ? nullptr : dynamic_cast<host::BridgeLink*>(port->master->link.get());
    if (bridge == nullptr) {
      io.complain("RTNETLINK answers: Operation not supported\n");
      return 2;
    }
    if (hairpin) bridge->set_hairpin(*port, *hairpin);
    return 0;
  });
}

}  // namespace

CommandResultOrError parse_bridge(const std::vector<Word>& words) {
  Args args(words);
  if (args.empty()) return base::Error{args.unknown("an object is needed", "link fdb")};
  const std::string object = args.take();
  if (object != "link" && object != "l") return base::Error{args.unknown("not modelled here", "link [show] [dev IF]")};
  Wanted wanted;
  if (args.peek() == "set" || args.peek() == "s") {
    args.take();
    return parse_set(args);
  }
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "show" || word == "list" || word == "lst") continue;
    if (word != "dev" || args.empty()) return base::Error{args.unknown("not modelled here", "show dev IF")};
    wanted.device = args.take();
  }
  return instant([wanted](Machine& machine, Io& io) { return show_links(machine, io, wanted); });
}

}  // namespace lvs::control
