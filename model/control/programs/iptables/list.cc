// SPDX-License-Identifier: GPL-2.0-or-later
// Rules and chains as `iptables -L` and `iptables -S` print them (print_firewall(), print_rule4() and the targets).
#include <fmt/format.h>

#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/large-matches.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using host::IpRule;
using host::StandardVerdict;

constexpr std::string_view kRejects[] = {
    "icmp-net-unreachable", "icmp-host-unreachable", "icmp-proto-unreachable", "icmp-port-unreachable",
    "echo-reply",           "icmp-net-prohibited",   "icmp-host-prohibited",   "tcp-reset",
    "icmp-admin-prohibited"};
constexpr std::string_view kLevels[] = {"emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"};
constexpr std::string_view kNats[] = {"DNAT", "SNAT", "MASQUERADE", "REDIRECT"};
constexpr std::string_view kLogFlags[] = {"tcp-sequence", "tcp-options", "ip-options", "uid", "", "macdecode"};
constexpr std::uint8_t kDefaultLevel = 4;

std::string range_text(const xt::NatRange& r) {
  std::string text;
  if (r.map_addresses) {
    text += r.first.text();
    if (r.first != r.last) text += "-" + r.last.text();
  }
  if (r.map_ports) {
    text += fmt::format(":{}", r.port_first);
    if (r.port_last != r.port_first) text += fmt::format("-{}", r.port_last);
    if (r.offset) text += fmt::format("/{}", r.port_base);
  }
  return text;
}

std::string nat_text(const xt::Nat& t, bool save) {
  const auto kind = static_cast<std::size_t>(t.kind);
  constexpr std::string_view kListed[] = {"to:", "to:", "masq ports: ", "redir ports "};
  constexpr std::string_view kSaved[] = {"--to-destination ", "--to-source ", "--to-ports ", "--to-ports "};
  const bool ports_only = t.kind == xt::Nat::Kind::masquerade || t.kind == xt::Nat::Kind::redirect;
  std::string range = range_text(t.range);
  std::string text;
  if (!range.empty()) {
    if (ports_only && range.front() == ':') range.erase(0, 1);
    text += fmt::format(" {}{}", save ? kSaved[kind] : kListed[kind], range);
  }
  const char* const dashes = save ? "--" : "";
  if (t.range.random) text += fmt::format(" {}random", dashes);
  if (t.range.random_fully) text += fmt::format(" {}random-fully", dashes);
  if (t.range.persistent) text += fmt::format(" {}persistent", dashes);
  return text;
}

std::string connmark_set(const xt::SetConnmark& t) {
  if (t.ctmark == 0) return fmt::format(" CONNMARK and 0x{:x}", ~t.ctmask);
  if (t.ctmark == t.ctmask) return fmt::format(" CONNMARK or 0x{:x}", t.ctmark);
  if (t.ctmask == 0) return fmt::format(" CONNMARK xor 0x{:x}", t.ctmark);
  if (t.ctmask == 0xffffffffu) return fmt::format(" CONNMARK set 0x{:x}", t.ctmark);
  return fmt::format(" CONNMARK xset 0x{:x}/0x{:x}", t.ctmark, t.ctmask);
}

std::string tos_text(const xt::SetTos& t, bool numeric) {
  if (numeric) return fmt::format(" TOS set 0x{:02x}/0x{:02x}", t.value, t.mask);
  constexpr std::pair<std::uint8_t, std::string_view> kNames[] = {{0x10, "Minimize-Delay"},
                                                                  {0x08, "Maximize-Throughput"},
                                                                  {0x04, "Maximize-Reliability"},
                                                                  {0x02, "Minimize-Cost"},
                                                                  {0x00, "Normal-Service"}};
  for (const auto& [value, name] : kNames) {
    if (t.mask == 0x3f && t.value == value) return fmt::format("  TOS set{}", name);
  }
  if (t.value == 0) return fmt::format(" TOS and 0x{:02x}", static_cast<std::uint8_t>(~t.mask));
  if (t.value == t.mask) return fmt::format(" TOS or 0x{:02x}", t.value);
  if (t.mask == 0) return fmt::format(" TOS xor 0x{:02x}", t.value);
  return fmt::format(" TOS set 0x{:02x}/0x{:02x}", t.value, t.mask);
}

