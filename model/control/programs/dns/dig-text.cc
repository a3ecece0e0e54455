// SPDX-License-Identifier: GPL-2.0-or-later
// What dig prints (bin/dig/dig.c printmessage(), lib/dns/masterdump.c).
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "base/bytes.h"
#include "control/programs/dns/dig.h"

namespace lvs::control {
namespace {

constexpr unsigned kTtlColumn = 24, kClassColumn = 32, kTypeColumn = 40, kDataColumn = 48, kTab = 8;

// indent() of masterdump.c: at least one blank.
void indent(std::string& line, unsigned& at, unsigned to) {
  to = std::max(to, at + 1);
  const unsigned tabs = to / kTab - at / kTab;
  line.append(tabs, '\t');
  line.append(tabs > 0 ? to % kTab : to - at, ' ');
  at = to;
}

void put(std::string& line, unsigned& at, std::string_view text) {
  line += text;
  at += static_cast<unsigned>(text.size());
}

std::string class_name(std::uint16_t cls) {
  if (cls == wire::kDnsIn) return "IN";
  return cls == wire::kDnsChaos ? "CH" : fmt::format("CLASS{}", cls);
}

std::string question_line(const wire::DnsQuestion& question) {
  std::string line;
  unsigned at = 0;
  line = ";";  // not counted
  put(line, at, question.name + ".");
  indent(line, at, kClassColumn);
  put(line, at, class_name(question.cls));
  indent(line, at, kTypeColumn);
  return line + wire::dns_type_name(question.type) + "\n";
}

std::string_view error_name(unsigned code) {
  constexpr std::string_view kNames[] = {"Other",
                                         "Unsupported DNSKEY Algorithm",
                                         "Unsupported DS Digest Type",
                                         "Stale Answer",
                                         "Forged Answer",
                                         "DNSSEC Indeterminate",
                                         "DNSSEC Bogus",
                                         "Signature Expired",
                                         "Signature Not Yet Valid",
                                         "DNSKEY Missing",
                                         "RRSIGs Missing",
                                         "No Zone Key Bit Set",
                                         "NSEC Missing",
                                         "Cached Error",
                                         "Not Ready",
                                         "Blocked",
                                         "Censored",
                                         "Filtered",
                                         "Prohibited"};
  return code < std::size(kNames) ? kNames[code] : std::string_view();
}

std::string opt_section(const wire::DnsRecord& opt) {
  std::string text = fmt::format("\n;; OPT PSEUDOSECTION:\n; EDNS: version: {}, flags:{}; udp: {}\n",
                                 opt.ttl >> 16 & 0xff, (opt.ttl & 0x8000) != 0 ? " do" : "", opt.cls);
  std::string_view rest = opt.data;
  while (rest.size() >= 4) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(rest.data());
    const unsigned code = base::load_be16(bytes), size = base::load_be16(bytes + 2);
    if (rest.size() < 4 + size) break;
    const std::string_view value = rest.substr(4, size);
    rest.remove_prefix(4 + size);
    if (code == 15 && size >= 2) {
      const unsigned error = base::load_be16(bytes + 4);
      const std::string_view name = error_name(error);
      text += fmt::format("; EDE: {}", error);
      if (!name.empty()) text += fmt::format(" ({})", name);
    } else {
      text += code == 10 ? "; COOKIE: " : fmt::format("; OPT={}: ", code);
      for (const char c : value) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
      // Of servers that know cookies: the client's half and theirs.
      if (code == 10 && size > 8) text += " (good)";
    }
    text += '\n';
  }
  return text;
}

std::string flags_text(const wire::DnsMessage& message) {
  using namespace wire::dns_flag;
  constexpr std::pair<std::uint16_t, std::string_view> kFlags[] = {{qr, "qr"}, {aa, "aa"}, {tc, "tc"}, {rd, "rd"},
                                                                   {ra, "ra"}, {ad, "ad"}, {cd, "cd"}};
  std::string text;
  for (const auto& [flag, name] : kFlags)
    if (message.has(flag)) text += fmt::format(" {}", name);
  return text;
}

std::string opcode_name(unsigned opcode) {
  constexpr std::string_view kNames[] = {"QUERY", "IQUERY", "STATUS", "RESERVED3", "NOTIFY", "UPDATE"};
  return opcode < std::size(kNames) ? std::string(kNames[opcode]) : fmt::format("RESERVED{}", opcode);
}

std::string section(std::string_view title, const std::vector<wire::DnsRecord>& records, bool comments) {
  std::string text;
  for (const wire::DnsRecord& each : records)
    if (each.type != static_cast<std::uint16_t>(wire::DnsType::opt)) text += dig_record(each);
  if (text.empty() || !comments) return text;
  return fmt::format(";; {} SECTION:\n{}\n", title, text);
}

}  // namespace

