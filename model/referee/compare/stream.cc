// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "referee/compare/tls.h"
#include "wire/dns.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using wire::Ethernet;
using wire::IpProto;
using wire::Ipv4;
using wire::Tcp;

std::string envelope_of(const wire::ConstIpv4& ip) {
  return fmt::format("{} > {} ttl {} tos 0x{:x}{}", ip.src().text(), ip.dst().text(), ip.ttl(), ip.tos(),
                     ip.dont_fragment() ? " DF" : "");
}

// The bytes of a direction by their place behind the SYN.
class Assembly {
 public:
  void begin(std::uint32_t syn) {
    first_ = syn + 1;
    begun_ = true;
  }
  void add(std::uint32_t seq, base::ByteView data) {
    if (data.empty()) return;  // the last acknowledgement stands one behind the FIN
    if (!begun_) begin(seq - 1);
    const std::uint32_t at = seq - first_;
    if (at > kMost) return;  // a keep-alive, or nothing that a lab sends
    if (data_.size() < at + data.size()) data_.resize(at + data.size());
    std::ranges::copy(data, data_.begin() + at);
  }
  const std::string& data() const { return data_; }

 private:
  static constexpr std::uint32_t kMost = 1u << 24;
  std::uint32_t first_ = 0;
  bool begun_ = false;
  std::string data_;
};

}  // namespace

std::optional<TcpSegment> tcp_segment(base::ByteView frame) {
  if (frame.size() < Ethernet::kSize) return {};
  const wire::ConstEthernet ethernet{frame.data()};
  TcpSegment segment;
  segment.envelope = ethernet.src().text() + " > " + ethernet.dst().text();
  base::ByteView rest = frame.subspan(Ethernet::kSize);
  std::uint16_t type = ethernet.type();
  if (type == wire::kVlanTag && rest.size() >= wire::kVlanTagSize) {
    segment.envelope += fmt::format(", vlan {}", base::load_be16(rest.data()) & 0xfff);
    type = base::load_be16(rest.data() + 2);
    rest = rest.subspan(wire::kVlanTagSize);
  }
  if (type != static_cast<std::uint16_t>(wire::EtherType::ipv4)) return {};
  for (;;) {
    if (rest.size() < Ipv4::kMinSize) return {};
    const wire::ConstIpv4 ip{rest.data()};
    if (ip.version() != 4 || ip.header_size() < Ipv4::kMinSize || ip.total_length() > rest.size() ||
        ip.header_size() > ip.total_length() || ip.is_fragment())
      return {};
    segment.envelope += ", " + envelope_of(ip);
    rest = rest.first(ip.total_length()).subspan(ip.header_size());
    if (ip.protocol() == IpProto::ipip) continue;
    if (ip.protocol() != IpProto::tcp || rest.size() < Tcp::kMinSize) return {};
    const wire::ConstTcp tcp{rest.data()};
    if (tcp.header_size() < Tcp::kMinSize || tcp.header_size() > rest.size()) return {};
    segment.direction = {ip.src(), ip.dst(), tcp.sport(), tcp.dport()};
    segment.seq = tcp.seq();
    segment.flags = tcp.flags();
    segment.data = rest.subspan(tcp.header_size());
    return segment;
  }
}

std::set<Endpoint> injected_endpoints(const control::Lab& lab) {
  std::set<Endpoint> result;
  for (const control::LabEvent& event : lab.timeline) {
    if (const auto* inject = std::get_if<control::LabInject>(&event.what)) {
      if (const auto segment = tcp_segment(inject->frame))
        result.emplace(segment->direction.src, segment->direction.sport);
    }
  }
  return result;
}

std::set<TcpDirection> directions_begun(std::span<const control::CapturedFrame> frames) {
  std::set<TcpDirection> result;
  for (const control::CapturedFrame& frame : frames)
    if (const auto segment = tcp_segment(frame.bytes); segment && (segment->flags & Tcp::syn) != 0)
      result.insert(segment->direction);
  return result;
}

bool in_stream(const TcpSegment& segment, const std::set<Endpoint>& injected, const std::set<TcpDirection>& begun) {
  const TcpDirection& d = segment.direction;
  return (segment.flags & Tcp::syn) == 0 && (begun.contains(d) || begun.contains(d.reverse())) &&
         !injected.contains({d.src, d.sport}) && !injected.contains({d.dst, d.dport});
}

TcpStreams tcp_streams(std::span<const control::CapturedFrame> frames, const std::set<Endpoint>& injected) {
  struct Begun {
    int count = 0;
    std::uint32_t syn = 0;
  };
  const std::set<TcpDirection> directions = directions_begun(frames);
  std::map<TcpDirection, Begun> begun;
  std::map<std::pair<TcpDirection, int>, Assembly> assemblies;
  TcpStreams streams;
  for (const control::CapturedFrame& frame : frames) {
    const auto segment = tcp_segment(frame.bytes);
    if (!segment) continue;
    Begun& connection = begun[segment->direction];
    if ((segment->flags & Tcp::syn) != 0 && (connection.count == 0 || connection.syn != segment->seq)) {
      connection = {connection.count + 1, segment->seq};
      assemblies[{segment->direction, connection.count}].begin(segment->seq);
    }
    if (!in_stream(*segment, injected, directions)) continue;
    const std::pair key{segment->direction, connection.count};
    TcpStream& stream = streams[key];
    if ((segment->flags & Tcp::rst) == 0) assemblies[key].add(segment->seq, segment->data);
    stream.fin |= (segment->flags & Tcp::fin) != 0;
    if ((segment->flags & Tcp::rst) != 0 && !stream.rst) {
      stream.rst = true;
      stream.rst_flags = segment->flags;
      stream.rst_at = connection.count != 0 ? segment->seq - connection.syn : std::uint32_t{segment->seq != 0};
    }
    stream.envelopes.insert((frame.outbound ? "out " : "in ") + segment->envelope);
  }
  for (auto& [key, stream] : streams) stream.data = assemblies[key].data();
  return streams;
}

