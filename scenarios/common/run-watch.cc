// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/run-watch.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <new>

#include "base/printable.h"

namespace lvs::scenarios {
namespace {

constexpr std::chrono::seconds kGrace{5};  // for a run to come by and look
constexpr std::chrono::seconds kFirstShown{2};
constexpr std::chrono::milliseconds kShownEvery{500};

// Said where no memory is left: made before.
std::array<char, 1024> last_words;
std::size_t last_words_size = 0;

void prepare(const std::string& text) {
  last_words_size = std::min(text.size(), last_words.size());
  std::memcpy(last_words.data(), text.data(), last_words_size);
}

void no_memory() {
  [[maybe_unused]] const auto said = write(STDERR_FILENO, last_words.data(), last_words_size);
  _exit(2);
}

// A stranger's lab does not make the machine swap.
void bound_addresses() {
#if !defined(__SANITIZE_ADDRESS__)  // which takes all addresses for itself
  const auto pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  rlimit limit{};
  if (pages <= 0 || size <= 0 || getrlimit(RLIMIT_AS, &limit) != 0) return;
  const rlim_t most = static_cast<rlim_t>(pages) / 4 * 3 * static_cast<rlim_t>(size);
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < most) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? most : std::min(most, limit.rlim_max);
  setrlimit(RLIMIT_AS, &limit);
#endif
}

std::string short_form(const std::string& text) {
  constexpr std::size_t kLongest = 200;
  const std::string shown = base::printable_line(text);
  return shown.size() <= kLongest ? shown : shown.substr(0, kLongest) + "...";
}

}  // namespace

void bound_memory(const std::string& last) {
  bound_addresses();
  prepare(last);
  std::set_new_handler(no_memory);
}

RunWatch::RunWatch(std::string program, const RunLimits& limits)
    : program_(std::move(program)),
      limits_(limits),
      terminal_(isatty(STDERR_FILENO) != 0),
      next_shown_(begin_ + kFirstShown) {
  bound_memory({});
  now("nothing yet");
  guard_ = std::thread([this] { guard(); });
}

RunWatch::~RunWatch() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  guard_.join();
  std::set_new_handler(nullptr);
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

void RunWatch::now(const std::string& what) {
  const std::lock_guard lock(mutex_);
  what_ = short_form(what);
  prepare(fmt::format("{}: there is no memory left for this run, while it was at: {}\n", program_, what_));
}

std::string RunWatch::look(std::chrono::nanoseconds lab_time, std::uint64_t frames) {
  const Clock::time_point time = Clock::now();
  if (time >= next_shown_) show(lab_time, frames);
  if (time - begin_ >= limits_.wall) {
    return fmt::format("stopped after {} s (--timeout), {:.3f} s of the lab's time and {} frames, at: {}",
                       limits_.wall.count(), std::chrono::duration<double>(lab_time).count(), frames, what_);
  }
  if (frames > limits_.frames)
    return fmt::format("stopped after {} frames (--max-frames), at: {}", limits_.frames, what_);
  return {};
}

void RunWatch::show(std::chrono::nanoseconds lab_time, std::uint64_t frames) {
  next_shown_ = Clock::now() + kShownEvery;
  if (!terminal_) return;
  shown_ = true;
  std::cerr << fmt::format("\r\033[K{}: {:.3f} s of the lab's time, {} frames: {:.60} ", program_,
                           std::chrono::duration<double>(lab_time).count(), frames, what_)
            << std::flush;
}

// The run may be in the middle of something that takes for ever.
void RunWatch::guard() {
  std::unique_lock lock(mutex_);
  if (ended_.wait_until(lock, begin_ + limits_.wall + kGrace, [this] { return over_; })) return;
  std::cerr << fmt::format("{}: stopped after {} s (--timeout), in the middle of: {}\n", program_, limits_.wall.count(),
                           what_)
            << std::flush;
  _exit(2);
}

}  // namespace lvs::scenarios
