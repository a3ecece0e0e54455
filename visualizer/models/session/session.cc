// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/session.h"

#include <algorithm>

#include "models/walk/noise.h"
#include "models/walk/rewrites.h"

namespace lvs::view {

namespace {

constexpr std::size_t kCached = 96;  // walks; a screen shows some forty of them

}  // namespace

Session::Session(QObject* parent) : QObject(parent), index_(std::make_unique<trace::TraceIndex>()) {}
Session::~Session() = default;

bool Session::open(const QString& path) {
  path_ = path;
  error_.clear();
  journal_.clear();
  filter_ = {};
  filtered_.clear();
  cache_.clear();
  cached_.clear();
  relays_ = {};
  moment_ = {};
  pinned_ = following_ = false;
  index_ = std::make_unique<trace::TraceIndex>();
  const bool ok = index_->open(path.toStdString());
  if (ok) index_->update();
  error_ = QString::fromStdString(index_->error());
  journal_.update(*index_);
  carried_ = trace::carried_by(*index_);
  Q_EMIT opened();
  Q_EMIT rowsChanged();
  Q_EMIT momentChanged();
  return ok;
}

bool Session::update() {
  const bool more = index_->update() != 0;
  error_ = QString::fromStdString(index_->error());
  if (!more) return false;
  journal_.update(*index_);
  // It stands at the beginning.
  if (carried_.files.empty() && !carried_.checked) carried_ = trace::carried_by(*index_);
  if (!filter_.empty()) filtered_ = trace::walks_that(filter_, *index_);
  // The walk that is looked at may have gone on.
  for (auto it = cache_.begin(); it != cache_.end();) {
    const bool old = index_->walks()[it->walk.number].count != it->records;
    if (old) cached_.erase(it->walk.number);
    it = old ? cache_.erase(it) : std::next(it);
  }
  Q_EMIT rowsChanged();
  Q_EMIT momentChanged();
  return true;
}

QString Session::notice() const { return QString::fromStdString(index_->notice()); }
QString Session::hostName(trace::HostId host) const { return QString::fromStdString(info().host_name(host)); }

int Session::rowOf(std::uint32_t walk) const {
  if (filter_.empty()) return walk < index_->walks().size() ? static_cast<int>(walk) : -1;
  const auto at = std::ranges::lower_bound(filtered_, walk);
  return at != filtered_.end() && *at == walk ? static_cast<int>(at - filtered_.begin()) : -1;
}

bool Session::setFilter(const QString& text, QString& error) {
  error.clear();
  auto filter = parseFilter(text, *index_, error);
  if (!filter) return false;
  std::vector<std::uint32_t> fitting;
  if (!filter->empty()) {
    fitting = trace::walks_that(*filter, *index_);
    if (fitting.empty()) {
      error = tr("No packet fits: %1").arg(text.trimmed());
      return false;
    }
  }
  filter_ = std::move(*filter);
  filterText_ = text.trimmed();
  filtered_ = std::move(fitting);
  following_ = false;
  Q_EMIT rowsChanged();
  if (!filter_.empty() && rowOf(moment_.walk) < 0) {
    const auto at = std::ranges::lower_bound(filtered_, moment_.walk);
    show({at == filtered_.end() ? filtered_.back() : *at, 0});
  }
  return true;
}

const Walk& Session::walk(std::uint32_t number) {
  const auto known = cached_.find(number);
  if (known != cached_.end()) {
    cache_.splice(cache_.begin(), cache_, known->second);
    return cache_.front().walk;
  }
  const std::uint32_t records = number < index_->walks().size() ? index_->walks()[number].count : 0;
  cache_.push_front({walkOf(*index_, number), {}, records});
  cache_.front().beats = beatsOf(cache_.front().walk);
  cached_[number] = cache_.begin();
  if (cache_.size() > kCached) {
    cached_.erase(cache_.back().walk.number);
    cache_.pop_back();
  }
  return cache_.front().walk;
}

const std::vector<Beat>& Session::beats() {
  walk();  // is the newest in the cache now
  return cache_.front().beats;
}

void Session::setStory(bool on) {
  if (story_ == on) return;
  story_ = on;
  Q_EMIT rowsChanged();
  Q_EMIT momentChanged();
}

const Step* Session::step() {
  if (empty()) return nullptr;
  const Walk& now = walk();
  if (now.steps.empty()) return nullptr;
  return &now.steps[static_cast<std::size_t>(std::clamp(moment_.step, 0, static_cast<int>(now.steps.size()) - 1))];
}

trace::HostId Session::host() {
  if (pinned_) return pinnedHost_;
  const Step* now = step();
  return now == nullptr ? 0 : now->data.host;
}

void Session::selectHost(trace::HostId host) {
  const Step* now = step();
  pinned_ = now == nullptr || now->data.host != host;
  pinnedHost_ = host;
  Q_EMIT momentChanged();
}

void Session::setVeiled(bool veiled) {
  if (veiled_ == veiled) return;
  veiled_ = veiled;
  Q_EMIT momentChanged();
}

void Session::show(Moment moment) {
  moment_ = moment;
  pinned_ = false;
  Q_EMIT momentChanged();
}

void Session::go(Moment moment) {
  if (empty()) return;
  moment.walk = std::min<std::uint32_t>(moment.walk, static_cast<std::uint32_t>(index_->walks().size()) - 1);
  const int steps = static_cast<int>(walk(moment.walk).steps.size());
  moment.step = std::clamp(moment.step, 0, std::max(steps - 1, 0));
  if (rowOf(moment.walk) < 0) {
    QString ignored;
    setFilter({}, ignored);
  }
  show(moment);
}

// Where the story goes on: with the next packet, or past those that a relayed request does not need.
int Session::rowAfter(int direction) {
  relays_.update(*index_);
  const std::int64_t other = relays_.neighbour(moment_.walk, direction);
  const int row = other < 0 ? -1 : rowOf(static_cast<std::uint32_t>(other));
  return row >= 0 ? row : rowOf(moment_.walk) + direction;
}

const RelayPart* Session::relayPart(std::uint32_t walk) {
  if (empty()) return nullptr;
  relays_.update(*index_);
  return relays_.partOf(walk);
}

Session::Place Session::placeInStory() {
  Place place;
  const int here = beat();
  relays_.update(*index_);
  const Relay* const relay = relays_.of(moment_.walk);
  if (relay == nullptr || relay->parts.size() > kCached / 2) return {here + 1, static_cast<int>(beats().size())};
  for (const RelayPart& part : relay->parts) {
    walk(part.walk);
    if (part.walk == moment_.walk) place.beat = place.all + here + 1;
    place.all += static_cast<int>(cache_.front().beats.size());
  }
  return place;
}

// To the stage that shows the next beat, or the one before.
void Session::nextBeat(int direction) {
  const int wanted = beat() + direction;
  const std::vector<Beat>& here = beats();
  if (wanted >= 0 && wanted < static_cast<int>(here.size()))
    return show({moment_.walk, here[static_cast<std::size_t>(wanted)].at});
  const int row = rowAfter(direction);
  if (row < 0 || row >= static_cast<int>(rows())) return;
  moment_ = {walkAt(static_cast<std::size_t>(row)), 0};
  const std::vector<Beat>& there = beats();
  show({moment_.walk, there.empty() ? 0 : direction > 0 ? there.front().at : there.back().at});
}

void Session::nextStage(int direction) {
  if (empty()) return;
  if (story_) return nextBeat(direction);
  const int to = moment_.step + direction;
  if (to >= 0 && to < static_cast<int>(walk().steps.size())) return show({moment_.walk, to});
  const int row = rowOf(moment_.walk) + direction;
  if (row < 0 || row >= static_cast<int>(rows())) return;
  const std::uint32_t other = walkAt(static_cast<std::size_t>(row));
  show({other, direction > 0 ? 0 : static_cast<int>(walk(other).steps.size()) - 1});
}

void Session::nextPacket(int direction) {
  if (empty()) return;
  const auto last = static_cast<std::ptrdiff_t>(rows()) - 1;
  const std::ptrdiff_t row = std::clamp<std::ptrdiff_t>(rowOf(moment_.walk) + std::ptrdiff_t{direction}, 0, last);
  show({walkAt(static_cast<std::size_t>(row)), 0});
}

void Session::nextHost() {
  const Step* now = step();
  if (now == nullptr) return;
  const Walk& all = walk();
  for (int i = moment_.step + 1; i < static_cast<int>(all.steps.size()); ++i) {
    if (all.steps[static_cast<std::size_t>(i)].data.host != now->data.host) return show({moment_.walk, i});
  }
  nextPacket(1);
}

// The next record that is wanted, in the order of packets and their stages.
template <class Wanted>
bool Session::nextRecord(Wanted wanted) {
  if (empty()) return false;
  int from = moment_.step + 1;
  for (auto row = static_cast<std::size_t>(std::max(rowOf(moment_.walk), 0)); row < rows(); ++row) {
    const std::uint32_t number = walkAt(row);
    int step = 0;
    for (std::uint32_t record = index_->walks()[number].first; record != trace::kNoRecord;
         record = index_->entry(record).next, ++step) {
      const bool fits = wanted(index_->entry(record));
      if (fits && step >= from && static_cast<std::size_t>(step) < kMaxSteps) {
        show({number, step});
        return true;
      }
    }
    from = 0;
  }
  return false;
}

bool Session::nextRewrite() {
  RewriteWatch watch;
  return nextRecord([&](const trace::IndexEntry& e) { return watch.rewrites(e); });
}

bool Session::nextDrop() {
  return nextRecord([&](const trace::IndexEntry& e) { return isDrop(*index_, e); });
}

bool Session::nextMatch(const trace::Filter& what) {
  return nextRecord([&](const trace::IndexEntry& e) { return what.matches(e); });
}

Session::Matches Session::matches(const trace::Filter& what) const {
  Matches out;
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::uint32_t number = walkAt(row);
    int step = 0;
    for (std::uint32_t record = index_->walks()[number].first; record != trace::kNoRecord;
         record = index_->entry(record).next, ++step) {
      if (!what.matches(index_->entry(record))) continue;
      ++out.all;
      if (number < moment_.walk || (number == moment_.walk && step <= moment_.step)) ++out.passed;
    }
  }
  return out;
}

void Session::toStart() {
  if (!empty()) show({moment_.walk, 0});
}

void Session::toEnd() {
  if (!empty()) show({moment_.walk, std::max(0, static_cast<int>(walk().steps.size()) - 1)});
}

void Session::toNewest() {
  if (rows() == 0) return;
  const std::uint32_t newest = walkAt(rows() - 1);
  show({newest, std::max(0, static_cast<int>(walk(newest).steps.size()) - 1)});
}

bool Session::followConnection() {
  if (empty()) return false;
  QString error;
  if (following_) {
    const QString before = filterBefore_;
    setFilter(before, error);
    return true;
  }
  if (index_->walks()[moment_.walk].connection == 0) return false;
  filterBefore_ = filterText_;
  if (!setFilter(QString("conn:%1").arg(moment_.walk + 1), error)) return false;
  following_ = true;
  Q_EMIT rowsChanged();
  return true;
}

}  // namespace lvs::view