struct Listed {
  bool numeric;
  std::string operator()(const xt::Standard&) const { return {}; }
  std::string operator()(const xt::Reject& t) const {
    return fmt::format(" reject-with {}", kRejects[static_cast<std::size_t>(t.with)]);
  }
  std::string operator()(const xt::Log& t) const {
    std::string text = " LOG";
    if (numeric) {
      text += fmt::format(" flags {} level {}", t.flags, t.level);
    } else {
      text += fmt::format(" level {}", kLevels[t.level & 7]);
      for (unsigned i = 0; i < std::size(kLogFlags); ++i) {
        if ((t.flags >> i & 1) != 0) text += fmt::format(" {}", kLogFlags[i]);
      }
    }
    return t.prefix.empty() ? text : text + fmt::format(" prefix \"{}\"", t.prefix);
  }
  std::string operator()(const xt::SetMark& t) const {
    if (t.value == 0) return fmt::format(" MARK and 0x{:x}", ~t.mask);
    if (t.value == t.mask) return fmt::format(" MARK or 0x{:x}", t.value);
    if (t.mask == 0) return fmt::format(" MARK xor 0x{:x}", t.value);
    if (t.mask == 0xffffffffu) return fmt::format(" MARK set 0x{:x}", t.value);
    return fmt::format(" MARK xset 0x{:x}/0x{:x}", t.value, t.mask);
  }
  std::string operator()(const xt::SetConnmark& t) const {
    if (t.mode == xt::SetConnmark::Mode::set) return connmark_set(t);
    std::string text = t.mode == xt::SetConnmark::Mode::save ? " CONNMARK save" : " CONNMARK restore";
    if (t.nfmask == 0xffffffffu && t.ctmask == 0xffffffffu) return text;
    if (t.nfmask == t.ctmask) return text + fmt::format(" mask 0x{:x}", t.nfmask);
    return text + fmt::format(" nfmask 0x{:x} ctmask ~0x{:x}", t.nfmask, t.ctmask);
  }
  std::string operator()(const xt::Nat& t) const { return nat_text(t, false); }
  std::string operator()(const xt::Notrack& t) const { return t.alias ? " NOTRACK" : " CT notrack"; }
  std::string operator()(const xt::Trace&) const { return {}; }
  std::string operator()(const xt::BoxedTarget& t) const { return control::target_text(t); }
  std::string operator()(const xt::SetTos& t) const { return tos_text(t, numeric); }
  std::string operator()(const xt::SetDscp& t) const { return fmt::format(" DSCP set 0x{:02x}", t.dscp); }
  std::string operator()(const xt::SetTtl& t) const {
    constexpr std::string_view kModes[] = {"set to", "decrement by", "increment by"};
    return fmt::format(" TTL {} {}", kModes[static_cast<std::size_t>(t.mode)], t.ttl);
  }
  std::string operator()(const xt::TcpMss& t) const {
    return t.mss == xt::TcpMss::kClamp ? " TCPMSS clamp to PMTU" : fmt::format(" TCPMSS set {}", t.mss);
  }
};

struct Saved {
  std::string operator()(const xt::SetDscp& t) const { return fmt::format(" --set-dscp 0x{:02x}", t.dscp); }
  std::string operator()(const xt::Standard&) const { return {}; }
  std::string operator()(const xt::Reject& t) const {
    return fmt::format(" --reject-with {}", kRejects[static_cast<std::size_t>(t.with)]);
  }
  std::string operator()(const xt::Log& t) const {
    std::string text;
    if (!t.prefix.empty()) text += " --log-prefix" + saved_string(t.prefix);
    if (t.level != kDefaultLevel) text += fmt::format(" --log-level {}", t.level);
    for (unsigned i = 0; i < std::size(kLogFlags); ++i) {
      if ((t.flags >> i & 1) != 0) text += fmt::format(" --log-{}", i == 0 ? "tcp-sequence" : kLogFlags[i]);
    }
    return text;
  }
  std::string operator()(const xt::SetMark& t) const {
    return fmt::format(" --set-xmark 0x{:x}/0x{:x}", t.value, t.mask);
  }
  std::string operator()(const xt::SetConnmark& t) const {
    if (t.mode == xt::SetConnmark::Mode::set) return fmt::format(" --set-xmark 0x{:x}/0x{:x}", t.ctmark, t.ctmask);
    return fmt::format(" --{}-mark --nfmask 0x{:x} --ctmask 0x{:x}",
                       t.mode == xt::SetConnmark::Mode::save ? "save" : "restore", t.nfmask, t.ctmask);
  }
  std::string operator()(const xt::Nat& t) const { return nat_text(t, true); }
  std::string operator()(const xt::Notrack& t) const { return t.alias ? "" : " --notrack"; }
  std::string operator()(const xt::Trace&) const { return {}; }
  std::string operator()(const xt::BoxedTarget& t) const { return control::target_words(t); }
  std::string operator()(const xt::SetTos& t) const {
    return fmt::format(" --set-tos 0x{:02x}/0x{:02x}", t.value, t.mask);
  }
  std::string operator()(const xt::SetTtl& t) const {
    constexpr std::string_view kModes[] = {"set", "dec", "inc"};
    return fmt::format(" --ttl-{} {}", kModes[static_cast<std::size_t>(t.mode)], t.ttl);
  }
  std::string operator()(const xt::TcpMss& t) const {
    return t.mss == xt::TcpMss::kClamp ? " --clamp-mss-to-pmtu" : fmt::format(" --set-mss {}", t.mss);
  }
};

