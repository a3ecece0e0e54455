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
  const po::parsed_options parsed =
      po::command_line_parser(words)
          .options(description)
          .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
          .run();
  for (const auto& option : parsed.options)
    if (option.position_key >= 0) throw BadOption{fmt::format("'{}' is no option", option.original_tokens.front())};
  po::variables_map given;
  po::store(parsed, given);
  return given;
}

}  // namespace lvs::scenarios
