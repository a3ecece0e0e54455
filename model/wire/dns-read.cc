// SPDX-License-Identifier: GPL-2.0-or-later
// Messages from bytes.
#include <algorithm>
#include <cctype>

#include "base/bytes.h"
#include "wire/dns.h"

namespace lvs::wire {
namespace {

constexpr std::uint8_t kPointer = 0xc0;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ended() const { return at_ == bytes_.size(); }
  std::optional<std::uint16_t> u16() {
    if (bytes_.size() - at_ < 2) return std::nullopt;
    const std::uint16_t value = base::load_be16(byte_at(at_));
    at_ += 2;
    return value;
  }

  // As sent, not compressed.
  std::optional<std::string> name() {
    std::string result;
    std::size_t at = at_, bound = at_;  // pointers go below `bound` only, so that there is an end
    bool jumped = false;
    for (;;) {
      if (at >= bytes_.size()) return std::nullopt;
      const std::uint8_t length = *byte_at(at);
      if ((length & kPointer) == kPointer) {
        if (at + 2 > bytes_.size()) return std::nullopt;
        const std::size_t to = base::load_be16(byte_at(at)) & 0x3fffu;
        if (!jumped) at_ = at + 2;
        jumped = true;
        if (to >= bound) return std::nullopt;
        at = bound = to;
        continue;
      }
      if ((length & kPointer) != 0 || at + 1 + length > bytes_.size()) return std::nullopt;
      result.append(bytes_.substr(at, 1u + length));
      if (result.size() > kLongestDnsName) return std::nullopt;
      at += 1u + length;
      if (length == 0) break;
    }
    if (!jumped) at_ = at;
    return result;
  }

  bool question(DnsQuestion& question) {
    const auto wire = name();
    if (!wire) return false;
    question.name = text_of_name(*wire);
    const auto type = u16(), cls = u16();
    if (!type || !cls) return false;
    question.type = *type;
    question.cls = *cls;
    return true;
  }

  bool record(DnsRecord& record) {
    const auto wire = name();
    if (!wire) return false;
    record.name = text_of_name(*wire);
    const auto type = u16(), cls = u16(), high = u16(), low = u16(), size = u16();
    if (!size || bytes_.size() - at_ < *size) return false;
    record.type = *type;
    record.cls = *cls;
    record.ttl = std::uint32_t{*high} << 16 | *low;
    return data(record, *size);
  }

  static std::string text_of_name(std::string_view wire) {
    std::string text;
    while (!wire.empty() && wire[0] != 0) {
      const auto length = static_cast<std::size_t>(static_cast<unsigned char>(wire[0]));
      if (!text.empty()) text += '.';
      for (const char c : wire.substr(1, length)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '.' || c == '\\') {
          text += {'\\', c};
        } else if (byte > 0x20 && byte < 0x7f) {
          text += c;
        } else {
          text += {'\\', static_cast<char>('0' + byte / 100), static_cast<char>('0' + byte / 10 % 10),
                   static_cast<char>('0' + byte % 10)};
        }
      }
      wire.remove_prefix(std::min(length + 1, wire.size()));
    }
    return text;
  }

 private:
  const std::uint8_t* byte_at(std::size_t at) const {
    return reinterpret_cast<const std::uint8_t*>(bytes_.data()) + at;
  }