struct Named {
  bool save;
  std::string_view operator()(const xt::Standard&) const { return {}; }
  std::string_view operator()(const xt::Reject&) const { return "REJECT"; }
  std::string_view operator()(const xt::Log&) const { return "LOG"; }
  std::string_view operator()(const xt::SetMark&) const { return "MARK"; }
  std::string_view operator()(const xt::SetConnmark&) const { return "CONNMARK"; }
  std::string_view operator()(const xt::Nat& t) const { return kNats[static_cast<std::size_t>(t.kind)]; }
  std::string_view operator()(const xt::Notrack& t) const { return save && t.alias ? "NOTRACK" : "CT"; }
  std::string_view operator()(const xt::Trace&) const { return "TRACE"; }
  std::string_view operator()(const xt::BoxedTarget& t) const { return control::name_of(t); }
  std::string_view operator()(const xt::SetTos&) const { return "TOS"; }
  std::string_view operator()(const xt::SetTtl&) const { return "TTL"; }
  std::string_view operator()(const xt::TcpMss&) const { return "TCPMSS"; }
  std::string_view operator()(const xt::SetDscp&) const { return "DSCP"; }
};

// xtables_print_num().
std::string number_text(std::uint64_t number, bool brief, bool table) {
  if (!brief) return table ? fmt::format("{:8} ", number) : fmt::format("{} ", number);
  if (number <= 99999) return table ? fmt::format("{:5} ", number) : fmt::format("{} ", number);
  constexpr std::string_view kUnits = "KMGT";
  std::size_t unit = 0;
  number = (number + 500) / 1000;
  while (number > 9999 && unit + 1 < kUnits.size()) {
    number = (number + 500) / 1000;
    ++unit;
  }
  return table ? fmt::format("{:4}{} ", number, kUnits[unit]) : fmt::format("{}{} ", number, kUnits[unit]);
}

std::string mask_text(std::uint32_t mask) {
  for (unsigned length = 0; length <= 32; ++length) {
    if (base::Ipv4Prefix::mask_of(length) == mask) return std::to_string(length);
  }
  return base::Ipv4Addr{mask}.text();
}

std::string address_text(std::uint32_t addr, std::uint32_t mask, const ListFormat& format) {
  if (mask == 0 && !format.numeric) return "anywhere";
  const std::string text = format.names != nullptr ? format.names->of({addr}) : base::Ipv4Addr{addr}.text();
  return mask == 0xffffffffu ? text : text + "/" + mask_text(mask);
}

}  // namespace

std::string target_text(const xt::Target& target, bool numeric) { return std::visit(Listed{numeric}, target); }
std::string target_words_text(const xt::Target& target) { return std::visit(Saved{}, target); }

std::string target_name(const IpRule& rule, bool save) {
  if (!rule.jump.empty()) return rule.jump;
  if (!rule.extended()) return std::string(name_of(rule.verdict));
  return std::string(std::visit(Named{save}, rule.target));
}