std::string dig_record(const wire::DnsRecord& record) {
  std::string line;
  unsigned at = 0;
  put(line, at, record.name + ".");
  indent(line, at, kTtlColumn);
  put(line, at, std::to_string(record.ttl));
  indent(line, at, kClassColumn);
  put(line, at, class_name(record.cls));
  indent(line, at, kTypeColumn);
  put(line, at, wire::dns_type_name(record.type));
  indent(line, at, kDataColumn);
  return line + dns_value_text(record) + "\n";
}

std::string dig_banner(const DigOptions& options, std::size_t servers) {
  const std::string found = servers == 0   ? std::string()
                            : servers == 1 ? "; (1 server found)\n"
                                           : fmt::format("; ({} servers found)\n", servers);
  return fmt::format("\n; <<>> DiG {} <<>>{}\n{};; global options: +cmd\n", kDigVersion, options.typed, found);
}

std::string_view why_no_server(const Found& found) {
  return found.error == NameError::no_name || found.error == NameError::no_data ? "not found" : "failure";
}

std::string dig_reply(const DigQuery& query, const DnsExchange::Outcome& outcome, base::Time when) {
  const wire::DnsMessage& reply = *outcome.reply;
  const DigShow& show = query.show;
  std::string text;
  if (show.brief) {
    for (const wire::DnsRecord& each : reply.answers) text += dns_value_text(each) + "\n";
    return text;
  }
  const wire::DnsRecord* const opt = reply.opt();
  if (show.comments) {
    text += fmt::format(";; Got answer:\n;; ->>HEADER<<- opcode: {}, status: {}, id: {}\n", opcode_name(reply.opcode()),
                        wire::dns_rcode_name(reply.rcode()), reply.id);
    text += fmt::format(";; flags:{}; QUERY: {}, ANSWER: {}, AUTHORITY: {}, ADDITIONAL: {}\n", flags_text(reply),
                        reply.questions.size(), reply.answers.size(), reply.authority.size(), reply.additional.size());
    if (reply.has(wire::dns_flag::rd) && !reply.has(wire::dns_flag::ra))
      text += ";; WARNING: recursion requested but not available\n";
    if (opt != nullptr) text += opt_section(*opt);
    if (opt == nullptr) text += "\n";
  }
  if (show.question) {
    if (show.comments) text += ";; QUESTION SECTION:\n";
    for (const wire::DnsQuestion& each : reply.questions) text += question_line(each);
    if (show.comments) text += "\n";
  }
  if (show.answer) text += section("ANSWER", reply.answers, show.comments);
  if (show.authority) text += section("AUTHORITY", reply.authority, show.comments);
  if (show.additional) text += section("ADDITIONAL", reply.additional, show.comments);
  if (show.stats) {
    const auto ms = outcome.took / std::chrono::milliseconds(1);
    const std::string address = outcome.server.addr.text();
    const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(when).count();
    text += fmt::format(";; Query time: {} msec\n;; SERVER: {}#{}({}) ({})\n", ms, address, outcome.server.port,
                        query.server.empty() ? address : query.server, outcome.tcp ? "TCP" : "UDP");
    text += fmt::format(";; WHEN: {:%a %b %d %H:%M:%S} UTC {:%Y}\n", fmt::gmtime(seconds), fmt::gmtime(seconds));
    text += fmt::format(";; MSG SIZE  rcvd: {}\n\n", outcome.bytes.size());
  }
  return text;
}

}  // namespace lvs::control
