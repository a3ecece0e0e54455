// SPDX-License-Identifier: GPL-2.0-or-later
// Every command of tests/golden/control answers as the real one did on the real kernel.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/usual/usual-files.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

struct Bench {
  test::FakeClock clock;
  test::CapturePort ports[2];
  Machine machine{"machine", 1, 1, clock};

  Bench() {
    for (unsigned n = 0; n < 2; ++n) {
      const auto mac = test::mac("02:00:00:00:01:0" + std::to_string(n));
      host::Device& dev = machine.host().add_ethernet("eth" + std::to_string(n), mac, &ports[n]);
      machine.host().set_up(dev, true);
    }
    for (const UsualFile& file : usual_files()) machine.files().place(file.path, std::string(file.text));
  }
};

struct Case {
  int line = 0;
  std::string command;
  std::string expected;  // "1|...", "2|...", "= N"
};

// In the recording the interfaces are veths, whose listings name their peers; brief ones pad behind the name.
std::string normalised(const std::string& line) {
  static const std::regex kBrief("1\\|(eth[0-9])@if[0-9]  +(UP|DOWN)(.*)");
  static const std::regex kPeer("@if[0-9]+| link-netns [a-z]+|\"link_index\": ?[0-9]+,|,\"link_netnsid\": ?[0-9]+");
  static const std::regex kPretty("1\\| +\"link_(index|netnsid)\": [0-9]+,");
  static const std::regex kBonding("(Bonding Driver: v)[0-9.]+");
  if (std::regex_match(line, kPretty)) return {};
  const std::string same = std::regex_replace(line, kBonding, "$016.1");
  return std::regex_replace(std::regex_replace(same, kBrief, "1|$1             $2$3"), kPeer, "");
}

// The date of the recording is not that of the test.
std::string undated(const std::string& text) {
  static const std::regex kDate("(# (Generated|Completed) [^\n]*on )[^\n]*");
  // Nor are numbers drawn: MAC addresses of interfaces made, seeds of sets, and how their elements fall into buckets.
  static const std::regex kMac("\\b(?!02:00:00|00:00:00|ff:ff:ff)([0-9a-f]{2}:){5}[0-9a-f]{2}");
  static const std::regex kSeed("initval 0x[0-9a-f]{8}");
  static const std::regex kMemory("Size in memory: [0-9]+");
  std::string same = std::regex_replace(text, kDate, "$1DATE");
  same = std::regex_replace(same, kMac, "MAC");
  same = std::regex_replace(same, kSeed, "initval SEED");
  return std::regex_replace(same, kMemory, "Size in memory: N");
}

std::string lines_with(std::string_view prefix, std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    result.append(prefix).append(text.substr(0, end)).append("\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return result;
}

std::string answer(Bench& bench, const std::string& command) {
  Machine& machine = bench.machine;
  const auto line = parse_line(command);
  if (!line) return "not modelled: " + line.error().text() + "\n";
  const LineRun& run = machine.start(*line);
  const base::Time most = bench.clock.now_ + std::chrono::seconds(10);
  while (!run.finished() && bench.clock.wake_ < most) {
    bench.clock.now_ = std::exchange(bench.clock.wake_, base::kNever);
    machine.host().advance();
  }
  if (!run.finished()) return "goes on\n";
  std::string text = lines_with("1|", run.out()) + lines_with("2|", run.err());
  if (run.status() != 0) text += "= " + std::to_string(run.status()) + "\n";
  return text;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, AnswersAsRecorded) {
  std::ifstream file(std::string(LVS_SOURCE_DIR) + "/tests/golden/control/" + GetParam());
  ASSERT_TRUE(file) << GetParam();
  std::vector<std::vector<Case>> sections(1);
  std::string line;
  bool recorded = false;
  for (int number = 1; std::getline(file, line); ++number) {
    recorded = recorded || line.starts_with("# Made by");
    if (line.starts_with("== ")) {
      sections.emplace_back();
    } else if (line.starts_with("$ ")) {
      sections.back().push_back({number, line.substr(2), {}});
    } else if (line.starts_with("1|") || line.starts_with("2|") || line.starts_with("= ")) {
      const std::string same = normalised(line);
      if (!same.empty()) sections.back().back().expected += same + "\n";
    }
  }
  ASSERT_TRUE(recorded) << GetParam() << " is not a recording yet";
  for (const auto& section : sections) {
    const auto bench = std::make_unique<Bench>();
    for (const Case& each : section) {
      EXPECT_EQ(undated(answer(*bench, each.command)), undated(each.expected))
          << GetParam() << ":" << each.line << ": " << each.command;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden,
                         testing::Values("ip.txt", "shell.txt", "ipvsadm.txt", "nettools.txt", "arptables.txt",
                                         "iptables-restore.txt", "tutorials.txt", "iptables.txt", "shell-words.txt",
                                         "shell-more.txt", "init-functions.txt", "text-tools.txt", "text-options.txt",
                                         "ip-link.txt", "iptables-more.txt", "ipset.txt", "ipset-kube.txt",
                                         "shell-text.txt", "ip-routing.txt", "ip-made.txt", "proc-net.txt",
                                         "shell-numbers.txt", "shell-bash.txt", "shell-broken.txt",
                                         "shell-scripts.txt"),
                         [](const testing::TestParamInfo<const char*>& param) {
                           const std::string_view file = param.param;
                           std::string name(file.substr(0, file.find('.')));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lvs::control
