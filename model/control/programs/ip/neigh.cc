// SPDX-License-Identifier: GPL-2.0-or-later
// ip neighbour: add, change, replace, delete, show, flush, get (iproute2 6.1 ip/ipneigh.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/listing.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::Neighbour;
using host::NeighbourState;

enum class Change { add, change, replace, remove };

constexpr auto kStates = std::to_array<std::pair<std::string_view, NeighbourState>>({
    {"permanent", NeighbourState::permanent},
    {"reachable", NeighbourState::reachable},
    {"noarp", NeighbourState::noarp},
    {"none", NeighbourState::none},
    {"stale", NeighbourState::stale},
    {"incomplete", NeighbourState::incomplete},
    {"delay", NeighbourState::delay},
    {"probe", NeighbourState::probe},
    {"failed", NeighbourState::failed},
});

std::optional<NeighbourState> state_of(std::string_view text) {
  const auto state = std::ranges::find_if(kStates, [&](const auto& s) { return abbreviates(text, s.first); });
  if (state == kStates.end()) return std::nullopt;
  return state->second;
}

struct NeighChange {
  Change kind = Change::add;
  bool proxy = false;
  base::Ipv4Addr addr;
  bool has_addr = false;
  std::string dev;
  std::optional<base::MacAddr> mac;
  NeighbourState state = NeighbourState::permanent;
};

int apply_proxy(host::Host& host, Io& io, host::Device& dev, const NeighChange& change) {
  if (change.kind != Change::remove) {
    if (!host.neighbours.is_proxied(dev, change.addr)) host.neighbours.add_proxy(dev, change.addr);
    return 0;
  }
  return host.neighbours.remove_proxy(dev, change.addr) ? 0 : rtnetlink_error(io, "No such file or directory");
}

int apply(Machine& machine, Io& io, const NeighChange& change) {
  host::Host& host = machine.host();
  host::Device* dev = host.device(interface_of(change.dev));
  if (dev == nullptr) return no_device(io, change.dev);
  if (change.proxy) return apply_proxy(host, io, *dev, change);
  Neighbour* entry = host.neighbours.find(*dev, change.addr);
  if (change.kind == Change::remove) {
    if (entry == nullptr) return rtnetlink_error(io, "No such file or directory");
    host.neighbours.remove(*entry);
    return 0;
  }
  if (entry == nullptr && change.kind == Change::change) return rtnetlink_error(io, "No such file or directory");
  if (entry != nullptr && change.kind == Change::add) return rtnetlink_error(io, "File exists");
  const bool needs_mac = change.state != NeighbourState::none && change.state != NeighbourState::incomplete &&
                         change.state != NeighbourState::failed && !dev->noarp;
  if (needs_mac && !change.mac && (entry == nullptr || !entry->valid())) {
    io.complain("Error: No link layer address given.\n");
    return 2;
  }
  if (entry == nullptr && change.state != NeighbourState::permanent) {  // it counts (kernel: ___neigh_create())
    entry = host.neighbours.find_or_learn(*dev, change.addr);
    if (entry == nullptr) return rtnetlink_error(io, "No buffer space available");
  }
  if (entry == nullptr) entry = &host.neighbours.find_or_create(*dev, change.addr);
  host.neighbours.update(*entry, change.mac.value_or(entry->mac), change.state, {.override_ = true, .admin = true});
  return 0;
}

CommandResultOrError parse_change(Args& args, Change kind) {
  NeighChange change;
  change.kind = kind;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "lladdr" || word == "nud" || word == "dev" || word == "to" || word == "proxy") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      if (looks_like_ipv6(text) && word != "lladdr") return base::Error{args.unknown("IPv6 is not modelled")};
      if (word == "lladdr") {
        change.mac = base::MacAddr::parse(text);
        if (!change.mac) return refusal(1, fmt::format("\"{}\" is invalid lladdr.\n", text));
      } else if (word == "nud") {
        const auto state = state_of(text);
        if (!state) return invalid_argument(text, "nud state is bad");
        change.state = *state;
      } else if (word == "dev") {
        change.dev = text;
      } else {
        const auto addr = iproute_address(text);
        if (!addr) return bad_address(text);
        if (change.has_addr) return duplicate_or_garbage("to", text);
        change.addr = *addr;
        change.has_addr = true;
        change.proxy = word == "proxy";
      }
      continue;
    }
    if (word == "router" || word == "use" || word == "managed" || word == "extern_learn" || word == "protocol") {
      return base::Error{args.unknown("not modelled here", "dev lladdr nud proxy")};
    }
    if (looks_like_ipv6(word)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (change.has_addr) return duplicate_or_garbage("to", word);
    const auto addr = iproute_address(word);
    if (!addr) return bad_address(word);
    change.addr = *addr;
    change.has_addr = true;
  }
  if (change.dev.empty() || !change.has_addr) {
    return refusal(255, "Device and destination are required arguments.\n");
  }
  return instant([change](Machine& machine, Io& io) { return apply(machine, io, change); });
}

