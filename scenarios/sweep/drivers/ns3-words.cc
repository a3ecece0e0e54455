// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/drivers/ns3-words.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "common/whole.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

bool is_flag(const po::option_description& option) { return option.semantic()->max_tokens() == 0; }

std::string default_of(const po::option_description& option) {
  boost::any value;
  if (!option.semantic()->apply_default(value)) return {};
  if (const auto* word = boost::any_cast<std::string>(&value)) return *word;
  if (const auto* whole = boost::any_cast<Whole>(&value)) return std::to_string(whole->value);
  return {};
}

// Not for a program: they end it, or show something to somebody.
bool is_for_people(const std::string& name) {
  return name == "help" || name == "version" || name == "walk" || name == "quiet";
}

// What sem reads is the last "--NAME:" and the last "[...]" of a line.
std::string plain(std::string text) {
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at)) text.erase(at, 2);
  return text;
}

void print_help_of_ns3(std::ostream& out, const std::string& program, const std::string& summary,
                       const po::options_description& options) {
  out << program << " [Program Options] [General Arguments]\n\n" << summary << "\n\nProgram Options:\n";
  for (const auto& option : options.options()) {
    if (is_for_people(option->long_name())) continue;
    out << fmt::format("    --{}:  {} [{}]\n", option->long_name(), plain(option->description()),
                       is_flag(*option) ? "false" : default_of(*option));
  }
  out << "\nGeneral Arguments:\n"
         "    --PrintGlobals:              Print the list of globals.\n"
         "    --PrintHelp:                 Print this help message.\n";
}

void print_globals_of_ns3(std::ostream& out) {
  out << "Global values:\n"
         "    --RngRun=[1]\n        The substream index used for all streams\n"
         "    --RngSeed=[1]\n        The global seed of all rng streams\n";
}

// "20.0" of a number that Python has made a float.
std::string without_fraction(const std::string& value) {
  const auto point = value.find('.');
  const bool whole = point != std::string::npos && point != 0 && point + 1 < value.size() &&
                     value.find_first_not_of("0123456789") == point &&
                     value.find_first_not_of('0', point + 1) == std::string::npos;
  return whole ? value.substr(0, point) : value;
}

}  // namespace

bool print_as_ns3(std::string_view word, const std::string& program, const std::string& summary,
                  const po::options_description& options, std::ostream& out) {
  if (word == "--PrintHelp") {
    print_help_of_ns3(out, program, summary, options);
  } else if (word == "--PrintGlobals") {
    print_globals_of_ns3(out);
  } else {
    return false;
  }
  return true;
}

std::vector<std::string> from_ns3(const std::vector<std::string>& words, const po::options_description& options) {
  const bool driven = std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("--RngRun="); });
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (word.starts_with("--RngRun=") || word.starts_with("--RngSeed=")) {
      out.push_back((word[5] == 'R' ? "--run=" : "--seed=") + without_fraction(word.substr(equals + 1)));
      continue;
    }
    const po::option_description* option = !driven || equals == std::string::npos || !word.starts_with("--")
                                               ? nullptr
                                               : options.find_nothrow(word.substr(2, equals - 2), false, false, false);
    if (option == nullptr) {
      out.push_back(word);
      continue;
    }
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    if (is_flag(*option)) {
      if (value == "true" || value == "True" || value == "1") out.push_back(name);
      continue;
    }
    const std::string usual = default_of(*option);
    const bool by_run = name == "--run" || name == "--seed";  // --RngRun and --RngSeed say it
    if (value.empty() || value == usual || without_fraction(value) == usual || by_run) continue;
    out.push_back(name + "=" + without_fraction(value));
  }
  return out;
}

}  // namespace lvs::scenarios
