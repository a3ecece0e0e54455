// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "base/printable.h"
#include "trace/dissect/dissect.h"
#include "trace/dissect/ipvs-sync.h"
#include "trace/file/carried.h"
#include "trace/why.h"

namespace lvs::scenarios {

using trace::Record;
using trace::Verdict;

namespace {

constexpr const char *kReset = "\x1b[0m", *kBold = "\x1b[1m", *kDim = "\x1b[2m", *kCyan = "\x1b[36m",
                     *kYellow = "\x1b[33m", *kRed = "\x1b[31m", *kMagenta = "\x1b[35m";

std::string stage_text(std::string_view stage, std::string_view hook) {
  std::string out(stage);
  if (!hook.empty()) out += ' ' + std::string(hook);
  return out;
}

}  // namespace

const char* WalkText::verdict_colour(Verdict verdict) const {
  switch (verdict) {
    case Verdict::drop: return colour(kRed);
    case Verdict::stolen: return colour(kMagenta);
    case Verdict::queue: return colour(kYellow);
    case Verdict::accept: break;
  }
  return "";
}

double WalkText::seconds(base::Time at) const { return static_cast<double>((at - index_.zero()).count()) * 1e-9; }

std::string WalkText::packet_line(const Record& record) const {
  const auto cut = static_cast<std::uint32_t>(record.original_length -
                                              std::min<std::size_t>(record.original_length, record.bytes.size()));
  std::string text = trace::dissect_line(record.bytes, {.link_header = true, .bytes_behind = cut});
  if (text.starts_with("IP ")) text.erase(0, 3);
  return base::printable_line(text);
}

void WalkText::widths() {
  if (host_width_ != 0) return;
  for (const trace::HostInfo& host : index_.info().hosts) host_width_ = std::max(host_width_, host.name.size());
  stage_width_ = 12;
  // Stages and functions that occur together.
  std::map<std::pair<trace::Stage, std::uint8_t>, bool> seen;
  for (std::size_t i = 0; i < index_.size(); ++i) {
    const trace::IndexEntry& entry = index_.entry(i);
    if (!seen.try_emplace({entry.stage, entry.hook}, true).second) continue;
    stage_width_ =
        std::max(stage_width_, stage_text(trace::name_of(entry.stage), index_.hook_names()[entry.hook]).size());
  }
}

std::string WalkText::stage_line(const Record& record) const {
  std::string out =
      fmt::format("{:>4} {:>11.6f}  {}{:<{}}{}  {:<{}}  {}{:<7}{}", record.step, seconds(record.at), colour(kCyan),
                  base::printable_line(index_.info().host_name(record.host)), host_width_, colour(kReset),
                  stage_text(trace::name_of(record.stage), base::printable_line(record.hook_name)), stage_width_,
                  verdict_colour(record.verdict), trace::name_of(record.verdict),
                  *verdict_colour(record.verdict) == '\0' ? "" : colour(kReset));
  std::string why;
  if (record.drop != trace::Drop::none) why = trace::name_of(record.drop);
  std::string text = trace::text_of(record.why);
  if (text.empty() && record.drop != trace::Drop::none) text = trace::text_of(record.drop);
  if (!text.empty()) why += why.empty() ? text : ": " + text;
  if (record.passage != trace::Passage::inside) {
    const std::string_view interface = index_.info().interface_name(record.host, record.ifindex);
    if (!interface.empty()) why = base::printable_line(interface) + (why.empty() ? "" : ": " + why);
  }
  if (!why.empty()) out += "  " + why;
  if (!record.changes.empty()) {
    out += fmt::format("  {}[{}]{}", colour(kBold), base::printable_line(record.changes), colour(kReset));
  }
  while (out.ends_with(' ')) out.pop_back();
  return out + '\n';
}

std::size_t WalkText::list() {
  std::vector<bool> wanted(index_.walks().size());
  for (std::size_t i = 0; i < index_.size(); ++i) {
    if (!wanted[index_.entry(i).walk] && filter_.matches(i)) wanted[index_.entry(i).walk] = true;
  }
  std::size_t shown = 0;
  Record record;
  for (std::uint32_t walk = 0; walk < wanted.size(); ++walk) {
    if (!wanted[walk]) continue;
    const std::vector<std::uint32_t> records = index_.records_of(walk);
    if (records.empty() || !index_.record(records.front(), record)) continue;
    std::vector<std::string> path;
    bool dropped = false;
    for (const std::uint32_t i : records) {
      const trace::IndexEntry& entry = index_.entry(i);
      const std::string host = entry.host < index_.hosts().size()
                                   ? base::printable_line(index_.info().host_name(index_.hosts()[entry.host]))
                                   : "?";
      if (path.empty() || (path.back() != host && (entry.flags & trace::entry_flag::part) == 0)) path.push_back(host);
      // Copies of a flooded frame end at the hosts that they are not for.
      const auto why = static_cast<trace::WhyId>(entry.why);
      dropped |=
          entry.verdict == Verdict::drop && entry.drop != trace::Drop::otherhost && why != trace::WhyId::arp_not_ours;
    }
    std::string hosts;
    for (const std::string& host : path) hosts += (hosts.empty() ? "" : " > ") + base::printable_line(host);
    put_(fmt::format("{}{:>6}{} {:>11.6f} {:>4} steps  {}  {}({}){}{}\n", colour(kBold), walk + 1, colour(kReset),
                     seconds(record.at), records.size(), packet_line(record), colour(kDim), hosts, colour(kReset),
                     dropped ? std::string("  ") + colour(kRed) + "DROP" + colour(kReset) : ""));
    ++shown;
  }
  return shown;
}

std::size_t WalkText::walk(std::uint32_t walk) {
  widths();
  std::size_t shown = 0;
  Record record;
  trace::PartId part = 0;
  for (const std::uint32_t i : index_.records_of(walk)) {
    if (!filter_.matches(i) || !index_.record(i, record)) continue;
    const std::string packet = packet_line(record);
    if (shown == 0) {
      put_(fmt::format("{}walk {}{}: {}\n", colour(kBold), walk + 1, colour(kReset), packet));
      for (const std::string& line : trace::ipvs_sync_lines(record.bytes)) put_(fmt::format("    {}\n", line));
    }
    if (shown != 0 && record.part != part) {
      put_(fmt::format("                  {}{} {}{}\n", colour(kBold), record.part == 0 ? "back to" : "caused:", packet,
                       colour(kReset)));
    }
    part = record.part;
    put_(stage_line(record));
    ++shown;
  }
  if (shown != 0) put_("\n");
  return shown;
}

void WalkText::follow(std::size_t number) {
  Record record;
  for (; number < index_.size(); ++number) {
    if (!filter_.matches(number) || !index_.record(number, record)) continue;
    for (const trace::HostInfo& host : index_.info().hosts) host_width_ = std::max(host_width_, host.name.size());
    stage_width_ = std::max<std::size_t>(stage_width_, 26);
    const std::uint32_t walk = index_.entry(number).walk;
    if (record.step == 1) put_(fmt::format("walk {}: {}\n", walk + 1, packet_line(record)));
    put_(fmt::format("{:>6}{}", walk + 1, stage_line(record)));
  }
}

std::size_t WalkText::connections() {
  struct Of {
    std::uint32_t first = trace::kNoRecord;  // record
    std::size_t walks = 0;
  };
  std::unordered_map<std::uint64_t, Of> known;
  for (const trace::WalkEntry& walk : index_.walks()) {
    Of& of = known[walk.connection];
    if (of.walks++ == 0) of.first = walk.first;
  }
  std::size_t number = 0;
  Record record;
  for (const std::uint64_t connection : connections_of(index_)) {
    ++number;
    const Of& of = known[connection];
    if (!index_.record(of.first, record)) continue;
    put_(fmt::format("{}{:>6}{} {:>11.6f} {:>5} walks  {}\n", colour(kBold), number, colour(kReset), seconds(record.at),
                     of.walks, packet_line(record)));
  }
  return number;
}

std::size_t WalkText::journal(const WalkOptions& options) {
  std::size_t shown = 0;
  trace::JournalRecord entry;
  for (std::size_t i = 0; i < index_.journal().size(); ++i) {
    const std::string& kind = index_.journal_kinds()[index_.journal()[i].kind];
    if (kind == "table" || kind == "lab" || !index_.journal_record(i, entry)) continue;
    const std::string host = base::printable_line(index_.info().host_name(entry.host));
    if (!options.hosts.empty() && std::ranges::find(options.hosts, host) == options.hosts.end()) continue;
    const std::uint32_t walk = entry.walk == 0 ? trace::kNoRecord : index_.find_walk(entry.walk);
    if (!options.walks.empty() && (walk == trace::kNoRecord || !filter_.matches_walk(walk))) continue;
    std::string text = base::printable(entry.text);
    while (text.ends_with('\n')) text.pop_back();
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
      text.replace(at, 1, "\n                 ");
    }
    put_(fmt::format("{:>11.6f}  {}{}{} {}: {}{}\n", seconds(entry.at), colour(kCyan), host, colour(kReset), entry.kind,
                     text, walk == trace::kNoRecord ? "" : fmt::format("  (walk {})", walk + 1)));
    ++shown;
  }
  return shown;
}

