// SPDX-License-Identifier: GPL-2.0-or-later
// What the command lines of the scenarios share beyond Boost.Program_options: values within bounds, and one line for
// what is wrong.
#pragma once

#include <boost/program_options.hpp>
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::scenarios {

// One line for the person who typed it; ends the parsing.
struct BadOption {
  std::string text;
};
[[noreturn]] void bad(std::string_view option, std::string_view value, std::string_view why);

// The value of an option of type Whole, a time as parse_duration() reads it: within these bounds, or bad().
unsigned number_between(const boost::program_options::variables_map& given, const char* name, unsigned least,
                        unsigned most);
std::chrono::nanoseconds time_between(const boost::program_options::variables_map& given, const char* name,
                                      std::chrono::nanoseconds least, std::chrono::nanoseconds most);

// The words, none of them cut short and none without an option; Boost's errors are thrown.
boost::program_options::variables_map read_words(const std::vector<std::string>& words,
                                                 const boost::program_options::options_description& description);

// The values of a program's command line; nothing where help was asked for (status 0) or something is wrong (status 2,
// one line).
template <class Help, class ToValues>
auto parse_program_options(std::string_view program, int argc, const char* const* argv,
                           const boost::program_options::options_description& description, std::ostream& err,
                           int& status, Help print_help, ToValues to_values)
    -> std::optional<decltype(to_values(boost::program_options::variables_map{}))> {
  try {
    boost::program_options::variables_map given = read_words({argv + 1, argv + argc}, description);
    if (given.count("help") != 0) {
      print_help();
      status = 0;
      return std::nullopt;
    }
    boost::program_options::notify(given);
    return to_values(given);
  } catch (const BadOption& error) {
    err << program << ": " << error.text << '\n';
  } catch (const boost::program_options::error& error) {
    err << program << ": " << error.what() << " (--help lists the options)\n";
  }
  status = 2;
  return std::nullopt;
}

}  // namespace lvs::scenarios
