// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab shell: scripts on its standard input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "os/fd.h"
#include "os/process.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Shell : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  os::Output shell(const std::string& script, const std::string& options = "") {
    std::ofstream(folder_ / "script") << script;
    return os::run(
        {"sh", "-c",
         "cd " + folder_.string() + " && " + LVS_PROGRAM_DIR + "/lvs-lab shell nat-walk " + options + " < script"});
  }

  const fs::path folder_ = fs::temp_directory_path() / ("lvs-shell-test-" + std::to_string(getpid()));
};

TEST_F(Shell, BeginsAtTheDirectorAndGoesToOthers) {
  const os::Output ran = shell("hostname\nhost rs1\nhostname\nclient\nhostname\nhost nobody\n");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("director# hostname\ndirector\n"));
  EXPECT_THAT(ran.text, HasSubstr("rs1# hostname\nrs1\nrs1# client\nclient# hostname\nclient\n"));
  EXPECT_THAT(ran.text, HasSubstr("there is no host \"nobody\"; hosts lists those that are\n"));
}

TEST_F(Shell, AHostInFrontOfACommand) {
  const os::Output ran = shell("rs1 hostname\nhostname\nclient curl -s http://10.0.1.100/\nclient nonsense\nsave a\n");
  EXPECT_THAT(ran.text, HasSubstr("director# rs1 hostname\nrs1\ndirector# hostname\ndirector\n"));
  EXPECT_THAT(ran.text, HasSubstr("director# client curl -s http://10.0.1.100/\nrs2\n"));
  EXPECT_THAT(ran.text, HasSubstr("'nonsense': this command is not modelled; lvs-lab commands lists those that are\n"));
  EXPECT_THAT(os::read_file((folder_ / "a/lab.timeline").string()), HasSubstr(" client curl -s http://10.0.1.100/\n"));
}

TEST_F(Shell, LinesThatAreNotRunAreSaidSo) {
  const os::Output ran =
      shell("cat > f <<EOF\nreboot\nEOF\nhostname\necho '\x1b[31m'\necho " + std::string(1 << 21, 'x') + "\n");
  EXPECT_THAT(ran.text, HasSubstr("director# cat > f <<EOF\n> reboot\n> EOF\na here-document takes several lines"));
  EXPECT_THAT(ran.text, HasSubstr("director# hostname\ndirector\n"));
  EXPECT_THAT(ran.text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.text, HasSubstr("a line of more than 1 MiB: not run\n"));
}

TEST_F(Shell, WhatIsWrittenOverIsSeenAsOnATerminal) {
  const os::Output ran = shell("client printf 'ab\\rc\\n'\nclient curl http://10.0.1.100/\n");
  EXPECT_THAT(ran.text, HasSubstr("\ncb\n"));
  EXPECT_THAT(ran.text, Not(HasSubstr("^M")));
}

TEST_F(Shell, TimePassesOnlyWhereAsked) {
  const os::Output ran = shell("date +%s.%N\ndate +%s.%N\nrun 1500ms\ndate +%s.%N\nsleep 2\ndate +%s.%N\nrun soon\n");
  EXPECT_THAT(ran.text, HasSubstr("director# date +%s.%N\n946684800.000000000\ndirector# date +%s.%N\n"
                                  "946684800.000000000\ndirector# run 1500ms\ndirector# date +%s.%N\n"
                                  "946684801.500000000\ndirector# sleep 2\ndirector# date +%s.%N\n"
                                  "946684803.500000000\n"));
  EXPECT_THAT(ran.text, HasSubstr("run soon: that is no time, such as 5s, 200ms or 1.5\n"));
}

TEST_F(Shell, WhatIsNotModelledIsNamedAndTheSessionGoesOn) {
  const os::Output ran = shell("emacs\nip -Z addr\nfalse\n- cut rs9 eth0\necho still here\n");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("column 1: 'emacs': this command is not modelled"));
  EXPECT_THAT(ran.text, HasSubstr("column 4: '-Z': unknown option of ip"));
  EXPECT_THAT(ran.text, HasSubstr("director# false\n[status 1]\n"));
  EXPECT_THAT(ran.text, HasSubstr("there is no host \"rs9\" in lab.conf\n"));
  EXPECT_THAT(ran.text, HasSubstr("still here\n"));
}

