// SPDX-License-Identifier: GPL-2.0-or-later
// ip address: add, change, replace, delete, show, flush (iproute2 6.1 ip/ipaddress.c).
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/link.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::InterfaceAddress;

enum class Change { add, change, replace, remove };

struct AddrChange {
  Change kind = Change::add;
  std::string dev;
  std::string local;  // as typed
  InterfaceAddress address;
  bool has_address = false;
  bool length_given = false;
  bool broadcast_from_mask = false;  // brd +
  bool broadcast_zero_host = false;  // brd -
};

struct AddrFilter {
  std::string dev;
  bool up = false;
  std::optional<host::Scope> scope;
  std::optional<base::Ipv4Prefix> to;
  std::string label;
  std::optional<bool> secondary;

  bool any() const { return scope || to || !label.empty() || secondary; }
  bool takes(const InterfaceAddress& address) const {
    if (scope && address.scope != *scope) return false;
    if (secondary && address.secondary != *secondary) return false;
    if (to && !(address.prefix.length >= to->length ? to->contains(address.prefix.addr) : false)) return false;
    return label.empty() || fnmatch(label.c_str(), address.label.c_str(), 0) == 0;
  }
};

constexpr std::string_view kKnownAdd = "dev local peer broadcast brd label scope valid_lft preferred_lft noprefixroute";

// The kernel's words where it sends some (seen on 6.12.113: NL_SET_ERR_MSG() in inet_rtm_newaddr() and
// inet_rtm_deladdr()), else those for its number.
int explained_error(Io& io, const host::Host& host, std::string_view words, std::string_view number) {
  if (!host.kernel().explains_addresses) return rtnetlink_error(io, number);
  io.complain(fmt::format("Error: {}\n", words));
  return 2;
}

int apply(Machine& machine, Io& io, const AddrChange& change) {
  host::Host& host = machine.host();
  host::Device* dev = host.device(interface_of(change.dev));
  if (dev == nullptr) return no_device(io, change.dev);
  InterfaceAddress address = change.address;
  if (change.kind == Change::remove) {
    if (!change.has_address) return rtnetlink_error(io, "Operation not supported");
    const auto found = std::ranges::find_if(dev->addresses, [&](const InterfaceAddress& a) {
      // Without a length the kernel takes the first of that address, whatever its subnet.
      if (a.prefix.addr != address.prefix.addr) return false;
      if (!address.label.empty() && a.label != address.label) return false;
      return !change.length_given || a.subnet().length == address.prefix.length;
    });
    if (!change.length_given && change.address.peer.is_any()) {
      io.complain(
          fmt::format("Warning: Executing wildcard deletion to stay compatible with old scripts.\n"
                      "         Explicitly specify the prefix length ({}/32) to avoid this warning.\n"
                      "         This special behaviour is likely to disappear in further releases,\n"
                      "         fix your scripts!\n",
                      change.local));
    }
    if (found == dev->addresses.end()) {
      return explained_error(io, host, "ipv4: Address not found.", "Cannot assign requested address");
    }
    const base::Ipv4Prefix prefix = found->prefix;
    return config_error(io, host.remove_address(*dev, prefix));
  }
  if (!change.has_address) return rtnetlink_error(io, "Operation not supported");
  const std::uint32_t mask = address.prefix.mask();
  const base::Ipv4Addr subnet = address.peer.is_any() ? address.prefix.addr : address.peer;
  if (change.broadcast_from_mask && address.prefix.length <= 30) address.broadcast = {subnet.value | ~mask};
  if (change.broadcast_zero_host && address.prefix.length <= 30) address.broadcast = {subnet.value & mask};
  const bool there = std::ranges::any_of(dev->addresses, [&](const InterfaceAddress& a) {
    return a.prefix.addr == address.prefix.addr && a.prefix.length == address.prefix.length;
  });
  // The kernel changes lifetimes of what is there, and these are for ever.
  if (there && change.kind != Change::add) return 0;
  if (there) return explained_error(io, host, "ipv4: Address already assigned.", "File exists");
  return config_error(io, host.add_address(*dev, std::move(address)));
}

// The words behind add, change, replace and del: the first that is wrong ends it.
class ChangeParser {
 public:
  ChangeParser(Args& args, Change kind) : args_(args) { change_.kind = kind; }

