// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/dissect/transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "trace/dissect/dns.h"
#include "wire/dns.h"
#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::trace {
namespace {

// False: not even the ports are here.
bool addresses(std::string& out, const TransportView& view, std::string_view truncated) {
  if (view.bytes.size() < 4) {
    fmt::format_to(std::back_inserter(out), "{} > {}: {}", view.ip.src().text(), view.ip.dst().text(), truncated);
    return false;
  }
  fmt::format_to(std::back_inserter(out), "{}.{} > {}.{}: ", view.ip.src().text(), base::load_be16(view.bytes.data()),
                 view.ip.dst().text(), base::load_be16(view.bytes.data() + 2));
  return true;
}

enum class Check { unknown, good, bad };
struct Checked {
  Check result = Check::unknown;  // unknown: not all of the segment is here, or it is one of several fragments
  std::uint16_t should_be = 0;
};

Checked check(const TransportView& view, std::uint16_t field, bool pseudo_header) {
  if (view.style.verbose == 0 || view.bytes.size() < view.size || view.ip.is_fragment()) return {};
  const wire::Sum seed =
      pseudo_header ? wire::sum_pseudo_header(view.ip.src(), view.ip.dst(), view.ip.p[9], view.size) : 0;
  const wire::Sum whole = wire::sum_add(seed, wire::sum_bytes(view.bytes));
  if (wire::sum_fold(whole) == 0xffff) return {Check::good, field};
  return {Check::bad, wire::checksum_of(wire::sum_add(whole, static_cast<std::uint16_t>(~field)))};
}

void tcp_option(std::string& out, std::uint8_t kind, base::ByteView value) {
  const auto to = std::back_inserter(out);
  if (kind == 2 && value.size() == 2) {
    fmt::format_to(to, "mss {}", base::load_be16(value.data()));
  } else if (kind == 3 && value.size() == 1) {
    fmt::format_to(to, "wscale {}", value[0]);
  } else if (kind == 4 && value.empty()) {
    out += "sackOK";
  } else if (kind == 5 && value.size() % 8 == 0) {
    fmt::format_to(to, "sack {} ", value.size() / 8);
    for (std::size_t i = 0; i < value.size(); i += 8) {
      fmt::format_to(to, "{{{}:{}}}", base::load_be32(value.data() + i), base::load_be32(value.data() + i + 4));
    }
  } else if (kind == 8 && value.size() == 8) {
    fmt::format_to(to, "TS val {} ecr {}", base::load_be32(value.data()), base::load_be32(value.data() + 4));
  } else {
    fmt::format_to(to, "unknown-{}", kind);
  }
}

void tcp_options(std::string& out, base::ByteView options) {
  if (options.empty()) return;
  out += ", options [";
  for (bool first = true; !options.empty(); first = false) {
    if (!first) out += ',';
    const std::uint8_t kind = options[0];
    if (kind <= 1) {
      out += kind == 0 ? "eol" : "nop";
      if (kind == 0) break;
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) {
      out += "malformed";
      break;
    }
    tcp_option(out, kind, options.subspan(2, options[1] - 2u));
    options = options.subspan(options[1]);
  }
  out += ']';
}

}  // namespace

