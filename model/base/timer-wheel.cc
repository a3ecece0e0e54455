// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/timer-wheel.h"

#include <algorithm>
#include <bit>

namespace lvs::base {

TimerWheel::TimerWheel(Time now) : tick_(tick_of(now)) {}

void TimerWheel::arm(Timer& timer, Time deadline) {
  if (timer.armed() && deadline >= timer.deadline_) {  // lazily: looked at again when its slot comes up
    timer.deadline_ = deadline;
    return;
  }
  if (timer.armed()) unlink(timer);
  timer.deadline_ = deadline;
  insert(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (timer.armed()) unlink(timer);
}

void TimerWheel::unlink(Timer& timer) {
  *timer.pprev_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->pprev_ = timer.pprev_;
  timer.next_ = nullptr;
  timer.pprev_ = nullptr;
}

void TimerWheel::insert(Timer& timer) {
  std::uint64_t at = std::max(tick_of(timer.deadline_), tick_);
  // The lowest level whose current turn still covers the tick.
  const std::uint64_t differs = at ^ tick_;
  int level = differs == 0 ? 0 : (63 - std::countl_zero(differs)) / kSlotBits;
  if (level >= kLevels) {  // beyond the wheel (over 500 years): parked in its last slot, moved on when that comes up
    level = kLevels - 1;
    at = tick_ | ((std::uint64_t{kSlots} - 1) << (kLevels - 1) * kSlotBits);
  }
  const auto slot = static_cast<std::size_t>(at >> level * kSlotBits & (kSlots - 1));
  Timer** head = &slots_[static_cast<std::size_t>(level)][slot];
  timer.next_ = *head;
  if (timer.next_ != nullptr) timer.next_->pprev_ = &timer.next_;
  timer.pprev_ = head;
  *head = &timer;
  occupied_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << slot;
}

Time TimerWheel::next() const {
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
      Time first = timer->deadline_;
      for (; timer != nullptr; timer = timer->next_) first = std::min(first, timer->deadline_);
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
  while (head != nullptr) {
    Timer& timer = *head;
    unlink(timer);
    insert(timer);
  }
}

Timer* TimerWheel::take_first_due(Time now) {
  const auto slot = static_cast<std::size_t>(tick_ & (kSlots - 1));
  Timer* best = nullptr;
  for (Timer* timer = slots_[0][slot]; timer != nullptr;) {
    Timer* const following = timer->next_;
    if (tick_of(timer->deadline_) > tick_) {  // was prolonged: now find its new place
      unlink(*timer);
      insert(*timer);
    } else if (timer->deadline_ <= now && (best == nullptr || timer->deadline_ <= best->deadline_)) {
      best = timer;  // <=: lists are newest first, so equal deadlines fire in the order of arming
    }
    timer = following;
  }
  if (best != nullptr) unlink(*best);
  return best;
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
    const auto slot = static_cast<std::size_t>(tick_ & (kSlots - 1));
    if (slots_[0][slot] == nullptr) occupied_[0] &= ~(std::uint64_t{1} << slot);
    if (!step_tick(limit)) break;
  }
  // Nothing is left at or before `limit`, and slots that contain it were moved down on the way: catch up, so that what
  // is armed next lands in a low level.
  if (limit > tick_) tick_ = limit;
}

}  // namespace lvs::base
