// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/pcapng/header-fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::trace {
namespace {

using wire::IpProto;

constexpr unsigned kDeepest = 3;  // IP headers in IP headers

std::uint8_t* mutable_bytes(base::ByteView bytes) {
  return const_cast<std::uint8_t*>(bytes.data());  // NOLINT: views are not const
}

class FieldReader {
 public:
  explicit FieldReader(base::ByteView bytes) : bytes_(bytes) {}

  std::vector<HeaderField> read(bool link_header) {
    std::size_t at = 0;
    auto type = wire::EtherType::ipv4;
    if (link_header) {
      if (bytes_.size() < wire::Ethernet::kSize) return {};
      layer_ = "Ethernet";
      const wire::Ethernet eth{mutable_bytes(bytes_)};
      add("dst", FieldKind::address, 0, 6, eth.dst().text());
      add("src", FieldKind::address, 6, 6, eth.src().text());
      add("type", FieldKind::other, 12, 2, fmt::format("0x{:04x}", eth.type()));
      type = static_cast<wire::EtherType>(eth.type());
      at = wire::Ethernet::kSize;
    }
    if (type == wire::EtherType::arp) arp(at);
    if (type == wire::EtherType::ipv4) ip(at);
    return std::move(fields_);
  }

 private:
  void add(std::string_view name, FieldKind kind, std::size_t offset, std::size_t size, std::string text) {
    fields_.push_back({layer_, depth_, name, kind, static_cast<std::uint16_t>(offset), static_cast<std::uint16_t>(size),
                       std::move(text)});
  }
  void number(std::string_view name, FieldKind kind, std::size_t offset, std::size_t size, std::uint64_t value) {
    add(name, kind, offset, size, std::to_string(value));
  }
  void checksum(std::size_t offset) {
    add("checksum", FieldKind::checksum, offset, 2, fmt::format("0x{:04x}", base::load_be16(bytes_.data() + offset)));
  }
  std::string hex(std::size_t offset, std::size_t size) const {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) fmt::format_to(std::back_inserter(out), "{:02x}", bytes_[offset + i]);
    return out;
  }

  void arp(std::size_t at) {
    const auto arp = wire::Arp::parse(bytes_.subspan(at));
    if (!arp) return;
    layer_ = "ARP";
    add("operation", FieldKind::other, at + 6, 2, arp->op == wire::Arp::Op::request ? "request" : "reply");
    add("sender MAC", FieldKind::address, at + 8, 6, arp->sender_mac.text());
    add("sender IP", FieldKind::address, at + 14, 4, arp->sender_ip.text());
    add("target MAC", FieldKind::address, at + 18, 6, arp->target_mac.text());
    add("target IP", FieldKind::address, at + 24, 4, arp->target_ip.text());
  }

  void ip(std::size_t at) {
    if (bytes_.size() < at + wire::Ipv4::kMinSize) return;
    const wire::Ipv4 ip{mutable_bytes(bytes_) + at};
    const unsigned size = ip.header_size();
    if (ip.version() != 4 || size < wire::Ipv4::kMinSize || at + size > bytes_.size()) return;
    layer_ = "IP";
    number("tos", FieldKind::other, at + 1, 1, ip.tos());
    number("length", FieldKind::counter, at + 2, 2, ip.total_length());
    number("id", FieldKind::counter, at + 4, 2, ip.id());
    std::string flags = ip.dont_fragment() ? "DF" : "";
    if (ip.more_fragments()) flags += flags.empty() ? "MF" : " MF";
    add("flags", FieldKind::other, at + 6, 1, flags.empty() ? "none" : flags);
    number("fragment offset", FieldKind::other, at + 6, 2, ip.fragment_offset());
    number("ttl", FieldKind::counter, at + 8, 1, ip.ttl());
    number("protocol", FieldKind::other, at + 9, 1, static_cast<unsigned>(ip.protocol()));
    checksum(at + 10);
    add("src", FieldKind::address, at + 12, 4, ip.src().text());
    add("dst", FieldKind::address, at + 16, 4, ip.dst().text());
    if (size > wire::Ipv4::kMinSize) {
      add("options", FieldKind::other, at + wire::Ipv4::kMinSize, size - wire::Ipv4::kMinSize,
          hex(at + wire::Ipv4::kMinSize, size - wire::Ipv4::kMinSize));
    }
    if (ip.fragment_offset() != 0) return;
    switch (ip.protocol()) {
      case IpProto::tcp: return tcp(at + size);
      case IpProto::udp: return udp(at + size);
      case IpProto::icmp: return icmp(at + size);
      case IpProto::ipip:
        if (depth_ >= kDeepest) return;
        ++depth_;
        return this->ip(at + size);
      default: return;
    }
  }

