// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "referee/compare/chance.h"
#include "referee/compare/directors.h"
#include "referee/compare/drawn-macs.h"
#include "referee/compare/frame.h"
#include "referee/compare/questions.h"
#include "referee/compare/repeats.h"
#include "referee/compare/stream.h"
#include "referee/compare/text.h"
#include "referee/compare/tools-text.h"
#include "referee/lab-lines.h"
#include "trace/dissect/dissect.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using control::CapturedFrame;
using control::LabRun;
using namespace std::chrono_literals;

double seconds(base::Time t) { return static_cast<double>(t.count()) / 1e9; }

RunNames names_of(const LabRun& left, const LabRun& right) {
  const auto first_word = [](const std::string& text) { return text.substr(0, text.find(' ')); };
  RunNames names{first_word(left.engine), first_word(right.engine)};
  if (names.left == names.right) names = {names.left + "/1", names.right + "/2"};
  return names;
}

std::string indented(const std::string& text, const std::string& margin) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += margin;
  }
  return result;
}

// Whether a host of the lab has the hooks of the table nat.
bool translates(const control::Lab& lab) {
  return any_line(lab, [](const std::string& text) {
    return text.find("-t nat") != std::string::npos || text.find("--table nat") != std::string::npos ||
           text.find("*nat") != std::string::npos;
  });
}

// Frames of one interface of both runs that count by themselves.
struct Lane {
  std::string name;
  std::vector<const CapturedFrame*> left, right;
  TcpStreams left_streams, right_streams;
  std::size_t stream_frames = 0;
  CounterSlack slack;  // by which the streams of both runs differ
  bool differs = false;
  std::size_t extra_left = 0, extra_right = 0;  // frames passed over to find the next pair
  base::Time off{};                             // by how much the moments of the last pair differed
};

class Comparing {
 public:
  Comparing(const control::Lab& lab, const LabRun& left, const LabRun& right, bool all)
      : left_(left),
        right_(right),
        all_(all),
        exact_(left.ticks && right.ticks),
        chance_(exact_),
        names_(names_of(left, right)),
        injected_(injected_endpoints(lab)) {
    result_.lab = lab.name;
    if (translates(lab)) renaming_.let_nat_choose_ports();
    width_ = std::max(names_.left.size(), names_.right.size());
  }

  Comparison run() {
    make_lanes();
    compare_frames();
    for (Lane& lane : lanes_) compare_streams(lane);
    compare_commands();
    return std::move(result_);
  }

 private:
  void tell(std::string where, std::string text) { result_.differences.push_back({std::move(where), std::move(text)}); }
  std::string name(bool left) const { return fmt::format("  {:<{}}  ", left ? names_.left : names_.right, width_); }
  std::string margin() const { return std::string(width_ + 4, ' '); }

  void make_lanes() {
    if (left_.captures.size() != right_.captures.size())
      return tell("captures", fmt::format("  {} interfaces, and {}", left_.captures.size(), right_.captures.size()));
    for (std::size_t i = 0; i < left_.captures.size(); ++i) {
      const control::LabCapture& l = left_.captures[i];
      const control::LabCapture& r = right_.captures[i];
      Lane lane;
      lane.name = l.host + " " + l.interface;
      if (l.host != r.host || l.interface != r.interface) tell("captures", lane.name + " is " + r.host);
      const auto alone = [&](const std::vector<CapturedFrame>& frames) {
        const std::set<TcpDirection> begun = directions_begun(frames);
        std::vector<const CapturedFrame*> kept;
        Repeats repeats;
        for (const CapturedFrame& frame : frames) {
          if (repeats.again(frame)) continue;
          const auto segment = tcp_segment(frame.bytes);
          if (!segment || !in_stream(*segment, injected_, begun)) kept.push_back(&frame);
        }
        settle_directors(kept);
        return kept;
      };
      lane.left = alone(l.frames);
      lane.right = alone(r.frames);
      lane.left_streams = tcp_streams(l.frames, injected_);
      lane.right_streams = tcp_streams(r.frames, injected_);
      lane.stream_frames = l.frames.size() - lane.left.size();
      lane.slack = slack_of(l.frames, lane.left, r.frames, lane.right);
      lanes_.push_back(std::move(lane));
    }
  }

