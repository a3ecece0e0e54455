// SPDX-License-Identifier: GPL-2.0-or-later
// Which options matches have and which of them must be there (x6_options and x6_fcheck() of the tool's extensions).
#include <algorithm>

#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/rare-matches.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = std::optional<std::string>;

const std::vector<ExtensionWords>& all_matches() {
  static const std::vector<ExtensionWords> words{
      {"tcp",
       {takes("source-port", 0).inverts(), takes("sport", 0).inverts(), takes("destination-port", 1).inverts(),
        takes("dport", 1).inverts(), flag("syn", 2).inverts(), takes("tcp-flags", 3).inverts().of_two_words(),
        takes("tcp-option", 4).inverts()}},
      {"udp",
       {takes("source-port", 0).inverts(), takes("sport", 0).inverts(), takes("destination-port", 1).inverts(),
        takes("dport", 1).inverts()}},
      {"icmp", {takes("icmp-type", 0).inverts().is_needed()}},
      {"state", {takes("state", 0).inverts().is_needed()}},
      {"conntrack",
       {takes("ctstate", 0).inverts(), takes("ctorigsrc", 1).inverts(), takes("ctorigdst", 2).inverts(),
        takes("ctreplsrc", 3).inverts(), takes("ctrepldst", 4).inverts(), takes("ctdir", 5),
        takes("ctorigsrcport", 6).inverts(), takes("ctorigdstport", 7).inverts(), takes("ctreplsrcport", 8).inverts(),
        takes("ctrepldstport", 9).inverts(), takes("ctproto", 10).inverts(), takes("ctstatus", 11).inverts(),
        takes("ctexpire", 12).inverts()}},
      {"mark", {takes("mark", 0).inverts().is_needed()}},
      {"connmark", {takes("mark", 0).inverts().is_needed()}},
      {"addrtype",
       {takes("src-type", 0).inverts(), takes("dst-type", 1).inverts(), flag("limit-iface-in", 2).without(1u << 3),
        flag("limit-iface-out", 3).without(1u << 2)}},
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
    "ah",    "bpf",     "cgroup", "cluster",  "connbytes", "connlabel", "cpu",   "dccp",    "devgroup",
    "ecn",   "esp",     "helper", "ipcomp",   "nfacct",    "osf",       "owner", "physdev", "policy",
    "quota", "rateest", "realm",  "rpfilter", "socket",    "time",      "u32"};

struct Checker {
  std::uint32_t seen;
  template <class M>
  Complaint operator()(const M& m) const {
    return check_seen(m, seen);
  }
  Complaint operator()(const xt::Conntrack& m) const {
    return seen != 0 || m.alias ? std::nullopt : Complaint("conntrack: At least one option is required");
  }
  Complaint operator()(const xt::Addrtype&) const {
    return (seen & 3) != 0 ? std::nullopt : Complaint("addrtype: you must specify --src-type or --dst-type");
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
  for (const std::vector<ExtensionWords>* list : {&all_matches(), &rare_matches(), &large_matches()}) {
    const auto at = std::ranges::find(*list, name, &ExtensionWords::name);
    if (at != list->end()) return &*at;
  }
  return nullptr;
}

bool ExtensionWords::lacks(std::string_view option) const {
  return !option.empty() &&
         std::ranges::any_of(unmodelled, [&](std::string_view each) { return each.starts_with(option); });
}

std::string known_matches() {
  std::string names;
  for (const std::vector<ExtensionWords>* list : {&all_matches(), &rare_matches(), &large_matches()})
    for (const ExtensionWords& each : *list) names += (names.empty() ? "" : " ") + std::string(each.name);
  return names;
}

std::string_view unmodelled_protocol_match(std::string_view protocol) {
  for (const std::string_view each : {"dccp", "ah", "esp"})
    if (protocol == each) return each;
  return {};
}

bool is_unmodelled_match(std::string_view name) {
  return std::ranges::find(kUnmodelled, name) != std::end(kUnmodelled);
}

std::optional<std::string> check_match(const xt::Match& match, std::uint32_t seen) {
  return std::visit(Checker{seen}, match);
}

}  // namespace lvs::control