  bool ports(std::size_t at) {
    if (bytes_.size() < at + 4) return false;
    number("sport", FieldKind::port, at, 2, base::load_be16(bytes_.data() + at));
    number("dport", FieldKind::port, at + 2, 2, base::load_be16(bytes_.data() + at + 2));
    return true;
  }

  void tcp(std::size_t at) {
    layer_ = "TCP";
    if (!ports(at) || bytes_.size() < at + wire::Tcp::kMinSize) return;
    const wire::Tcp tcp{mutable_bytes(bytes_) + at};
    number("seq", FieldKind::other, at + 4, 4, tcp.seq());
    number("ack", FieldKind::other, at + 8, 4, tcp.ack_seq());
    std::string flags;
    constexpr std::array<std::string_view, 8> kFlags{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
      if ((tcp.flags() >> bit & 1) == 0) continue;
      if (!flags.empty()) flags += ' ';
      flags += kFlags[bit];
    }
    add("flags", FieldKind::other, at + 13, 1, flags.empty() ? "none" : flags);
    number("window", FieldKind::other, at + 14, 2, tcp.window());
    checksum(at + 16);
    const std::size_t size = tcp.header_size();
    if (size > wire::Tcp::kMinSize && at + size <= bytes_.size()) {
      add("options", FieldKind::other, at + wire::Tcp::kMinSize, size - wire::Tcp::kMinSize,
          hex(at + wire::Tcp::kMinSize, size - wire::Tcp::kMinSize));
    }
  }

  void udp(std::size_t at) {
    layer_ = "UDP";
    if (!ports(at) || bytes_.size() < at + wire::Udp::kSize) return;
    number("length", FieldKind::counter, at + 4, 2, base::load_be16(bytes_.data() + at + 4));
    checksum(at + 6);
  }

  void icmp(std::size_t at) {
    if (bytes_.size() < at + wire::Icmp::kSize) return;
    layer_ = "ICMP";
    const wire::Icmp icmp{mutable_bytes(bytes_) + at};
    number("type", FieldKind::other, at, 1, icmp.type());
    number("code", FieldKind::other, at + 1, 1, icmp.code());
    checksum(at + 2);
    if (!icmp.is_error()) {
      number("id", FieldKind::other, at + 4, 2, icmp.echo_id());
      number("seq", FieldKind::other, at + 6, 2, icmp.echo_seq());
      return;
    }
    if (icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed) {
      number("mtu", FieldKind::other, at + 6, 2, icmp.frag_mtu());
    } else if (icmp.type() == wire::Icmp::redirect) {
      add("gateway", FieldKind::address, at + 4, 4, base::Ipv4Addr{base::load_be32(icmp.p + 4)}.text());
    }
    if (depth_ >= kDeepest) return;
    ++depth_;
    ip(at + wire::Icmp::kSize);  // the quote
  }

  base::ByteView bytes_;
  std::vector<HeaderField> fields_;
  std::string_view layer_;
  std::uint8_t depth_ = 0;
};

// IP headers in front of the innermost packet, quotes apart.
int tunnels_in(const std::vector<HeaderField>& fields) {
  int tunnels = 0;
  for (const HeaderField& field : fields) {
    if (field.layer == "ICMP") break;
    if (field.layer == "IP" && field.name == "protocol" && field.text == "4") ++tunnels;
  }
  return tunnels;
}

