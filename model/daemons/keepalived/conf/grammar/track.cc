// SPDX-License-Identifier: GPL-2.0-or-later
// What instances track: vrrp_script, track_file, vrrp_track_process, and the blocks that name them (keepalived:
// vrrp_track.c, track_file.c).
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

// How keepalived speaks of each kind; {0}: whose block, {1}: the tracked name, {2}: the word in question.
struct Texts {
  const char* missing;
  const char* twice;
  const char* option;
  const char* no_value;
  const char* range;
  const char* reverse;
};

constexpr Texts kTexts[] = {
    {"({0}) tracked interface {1} doesn't exist", "({0}) duplicate track_interface {1} - ignoring",
     "({0}) unknown track_interface {1} option {2} - ignoring",
     "({0}) weight without value specified for track_interface {1} - ignoring",
     "({0}) weight {2} for {1} must be between [-253..253] inclusive. Ignoring...",
     "({0}) unknown track_interace {1} weight option {2} - ignoring"},
    {"({0}) track script {1} not found, ignoring...", "({0}) duplicate track_script {1} - ignoring",
     "({0}) unknown track script option {2} - ignoring",
     "({0}) weight without value specified for track script {1} - ignoring",
     "({0}) track script {1}: weight must be between [-253..253] inclusive, ignoring...",
     "({0}) unknown track_script {1} weight option {2} - ignoring"},
    {"({0}) track file {1} not found, ignoring...", "({0}) duplicate track_file {1} - ignoring",
     "({0}) unknown track file option {2} - ignoring",
     "({0}) weight without value specified for track file {1} - ignoring",
     "({0}) weight for track file {1} must be in [-254..254] inclusive. Ignoring...",
     "({0}) unknown track file {1} weight option {2} - ignoring"},
    {"({0}) track process {1} not found, ignoring...", "({0}) duplicate track_process {1} - ignoring",
     "({0}) unknown track process option {2} - ignoring",
     "({0}) weight without value specified for track process {1} - ignoring",
     "({0}) weight for track process {1} must be in [-254..254] inclusive. Ignoring...",
     "({0}) unknown track_process {1} weight option {2} - ignoring"},
};

// The tracked thing's own weight, or nothing when there is no such thing.
std::optional<ConfTrack> find_tracked(ConfReader& r, const std::string& name, Tracked what) {
  const VrrpConf& vrrp = r.conf.vrrp;
  const auto own = [&](const auto& list) -> std::optional<ConfTrack> {
    const auto found = std::ranges::find(list, name, [](const auto& each) { return each.name; });
    if (found == list.end()) return std::nullopt;
    return ConfTrack{name, found->weight, found->weight_reverse};
  };
  switch (what) {
    case Tracked::interfaces: return r.has_interface(name) ? std::optional(ConfTrack{name, 0, false}) : std::nullopt;
    case Tracked::scripts: return own(vrrp.scripts);
    case Tracked::files: return own(vrrp.files);
    case Tracked::processes: return own(vrrp.processes);
  }
  return std::nullopt;
}

VrrpScriptConf& script(ConfReader& r) { return r.conf.vrrp.scripts.back(); }

void take_script_block(ConfReader& r, const ConfWords& w) { r.conf.vrrp.scripts.emplace_back().name = r.word(w, 1); }
void take_script(ConfReader& r, const ConfWords&) { script(r).script = read_script(r); }

