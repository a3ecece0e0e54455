// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/options.h"

#include <boost/program_options.hpp>
#include <iostream>

#include "base/numbers.h"
#include "common/units.h"
#include "tools/fidelity/referee-options.h"
#include "tools/lab/load.h"

namespace lvs::scenarios {

namespace po = boost::program_options;

po::variables_map parse_words(const std::vector<std::string>& words, const po::options_description& options,
                              const char* positional, int most) {
  po::positional_options_description places;
  places.add(positional, -1);
  po::parsed_options parsed = po::command_line_parser(words)
                                  .options(options)
                                  .positional(places)
                                  .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                                  .run();
  int count = 0;
  for (const auto& option : parsed.options) {
    if (option.position_key < 0 || ++count <= most || most < 0) continue;
    fail("'{}': {} (lvs-lab --help)", option.original_tokens.front(),
         most == 0 ? "nothing is expected there" : "one is enough");
  }
  po::variables_map given;
  po::store(parsed, given);
  po::notify(given);
  return given;
}

host::Kernel parse_kernel(const po::variables_map& given) {
  if (given.count("kernel") == 0) return host::kLinux6_1;
  const std::string version = given["kernel"].as<std::string>();
  if (version != "6.1" && version != "6.12") fail("--kernel: '{}' is no kernel; known: 6.1, 6.12", version);
  return host::find_kernel(version).value_or(host::kLinux6_1);
}

std::uint64_t whole_option(const po::variables_map& given, const char* option, std::uint64_t most,
                           std::uint64_t preset) {
  if (given.count(option) == 0) return preset;
  const std::string text = given[option].as<std::string>();
  const auto value = base::number_up_to<std::uint64_t>(text, most);
  if (!value || *value == 0) fail("--{}: '{}' is no whole number from 1 to {}", option, text, most);
  return *value;
}

void add_limits(po::options_description& options) {
  options.add_options()("timeout", po::value<std::string>())("max-frames", po::value<std::string>());
}

RunLimits parse_limits(const po::variables_map& given, RunLimits limits) {
  limits.wall =
      std::chrono::seconds(whole_option(given, "timeout", 31'536'000, static_cast<std::uint64_t>(limits.wall.count())));
  limits.frames = whole_option(given, "max-frames", 1'000'000'000'000, limits.frames);
  return limits;
}

bool parse_chinese(const po::variables_map& given) {
  if (given.count("language") == 0) return false;
  const std::string language = given["language"].as<std::string>();
  if (language != "en" && language != "zh") fail("--language: '{}' is no language; known: en, zh", language);
  return language == "zh";
}

std::optional<base::Time> parse_until(const po::variables_map& given) { return parse_seconds(given, "until"); }

std::optional<base::Time> parse_seconds(const po::variables_map& given, const char* option) {
  if (given.count(option) == 0) return std::nullopt;
  const std::string text = given[option].as<std::string>();
  std::optional<std::chrono::nanoseconds> value = parse_duration(text);
  if (value && text.find_first_not_of("0123456789.") == std::string::npos) *value *= 1'000'000;  // bare: seconds
  if (!value) fail("--{}: '{}' is no time in seconds", option, text);
  return *value;
}

std::string lab_argument(const po::variables_map& given) {
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  return given["lab"].as<std::string>();
}

referee::LinuxOptions linux_options(const po::variables_map& given, std::optional<base::Time> until) {
  referee::LinuxOptions options;
  options.kernel = referee_choice(given);
  if (given.count("kernel") != 0) options.kernel.version = parse_kernel(given).version;
  options.until = until;
  if (given.count("timeout") != 0) options.timeout = std::chrono::seconds(parse_limits(given).wall);
  if (given.count("quiet") == 0)
    options.progress = [](const std::string& text) { std::cerr << "lvs-lab: " << text << '\n'; };
  return options;
}

}  // namespace lvs::scenarios
