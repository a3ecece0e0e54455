// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::control {
namespace {

struct Tcp {
  wire::ConstIpv4 ip;
  const std::uint8_t* header;
  base::ByteView payload;

  std::uint16_t from() const { return base::load_be16(header); }
  std::uint16_t to() const { return base::load_be16(header + 2); }
  std::uint32_t seq() const { return base::load_be32(header + 4); }
  std::uint32_t ack() const { return base::load_be32(header + 8); }
  bool syn() const { return (header[13] & 0x02) != 0; }
  bool has_ack() const { return (header[13] & 0x10) != 0; }
};

// A whole TCP segment of the frame, if that is what it is.
std::optional<Tcp> tcp_of(base::ByteView frame) {
  constexpr std::size_t kHeader = 20;
  if (frame.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize) return std::nullopt;
  if (base::load_be16(frame.data() + 12) != static_cast<std::uint16_t>(wire::EtherType::ipv4)) return std::nullopt;
  base::ByteView packet = frame.subspan(wire::Ethernet::kSize);
  if (const wire::ConstIpv4 outer{packet.data()}; outer.version() == 4 && outer.protocol() == wire::IpProto::ipip &&
                                                  outer.fragment_offset() == 0 &&
                                                  packet.size() >= outer.header_size() + wire::Ipv4::kMinSize)
    packet = packet.subspan(outer.header_size());
  const wire::ConstIpv4 ip{packet.data()};
  const std::size_t length = std::min<std::size_t>(packet.size(), ip.total_length());
  if (ip.version() != 4 || ip.protocol() != wire::IpProto::tcp || ip.fragment_offset() != 0 ||
      length < ip.header_size() + kHeader)
    return std::nullopt;
  const std::uint8_t* const header = packet.data() + ip.header_size();
  const std::size_t data = ip.header_size() + std::size_t{header[12]} / 16 * 4;
  return Tcp{ip, header, data < length ? packet.subspan(data, length - data) : base::ByteView{}};
}

// Protocols of lines that tcpdump knows by their ports.
struct TextProtocol {
  std::string_view name;
  std::vector<std::uint16_t> ports;
  std::vector<std::string_view> words;  // a line of it begins with one
  bool codes;                           // or with three digits
};
const TextProtocol kTextProtocols[] = {
    {"HTTP", {80, 8080, 3128}, {"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "HTTP/"}, false},
    {"FTP",
     {21},
     {"USER ", "PASS ", "PASV", "PORT ", "EPSV", "EPRT ", "RETR ", "LIST", "QUIT", "TYPE ", "CWD ", "SYST"},
     true},
};

bool begins_as(const TextProtocol& protocol, std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (protocol.codes && text.size() > 3 && digit(text[0]) && digit(text[1]) && digit(text[2])) return true;
  return std::ranges::any_of(protocol.words, [&](std::string_view word) { return text.starts_with(word); });
}

// Behind the length of a segment: what is said in it.
std::string text_behind(const Tcp& tcp, bool verbose) {
  if (tcp.payload.empty()) return {};
  const auto known = std::ranges::find_if(kTextProtocols, [&](const TextProtocol& each) {
    return std::ranges::find(each.ports, tcp.from()) != each.ports.end() ||
           std::ranges::find(each.ports, tcp.to()) != each.ports.end();
  });
  if (known == std::end(kTextProtocols)) return {};
  const std::string_view text(reinterpret_cast<const char*>(tcp.payload.data()), tcp.payload.size());
  if (!begins_as(*known, text)) return fmt::format(": {}", known->name);
  if (!verbose) return fmt::format(": {}: {}", known->name, text.substr(0, text.find_first_of("\r\n")));
  std::string lines = fmt::format(": {}, length: {}", known->name, text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.append("\n\t").append(line);
  }
  return lines;
}

// Digits, sixteen bytes a line.
std::string hex_lines(base::ByteView bytes, bool with_text) {
  constexpr std::size_t kLine = 16, kDigits = 40;
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += kLine) {
    std::string digits, text;
    for (std::size_t i = at; i < std::min(at + kLine, bytes.size()); ++i) {
      if ((i - at) % 2 == 0) digits += ' ';
      digits += fmt::format("{:02x}", bytes[i]);
      text += bytes[i] > ' ' && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
    }
    lines += fmt::format("\n\t0x{:04x}: ", at);
    lines += with_text ? fmt::format("{:<{}}  {}", digits, kDigits, text) : digits;
  }
  return lines;
}

std::string ascii_lines(base::ByteView bytes) {
  std::string text = "\n";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t c = bytes[i];
    if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') continue;
    const bool plain = (c >= ' ' && c < 0x7f) || c == '\t' || c == '\n';
    text += plain ? static_cast<char>(c) : '.';
  }
  return text;
}

// The header that a capture on all interfaces has in place of Ethernet's (LINUX_SLL2).
std::vector<std::uint8_t> cooked(base::ByteView frame, const TcpdumpPlace& place) {
  std::vector<std::uint8_t> bytes(20);
  std::copy_n(frame.begin() + 12, 2, bytes.begin());
  base::store_be32(bytes.data() + 4, place.index);
  base::store_be16(bytes.data() + 8, 1);  // ARPHRD_ETHER
  bytes[10] = place.kind;
  bytes[11] = 6;
  std::copy_n(frame.begin() + 6, 6, bytes.begin() + 12);
  bytes.insert(bytes.end(), frame.begin() + wire::Ethernet::kSize, frame.end());
  return bytes;
}

// "... > ..., ethertype IPv4 (0x0800), length 98: " of a cooked header.
std::string cooked_link(const std::string& line, base::ByteView frame, const TcpdumpPlace& place) {
  const std::size_t type = line.find("ethertype ");
  const std::size_t length = line.find(", length ");
  if (type == std::string::npos || length == std::string::npos) return line;
  const std::size_t colon = line.find(':', length);
  const wire::ConstEthernet eth{frame.data()};
  return fmt::format("ifindex {} {} {}, length {}{}", place.index, eth.src().text(), line.substr(type, length - type),
                     frame.size() - wire::Ethernet::kSize + 20, line.substr(colon));
}

}  // namespace

