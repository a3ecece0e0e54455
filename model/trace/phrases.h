// SPDX-License-Identifier: GPL-2.0-or-later
// What a host says in its journal, as reasons one after another, so that a viewer can say it in another language.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace/why.h"

namespace lvs::trace {

// Their texts follow each other; one with the id `none` ends a line.
using Phrases = std::vector<Why>;

// In English.
std::string text_of(std::span<const Why> phrases);

// The arguments of {n0}: the first 16 bytes of a name.
struct WhyWord {
  std::uint64_t first = 0, second = 0;
};
WhyWord why_word(std::string_view name);
// A text of any length that no language changes: a name out of a configuration.
void append_words(Phrases& to, std::string_view text);

// The form that stands in a file: "57,167772161,4000;0;61"; arguments that are 0 at the end are left out.
std::string encoded(std::span<const Why> phrases);
// Empty where the text is no such form.
Phrases decoded_phrases(std::string_view text);

}  // namespace lvs::trace
