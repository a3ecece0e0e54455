// SPDX-License-Identifier: GPL-2.0-or-later
// Listings of ipvsadm, byte for byte: columns are padded, so lines may end in blanks.
#include <fmt/format.h>

#include "control/programs/ipvsadm/ipvsadm.h"
#include "control/words/service-names.h"

namespace lvs::control::ipvsadm {
namespace {

namespace o = option;
using ipvs::Destination;
using ipvs::VirtualService;

enum class Style { plain, stats, rate, thresholds, persistent, tunnel };

Style style_of(const Request& request) {
  if (request.has(o::stats)) return Style::stats;
  if (request.has(o::rate)) return Style::rate;
  if (request.has(o::thresholds)) return Style::thresholds;
  if (request.has(o::persistent_conn)) return Style::persistent;
  if (request.has(o::tun_info)) return Style::tunnel;
  return Style::plain;
}

std::string_view header_of(Style style) {
  switch (style) {
    case Style::plain:
      return "Prot LocalAddress:Port Scheduler Flags\n"
             "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n";
    case Style::stats:
      return "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n"
             "  -> RemoteAddress:Port\n";
    case Style::rate:
      return "Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS\n"
             "  -> RemoteAddress:Port\n";
    case Style::thresholds:
      return "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn \n"
             "  -> RemoteAddress:Port\n";
    case Style::persistent:
      return "Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn \n"
             "  -> RemoteAddress:Port\n";
    case Style::tunnel:
      return "Prot LocalAddress:Port Scheduler Flags\n"
             "  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn\n";
  }
  return {};
}

// print_largenum(): nine columns, thousands and so on from 10^8.
std::string large(std::uint64_t value, bool exact) {
  if (exact) {
    const std::string digits = fmt::format("{}", value);
    return fmt::format("{:>{}}", digits, digits.size() <= 8 ? 9 : digits.size() + 1);
  }
  if (value < 100'000'000) return fmt::format("{:9}", value);
  if (value < 1'000'000'000) return fmt::format("{:8}K", value / 1'000);
  if (value < 100'000'000'000) return fmt::format("{:8}M", value / 1'000'000);
  if (value < 100'000'000'000'000) return fmt::format("{:8}G", value / 1'000'000'000);
  return fmt::format("{:8}T", value / 1'000'000'000'000);
}

std::string counters(const ipvs::Counters& c, bool exact) {
  return large(c.conns, exact) + large(c.in_packets, exact) + large(c.out_packets, exact) + large(c.in_bytes, exact) +
         large(c.out_bytes, exact);
}

// In rows of destinations connections and packets a second are never shortened.
std::string rates(const ipvs::Rates& r, bool exact, bool of_server) {
  const bool plain = exact || of_server;
  return large(r.cps, plain) + large(r.in_pps, plain) + large(r.out_pps, plain) + large(r.in_bps, exact) +
         large(r.out_bps, exact);
}

std::string service_name_text(const VirtualService& service, const HostNames& names) {
  const ipvs::ServiceKey& key = service.key;
  std::string name = key.fwmark != 0
                         ? fmt::format("FWM  {}", static_cast<std::int32_t>(key.fwmark))
                         : fmt::format("{:<4} {}", ipvs::protocol_name(static_cast<std::uint8_t>(key.protocol)),
                                       address_text(key.addr, key.port, lower_name(key.protocol), names));
  if (name.size() > 33) name.resize(33);
  return name;
}

std::string service_line(const VirtualService& service, Style style, const HostNames& names, bool exact) {
  const std::string name = service_name_text(service, names);
  if (style == Style::stats) return fmt::format("{:<33}{}\n", name, counters(service.stats.shown(), exact));
  if (style == Style::rate) return fmt::format("{:<33}{}\n", name, rates(service.stats.rates(), exact, false));
  std::string line = fmt::format("{} {}", name, service.scheduler_name());
  if (const std::string flags = scheduler_flags(service.scheduler_name(), service.flags); !flags.empty()) {
    line += fmt::format(" ({})", flags);
  }
  if (service.persistent()) {
    line += fmt::format(" persistent {}", service.timeout);
    if (service.netmask != 0xffffffff) line += fmt::format(" mask {}", base::Ipv4Addr{service.netmask}.text());
    if (!service.pe_name.empty()) line += " pe " + service.pe_name;
  }
  if (service.one_packet()) line += " ops";
  return line + "\n";
}

std::string tunnel_text(const Destination& dest) {
  if (dest.method != ipvs::ForwardMethod::ipip) return "n/a";
  const std::string_view checksum = (dest.tunnel_flags & ipvs::tunnel_flag::csum) != 0      ? "+c"
                                    : (dest.tunnel_flags & ipvs::tunnel_flag::remcsum) != 0 ? "r+c"
                                                                                            : "-c";
  switch (dest.tunnel_type) {
    case ipvs::TunnelType::ipip: return "ipip";
    case ipvs::TunnelType::gue: return fmt::format("gue:{}:{}", dest.tunnel_port, checksum);
    case ipvs::TunnelType::gre: return fmt::format("gre:{}", checksum);
  }
  return {};
}

std::string server_line(const VirtualService& service, const Destination& dest, Style style, const HostNames& names,
                        bool exact) {
  // The port of a fwmark service's destination has no name: it may be of any protocol.
  const std::string_view protocol = service.key.fwmark != 0 ? "" : lower_name(service.key.protocol);
  std::string name = address_text(dest.addr, dest.port, protocol, names);
  if (name.size() > 28) name.resize(28);
  const std::string start = fmt::format("  -> {:<28}", name);
  switch (style) {
    case Style::stats: return start + counters(dest.stats.shown(), exact) + "\n";
    case Style::rate: return start + rates(dest.stats.rates(), exact, true) + "\n";
    case Style::thresholds:
      return fmt::format("{} {:<10} {:<10} {:<10} {:<10}\n", start, dest.upper_threshold, dest.lower_threshold,
                         dest.active_conns, dest.inactive_conns);
    case Style::persistent:
      return fmt::format("{} {:<9} {:<11} {:<10} {:<10}\n", start, dest.weight, dest.persistent_conns,
                         dest.active_conns, dest.inactive_conns);
    case Style::tunnel:
      return fmt::format("{} {:<7} {:<13} {:<6} {:<10} {:<10}\n", start, ipvs::name_of(dest.method), tunnel_text(dest),
                         dest.weight, dest.active_conns, dest.inactive_conns);
    case Style::plain: break;
  }
  return fmt::format("{} {:<7} {:<6} {:<10} {:<10}\n", start, ipvs::name_of(dest.method), dest.weight,
                     dest.active_conns, dest.inactive_conns);
}

// ipvsadm sorts with qsort(), which in glibc is this merge sort; the comparison by subtraction is not transitive, so
// another sort would give another order.
template <class T, class Compare>
void merge_sort(std::vector<T>& items, const Compare& compare) {
  if (items.size() <= 1) return;
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(items.size() / 2);
  std::vector<T> left(items.begin(), middle);
  std::vector<T> right(middle, items.end());
  merge_sort(left, compare);
  merge_sort(right, compare);
  std::size_t i = 0, j = 0;
  for (T& item : items) {
    const bool from_left = j == right.size() || (i < left.size() && compare(left[i], right[j]) <= 0);
    item = from_left ? left[i++] : right[j++];
  }
}

std::int32_t difference(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b); }

}  // namespace

std::string_view lower_name(ipvs::IpProto protocol) {
  switch (protocol) {
    case ipvs::IpProto::udp: return "udp";
    case ipvs::IpProto::sctp: return "sctp";
    default: return "tcp";
  }
}

std::string address_text(base::Ipv4Addr addr, std::uint16_t port, std::string_view protocol, const HostNames& names) {
  const auto service = names.numeric() ? std::nullopt : service_name(port, protocol);
  return fmt::format("{}:{}", names.of(addr), service ? *service : std::to_string(port));
}

std::string scheduler_flags(std::string_view scheduler, std::uint32_t flags) {
  using namespace ipvs::service_flag;
  std::string text;
  const auto add = [&](std::uint32_t flag, std::string_view name) {
    if ((flags & flag) == 0) return;
    if (!text.empty()) text += ',';
    text += name;
  };
  const bool hashed_by_source = scheduler == "sh" || scheduler == "mh";
  add(sched1, hashed_by_source ? fmt::format("{}-fallback", scheduler) : "flag-1");
  add(sched2, hashed_by_source ? fmt::format("{}-port", scheduler) : "flag-2");
  if (!hashed_by_source) add(sched3, "flag-3");
  return text;
}

std::vector<const VirtualService*> ordered_services(const ipvs::IpVs& ipvs, bool sorted) {
  std::vector<const VirtualService*> services = ipvs.services();
  if (!sorted) return services;
  merge_sort(services, [](const VirtualService* a, const VirtualService* b) {
    if (const auto d = difference(a->key.fwmark, b->key.fwmark); d != 0) return d;
    if (const auto d = static_cast<std::int32_t>(a->key.protocol) - static_cast<std::int32_t>(b->key.protocol);
        d != 0 && a->key.fwmark == 0) {
      return d;
    }
    if (const auto d = difference(a->key.addr.value, b->key.addr.value); d != 0) return d;
    return a->key.port - b->key.port;
  });
  return services;
}

std::vector<const Destination*> ordered_destinations(const VirtualService& service, bool sorted) {
  std::vector<const Destination*> destinations(service.destinations.begin(), service.destinations.end());
  if (!sorted) return destinations;
  merge_sort(destinations, [](const Destination* a, const Destination* b) {
    if (const auto d = difference(a->addr.value, b->addr.value); d != 0) return d;
    return a->port - b->port;
  });
  return destinations;
}

int list(const ipvs::IpVs& ipvs, unsigned table_size, Io& io, const Request& request, const HostNames& names) {
  const Style style = style_of(request);
  const bool exact = request.has(o::exact);
  const bool sorted = !request.has(o::nosort);
  std::vector<const VirtualService*> services;
  if (request.has(o::service)) {
    const VirtualService* service = ipvs.find_service(request.service.key);
    if (service == nullptr) {
      io.complain("No such service\n");
      return 1;
    }
    services.push_back(service);
  } else {
    services = ordered_services(ipvs, sorted);
    io.print(fmt::format("IP Virtual Server version {} (size={})\n", ipvs::IpVs::kVersion, table_size));
  }
  io.print(header_of(style));
  for (const VirtualService* service : services) {
    io.print(service_line(*service, style, names, exact));
    for (const Destination* dest : ordered_destinations(*service, sorted)) {
      io.print(server_line(*service, *dest, style, names, exact));
    }
  }
  return 0;
}

}  // namespace lvs::control::ipvsadm
