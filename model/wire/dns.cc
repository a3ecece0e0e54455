// SPDX-License-Identifier: GPL-2.0-or-later
// Names, and messages to bytes.
#include "wire/dns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace lvs::wire {
namespace {

constexpr std::size_t kLongestLabel = 63;

constexpr auto kTypes = std::to_array<std::pair<DnsType, std::string_view>>({
    {DnsType::a, "A"},
    {DnsType::ns, "NS"},
    {DnsType::cname, "CNAME"},
    {DnsType::soa, "SOA"},
    {DnsType::ptr, "PTR"},
    {DnsType::mx, "MX"},
    {DnsType::txt, "TXT"},
    {DnsType::aaaa, "AAAA"},
    {DnsType::srv, "SRV"},
    {DnsType::opt, "OPT"},
    {DnsType::any, "ANY"},
});

bool same_letters(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

void put16(std::string& bytes, unsigned value) {
  bytes += static_cast<char>(value >> 8 & 0xff);
  bytes += static_cast<char>(value & 0xff);
}
void put32(std::string& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value & 0xffff);
}

// A name that came from bytes always is one; of others the callers have made sure.
std::string sent_name(std::string_view text) { return dns_name(text).value_or(std::string(1, '\0')); }

}  // namespace

std::string dns_type_name(std::uint16_t type) {
  for (const auto& [known, name] : kTypes)
    if (static_cast<std::uint16_t>(known) == type) return std::string(name);
  return "TYPE" + std::to_string(type);
}

std::optional<std::uint16_t> dns_type_of(std::string_view text) {
  const auto same = [](std::string_view a, std::string_view b) { return std::ranges::equal(a, b, same_letters); };
  for (const auto& [type, name] : kTypes)
    if (same(name, text) && type != DnsType::opt) return static_cast<std::uint16_t>(type);
  if (text.size() > 4 && same(text.substr(0, 4), "TYPE")) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + 4, text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return std::nullopt;
}

std::string dns_rcode_name(unsigned rcode) {
  constexpr auto kNames =
      std::to_array<std::string_view>({"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
                                       "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"});
  return rcode < kNames.size() ? std::string(kNames[rcode]) : "RESERVED" + std::to_string(rcode);
}

std::optional<std::string> dns_name(std::string_view text) {
  if (text == ".") text = {};
  if (text.ends_with('.') && !text.ends_with("\\.")) text.remove_suffix(1);
  std::string result, label;
  const auto end_label = [&] {
    if (label.empty() || label.size() > kLongestLabel) return false;
    result += static_cast<char>(label.size());
    result += std::exchange(label, {});
    return result.size() < kLongestDnsName;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (!end_label()) return std::nullopt;
    } else if (text[i] == '\\') {
      if (++i == text.size()) return std::nullopt;
      unsigned byte = 0;
      const auto [end, error] = std::from_chars(&text[i], &text[i] + std::min<std::size_t>(3, text.size() - i), byte);
      if (error == std::errc()) {
        if (end != &text[i] + 3 || byte > 255) return std::nullopt;
        label += static_cast<char>(byte);
        i += 2;
      } else {
        label += text[i];
      }
    } else {
      label += text[i];
    }
    if (label.size() > kLongestLabel) return std::nullopt;
  }
  if (!text.empty() && !end_label()) return std::nullopt;
  result += '\0';
  return result;
}

bool same_dns_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, same_letters); }

bool dns_name_below(std::string_view name, std::string_view domain) {
  if (domain.empty()) return true;
  if (name.size() < domain.size() || !same_dns_name(name.substr(name.size() - domain.size()), domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

std::string dns_reverse_name(base::Ipv4Addr address) {
  std::string result;
  for (unsigned shift = 0; shift < 32; shift += 8) result += std::to_string(address.value >> shift & 0xff) + ".";
  return result + "in-addr.arpa";
}

std::optional<base::Ipv4Addr> dns_address_of_reverse(std::string_view name) {
  constexpr std::string_view kBehind = ".in-addr.arpa";
  if (name.size() <= kBehind.size() || !same_dns_name(name.substr(name.size() - kBehind.size()), kBehind))
    return std::nullopt;
  const auto turned = base::Ipv4Addr::parse(name.substr(0, name.size() - kBehind.size()));
  if (!turned) return std::nullopt;
  return base::Ipv4Addr{__builtin_bswap32(turned->value)};
}

DnsRecord dns_a(std::string name, std::uint32_t ttl, base::Ipv4Addr address) {
  DnsRecord record{std::move(name), static_cast<std::uint16_t>(DnsType::a), kDnsIn, ttl, {}};
  put32(record.data, address.value);
  return record;
}

DnsRecord dns_naming(std::string name, DnsType type, std::uint32_t ttl, std::string_view target) {
  return {std::move(name), static_cast<std::uint16_t>(type), kDnsIn, ttl, sent_name(target)};
}

DnsRecord dns_opt(std::uint16_t udp_size, std::string options) {
  return {{}, static_cast<std::uint16_t>(DnsType::opt), udp_size, 0, std::move(options)};
}

std::string write_dns(const DnsMessage& message) {
  std::string bytes;
  put16(bytes, message.id);
  put16(bytes, message.flags);
  for (const std::size_t count :
       {message.questions.size(), message.answers.size(), message.authority.size(), message.additional.size()})
    put16(bytes, static_cast<unsigned>(count));
  for (const DnsQuestion& each : message.questions) {
    bytes += sent_name(each.name);
    put16(bytes, each.type);
    put16(bytes, each.cls);
  }
  for (const auto* const section : {&message.answers, &message.authority, &message.additional}) {
    for (const DnsRecord& each : *section) {
      const bool known =
          !message.questions.empty() && !each.name.empty() && same_dns_name(each.name, message.questions.front().name);
      if (known) {
        put16(bytes, 0xc000u | kDnsHeader);
      } else {
        bytes += sent_name(each.name);
      }
      put16(bytes, each.type);
      put16(bytes, each.cls);
      put32(bytes, each.ttl);
      put16(bytes, static_cast<unsigned>(each.data.size()));
      bytes += each.data;
    }
  }
  return bytes;
}

}  // namespace lvs::wire
