// SPDX-License-Identifier: GPL-2.0-or-later
// Which options matches have and which of them must be there (x6_options and x6_fcheck() of the tool's extensions).
#include <algorithm>

#include "control/programs/iptables/iptables.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = std::optional<std::string>;

const std::vector<ExtensionWords>& all_matches() {
  static const std::vector<ExtensionWords> words{
      {"tcp",
       {takes("source-port", 0).inverts(), takes("sport", 0).inverts(), takes("destination-port", 1).inverts(),
        takes("dport", 1).inverts(), flag("syn", 2).inverts(), takes("tcp-flags", 3).inverts(),
        takes("tcp-option", 4).inverts()}},
      {"udp",
       {takes("source-port", 0).inverts(), takes("sport", 0).inverts(), takes("destination-port", 1).inverts(),
        takes("dport", 1).inverts()}},
      {"icmp", {takes("icmp-type", 0).inverts().is_needed()}},
      {"state", {takes("state", 0).inverts().is_needed()}},
      {"conntrack",
       {takes("ctstate", 0).inverts(), takes("ctorigsrc", 1).inverts(), takes("ctorigdst", 2).inverts(),
        takes("ctreplsrc", 3).inverts(), takes("ctrepldst", 4).inverts(), takes("ctdir", 5)}},
      {"mark", {takes("mark", 0).inverts().is_needed()}},
      {"connmark", {takes("mark", 0).inverts().is_needed()}},
      {"addrtype", {takes("src-type", 0).inverts(), takes("dst-type", 1).inverts()}},
      {"multiport",
       {takes("source-ports", 0).inverts().stands_alone(), takes("sports", 0).inverts().stands_alone(),
        takes("destination-ports", 1).inverts().stands_alone(), takes("dports", 1).inverts().stands_alone(),
        takes("ports", 2).inverts().stands_alone()}},
      {"ttl",
       {takes("ttl-lt", 2).stands_alone(), takes("ttl-gt", 3).stands_alone(),
        takes("ttl-eq", 0).inverts().stands_alone(), takes("ttl", 0).stands_alone()}},
      {"comment", {takes("comment", 0).is_needed()}},
      {"limit", {takes("limit", 0), takes("limit-burst", 1)}},
      {"mac", {takes("mac-source", 0).inverts().is_needed()}},
      {"ipvs",
       {flag("ipvs", 0).inverts(), takes("vproto", 1).inverts(), takes("vaddr", 2).inverts(),
        takes("vport", 3).inverts(), takes("vdir", 4), takes("vmethod", 5).inverts(), takes("vportctl", 6).inverts()}},
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