  CommandResultOrError run() {
    while (!args_.empty() && !ended_) take(args_.take());
    if (ended_) return std::move(*ended_);
    if (change_.dev.empty()) return refusal(1, "Not enough information: \"dev\" argument is required.\n");
    // Addresses of 127.0.0.0/8 are for the host alone (iproute2: default_scope()).
    if (!scope_given_ && change_.address.prefix.addr.is_loopback()) change_.address.scope = host::Scope::host;
    return instant([change = change_](Machine& machine, Io& io) { return apply(machine, io, change); });
  }

 private:
  void refuse(CommandPtr command) { ended_ = std::move(command); }
  void fail(std::string reason, std::string known = {}) {
    ended_ = base::Error{args_.unknown(std::move(reason), std::move(known))};
  }

  void take(const std::string& word) {
    static constexpr auto kKeys = std::to_array<std::string_view>(
        {"peer", "remote", "broadcast", "brd", "scope", "dev", "label", "valid_lft", "preferred_lft", "local"});
    static constexpr auto kUnmodelled = std::to_array<std::string_view>(
        {"metric", "priority", "anycast", "nodad", "home", "mngtmpaddr", "autojoin", "proto"});
    if (looks_like_ipv6(word)) return fail("IPv6 is not modelled");
    if (std::ranges::find(kKeys, word) != kKeys.end()) {
      if (args_.empty()) return refuse(incomplete());
      return take_value(word, args_.take());
    }
    if (word == "noprefixroute") {
      change_.address.noprefixroute = true;
    } else if (std::ranges::find(kUnmodelled, word) != kUnmodelled.end()) {
      fail("not modelled here", std::string(kKnownAdd));
    } else {
      local(word);
    }
  }

  void take_value(const std::string& word, const std::string& text) {
    if (word == "peer" || word == "remote") return peer(text);
    if (word == "broadcast" || word == "brd") return broadcast(text);
    if (word == "local") return local(text);
    if (word == "scope") {
      const auto scope = scope_of(text);
      if (!scope) return refuse(invalid_argument(text, "invalid scope value."));
      change_.address.scope = *scope;
      scope_given_ = true;
    } else if (word == "dev") {
      change_.dev = text;
    } else if (word == "label") {
      change_.address.label = text;
    } else if (text != "forever") {  // valid_lft, preferred_lft
      fail("lifetimes are not modelled", "forever");
    }
  }

  void peer(const std::string& text) {
    const auto prefix = iproute_prefix(text);
    if (!prefix) return refuse(bad_prefix(text));
    change_.address.peer = prefix->addr;
    change_.address.prefix.length = prefix->length;
    change_.length_given = true;
  }

  void broadcast(const std::string& text) {
    if (text == "+") {
      change_.broadcast_from_mask = true;
    } else if (text == "-") {
      change_.broadcast_zero_host = true;
    } else if (const auto addr = iproute_address(text)) {
      change_.address.broadcast = *addr;
    } else {
      refuse(bad_address(text));
    }
  }

  void local(const std::string& text) {
    if (looks_like_ipv6(text)) return fail("IPv6 is not modelled");
    if (change_.has_address) return refuse(duplicate_or_garbage("local", text));
    bool given = false;
    const auto prefix = iproute_prefix(text, &given);
    if (!prefix) return refuse(bad_prefix(text));
    change_.local = text;
    change_.has_address = true;
    change_.address.prefix.addr = prefix->addr;
    if (!change_.address.peer.is_any()) return;
    change_.address.prefix.length = prefix->length;
    change_.length_given = given;
  }

  Args& args_;
  AddrChange change_;
  bool scope_given_ = false;
  std::optional<CommandResultOrError> ended_;
};

std::string address_text(const InterfaceAddress& address) {
  std::string text = address.prefix.addr.text();
  if (address.peer.is_any() || address.peer == address.prefix.addr) {
    return text + fmt::format("/{}", address.prefix.length);
  }
  return text + fmt::format(" peer {}/{}", address.peer.text(), address.prefix.length);
}

std::string inet_line(const InterfaceAddress& address) {
  std::string line = "inet " + address_text(address) + " ";
  if (!address.broadcast.is_any()) line += fmt::format("brd {} ", address.broadcast.text());
  line += fmt::format("scope {} ", text_of(address.scope));
  if (address.secondary) line += "secondary ";
  if (address.noprefixroute) line += "noprefixroute ";
  return line + address.label;
}

