// SPDX-License-Identifier: GPL-2.0-or-later
// Where keepalived's own firewall rules go: nftables of global_defs (keepalived: core/global_parser.c, as Debian builds
// it, without iptables).
#include <fmt/format.h>

#include <limits>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

constexpr const char* kMarks = "keepalived's own firewall rules for services by mark are not modelled";
constexpr const char* kTable = "keepalived";
constexpr std::size_t kLongestTable = 256;  // NFT_TABLE_MAXNAMELEN

void take_nftables(ConfReader& r, const ConfWords& w) {
  FirewallConf& firewall = r.conf.global.firewall;
  if (!firewall.table.empty()) return r.report.error("nftables already specified - ignoring");
  if (w.size() > 1 && w[1].size() >= kLongestTable) return r.report.error("nftables table name too long - ignoring");
  firewall.table = w.size() > 1 ? w[1] : kTable;
  firewall.priority = -1;
}

void take_iptables(ConfReader& r, const ConfWords&) {
  r.report.error(
      "iptables not supported, using nftables instead. Please replace 'vrrp_iptables and 'vrrp_ipsets' with 'nftables' "
      "config option");
  r.conf.global.firewall.table = kTable;
  r.conf.global.firewall.priority = -1;
}

void take_priority(ConfReader& r, const ConfWords& w) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (const auto value = r.numbers.integer(r.word(w, 1), Limits::min(), Limits::max(), false)) {
    r.conf.global.firewall.priority = static_cast<int>(*value);
  } else {
    r.report.error(ConfStatus::invalid_number, fmt::format("invalid nftables chain priority '{}'", r.word(w, 1)));
  }
}

void take_index(ConfReader& r, const ConfWords&) { r.conf.global.firewall.by_index = true; }
void take_counters(ConfReader& r, const ConfWords&) { r.conf.global.firewall.counters = true; }

constexpr Keyword kFirewall[] = {
    {.name = "vrrp_iptables", .take = take_iptables},
    {.name = "nftables", .take = take_nftables},
    {.name = "nftables_priority", .take = take_priority},
    {.name = "nftables_ifindex", .take = take_index},
    {.name = "nftables_ipvs", .refused = kMarks},
    {.name = "nftables_ipvs_priority", .refused = kMarks},
    {.name = "nftables_ipvs_start_fwmark", .refused = kMarks},
    {.name = "nftables_counters", .take = take_counters},
};

}  // namespace

std::span<const Keyword> firewall_keywords() { return kFirewall; }

}  // namespace lvs::keepalived