void tcp_text(std::string& out, const TransportView& view) {
  using wire::Tcp;
  if (!addresses(out, view, "[|tcp]")) return;
  if (view.bytes.size() < Tcp::kMinSize) {
    out += " [|tcp]";
    return;
  }
  const wire::ConstTcp tcp{view.bytes.data()};
  const std::uint32_t seq = tcp.seq() - view.style.seq, ack = tcp.ack_seq() - view.style.ack;
  std::string flags;
  constexpr std::string_view kLetters = "FSRP.UEW";
  for (unsigned bit = 0; bit < kLetters.size(); ++bit) {
    if ((tcp.flags() >> bit & 1) != 0) flags += kLetters[bit];
  }
  const auto to = std::back_inserter(out);
  if (view.style.quick) {
    const unsigned size = tcp.header_size();
    fmt::format_to(to, "tcp {}", size < Tcp::kMinSize || size > view.size ? 0 : view.size - size);
    return;
  }
  fmt::format_to(to, "Flags [{}], ", flags.empty() ? "none" : flags);
  if (const Checked sum = check(view, tcp.checksum(), true); sum.result != Check::unknown) {
    fmt::format_to(to, "cksum 0x{:04x} (", tcp.checksum());
    if (sum.result == Check::good) out += "correct), ";
    if (sum.result == Check::bad) fmt::format_to(to, "incorrect -> 0x{:04x}), ", sum.should_be);
  }
  const unsigned header = tcp.header_size();
  if (header < Tcp::kMinSize || header > view.bytes.size()) {
    out += "bad header length";
    return;
  }
  const std::uint32_t length = view.size - header;
  if (length > 0) {
    fmt::format_to(to, "seq {}:{}, ", seq, seq + length);
  } else if (view.style.verbose > 1 || (tcp.flags() & (Tcp::fin | Tcp::syn | Tcp::rst)) != 0) {
    fmt::format_to(to, "seq {}, ", seq);
  }
  if (tcp.has(Tcp::ack)) fmt::format_to(to, "ack {}, ", ack);
  fmt::format_to(to, "win {}", tcp.window());
  tcp_options(out, view.bytes.subspan(Tcp::kMinSize, header - Tcp::kMinSize));
  fmt::format_to(to, ", length {}", length);
}

void udp_text(std::string& out, const TransportView& view) {
  if (!addresses(out, view, " [|udp]")) return;
  if (view.bytes.size() < wire::Udp::kSize) {
    out += " [|udp]";
    return;
  }
  const wire::ConstUdp udp{view.bytes.data()};
  if (udp.length() < wire::Udp::kSize) {
    fmt::format_to(std::back_inserter(out), "UDP, bad length {}", udp.length());
    return;
  }
  if (udp.length() > view.size && !view.ip.is_fragment()) {
    fmt::format_to(std::back_inserter(out), "UDP, bad length {} > {}", udp.length() - wire::Udp::kSize,
                   view.size - wire::Udp::kSize);
    return;
  }
  if (view.style.verbose < 2) {
    // Only -vv says how the checksum is.
  } else if (udp.checksum() == 0) {
    if (view.bytes.size() >= view.size) out += "[no cksum] ";
  } else {
    const Checked sum = check(view, udp.checksum(), true);
    if (sum.result == Check::good) out += "[udp sum ok] ";
    if (sum.result == Check::bad) {
      fmt::format_to(std::back_inserter(out), "[bad udp cksum 0x{:04x} -> 0x{:04x}!] ", udp.checksum(), sum.should_be);
    }
  }
  const std::uint32_t size = udp.length() - wire::Udp::kSize;
  if (size > 0 && !view.style.quick && (udp.sport() == wire::kDnsPort || udp.dport() == wire::kDnsPort)) {
    const base::ByteView data = view.bytes.subspan(wire::Udp::kSize);
    const std::size_t here = std::min<std::size_t>(data.size(), size);
    out += dns_text({reinterpret_cast<const char*>(data.data()), here}, size, view.style.verbose);
    return;
  }
  fmt::format_to(std::back_inserter(out), "UDP, length {}", size);
}

