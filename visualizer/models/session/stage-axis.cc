// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/stage-axis.h"

#include <algorithm>

#include "models/walk/noise.h"

namespace lvs::view {

namespace {

constexpr std::size_t kFewHosts = 5;  // all of them have a lane

}  // namespace

void StageAxis::recount(const Session& session) {
  before_.assign(1, 0);
  before_.reserve(session.rows() + 1);
  for (std::size_t row = 0; row < session.rows(); ++row) {
    const std::uint32_t count = session.index().walks()[session.walkAt(row)].count;
    before_.push_back(before_.back() + std::min<std::uint64_t>(count, kMaxSteps));
  }
}

bool StageAxis::look(Session& session, std::uint64_t inSight) {
  packets_.clear();
  lanes_.clear();
  boxes_.clear();
  if (session.step() == nullptr || before_.size() < 2) return false;
  const int current = session.rowOf(session.moment().walk);
  if (current < 0) return false;
  const auto row = static_cast<std::size_t>(current);
  now_ = before_[row] + static_cast<std::uint64_t>(session.moment().step);
  // The moment stands at two fifths, as long as there is something on both sides.
  const std::uint64_t all = before_.back(), left = inSight * 2 / 5;
  offset_ = all <= inSight || now_ < left ? 0 : std::min(now_ - left, all - inSight);
  end_ = offset_ + inSight;
  findPackets(session, row);
  findLanes(session);
  findBoxes(session);
  return !lanes_.empty();
}

void StageAxis::findPackets(const Session& session, std::size_t current) {
  const auto first = static_cast<std::size_t>(std::ranges::upper_bound(before_, offset_) - before_.begin() - 1);
  for (std::size_t row = first; row < session.rows() && before_[row] < end_; ++row) {
    packets_.push_back({row, before_[row], before_[row + 1], row == current});
  }
}

// use(packet, place on the axis, record, the record before it of the same packet).
template <class Use>
void StageAxis::eachStage(const Session& session, Use use) const {
  const trace::TraceIndex& index = session.index();
  for (const Packet& packet : packets_) {
    std::uint64_t at = packet.begin;
    std::uint32_t previous = trace::kNoRecord;
    for (std::uint32_t i = index.walks()[session.walkAt(packet.row)].first;
         i != trace::kNoRecord && at < std::min(packet.end, end_); i = index.entry(i).next, ++at) {
      if (at >= offset_) use(packet, at, index.entry(i), previous);
      previous = i;
    }
  }
}

// Hosts in sight, in the order of the trace's description. One that only threw away what was not for it needs none.
void StageAxis::findLanes(const Session& session) {
  const trace::TraceIndex& index = session.index();
  std::vector<bool> seen(index.hosts().size());
  eachStage(session, [&](const Packet&, std::uint64_t, const trace::IndexEntry& entry, std::uint32_t) {
    if (!cameInVain(index, entry)) seen[entry.host] = true;
  });
  for (const trace::HostInfo& host : session.info().hosts) {
    const auto at = std::ranges::find(index.hosts(), host.id);
    const bool some = at != index.hosts().end() && seen[static_cast<std::size_t>(at - index.hosts().begin())];
    if (some || session.info().hosts.size() <= kFewHosts) lanes_.push_back(host.id);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] && std::ranges::find(lanes_, index.hosts()[i]) == lanes_.end()) lanes_.push_back(index.hosts()[i]);
  }
}

int StageAxis::laneOf(const Session& session, const trace::IndexEntry& entry) const {
  const auto at = std::ranges::find(lanes_, session.index().hosts()[entry.host]);
  return at == lanes_.end() ? -1 : static_cast<int>(at - lanes_.begin());
}

void StageAxis::findBoxes(const Session& session) {
  const trace::TraceIndex& index = session.index();
  eachStage(session,
            [&](const Packet& packet, std::uint64_t at, const trace::IndexEntry& entry, std::uint32_t previous) {
              const int lane = laneOf(session, entry);
              if (lane < 0 || (packet.current && at > now_ && session.veiled())) return;
              Box box{at, static_cast<std::size_t>(lane), -1, packet.current};
              if (previous != trace::kNoRecord && at > offset_ && index.entry(previous).host != entry.host)
                box.from = laneOf(session, index.entry(previous));
              box.dropped = isDrop(entry);
              box.rewritten = (entry.flags & trace::entry_flag::rewritten) != 0;
              box.sent = entry.stage == trace::Stage::wire_out;
              boxes_.push_back(box);
            });
}

std::optional<Moment> StageAxis::momentAt(const Session& session, std::uint64_t stage) const {
  if (before_.size() < 2) return {};
  stage = std::min(stage, before_.back() - 1);
  const auto row = static_cast<std::size_t>(std::ranges::upper_bound(before_, stage) - before_.begin() - 1);
  return Moment{session.walkAt(row), static_cast<int>(stage - before_[row])};
}

}  // namespace lvs::view
