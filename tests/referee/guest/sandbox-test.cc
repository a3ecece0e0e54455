// SPDX-License-Identifier: GPL-2.0-or-later
// Labs that try to do harm, all in one boot, beside one that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "attacks.h"
#include "os/fd.h"
#include "os/process.h"
#include "os/temporary-folder.h"
#include "referee/kernel/linux-run.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

enum Which { kAttack, kFiles, kDisk, kPrinter, kForks, kMemory, kPeaceful, kCount };

control::Lab lab_of(const std::string& startup, std::vector<control::LabFile> files = {}) {
  control::LabReading reading = control::parse_lab({{"lab.conf", "a[0]=lan\nb[0]=lan\n"}, {"a.startup", startup}});
  for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  reading.lab.files = std::make_shared<const std::vector<control::LabFile>>(std::move(files));
  return reading.lab;
}

// A file of the machine that everybody may write, and that no lab must reach.
class Prey {
 public:
  Prey() : folder_("/tmp/lvs-prey-") {
    fs::permissions(folder_.path(), fs::perms::all);
    os::write_file(file(), "untouched\n", 0666);
    fs::permissions(file(), fs::perms::owner_all | fs::perms::group_all | fs::perms::others_all);
  }
  std::string file() const { return folder_.path() + "/prey"; }
  bool untouched() const {
    return os::read_file(file()) == "untouched\n" &&
           std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()) == 1;
  }

 private:
  os::TemporaryFolder folder_;
};

struct Played {
  Prey prey;
  base::Result<LinuxRuns, std::string> runs = base::Error{std::string()};

  Played() {
    std::vector<control::Lab> labs(kCount);
    const control::LabFile program{"a/usr/local/bin/attacks", os::read_file(os::own_program()), 0755};
    labs[kAttack] = lab_of("attacks\n", {program});
    labs[kFiles] = lab_of("C=$(echo rm); $C -f " + prey.file() + "; C=$(echo shred); $C " + prey.file() + "; echo x >" +
                              prey.file() +
                              "\npwd; echo /root/* /home/*; echo x >here; cat /root/here\n"
                              "cat /lab/hello /etc/keepalived/keepalived.conf; echo x >/lab/hello\n"
                              "echo $HOME $(cat /etc/hostname); echo 10.0.0.9 nine >>/etc/hosts; cat /etc/hosts\n",
                          {{"hello", "good day\n"}, {"a/etc/keepalived/keepalived.conf", "global_defs {\n}\n"}});
    labs[kDisk] = lab_of("cat /dev/zero >/tmp/full\necho on\n");
    labs[kPrinter] = lab_of("cat /dev/zero\n");
    labs[kForks] = lab_of("while true; do sleep 600 & done\n");
    labs[kMemory] = lab_of("attacks memory\n", {program});
    labs[kPeaceful] = lab_of("sleep 5; echo /tmp/*; cat /etc/hosts\n");
    LinuxOptions options;
    options.kernel.kind = RefereeKind::package;
    options.patience = 240s;  // each of them meets another bound; on a slow machine half a GiB takes a minute and more
    runs = run_on_linux(labs, options);
  }
};

Played& played() {
  static Played all;
  return all;
}

const base::Result<control::LabRun, std::string>& result_of(Which which) {
  if (!played().runs) {
    std::fprintf(stderr, "%s\n", played().runs.error().c_str());
    std::exit(1);
  }
  return played().runs->labs.at(which);
}

const std::vector<control::CommandResult>& commands_of(Which which) {
  static const std::vector<control::CommandResult> none(8);
  const auto& result = result_of(which);
  if (!result) ADD_FAILURE() << result.error();
  return result ? result->commands : none;
}

TEST(Sandbox, NoSystemCallReachesTheKernelOrTheMachine) {
  const std::string text = commands_of(kAttack)[0].out;
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_THAT(line, Not(HasSubstr("DONE")));
  EXPECT_GT(count, 45) << text << commands_of(kAttack)[0].err;
}

TEST(Sandbox, FilesOfTheMachineAreNotThereAndThoseOfTheLabAre) {
  const auto& commands = commands_of(kFiles);
  EXPECT_THAT(commands[0].err, HasSubstr("shred: not found"));
  EXPECT_THAT(commands[0].err, HasSubstr("nonexistent"));
  EXPECT_TRUE(played().prey.untouched());
  EXPECT_EQ(commands[1].out, "/root\n/root/* /home/*\nx\n");
  EXPECT_EQ(commands[2].out, "good day\nglobal_defs {\n}\n");
  EXPECT_THAT(commands[2].err, HasSubstr("Read-only file system"));
  EXPECT_EQ(commands[3].out, "/root a\n127.0.0.1 localhost\n127.0.1.1 a\n10.0.0.9 nine\n");
}

TEST(Sandbox, AFullDiskIsTheLabsOwn) {
  const auto& commands = commands_of(kDisk);
  EXPECT_THAT(commands[0].err, HasSubstr("No space left on device"));
  EXPECT_EQ(commands[1].out, "on\n");
}

TEST(Sandbox, OutputHasABound) {
  ASSERT_FALSE(result_of(kPrinter));
  EXPECT_EQ(result_of(kPrinter).error(), "the lab's lines printed more than 64 MiB");
}

TEST(Sandbox, ProcessesHaveABound) {
  ASSERT_FALSE(result_of(kForks));
  EXPECT_EQ(result_of(kForks).error(), "the lab asked for more than 1024 processes at a time");
}

TEST(Sandbox, MemoryHasABound) {
  ASSERT_FALSE(result_of(kMemory));
  EXPECT_EQ(result_of(kMemory).error(), "the lab asked for more than 512 MiB of memory");
}

TEST(Sandbox, OtherLabsOfTheBootSeeNothingOfIt) {
  const auto& commands = commands_of(kPeaceful);
  EXPECT_EQ(commands[0].out, "/tmp/*\n127.0.0.1 localhost\n127.0.1.1 a\n");
}

}  // namespace
}  // namespace lvs::referee
