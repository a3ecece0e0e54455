// SPDX-License-Identifier: GPL-2.0-or-later
// Matching: all ways through the steps at once, one character after the other (Thompson, Pike).
#include "control/words/regex.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace lvs::control {
namespace {

bool is_word(std::string_view text, std::size_t at) {
  return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
}
bool word_before(std::string_view text, std::size_t at) { return at > 0 && is_word(text, at - 1); }

constexpr std::size_t kNone = std::string_view::npos;
using Saved = std::array<std::size_t, 2 * Regex::kGroups>;

struct Thread {
  std::size_t step;
  Saved saved;
};

// Those that wait for the same character, each step once: the first way to it wins.
struct Threads {
  std::vector<Thread> list;
  std::vector<bool> seen;
  void clear(std::size_t steps) {
    list.clear();
    seen.assign(steps, false);
  }
};

}  // namespace

// Follows what takes no character.
class Regex::Walk {
 public:
  Walk(const std::vector<Step>& steps, std::string_view text) : steps_(steps), text_(text) {}

  void follow(Threads& into, std::size_t first, const Saved& saved, std::size_t at) {
    open_.push_back({first, saved});
    while (!open_.empty()) {
      Thread thread = std::move(open_.back());
      open_.pop_back();
      if (into.seen[thread.step]) continue;
      into.seen[thread.step] = true;
      pass(into, std::move(thread), at);
    }
  }

 private:
  void pass(Threads& into, Thread thread, std::size_t at) {
    const Step& step = steps_[thread.step];
    const auto go = [&](std::int32_t by) {
      open_.push_back({static_cast<std::size_t>(static_cast<std::int64_t>(thread.step) + by), thread.saved});
    };
    switch (step.kind) {
      case Step::Kind::split:
        go(step.other);
        go(step.to);
        break;
      case Step::Kind::jump: go(step.to); break;
      case Step::Kind::save:
        thread.saved[static_cast<std::size_t>(step.to)] = at;
        go(1);
        break;
      case Step::Kind::set:
      case Step::Kind::match: into.list.push_back(std::move(thread)); break;
      default:
        if (holds(step, at)) go(1);
    }
  }

  bool holds(const Step& step, std::size_t at) const {
    switch (step.kind) {
      case Step::Kind::line_begin: return at == 0;
      case Step::Kind::line_end: return at == text_.size();
      // `other`: of grep -w, where the neighbour outside must be no word character.
      case Step::Kind::word_begin: return !word_before(text_, at) && (step.other != 0 || is_word(text_, at));
      case Step::Kind::word_end: return !is_word(text_, at) && (step.other != 0 || word_before(text_, at));
      case Step::Kind::boundary: return word_before(text_, at) != is_word(text_, at);
      default: return false;
    }
  }

  const std::vector<Step>& steps_;
  std::string_view text_;
  std::vector<Thread> open_;  // in place of recursion
};

std::optional<Regex::Match> Regex::match_at(std::string_view text, std::size_t begin) const {
  Threads now, next;
  Walk walk(steps_, text);
  std::optional<Match> best;
  Saved none;
  none.fill(kNone);

  now.clear(steps_.size());
  walk.follow(now, 0, none, begin);
  for (std::size_t at = begin; !now.list.empty(); ++at) {
    next.clear(steps_.size());
    for (const Thread& thread : now.list) {
      const Step& step = steps_[thread.step];
      if (step.kind == Step::Kind::match) {
        if (best && thread.saved[1] <= best->end) continue;
        best.emplace();
        best->begin = thread.saved[0];
        best->end = thread.saved[1];
        for (std::size_t i = 0; i < kGroups; ++i) best->groups[i] = {thread.saved[2 * i], thread.saved[2 * i + 1]};
      } else if (at < text.size() && sets_[static_cast<std::size_t>(step.to)][static_cast<unsigned char>(text[at])]) {
        walk.follow(next, thread.step + 1, thread.saved, at + 1);
      }
    }
    std::swap(now, next);
  }
  return best;
}

std::optional<Regex::Match> Regex::search(std::string_view text, std::size_t from) const {
  for (std::size_t at = from; at <= text.size(); ++at)
    if (auto match = match_at(text, at)) return match;
  return std::nullopt;
}

}  // namespace lvs::control
