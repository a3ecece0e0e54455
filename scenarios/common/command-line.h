// SPDX-License-Identifier: GPL-2.0-or-later
// A command line as Boost.Program_options reads it, for programs whose options are a table: each option in its order.
#pragma once

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lvs::scenarios {

struct OptionSpelling {
  std::string_view name;  // "output"; "output,o" with a letter
  bool takes_value = false;
};
struct GivenOption {
  std::string name;  // "--output"; empty: a word that is no option
  std::string value;
};

// Is help asked for, before "--"?
inline bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

// The options in their order, or in one line what is wrong. `unknown`: what is said of an option that is not
// known.
inline base::Result<std::vector<GivenOption>, std::string> read_command_line(const std::vector<std::string>& words,
                                                                             std::span<const OptionSpelling> known,
                                                                             const std::string& unknown) {
  namespace po = boost::program_options;
  using Syntax = po::invalid_command_line_syntax;
  po::options_description description;
  for (const OptionSpelling& each : known) {
    if (each.takes_value)
      description.add_options()(std::string(each.name).c_str(), po::value<std::string>(), "");
    else
      description.add_options()(std::string(each.name).c_str(), "");
  }
  std::vector<GivenOption> given;
  try {
    const auto parsed = po::command_line_parser(words)
                            .options(description)
                            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                            .run();
    for (const auto& option : parsed.options) {
      const std::string value = option.value.empty() ? std::string() : option.value.front();
      given.push_back({option.position_key >= 0 ? std::string() : "--" + option.string_key, value});
    }
    return given;
  } catch (const po::unknown_option& error) {
    return base::Error{"'" + error.get_option_name() + "' " + unknown};
  } catch (const Syntax& error) {
    const bool extra = error.kind() == Syntax::extra_parameter;
    return base::Error{error.get_option_name() + (extra ? " takes no value" : " wants a value")};
  } catch (const po::error& error) {
    return base::Error{std::string(error.what())};
  }
}

// The same for a table whose rows have a `spelling`.
template <std::size_t N, class Table>
base::Result<std::vector<GivenOption>, std::string> read_command_line(const std::vector<std::string>& words,
                                                                      const Table& table, const std::string& unknown) {
  std::array<OptionSpelling, N> known;
  std::ranges::transform(table, known.begin(), [](const auto& row) { return row.spelling; });
  return read_command_line(words, std::span<const OptionSpelling>(known), unknown);
}

// The row of an option that was given.
template <class Table>
const auto& option_of(const Table& table, const GivenOption& given) {
  return *std::ranges::find_if(table, [&](const auto& row) {
    const std::string_view name = row.spelling.name;
    return name.substr(0, name.find(',')) == std::string_view(given.name).substr(2);
  });
}

}  // namespace lvs::scenarios
