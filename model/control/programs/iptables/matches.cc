// SPDX-License-Identifier: GPL-2.0-or-later
// Which options matches have and which of them must be there (x6_options and x6_fcheck() of the tool's extensions).
#include <algorithm>

#include "control/programs/iptables/iptables.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Argument = LongOption::Argument;
using Complaint = std::optional<std::string>;

constexpr std::uint32_t kAny = 0xffffffffu;

const std::vector<ExtensionWords>& all_matches() {
  static const std::vector<ExtensionWords> words{
      {"tcp",
       {{"source-port", 0, Argument::required, true},
        {"sport", 0, Argument::required, true},
        {"destination-port", 1, Argument::required, true},
        {"dport", 1, Argument::required, true},
        {"syn", 2, Argument::none, true},
        {"tcp-flags", 3, Argument::required, true},
        {"tcp-option", 4, Argument::required, true}}},
      {"udp",
       {{"source-port", 0, Argument::required, true},
        {"sport", 0, Argument::required, true},
        {"destination-port", 1, Argument::required, true},
        {"dport", 1, Argument::required, true}}},
      {"icmp", {{"icmp-type", 0, Argument::required, true, true}}},
      {"state", {{"state", 0, Argument::required, true, true}}},
      {"conntrack",
       {{"ctstate", 0, Argument::required, true},
        {"ctorigsrc", 1, Argument::required, true},
        {"ctorigdst", 2, Argument::required, true},
        {"ctreplsrc", 3, Argument::required, true},
        {"ctrepldst", 4, Argument::required, true},
        {"ctdir", 5, Argument::required}}},
      {"mark", {{"mark", 0, Argument::required, true, true}}},
      {"connmark", {{"mark", 0, Argument::required, true, true}}},
      {"addrtype", {{"src-type", 0, Argument::required, true}, {"dst-type", 1, Argument::required, true}}},
      {"multiport",
       {{"source-ports", 0, Argument::required, true, false, kAny},
        {"sports", 0, Argument::required, true, false, kAny},
        {"destination-ports", 1, Argument::required, true, false, kAny},
        {"dports", 1, Argument::required, true, false, kAny},
        {"ports", 2, Argument::required, true, false, kAny}}},
      {"ttl",
       {{"ttl-lt", 2, Argument::required, false, false, kAny},
        {"ttl-gt", 3, Argument::required, false, false, kAny},
        {"ttl-eq", 0, Argument::required, true, false, kAny},
        {"ttl", 0, Argument::required, false, false, kAny}}},
      {"comment", {{"comment", 0, Argument::required, false, true}}},
      {"limit", {{"limit", 0, Argument::required}, {"limit-burst", 1, Argument::required}}},
      {"mac", {{"mac-source", 0, Argument::required, true, true}}},
      {"ipvs",
       {{"ipvs", 0, Argument::none, true},
        {"vproto", 1, Argument::required, true},
        {"vaddr", 2, Argument::required, true},
        {"vport", 3, Argument::required, true},
        {"vdir", 4, Argument::required},
        {"vmethod", 5, Argument::required, true},
        {"vportctl", 6, Argument::required, true}}},
  };
  return words;
}

// Of the real tool; a line that uses one is refused by the model, not by "iptables".
constexpr std::string_view kUnmodelled[] = {
    "ah",      "bpf",      "cgroup", "cluster",  "connbytes", "connlabel", "connlimit", "cpu",
    "dccp",    "devgroup", "dscp",   "ecn",      "esp",       "hashlimit", "helper",    "iprange",
    "length",  "nfacct",   "osf",    "owner",    "physdev",   "pkttype",   "policy",    "quota",
    "rateest", "realm",    "recent", "rpfilter", "sctp",      "set",       "socket",    "statistic",
    "string",  "tcpmss",   "time",   "tos",      "u32"};

struct Checker {
  std::uint32_t seen;
  template <class M>
  Complaint operator()(const M&) const {
    return std::nullopt;
  }
  Complaint operator()(const xt::Conntrack& m) const {
    return seen != 0 || m.alias ? std::nullopt : Complaint("conntrack: At least one option is required");
  }
  Complaint operator()(const xt::Addrtype&) const {
    return seen != 0 ? std::nullopt : Complaint("addrtype: you must specify --src-type or --dst-type");
  }
  Complaint operator()(const xt::Multiport&) const {
    return seen != 0 ? std::nullopt : Complaint("multiport expection an option");
  }
  Complaint operator()(const xt::Ttl&) const {
    return seen != 0 ? std::nullopt : Complaint("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt");
  }
  Complaint operator()(const xt::Ipvs& m) const {
    if (seen == 0) return "IPVS: At least one option is required";
    if ((m.asks & ~xt::Ipvs::property) != 0 && (m.invert & xt::Ipvs::property) != 0) {
      return "! --ipvs cannot be together with other options";
    }
    return std::nullopt;
  }
};

}  // namespace

const ExtensionWords* match_words(std::string_view name) {
  const auto at = std::ranges::find(all_matches(), name, &ExtensionWords::name);
  return at == all_matches().end() ? nullptr : &*at;
}

bool is_unmodelled_match(std::string_view name) {
  return std::ranges::find(kUnmodelled, name) != std::end(kUnmodelled);
}

std::optional<std::string> check_match(const xt::Match& match, std::uint32_t seen) {
  return std::visit(Checker{seen}, match);
}

}  // namespace lvs::control