TEST_F(Shell, WalksOfPackets) {
  const os::Output ran = shell("walk\nclient\nping -c 1 10.0.1.100\nwalks\nwalks\nwalk\nwalk 99\n");
  EXPECT_THAT(ran.text, HasSubstr("director# walk\nno packet has been sent yet\n"));
  EXPECT_THAT(ran.text, HasSubstr("ICMP echo request"));
  EXPECT_THAT(ran.text, HasSubstr("client# walks\nno packet has been sent since\n"));
  EXPECT_THAT(ran.text, HasSubstr("WIRE_OUT"));
  EXPECT_THAT(ran.text, HasSubstr("'99' is no walk; there are 1 to "));
}

TEST_F(Shell, CableAndPower) {
  const os::Output ran = shell(
      "- cut director eth0\nclient\nping -c 1 -W 1 10.0.1.100 > /dev/null\n- mend director eth0\n"
      "ping -c 1 -W 1 10.0.1.100 > /dev/null && echo answered\n- crash rs1\nrs1\nhostname\n- boot rs1\nhostname\n");
  EXPECT_THAT(ran.text, HasSubstr("ping -c 1 -W 1 10.0.1.100 > /dev/null\n[status 1]\n"));
  EXPECT_THAT(ran.text, HasSubstr("answered\n"));
  EXPECT_THAT(ran.text, HasSubstr("rs1# - boot rs1\nrs1# hostname\nrs1\n"));
}

TEST_F(Shell, ACommandThatGoesOnIsEnded) {
  const os::Output ran = shell("nc -l 99\necho next\nnc -l 98 &\necho at once\n");
  EXPECT_THAT(ran.text, HasSubstr("ended, as by Ctrl-C: it has been at work for 60 s of the lab's time"));
  EXPECT_THAT(ran.text, HasSubstr("echo next\nnext\n"));
  EXPECT_THAT(ran.text, HasSubstr("nc -l 98 &\ndirector# echo at once\nat once\n"));
}

TEST_F(Shell, SavesACopyThatRunsTheSame) {
  const os::Output ran = shell(
      "client\ncurl -s http://10.0.1.100/\nemacs\nrun 1s\nnc -l 99\ncurl -s http://10.0.1.100/\n"
      "save copy\nsave copy\n");
  EXPECT_THAT(ran.text, HasSubstr("copy/lab.timeline: 3 lines typed; try: lvs-lab run copy\n"));
  EXPECT_THAT(ran.text, HasSubstr("copy: exists already\n"));
  const std::string timeline = os::read_file((folder_ / "copy/lab.timeline").string());
  EXPECT_THAT(timeline, testing::MatchesRegex("# Typed in lvs-lab shell\\.\n0 client curl -s http://10\\.0\\.1\\.100/\n"
                                              "# ended by Ctrl-C: 1\\.[0-9]* client nc -l 99\n"
                                              "61\\.[0-9]* client curl -s http://10\\.0\\.1\\.100/\n"
                                              "61\\.[0-9]* - end\n"));
  const os::Output again = os::run({std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "run", (folder_ / "copy").string()});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.text, HasSubstr("client# curl -s http://10.0.1.100/\nrs2\n"));
}

TEST_F(Shell, TheTimelineCanRunFirst) {
  const os::Output ran = shell("date +%s\nsave after\n", "--timeline");
  EXPECT_THAT(ran.text, HasSubstr("it is 2.400 s, and time stands still"));
  EXPECT_THAT(os::read_file((folder_ / "after/lab.timeline").string()), HasSubstr("2.4 director date +%s\n"));
}

}  // namespace
}  // namespace lvs::scenarios
