// SPDX-License-Identifier: GPL-2.0-or-later
// Matches and targets as `iptables -L` and `iptables -S` print them: print() and save() of the tool's extensions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "control/programs/iptables/icmp.h"
#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/rare-matches.h"
#include "control/words/service-names.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;

constexpr auto kProtocols = std::to_array<std::pair<std::uint8_t, std::string_view>>({{1, "icmp"},
                                                                                      {2, "igmp"},
                                                                                      {4, "ipencap"},
                                                                                      {6, "tcp"},
                                                                                      {17, "udp"},
                                                                                      {33, "dccp"},
                                                                                      {41, "ipv6"},
                                                                                      {47, "gre"},
                                                                                      {50, "esp"},
                                                                                      {51, "ah"},
                                                                                      {58, "ipv6-icmp"},
                                                                                      {89, "ospf"},
                                                                                      {94, "ipip"},
                                                                                      {103, "pim"},
                                                                                      {112, "vrrp"},
                                                                                      {132, "sctp"},
                                                                                      {136, "udplite"}});

std::string port_text(std::uint16_t port, bool numeric, std::string_view protocol) {
  if (!numeric) {
    if (const auto name = service_name(port, protocol)) return std::string(*name);
  }
  return std::to_string(port);
}

std::string ports_text(std::string_view name, const xt::Ports& ports, bool numeric, std::string_view protocol) {
  if (!ports.asks()) return {};
  const char* const invert = ports.invert ? "!" : "";
  if (ports.first == ports.last)
    return fmt::format(" {}:{}{}", name, invert, port_text(ports.first, numeric, protocol));
  return fmt::format(" {}s:{}{}:{}", name, invert, port_text(ports.first, numeric, protocol),
                     port_text(ports.last, numeric, protocol));
}

std::string ports_words(std::string_view name, const xt::Ports& ports) {
  if (ports.first == 0 && ports.last == 65535) return {};
  const char* const invert = ports.invert ? " !" : "";
  if (ports.first == ports.last) return fmt::format("{} --{} {}", invert, name, ports.first);
  return fmt::format("{} --{} {}:{}", invert, name, ports.first, ports.last);
}