struct NeighFilter {
  std::string dev;
  std::optional<base::Ipv4Prefix> to;
  std::optional<NeighbourState> state;
  bool all_states = false;
  bool proxy = false;
  bool unused = false;

  bool takes(const Neighbour& entry) const {
    if (!dev.empty() && entry.dev->name() != interface_of(dev)) return false;
    if (to && !to->contains(entry.addr)) return false;
    if (state) return entry.state == *state;
    return all_states || (entry.state != NeighbourState::none && entry.state != NeighbourState::noarp);
  }
};

void put_way(Listing& out, base::Ipv4Addr addr, const host::Device& dev, bool with_dev) {
  out.put("dst", addr.text(), out.paint(Paint::inet, addr.text() + " "));
  if (with_dev) out.put("dev", dev.name(), "dev " + out.paint(Paint::name, dev.name() + " "));
}

void put_entry(Listing& out, Machine& machine, const Neighbour& entry, bool with_dev, const Options& options) {
  out.open_object();
  put_way(out, entry.addr, *entry.dev, with_dev);
  // Who does no ARP takes its own address for everybody's (kernel: arp_constructor()).
  const bool has_mac = entry.valid() && (!entry.dev->noarp || entry.dev->is_ethernet());
  const std::string mac = (entry.dev->noarp ? entry.dev->mac : entry.mac).text();
  if (has_mac) out.put("lladdr", mac, "lladdr " + out.paint(Paint::mac, mac + " "));
  if (options.stats > 0) {
    const auto age = [&](base::Time t) {
      return static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(machine.host().now() - t).count());
    };
    // Its timer holds it (kernel: neigh_add_timer()); nothing else that lasts does.
    const bool timed = entry.state == NeighbourState::incomplete || entry.state == NeighbourState::reachable ||
                       entry.state == NeighbourState::delay || entry.state == NeighbourState::probe;
    if (timed) out.put("refcnt", std::uint64_t{1}, " ref 1");
    out.put("used", age(entry.used), fmt::format(" used {}/", age(entry.used)));
    out.put("confirmed", age(entry.confirmed), fmt::format("{}/", age(entry.confirmed)));
    out.put("updated", age(entry.updated), fmt::format("{}", age(entry.updated)));
    out.put("probes", std::uint64_t{entry.probes}, fmt::format("probes {} ", entry.probes));
  }
  const std::string state(host::name_of(entry.state));
  out.open_array("state");
  out.element(state, state + " ");
  out.close_array();
  out.words("\n");
  out.close_object();
}

void put_proxy(Listing& out, const host::ProxyNeighbour& proxy, bool with_dev) {
  out.open_object();
  put_way(out, proxy.addr, *proxy.dev, with_dev);
  out.put("proxy", JsonNull{}, "proxy ");
  out.words("\n");
  out.close_object();
}

// ip neigh get: one entry. -j is of no effect here (iproute2 6.1).
int get_entry(Machine& machine, Io& io, const NeighChange& change, Options options) {
  options.json = false;
  host::Host& host = machine.host();
  host::Device* const dev = host.device(interface_of(change.dev));
  if (dev == nullptr) return no_device(io, change.dev);
  Listing out(options);
  if (change.proxy) {
    for (const host::ProxyNeighbour& proxy : host.neighbours.proxies()) {
      if (proxy.dev != dev || proxy.addr != change.addr) continue;
      put_proxy(out, proxy, true);
      io.print(out.take());
      return 0;
    }
    io.complain("Error: Proxy neighbour entry not found.\n");
    return 2;
  }
  const Neighbour* const entry = host.neighbours.find(*dev, change.addr);
  if (entry == nullptr) {
    io.complain("Error: Neighbour entry not found.\n");
    return 2;
  }
  put_entry(out, machine, *entry, true, options);
  io.print(out.take());
  return 0;
}

