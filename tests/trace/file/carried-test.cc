// SPDX-License-Identifier: GPL-2.0-or-later
// What a trace of a lab carries beside its packets.
#include "trace/file/carried.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "os/temporary-folder.h"
#include "trace/file/index.h"
#include "trace/file/writer.h"

namespace lvs::trace {
namespace {

Carried written_and_read(const Carried& carried) {
  const os::TemporaryFolder folder(testing::TempDir() + "lvs-carried-");  // tests run side by side
  const std::string file = folder.path() + "/carried.pcapng";
  {
    std::ofstream out(file, std::ios::binary);
    RunInfo info;
    info.hosts.push_back({1, "client", "client", true, {}});
    TraceWriter writer(info, [&](std::string_view bytes) { return static_cast<bool>(out << bytes); });
    for (const auto& [kind, text] : to_journal(carried)) writer.journal({base::Time{}, 1, 0, kind, text});
  }
  TraceIndex index;
  EXPECT_TRUE(index.open(file));
  while (index.update() != 0) {
  }
  return carried_by(index);
}

TEST(Carried, ComesBackAsItWas) {
  Carried carried;
  carried.files = {{"lab.conf", "a[0]=\"lan\"\n", false}, {"a/bin/x.sh", "#!/bin/sh\necho 'a\\nb'\n\n", true}};
  carried.options = {"--kernel", "6.12"};
  carried.checked = true;
  carried.findings = {{"director: forwards nothing [r]", "r", "no forwarding", "director", "sysctl -w a=1", "client:3",
                       Advice{AdviceId::right_mac, {"sysctl -w a=1", "b"}, {"eth0"}}}};
  const Carried back = written_and_read(carried);
  ASSERT_EQ(back.files.size(), 2u);
  EXPECT_EQ(back.files[1].path, "a/bin/x.sh");
  EXPECT_EQ(back.files[1].text, carried.files[1].text);
  EXPECT_TRUE(back.files[1].executable);
  EXPECT_TRUE(back.whole());
  EXPECT_EQ(back.options, carried.options);
  ASSERT_EQ(back.findings.size(), 1u);
  EXPECT_EQ(back.findings[0].cure, "sysctl -w a=1");
  EXPECT_EQ(back.findings[0].walk, "client:3");
  ASSERT_TRUE(back.findings[0].advice);
  EXPECT_EQ(back.findings[0].advice->id, AdviceId::right_mac);
  EXPECT_THAT(back.findings[0].advice->commands, testing::ElementsAre("sysctl -w a=1", "b"));
  EXPECT_THAT(back.findings[0].advice->names, testing::ElementsAre("eth0"));
}

// Of a version before or after this one, or damaged: its English is there.
TEST(Carried, AdviceThatIsNotWholeIsNone) {
  Carried carried;
  carried.checked = true;
  carried.findings = {{"none [r]", "r", "m", "h", "do it", ""},
                      {"later [r]", "r", "m", "h", "do it", "", Advice{AdviceId::count_, {"a"}}},
                      {"cut [r]", "r", "m", "h", "do it", "", Advice{AdviceId::interface_up, {}, {"rs1", "lan"}}}};
  const Carried back = written_and_read(carried);
  ASSERT_EQ(back.findings.size(), 3u);
  for (const CarriedFinding& finding : back.findings) {
    EXPECT_FALSE(finding.advice) << finding.sentence;
    EXPECT_EQ(finding.cure, "do it");
  }
}

TEST(Carried, WhatIsNoTextOrTooLargeIsNamed) {
  Carried carried;
  carried.files = {{"a", std::string("\0", 1), false}, {"b", std::string(100'000, 'x'), false}, {"c", "x\n", false}};
  const Carried back = written_and_read(carried);
  EXPECT_THAT(back.left_out, testing::ElementsAre("a", "b"));
  EXPECT_FALSE(back.whole());
}

TEST(Carried, NothingLeadsOutOfTheFolder) {
  for (const char* path : {"lab.conf", "a/b/c", ".profile", "a..b"}) EXPECT_TRUE(is_inner_path(path)) << path;
  for (const char* path : {"", "/etc/passwd", "..", "../x", "a/../x", "a//b", "a/", "./a", "a\nb", "a\\b"})
    EXPECT_FALSE(is_inner_path(path)) << path;
  Carried carried;
  carried.files = {{"../evil", "x", false}, {"good", "x", false}};
  EXPECT_EQ(written_and_read(carried).files.size(), 1u);
}

TEST(Carried, OnlyKnownOptionsWithNumbers) {
  Carried carried;
  carried.options = {"--kernel", "6.12", "--capture", "/etc", "--until", "3; reboot", "--hz", "100"};
  EXPECT_THAT(written_and_read(carried).options, testing::ElementsAre("--kernel", "6.12", "--hz", "100"));
}

}  // namespace
}  // namespace lvs::trace
