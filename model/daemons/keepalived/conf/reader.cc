// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/keepalived/conf/conf.h"

namespace lvs::keepalived {
namespace {

constexpr int kDeepest = 16;

constexpr char kOfNothing[] =
    "keepalived itself puts this into memory that is nobody's, and often ends by a segmentation fault: the block of "
    "line {} has no '{{', and no other one stands before it";

const Keyword* find(std::span<const Keyword> keywords, std::string_view name) {
  const auto found = std::ranges::find(keywords, name, &Keyword::name);
  return found == keywords.end() ? nullptr : &*found;
}

}  // namespace

bool ConfReader::has_interface(std::string_view name) {
  if (host.has_interface(name)) return true;
  if (conf.global.dynamic_interfaces)
    report.refuse(std::string(name), "interfaces that appear later (dynamic_interfaces) are not modelled");
  conf.missing_interface = true;
  return false;
}

const std::string& ConfReader::word(const ConfWords& words, std::size_t index) {
  static const std::string none;
  if (index < words.size()) return words[index];
  if (!report.stopped()) {
    const std::string first = words.empty() ? "***MISSING ***" : words.front();
    const bool behind = index > 0 && index <= words.size();
    report.error(ConfStatus::missing_parameter,
                 fmt::format("*** Configuration line starting `{}` is missing a parameter{} at word position {}", first,
                             behind ? fmt::format(" after keyword `{}`", words[index - 1]) : "", index + 1));
    report.stop();
  }
  return none;
}

std::optional<bool> ConfReader::flag(const ConfWords& words) const {
  return words.size() < 2 ? std::optional(true) : true_or_false(words[1]);
}

void ConfReader::each_line(const ConfWords& words, const std::function<void(const ConfWords&)>& take) {
  bool need_open = true;
  bool ended = false;
  const auto give = [&](ConfWords line) {
    if (!line.empty() && line.back() == "}") {
      line.pop_back();
      ended = true;
    }
    if (!line.empty()) take(line);
  };
  if (words.size() > 1) {
    if (words[1] == "{") {
      need_open = false;
      if (words.size() > 2) give(ConfWords(words.begin() + 2, words.end()));
    } else {
      report.error(fmt::format("Block {} has extra parameters {} ...", words[0], words[1]));
    }
  }
  while (!ended && !report.stopped()) {
    const auto line = lines_.next();
    if (!line) return;
    ConfWords each = split_words(*line, report);
    if (each.empty()) continue;
    if (need_open) {
      need_open = false;
      if (each.front() == "{") {
        each.erase(each.begin());
        if (each.empty()) continue;
      } else {
        report.log(fmt::format("'{{' missing from beginning of block {}", words[0]));
      }
    }
    give(std::move(each));
  }
}

bool ConfReader::skip(const ConfWords& words, bool& need_open, int level, bool& closed) {
  if (skipping_ == -1) {
    if (words.front() == "{") {
      skipping_ = 1;
      need_open = false;
      return true;
    }
    skipping_ = 0;  // a keyword without a block
    if (without_owner_ != 0) {
      report.refuse(words.front(), fmt::format(kOfNothing, without_owner_));
      report.stop();
      return true;
    }
  }
  if (skipping_ == 0) return false;
  bool ends = false;
  for (const std::string& word : words) {
    ends = word == "}";
    if (word == "{") ++skipping_;
    if (ends && --skipping_ == 0) break;
  }
  closed = ends && skipping_ == 0 && level > 0;
  return true;
}

void ConfReader::keyword(const Keyword& each, ConfWords words, int level) {
  if (each.refused != nullptr) report.refuse(std::string(each.name), each.refused);
  bool need_open = false;
  if (each.block) {
    need_open = words.back() != "{";
    if (!need_open) words.pop_back();
  }
  if (each.take != nullptr) each.take(*this, words);
  if (!each.block || level >= kDeepest) return;
  const bool closed = process(each.inside, {}, need_open, level + 1);
  if (!closed && skipping_ == 0 && each.end != nullptr && !report.stopped()) each.end(*this);
}

bool ConfReader::process(std::span<const Keyword> ours, std::span<const Keyword> theirs, bool need_open, int level) {
  while (!report.stopped()) {
    auto line = lines_.next();
    if (!line) return false;
    line_ = std::move(*line);
    const ConfWords words = split_words(line_, report);
    if (words.empty()) continue;
    bool closed = false;
    if (skip(words, need_open, level, closed)) {
      if (closed) return true;
      continue;
    }
    const std::string& first = words.front();
    if (need_open) {
      need_open = false;
      if (first == "{" && level > 0) continue;
      report.error(ConfStatus::missing_open, "Missing '{' at beginning of configuration block");
    } else if (first == "{") {
      report.error(ConfStatus::unexpected_open, "Unexpected '{' - ignoring");
      continue;
    }
    if (first == "}" && level > 0) return false;
    if (const Keyword* each = find(ours, first)) {
      keyword(*each, words, level);
    } else if (find(theirs, first) != nullptr) {
      passed_over_(first);
      skipping_ = words.back() == "{" ? 1 : -1;
    } else {
      report.error(ConfStatus::unknown_keyword, fmt::format("Unknown keyword '{}'", first));
    }
  }
  return false;
}

void ConfReader::read(std::span<const Keyword> ours, std::span<const Keyword> theirs,
                      std::function<void(std::string_view)> passed_over) {
  passed_over_ = std::move(passed_over);
  process(ours, theirs, false, 0);
  const int missing = lines_.depth();
  if (missing > 0 && !report.stopped())
    report.error(ConfStatus::missing_close, fmt::format("There are {} missing '}}'s or extra '{{'s", missing));
}

}  // namespace lvs::keepalived