  // What the streams of one run have more of than those of the other.
  static CounterSlack slack_of(const std::vector<CapturedFrame>& l, const std::vector<const CapturedFrame*>& l_alone,
                               const std::vector<CapturedFrame>& r, const std::vector<const CapturedFrame*>& r_alone) {
    const auto bytes = [](const std::vector<CapturedFrame>& all, const std::vector<const CapturedFrame*>& alone) {
      std::uint64_t sum = 0;
      for (const CapturedFrame& frame : all) sum += frame.bytes.size();
      for (const CapturedFrame* frame : alone) sum -= frame->bytes.size();
      return sum;
    };
    const auto apart = [](std::uint64_t a, std::uint64_t b) { return std::max(a, b) - std::min(a, b); };
    return {apart(l.size() - l_alone.size(), r.size() - r_alone.size()), apart(bytes(l, l_alone), bytes(r, r_alone))};
  }

  // All interfaces at once in the order of time, so that what is renamed is met first where it was made.
  void compare_frames() {
    struct Turn {
      base::Time at;
      std::size_t lane, frame;
    };
    std::vector<Turn> turns;
    for (std::size_t i = 0; i < lanes_.size(); ++i)
      for (std::size_t n = 0; n < lanes_[i].left.size(); ++n) turns.push_back({lanes_[i].left[n]->at, i, n});
    std::ranges::stable_sort(turns, {}, &Turn::at);
    for (const Turn& turn : turns) compare_frame(lanes_[turn.lane], turn.frame);
    for (Lane& lane : lanes_) {
      for (std::size_t n = lane.left.size() + lane.extra_right - lane.extra_left; n < lane.right.size(); ++n)
        if (!lane.differs || all_) behind_the_end(lane, false, n);
    }
  }

  // `moved`: how often frames have changed places for it.
  void compare_frame(Lane& lane, std::size_t number, std::size_t moved = 0) {
    if (lane.differs && !all_) return;
    std::size_t other = number + lane.extra_right - lane.extra_left;
    const CapturedFrame& l = *lane.left[number];
    if (other >= lane.right.size()) {
      ++lane.extra_left;
      return behind_the_end(lane, true, number);
    }
    const std::vector<bool> differ = difference(l, *lane.right[other]);
    if (std::ranges::find(differ, true) == differ.end() && l.outbound == lane.right[other]->outbound) {
      moment(lane, number, other);
      ++result_.frames;
      return;
    }
    const auto alike = [&](std::size_t left, std::size_t right) {
      return left < lane.left.size() && right < lane.right.size() && looks_like(*lane.left[left], *lane.right[right]);
    };
    // The same frames in another order, where their order is nobody's doing?
    const auto right = lane.right.begin() + static_cast<std::ptrdiff_t>(other);
    const auto here = [&](std::size_t k) { return alike(k, other); };
    for (std::size_t ahead = 1; ahead <= Chance::kAhead && moved < Chance::kAhead; ++ahead) {
      if (!alike(number, other + ahead) || !chance_.by_chance(lane.right, other, other + ahead)) continue;
      if (chance_.meets_next(lane.left, number) ||
          (chance_.may_overtake(lane.right, other, ahead) && chance_.comes_later(lane.left, number, here))) {
        std::rotate(right, right + static_cast<std::ptrdiff_t>(ahead), right + static_cast<std::ptrdiff_t>(ahead) + 1);
        return compare_frame(lane, number, moved + 1);
      }
    }
    // Or does the frame that the other run has here come later, and what stands here in its place?
    for (std::size_t ahead = 1; ahead <= Chance::kAhead && moved < Chance::kAhead; ++ahead) {
      if (alike(number + ahead, other) && chance_.by_chance(lane.left, number + ahead, number) &&
          other + ahead < lane.right.size() && chance_.meets_next(lane.right, other)) {
        std::rotate(right, right + 1, right + static_cast<std::ptrdiff_t>(ahead) + 1);
        return compare_frame(lane, number, moved + 1);
      }
    }
    // Is it another frame, or a frame more?
    if (!alike(number, other)) {
      for (std::size_t ahead = 1; ahead <= Chance::kAhead; ++ahead) {
        if (alike(number, other + ahead)) {
          for (std::size_t i = 0; i < ahead; ++i) {
            if (!lane.differs || all_) only(lane, false, other + i);
          }
          lane.extra_right += ahead;
          return all_ ? compare_frame(lane, number) : void();
        }
        if (alike(number + ahead, other)) {
          ++lane.extra_left;
          return only(lane, true, number);
        }
      }
    }
    both(lane, number, other, differ);
  }

