// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace lvs::trace {
namespace {

using wire::Layer;

constexpr int kDeepest = 3;  // packets in packets

constexpr auto kFields = std::to_array<FieldSpec>({
    {Layer::ethernet, "dst", FieldKind::address, 0, 6, FieldFormat::mac},
    {Layer::ethernet, "src", FieldKind::address, 6, 6, FieldFormat::mac},
    {Layer::ethernet, "type", FieldKind::other, 12, 2, FieldFormat::hex},
    {Layer::arp, "operation", FieldKind::other, 6, 2, FieldFormat::arp_op},
    {Layer::arp, "sender MAC", FieldKind::address, 8, 6, FieldFormat::mac},
    {Layer::arp, "sender IP", FieldKind::address, 14, 4, FieldFormat::ipv4},
    {Layer::arp, "target MAC", FieldKind::address, 18, 6, FieldFormat::mac},
    {Layer::arp, "target IP", FieldKind::address, 24, 4, FieldFormat::ipv4},
    {Layer::ipv4, "tos", FieldKind::other, 1, 1, FieldFormat::decimal},
    {Layer::ipv4, "length", FieldKind::counter, 2, 2, FieldFormat::decimal},
    {Layer::ipv4, "id", FieldKind::counter, 4, 2, FieldFormat::decimal},
    {Layer::ipv4, "flags", FieldKind::other, 6, 1, FieldFormat::ip_flags},
    {Layer::ipv4, "fragment offset", FieldKind::other, 6, 2, FieldFormat::fragment},
    {Layer::ipv4, "ttl", FieldKind::counter, 8, 1, FieldFormat::decimal},
    {Layer::ipv4, "protocol", FieldKind::other, 9, 1, FieldFormat::decimal},
    {Layer::ipv4, "checksum", FieldKind::checksum, 10, 2, FieldFormat::hex},
    {Layer::ipv4, "src", FieldKind::address, 12, 4, FieldFormat::ipv4},
    {Layer::ipv4, "dst", FieldKind::address, 16, 4, FieldFormat::ipv4},
    {Layer::ipv4, "options", FieldKind::other, 20, 0, FieldFormat::bytes},
    {Layer::tcp, "sport", FieldKind::port, 0, 2, FieldFormat::decimal},
    {Layer::tcp, "dport", FieldKind::port, 2, 2, FieldFormat::decimal},
    {Layer::tcp, "seq", FieldKind::other, 4, 4, FieldFormat::decimal},
    {Layer::tcp, "ack", FieldKind::other, 8, 4, FieldFormat::decimal},
    {Layer::tcp, "flags", FieldKind::other, 13, 1, FieldFormat::tcp_flags},
    {Layer::tcp, "window", FieldKind::other, 14, 2, FieldFormat::decimal},
    {Layer::tcp, "checksum", FieldKind::checksum, 16, 2, FieldFormat::hex},
    {Layer::tcp, "options", FieldKind::other, 20, 0, FieldFormat::bytes},
    {Layer::udp, "sport", FieldKind::port, 0, 2, FieldFormat::decimal},
    {Layer::udp, "dport", FieldKind::port, 2, 2, FieldFormat::decimal},
    {Layer::udp, "length", FieldKind::counter, 4, 2, FieldFormat::decimal},
    {Layer::udp, "checksum", FieldKind::checksum, 6, 2, FieldFormat::hex},
    {Layer::icmp, "type", FieldKind::other, 0, 1, FieldFormat::decimal},
    {Layer::icmp, "code", FieldKind::other, 1, 1, FieldFormat::decimal},
    {Layer::icmp, "checksum", FieldKind::checksum, 2, 2, FieldFormat::hex},
    {Layer::icmp, "id", FieldKind::other, 4, 2, FieldFormat::decimal},
    {Layer::icmp, "seq", FieldKind::other, 6, 2, FieldFormat::decimal},
    {Layer::icmp, "mtu", FieldKind::other, 6, 2, FieldFormat::decimal},
    {Layer::icmp, "gateway", FieldKind::address, 4, 4, FieldFormat::ipv4},
    {Layer::gre, "protocol", FieldKind::other, 2, 2, FieldFormat::hex},
});

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::ethernet: return "Ethernet";
    case Layer::arp: return "ARP";
    case Layer::ipv4: return "IP";
    case Layer::tcp: return "TCP";
    case Layer::udp: return "UDP";
    case Layer::icmp: return "ICMP";
    case Layer::gre: return "GRE";
    default: return "";
  }
}

