// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/timer-wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace lvs::base {
namespace {

constexpr Time kFurthest{(std::int64_t{1} << 59) - 1};

}  // namespace

TimerWheel::TimerWheel(Time now) : tick_(tick_of(now)) {}

void TimerWheel::arm(Timer& timer, Time deadline) { set(timer, deadline, Timer::kExact); }

void TimerWheel::arm_on_tick(Timer& timer, Time now, Time wait, bool ahead) {
  if (!ticks_) return arm(timer, now + wait);
  const Time whole = ticks_->wait(wait);
  const TickLevel level = ticks_->level(whole);
  constexpr TickLevel kMost = Timer::kExact - Timer::kAhead - 1;
  set(timer, now + whole, ahead ? static_cast<TickLevel>(std::min(level, kMost) + Timer::kAhead) : level);
}

void TimerWheel::set(Timer& timer, Time deadline, TickLevel level) {
  const std::int64_t at = std::clamp(deadline, -kFurthest, kFurthest).count();
  const auto write = [&] {
    timer.deadline_ = at;
    timer.level_ = level;
  };
  if (!timer.armed()) {
    write();
    return insert(timer);
  }
  const bool same_level = timer.level_ == level;
  if (level == Timer::kExact && same_level && at >= timer.deadline_)
    return write();  // looked at when its slot comes up
  const Time before = due(timer);
  write();
  // Of those on ticks who joins a slot of the kernel's last fires first; who is set again for the slot that it is in
  // keeps its place there (kernel: mod_timer()).
  const bool stays = level == Timer::kExact ? due(timer) >= before : same_level && due(timer) == before;
  if (stays) return;
  unlink(timer);
  insert(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (timer.armed()) unlink(timer);
}

void TimerWheel::link(Timer*& head, Timer& timer) {
  timer.next_ = head;
  if (timer.next_ != nullptr) timer.next_->pprev_ = &timer.next_;
  timer.pprev_ = &head;
  head = &timer;
}

void TimerWheel::unlink(Timer& timer) {
  *timer.pprev_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->pprev_ = timer.pprev_;
  timer.next_ = nullptr;
  timer.pprev_ = nullptr;
}

void TimerWheel::insert(Timer& timer) {
  std::uint64_t at = std::max(tick_of(due(timer)), tick_);
  // The lowest level whose current turn still covers the tick.
  const std::uint64_t differs = at ^ tick_;
  int level = differs == 0 ? 0 : (63 - std::countl_zero(differs)) / kSlotBits;
  if (level >= kLevels) {  // beyond the wheel: parked in its last slot, moved on when that comes up
    level = kLevels - 1;
    at = tick_ | ((std::uint64_t{kSlots} - 1) << (kLevels - 1) * kSlotBits);
  }
  const auto slot = static_cast<std::size_t>(at >> level * kSlotBits & (kSlots - 1));
  link(slots_[static_cast<std::size_t>(level)][slot], timer);
  occupied_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << slot;
}

Time TimerWheel::next() const {
  if (due_ != nullptr) {
    Time first = kNever;
    for (const Timer* list : {due_, slots_[0][tick_ & (kSlots - 1)]})
      for (const Timer* timer = list; timer != nullptr; timer = timer->next_) first = std::min(first, due(*timer));
    return first;
  }
  for (int level = 0; level < kLevels; ++level) {
    std::uint64_t bits = occupied_[static_cast<std::size_t>(level)];
    while (bits != 0) {
      const int slot = std::countr_zero(bits);
      bits &= bits - 1;
      const Timer* timer = slots_[static_cast<std::size_t>(level)][static_cast<std::size_t>(slot)];
      if (timer == nullptr) continue;
      const std::uint64_t turn = tick_ >> (level + 1) * kSlotBits << (level + 1) * kSlotBits;
      const std::uint64_t begin = turn | static_cast<std::uint64_t>(slot) << level * kSlotBits;
      const Time slot_begins{static_cast<std::int64_t>(begin << kTickShift)};
      if (level > 0) return slot_begins;  // due for a move down then
      Time first = due(*timer);
      for (; timer != nullptr; timer = timer->next_) first = std::min(first, due(*timer));
      // All prolonged: they move on when their slot comes up, and others may be due before their new deadlines.
      return tick_of(first) > begin ? slot_begins : first;
    }
  }
  return kNever;
}

void TimerWheel::cascade(int level) {
  const auto slot = static_cast<std::size_t>(tick_ >> level * kSlotBits & (kSlots - 1));
  auto& head = slots_[static_cast<std::size_t>(level)][slot];
  occupied_[static_cast<std::size_t>(level)] &= ~(std::uint64_t{1} << slot);
  for (Timer* list = reversed(std::exchange(head, nullptr)); list != nullptr;) {
    Timer& timer = *std::exchange(list, list->next_);
    insert(timer);
  }
}

// Lists are newest first: turned round, timers stand in the order of arming. Only next_ is right then.
Timer* TimerWheel::reversed(Timer* list) {
  Timer* result = nullptr;
  while (list != nullptr) {
    Timer* const one = std::exchange(list, list->next_);
    one->next_ = std::exchange(result, one);
  }
  return result;
}

// Whether `later`, which was armed after `a` if they are alike otherwise, fires before it.
bool TimerWheel::overtakes(const Timer& later, const Timer& a) const {
  const Time l = due(later), e = due(a);
  if (l != e) return l < e;
  if (a.level_ == Timer::kExact) return false;
  return later.level_ >= a.level_;  // an exact one is above all levels
}

Timer* TimerWheel::merged(Timer* a, Timer* later) const {
  Timer* result = nullptr;
  Timer** end = &result;
  while (a != nullptr && later != nullptr) {
    Timer*& first = overtakes(*later, *a) ? later : a;
    *end = first;
    end = &first->next_;
    first = first->next_;
  }
  *end = a != nullptr ? a : later;
  return result;
}

// In the order of firing: a merge sort, in place, since a tick of a kernel may end a hundred thousand connections.
Timer* TimerWheel::sorted(Timer* list) const {
  std::array<Timer*, 40> runs{};  // of 2^i timers
  while (list != nullptr) {
    Timer* run = std::exchange(list, list->next_);
    run->next_ = nullptr;
    std::size_t i = 0;
    for (; runs[i] != nullptr; ++i) run = merged(std::exchange(runs[i], nullptr), run);
    runs[i] = run;
  }
  Timer* all = nullptr;
  for (Timer* run : runs)
    if (run != nullptr) all = all != nullptr ? merged(run, all) : run;
  return all;
}

// What stands in the present slot joins the list that is being fired.
void TimerWheel::gather(Timer*& slot) {
  due_ = merged(due_, sorted(reversed(std::exchange(slot, nullptr))));
  Timer** place = &due_;
  for (Timer* timer = due_; timer != nullptr; timer = timer->next_) {
    timer->pprev_ = place;
    place = &timer->next_;
  }
}

Timer* TimerWheel::take_first_due(Time now) {
  Timer*& slot = slots_[0][tick_ & (kSlots - 1)];
  for (;;) {
    if (slot != nullptr) gather(slot);
    if (due_ == nullptr) return nullptr;
    Timer& first = *due_;
    const bool prolonged = tick_of(due(first)) > tick_ || (first.next_ != nullptr && due(*first.next_) < due(first));
    if (!prolonged && due(first) > now) return nullptr;
    unlink(first);
    if (!prolonged) return &first;
    insert(first);  // finds its new place
  }
}

// Moves to the next occupied tick up to `limit`; false when there is none.
bool TimerWheel::step_tick(std::uint64_t limit) {
  for (int level = 0; level < kLevels; ++level) {
    const auto index = static_cast<std::size_t>(level);
    const std::uint64_t position = tick_ >> level * kSlotBits & (kSlots - 1);
    // Level 0 holds the present slot too; above, the present slot has been moved down already.
    std::uint64_t ahead = position == kSlots - 1 ? 0 : occupied_[index] >> (position + 1) << (position + 1);
    while (ahead != 0) {
      const int slot = std::countr_zero(ahead);
      ahead &= ahead - 1;
      if (slots_[index][static_cast<std::size_t>(slot)] == nullptr) {
        occupied_[index] &= ~(std::uint64_t{1} << slot);
        continue;
      }
      const std::uint64_t turn = tick_ >> (level + 1) * kSlotBits << (level + 1) * kSlotBits;
      const std::uint64_t target = turn | static_cast<std::uint64_t>(slot) << level * kSlotBits;
      if (target > limit) return false;
      tick_ = target;
      for (int down = level; down > 0; --down) cascade(down);
      return true;
    }
  }
  return false;
}

void TimerWheel::advance(Time now) {
  const std::uint64_t limit = tick_of(now);
  for (;;) {
    while (Timer* timer = take_first_due(now)) timer->fire_(*timer);
    // What is of this slot and not yet due. Those on ticks keep their order; exact ones may be prolonged where they
    // stand.
    for (Timer* list = due_; list != nullptr;) {
      Timer& timer = *std::exchange(list, list->next_);
      if (timer.level_ != Timer::kExact) continue;
      unlink(timer);
      insert(timer);
    }
    if (due_ != nullptr) return;
    const auto slot = static_cast<std::size_t>(tick_ & (kSlots - 1));
    if (slots_[0][slot] == nullptr) occupied_[0] &= ~(std::uint64_t{1} << slot);
    if (!step_tick(limit)) break;
  }
  // Nothing is left at or before `limit`, and slots that contain it were moved down on the way: catch up, so that what
  // is armed next lands in a low level.
  if (limit > tick_) tick_ = limit;
}

}  // namespace lvs::base
