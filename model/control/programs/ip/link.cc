// SPDX-License-Identifier: GPL-2.0-or-later
// ip link: show, delete (add: link-add.cc, set: link-set.cc) (iproute2 6.1 ip/iplink.c, ip/ipaddress.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/link.h"
#include "control/programs/ip/listing.h"

namespace lvs::control::ip {

bool is_cable(std::string_view name) {
  return name.starts_with("eth") && name.size() > 3 && name.find_first_not_of("0123456789", 3) == name.npos;
}

namespace {

constexpr std::string_view kKnownShow = "dev up type master group";

// As `type` spells it; empty: a cable or lo.
std::string type_of(const host::Device& dev) {
  if (dev.link != nullptr) return std::string(dev.link->type());
  return dev.kind() == host::DeviceKind::ipip ? "ipip" : "";
}

void put_link(Listing& out, Machine& machine, const host::Device& dev, const Options& options) {
  out.open_object();
  if (options.brief) {
    put_brief_link(out, dev);
    return out.close_object();
  }
  const std::string_view line = options.oneline ? "\\" : "\n";
  put_link_line(out, machine, dev, true);
  out.words(line);
  put_hardware(out, dev);
  if (options.details) put_details(out, dev, true, line);
  if (!dev.alias.empty()) out.put("ifalias", dev.alias, fmt::format("{}    alias {}", line, dev.alias));
  if (options.stats > 0) {
    Listing counters(options);
    if (out.json()) {
      put_counters(out, dev, options);
    } else {
      put_counters(counters, dev, options);
      std::string text = "\n" + counters.take();
      text.pop_back();
      if (options.oneline) std::ranges::replace(text, '\n', '\\');
      out.words(text);
    }
  }
  out.words("\n");
  out.close_object();
}

CommandResultOrError parse_show(Args& args, const Options& options) {
  std::string name, type, master;
  std::optional<std::uint32_t> group;
  bool up = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "up") {
      up = true;
    } else if (word == "dev") {
      if (args.empty()) return incomplete();
      name = args.take();
    } else if (word == "type" || word == "master") {
      if (args.empty()) return incomplete();
      (word == "type" ? type : master) = args.take();
    } else if (word == "group") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      group = group_of(text);
      if (!group) return invalid_argument(text, "Invalid \"group\" value\n");
    } else if (word == "vrf" || word == "nomaster" || word == "dynamic" || word == "help") {
      return base::Error{args.unknown("not modelled here", std::string(kKnownShow))};
    } else {
      if (!name.empty()) return duplicate_or_garbage("dev", word);
      name = word;
    }
  }
  return instant([=](Machine& machine, Io& io) {
    if (!master.empty() && machine.host().device(interface_of(master)) == nullptr) {
      io.complain(fmt::format("Error: argument \"{}\" is wrong: Device does not exist\n\n", master));
      return 255;
    }
    if (!name.empty() && machine.host().device(name) == nullptr) {
      // Of an alias it finds the interface, and then asks for it by this name (iproute2: iplink_get()).
      const bool alias = machine.host().device(interface_of(name)) != nullptr;
      io.complain(alias ? "RTNETLINK answers: No such device\nCannot send link get request: No such device\n"
                        : fmt::format("Device \"{}\" does not exist.\n", name));
      return 1;
    }
    Listing out(options);
    out.open_array();
    for (const auto& dev : machine.host().devices()) {
      if (!name.empty() && dev->name() != name) continue;
      if (!type.empty() && type_of(*dev) != type) continue;
      if (!master.empty() && (dev->master == nullptr || dev->master->name() != interface_of(master))) continue;
      if (group && dev->group != *group) continue;
      if (up && !dev->up) {  // the kernel does not know of this condition, and iproute2 has begun an object
        out.open_object();
        out.close_object();
        continue;
      }
      if (options.details && !has_details(*dev)) return no_details(io, *dev);
      put_link(out, machine, *dev, options);
    }
    out.close_array();
    io.print(out.take());
    return 0;
  });
}

// Kernel: rtnl_group_dellink().
int delete_group(Machine& machine, Io& io, std::uint32_t group) {
  const auto next = [&]() -> host::Device* {
    for (const auto& dev : machine.host().devices())
      if (dev->group == group && dev->link != nullptr) return dev.get();
    return nullptr;
  };
  host::Device* dev = next();
  if (dev == nullptr) return rtnetlink_error(io, "No such device");
  for (; dev != nullptr; dev = next()) machine.host().remove_device(*dev);
  return 0;
}

CommandResultOrError parse_delete(Args& args) {
  std::string name;
  std::optional<std::uint32_t> group;
  while (!args.empty()) {
    const std::string& word = args.take();
    if ((word == "dev" || word == "type" || word == "group") && args.empty()) return incomplete();
    if (word == "group") {
      const std::string& text = args.take();
      group = group_of(text);
      if (!group) return invalid_argument(text, "Invalid \"group\" value\n");
    } else if (word == "dev") {
      name = args.take();
    } else if (word == "type") {
      args.take();  // what it is has been known for long
    } else if (!name.empty()) {
      return base::Error{args.unknown("not modelled here", "dev type")};
    } else {
      name = word;
    }
  }
  if (name.empty() && group) {
    if (*group == 0) return base::Error{args.unknown("taking the interfaces of cables away is not modelled")};
    return instant([group](Machine& machine, Io& io) { return delete_group(machine, io, *group); });
  }
  if (name.empty()) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  if (is_cable(name)) return base::Error{args.unknown("taking the interface of a cable away is not modelled")};
  return instant([name](Machine& machine, Io& io) {
    host::Device* dev = machine.host().device(name);
    if (dev == nullptr) return no_device(io, name);
    return config_error(io, machine.host().remove_device(*dev));
  });
}

}  // namespace

bool is_other_link_word(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"dynamic",     "trailers",    "netns",        "vf",           "xdp",          "xdpgeneric",   "xdpdrv",
       "xdpoffload",  "link",        "type",         "broadcast",    "brd",          "protodown",    "protodown_reason",
       "addrgenmode", "carrier",     "peer",         "mode",         "state",        "vrf",          "index",
       "numtxqueues", "numrxqueues", "gso_max_size", "gso_max_segs", "gro_max_size", "link-netnsid", "parentdev",
       "link-netns",  "help",        "master",       "nomaster",     "multicast",    "allmulticast"});
  return std::ranges::find(kWords, word) != kWords.end();
}

CommandResultOrError parse_link(Args& args, const Options& options) {
  if (args.empty()) return parse_show(args, options);
  const std::string& word = args.take();
  if (abbreviates(word, "add")) return parse_link_add(args);
  if (abbreviates(word, "set")) return parse_link_set(args);
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_show(args, options);
  if (abbreviates(word, "delete")) return parse_delete(args);
  return base::Error{args.unknown("unknown word behind ip link", "add set show delete")};
}

}  // namespace lvs::control::ip