// Whole seconds of an interval or a timeout; 0 is read as 1.
void take_script_time(ConfReader& r, const ConfWords& w, Time VrrpScriptConf::*to, const char* complaint) {
  constexpr std::uint64_t kMost = kMostUnsigned / 1'000'000;
  const auto seconds = r.numbers.natural(r.word(w, 1), 0, kMost, true);
  if (!seconds) return r.report.error(fmt::format(fmt::runtime(complaint), script(r).name, r.word(w, 1), kMost));
  if (*seconds == 0)
    r.report.error(fmt::format("({}): vrrp script {} must be greater than 0, setting to 1", script(r).name, w[0]));
  script(r).*to = std::chrono::seconds(std::max<std::uint64_t>(*seconds, 1));
}
void take_script_interval(ConfReader& r, const ConfWords& w) {
  take_script_time(r, w, &VrrpScriptConf::interval,
                   "({}): vrrp script interval '{}' must be between 1 and {} - ignoring");
}
void take_script_timeout(ConfReader& r, const ConfWords& w) {
  take_script_time(r, w, &VrrpScriptConf::timeout, "({}): vrrp script timeout '{}' invalid - ignoring");
}
void take_script_weight(ConfReader& r, const ConfWords& w) {
  const auto weight = r.numbers.integer(r.word(w, 1), -253, 253, true);
  if (!weight)
    r.report.error(fmt::format("vrrp_script {} weight {} must be in [-253, 253]", script(r).name, r.word(w, 1)));
  script(r).weight = weight ? static_cast<int>(*weight) : std::atoi(r.word(w, 1).c_str());
  if (w.size() < 3) return;
  if (w[2] == "reverse") {
    script(r).weight_reverse = true;
  } else {
    r.report.error(fmt::format("vrrp_script {} unknown weight option {}", script(r).name, w[2]));
  }
}
void take_count(ConfReader& r, const ConfWords& w, int& to) {
  const auto count = r.numbers.natural(r.word(w, 1), 1, 0x7fffffff, true);
  if (!count)
    r.report.error(
        fmt::format("({}): vrrp script {} value '{}' invalid, defaulting to 1", script(r).name, w[0], r.word(w, 1)));
  to = count ? static_cast<int>(*count) : 1;
}
void take_rise(ConfReader& r, const ConfWords& w) { take_count(r, w, script(r).rise); }
void take_fall(ConfReader& r, const ConfWords& w) { take_count(r, w, script(r).fall); }
// 2.2.7 as Debian has it goes on as if it were not there: the script has said nothing, and no priority changes.
void take_init_fail(ConfReader&, const ConfWords&) {}
void take_script_user(ConfReader& r, const ConfWords& w) {
  script(r).own_user = set_script_user(r, r.word(w, 1), w.size() > 2 ? w[2] : std::string());
  script(r).removed = !script(r).own_user;
  if (script(r).removed) r.report.error(fmt::format("Unable to set uid/gid for script {}", script(r).script.text()));
}
void end_script(ConfReader& r) {
  bool remove = script(r).removed;
  if (script(r).script.empty()) {
    r.report.error(fmt::format("No script set for vrrp_script {} - removing", script(r).name));
    remove = true;
  } else if (!remove && !script(r).own_user && !has_script_user(r)) {
    r.report.error(fmt::format("Unable to set default user for vrrp script {} - removing", script(r).name));
    remove = true;
  }
  if (remove) r.conf.vrrp.scripts.pop_back();
}

TrackFileConf& file(ConfReader& r) { return r.conf.vrrp.files.back(); }

void take_file_block(ConfReader& r, const ConfWords& w) {
  if (w[0] == "vrrp_track_file") r.report.log("\"vrrp_track_file\" is deprecated, please use \"track_file\"");
  r.conf.vrrp.files.emplace_back().name = r.word(w, 1);
}
void take_file(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("track file file name missing");
  if (!file(r).file.empty())
    return r.report.error(fmt::format("File already set for track file {} - ignoring {}", file(r).name, w[1]));
  file(r).file = w[1];
}
void take_file_weight(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2)
    return r.report.error(fmt::format("No weight specified for track file {} - ignoring", file(r).name));
  if (file(r).weight != 1)
    return r.report.error(fmt::format("Weight already set for track file {} - ignoring {}", file(r).name, w[1]));
  const auto weight = r.numbers.integer(w[1], -254, 254, true);
  if (!weight)
    r.report.error(fmt::format("Weight ({}) for track_file {} must be between [-254..254] inclusive. Ignoring...", w[1],
                               file(r).name));
  file(r).weight = weight ? static_cast<int>(*weight) : 1;
  if (w.size() < 3) return;
  if (w[2] == "reverse") {
    file(r).weight_reverse = true;
  } else {
    r.report.error(fmt::format("track_file {} unknown weight option {}", file(r).name, w[2]));
  }
}
void take_init_file(ConfReader& r, const ConfWords& w) {
  file(r).init = true;
  for (std::size_t i = 1; i < w.size(); ++i) {
    if (w[i] == "overwrite") {
      file(r).overwrite = true;
    } else if (!w[i].empty() && (w[i][0] == '-' || (w[i][0] >= '0' && w[i][0] <= '9'))) {
      const auto value = r.numbers.integer(w[i], -0x7fffffff - 1, 0x7fffffff, false);
      if (!value) {
        r.report.error(fmt::format("Track file {} init value {} is invalid", file(r).name, w[i]));
      } else if (*value < -254 || *value > 254) {
        r.report.error(
            fmt::format("Track file {} init value {} is outside sensible range [-254, 254]", file(r).name, *value));
      }
      file(r).init_value = static_cast<int>(value.value_or(0));
    } else {
      r.report.error(fmt::format("Unknown track file init option {}", w[i]));
    }
  }
}
void end_file(ConfReader& r) {
  if (!file(r).file.empty()) return;
  r.report.error(fmt::format("No file set for track_file {} - ignoring", file(r).name));
  r.conf.vrrp.files.pop_back();
}