std::string_view TcpdumpPlace::word() const {
  constexpr std::string_view kWords[] = {"In", "B", "M", "P", "Out"};
  return kWords[std::min<std::size_t>(kind, 4)];
}

void TcpdumpText::count_from_first(base::ByteView frame, trace::DissectStyle& style) {
  const auto tcp = tcp_of(frame);
  if (!tcp || !tcp->has_ack()) return;
  const bool forward = std::tuple(tcp->ip.src(), tcp->from()) < std::tuple(tcp->ip.dst(), tcp->to());
  const Key key = forward ? Key{tcp->ip.src(), tcp->from(), tcp->ip.dst(), tcp->to()}
                          : Key{tcp->ip.dst(), tcp->to(), tcp->ip.src(), tcp->from()};
  const auto [known, fresh] = origins_.try_emplace(key);
  Origin& origin = known->second;
  if (fresh || tcp->syn()) {
    origin = {tcp->seq(), tcp->ack() - 1, tcp->ip.src(), tcp->from()};
    return;
  }
  const bool same_way = origin.from == tcp->ip.src() && origin.port == tcp->from();
  style.seq = same_way ? origin.seq : origin.ack;
  style.ack = same_way ? origin.ack : origin.seq;
}

std::string TcpdumpText::time_of(base::Time at) {
  using namespace std::chrono;
  const auto clock = [](base::Time time) {
    const auto micros = duration_cast<microseconds>(time).count();
    const auto second = micros / 1'000'000 % 86400;
    return fmt::format("{:02}:{:02}:{:02}.{:06} ", second / 3600, second / 60 % 60, second % 60, micros % 1'000'000);
  };
  const base::Time last = last_.value_or(at), first = first_.value_or(at);
  last_ = at;
  first_ = first;
  switch (format_.times) {
    case 0: return clock(at);
    case 1: return {};
    case 2: {
      const auto micros = duration_cast<microseconds>(at).count();
      return fmt::format("{}.{:06} ", micros / 1'000'000, micros % 1'000'000);
    }
    case 3: return " " + clock(at - last);
    case 4: return fmt::format("{:%Y-%m-%d} ", fmt::gmtime(system_clock::time_point(floor<seconds>(at)))) + clock(at);
    default: return " " + clock(at - first);
  }
}

std::string TcpdumpText::of(base::Time at, base::ByteView frame, const TcpdumpPlace* place) {
  const std::string time = time_of(at);
  trace::DissectStyle style{.link = format_.link_header,
                            .quick = format_.quick && format_.verbose == 0,
                            .verbose = std::min(format_.verbose, 3)};
  if (!style.quick && !format_.absolute_seq) count_from_first(frame, style);
  std::string text = trace::dissect_as(frame, style);
  const auto tcp = tcp_of(frame);
  if (tcp && !style.quick) text += text_behind(*tcp, format_.verbose > 0);
  if (name_of) text = with_names(text, name_of, tcp ? "tcp" : "udp");
  if (frame.size() < wire::Ethernet::kSize) return time + text + "\n";
  if (place != nullptr) {
    if (style.link) text = cooked_link(text, frame, *place);
    text = fmt::format("{:<5} {:<3} {}", place->interface, place->word(), text);
  }
  if (format_.ascii) text += ascii_lines(frame.subspan(wire::Ethernet::kSize));
  if (format_.hex == 1) text += hex_lines(frame.subspan(wire::Ethernet::kSize), format_.hex_text);
  if (format_.hex > 1 && place == nullptr) text += hex_lines(frame, format_.hex_text);
  if (format_.hex > 1 && place != nullptr) text += hex_lines(cooked(frame, *place), format_.hex_text);
  return time + text + "\n";
}

}  // namespace lvs::control
