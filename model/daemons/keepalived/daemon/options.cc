// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "daemons/keepalived/daemon/texts.h"

namespace lvs::keepalived {
namespace {

using control::SyntaxError;
using control::Word;

struct Long {
  std::string_view name;
  char letter;
};
// Those of one letter; others have a letter of ours.
constexpr auto kLong = std::to_array<Long>({
    {"use-file", 'f'},
    {"vrrp", 'P'},
    {"check", 'C'},
    {"no_bfd", 'B'},
    {"all", '1'},
    {"log-console", 'l'},
    {"log-detail", 'D'},
    {"log-facility", 'S'},
    {"no-syslog", 'G'},
    {"umask", 'u'},
    {"release-vips", 'X'},
    {"dont-release-vrrp", 'V'},
    {"dont-release-ipvs", 'I'},
    {"dont-respawn", 'R'},
    {"dont-fork", 'n'},
    {"dump-conf", 'd'},
    {"pid", 'p'},
    {"vrrp_pid", 'r'},
    {"genhash", 'T'},
    {"checkers_pid", 'c'},
    {"address-monitoring", 'a'},
    {"bfd_pid", 'b'},
    {"snmp", 'x'},
    {"snmp-agent-socket", 'A'},
    {"namespace", 's'},
    {"core-dump", 'm'},
    {"core-dump-pattern", 'M'},
    {"all-config", 'e'},
    {"config-id", 'i'},
    {"signum", '2'},
    {"config-test", 't'},
    {"version", 'v'},
    {"help", 'h'},
});
constexpr std::string_view kWithWord = "fSuprcbAsMi2";
constexpr std::string_view kRefused = "1TabxAsmMdeu";
constexpr std::string_view kWithoutEffect = "BSX";

void signum(const std::string& name, Options& options) {
  struct Named {
    std::string_view name;
    int number;
  };
  constexpr auto kSignals = std::to_array<Named>(
      {{"STOP", 15}, {"RELOAD", 1}, {"DATA", 10}, {"STATS", 12}, {"STATS_CLEAR", 63}, {"JSON", 36}});
  const auto* const found = std::ranges::find(kSignals, name, &Named::name);
  options.status = found == kSignals.end() ? 1 : 0;
  if (found == kSignals.end()) {
    options.err = fmt::format("Unknown sigfunc {}\n", name);
  } else {
    options.out = fmt::format("{}\n", found->number);
  }
}

void take(char letter, const std::string& word, Options& options) {
  switch (letter) {
    case 'f': options.conf = word; break;
    case 'i': options.id = word; break;
    case 'p': options.parent_pid = word; break;
    case 'r': options.vrrp_pid = word; break;
    case 'c': options.checkers_pid = word; break;
    case 'n': options.stay = true; break;
    case 'l': options.console = true; break;
    case 'D': options.detail = true; break;
    case 'G': options.no_syslog = true; break;
    case 'P': options.checkers = false; break;
    case 'C': options.vrrp = false; break;
    case 't': options.test = true; break;
    case 'R': options.no_respawn = true; break;
    case 'V': options.keep_vrrp = true; break;
    case 'I': options.keep_ipvs = true; break;
    case '2': signum(word, options); break;
    case 'v':
      options.err = fmt::format(
          "{}\n\nCopyright(C) 2001-2022 Alexandre Cassen, <acassen@gmail.com>\n\n"
          "Built with kernel headers for {}\nRunning on {}\n",
          kVersion, kBuiltFor, kKernel);
      options.status = 0;
      break;
    case 'h':
      options.out = kHelp;
      options.status = 0;
      break;
    default: break;
  }
}

// "--name", "--name=word", "--name word".
class OptionReader {
 public:
  OptionReader(const std::vector<Word>& words, Options& options) : words_(words), options_(options) {}

  std::optional<SyntaxError> run() {
    for (at_ = 1; at_ < words_.size() && !options_.status; ++at_) {
      const std::string& text = words_[at_].text;
      if (text.starts_with("--") && text.size() > 2) {
        if (auto error = long_option(text.substr(2))) return error;
      } else if (text.starts_with('-') && text.size() > 1) {
        if (auto error = letters(text)) return error;
      } else {
        options_.err = fmt::format("Unexpected argument(s): {}\n", text);
        options_.status = 1;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<SyntaxError> long_option(const std::string& text) {
    const std::size_t equal = text.find('=');
    const std::string name = text.substr(0, equal);
    const auto* const found = std::ranges::find(kLong, name, &Long::name);
    if (found == kLong.end()) return unknown("--" + name);
    std::string word;
    if (equal != std::string::npos) {
      word = text.substr(equal + 1);
    } else if (kWithWord.find(found->letter) != std::string_view::npos && !next(word)) {
      return missing("--" + name);
    }
    return one(found->letter, word);
  }

  std::optional<SyntaxError> letters(const std::string& text) {
    for (std::size_t i = 1; i < text.size() && !options_.status; ++i) {
      const char letter = text[i];
      if (letter == '1' || letter == '2' || std::ranges::find(kLong, letter, &Long::letter) == kLong.end())
        return unknown(fmt::format("-{}", letter));
      if (kWithWord.find(letter) == std::string_view::npos) {
        if (auto error = one(letter, {})) return error;
        continue;
      }
      std::string word = text.substr(i + 1);
      if (word.empty() && !next(word)) return missing(fmt::format("-{}", letter));
      return one(letter, word);
    }
    return std::nullopt;
  }

  bool next(std::string& word) {
    if (at_ + 1 >= words_.size()) return false;
    word = words_[++at_].text;
    return true;
  }

  std::optional<SyntaxError> one(char letter, const std::string& word) {
    if (kRefused.find(letter) != std::string_view::npos)
      return SyntaxError{words_[at_].column, words_[at_].text, "this option of keepalived is not modelled",
                         "-f -P -C -l -D -G -V -I -R -n -p -r -c -i -t -v -h --signum"};
    if (kWithoutEffect.find(letter) == std::string_view::npos) take(letter, word, options_);
    return std::nullopt;
  }

  std::optional<SyntaxError> unknown(const std::string& option) {
    options_.err = fmt::format("Unknown option {}\n", option);
    options_.status = 1;
    return std::nullopt;
  }
  std::optional<SyntaxError> missing(const std::string& option) {
    options_.err = fmt::format("Missing parameter for option {}\n", option);
    options_.status = 1;
    return std::nullopt;
  }

  const std::vector<Word>& words_;
  Options& options_;
  std::size_t at_ = 1;
};

}  // namespace

std::optional<SyntaxError> parse_options(const std::vector<Word>& words, Options& options) {
  for (const Word& word : words) options.arguments.push_back(word.text);
  if (auto error = OptionReader(words, options).run()) return error;
  // Only one of them was named with the other: both run.
  if (!options.vrrp && !options.checkers) options.vrrp = options.checkers = true;
  return std::nullopt;
}

}  // namespace lvs::keepalived
