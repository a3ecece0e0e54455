// SPDX-License-Identifier: GPL-2.0-or-later
// nc, curl, netstat and ss answer as the real ones did on the real kernel: tests/golden/control/endpoints.txt.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <regex>

#include "control/lan.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;

// Times and speeds are those of the machine that recorded.
std::string normalised(const std::string& text) {
  static const std::regex kAfter(R"(\bafter [0-9]+ (ms|milliseconds))");
  static const std::regex kMeter(R"(\r( *[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +0 +0) [^\r\n]*)");
  static const std::regex kBlanks(R"( +\n)");
  static const std::regex kPort(R"(received on ([0-9.]+) (3[3-9]|[45])[0-9]{3,4}\b)");
  std::string result = std::regex_replace(text, kAfter, "after * $1");
  result = std::regex_replace(result, kMeter, "\r$1 *");
  result = std::regex_replace(result, kPort, "received on $1 *");
  return std::regex_replace(result, kBlanks, "\n");
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

TEST(EndpointsRecorded, AnswerAsTheRealOnes) {
  std::ifstream file(std::string(LVS_SOURCE_DIR) + "/tests/golden/control/endpoints.txt");
  ASSERT_TRUE(file);
  std::unique_ptr<Lan> lan;
  std::string command, expected, line;
  int number = 0, of_command = 0, compared = 0;
  const auto compare = [&] {
    if (command.empty()) return;
    const control::LineRun& run = lan->run(1, command);
    std::string answer = lines_with("1|", run.out()) + lines_with("2|", run.err());
    if (run.status() != 0) answer += "= " + std::to_string(run.status()) + "\n";
    EXPECT_EQ(normalised(answer), normalised(expected)) << "endpoints.txt:" << of_command << ": " << command;
    lan->pass(100ms);  // the real ones took longer to start
    command.clear();
    expected.clear();
    ++compared;
  };
  while (std::getline(file, line)) {
    ++number;
    if (line.starts_with("== ")) {
      compare();
      lan = std::make_unique<Lan>(1);
    } else if (line.starts_with("$ ")) {
      compare();
      command = line.substr(2);
      of_command = number;
    } else if (!line.starts_with("#")) {
      expected += line + "\n";
    }
  }
  compare();
  EXPECT_GT(compared, 60);
}

}  // namespace
}  // namespace lvs::test
