// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/shaper.h"

#include <algorithm>
#include <utility>

#include "host/link/egress.h"

namespace lvs::host {
namespace {

// What so many bytes take.
base::Time time_of(std::uint64_t bytes, std::uint64_t rate) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  return base::Time(static_cast<std::int64_t>(bytes * kSecond / std::max<std::uint64_t>(rate, 1)));
}

}  // namespace

Shaper::Shaper(Env& env, Device& dev, Setting setting, std::uint16_t handle)
    : env_(env), dev_(dev), handle_(handle), timer_(&Shaper::on_timer) {
  timer_.owner = this;
  dev_.shaper = this;
  set(setting);
}

Shaper::~Shaper() {
  env_.cancel(timer_);
  dev_.shaper = nullptr;
}

void Shaper::set(Setting setting) {
  setting_ = setting;
  if (const Tbf* tbf = std::get_if<Tbf>(&setting_)) {
    tokens_ = time_of(tbf->burst, tbf->rate);
    counted_ = env_.now();
  }
}

void Shaper::take(PacketPtr frame) {
  std::visit([&](const auto& kind) { enqueue(kind, std::move(frame)); }, setting_);
}

void Shaper::drop(PacketPtr frame) {
  ++counters_.dropped;
  ++dev_.counters.tx_dropped;
  env_.drop(std::move(frame), trace::Drop::qdisc_drop, trace::Stage::wire_out);
}

// Kernel: netem_enqueue(), get_dist_table() without a table.
void Shaper::enqueue(const Netem& netem, PacketPtr frame) {
  if (netem.loss > 0 && env_.rng.real() < netem.loss) return drop(std::move(frame));
  if (queue_.size() >= netem.limit) return drop(std::move(frame));
  base::Time delay = netem.delay;
  if (netem.jitter > base::Time{0}) {
    const double part = 2 * env_.rng.real() - 1;
    delay += base::Time(static_cast<std::int64_t>(part * static_cast<double>(netem.jitter.count())));
    delay = std::max(delay, base::Time{0});
  }
  base::Time from = env_.now();
  if (netem.rate != 0) {
    if (!queue_.empty()) {
      delay = std::max(delay - (queue_.back().at - from), base::Time{0});
      from = queue_.back().at;
    }
    delay += time_of(frame->size(), netem.rate);
  }
  push(from + delay, std::move(frame));
}

// Kernel: tbf_enqueue().
void Shaper::enqueue(const Tbf& tbf, PacketPtr frame) {
  if (frame->size() > tbf.burst || waiting_bytes_ + frame->size() > tbf.limit) return drop(std::move(frame));
  push(base::Time{0}, std::move(frame));
}

// In the order of their times; equal ones as they came.
void Shaper::push(base::Time at, PacketPtr frame) {
  waiting_bytes_ += frame->size();
  const auto place = std::upper_bound(queue_.begin(), queue_.end(), at,
                                      [](base::Time time, const Waiting& each) { return time < each.at; });
  queue_.insert(place, {at, std::move(frame)});
  release();
}

void Shaper::release() {
  while (!queue_.empty()) {
    if (const Tbf* tbf = std::get_if<Tbf>(&setting_)) {
      if (!may_leave(*tbf)) return;
    } else if (queue_.front().at > env_.now()) {
      return env_.arm_exactly(timer_, queue_.front().at);
    }
    leave();
  }
}

// Kernel: tbf_dequeue().
bool Shaper::may_leave(const Tbf& tbf) {
  const base::Time whole = time_of(tbf.burst, tbf.rate);
  const base::Time now = env_.now();
  const base::Time tokens = std::min(std::min(now - counted_, whole) + tokens_, whole);
  const base::Time left = tokens - time_of(queue_.front().frame->size(), tbf.rate);
  if (left < base::Time{0}) {
    ++counters_.overlimits;
    env_.arm_exactly(timer_, now - left);
    return false;
  }
  counted_ = now;
  tokens_ = left;
  return true;
}

void Shaper::leave() {
  PacketPtr frame = std::move(queue_.front().frame);
  queue_.pop_front();
  waiting_bytes_ -= frame->size();
  if (!dev_.up || !dev_.carrier || dev_.port == nullptr) return drop(std::move(frame));
  ++counters_.packets;
  counters_.bytes += frame->size();
  put_on_wire(env_, dev_, std::move(frame));
}

void Shaper::on_timer(base::Timer& timer) { static_cast<TimerWithOwner&>(timer).owner->release(); }

}  // namespace lvs::host
