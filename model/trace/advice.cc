// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/advice.h"

#include <algorithm>
#include <array>

namespace lvs::trace {
namespace {

struct Sentence {
  std::string_view name;
  std::string_view text;
};

constexpr auto kSentences = std::to_array<Sentence>({
#define LVS_ADVICE_SENTENCE(name, text) {#name, text},
    LVS_ADVICE_IDS(LVS_ADVICE_SENTENCE)
#undef LVS_ADVICE_SENTENCE
});

// Calls `plain` with what stands between the places of a text, `place` with their numbers, one after another.
template <class Plain, class Place>
void walk_places(std::string_view text, Plain plain, Place place) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const bool is_place = open != std::string_view::npos && open + 2 < text.size() && text[open + 2] == '}' &&
                          text[open + 1] >= '0' && text[open + 1] <= '9';
    const std::size_t end = is_place || open == std::string_view::npos ? open : open + 1;
    plain(text.substr(0, end));
    if (is_place) place(static_cast<std::size_t>(text[open + 1] - '0'));
    text.remove_prefix(is_place ? open + 3 : std::min(end, text.size()));
  }
}

}  // namespace

std::string_view name_of(AdviceId id) {
  return id < AdviceId::count_ ? kSentences[static_cast<std::size_t>(id)].name : "unknown";
}

std::optional<AdviceId> advice_by_name(std::string_view name) {
  const auto found = std::ranges::find(kSentences, name, &Sentence::name);
  if (found == kSentences.end()) return std::nullopt;
  return static_cast<AdviceId>(found - kSentences.begin());
}

std::string_view template_of(AdviceId id) {
  return id < AdviceId::count_ ? kSentences[static_cast<std::size_t>(id)].text : "unknown";
}

std::size_t places_of(std::string_view text) {
  std::size_t count = 0;
  walk_places(
      text, [](std::string_view) {}, [&](std::size_t number) { count = std::max(count, number + 1); });
  return count;
}

std::string filled(std::string_view text, const std::vector<std::string>& arguments) {
  std::string out;
  walk_places(
      text, [&](std::string_view plain) { out += plain; },
      [&](std::size_t number) {
        if (number < arguments.size()) out += arguments[number];
      });
  return out;
}

std::string filled(std::string_view text, const Advice& advice) {
  std::vector<std::string> arguments = advice.commands;
  arguments.insert(arguments.end(), advice.names.begin(), advice.names.end());
  return filled(text, arguments);
}

std::string text_of(const Advice& advice) { return filled(template_of(advice.id), advice); }

std::string Advice::line() const {
  std::string out;
  for (const std::string& command : commands) out += (out.empty() ? "" : "; ") + command;
  return out;
}

}  // namespace lvs::trace
