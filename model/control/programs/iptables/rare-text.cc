// SPDX-License-Identifier: GPL-2.0-or-later
// The matches of rare-matches.h as -L and -S print them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "control/programs/iptables/rare-matches.h"
#include "control/words/service-names.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;

const char* mark(bool invert) { return invert ? " !" : ""; }

std::string port(std::uint16_t number, bool numeric) {
  if (!numeric) {
    if (const auto name = service_name(number, "sctp")) return std::string(*name);
  }
  return std::to_string(number);
}

std::string ports_listed(std::string_view name, const xt::Ports& ports, bool numeric) {
  if (!ports.asks()) return {};
  const char* const invert = ports.invert ? "!" : "";
  if (ports.first == ports.last) return fmt::format(" {}:{}{}", name, invert, port(ports.first, numeric));
  return fmt::format(" {}s:{}{}:{}", name, invert, port(ports.first, numeric), port(ports.last, numeric));
}

std::string ports_saved(std::string_view name, const xt::Ports& ports) {
  if (!ports.asks()) return {};
  if (ports.first == ports.last) return fmt::format("{} --{} {}", mark(ports.invert), name, ports.first);
  return fmt::format("{} --{} {}:{}", mark(ports.invert), name, ports.first, ports.last);
}

std::string chunks(const xt::Sctp& m, bool numeric) {
  constexpr std::string_view kKinds[] = {"", "any", "all", "only"};
  std::string text = std::string(kKinds[static_cast<std::size_t>(m.chunks)]) + " ";
  if (std::ranges::all_of(m.types, [](bool set) { return set; })) return text + "ALL";
  if (std::ranges::none_of(m.types, [](bool set) { return set; })) return text + "NONE";
  bool first = true;
  for (unsigned type = 0; type < m.types.size(); ++type) {
    if (!m.types[type]) continue;
    if (!first) text += ',';
    first = false;
    text += numeric ? fmt::format("0x{:04X}", type) : std::string(sctp_chunk_name(type));
    const auto flags = std::ranges::find(m.flags, type, &xt::Sctp::Flags::type);
    if (flags == m.flags.end() || flags->mask == 0) continue;
    text += ':';
    for (unsigned bit = 8; bit-- > 0;) {
      if ((flags->mask >> bit & 1) == 0) continue;
      const char letter = sctp_flag_letters(type)[7 - bit];
      const bool set = (flags->flags >> bit & 1) != 0;
      text += set ? letter : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
  }
  return text;
}

std::string directions(const xt::Set& m) {
  std::string text;
  for (const bool source : m.source) text += std::string(text.empty() ? "" : ",") + (source ? "src" : "dst");
  return text;
}

constexpr std::string_view kPktTypes[] = {"unicast", "broadcast", "multicast"};

std::string range(const xt::Length& m) {
  return m.first == m.last ? fmt::format("{}", m.first) : fmt::format("{}:{}", m.first, m.last);
}

std::string range(const xt::IpRange::Range& r) {
  return fmt::format("{}-{}", base::Ipv4Addr{r.first}.text(), base::Ipv4Addr{r.last}.text());
}

}  // namespace

std::string listed_text(const xt::Sctp& m, bool numeric) {
  std::string text = " sctp" + ports_listed("spt", m.source, numeric) + ports_listed("dpt", m.destination, numeric);
  if (m.chunks != xt::Sctp::Chunks::unasked) text += mark(m.chunks_invert) + (" " + chunks(m, numeric));
  return text;
}
std::string saved_text(const xt::Sctp& m) {
  std::string text = " -m sctp" + ports_saved("sport", m.source) + ports_saved("dport", m.destination);
  if (m.chunks != xt::Sctp::Chunks::unasked) text += mark(m.chunks_invert) + (" --chunk-types " + chunks(m, false));
  return text;
}

namespace {

// `prefix` is "--" in saved rules; in lists packet 0 goes without saying.
std::string statistic(const xt::Statistic& m, std::string_view prefix) {
  if (!m.nth) {
    return fmt::format(" {0}mode random{1} {0}probability {2:.11f}", prefix, mark(m.invert),
                       m.probability / 2147483648.0);
  }
  std::string text = fmt::format(" {0}mode nth{1} {0}every {2}", prefix, mark(m.invert), m.every + 1);
  return m.packet == 0 && prefix.empty() ? text : text + fmt::format(" {}packet {}", prefix, m.packet);
}

}  // namespace

std::string listed_text(const xt::Statistic& m, bool) { return " statistic" + statistic(m, ""); }
std::string saved_text(const xt::Statistic& m) { return " -m statistic" + statistic(m, "--"); }

