// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/dissect/vrrp.h"

#include <fmt/format.h>

#include <iterator>

#include "base/addr.h"

namespace lvs::trace {
namespace {

constexpr std::size_t kVrrpHeader = 8;

// Over the message; of version 3 over a pseudo header before it, too.
bool checksum_holds(const wire::ConstIpv4& ip, base::ByteView bytes, bool pseudo) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
  if (pseudo) {
    for (std::size_t i = 12; i < 20; i += 2) sum += base::load_be16(ip.p + i);
    sum += kVrrpProtocol + static_cast<std::uint32_t>(bytes.size());
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

// Addresses, and the password of version 2.
void vrrp_details(std::string& out, const wire::ConstIpv4& ip, base::ByteView bytes) {
  if (bytes.size() < kVrrpHeader) {
    out += " [|vrrp]";
    return;
  }
  const unsigned version = bytes[0] >> 4, count = bytes[3];
  if (!checksum_holds(ip, bytes, version == 3))
    fmt::format_to(std::back_inserter(out), ", (bad vrrp cksum {:x})", base::load_be16(bytes.data() + 6));
  out += ", addrs";
  if (count != 1) fmt::format_to(std::back_inserter(out), "({})", count);
  out += ':';
  std::size_t at = kVrrpHeader;
  for (unsigned i = 0; i < count; ++i, at += 4) {
    if (bytes.size() < at + 4) {
      out += " [|vrrp]";
      return;
    }
    out += (i == 0 ? ' ' : ',') + base::Ipv4Addr{base::load_be32(bytes.data() + at)}.text();
  }
  if (version != 2 || bytes[4] != 1) return;
  out += " auth \"";
  constexpr std::size_t kPassword = 8;
  for (std::size_t i = at; i < at + kPassword && i < bytes.size() && bytes[i] != 0; ++i)
    out += bytes[i] >= ' ' && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
  out += '"';
}

}  // namespace

void vrrp_text(std::string& out, const wire::ConstIpv4& ip, base::ByteView bytes, std::size_t size, bool verbose) {
  constexpr std::size_t kFixed = 6;
  if (bytes.size() < kFixed) {
    out += " [|vrrp]";
    return;
  }
  const unsigned version = bytes[0] >> 4, type = bytes[0] & 15;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "VRRPv{}, {}", version, type == 1 ? std::string("Advertisement") : fmt::format("[type#{}]", type));
  if (ip.ttl() != 255) fmt::format_to(to, ", (ttl {})", ip.ttl());
  fmt::format_to(to, ", vrid {}, prio {}", bytes[1], bytes[2]);
  if (version == 2) {
    const unsigned kind = bytes[4];
    const std::string name = kind == 0   ? "none"
                             : kind == 1 ? "simple"
                             : kind == 2 ? "ah"
                                         : fmt::format("[type#{}]", kind);
    fmt::format_to(to, ", authtype {}, intvl {}s", name, bytes[5]);
  } else {
    fmt::format_to(to, ", intvl {}cs", base::load_be16(bytes.data() + 4) & 0x0fff);
  }
  fmt::format_to(to, ", length {}", size);
  if (verbose) vrrp_details(out, ip, bytes);
}

}  // namespace lvs::trace