namespace {

// A server's clock, in heads of HTTP: real time is not the simulation's, and files are as old as the run.
std::string without_dates(const std::string& data) {
  std::string result = data;
  for (const std::string_view name : {"\r\nDate: ", "\r\nLast-Modified: ", "\r\nETag: \""}) {
    for (std::size_t at = 0; (at = result.find(name, at)) != std::string::npos;) {
      at += name.size();
      const std::size_t end = std::min(result.find('\r', at), result.size());
      constexpr std::size_t kLongest = 40;
      if (end - at <= kLongest) result.replace(at, end - at, "*");
    }
  }
  return result;
}

// DNS over TCP: ids of messages, and the cookie at the end of each, are drawn.
std::string without_dns_draws(std::string data) {
  for (std::size_t at = 0; at + 2 + wire::kDnsHeader <= data.size();) {
    const std::size_t begin = at + 2;
    const std::size_t end = begin + base::load_be16(reinterpret_cast<const std::uint8_t*>(&data[at]));
    if (end > data.size()) break;
    data.replace(begin, 2, 2, '*');
    for (const char size : {char{8}, char{24}}) {
      const std::size_t whole = static_cast<std::size_t>(size) + 4;
      if (end < begin + wire::kDnsHeader + whole) continue;
      if (data.compare(end - whole, 4, std::string{0, 10, 0, size}) == 0)
        data.replace(end - whole + 4, whole - 4, whole - 4, '*');
    }
    at = end;
  }
  return data;
}

// What the same program says each time.
std::string repeatable(const TcpDirection& direction, std::string data) {
  const base::ByteView bytes{reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
  for (const auto& [offset, size] : drawn_by_client_hello(bytes)) data.replace(offset, size, size, '*');
  const bool dns = direction.sport == wire::kDnsPort || direction.dport == wire::kDnsPort;
  return dns ? without_dns_draws(data) : without_dates(data);
}

}  // namespace

std::vector<std::string> differing_streams(const TcpStreams& left, const TcpStreams& right, const Renaming& renaming,
                                           const RunNames& names) {
  std::vector<std::string> differences;
  std::set<std::pair<TcpDirection, int>> paired;
  const auto tell = [&](const TcpDirection& d, const std::string& text) {
    differences.push_back(fmt::format("TCP {}.{} > {}.{}: {}", d.src.text(), d.sport, d.dst.text(), d.dport, text));
  };
  const auto place = [](const TcpStream& stream) { return fmt::format("{} behind the SYN, ", stream.rst_at); };
  const auto one_has = [&](bool left_has, const char* what) {
    return fmt::format("{} with {} only", what, left_has ? names.left : names.right);
  };
  for (const auto& [key, l] : left) {
    auto [direction, count] = key;
    direction.sport = renaming.renamed_port(direction.src, direction.sport).value_or(direction.sport);
    direction.dport = renaming.renamed_port(direction.dst, direction.dport).value_or(direction.dport);
    const auto found = right.find({direction, count});
    if (found == right.end()) {
      tell(key.first, one_has(true, "seen"));
      continue;
    }
    const TcpStream& r = found->second;
    paired.insert(found->first);
    if (l.data != r.data && repeatable(key.first, l.data) != repeatable(key.first, r.data))
      tell(key.first,
           fmt::format("{} bytes with {}, {} with {}, equal up to number {}", l.data.size(), names.left, r.data.size(),
                       names.right, std::ranges::mismatch(l.data, r.data).in1 - l.data.begin()));
    if (l.fin != r.fin) tell(key.first, one_has(l.fin, "FIN"));
    if (l.rst != r.rst) {
      tell(key.first, one_has(l.rst, "RST"));
    } else if (l.rst_flags != r.rst_flags || l.rst_at != r.rst_at) {
      tell(key.first, fmt::format("RST {}flags 0x{:02x} with {}, {}flags 0x{:02x} with {}", place(l), l.rst_flags,
                                  names.left, place(r), r.rst_flags, names.right));
    }
    if (l.envelopes != r.envelopes)
      tell(key.first, fmt::format("frames with {}: {}; with {}: {}", names.left, fmt::join(l.envelopes, " | "),
                                  names.right, fmt::join(r.envelopes, " | ")));
  }
  for (const auto& [key, r] : right)
    if (!paired.contains(key)) tell(key.first, one_has(false, "seen"));
  return differences;
}

}  // namespace lvs::referee