std::string listed_text(const xt::Set& m, bool) {
  return fmt::format("{} match-set {} {}", mark(m.invert), m.name, directions(m));
}
std::string saved_text(const xt::Set& m) {
  return fmt::format(" -m set{} --match-set {} {}", mark(m.invert), m.name, directions(m));
}

std::string listed_text(const xt::Tos& m, bool numeric) {
  constexpr std::pair<std::uint8_t, std::string_view> kNames[] = {{0x10, "Minimize-Delay"},
                                                                  {0x08, "Maximize-Throughput"},
                                                                  {0x04, "Maximize-Reliability"},
                                                                  {0x02, "Minimize-Cost"},
                                                                  {0x00, "Normal-Service"}};
  std::string text = fmt::format(" tos match{}", m.invert ? "!" : "");
  for (const auto& [value, name] : kNames) {
    if (!numeric && m.mask == 0x3f && m.value == value) return text + fmt::format(" {}", name);
  }
  return text + fmt::format("0x{:02x}/0x{:02x}", m.value, m.mask);
}
std::string saved_text(const xt::Tos& m) {
  return fmt::format(" -m tos{} --tos 0x{:02x}/0x{:02x}", mark(m.invert), m.value, m.mask);
}

std::string listed_text(const xt::Dscp& m, bool) {
  return fmt::format(" DSCP match {}0x{:02x}", m.invert ? "!" : "", m.dscp);
}
std::string saved_text(const xt::Dscp& m) { return fmt::format(" -m dscp{} --dscp 0x{:02x}", mark(m.invert), m.dscp); }

std::string listed_text(const xt::IpRange& m, bool) {
  std::string text;
  if (m.source) text += fmt::format(" source IP range{} {}", mark(m.source->invert), range(*m.source));
  if (m.destination)
    text += fmt::format(" destination IP range{} {}", mark(m.destination->invert), range(*m.destination));
  return text;
}
std::string saved_text(const xt::IpRange& m) {
  std::string text = " -m iprange";
  if (m.source) text += fmt::format("{} --src-range {}", mark(m.source->invert), range(*m.source));
  if (m.destination) text += fmt::format("{} --dst-range {}", mark(m.destination->invert), range(*m.destination));
  return text;
}

std::string listed_text(const xt::Length& m, bool) {
  return fmt::format(" length {}{}", m.invert ? "!" : "", range(m));
}
std::string saved_text(const xt::Length& m) {
  return fmt::format(" -m length{} --length {}", mark(m.invert), range(m));
}

std::string listed_text(const xt::PktType& m, bool) {
  return fmt::format(" PKTTYPE {}= {}", m.invert ? "!" : "", kPktTypes[m.type]);
}
std::string saved_text(const xt::PktType& m) {
  return fmt::format(" -m pkttype{} --pkt-type {}", mark(m.invert), kPktTypes[m.type]);
}

std::string tracked_protocol_text(const xt::Conntrack& m, std::string_view prefix) {
  if (!m.protocol) return {};
  return fmt::format("{} {}ctproto {}", mark(m.protocol->invert), prefix, m.protocol->first);
}

std::string tracked_text(const xt::Conntrack& m, std::string_view prefix) {
  constexpr std::string_view kPorts[] = {"ctorigsrcport", "ctorigdstport", "ctreplsrcport", "ctrepldstport"};
  constexpr std::pair<std::uint32_t, std::string_view> kStatuses[] = {
      {1, "EXPECTED"}, {2, "SEEN_REPLY"}, {4, "ASSURED"}, {8, "CONFIRMED"}};
  std::string text;
  for (std::size_t i = 0; i < m.ports.size(); ++i) {
    if (!m.ports[i]) continue;
    text += fmt::format("{} {}{} {}", mark(m.ports[i]->invert), prefix, kPorts[i], m.ports[i]->first);
    if (m.ports[i]->first != m.ports[i]->last) text += fmt::format(":{}", m.ports[i]->last);
  }
  if (m.status) {
    std::string names;
    for (const auto& [bit, name] : kStatuses)
      if ((m.status->first & bit) != 0) names += (names.empty() ? "" : ",") + std::string(name);
    text += fmt::format("{} {}ctstatus {}", mark(m.status->invert), prefix, names.empty() ? "NONE" : names);
  }
  if (m.expires) {
    text += fmt::format("{} {}ctexpire {}", mark(m.expires->invert), prefix, m.expires->first);
    if (m.expires->first != m.expires->last) text += fmt::format(":{}", m.expires->last);
  }
  return text;
}

}  // namespace lvs::control
