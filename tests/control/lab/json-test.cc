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

}  // namespace
}  // namespace lvs::control
