// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions of grep -P, by the library that grep has them matched by.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace lvs::control {

class PerlExpression {
 public:
  struct Options {
    bool ignore_case = false;
    bool whole_word = false;  // -w
    bool whole_line = false;  // -x
  };
  // The error is what is wrong, in PCRE2's words.
  static base::Result<PerlExpression, std::string> compile(std::string_view expression, Options options);

  // Begin and end of the first match at or behind `from`; what is in front of that can be looked back at.
  std::optional<std::pair<std::size_t, std::size_t>> search(std::string_view text, std::size_t from = 0) const;

 private:
  struct Compiled;
  explicit PerlExpression(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace lvs::control
