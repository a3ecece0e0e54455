// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/grade/seen.h"

#include <array>

#include "trace/advice.h"

namespace lvs::control {
namespace {

constexpr auto kSeenTexts = std::to_array<std::string_view>({
#define LVS_SEEN_TEXT(name, text) text,
    LVS_SEEN_IDS(LVS_SEEN_TEXT)
#undef LVS_SEEN_TEXT
});

}  // namespace

std::string_view template_of(SeenId id) { return kSeenTexts[static_cast<std::size_t>(id)]; }

std::string text_of(const Seen& seen, std::string_view comma,
                    const std::function<std::string_view(std::string_view)>& words) {
  std::string parts;
  for (const Seen& part : seen.parts) {
    if (!parts.empty()) parts += comma;
    parts += text_of(part, comma, words);
  }
  std::vector<std::string> arguments = seen.arguments;
  arguments.push_back(std::move(parts));
  return trace::filled(words(template_of(seen.id)), arguments);
}

std::string text_of(const Seen& seen) {
  return text_of(seen, ", ", [](std::string_view text) { return text; });
}

}  // namespace lvs::control
