// SPDX-License-Identifier: GPL-2.0-or-later
// What exercises ask for, in Chinese.
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "control/lab/grade/seen.h"
#include "os/fd.h"
#include "tools/lab/course/chinese.h"
#include "tools/lab/load.h"
#include "tools/trace/html/embedded.h"
#include "trace/advice.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

const fs::path kExercises = fs::path(LVS_SOURCE_DIR) / "scenarios/exercises";

control::Lab lab_of(const std::string& name) { return load_lab((kExercises / name).string(), false); }

struct Said {
  const char* check;
  const char* chinese;
};
std::ostream& operator<<(std::ostream& out, const Said& each) { return out << each.check; }

class CourseInChinese : public testing::TestWithParam<Said> {};

TEST_P(CourseInChinese, SaysWhatTheCheckSays) {
  const control::Lab lab = lab_of("health-check");
  const auto task = control::parse_exercise(lab, "c",
                                            std::string("servers: rs1 rs2\nVIP = 10.0.1.100\n"
                                                        "client can fetch http://VIP/\n") +
                                                GetParam().check + "\n");
  ASSERT_TRUE(task) << task.error().front().text();
  EXPECT_EQ(in_chinese(task->checks.back(), lab), GetParam().chinese);
}

INSTANTIATE_TEST_SUITE_P(
    All, CourseInChinese,
    testing::Values(
        Said{"client can fetch http://VIP/", "client 能取得 http://10.0.1.100/"},
        Said{"client can fetch http://VIP/ 4 times", "client 能取得 http://10.0.1.100/，共 4 次"},
        Said{"client can fetch http://VIP/ from both servers", "client 能取得 http://10.0.1.100/，rs1、rs2 都有应答"},
        Said{"client can fetch http://VIP/ from rs1", "client 能取得 http://10.0.1.100/，由 rs1 应答"},
        Said{"client can fetch http://VIP/ 3 times: rs1 2 and rs2 1",
             "client 能取得 http://10.0.1.100/，共 3 次，其中 rs1 2 次、rs2 1 次"},
        Said{"client cannot fetch http://VIP:81/", "client 取不到 http://10.0.1.100:81/"},
        Said{"client can ping VIP", "client 能 ping 通 10.0.1.100"},
        Said{"client cannot ping VIP", "client ping 不通 10.0.1.100"},
        Said{"replies do not pass the director", "http://10.0.1.100/ 给 client 的应答不经过 director"},
        Said{"no host but director uses VIP in ARP", "除 director 外，没有主机在 ARP 中以 10.0.1.100 为发送方"},
        Said{"no host but director answers ARP for VIP", "除 director 外，没有主机应答对 10.0.1.100 的 ARP 请求"},
        Said{"at 2.5 s: director `ipvsadm -Ln` prints rr",
             "第 2.5 秒时，在 director 上执行 `ipvsadm -Ln`，输出含有 “rr”"},
        Said{"director `ipvsadm -Ln` does not print rr", "在 director 上执行 `ipvsadm -Ln`，输出不含 “rr”"},
        Said{"director `ipvsadm -Ln` prints nothing", "在 director 上执行 `ipvsadm -Ln`，没有输出"},
        Said{"director `ipvsadm -Ln` has the lines\n | a",
             "在 director 上执行 `ipvsadm -Ln`，输出是指定的各行，次序不限"},
        Said{"director `ipvsadm -Ln` fails", "在 director 上执行 `ipvsadm -Ln`，失败"},
        Said{"at most 4 of 30 requests fail after rs2 eth0 is cut at 12 s",
             "client 对 http://10.0.1.100/ 的 30 个请求至多失败 4 个，其间第 12 秒 rs2 的 eth0 被拔线"},
        Said{"at most 1 of 9 requests fail after rs2 runs `killall httpd` at 3 s",
             "client 对 http://10.0.1.100/ 的 9 个请求至多失败 1 个，其间第 3 秒 rs2 执行 `killall httpd`"},
        Said{"lvs-lab check finds nothing", "lvs-lab check 没有发现问题"},
        Said{"lvs-lab check finds no arp-answers", "lvs-lab check 没有发现 arp-answers"}));

// Each hint of a shipped exercise has its Chinese.
TEST(CourseHints, AreThereInBothLanguages) {
  unsigned hints = 0;
  for (const auto& entry : fs::directory_iterator(kExercises)) {
    const std::string name = entry.path().filename().string();
    const auto task = control::parse_exercise(lab_of(name), name, os::read_file((entry.path() / "lab.check").string()));
    ASSERT_TRUE(task) << name;
    for (const control::Check& check : task->checks) {
      EXPECT_EQ(check.hint.empty(), check.hint_zh.empty()) << name << ": " << check.text;
      hints += check.hint.empty() ? 0U : 1U;
    }
  }
  EXPECT_GT(hints, 40U);
}

// What was seen where a check failed: each sentence has its Chinese, with places for the same arguments.
TEST(WhatWasSeen, IsThereInBothLanguages) {
  const Chinese chinese;
  for (unsigned i = 0; i < static_cast<unsigned>(control::SeenId::count_); ++i) {
    const std::string english(template_of(static_cast<control::SeenId>(i)));
    EXPECT_EQ(trace::places_of(chinese.of(english)), trace::places_of(english)) << english;
    EXPECT_FALSE(chinese.of(english).empty()) << english;
  }
}

TEST(WhatWasSeen, PartsStandBehindTheArguments) {
  using control::Seen;
  using control::SeenId;
  const Seen seen{
      SeenId::shares_without, {"6", "rs3"}, {{SeenId::host_answered, {"rs1", "4"}}, {SeenId::nobody_answered, {"2"}}}};
  EXPECT_EQ(text_of(seen), "of 6 requests rs1 answered 4, nobody answered 2: none of them rs3");
  const Chinese chinese;
  EXPECT_EQ(text_of(seen, "、", [&](std::string_view text) -> std::string_view { return chinese.of(text); }),
            "6 个请求中，rs1 应答 4 个、2 个无人应答；rs3 一个也没有应答");
}

}  // namespace
}  // namespace lvs::scenarios
