// SPDX-License-Identifier: GPL-2.0-or-later
// vrrp_track_process (keepalived: vrrp_parser.c).
#include <fmt/format.h>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

using Match = TrackProcessConf::Match;

TrackProcessConf& process(ConfReader& r) { return r.conf.vrrp.processes.back(); }

void take_block(ConfReader& r, const ConfWords& w) { r.conf.vrrp.processes.emplace_back().name = r.word(w, 1); }
void take_process(ConfReader& r, const ConfWords& w) {
  if (!process(r).process.empty())
    return r.report.error(
        fmt::format("Process already set for track process {} - ignoring {}", process(r).name, r.word(w, 1)));
  r.word(w, 1);
  process(r).process.assign(w.begin() + 1, w.end());
  if (w.size() <= 2) return;
  if (process(r).match == Match::none) process(r).match = Match::exact;
  process(r).full_command = true;
}
void take_match(ConfReader& r, const ConfWords& w) {
  if (w.size() > 1 && w[1] != "initial" && w[1] != "partial")
    return r.report.error(fmt::format("Invalid param_match type {} - ignoring", w[1]));
  process(r).match = w.size() == 1 ? Match::exact : w[1] == "initial" ? Match::initial : Match::partial;
  process(r).full_command = true;
}
void take_weight(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2)
    return r.report.error(fmt::format("No weight specified for track process {} - ignoring", process(r).name));
  if (process(r).weight != 0)
    return r.report.error(fmt::format("Weight already set for track process {} - ignoring {}", process(r).name, w[1]));
  const auto weight = r.numbers.integer(w[1], -254, 254, true);
  if (!weight)
    return r.report.error(
        fmt::format("Weight ({}) for vrrp_track_process {} must be between [-254..254] inclusive. Ignoring...", w[1],
                    process(r).name));
  if (w.size() >= 3 && w[2] != "reverse")
    r.report.error(fmt::format("vrrp_track_process {} unknown weight option {}", process(r).name, w[2]));
  process(r).weight_reverse = w.size() >= 3 && w[2] == "reverse";
  process(r).weight = static_cast<int>(*weight);
}
void take_quorum(ConfReader& r, const ConfWords& w) {
  const auto quorum = r.numbers.natural(r.word(w, 1), 1, 65535, true);
  if (!quorum)
    return r.report.error(
        fmt::format("Quorum ({}) for vrrp_track_process {} must be between [1..65535] inclusive. Ignoring...",
                    r.word(w, 1), process(r).name));
  if (*quorum > process(r).quorum_max) return r.report.error("Quorum is greater than quorum_max - ignoring");
  process(r).quorum = static_cast<unsigned>(*quorum);
}
void take_quorum_max(ConfReader& r, const ConfWords& w) {
  const auto most = r.numbers.natural(r.word(w, 1), 0, 65535, true);
  if (!most)
    return r.report.error(
        fmt::format("quorum_max ({}) for vrrp_track_process {} must be between [0..65535] inclusive. Ignoring...",
                    r.word(w, 1), process(r).name));
  auto& quorum = process(r).quorum;
  if ((*most != 0 || quorum > 1) && *most < quorum) return r.report.error("quorum_max is less than quorum - ignoring");
  process(r).quorum_max = static_cast<unsigned>(*most);
  quorum = *most == 0 ? 0 : quorum == 0 ? 1 : quorum;
}
void take_delay(ConfReader& r, const ConfWords& w) {
  const auto delay = r.numbers.seconds(r.word(w, 1), 1, 3'600'000'000, true);
  if (!delay)
    return r.report.error(
        fmt::format("{} ({}) for vrrp_track_process {} must be between [0.000001..3600] inclusive. Ignoring...", w[0],
                    r.word(w, 1), process(r).name));
  if (w[0] != "fork_delay") process(r).terminate_delay = *delay;
  if (w[0] != "terminate_delay") process(r).fork_delay = *delay;
}
void take_full(ConfReader& r, const ConfWords&) { process(r).full_command = true; }
void end(ConfReader& r) {
  if (!process(r).process.empty()) return;
  r.report.error(fmt::format("track process '{}' process name not specified", process(r).name));
  r.conf.vrrp.processes.pop_back();
}

constexpr Keyword kInside[] = {
    {.name = "process", .take = take_process},       {.name = "param_match", .take = take_match},
    {.name = "weight", .take = take_weight},         {.name = "quorum", .take = take_quorum},
    {.name = "quorum_max", .take = take_quorum_max}, {.name = "delay", .take = take_delay},
    {.name = "terminate_delay", .take = take_delay}, {.name = "fork_delay", .take = take_delay},
    {.name = "full_command", .take = take_full},
};
constexpr Keyword kBlock = {
    .name = "vrrp_track_process", .take = take_block, .inside = kInside, .block = true, .end = end};

}  // namespace

const Keyword& process_block() { return kBlock; }

}  // namespace lvs::keepalived
