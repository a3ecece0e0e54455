// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/moment.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "trace/drop.h"
#include "trace/file/index.h"
#include "trace/why.h"

namespace lvs::scenarios {
namespace {

using trace::Drop;
using trace::Verdict;
using trace::WhyId;

constexpr base::Time kFrom = std::chrono::seconds(-3600);

// How much a step tells about what went wrong; 0: nothing.
int weight_of(const trace::IndexEntry& entry) {
  const auto why = static_cast<WhyId>(entry.why);
  if (entry.verdict == Verdict::drop) {
    const bool usual = entry.drop == Drop::otherhost || entry.drop == Drop::arp_ignored ||
                       entry.drop == Drop::consumed || why == WhyId::arp_not_ours || entry.dst.is_multicast();
    if (usual) return 0;
    const bool arp = (entry.flags & trace::entry_flag::arp) != 0;
    if (arp) return 1;
    return entry.drop == Drop::no_socket ? 3 : 4;
  }
  switch (why) {
    case WhyId::icmp_error_sent: return 3;
    case WhyId::tcp_reset_sent:
    case WhyId::neigh_silent:
    case WhyId::ipvs_none_available:
    case WhyId::ipvs_no_service: return 2;
    default: return 0;
  }
}

std::string seconds_of(const trace::TraceIndex& index, const trace::Record& record) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(record.at - index.zero()).count());
}

std::string place_of(const trace::TraceIndex& index, const trace::Record& record) {
  std::string text = fmt::format("{} {}", index.info().host_name(record.host), trace::name_of(record.stage));
  if (record.verdict != Verdict::accept) text += fmt::format(" {}", trace::name_of(record.verdict));
  return text;
}

std::string text_of(const trace::TraceIndex& index, const trace::Record& record) {
  std::string why = trace::text_of(record.why);
  if (record.drop != Drop::none) {
    const std::string_view text = why.empty() ? trace::text_of(record.drop) : std::string_view(why);
    why = fmt::format("{}: {}", trace::name_of(record.drop), text);
  }
  std::string text = fmt::format("at {} s {}", seconds_of(index, record), place_of(index, record));
  if (!why.empty()) text += ": " + why;
  return base::printable_line(text);
}

// Names of stages and of reasons for a drop are the kernel's, in any language.
std::string in_chinese(const trace::TraceIndex& index, const trace::Record& record, const Chinese& chinese) {
  const bool reasoned = record.why.id != WhyId::none;
  const std::string why = reasoned ? chinese.of(record.why) : chinese.of(trace::text_of(record.drop));
  std::string text = fmt::format("第 {} 秒 {}", seconds_of(index, record), place_of(index, record));
  if (record.drop != Drop::none) text += fmt::format("：{}", trace::name_of(record.drop));
  if (!why.empty()) text += "：" + why;
  return base::printable_line(text);
}

// The step on a host that comes nearest to a moment.
std::uint32_t nearest(const trace::TraceIndex& index, const control::Judgement& judgement) {
  std::uint32_t best = trace::kNoRecord;
  base::Time distance = base::kNever;
  for (std::size_t i = 0; i < index.size(); ++i) {
    const trace::IndexEntry& entry = index.entry(i);
    if (index.info().host_name(index.hosts()[entry.host]) != judgement.host) continue;
    const base::Time off = entry.at - index.zero() - *judgement.at;
    const base::Time now = off < base::Time{} ? -off : off;
    const bool says_why = static_cast<WhyId>(entry.why) != WhyId::none;
    if (now > distance || (now == distance && !says_why)) continue;
    distance = now;
    best = static_cast<std::uint32_t>(i);
  }
  return best;
}

// The first step from the moment on that tells most.
std::uint32_t telling(const trace::TraceIndex& index, base::Time from) {
  std::uint32_t best = trace::kNoRecord;
  int most = 0;
  for (std::size_t i = 0; i < index.size(); ++i) {
    const trace::IndexEntry& entry = index.entry(i);
    if (entry.at - index.zero() < from) continue;
    const int weight = weight_of(entry);
    if (weight <= most) continue;
    most = weight;
    best = static_cast<std::uint32_t>(i);
  }
  return best;
}

}  // namespace

std::optional<Moment> find_moment(const std::string& file, const control::Judgement& judgement,
                                  const Chinese& chinese) {
  trace::TraceIndex index;
  if (!index.open(file)) return {};
  index.update();
  const bool named = judgement.at && !judgement.host.empty();
  const std::uint32_t found = named ? nearest(index, judgement) : telling(index, judgement.at.value_or(kFrom));
  trace::Record record;
  if (found == trace::kNoRecord || !index.record(found, record)) return {};
  return Moment{text_of(index, record), in_chinese(index, record, chinese), index.entry(found).walk + std::size_t{1},
                std::string(index.info().host_name(record.host))};
}

}  // namespace lvs::scenarios