  bool data(DnsRecord& record, std::size_t size) {
    const std::size_t end = at_ + size;
    const auto names = [&](std::size_t before, unsigned count, std::size_t behind) {
      if (at_ + before > end) return false;
      record.data = bytes_.substr(at_, before);
      at_ += before;
      for (unsigned i = 0; i < count; ++i) {
        const auto each = name();
        if (!each || at_ > end) return false;
        record.data += *each;
      }
      record.data += bytes_.substr(at_, end - at_);
      const bool whole = end - at_ == behind;
      at_ = end;
      return whole;
    };
    switch (static_cast<DnsType>(record.type)) {
      case DnsType::cname:
      case DnsType::ns:
      case DnsType::ptr: return names(0, 1, 0);
      case DnsType::mx: return names(2, 1, 0);
      case DnsType::srv: return names(6, 1, 0);
      case DnsType::soa: return names(0, 2, 20);
      case DnsType::a:
        if (size != 4) return false;
        break;
      case DnsType::aaaa:
        if (size != 16) return false;
        break;
      default: break;
    }
    record.data = bytes_.substr(at_, size);
    at_ = end;
    return true;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

DnsMessage read_dns_head(std::string_view bytes, bool& whole) {
  DnsMessage message;
  Reader reader(bytes);
  whole = false;
  const auto id = reader.u16(), flags = reader.u16();
  std::optional<std::uint16_t> counts[4];
  for (auto& count : counts) count = reader.u16();
  if (!counts[3]) return message;
  message.id = *id;
  message.flags = *flags;
  for (unsigned i = 0; i < *counts[0]; ++i) {
    DnsQuestion question;
    if (!reader.question(question)) return message;
    message.questions.push_back(std::move(question));
  }
  std::vector<DnsRecord>* const sections[] = {&message.answers, &message.authority, &message.additional};
  for (unsigned section = 0; section < 3; ++section) {
    for (unsigned i = 0; i < *counts[section + 1]; ++i) {
      DnsRecord record;
      if (!reader.record(record)) return message;
      sections[section]->push_back(std::move(record));
    }
  }
  whole = true;
  return message;
}

std::optional<DnsMessage> read_dns(std::string_view bytes) {
  bool whole = false;
  DnsMessage message = read_dns_head(bytes, whole);
  if (!whole) return std::nullopt;
  return message;
}

std::optional<std::string> DnsRecord::target() const {
  switch (static_cast<DnsType>(type)) {
    case DnsType::cname:
    case DnsType::ns:
    case DnsType::ptr: return Reader::text_of_name(data);
    default: return std::nullopt;
  }
}

std::optional<base::Ipv4Addr> DnsRecord::address() const {
  if (type != static_cast<std::uint16_t>(DnsType::a) || data.size() != 4) return std::nullopt;
  return base::Ipv4Addr{base::load_be32(reinterpret_cast<const std::uint8_t*>(data.data()))};
}

const DnsRecord* DnsMessage::opt() const {
  for (const DnsRecord& each : additional)
    if (each.type == static_cast<std::uint16_t>(DnsType::opt)) return &each;
  return nullptr;
}

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else {
      result += {'\\', static_cast<char>('0' + byte / 100), static_cast<char>('0' + byte / 10 % 10),
                 static_cast<char>('0' + byte % 10)};
    }
  }
  return result + '"';
}

std::string strings_text(std::string_view data) {
  std::string result;
  while (!data.empty()) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(data[0]));
    if (!result.empty()) result += ' ';
    result += quoted(data.substr(1, length));
    data.remove_prefix(std::min(length + 1, data.size()));
  }
  return result;
}

std::string unknown_text(std::string_view data) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result = "\\# " + std::to_string(data.size());
  if (!data.empty()) result += ' ';
  for (const char c : data) result += {kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 15]};
  return result;
}

// Groups of AAAA as RFC 5952 has them.
std::string ipv6_text(const std::uint8_t* bytes) {
  unsigned groups[8];
  for (unsigned i = 0; i < 8; ++i) groups[i] = base::load_be16(bytes + 2 * i);
  unsigned best = 8, length = 1;
  for (unsigned begin = 0; begin < 8; ++begin) {
    unsigned end = begin;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - begin > length) best = begin, length = end - begin;
  }
  std::string result;
  for (unsigned i = 0; i < 8; ++i) {
    if (i == best) {
      result += "::";
      i += length - 1;
      continue;
    }
    if (!result.empty() && result.back() != ':') result += ':';
    char digits[5];
    char* at = digits;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = groups[i] >> shift & 15;
      if (at != digits || digit != 0 || shift == 0) *at++ = "0123456789abcdef"[digit];
    }
    result.append(digits, at);
  }
  return result;
}

}  // namespace

std::string dns_value_text(const DnsRecord& record) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(record.data.data());
  const auto number = [&](std::size_t at) { return std::to_string(base::load_be16(bytes + at)); };
  const auto name = [](std::string_view wire) { return Reader::text_of_name(wire) + "."; };
  const std::string_view data = record.data;
  switch (static_cast<DnsType>(record.type)) {
    case DnsType::a:
      if (const auto address = record.address()) return address->text();
      break;
    case DnsType::aaaa:
      if (data.size() == 16) return ipv6_text(bytes);
      break;
    case DnsType::cname:
    case DnsType::ns:
    case DnsType::ptr: return *record.target() + ".";
    case DnsType::mx:
      if (data.size() > 2) return number(0) + " " + name(data.substr(2));
      break;
    case DnsType::srv:
      if (data.size() > 6) return number(0) + " " + number(2) + " " + number(4) + " " + name(data.substr(6));
      break;
    case DnsType::txt: return strings_text(data);
    case DnsType::soa: {
      std::size_t at = 0;
      while (at < data.size() && data[at] != 0) at += 1u + static_cast<unsigned char>(data[at]);
      if (data.size() < at + 22) break;
      std::string result = name(data) + " " + name(data.substr(at + 1));
      for (std::size_t i = data.size() - 20; i < data.size(); i += 4)
        result += " " + std::to_string(base::load_be32(bytes + i));
      return result;
    }
    default: break;
  }
  return unknown_text(data);
}

}  // namespace lvs::wire
