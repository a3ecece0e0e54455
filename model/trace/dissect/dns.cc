// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/dissect/dns.h"

#include <fmt/format.h>

#include <array>

#include "wire/dns.h"

namespace lvs::trace {
namespace {

using wire::DnsMessage;
using wire::DnsRecord;
using wire::DnsType;
namespace flag = wire::dns_flag;

constexpr std::array<std::string_view, 16> kOpcodes{
    "",     " inv_q",   " stat",    " op3",      " notify",  " update",   " op6",      " op7",
    " op8", " updateA", " updateD", " updateDA", " updateM", " updateMA", " zoneInit", " zoneRef"};
constexpr std::array<std::string_view, 11> kRcodes{"",         " FormErr", " ServFail", " NXDomain",
                                                   " NotImp",  " Refused", " YXDomain", " YXRRSet",
                                                   " NXRRSet", " NotAuth", " NotZone"};

std::string type_name(std::uint16_t type) {
  const std::string name = wire::dns_type_name(type);
  return name.starts_with("TYPE") ? "Type" + name.substr(4) : name;
}

std::string record_text(const DnsRecord& record, unsigned verbose) {
  std::string text;
  if (verbose > 0) text += fmt::format("{}. ", record.name);
  if (record.type == static_cast<std::uint16_t>(DnsType::opt)) {
    text += fmt::format("OPT UDPsize={}", record.cls);
    constexpr std::string_view kCookie("\0\x0a", 2);
    if (record.data.size() >= 4 && record.data.starts_with(kCookie)) {
      text += " [COOKIE ";
      for (const char c : record.data.substr(4)) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
      text += "]";
    }
    return text;
  }
  if (verbose > 2) text += fmt::format("[{}s] ", record.ttl);
  text += type_name(record.type);
  switch (static_cast<DnsType>(record.type)) {
    case DnsType::a:
    case DnsType::aaaa:
    case DnsType::cname:
    case DnsType::ns:
    case DnsType::ptr:
    case DnsType::txt: return text + " " + dns_value_text(record);
    default: return text;
  }
}

std::string section(std::string_view title, const std::vector<DnsRecord>& records, unsigned verbose) {
  std::string text(records.empty() ? "" : title);
  for (std::size_t i = 0; i < records.size(); ++i) text += (i == 0 ? " " : ", ") + record_text(records[i], verbose);
  return text;
}

std::string questions(const DnsMessage& message) {
  std::string text;
  for (const wire::DnsQuestion& each : message.questions)
    text += fmt::format("{} {}? {}.", text.empty() ? "" : ",", type_name(each.type), each.name);
  return text;
}

}  // namespace

std::string dns_text(std::string_view data, std::size_t size, unsigned verbose) {
  bool whole = false;
  const DnsMessage message = wire::read_dns_head(data, whole);
  if (data.size() < wire::kDnsHeader) return " [|domain]";
  const auto mark = [&](std::uint16_t bit, std::string_view set) {
    return message.has(bit) ? set : std::string_view();
  };
  std::string text = fmt::format("{}{}", message.id, kOpcodes[message.opcode()]);
  if (message.has(flag::qr)) {
    text += message.rcode() < kRcodes.size() ? std::string(kRcodes[message.rcode()])
                                             : fmt::format(" Resp{}", message.rcode());
    text += fmt::format("{}{}{}{}", mark(flag::aa, "*"), message.has(flag::ra) ? "" : "-", mark(flag::tc, "|"),
                        mark(flag::ad, "$"));
    if (message.questions.size() != 1) text += fmt::format(" [{}q]", message.questions.size());
    if (verbose > 1) text += " q:" + questions(message);
    text += fmt::format(" {}/{}/{}", message.answers.size(), message.authority.size(), message.additional.size());
    text += section("", message.answers, verbose);
    if (verbose > 1) text += section(" ns:", message.authority, verbose) + section(" ar:", message.additional, verbose);
  } else {
    text += fmt::format("{}{}", mark(flag::rd, "+"), mark(flag::cd, "%"));
    if (!message.answers.empty()) text += fmt::format(" [{}a]", message.answers.size());
    if (message.questions.size() != 1) text += fmt::format(" [{}q]", message.questions.size());
    if (!message.authority.empty()) text += fmt::format(" [{}n]", message.authority.size());
    if (!message.additional.empty()) text += fmt::format(" [{}au]", message.additional.size());
    text += questions(message);
    if (verbose > 1) text += section(" ns:", message.authority, verbose) + section(" ar:", message.additional, verbose);
  }
  if (!whole) text += " [|domain]";
  return text + fmt::format(" ({})", size);
}

}  // namespace lvs::trace
