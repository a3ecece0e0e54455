// SPDX-License-Identifier: GPL-2.0-or-later
// Values of Boost.Program_options.
#pragma once

#include <boost/any.hpp>
#include <boost/program_options.hpp>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "base/numbers.h"

namespace lvs::scenarios {

// A whole number from 0 on, digits alone. Unlike value<unsigned>(), which takes "-1" for the largest.
struct Whole {
  std::uint32_t value = 0;
  friend std::ostream& operator<<(std::ostream& out, Whole whole) { return out << whole.value; }
};

// In one line: the option, what was given, and what would do.
struct NoWhole : boost::program_options::error_with_option_name {
  explicit NoWhole(const std::string& word)
      : error_with_option_name("%canonical_option%: '%value%' is no whole number from 0 to 4294967295") {
    set_substitute("value", word);
  }
};

// Found by Boost for options of that type.
inline void validate(boost::any& to, const std::vector<std::string>& words, Whole*, int) {
  namespace po = boost::program_options;
  po::validators::check_first_occurrence(to);
  const std::string& word = po::validators::get_single_string(words);
  const auto value = base::number<std::uint32_t>(word);
  if (!value) throw NoWhole(word);
  to = Whole{*value};
}

}  // namespace lvs::scenarios