  // Moments are compared where both runs have the same clock; one tick apart is alike, since lines begin between ticks.
  // So is what keeps its distance from the pair before: a program of the model needs 0.1 ms to wake, and one that asks
  // a hundred times (ab) is later by that often.
  void moment(Lane& lane, std::size_t number, std::size_t other) {
    if (!exact_ || lane.differs) return;
    const CapturedFrame& l = *lane.left[number];
    const base::Time theirs = lane.right[other]->at;
    const base::Time off = l.at - theirs, step = off - std::exchange(lane.off, off);
    if (std::chrono::abs(off) <= kMoment || (std::chrono::abs(off) <= kDrift && std::chrono::abs(step) <= kPace))
      return;
    lane.differs = true;
    tell(fmt::format("{}, frame {}", lane.name, number + 1),
         fmt::format("  the moment: {:.4f} s with {}, {:.4f} s with {}\n{}{}", seconds(l.at), names_.left,
                     seconds(theirs), names_.right, name(true), shown(l)));
  }

  // Frames that differ teach nothing: they may not belong together.
  std::vector<bool> difference(const CapturedFrame& l, const CapturedFrame& r) {
    if (l.bytes == r.bytes) return differing_bytes(l.bytes, r.bytes, renaming_, l.at);
    Renaming tried = renaming_;
    std::vector<bool> differ = differing_bytes(l.bytes, r.bytes, tried, l.at);
    if (std::ranges::find(differ, true) == differ.end()) renaming_ = std::move(tried);
    return differ;
  }

  // The same but for what may be renamed, and nothing is learnt.
  bool looks_like(const CapturedFrame& l, const CapturedFrame& r) const {
    Renaming renaming = renaming_;
    const std::vector<bool> differ = differing_bytes(l.bytes, r.bytes, renaming, l.at);
    return l.outbound == r.outbound && std::ranges::find(differ, true) == differ.end();
  }

  // A frame that has no partner because the other run has no more.
  void behind_the_end(Lane& lane, bool left, std::size_t number) {
    const base::Time at = (left ? lane.left : lane.right)[number]->at;
    if (at < (left ? left_ : right_).end - (exact_ ? kMoment : kEndSlack)) only(lane, left, number);
  }

  void only(Lane& lane, bool left, std::size_t number) {
    lane.differs = true;
    const CapturedFrame& frame = *(left ? lane.left : lane.right)[number];
    tell(fmt::format("{}, frame {}", lane.name, number + 1),
         fmt::format("  only with {}:\n{}{}", left ? names_.left : names_.right, name(left), shown(frame)));
  }

  std::string shown(const CapturedFrame& frame) const {
    return fmt::format("{:8.3f} s {:<3} ", seconds(frame.at), frame.outbound ? "out" : "in") +
           indented(trace::dissect(frame.bytes), margin());
  }

  void both(Lane& lane, std::size_t number, std::size_t other, const std::vector<bool>& differ) {
    lane.differs = true;
    const CapturedFrame& l = *lane.left[number];
    const CapturedFrame& r = *lane.right[other];
    tell(fmt::format("{}, frame {}", lane.name, number + 1),
         fmt::format("{}{}\n{}{}\n{}", name(true), shown(l), name(false), shown(r), rows(l.bytes, r.bytes, differ)));
  }

