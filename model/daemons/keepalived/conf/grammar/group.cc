// SPDX-License-Identifier: GPL-2.0-or-later
// vrrp_sync_group, and what else stands beside instances (keepalived: vrrp_parser.c).
#include <fmt/format.h>

#include <algorithm>

#include "daemons/keepalived/conf/address.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar-notify.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

using G = SyncGroupConf;
using N = ConfNotify;

G& last(ConfReader& r) { return r.conf.vrrp.groups.back(); }

void take_block(ConfReader& r, const ConfWords& w) {
  if (w.size() != 2) {
    r.report.error("vrrp_sync_group must have a name - skipping");
    return r.skip_block(true, r.conf.vrrp.groups.empty());
  }
  if (std::ranges::find(r.conf.vrrp.groups, w[1], &G::name) != r.conf.vrrp.groups.end()) {
    r.report.error(fmt::format("vrrp sync group {} already defined", w[1]));
    return r.skip_block(true);
  }
  r.conf.vrrp.groups.emplace_back().name = w[1];
}

void take_members(ConfReader& r, const ConfWords& w) {
  if (!last(r).members.empty()) {
    r.report.error(fmt::format("Group list already specified for sync group {}", last(r).name));
    return r.skip_block(true);
  }
  auto& members = last(r).members;
  r.each_line(w, [&](const ConfWords& line) { members.insert(members.end(), line.begin(), line.end()); });
  if (members.empty()) r.report.error(fmt::format("Warning - sync group {} has empty group block", last(r).name));
}

template <std::vector<ConfTrack> G::*list, Tracked what>
void take_tracked(ConfReader& r, const ConfWords& w) {
  read_tracked(r, w, last(r).name, what, last(r).*list);
}
template <ConfScript N::*script>
void notify(ConfReader& r, const ConfWords& w) {
  take_notify(r, w, last(r).notify.*script, "vrrp group " + last(r).name + ": {} script already specified");
}
void take_global_tracking(ConfReader& r, const ConfWords&) {
  r.report.error(fmt::format("({}) global_tracking is deprecated. Use track_interface/script/file on the sync group",
                             last(r).name));
  last(r).tracking_weight = true;
}
void take_tracking_weight(ConfReader& r, const ConfWords&) { last(r).tracking_weight = true; }
void take_group_alert(ConfReader& r, const ConfWords& w) { take_smtp_alert(r, w, last(r).smtp_alert, "vrrp_group"); }
void take_priority_changes(ConfReader& r, const ConfWords& w) {
  last(r).notify_priority_changes = r.flag(w);
  if (!r.flag(w))
    r.report.error(
        fmt::format("({}) Invalid value '{}' for sync group notify_priority_changes specified", last(r).name, w[1]));
}

void take_static_addresses(ConfReader& r, const ConfWords& w) {
  r.conf.has_vrrp = true;
  r.each_line(w, [&](const ConfWords& line) {
    if (auto address = read_address(r, line, true)) r.conf.vrrp.static_addresses.push_back(std::move(*address));
  });
}
void take_static_routes(ConfReader& r, const ConfWords& w) {
  r.conf.has_vrrp = true;
  r.each_line(w, [&](const ConfWords& line) {
    if (auto route = read_route(r, line, true)) r.conf.vrrp.static_routes.push_back(std::move(*route));
  });
}

constexpr Keyword kInside[] = {
    {.name = "group", .take = take_members},
    {.name = "track_interface", .take = take_tracked<&G::track_interfaces, Tracked::interfaces>},
    {.name = "track_script", .take = take_tracked<&G::track_scripts, Tracked::scripts>},
    {.name = "track_file", .take = take_tracked<&G::track_files, Tracked::files>},
    {.name = "track_process", .take = take_tracked<&G::track_processes, Tracked::processes>},
    {.name = "track_bfd", .refused = "BFD is not modelled"},
    {.name = "notify_backup", .take = notify<&N::backup>},
    {.name = "notify_master", .take = notify<&N::master>},
    {.name = "notify_fault", .take = notify<&N::fault>},
    {.name = "notify_stop", .take = notify<&N::stop>},
    {.name = "notify", .take = notify<&N::any>},
    {.name = "smtp_alert", .take = take_group_alert},
    {.name = "global_tracking", .take = take_global_tracking},
    {.name = "sync_group_tracking_weight", .take = take_tracking_weight},
    {.name = "notify_priority_changes", .take = take_priority_changes},
};
constexpr Keyword kBlock = {.name = "vrrp_sync_group", .take = take_block, .inside = kInside, .block = true};

}  // namespace

const Keyword& group_block() { return kBlock; }

std::span<const Keyword> vrrp_keywords() {
  static const Keyword all[] = {
      {.name = "track_group", .refused = "groups of static addresses are not modelled"},
      {.name = "static_ipaddress", .take = take_static_addresses},
      {.name = "static_routes", .take = take_static_routes},
      {.name = "static_rules", .refused = "keepalived's own rules of policy routing are not modelled: use ip rule"},
      group_block(),
      {.name = "garp_group", .refused = "delays between gratuitous ARPs for each interface are not modelled"},
      {.name = "linkbeat_interfaces", .refused = "polling of link states is not modelled"},
      instance_block(),
      script_block(),
      process_block(),
      {.name = "interface_up_down_delays", .refused = "delays of link states are not modelled"},
  };
  return all;
}

}  // namespace lvs::keepalived
