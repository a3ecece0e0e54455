// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "control/words/long-getopt.h"
#include "daemons/keepalived/daemon/texts.h"
#include "daemons/keepalived/genhash/options.h"

namespace lvs::keepalived {
namespace {

using control::LongGetopt;
using control::LongOption;
using control::SyntaxError;
using control::Word;

// The letter of each name; those that have none have a number.
constexpr int kAll = 256, kSignum = 257;
const std::vector<LongOption>& names() {
  using A = LongOption::Argument;
  static const std::vector<LongOption> kNames{{"use-file", A::required, 'f'},
                                              {"vrrp", A::none, 'P'},
                                              {"check", A::none, 'C'},
                                              {"no_bfd", A::none, 'B'},
                                              {"all", A::none, kAll},
                                              {"log-console", A::none, 'l'},
                                              {"log-detail", A::none, 'D'},
                                              {"log-facility", A::required, 'S'},
                                              {"no-syslog", A::none, 'G'},
                                              {"umask", A::required, 'u'},
                                              {"release-vips", A::none, 'X'},
                                              {"dont-release-vrrp", A::none, 'V'},
                                              {"dont-release-ipvs", A::none, 'I'},
                                              {"dont-respawn", A::none, 'R'},
                                              {"dont-fork", A::none, 'n'},
                                              {"dump-conf", A::none, 'd'},
                                              {"pid", A::required, 'p'},
                                              {"vrrp_pid", A::required, 'r'},
                                              {"genhash", A::none, 'T'},
                                              {"checkers_pid", A::required, 'c'},
                                              {"address-monitoring", A::none, 'a'},
                                              {"bfd_pid", A::required, 'b'},
                                              {"snmp", A::none, 'x'},
                                              {"snmp-agent-socket", A::required, 'A'},
                                              {"namespace", A::required, 's'},
                                              {"core-dump", A::none, 'm'},
                                              {"core-dump-pattern", A::required, 'M'},
                                              {"all-config", A::none, 'e'},
                                              {"config-id", A::required, 'i'},
                                              {"signum", A::required, kSignum},
                                              {"config-test", A::none, 't'},
                                              {"version", A::none, 'v'},
                                              {"help", A::none, 'h'}};
  return kNames;
}
constexpr std::string_view kLetters = "f:PCBlDS:Gu:XVIRndp:r:Tc:ab:xA:s:mM:ei:tvh";
constexpr std::string_view kRefused = "TabxAsmMeu";
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

void take(int letter, const std::string& word, Options& options) {
  switch (letter) {
    case 'f': options.conf = word; break;
    case 'i': options.id = word; break;
    case 'p': options.parent_pid = word; break;
    case 'r': options.vrrp_pid = word; break;
    case 'c': options.checkers_pid = word; break;
    case 'n': options.stay = true; break;
    case 'l': options.console = true; break;
    case 'D': options.detail = true; break;
    case 'd': options.dump = true; break;
    case 'G': options.no_syslog = true; break;
    case 'P': options.checkers = false; break;
    case 'C': options.vrrp = false; break;
    case 't': options.test = true; break;
    case 'R': options.no_respawn = true; break;
    case 'V': options.keep_vrrp = true; break;
    case 'I': options.keep_ipvs = true; break;
    case kSignum: signum(word, options); break;
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

bool among(std::string_view letters, int code) {
  return code < 128 && letters.find(static_cast<char>(code)) != std::string_view::npos;
}

}  // namespace

std::optional<SyntaxError> parse_options(const std::vector<Word>& words, Options& options) {
  for (const Word& word : words) options.arguments.push_back(word.text);
  LongGetopt reader(words, kLetters, names());
  std::string others;
  while (!options.status) {
    const auto option = reader.next();
    if (!option) break;
    if (option->code == LongGetopt::kWord) {
      others += option->value + " ";
    } else if (option->code == '?' || option->code == ':') {
      options.err += option_mistake(*option);
    } else if (option->code == kAll || among(kRefused, option->code)) {
      return SyntaxError{option->column, option->text, "this option of keepalived is not modelled",
                         "-f -P -C -l -D -d -G -V -I -R -n -p -r -c -i -t -v -h --signum"};
    } else if (!among(kWithoutEffect, option->code)) {
      take(option->code, option->value, options);
    }
  }
  if (!options.status && !others.empty()) options.out = "Unexpected argument(s): " + others + "\n";
  if (!options.err.empty() && !options.status) options.status = 1;
  // Only one of them was named with the other: both run.
  if (!options.vrrp && !options.checkers) options.vrrp = options.checkers = true;
  return std::nullopt;
}

}  // namespace lvs::keepalived