CommandResultOrError parse_get(Args& args, const Options& options) {
  NeighChange wanted;
  while (!args.empty()) {
    std::string word = args.take();
    if (word == "dev") {
      if (args.empty()) return incomplete();
      wanted.dev = args.take();
      continue;
    }
    if (word == "proxy" || word == "to") {
      wanted.proxy = word == "proxy";
      if (args.empty()) return incomplete();
      word = args.take();
    }
    if (looks_like_ipv6(word)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (wanted.has_addr) return duplicate_or_garbage("to", word);
    const auto addr = iproute_address(word);
    if (!addr) return bad_address(word);
    wanted.addr = *addr;
    wanted.has_addr = true;
  }
  if (wanted.dev.empty() || !wanted.has_addr) return refusal(1, "Device and address are required arguments.\n");
  return instant([wanted, options](Machine& machine, Io& io) { return get_entry(machine, io, wanted, options); });
}

int show_entries(Machine& machine, Io& io, const NeighFilter& filter, const Options& options) {
  if (!filter.dev.empty() && machine.host().device(interface_of(filter.dev)) == nullptr)
    return no_device(io, filter.dev);
  Listing out(options);
  out.open_array();
  if (filter.proxy) {
    for (const host::ProxyNeighbour& proxy : machine.host().neighbours.proxies()) {
      if (!filter.dev.empty() && proxy.dev->name() != interface_of(filter.dev)) continue;
      if (!filter.to || filter.to->contains(proxy.addr)) put_proxy(out, proxy, filter.dev.empty());
    }
  } else {
    for (const Neighbour* entry : machine.host().neighbours.entries())
      if (filter.takes(*entry)) put_entry(out, machine, *entry, filter.dev.empty(), options);
  }
  out.close_array();
  io.print(out.take());
  return 0;
}

// What -s says comes when all is done: iproute2 looks once more, and there is nothing left.
int flush_entries(Machine& machine, Io& io, const NeighFilter& filter, Options options) {
  if (!filter.dev.empty() && machine.host().device(interface_of(filter.dev)) == nullptr)
    return no_device(io, filter.dev);
  auto& neighbours = machine.host().neighbours;
  std::size_t flushed = 0;
  Listing out(options);
  for (Neighbour* entry : neighbours.entries()) {
    const bool kept =
        !filter.state && (entry->state == NeighbourState::permanent || entry->state == NeighbourState::noarp);
    if (kept || !filter.takes(*entry)) continue;
    if (options.stats > 1) put_entry(out, machine, *entry, filter.dev.empty(), options);
    neighbours.remove(*entry);
    ++flushed;
  }
  if (options.stats > 1) io.print(out.take());
  if (options.stats > 0 && flushed == 0) io.print("Nothing to flush.\n");
  if (options.stats > 0 && flushed > 0)
    io.print(fmt::format("\n*** Round 1, deleting {} entries ***\n*** Flush is complete after 1 round ***\n", flushed));
  return 0;
}

CommandResultOrError parse_list(Args& args, const Options& options, bool flushing) {
  NeighFilter filter;
  bool any = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    any = true;
    if (word == "proxy") {
      filter.proxy = true;
      continue;
    }
    if (word == "unused") return base::Error{args.unknown("not modelled here", "dev nud to proxy")};
    const bool keyed = word == "dev" || word == "nud" || word == "to";
    if (keyed && args.empty()) return incomplete();
    const std::string& text = keyed ? args.take() : word;
    if (word == "dev") {
      filter.dev = text;
    } else if (word == "nud") {
      if (text == "all") {
        filter.all_states = true;
        continue;
      }
      filter.state = state_of(text);
      if (!filter.state) return invalid_argument(text, "nud state is bad");
    } else if (text != "all") {
      if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
      filter.to = iproute_prefix(text);
      if (!filter.to) return bad_prefix(text);
    }
  }
  if (flushing) {
    if (options.json && options.stats > 1) return base::Error{args.unknown("-j of what is flushed is not modelled")};
    if (!any) return refusal(1, "Flush requires arguments.\n");
    return instant([filter, options](Machine& machine, Io& io) { return flush_entries(machine, io, filter, options); });
  }
  return instant([filter, options](Machine& machine, Io& io) { return show_entries(machine, io, filter, options); });
}

}  // namespace

CommandResultOrError parse_neigh(Args& args, const Options& options) {
  if (args.empty()) return parse_list(args, options, false);
  const std::string& word = args.take();
  if (abbreviates(word, "add")) return parse_change(args, Change::add);
  if (abbreviates(word, "change") || word == "chg") return parse_change(args, Change::change);
  if (abbreviates(word, "replace")) return parse_change(args, Change::replace);
  if (abbreviates(word, "delete")) return parse_change(args, Change::remove);
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_list(args, options, false);
  if (abbreviates(word, "get")) return parse_get(args, options);
  if (abbreviates(word, "flush")) return parse_list(args, options, true);
  return base::Error{args.unknown("unknown word behind ip neigh", "add change replace del show get flush")};
}

}  // namespace lvs::control::ip