constexpr Keyword kScript[] = {
    {.name = "script", .take = take_script},
    {.name = "interval", .take = take_script_interval},
    {.name = "timeout", .take = take_script_timeout},
    {.name = "weight", .take = take_script_weight},
    {.name = "rise", .take = take_rise},
    {.name = "fall", .take = take_fall},
    {.name = "user", .take = take_script_user},
    {.name = "init_fail", .take = take_init_fail},
};
constexpr Keyword kFile[] = {
    {.name = "file", .take = take_file},
    {.name = "weight", .take = take_file_weight},
    {.name = "init_file", .take = take_init_file},
};
constexpr Keyword kTrackFiles[] = {
    {.name = "track_file", .take = take_file_block, .inside = kFile, .block = true, .end = end_file},
    {.name = "vrrp_track_file", .take = take_file_block, .inside = kFile, .block = true, .end = end_file},
};
constexpr Keyword kScriptBlock[] = {
    {.name = "vrrp_script", .take = take_script_block, .inside = kScript, .block = true, .end = end_script},
};

}  // namespace

std::span<const Keyword> track_file_keywords() { return kTrackFiles; }
const Keyword& script_block() { return kScriptBlock[0]; }

void read_tracked(ConfReader& reader, const ConfWords& words, const std::string& whose, Tracked what,
                  std::vector<ConfTrack>& tracks) {
  const Texts& texts = kTexts[static_cast<std::size_t>(what)];
  reader.each_line(words, [&](const ConfWords& line) {
    const std::string& name = line[0];
    const auto complain = [&](const char* text, const std::string& word) {
      reader.report.error(fmt::format(fmt::runtime(text), whose, name, word));
    };
    auto track = find_tracked(reader, name, what);
    if (!track) return complain(texts.missing, {});
    if (std::ranges::find(tracks, name, &ConfTrack::name) != tracks.end()) return complain(texts.twice, {});
    if (line.size() >= 2) {
      if (line[1] != "weight") return complain(texts.option, line[1]);
      if (line.size() == 2) return complain(texts.no_value, {});
      auto weight = reader.numbers.integer(line[2], -254, 254, true);
      if (!weight) complain(texts.range, line[2]);
      // What the kinds other than files and processes allowed in former times.
      if (weight && std::abs(*weight) == 254 && (what == Tracked::interfaces || what == Tracked::scripts)) {
        complain("({0}) weight for {1} cannot be +/-254. Setting to +/-253", {});
        weight = *weight < 0 ? -253 : 253;
      }
      if (weight) track->weight = static_cast<int>(*weight);
      if (line.size() >= 4) {
        if (line[3] == "reverse") {
          track->reverse = true;
        } else if (line[3] == "noreverse" && what != Tracked::interfaces) {
          track->reverse = false;
        } else {
          complain(texts.reverse, line[3]);
          if (what == Tracked::files) return;
        }
      }
    }
    tracks.push_back(std::move(*track));
  });
}

}  // namespace lvs::keepalived
