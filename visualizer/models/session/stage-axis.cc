// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/stage-axis.h"

#include <algorithm>

#include "models/walk/noise.h"
#include "models/walk/rewrites.h"
#include "models/walk/roles.h"
#include "models/walk/topology.h"

namespace lvs::view {

namespace {

constexpr std::size_t kFewHosts = 5;   // all of them have a lane
constexpr std::size_t kMostLanes = 6;  // more are not to be read

bool isServer(const trace::HostInfo* host) { return host != nullptr && kindOf(*host) == HostKind::server; }

}  // namespace

template <class Use>
void StageAxis::eachShown(const Session& session, std::uint32_t walk, Use use) {
  const trace::TraceIndex& index = session.index();
  const trace::IndexEntry& first = index.entry(index.walks()[walk].first);
  std::size_t step = 0;
  for (std::uint32_t i = index.walks()[walk].first; i != trace::kNoRecord && step < kMaxSteps;
       i = index.entry(i).next, ++step) {
    const bool folded = session.story() && isFolded(index, first, index.entry(i));
    if (!folded && !use(static_cast<int>(step), i)) return;
  }
}

void StageAxis::recount(const Session& session) {
  before_.assign(1, 0);
  before_.reserve(session.rows() + 1);
  for (std::size_t row = 0; row < session.rows(); ++row) {
    std::uint64_t count = std::min<std::uint64_t>(session.index().walks()[session.walkAt(row)].count, kMaxSteps);
    if (session.story()) {
      count = 0;
      eachShown(session, session.walkAt(row), [&](int, std::uint32_t) { return ++count != 0; });
    }
    before_.push_back(before_.back() + count);
  }
}

bool StageAxis::look(Session& session, std::uint64_t inSight) {
  packets_.clear();
  lanes_.clear();
  others_.clear();
  boxes_.clear();
  if (session.step() == nullptr || before_.size() < 2) return false;
  const int current = session.rowOf(session.moment().walk);
  if (current < 0) return false;
  const auto row = static_cast<std::size_t>(current);
  now_ = before_[row];
  eachShown(session, session.moment().walk, [&](int step, std::uint32_t) {
    if (step < session.moment().step) ++now_;
    return step < session.moment().step;
  });
  now_ = std::min(now_, std::max(before_[row + 1], before_[row] + 1) - 1);
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
    eachShown(session, session.walkAt(packet.row), [&](int, std::uint32_t i) {
      if (at >= offset_) use(packet, at, index.entry(i), previous);
      previous = i;
      return ++at < std::min(packet.end, end_);
    });
  }
}

// Hosts in sight. One that only threw away what was not for it needs no lane.
void StageAxis::findLanes(const Session& session) {
  const trace::TraceIndex& index = session.index();
  std::vector<bool> seen(index.hosts().size()), current(index.hosts().size());
  eachStage(session, [&](const Packet& packet, std::uint64_t, const trace::IndexEntry& entry, std::uint32_t) {
    if (cameInVain(index, entry)) return;
    seen[entry.host] = true;
    const bool silent = entry.next != trace::kNoRecord && keptSilent(index.entry(entry.next));
    if (packet.current && !silent && !keptSilent(entry)) current[entry.host] = true;
  });
  std::vector<std::pair<trace::HostId, bool>> found;  // and whether the current packet comes there
  const auto place = [&](trace::HostId host) {
    return static_cast<std::size_t>(std::ranges::find(index.hosts(), host) - index.hosts().begin());
  };
  for (const trace::HostInfo& host : session.info().hosts) {
    const std::size_t at = place(host.id);
    const bool some = at < seen.size() && seen[at];
    if (some || session.info().hosts.size() <= kFewHosts) found.emplace_back(host.id, some && current[at]);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const bool listed =
        std::ranges::find(found, index.hosts()[i], &std::pair<trace::HostId, bool>::first) != found.end();
    if (seen[i] && !listed) found.emplace_back(index.hosts()[i], current[i]);
  }
  const std::vector<trace::HostId> order = orderOf(session.info());
  std::ranges::stable_sort(found, {}, [&](const auto& one) { return std::ranges::find(order, one.first); });
  const bool many = found.size() > kMostLanes;
  for (const auto& [host, concerned] : found) {
    const bool own = !many || concerned || !isServer(session.info().host(host));
    (own ? lanes_ : others_).push_back(host);
  }
}

int StageAxis::laneOf(const Session& session, const trace::IndexEntry& entry) const {
  const trace::HostId host = session.index().hosts()[entry.host];
  const auto at = std::ranges::find(lanes_, host);
  if (at != lanes_.end()) return static_cast<int>(at - lanes_.begin());
  return std::ranges::find(others_, host) == others_.end() ? -1 : static_cast<int>(lanes_.size());
}

void StageAxis::findBoxes(const Session& session) {
  const trace::TraceIndex& index = session.index();
  RewriteWatch watch;
  eachStage(session,
            [&](const Packet& packet, std::uint64_t at, const trace::IndexEntry& entry, std::uint32_t previous) {
              const int lane = laneOf(session, entry);
              const bool rewritten = watch.rewrites(entry);
              if (lane < 0 || (at > now_ && session.veiled())) return;
              Box box{at, static_cast<std::size_t>(lane), -1, packet.current};
              if (previous != trace::kNoRecord && at > offset_ && index.entry(previous).host != entry.host)
                box.from = laneOf(session, index.entry(previous));
              box.silent = keptSilent(entry);
              box.dropped = isDrop(index, entry) && !box.silent;
              box.rewritten = rewritten;
              box.sent = entry.stage == trace::Stage::wire_out;
              boxes_.push_back(box);
            });
}

std::optional<Moment> StageAxis::momentAt(const Session& session, std::uint64_t stage) const {
  if (before_.size() < 2) return {};
  stage = std::min(stage, before_.back() - 1);
  const auto row = static_cast<std::size_t>(std::ranges::upper_bound(before_, stage) - before_.begin() - 1);
  Moment moment{session.walkAt(row), 0};
  std::uint64_t left = stage - before_[row];
  eachShown(session, moment.walk, [&](int step, std::uint32_t) {
    moment.step = step;
    return left-- > 0;
  });
  return moment;
}

}  // namespace lvs::view
