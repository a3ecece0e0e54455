// SPDX-License-Identifier: GPL-2.0-or-later
// ip address: show, flush (iproute2 6.1 ip/ipaddress.c).
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/link.h"
#include "control/programs/ip/listing.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::InterfaceAddress;

// Whole seconds that are left of one of its lives (kernel: inet_fill_ifaddr()).
std::uint32_t left_of(std::uint32_t life, const InterfaceAddress& address, base::Time now) {
  if (life == InterfaceAddress::kForever) return life;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - address.set_at).count();
  return age < life ? life - static_cast<std::uint32_t>(age) : 0;
}

// One that lasts for ever does not become so, but can be so (kernel: set_ifa_lifetime()).
bool is_deprecated(const InterfaceAddress& address, base::Time now) {
  if (address.valid == InterfaceAddress::kForever) return address.preferred == 0;
  return left_of(address.preferred, address, now) == 0;
}

struct AddrFilter {
  std::string dev;
  bool up = false;
  std::optional<host::Scope> scope;
  std::optional<base::Ipv4Prefix> to;
  std::string label;
  std::optional<std::uint32_t> group;
  std::optional<bool> secondary, permanent, deprecated;

  bool any() const { return scope || to || !label.empty() || secondary || permanent || deprecated; }
  bool takes(const InterfaceAddress& address, base::Time now) const {
    if (permanent && (address.valid == InterfaceAddress::kForever) != *permanent) return false;
    if (deprecated && is_deprecated(address, now) != *deprecated) return false;
    if (scope && address.scope != *scope) return false;
    if (secondary && address.secondary != *secondary) return false;
    if (to && !(address.prefix.length >= to->length ? to->contains(address.prefix.addr) : false)) return false;
    return label.empty() || fnmatch(label.c_str(), address.label.c_str(), 0) == 0;
  }
};

void put_local(Listing& out, const InterfaceAddress& address) {
  const std::string local = address.prefix.addr.text();
  out.put("local", local, out.paint(Paint::inet, local));
  if (!address.peer.is_any() && address.peer != address.prefix.addr)
    out.put("address", address.peer.text(), " peer " + out.paint(Paint::inet, address.peer.text()));
  out.put("prefixlen", std::uint64_t{address.prefix.length}, fmt::format("/{}", address.prefix.length));
}

std::string life_text(std::uint32_t left) {
  return left == InterfaceAddress::kForever ? "forever" : fmt::format("{}sec", left);
}

// iproute2: print_addrinfo().
void put_address(Listing& out, const InterfaceAddress& address, base::Time now, std::string_view separator) {
  const auto put = [&](std::string_view key, const std::string& value, std::string_view word) {
    out.put(key, value, fmt::format("{} {} ", word, value));
  };
  out.put("family", std::string("inet"), "    inet ");
  put_local(out, address);
  if (address.metric != 0) out.put("metric", std::uint64_t{address.metric}, fmt::format(" metric {}", address.metric));
  out.words(" ");
  const std::string broadcast = address.broadcast.text();
  if (!address.broadcast.is_any()) out.put("broadcast", broadcast, "brd " + out.paint(Paint::inet, broadcast + " "));
  put("scope", text_of(address.scope), "scope");
  const auto flag = [&](bool set, std::string_view key) {
    if (set) out.put(key, true, fmt::format("{} ", key));
  };
  flag(address.secondary, "secondary");
  flag(is_deprecated(address, now), "deprecated");
  flag(address.valid != InterfaceAddress::kForever, "dynamic");
  flag(address.noprefixroute, "noprefixroute");
  out.put("label", address.label, address.label);
  const std::uint32_t valid = left_of(address.valid, address, now);
  const std::uint32_t preferred =
      valid == InterfaceAddress::kForever ? valid : left_of(address.preferred, address, now);
  out.words(fmt::format("{}       valid_lft ", separator));
  out.put("valid_life_time", std::uint64_t{valid}, life_text(valid));
  out.put("preferred_life_time", std::uint64_t{preferred}, fmt::format(" preferred_lft {}\n", life_text(preferred)));
}

void put_addresses(Listing& out, const host::Device& dev, const AddrFilter& filter, const Options& options,
                   base::Time now) {
  out.open_array("addr_info");
  for (const InterfaceAddress& address : dev.addresses) {
    const bool taken = filter.takes(address, now);
    // The kernel leaves out what is no more valid for long, iproute2 what its filter names: as an empty object.
    if (!taken && filter.to && !options.brief) continue;
    if (!taken && !out.json()) continue;
    out.open_object();
    if (taken && options.brief) {
      put_local(out, address);
      out.words(" ");
    } else if (taken) {
      if (options.oneline) {
        out.put("index", std::uint64_t{dev.index()}, fmt::format("{}: ", dev.index()));
        out.put("dev", dev.name(), dev.name());
      }
      put_address(out, address, now, options.oneline ? "\\" : "\n");
    }
    out.close_object();
  }
  out.close_array();
}

