// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-words.h"

#include <string>
#include <string_view>
#include <utility>

namespace lvs::control {

std::vector<Word> filter_words(const std::vector<Word>& words) {
  constexpr std::string_view kSigns[] = {"&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "(", ")",
                                         "[",  "]",  "&",  "|",  "=",  "<",  ">",  "!",  "+", "*"};
  std::vector<Word> result;
  for (const Word& word : words) {
    std::string current;
    unsigned brackets = 0;  // "tcp[2:2]", but "02:00:00:00:00:01"
    const auto end = [&] {
      if (!current.empty()) result.push_back({std::exchange(current, {}), word.column});
    };
    for (std::size_t i = 0; i < word.text.size(); ++i) {
      const char c = word.text[i];
      const std::string_view rest = std::string_view(word.text).substr(i);
      std::string_view sign;
      for (const std::string_view each : kSigns)
        if (sign.empty() && rest.starts_with(each)) sign = each;
      if (brackets > 0 && c == ':') sign = ":";
      // Part of a name or a network anywhere else.
      const bool behind_number =
          current.empty() && !result.empty() && (result.back().text == "]" || result.back().text == ")");
      if (behind_number && (c == '-' || c == '/')) sign = rest.substr(0, 1);
      if (c == ' ' || c == '\t' || c == '\n' || !sign.empty()) end();
      if (sign == "[") ++brackets;
      if (sign == "]" && brackets > 0) --brackets;
      if (!sign.empty()) {
        result.push_back({std::string(sign), word.column});
        i += sign.size() - 1;
      } else if (c != ' ' && c != '\t' && c != '\n') {
        current += c;
      }
    }
    end();
  }
  return result;
}

}  // namespace lvs::control
