// SPDX-License-Identifier: GPL-2.0-or-later
// The chains and rules that packets pass, as the kernel's TRACE target told of them: tests/golden/control/trace.txt.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "control/machine/machine.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

struct KernelLog : trace::Sink {
  void packet(const trace::PacketEvent&) override {}
  void journal(const trace::JournalEvent& event) override {
    if (event.kind == "kernel") lines.emplace_back(event.text);
  }
  std::vector<std::string> lines;
};

// Packets of the host's own have ids of the kernel's choice, and translated ones ports: those that it chose here.
std::string comparable(const std::string& line) {
  static const std::regex kId("^(.*?)IN= (.*?) ID=[0-9]+ ");
  return std::regex_replace(line, kId, "$1IN= $2 ID=? ");
}

std::vector<std::uint8_t> bytes_of(const std::string& hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

TEST(IpTablesTrace, PacketsPassWhatTheKernelSaysTheyPass) {
  std::ifstream file(std::string(LVS_SOURCE_DIR) + "/tests/golden/control/trace.txt");
  ASSERT_TRUE(file);
  test::FakeClock clock;
  test::CapturePort ports[2];
  Machine machine("router", 1, 1, clock);
  for (unsigned n = 0; n < 2; ++n) {
    machine.host().set_up(machine.host().add_ethernet("eth" + std::to_string(n),
                                                      test::mac("02:00:00:00:01:0" + std::to_string(n)), &ports[n]),
                          true);
  }
  KernelLog log;
  machine.host().set_sink(&log);
  std::vector<std::string> expected;
  std::string line, frame;
  std::size_t compared = 0;
  const auto compare = [&] {
    ASSERT_EQ(log.lines.size(), expected.size()) << frame;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(comparable(log.lines[i]), comparable(expected[i])) << frame;
    }
    compared += expected.size();
    expected.clear();
    log.lines.clear();
  };
  while (std::getline(file, line)) {
    if (line.starts_with("1|")) {
      expected.push_back(line.substr(2));
    } else if (line.starts_with("$ ")) {
      compare();
      machine.run(line.substr(2));
    } else if (line.starts_with("> ")) {
      compare();
      frame = line;
      clock.now_ += std::chrono::milliseconds(1500);
      machine.host().advance();
      const std::vector<std::uint8_t> bytes = bytes_of(line.substr(7));
      machine.host().receive(*machine.host().device(line.substr(2, 4)), host::Packet::from_frame(bytes));
    }
  }
  compare();
  EXPECT_GT(compared, 100u);
  machine.host().set_sink(nullptr);
}

}  // namespace
}  // namespace lvs::control
