// SPDX-License-Identifier: GPL-2.0-or-later
// DNS messages (RFC 1035, RFC 6891): one reading of any bytes, and messages written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"

namespace lvs::wire {

// Bytes of a name in text, dots and all (RFC 1035, 2.3.4).
inline constexpr std::size_t kLongestDnsName = 255;

inline constexpr std::uint16_t kDnsPort = 53;
inline constexpr std::size_t kDnsHeader = 12;

enum class DnsType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  opt = 41,
  any = 255,
};
// "A", "AAAA"; "TYPE65" of those without a name here.
std::string dns_type_name(std::uint16_t type);
std::optional<std::uint16_t> dns_type_of(std::string_view name);  // in either case

inline constexpr std::uint16_t kDnsIn = 1, kDnsChaos = 3;

enum class DnsRcode : std::uint8_t { noerror = 0, formerr = 1, servfail = 2, nxdomain = 3, notimp = 4, refused = 5 };
// "NOERROR", "NXDOMAIN"; "RESERVED11".
std::string dns_rcode_name(unsigned rcode);

namespace dns_flag {
inline constexpr std::uint16_t qr = 0x8000, opcode = 0x7800, aa = 0x0400, tc = 0x0200, rd = 0x0100, ra = 0x0080,
                               ad = 0x0020, cd = 0x0010, rcode = 0x000f;
}  // namespace dns_flag

// Names are text: labels with dots between them and none at the end, the root is empty. A byte of a label that is no
// plain one stands as "\." or "\ddd" (RFC 1035 5.1).
struct DnsQuestion {
  std::string name;
  std::uint16_t type = 0, cls = kDnsIn;
  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

struct DnsRecord {
  std::string name;
  std::uint16_t type = 0, cls = kDnsIn;
  std::uint32_t ttl = 0;
  std::string data;  // as in a message, names within it not compressed

  std::optional<base::Ipv4Addr> address() const;  // of an A record
  std::optional<std::string> target() const;      // of CNAME, NS, PTR
};

struct DnsMessage {
  std::uint16_t id = 0, flags = 0;
  std::vector<DnsQuestion> questions;
  std::vector<DnsRecord> answers, authority, additional;

  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  unsigned rcode() const { return flags & dns_flag::rcode; }
  unsigned opcode() const { return (flags & dns_flag::opcode) >> 11; }
  const DnsRecord* opt() const;  // its OPT record
};

// Bounded in time and size whatever the bytes are: a pointer of a name points back, a name has 255 bytes at most.
// Nothing: not a whole message.
std::optional<DnsMessage> read_dns(std::string_view bytes);
// As much of it as there is, for texts: what is behind the first part that cannot be read is left out.
DnsMessage read_dns_head(std::string_view bytes, bool& whole);

// Names of owners that are the first question's are a pointer to it; no other name is compressed.
std::string write_dns(const DnsMessage& message);

// A name as it is sent; nothing where a label is longer than 63 bytes or empty, or the name than 255.
std::optional<std::string> dns_name(std::string_view text);
bool same_dns_name(std::string_view a, std::string_view b);  // letters of either case
// Is it `domain`, or below it? The root is above all.
bool dns_name_below(std::string_view name, std::string_view domain);

std::string dns_reverse_name(base::Ipv4Addr address);  // "1.0.0.10.in-addr.arpa"
std::optional<base::Ipv4Addr> dns_address_of_reverse(std::string_view name);

DnsRecord dns_a(std::string name, std::uint32_t ttl, base::Ipv4Addr address);
// `target` must be a name.
DnsRecord dns_naming(std::string name, DnsType type, std::uint32_t ttl, std::string_view target);
DnsRecord dns_opt(std::uint16_t udp_size, std::string options = {});

// The value of a record as zone files and dig have it: "10.0.0.1", "www.example.com.", "\"text\"".
std::string dns_value_text(const DnsRecord& record);

}  // namespace lvs::wire