std::string rule_words_text(const IpRule& rule, std::string_view chain, SavedCounters counters) {
  std::string text;
  if (counters == SavedCounters::in_front) text += fmt::format("[{}:{}] ", rule.counters.packets, rule.counters.bytes);
  text += fmt::format("-A {}", chain);
  const auto mark = [](bool invert) { return invert ? " !" : ""; };
  const auto address = [&](char letter, std::uint32_t addr, std::uint32_t mask, bool invert) {
    if (mask == 0 && !invert && addr == 0) return;
    text += fmt::format("{} -{} {}/{}", mark(invert), letter, base::Ipv4Addr{addr}.text(), mask_text(mask));
  };
  address('s', rule.src, rule.src_mask, rule.src_invert);
  address('d', rule.dst, rule.dst_mask, rule.dst_invert);
  if (!rule.in.empty() && rule.in != "+") text += fmt::format("{} -i {}", mark(rule.in_invert), rule.in);
  if (!rule.out.empty() && rule.out != "+") text += fmt::format("{} -o {}", mark(rule.out_invert), rule.out);
  if (rule.protocol != 0) text += fmt::format("{} -p {}", mark(rule.protocol_invert), protocol_text(rule.protocol));
  if (rule.fragment) text += fmt::format("{} -f", mark(rule.fragment_invert));
  for (const xt::Match& match : rule.matches) text += match_words_text(match);
  if (counters == SavedCounters::behind) text += fmt::format(" -c {} {}", rule.counters.packets, rule.counters.bytes);
  const std::string target = target_name(rule, true);
  if (!target.empty()) text += fmt::format(" -{} {}", rule.go_to ? 'g' : 'j', target);
  return text + target_words_text(rule.target);
}

std::string chain_header(const host::RuleTable<IpRule>& table, const host::RuleChain<IpRule>& chain,
                         const ListFormat& format) {
  std::string text = fmt::format("Chain {} ", chain.name);
  if (chain.builtin) {
    text += fmt::format("(policy {}", name_of(chain.policy));
    if (format.counters) {
      text += " " + number_text(chain.counters.packets, !format.exact, false) + "packets, " +
              number_text(chain.counters.bytes, !format.exact, false) + "bytes";
    }
    text += ")\n";
  } else {
    text += fmt::format("({} references)\n", table.references(chain));
  }
  if (format.line_numbers) text += fmt::format("{:<4} ", "num");
  if (format.counters) {
    text += format.exact ? fmt::format("{:>8} {:>10} ", "pkts", "bytes") : fmt::format("{:>5} {:>5} ", "pkts", "bytes");
  }
  text += fmt::format("{:<9}  prot opt", "target");
  if (format.interfaces) text += fmt::format(" {:<6} {:<6} ", "in", "out");
  return text + fmt::format(" {:<19}  {:<19} \n", "source", "destination");
}

std::string rule_text(const IpRule& rule, std::size_t number, const ListFormat& format) {
  std::string text;
  const bool t = format.table;
  if (format.line_numbers) text += t ? fmt::format("{:<4} ", number) : fmt::format("{} ", number);
  if (format.counters) {
    text += number_text(rule.counters.packets, !format.exact, t) + number_text(rule.counters.bytes, !format.exact, t);
  }
  text += t ? fmt::format("{:<9} ", target_name(rule, false)) : target_name(rule, false) + " ";
  text += rule.protocol_invert ? '!' : ' ';
  const std::string protocol = format.numeric && t ? std::to_string(rule.protocol) : protocol_text(rule.protocol);
  text += t ? fmt::format("{:<4} ", protocol) : protocol + " ";
  if (!t) text += "opt ";
  text += rule.fragment_invert ? '!' : '-';
  text += rule.fragment ? 'f' : '-';
  text += ' ';
  if (format.interfaces) {
    const std::string any = format.numeric ? "*" : "any";
    const std::string in = (rule.in_invert ? "!" : "") + (rule.in.empty() ? any : rule.in);
    const std::string out = (rule.out_invert ? "!" : "") + (rule.out.empty() ? any : rule.out);
    text += t ? fmt::format(" {:<6} {:<6} ", in, out) : fmt::format("in {} out {} ", in, out);
  }
  const std::string src = address_text(rule.src, rule.src_mask, format);
  const std::string dst = address_text(rule.dst, rule.dst_mask, format);
  text += rule.src_invert ? '!' : ' ';
  text += t ? fmt::format("{:<19} ", src) : src + " ";
  text += rule.dst_invert ? '!' : ' ';
  text += t ? fmt::format("{:<19} ", dst) : "-> " + dst;
  if (!t) text += "  ";
  if (rule.go_to) text += "[goto] ";
  for (const xt::Match& match : rule.matches) text += match_text(match, format.numeric, rule.protocol);
  return text + target_text(rule.target, format.numeric) + "\n";
}

}  // namespace lvs::control