void put_device(Listing& out, Machine& machine, const host::Device& dev, const AddrFilter& filter,
                const Options& options) {
  out.open_object();
  if (options.brief) {
    put_brief(out, dev);
  } else if (filter.label.empty() && !options.oneline) {
    put_link_line(out, machine, dev, false);
    out.words("\n");
    if (!options.ipv4 && !filter.to) {
      put_hardware(out, dev);
      if (options.details) put_details(out, dev, false, "\n");
      out.words("\n");
    }
  }
  put_addresses(out, dev, filter, options, machine.host().now());
  if (options.brief) out.words("\n");
  if (options.stats > 0 && !options.brief && !options.oneline && filter.label.empty()) put_counters(out, dev, options);
  out.close_object();
}

int show(Machine& machine, Io& io, const AddrFilter& filter, const Options& options) {
  if (!filter.dev.empty() && machine.host().device(interface_of(filter.dev)) == nullptr) {
    io.complain(fmt::format("Device \"{}\" does not exist.\n", filter.dev));
    return 1;
  }
  const base::Time now = machine.host().now();
  Listing out(options);
  out.open_array();
  for (const auto& dev : machine.host().devices()) {
    if (!filter.dev.empty() && dev->name() != interface_of(filter.dev)) continue;
    if (filter.group && dev->group != *filter.group) continue;
    // iproute2 leaves out interfaces all of whose addresses the filter has taken away, but not those without any.
    const bool none_left = !dev->addresses.empty() && filter.any() &&
                           std::ranges::none_of(dev->addresses, [&](const auto& a) { return filter.takes(a, now); });
    if (none_left) continue;
    if ((filter.to || options.ipv4) && dev->addresses.empty()) continue;
    if (filter.up && !dev->up) {  // iproute2 has begun an object when it looks
      out.open_object();
      out.close_object();
      continue;
    }
    if (options.details && !options.brief && !options.oneline && filter.label.empty() && !has_details(*dev))
      return no_details(io, *dev);
    put_device(out, machine, *dev, filter, options);
  }
  out.close_array();
  io.print(out.take());
  return 0;
}

int flush(Machine& machine, Io& io, const AddrFilter& filter) {
  host::Host& host = machine.host();
  if (!filter.dev.empty() && host.device(interface_of(filter.dev)) == nullptr) {
    io.complain(fmt::format("Device \"{}\" does not exist.\n", filter.dev));
    return 1;
  }
  for (const auto& dev : host.devices()) {
    if (!filter.dev.empty() && dev->name() != interface_of(filter.dev)) continue;
    if (filter.up && !dev->up) continue;
    // Secondaries may go with their primary, so look again after each.
    for (bool found = true; found;) {
      const auto address =
          std::ranges::find_if(dev->addresses, [&](const auto& a) { return filter.takes(a, host.now()); });
      found = address != dev->addresses.end();
      if (found) {
        const base::Ipv4Prefix prefix = address->prefix;
        if (host.remove_address(*dev, prefix) != host::ConfigError::none) break;
      }
    }
  }
  return 0;
}

}  // namespace

CommandResultOrError parse_addr_list(Args& args, const Options& options, bool flushing) {
  AddrFilter filter;
  bool any = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    any = true;
    if (word == "up") {
      filter.up = true;
    } else if (word == "scope" || word == "to" || word == "label" || word == "dev" || word == "group") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
      if (word == "scope") {
        if (text == "all") continue;
        filter.scope = scope_of(text);
        if (!filter.scope) return invalid_argument(text, "invalid \"scope\"");
      } else if (word == "to") {
        filter.to = iproute_prefix(text);
        if (!filter.to) return bad_prefix(text);
      } else if (word == "label") {
        filter.label = text;
      } else if (word == "group") {
        filter.group = group_of(text);
        if (!filter.group) return invalid_argument(text, "Invalid \"group\" value\n");
      } else {
        filter.dev = text;
      }
    } else if (word == "primary" || word == "secondary") {
      filter.secondary = word == "secondary";
    } else if (word == "permanent" || word == "dynamic" || word == "-dynamic" || word == "-permanent") {
      filter.permanent = word == "permanent" || word == "-dynamic";
    } else if (word == "deprecated" || word == "-deprecated") {
      filter.deprecated = word == "deprecated";
    } else if (word == "master" || word == "vrf" || word == "type" || word == "temporary" || word == "tentative" ||
               word == "autojoin" || word == "dadfailed" || word == "home" || word == "mngtmpaddr" || word == "nodad" ||
               word == "nomaster" || word == "noprefixroute" || word == "help" || word.starts_with('-')) {
      return base::Error{args.unknown("not modelled here",
                                      "dev up scope to label group primary secondary permanent dynamic deprecated")};
    } else {
      if (!filter.dev.empty()) return duplicate_or_garbage("dev", word);
      filter.dev = word;
    }
  }
  if (flushing) {
    if (!any) return refusal(1, "Flush requires arguments.\n");
    return instant([filter](Machine& machine, Io& io) { return flush(machine, io, filter); });
  }
  return instant([filter, options](Machine& machine, Io& io) { return show(machine, io, filter, options); });
}

}  // namespace lvs::control::ip