namespace {

// "10.0.0.2 udp port 53" for the unreachable errors that say so.
std::string quoted_port(const wire::ConstIpv4& ip, base::ByteView quote) {
  const unsigned header = ip.header_size();
  if (quote.size() < header + 4) return ip.dst().text() + " port";
  const std::uint16_t port = base::load_be16(quote.data() + header + 2);
  switch (ip.protocol()) {
    case wire::IpProto::tcp: return fmt::format("{} tcp port {}", ip.dst().text(), port);
    case wire::IpProto::udp: return fmt::format("{} udp port {}", ip.dst().text(), port);
    default: return fmt::format("{} protocol {} port {}", ip.dst().text(), ip.p[9], port);
  }
}

std::string unreachable_text(const wire::ConstIcmp& icmp, base::ByteView quote) {
  if (quote.size() < wire::Ipv4::kMinSize) return fmt::format("unreachable code {}", icmp.code());
  const wire::ConstIpv4 ip{quote.data()};
  const std::string dst = ip.dst().text();
  switch (icmp.code()) {
    case wire::Icmp::net_unreach: return "net " + dst + " unreachable";
    case wire::Icmp::host_unreach: return "host " + dst + " unreachable";
    case wire::Icmp::prot_unreach: return fmt::format("{} protocol {} unreachable", dst, ip.p[9]);
    case wire::Icmp::port_unreach: return quoted_port(ip, quote) + " unreachable";
    case wire::Icmp::frag_needed: return fmt::format("{} unreachable - need to frag (mtu {})", dst, icmp.frag_mtu());
    case wire::Icmp::sr_failed: return dst + " unreachable - source route failed";
    case 9: return "net " + dst + " unreachable - admin prohibited";
    case 10: return "host " + dst + " unreachable - admin prohibited";
    case wire::Icmp::pkt_filtered: return "host " + dst + " unreachable - admin prohibited filter";
    default: return fmt::format("{} unreachable - #{}", dst, icmp.code());
  }
}

std::string redirect_text(const wire::ConstIcmp& icmp, base::ByteView quote) {
  constexpr std::array<std::string_view, 4> kFor{"net", "host", "tos-net", "tos-host"};
  const std::string about = quote.size() < wire::Ipv4::kMinSize ? "?" : wire::ConstIpv4{quote.data()}.dst().text();
  const base::Ipv4Addr gateway{base::load_be32(icmp.p + 4)};
  if (icmp.code() >= kFor.size()) return fmt::format("redirect-#{} {} to net {}", icmp.code(), about, gateway.text());
  const std::string_view what = kFor[icmp.code()];
  return fmt::format("redirect {} to {} {}", about, what, gateway.text());
}

}  // namespace

void icmp_text(std::string& out, const TransportView& view) {
  using wire::Icmp;
  if (view.bytes.size() < Icmp::kSize) {
    out += "ICMP, truncated";
    return;
  }
  const wire::ConstIcmp icmp{view.bytes.data()};
  const base::ByteView quote = view.bytes.subspan(Icmp::kSize);
  std::string text;
  switch (icmp.type()) {
    case Icmp::echo_reply:
    case Icmp::echo:
      text = fmt::format("echo {}, id {}, seq {}", icmp.type() == Icmp::echo ? "request" : "reply", icmp.echo_id(),
                         icmp.echo_seq());
      break;
    case Icmp::dest_unreach: text = unreachable_text(icmp, quote); break;
    case Icmp::source_quench: text = "source quench"; break;
    case Icmp::redirect: text = redirect_text(icmp, quote); break;
    case Icmp::time_exceeded:
      text = icmp.code() == 0 ? "time exceeded in-transit" : "ip reassembly time exceeded";
      break;
    case Icmp::parameter_problem: text = fmt::format("parameter problem - octet {}", icmp.p[4]); break;
    case Icmp::timestamp: text = fmt::format("time stamp query id {} seq {}", icmp.echo_id(), icmp.echo_seq()); break;
    case 14: text = fmt::format("time stamp reply id {} seq {}", icmp.echo_id(), icmp.echo_seq()); break;
    default: text = fmt::format("type-#{}", icmp.type()); break;
  }
  fmt::format_to(std::back_inserter(out), "ICMP {}, length {}", text, view.size);
  if (const Checked sum = check(view, icmp.checksum(), false); sum.result == Check::bad) {
    fmt::format_to(std::back_inserter(out), " (wrong icmp cksum {:x} (->{:x})!)", icmp.checksum(), sum.should_be);
  }
  if (view.style.verbose == 0 || !icmp.is_error() || view.depth == 0) return;
  out += "\n\t";
  ip_text(out, quote, within(view.style), view.depth - 1);
}

}  // namespace lvs::trace
