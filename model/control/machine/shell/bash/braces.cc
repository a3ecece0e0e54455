// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/bash/braces.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "base/numbers.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostWords = 4096;

struct Braces {
  std::size_t begin = 0, end = 0;  // of the braces, in the text
  std::vector<std::string> choices;
};

std::vector<std::string> between(long first, long last, long step, std::size_t width, bool letters) {
  std::vector<std::string> choices;
  step = std::max(std::labs(step), 1L);
  for (long n = first; choices.size() <= kMostWords; n += first <= last ? step : -step) {
    if (first <= last ? n > last : n < last) break;
    std::string text = letters ? std::string(1, static_cast<char>(n)) : std::to_string(std::labs(n));
    if (!letters && text.size() < width) text.insert(0, width - text.size() - (n < 0 ? 1 : 0), '0');
    choices.push_back(n < 0 && !letters ? "-" + text : text);
  }
  return choices;
}

// "1..5", "a..e", "1..9..2"
std::vector<std::string> sequence(std::string_view inner) {
  constexpr long kMost = 1'000'000'000;
  const std::size_t dots = inner.find("..");
  if (dots == std::string_view::npos) return {};
  const std::string_view from = inner.substr(0, dots);
  std::string_view to = inner.substr(dots + 2);
  long step = 1;
  if (const std::size_t more = to.find(".."); more != std::string_view::npos) {
    const auto given = base::number<long>(to.substr(more + 2));
    if (!given || std::labs(*given) > kMost) return {};
    step = *given;
    to = to.substr(0, more);
  }
  const auto first = base::number<long>(from), last = base::number<long>(to);
  if (first && last && std::labs(*first) <= kMost && std::labs(*last) <= kMost) {
    const bool padded = (from.size() > 1 && from[0] == '0') || (to.size() > 1 && to[0] == '0');
    return between(*first, *last, step, padded ? std::max(from.size(), to.size()) : 0, false);
  }
  const auto letter = [](std::string_view text) {
    return text.size() == 1 && std::isalpha(static_cast<unsigned char>(text[0])) != 0;
  };
  if (!letter(from) || !letter(to)) return {};
  return between(from[0], to[0], step, 0, true);
}

// The first braces of the text that mean something.
std::optional<Braces> find_braces(std::string_view text) {
  for (std::size_t begin = text.find('{'); begin != std::string_view::npos; begin = text.find('{', begin + 1)) {
    Braces braces;
    std::size_t depth = 0, from = begin + 1;
    for (std::size_t i = begin; i < text.size(); ++i) {
      if (text[i] == '{') ++depth;
      if (text[i] == ',' && depth == 1) {
        braces.choices.emplace_back(text.substr(from, i - from));
        from = i + 1;
      }
      if (text[i] != '}' || --depth != 0) continue;
      braces.begin = begin;
      braces.end = i + 1;
      if (braces.choices.empty())
        braces.choices = sequence(text.substr(from, i - from));
      else
        braces.choices.emplace_back(text.substr(from, i - from));
      break;
    }
    if (!braces.choices.empty() && braces.end != 0) return braces;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<ShellWord>> expand_braces(const ShellWord& word) {
  std::vector<ShellWord> done, open = {word};
  while (!open.empty()) {
    ShellWord next = std::move(open.back());
    open.pop_back();
    bool found = false;
    for (std::size_t i = 0; i < next.parts.size() && !found; ++i) {
      const WordPart& part = next.parts[i];
      if (part.kind != WordPart::Kind::text || part.quoted) continue;
      const auto braces = find_braces(part.text);
      if (!braces) continue;
      found = true;
      for (auto choice = braces->choices.rbegin(); choice != braces->choices.rend(); ++choice) {
        ShellWord each = next;
        each.parts[i].text = part.text.substr(0, braces->begin) + *choice + part.text.substr(braces->end);
        open.push_back(std::move(each));
      }
    }
    if (!found) done.push_back(std::move(next));
    if (done.size() + open.size() > kMostWords) return std::nullopt;
  }
  return done;
}

}  // namespace lvs::control
