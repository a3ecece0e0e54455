// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "control/lab/json.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;

TEST(LabJson, OneEntryALineInTheOrderRun) {
  LabRun run;
  run.commands.push_back({-1500ms, "a", "ip link", 0, "1: lo\n", ""});
  run.commands.push_back({1ns, "b", "echo \"x\"", 127, "", "not\tfound"});
  EXPECT_EQ(commands_json(run),
            "{\"commands\":[\n"
            R"({"time":-1.5,"host":"a","command":"ip link","status":0,"stdout":"1: lo\n","stderr":""},)"
            "\n"
            R"({"time":0.000000001,"host":"b","command":"echo \"x\"","status":127,"stdout":"","stderr":"not\tfound"})"
            "\n]}\n");
}

TEST(LabJson, NoCommands) { EXPECT_EQ(commands_json({}), "{\"commands\":[\n]}\n"); }

TEST(LabJson, AnyBytesAreValidJson) {
  EXPECT_EQ(json_string("caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x90\xa7"), "\"caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x90\xa7\"");
  EXPECT_EQ(json_string("\x01\x7f\\"), R"("\u0001\u007f\\")");
  EXPECT_EQ(json_string("a\xff\xc3"), R"("a\ufffd\ufffd")");          // no UTF-8, cut-off sequence
  EXPECT_EQ(json_string("\xc0\xaf"), R"("\ufffd\ufffd")");            // overlong
  EXPECT_EQ(json_string("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");  // surrogate
}

}  // namespace
}  // namespace lvs::control
