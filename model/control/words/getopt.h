// SPDX-License-Identifier: GPL-2.0-or-later
// Short options as getopt(3) takes them: in clusters, arguments attached or apart, words that are none in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/word.h"

namespace lvs::control {

class Getopt {
 public:
  // `letters` as for getopt(3), without its extensions: "c:nq".
  Getopt(const std::vector<Word>& words, std::string_view letters) : words_(words), letters_(letters) {}

  struct Option {
    char letter = 0;
    bool known = false;
    bool missing = false;  // the argument is not there
    std::string value;
    std::size_t word = 0;  // index of the word it stands in
  };
  // Nothing when there is none left; operands() is complete then.
  std::optional<Option> next();
  // Indices of the words that are no options.
  const std::vector<std::size_t>& operands() const { return operands_; }

 private:
  Option letter();

  const std::vector<Word>& words_;
  std::string_view letters_;
  std::size_t at_ = 1;
  std::size_t inside_ = 0;  // place in the cluster, 0: at a new word
  std::vector<std::size_t> operands_;
};

}  // namespace lvs::control