// The last four bytes of an ICMP header mean what its type says.
bool is_said(std::string_view name, const wire::ConstIcmp& icmp) {
  if (name == "id" || name == "seq") return !icmp.is_error();
  if (name == "mtu") return icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed;
  if (name == "gateway") return icmp.type() == wire::Icmp::redirect;
  return true;
}

std::string flags_text(std::uint8_t flags) {
  constexpr std::array<std::string_view, 8> kFlags{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
  std::string text;
  for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    if (!text.empty()) text += ' ';
    text += kFlags[bit];
  }
  return text.empty() ? "none" : text;
}

std::string ip_flags_text(std::uint8_t byte) {
  std::string text = (byte & 0x40) != 0 ? "DF" : "";
  if ((byte & 0x20) != 0) text += text.empty() ? "MF" : " MF";
  return text.empty() ? "none" : text;
}

class FieldReader {
 public:
  explicit FieldReader(base::ByteView bytes) : bytes_(bytes) {}

  bool take(const wire::Header& header) {
    const std::size_t here = header.offset < bytes_.size() ? bytes_.size() - header.offset : 0;
    const base::ByteView bytes = bytes_.subspan(std::min(header.offset, bytes_.size()));
    const bool whole = header.fit == wire::Header::Fit::whole;
    if (header.layer == Layer::arp && !wire::Arp::parse(bytes)) return false;
    if (header.layer == Layer::gre && !header.tunnel) return false;
    for (const FieldSpec& spec : kFields) {
      if (spec.layer != header.layer) continue;
      const std::size_t size = spec.size != 0 ? spec.size : std::min(header.size, here) - spec.offset;
      if (spec.size == 0 && (!whole || header.size <= spec.offset || header.size > here)) continue;
      // Of a header that is cut off the ports may be there; a quote has no more.
      if (!whole && (spec.kind != FieldKind::port || here < 4)) continue;
      if (header.layer == Layer::icmp && !is_said(spec.name, wire::ConstIcmp{bytes.data()})) continue;
      fields_.push_back({name_of(header.layer), static_cast<std::uint8_t>(header.depth), spec.name, spec.kind,
                         static_cast<std::uint16_t>(header.offset + spec.offset), static_cast<std::uint16_t>(size),
                         field_text(spec, bytes.first(std::min(header.size, here)))});
    }
    return true;
  }
  std::vector<HeaderField> fields() && { return std::move(fields_); }

 private:
  base::ByteView bytes_;
  std::vector<HeaderField> fields_;
};

}  // namespace

const FieldSpec* find_field(Layer layer, std::string_view name) {
  const auto at =
      std::ranges::find_if(kFields, [&](const FieldSpec& spec) { return spec.layer == layer && spec.name == name; });
  return at == kFields.end() ? nullptr : &*at;
}

std::string field_text(const FieldSpec& spec, base::ByteView header) {
  const std::uint8_t* const at = header.data() + spec.offset;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < spec.size; ++i) value = value << 8 | at[i];
  switch (spec.format) {
    case FieldFormat::mac: return wire::Ethernet::load_mac(at).text();
    case FieldFormat::ipv4: return base::Ipv4Addr{static_cast<std::uint32_t>(value)}.text();
    case FieldFormat::decimal: return std::to_string(value);
    case FieldFormat::hex: return fmt::format("0x{:0{}x}", value, spec.size * 2);
    case FieldFormat::arp_op: return value == static_cast<std::uint64_t>(wire::Arp::Op::request) ? "request" : "reply";
    case FieldFormat::ip_flags: return ip_flags_text(*at);
    case FieldFormat::fragment: return std::to_string((value & wire::Ipv4::kOffsetMask) * 8);
    case FieldFormat::tcp_flags: return flags_text(*at);
    case FieldFormat::bytes: break;
  }
  std::string text;
  for (const std::uint8_t byte : header.subspan(spec.offset)) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::vector<HeaderField> header_fields(base::ByteView bytes, bool link_header) {
  FieldReader reader(bytes);
  wire::walk(bytes, link_header ? Layer::ethernet : Layer::ipv4, kDeepest,
             [&](const wire::Header& header) { return reader.take(header); });
  return std::move(reader).fields();
}

}  // namespace lvs::trace