void show_device(Machine& machine, Io& io, const host::Device& dev, const AddrFilter& filter, const Options& options) {
  std::vector<const InterfaceAddress*> chosen;
  for (const InterfaceAddress& address : dev.addresses) {
    if (filter.takes(address)) chosen.push_back(&address);
  }
  if (options.brief) {
    std::string line = fmt::format("{:<16} {:<14} ", device_name(dev), state_of(dev));
    for (const InterfaceAddress* address : chosen) line += address_text(*address) + " ";
    return io.print(line + "\n");
  }
  if (options.oneline) {
    for (const InterfaceAddress* address : chosen) {
      io.print(fmt::format("{}: {}    {}\\       valid_lft forever preferred_lft forever\n", dev.index(), dev.name(),
                           inet_line(*address)));
    }
    return;
  }
  if (filter.label.empty()) {
    const auto details = options.details ? link_details(dev, false, "\n") : std::string();
    if (!details) return static_cast<void>(no_details(io, dev));
    io.print(link_line(machine, dev, false) + "\n");
    if (!options.ipv4 && !filter.to) io.print(hardware_line(dev) + *details + "\n");
  }
  for (const InterfaceAddress* address : chosen) {
    io.print(fmt::format("    {}\n       valid_lft forever preferred_lft forever\n", inet_line(*address)));
  }
  if (options.stats > 0 && filter.label.empty()) io.print(link_counters(dev, options.stats > 1));
}

int show(Machine& machine, Io& io, const AddrFilter& filter, const Options& options) {
  if (!filter.dev.empty() && machine.host().device(interface_of(filter.dev)) == nullptr) {
    io.complain(fmt::format("Device \"{}\" does not exist.\n", filter.dev));
    return 1;
  }
  for (const auto& dev : machine.host().devices()) {
    if (!filter.dev.empty() && dev->name() != interface_of(filter.dev)) continue;
    if (filter.up && !dev->up) continue;
    // iproute2 leaves out interfaces all of whose addresses the filter has taken away, but not those without any.
    const bool none_left = !dev->addresses.empty() && filter.any() &&
                           std::ranges::none_of(dev->addresses, [&](const auto& a) { return filter.takes(a); });
    if (none_left) continue;
    if ((filter.to || options.ipv4) && dev->addresses.empty()) continue;
    show_device(machine, io, *dev, filter, options);
  }
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
      const auto address = std::ranges::find_if(dev->addresses, [&](const auto& a) { return filter.takes(a); });
      found = address != dev->addresses.end();
      if (found) {
        const base::Ipv4Prefix prefix = address->prefix;
        if (host.remove_address(*dev, prefix) != host::ConfigError::none) break;
      }
    }
  }
  return 0;
}

CommandResultOrError parse_list(Args& args, const Options& options, bool flushing) {
  AddrFilter filter;
  bool any = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    any = true;
    if (word == "up") {
      filter.up = true;
    } else if (word == "scope" || word == "to" || word == "label" || word == "dev") {
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
      } else {
        filter.dev = text;
      }
    } else if (word == "primary" || word == "permanent") {
      if (word == "primary") filter.secondary = false;
    } else if (word == "secondary") {
      filter.secondary = true;
    } else if (word == "group" || word == "master" || word == "vrf" || word == "type" || word == "dynamic" ||
               word == "temporary" || word == "tentative" || word == "deprecated" || word == "autojoin" ||
               word == "dadfailed" || word == "home" || word == "mngtmpaddr" || word == "nodad" || word == "nomaster" ||
               word == "noprefixroute" || word == "help" || word.starts_with('-')) {
      return base::Error{args.unknown("not modelled here", "dev up scope to label primary secondary")};
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

}  // namespace

CommandResultOrError parse_addr(Args& args, const Options& options) {
  if (args.empty()) return parse_list(args, options, false);
  const std::string& word = args.take();
  if (abbreviates(word, "add")) return ChangeParser(args, Change::add).run();
  if (abbreviates(word, "change") || word == "chg") return ChangeParser(args, Change::change).run();
  if (abbreviates(word, "replace")) return ChangeParser(args, Change::replace).run();
  if (abbreviates(word, "delete")) return ChangeParser(args, Change::remove).run();
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_list(args, options, false);
  if (abbreviates(word, "flush")) return parse_list(args, options, true);
  return base::Error{args.unknown("unknown word behind ip address", "add change replace del show flush")};
}

}  // namespace lvs::control::ip
