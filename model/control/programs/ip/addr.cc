// SPDX-License-Identifier: GPL-2.0-or-later
// ip address: add, change, replace, delete; show and flush: addr-list.cc (iproute2 6.1 ip/ipaddress.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
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
  std::string local;     // as typed
  std::string warnings;  // of flags that are not set
  InterfaceAddress address;
  bool has_address = false;
  bool length_given = false;
  bool broadcast_from_mask = false;  // brd +
  bool broadcast_zero_host = false;  // brd -
};

constexpr std::string_view kKnownAdd =
    "dev local peer broadcast brd label scope metric valid_lft preferred_lft noprefixroute";

// The kernel's words where it sends some (seen on 6.12.113: NL_SET_ERR_MSG() in inet_rtm_newaddr() and
// inet_rtm_deladdr()), else those for its number.
int explained_error(Io& io, const host::Host& host, std::string_view words, std::string_view number) {
  if (!host.kernel().explains_addresses) return rtnetlink_error(io, number);
  io.complain(fmt::format("Error: {}\n", words));
  return 2;
}

int apply(Machine& machine, Io& io, const AddrChange& change) {
  host::Host& host = machine.host();
  if (!change.warnings.empty()) io.complain(change.warnings);
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
  if (there && change.kind != Change::add) return config_error(io, host.change_address(*dev, address));
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
    // iproute2: set_lifetime(), and what it thinks of the two together.
    const InterfaceAddress& address = change_.address;
    if (address.valid == 0) return refusal(1, "valid_lft is zero\n");
    if (address.preferred > address.valid) return refusal(1, "preferred_lft is greater than valid_lft\n");
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
    static constexpr auto kKeys =
        std::to_array<std::string_view>({"peer", "remote", "broadcast", "brd", "scope", "dev", "label", "valid_lft",
                                         "preferred_lft", "local", "metric", "priority", "preference"});
    // Flags that `ip addr show` prints and nobody can set (iproute2: ifa_flag_data), and those of IPv6.
    static constexpr auto kReadOnly = std::to_array<std::string_view>(
        {"secondary", "temporary", "dadfailed", "deprecated", "tentative", "permanent", "stable-privacy"});
    static constexpr auto kSixth = std::to_array<std::string_view>({"nodad", "optimistic", "home", "mngtmpaddr"});
    static constexpr auto kUnmodelled = std::to_array<std::string_view>({"anycast", "autojoin"});
    if (looks_like_ipv6(word)) return fail("IPv6 is not modelled");
    if (std::ranges::find(kKeys, word) != kKeys.end()) {
      if (args_.empty()) return refuse(incomplete());
      return take_value(word, args_.take());
    }
    if (word == "noprefixroute") {
      change_.address.noprefixroute = true;
    } else if (std::ranges::find(kReadOnly, word) != kReadOnly.end()) {
      change_.warnings += fmt::format("Warning: {} option is not mutable from userspace\n", word);
    } else if (std::ranges::find(kSixth, word) != kSixth.end()) {
      change_.warnings += fmt::format("Warning: {} option can be set only for IPv6 addresses\n", word);
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
    } else if (word == "metric" || word == "priority" || word == "preference") {
      const auto metric = base::c_number(text, 0xffffffff);
      if (!metric) return refuse(invalid_argument(text, "\"metric\" value is invalid\n"));
      change_.address.metric = static_cast<std::uint32_t>(*metric);
    } else {
      life(word, text);
    }
  }

  // valid_lft, preferred_lft: seconds or "forever".
  void life(const std::string& word, const std::string& text) {
    const auto seconds =
        text == "forever" ? std::optional<std::uint64_t>(InterfaceAddress::kForever) : base::c_number(text, 0xffffffff);
    if (!seconds) return refuse(invalid_argument(text, word + " value"));
    (word == "valid_lft" ? change_.address.valid : change_.address.preferred) = static_cast<std::uint32_t>(*seconds);
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

}  // namespace

CommandResultOrError parse_addr(Args& args, const Options& options) {
  if (args.empty()) return parse_addr_list(args, options, false);
  const std::string& word = args.take();
  if (abbreviates(word, "add")) return ChangeParser(args, Change::add).run();
  if (abbreviates(word, "change") || word == "chg") return ChangeParser(args, Change::change).run();
  if (abbreviates(word, "replace")) return ChangeParser(args, Change::replace).run();
  if (abbreviates(word, "delete")) return ChangeParser(args, Change::remove).run();
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_addr_list(args, options, false);
  if (abbreviates(word, "flush")) return parse_addr_list(args, options, true);
  return base::Error{args.unknown("unknown word behind ip address", "add change replace del show flush")};
}

}  // namespace lvs::control::ip