std::string tcp_flags_text(unsigned flags) {
  constexpr std::string_view kNames[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  std::string text;
  for (unsigned i = 0; i < 6; ++i) {
    if ((flags >> i & 1) == 0) continue;
    if (!text.empty()) text += ',';
    text += kNames[i];
  }
  return text.empty() ? "NONE" : text;
}

std::string states_text(unsigned states) {
  namespace s = xt::ct_state;
  constexpr std::pair<unsigned, std::string_view> kStates[] = {
      {s::invalid, "INVALID"},     {s::fresh, "NEW"}, {s::related, "RELATED"}, {s::established, "ESTABLISHED"},
      {s::untracked, "UNTRACKED"}, {s::snat, "SNAT"}, {s::dnat, "DNAT"}};
  std::string text;
  for (const auto& [bit, name] : kStates) {
    if ((states & bit) == 0) continue;
    text += text.empty() ? " " : ",";
    text += name;
  }
  return text;
}

std::string mask_behind(std::uint32_t mask) {
  if (mask == 0xffffffffu) return {};
  for (unsigned length = 0; length < 32; ++length) {
    if (base::Ipv4Prefix::mask_of(length) == mask) return fmt::format("/{}", length);
  }
  return "/" + base::Ipv4Addr{mask}.text();
}

// --ctstate and its neighbours; `prefix` is "--" in saved rules.
std::string conntrack_text(const xt::Conntrack& m, std::string_view prefix, bool numeric) {
  std::string text;
  if (m.states != 0) {
    text += fmt::format("{} {}{}{}", m.states_invert ? " !" : "", prefix, m.alias ? "state" : "ctstate",
                        states_text(m.states));
  }
  text += tracked_protocol_text(m, prefix);
  constexpr std::string_view kNames[] = {"ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst"};
  for (std::size_t i = 0; i < m.addresses.size(); ++i) {
    const auto& a = m.addresses[i];
    if (!a) continue;
    text += fmt::format("{} {}{}", a->invert ? " !" : "", prefix, kNames[i]);
    text += !numeric && a->addr == 0 ? " anywhere"
                                     : fmt::format(" {}{}", base::Ipv4Addr{a->addr}.text(), mask_behind(a->mask));
  }
  text += tracked_text(m, prefix);
  if (m.reply) text += fmt::format(" {}ctdir {}", prefix, *m.reply ? "REPLY" : "ORIGINAL");
  return text;
}

std::string mark_text(std::uint32_t mark, std::uint32_t mask) {
  return mask == 0xffffffffu ? fmt::format(" 0x{:x}", mark) : fmt::format(" 0x{:x}/0x{:x}", mark, mask);
}

std::string types_text(unsigned types) {
  constexpr std::string_view kNames[] = {"UNSPEC",    "UNICAST",     "LOCAL",    "BROADCAST", "ANYCAST", "MULTICAST",
                                         "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",     "NAT",     "XRESOLVE"};
  std::string text;
  for (unsigned i = 0; i < std::size(kNames); ++i) {
    if ((types >> i & 1) == 0) continue;
    if (!text.empty()) text += ',';
    text += kNames[i];
  }
  return text;
}

std::string multiport_text(const xt::Multiport& m, bool numeric, std::uint8_t protocol) {
  std::string text;
  for (const xt::Ports& each : m.ports) {
    if (!text.empty()) text += ',';
    text += port_text(each.first, numeric, protocol_text(protocol));
    if (each.first != each.last) text += ":" + port_text(each.last, numeric, protocol_text(protocol));
  }
  return text;
}

std::string_view multiport_name(const xt::Multiport& m) {
  constexpr std::string_view kNames[] = {"sports", "dports", "ports"};
  return kNames[static_cast<std::size_t>(m.which)];
}

std::string rate_text(std::uint32_t period) {
  constexpr std::pair<std::string_view, std::uint32_t> kRates[] = {
      {"day", 864000000}, {"hour", 36000000}, {"min", 600000}, {"sec", 10000}};
  std::size_t i = 1;
  for (; i < std::size(kRates); ++i) {
    if (period > kRates[i].second || kRates[i].second / period < kRates[i].second % period) break;
  }
  return fmt::format(" {}/{}", kRates[i - 1].second / period, kRates[i - 1].first);
}

std::string ipvs_text(const xt::Ipvs& m, std::string_view prefix) {
  using I = xt::Ipvs;
  const auto mark = [&](I::Bit bit) { return (m.invert & bit) != 0 ? " !" : ""; };
  std::string text;
  if (m.asks == I::property) text += fmt::format("{} {}ipvs", mark(I::property), prefix);
  if ((m.asks & I::protocol) != 0) text += fmt::format("{} {}vproto {}", mark(I::protocol), prefix, m.vproto);
  if ((m.asks & I::address) != 0) {
    text +=
        fmt::format("{} {}vaddr {}{}", mark(I::address), prefix, base::Ipv4Addr{m.vaddr}.text(), mask_behind(m.vmask));
  }
  if ((m.asks & I::port) != 0) text += fmt::format("{} {}vport {}", mark(I::port), prefix, m.vport);
  if ((m.asks & I::direction) != 0) {
    text += fmt::format(" {}vdir {}", prefix, (m.invert & I::direction) != 0 ? "REPLY" : "ORIGINAL");
  }
  if ((m.asks & I::method) != 0) {
    constexpr std::string_view kMethods[] = {"GATE", "IPIP", "MASQ"};
    text += fmt::format("{} {}vmethod {}", mark(I::method), prefix, kMethods[static_cast<std::size_t>(m.vmethod)]);
  }
  if ((m.asks & I::control) != 0) text += fmt::format("{} {}vportctl {}", mark(I::control), prefix, m.vportctl);
  return text;
}

struct Listed {
  bool numeric;
  std::uint8_t protocol;

  std::string operator()(const xt::Tcp& m) const {
    std::string text =
        " tcp" + ports_text("spt", m.source, numeric, "tcp") + ports_text("dpt", m.destination, numeric, "tcp");
    if (m.option != 0 || m.option_invert) text += fmt::format(" option={}{}", m.option_invert ? "!" : "", m.option);
    if (m.flags_mask != 0 || m.flags_invert) {
      text += fmt::format(" flags:{}", m.flags_invert ? "!" : "");
      text += numeric ? fmt::format("0x{:02X}/0x{:02X}", m.flags_mask, m.flags)
                      : tcp_flags_text(m.flags_mask) + "/" + tcp_flags_text(m.flags);
    }
    return text;
  }
  std::string operator()(const xt::Udp& m) const {
    return " udp" + ports_text("spt", m.source, numeric, "udp") + ports_text("dpt", m.destination, numeric, "udp");
  }
  std::string operator()(const xt::Icmp& m) const {
    std::string text = " icmp";
    if (!numeric) {
      if (const auto name = icmp_name(m)) return text + fmt::format(" {}{}", m.invert ? "!" : "", *name);
    }
    text += fmt::format("{}type {}", m.invert ? " !" : "", m.type);
    if (m.code_first == m.code_last) return text + fmt::format(" code {}", m.code_first);
    if (m.code_first != 0 || m.code_last != 0xff) text += fmt::format(" codes {}-{}", m.code_first, m.code_last);
    return text;
  }
  std::string operator()(const xt::Conntrack& m) const { return conntrack_text(m, "", numeric); }
  std::string operator()(const xt::Mark& m) const {
    return fmt::format(" mark match{}{}", m.invert ? " !" : "", mark_text(m.mark, m.mask));
  }
  std::string operator()(const xt::Connmark& m) const {
    return fmt::format(" connmark match {}{}", m.invert ? " !" : "", mark_text(m.mark, m.mask));
  }
  std::string operator()(const xt::Addrtype& m) const {
    std::string text = " ADDRTYPE match";
    if (m.source != 0) text += fmt::format(" src-type {}{}", m.source_invert ? "!" : "", types_text(m.source));
    if (m.destination != 0) {
      text += fmt::format(" dst-type {}{}", m.destination_invert ? "!" : "", types_text(m.destination));
    }
    if (m.limit == xt::Addrtype::Iface::in) text += " limit-in";
    if (m.limit == xt::Addrtype::Iface::out) text += " limit-out";
    return text;
  }
  std::string operator()(const xt::Multiport& m) const {
    return fmt::format(" multiport {} {}{}", multiport_name(m), m.invert ? " !" : "",
                       multiport_text(m, numeric, protocol));
  }
  std::string operator()(const xt::Ttl& m) const {
    constexpr std::string_view kModes[] = {"==", "!=", "<", ">"};
    return fmt::format(" TTL match TTL {} {}", kModes[static_cast<std::size_t>(m.mode)], m.ttl);
  }
  std::string operator()(const xt::Comment& m) const { return " /* " + m.text + " */"; }
  std::string operator()(const xt::Limit& m) const {
    return fmt::format(" limit: avg{} burst {}", rate_text(m.average), m.burst);
  }
  std::string operator()(const xt::Mac& m) const {
    return fmt::format(" MAC {}{}", m.invert ? "! " : "", m.mac.text());
  }
  std::string operator()(const xt::Ipvs& m) const { return ipvs_text(m, ""); }
  template <class M>
  std::string operator()(const M& m) const {
    return listed_text(m, numeric);
  }
};

struct Saved {
  std::string operator()(const xt::Tcp& m) const {
    std::string text = " -m tcp" + ports_words("sport", m.source) + ports_words("dport", m.destination);
    if (m.option != 0 || m.option_invert)
      text += fmt::format("{} --tcp-option {}", m.option_invert ? " !" : "", m.option);
    if (m.flags_mask != 0 || m.flags_invert) {
      text += fmt::format("{} --tcp-flags {} {}", m.flags_invert ? " !" : "", tcp_flags_text(m.flags_mask),
                          tcp_flags_text(m.flags));
    }
    return text;
  }
  std::string operator()(const xt::Udp& m) const {
    return " -m udp" + ports_words("sport", m.source) + ports_words("dport", m.destination);
  }
  std::string operator()(const xt::Icmp& m) const {
    std::string text = fmt::format(" -m icmp{} --icmp-type ", m.invert ? " !" : "");
    if (m.type == 0xff) return text + "any";
    text += std::to_string(m.type);
    if (m.code_first != 0 || m.code_last != 0xff) text += fmt::format("/{}", m.code_first);
    return text;
  }
  std::string operator()(const xt::Conntrack& m) const {
    return (m.alias ? " -m state" : " -m conntrack") + conntrack_text(m, "--", true);
  }
  std::string operator()(const xt::Mark& m) const {
    return fmt::format(" -m mark{} --mark{}", m.invert ? " !" : "", mark_text(m.mark, m.mask));
  }
  std::string operator()(const xt::Connmark& m) const {
    return fmt::format(" -m connmark{} --mark{}", m.invert ? " !" : "", mark_text(m.mark, m.mask));
  }
  std::string operator()(const xt::Addrtype& m) const {
    std::string text = " -m addrtype";
    if (m.source != 0) text += fmt::format("{} --src-type {}", m.source_invert ? " !" : "", types_text(m.source));
    if (m.destination != 0) {
      text += fmt::format("{} --dst-type {}", m.destination_invert ? " !" : "", types_text(m.destination));
    }
    if (m.limit == xt::Addrtype::Iface::in) text += " --limit-iface-in";
    if (m.limit == xt::Addrtype::Iface::out) text += " --limit-iface-out";
    return text;
  }
  std::string operator()(const xt::Multiport& m) const {
    return fmt::format(" -m multiport{} --{} {}", m.invert ? " !" : "", multiport_name(m), multiport_text(m, true, 0));
  }
  std::string operator()(const xt::Ttl& m) const {
    constexpr std::string_view kModes[] = {" --ttl-eq", " ! --ttl-eq", " --ttl-lt", " --ttl-gt"};
    return fmt::format(" -m ttl{} {}", kModes[static_cast<std::size_t>(m.mode)], m.ttl);
  }
  std::string operator()(const xt::Comment& m) const { return " -m comment --comment" + saved_string(m.text); }
  std::string operator()(const xt::Limit& m) const {
    return " -m limit --limit" + rate_text(m.average) + (m.burst != 5 ? fmt::format(" --limit-burst {}", m.burst) : "");
  }
  std::string operator()(const xt::Mac& m) const {
    return fmt::format(" -m mac{} --mac-source {}", m.invert ? " !" : "", m.mac.text());
  }
  std::string operator()(const xt::Ipvs& m) const { return " -m ipvs" + ipvs_text(m, "--"); }
  template <class M>
  std::string operator()(const M& m) const {
    return saved_text(m);
  }
};

}  // namespace

std::string saved_string(const std::string& text) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  if (!text.empty() && std::ranges::all_of(text, plain)) return " " + text;
  std::string result = " \"";
  for (const char c : text) {
    if (c == '"' || c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string protocol_text(std::uint8_t protocol) {
  if (protocol == 0) return "all";
  const auto at = std::ranges::find(kProtocols, protocol, &std::pair<std::uint8_t, std::string_view>::first);
  return at == kProtocols.end() ? std::to_string(protocol) : std::string(at->second);
}

std::optional<std::uint8_t> protocol_number(std::string_view name) {
  if (name == "all") return std::uint8_t{0};
  const auto at = std::ranges::find(kProtocols, name, &std::pair<std::uint8_t, std::string_view>::second);
  if (at == kProtocols.end()) return std::nullopt;
  return at->first;
}

std::string match_text(const xt::Match& match, bool numeric, std::uint8_t protocol) {
  return std::visit(Listed{numeric, protocol}, match);
}

std::string match_words_text(const xt::Match& match) { return std::visit(Saved{}, match); }

}  // namespace lvs::control
