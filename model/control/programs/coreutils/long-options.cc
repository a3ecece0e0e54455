// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/long-options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::control {
namespace {

enum class Takes : char { nothing = '=', one = ':', maybe = '?' };
struct LongOption {
  std::string_view name;
  Takes takes = Takes::nothing;
  char letter = 0;
};

std::vector<LongOption> options_in(std::string_view longs) {
  std::vector<LongOption> options;
  while (!longs.empty()) {
    const std::string_view entry = longs.substr(0, longs.find(' '));
    longs.remove_prefix(std::min(entry.size() + 1, longs.size()));
    options.push_back({entry.substr(0, entry.size() - 2), static_cast<Takes>(entry[entry.size() - 2]), entry.back()});
  }
  for (const std::string_view each : {"help", "version"}) options.push_back({each, Takes::nothing, '-'});
  return options;
}

class Shortener {
 public:
  Shortener(const std::vector<Word>& words, std::string_view letters, std::string_view longs)
      : words_(words), letters_(letters), options_(options_in(longs)) {}

  ShortWords run() {
    result_.words.push_back(words_.front());
    for (at_ = 1; at_ < words_.size() && result_.misuse.empty() && !result_.unmodelled; ++at_) {
      const std::string& text = words_[at_].text;
      if (text == "--") break;
      if (text.starts_with("--"))
        long_option();
      else
        result_.words.push_back(words_[at_]);
      // What a letter at the end of a word takes is no option.
      if (text.starts_with('-') && !text.starts_with("--") && takes_next(text) && at_ + 1 < words_.size())
        result_.words.push_back(words_[++at_]);
    }
    result_.words.insert(result_.words.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    return std::move(result_);
  }

 private:
  bool takes_next(std::string_view cluster) const {
    for (std::size_t i = 1; i < cluster.size(); ++i) {
      const std::size_t found = letters_.find(cluster[i]);
      if (found != std::string_view::npos && letters_.substr(found + 1).starts_with(':'))
        return i + 1 == cluster.size();
    }
    return false;
  }

  // The option of that name, or the only one that begins so.
  const LongOption* find(std::string_view name) {
    std::vector<const LongOption*> candidates;
    for (const LongOption& option : options_) {
      if (option.name == name) return &option;
      if (option.name.starts_with(name)) candidates.push_back(&option);
    }
    if (candidates.empty()) {
      result_.misuse = fmt::format("unrecognized option '{}'", words_[at_].text);
      return nullptr;
    }
    const auto same = [&](const LongOption* other) { return other->letter == candidates.front()->letter; };
    if (std::ranges::all_of(candidates, same)) return candidates.front();
    result_.misuse = fmt::format("option '{}' is ambiguous; possibilities:", words_[at_].text);
    for (const LongOption* option : candidates) result_.misuse += fmt::format(" '--{}'", option->name);
    return nullptr;
  }

  void long_option() {
    const Word& word = words_[at_];
    const std::size_t equal = word.text.find('=');
    const LongOption* option =
        find(std::string_view(word.text).substr(2, equal == std::string::npos ? equal : equal - 2));
    if (option == nullptr) return;
    const bool given = equal != std::string::npos;
    if (given && option->takes == Takes::nothing) {
      result_.misuse = fmt::format("option '--{}' doesn't allow an argument", option->name);
    } else if (!given && option->takes == Takes::one && at_ + 1 == words_.size()) {
      result_.misuse = fmt::format("option '--{}' requires an argument", option->name);
    } else if (letters_.find(option->letter) == std::string_view::npos) {
      result_.unmodelled = at_;
    } else {
      std::string value = given ? word.text.substr(equal + 1) : std::string();
      std::string text = {'-', option->letter};
      if (option->takes == Takes::maybe) text += std::exchange(value, {});
      result_.words.push_back({text, word.column});
      if (option->takes != Takes::one) return;
      if (given)
        result_.words.push_back({value, word.column});
      else
        result_.words.push_back(words_[++at_]);
    }
  }

  const std::vector<Word>& words_;
  std::string_view letters_;
  std::vector<LongOption> options_;
  std::size_t at_ = 1;
  ShortWords result_;
};

}  // namespace

ShortWords shorten_options(const std::vector<Word>& words, std::string_view letters, std::string_view longs) {
  return Shortener(words, letters, longs).run();
}

}  // namespace lvs::control
