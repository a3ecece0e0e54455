// SPDX-License-Identifier: GPL-2.0-or-later
// Every option and word that the real tools name in their own help (tests/golden/control/options.txt) is modelled or
// refused by its name before anything runs; none gets the tool's own "unknown option", which the tool would not say.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

// What the model says to one line, a machine of its own.
std::string answer(const std::string& command) {
  test::FakeClock clock;
  test::CapturePort port;
  Machine machine{"machine", 1, 1, clock};
  machine.host().set_up(machine.host().add_ethernet("eth0", test::mac("02:00:00:00:01:00"), &port), true);
  const auto line = parse_line(command);
  if (!line) return "not modelled";
  const LineRun& run = machine.start(*line);
  return run.err() + run.out();
}

std::map<std::string, std::vector<std::string>> lines_by_tool() {
  std::ifstream file(std::string(LVS_SOURCE_DIR) + "/tests/golden/control/options.txt");
  std::map<std::string, std::vector<std::string>> tools;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#")) tools[line.substr(0, line.find(' '))].push_back(line);
  }
  return tools;
}

class Options : public testing::TestWithParam<const char*> {};

TEST_P(Options, AreModelledOrRefusedByName) {
  // "1" and "x" stand for a value where the option may have none.
  static const std::regex kUnknown(
      "nknown (option|word)|nknown argument (?!1)|invalid option|unrecogni[sz]ed|illegal option|is a garbage|"
      "Couldn't load (match|target) `(?!1)");
  const auto tools = lines_by_tool();
  const auto at = tools.find(GetParam());
  ASSERT_NE(at, tools.end());
  for (const std::string& line : at->second) {
    const std::string text = answer(line);
    EXPECT_FALSE(std::regex_search(text, kUnknown)) << line << "\n" << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Tools, Options,
                         testing::Values("arp", "arping", "arptables", "conntrack", "curl", "ifconfig", "ip", "ipset",
                                         "iptables", "nc", "netstat", "ping", "route", "ss", "sysctl", "tcpdump"),
                         [](const testing::TestParamInfo<const char*>& param) { return std::string(param.param); });

}  // namespace
}  // namespace lvs::control
