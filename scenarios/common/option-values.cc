// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/option-values.h"

#include <fmt/format.h>

#include "common/units.h"
#include "common/whole.h"

namespace lvs::scenarios {

namespace po = boost::program_options;

void bad(std::string_view option, std::string_view value, std::string_view why) {
  throw BadOption{fmt::format("--{}: '{}' {}", option, value, why)};
}

unsigned number_between(const po::variables_map& given, const char* name, unsigned least, unsigned most) {
  const std::uint32_t value = given[name].as<Whole>().value;
  if (value < least || value > most) bad(name, std::to_string(value), fmt::format("is not in {}..{}", least, most));
  return value;
}

std::chrono::nanoseconds time_between(const po::variables_map& given, const char* name, std::chrono::nanoseconds least,
                                      std::chrono::nanoseconds most) {
  const std::string text = given[name].as<std::string>();
  const auto time = parse_duration(text);
  if (!time || *time < least || *time > most)
    bad(name, text, fmt::format("is no time in {}..{}", text_of_duration(least), text_of_duration(most)));
  return *time;
}

po::variables_map read_words(const std::vector<std::string>& words, const po::options_description& description) {
  po::variables_map given;
  po::store(po::command_line_parser(words)
                .options(description)
                .positional(po::positional_options_description())
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run(),
            given);
  return given;
}

}  // namespace lvs::scenarios
