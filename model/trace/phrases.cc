// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/numbers.h"

namespace lvs::trace {
namespace {

constexpr std::size_t kHalf = sizeof(std::uint64_t);
constexpr std::size_t kWord = 2 * kHalf;
// A file's line that asks for more is shown as the text beside it.
constexpr std::size_t kMostPhrases = 100000;

// Takes what stands before `end`, and `end`, from the text; all of it where there is none.
std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

}  // namespace

std::string text_of(std::span<const Why> phrases) {
  std::string out;
  for (const Why& phrase : phrases) out += phrase.id == WhyId::none ? "\n" : text_of(phrase);
  return out;
}

WhyWord why_word(std::string_view name) {
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < name.size() && i < kWord; ++i) {
    halves[i / kHalf] |= std::uint64_t{static_cast<std::uint8_t>(name[i])} << (56 - 8 * (i % kHalf));
  }
  return {halves[0], halves[1]};
}

void append_words(Phrases& to, std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(2 * kWord, text.size()))) {
    const WhyWord one = why_word(text), two = why_word(text.substr(std::min(kWord, text.size())));
    to.push_back({WhyId::words, {one.first, one.second, two.first, two.second}});
  }
}

std::string encoded(std::span<const Why> phrases) {
  std::string out;
  for (const Why& phrase : phrases) {
    if (!out.empty()) out += ';';
    fmt::format_to(std::back_inserter(out), "{}", static_cast<unsigned>(phrase.id));
    std::size_t used = phrase.args.size();
    while (used > 0 && phrase.args[used - 1] == 0) --used;
    for (std::size_t i = 0; i < used; ++i) fmt::format_to(std::back_inserter(out), ",{}", phrase.args[i]);
  }
  return out;
}

Phrases decoded_phrases(std::string_view text) {
  Phrases out;
  while (!text.empty()) {
    if (out.size() == kMostPhrases) return {};
    std::string_view phrase = take_until(text, ';');
    const auto id = base::number<std::uint16_t>(take_until(phrase, ','));
    if (!id) return {};
    Why why{static_cast<WhyId>(*id), {}};
    for (std::size_t i = 0; !phrase.empty(); ++i) {
      const auto arg = base::number<std::uint64_t>(take_until(phrase, ','));
      if (!arg || i == why.args.size()) return {};
      why.args[i] = *arg;
    }
    out.push_back(why);
  }
  return out;
}

}  // namespace lvs::trace