void deepen(std::vector<HeaderField>& fields, int by) {
  for (HeaderField& field : fields) {
    if (field.layer != "Ethernet") field.depth = static_cast<std::uint8_t>(field.depth + by);
  }
}

bool same_place(const HeaderField& a, const HeaderField& b) {
  return a.depth == b.depth && a.layer == b.layer && a.name == b.name;
}

const HeaderField* find(const std::vector<HeaderField>& fields, const HeaderField& like, std::size_t guess) {
  if (guess < fields.size() && same_place(fields[guess], like)) return &fields[guess];
  const auto at = std::ranges::find_if(fields, [&](const HeaderField& field) { return same_place(field, like); });
  return at == fields.end() ? nullptr : &*at;
}

}  // namespace

std::vector<HeaderField> header_fields(base::ByteView bytes, bool link_header) {
  return FieldReader(bytes).read(link_header);
}

std::vector<FieldChange> header_changes(base::ByteView before, bool before_link, base::ByteView after,
                                        bool after_link) {
  std::vector<HeaderField> old = header_fields(before, before_link), now = header_fields(after, after_link);
  const int deeper = tunnels_in(now) - tunnels_in(old);
  if (deeper > 0) deepen(old, deeper);
  if (deeper < 0) deepen(now, -deeper);
  const bool both = before_link && after_link;
  const auto ignored = [&](const HeaderField& field) { return field.layer == "Ethernet" && !both; };

  std::vector<FieldChange> changes;
  // Headers that are gone, before what else changed: they stood outside.
  std::size_t guess = 0;
  for (const HeaderField& field : old) {
    if (!ignored(field) && find(now, field, guess++) == nullptr) changes.push_back({field, {}});
  }
  guess = 0;
  for (const HeaderField& field : now) {
    if (ignored(field)) continue;
    const HeaderField* was = find(old, field, guess++);
    if (was == nullptr) {
      changes.push_back({{}, field});
    } else if (was->text != field.text) {
      changes.push_back({*was, field});
    }
  }
  return changes;
}

namespace {

void part(std::string& out, std::string_view text) {
  if (!out.empty()) out += ", ";
  out += text;
}

// "+IP 10.0.0.2 > 10.1.0.1" of a header that came (or went) as a whole.
std::string header_text(const std::vector<FieldChange>& changes, std::size_t first, HeaderField FieldChange::*side,
                        char sign) {
  const HeaderField& begin = changes[first].*side;
  std::string src, dst;
  for (std::size_t i = first; i < changes.size(); ++i) {
    const HeaderField& field = changes[i].*side;
    if (field.layer != begin.layer || field.depth != begin.depth) break;
    if (field.kind != FieldKind::address) continue;
    if (field.name == "src") src = field.text;
    if (field.name == "dst") dst = field.text;
  }
  std::string out = sign + std::string(begin.layer);
  if (!src.empty()) out += ' ' + src + " > " + dst;
  return out;
}

}  // namespace

std::string changes_text(const std::vector<FieldChange>& changes) {
  std::string out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& [before, after] = changes[i];
    if (!before.layer.empty() && !after.layer.empty()) {
      if (after.kind == FieldKind::checksum) continue;
      part(out, fmt::format("{} {} {} > {}", after.layer, after.name, before.text, after.text));
      continue;
    }
    const bool came = before.layer.empty();
    HeaderField FieldChange::*const side = came ? &FieldChange::after : &FieldChange::before;
    const HeaderField& field = changes[i].*side;
    // The fields of one header stand together.
    const HeaderField* previous = i == 0 ? nullptr : &(changes[i - 1].*side);
    if (previous != nullptr && previous->layer == field.layer && previous->depth == field.depth &&
        (changes[i - 1].before.layer.empty() == came)) {
      continue;
    }
    part(out, header_text(changes, i, side, came ? '+' : '-'));
  }
  return out;
}

}  // namespace lvs::trace