std::size_t WalkText::tables(const WalkOptions& options) {
  // The newest of each host and command up to that moment.
  std::map<std::pair<std::uint16_t, std::uint32_t>, std::size_t> newest;
  for (std::size_t i = 0; i < index_.journal().size(); ++i) {
    const trace::JournalEntry& entry = index_.journal()[i];
    if (index_.journal_kinds()[entry.kind] != "table") continue;
    if (options.at && entry.at - index_.zero() > *options.at) continue;
    newest[{entry.host, entry.subject}] = i;
  }
  std::size_t shown = 0;
  trace::JournalRecord entry;
  for (const auto& [which, i] : newest) {
    if (!index_.journal_record(i, entry)) continue;
    const std::string host = base::printable_line(index_.info().host_name(entry.host));
    if (!options.hosts.empty() && std::ranges::find(options.hosts, host) == options.hosts.end()) continue;
    const std::string text = base::printable(entry.text);
    const std::size_t end = text.find('\n');
    put_(fmt::format("{}{}# {}{}\n{}\n", colour(kBold), host, text.substr(0, end), colour(kReset),
                     end == std::string::npos ? "" : text.substr(end + 1)));
    ++shown;
  }
  return shown;
}

std::size_t WalkText::info() {
  const trace::RunInfo& info = index_.info();
  put_(base::printable(fmt::format("{}: {}\n", info.program, info.title)));
  if (!info.description.empty()) put_(base::printable_line(info.description) + '\n');
  put_(fmt::format("{}, seed {}; {} walks, {} records, {} journal entries\n", info.engine, info.seed,
                   index_.walks().size(), index_.size(), index_.journal().size()));
  const trace::Carried carried = trace::carried_by(index_);
  if (!carried.files.empty())
    put_(fmt::format("carries its lab: {} files{} (--lab DIR takes them out)\n", carried.files.size(),
                     carried.left_out.empty() ? "" : fmt::format(", {} left out", carried.left_out.size())));
  if (carried.checked && carried.findings.empty()) put_("check: no mistake was found\n");
  for (const trace::CarriedFinding& finding : carried.findings)
    put_("check: " + base::printable_line(finding.sentence) + '\n');
  for (const trace::HostInfo& host : info.hosts) {
    put_(fmt::format("{:<12} {}{}\n", base::printable_line(host.name), base::printable_line(host.role),
                     host.modelled ? "" : ", a real machine"));
    for (const trace::InterfaceInfo& interface : host.interfaces) {
      std::string addresses;
      for (const base::Ipv4Prefix& address : interface.addresses) {
        addresses += ' ' + address.text();
        if (const std::string_view role = info.role_of(address.addr); !role.empty())
          addresses += " (" + std::string(role) + ")";
      }
      const bool plugged = interface.segment >= 0;
      put_(fmt::format("  {:<8}{}{}{}\n", base::printable_line(interface.name),
                       plugged ? " " + interface.mac.text() + " on " +
                                     info.segments[static_cast<std::size_t>(interface.segment)].name
                               : "",
                       addresses.empty() ? "" : ":", addresses));
    }
  }
  return 1;
}

std::string reasons_text() {
  std::string out;
  const auto to = std::back_inserter(out);
  for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(trace::WhyId::count_); ++i) {
    const auto id = static_cast<trace::WhyId>(i);
    fmt::format_to(to, "why  {:>3}  {:<24} {}\n", i, trace::name_of(id), trace::template_of(id));
  }
  for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(trace::Drop::count_); ++i) {
    const auto drop = static_cast<trace::Drop>(i);
    fmt::format_to(to, "drop {:>3}  {:<24} {}\n", i, trace::name_of(drop), trace::text_of(drop));
  }
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(trace::Stage::wire_out); ++i) {
    const auto stage = static_cast<trace::Stage>(i);
    fmt::format_to(to, "stage {:>2}  {:<24} {}\n", i, trace::name_of(stage), trace::text_of(stage));
  }
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(trace::Verdict::queue); ++i) {
    fmt::format_to(to, "verdict {}  {}\n", i, trace::name_of(static_cast<trace::Verdict>(i)));
  }
  return out;
}

}  // namespace lvs::scenarios