  // The rows of 16 bytes with differences, marked.
  std::string rows(base::ByteView l, base::ByteView r, const std::vector<bool>& differ) const {
    constexpr std::size_t kRow = 16, kMostRows = 6;
    std::string text;
    std::size_t count = 0;
    const auto hex = [](base::ByteView bytes, std::size_t begin) {
      std::string row;
      for (std::size_t i = begin; i < std::min(begin + kRow, bytes.size()); ++i)
        row += fmt::format(" {:02x}", bytes[i]);
      return row;
    };
    for (std::size_t begin = 0; begin < std::min(l.size(), r.size()); begin += kRow) {
      std::string marks;
      for (std::size_t i = begin; i < std::min(begin + kRow, differ.size()); ++i) marks += differ[i] ? " ^^" : "   ";
      if (marks.find('^') == std::string::npos || ++count > kMostRows) continue;
      marks.erase(marks.find_last_not_of(' ') + 1);
      text += fmt::format("{}{:04x} {}\n{}{:04x} {}\n{}     {}\n", name(true), begin, hex(l, begin), name(false), begin,
                          hex(r, begin), margin(), marks);
    }
    if (count > kMostRows) text += fmt::format("{}{} rows more differ\n", margin(), count - kMostRows);
    if (l.size() != r.size()) text += fmt::format("{}{} bytes, and {}\n", margin(), l.size(), r.size());
    if (!text.empty()) text.pop_back();
    return text;
  }

  void compare_streams(Lane& lane) {
    const auto differences = differing_streams(lane.left_streams, lane.right_streams, renaming_, names_);
    if (differences.empty()) {
      result_.frames += lane.stream_frames;
      result_.streams += lane.left_streams.size();
    } else if (!lane.differs || all_) {  // else the SYNs may already be what differs
      std::string text;
      for (const std::string& line : differences) text += (text.empty() ? "  " : "\n  ") + line;
      tell(lane.name, text);
    }
  }

  void compare_commands() {
    const auto& l = left_.commands;
    const auto& r = right_.commands;
    for (std::size_t i = 0; i < std::min(l.size(), r.size()); ++i) {
      const std::size_t before = result_.differences.size();
      compare_command(l[i], r[i]);
      if (result_.differences.size() == before) ++result_.commands;
    }
    if (l.size() != r.size())
      tell("commands", fmt::format("  {} ran with {}, {} with {}", l.size(), names_.left, r.size(), names_.right));
  }

  void compare_command(const control::CommandResult& l, const control::CommandResult& r) {
    const std::string where = fmt::format("{:.3f} s, {}# {}", seconds(l.at), l.host, l.command);
    if (l.host != r.host || l.command != r.command)
      return tell(where, fmt::format("  is {}# {} with {}", r.host, r.command, names_.right));
    if (shows_modules(l.command)) return;
    std::string text;
    if (l.status != r.status)
      text += fmt::format("  status {} with {}, {} with {}\n", l.status, names_.left, r.status, names_.right);
    CounterSlack slack;
    if (prints_counters(l.command)) {
      for (const Lane& lane : lanes_) {
        if (!lane.name.starts_with(l.host + " ")) continue;
        slack.packets += lane.slack.packets;
        slack.bytes += lane.slack.bytes;
      }
    }
    const auto output = [&](const char* what, const std::string& given, const std::string& other) {
      const std::string left = comparable_output(l.command, given), right = comparable_output(l.command, other);
      if (const auto d = differing_text(left, right, renaming_, exact_ ? 1s : 2s, slack))
        text += fmt::format("  {}\n{}{}\n{}{}\n", what, name(true), d->left, name(false), d->right);
    };
    Dumped dumped{r.out, r.err};
    if (exact_) cut_unread(l.command, {l.out, l.err}, dumped);
    output("standard output", l.out, dumped.out);
    output("standard error", l.err, dumped.err);
    if (text.empty()) return;
    text.pop_back();
    tell(where, text);
  }

  static constexpr base::Time kMoment = std::chrono::milliseconds(10);  // a tick
  static constexpr base::Time kPace = std::chrono::milliseconds(1), kDrift = std::chrono::milliseconds(500);

  const LabRun& left_;
  const LabRun& right_;
  bool all_, exact_;
  Chance chance_;
  RunNames names_;
  std::set<Endpoint> injected_;
  std::size_t width_ = 0;
  Renaming renaming_;
  std::vector<Lane> lanes_;
  Comparison result_;
};

}  // namespace

Comparison compare(const control::Lab& lab, const LabRun& left, const LabRun& right, bool all) {
  const auto renamed = with_drawn_macs_of(left, right);
  return Comparing(lab, left, renamed ? *renamed : right, all).run();
}

}  // namespace lvs::referee
