// SPDX-License-Identifier: GPL-2.0-or-later
// What stands around the kernel, with a shell in its place: as if a lab had taken the kernel over.
#include "referee/fence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "os/fd.h"
#include "os/landlock.h"
#include "os/process.h"
#include "os/temporary-folder.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class FenceTest : public testing::Test {
 protected:
  FenceTest() : folder_("/tmp/lvs-fence-test-") {
    for (const char* name : {"/own", "/other"}) {
      fs::create_directory(folder_.path() + name);
      fs::permissions(folder_.path() + name, fs::perms::all);
    }
    fs::permissions(folder_.path(), fs::perms::all);
    os::write_file(folder_.path() + "/other/file", "text\n", 0666);
    give_to_nobody(folder_.path());
  }

  std::string behind(const std::string& line) const {
    Fence fence;
    fence.files = {{"/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/dev/zero"},
                   {folder_.path() + "/own", "/dev/null"}};
    fence.largest_file = 1 << 20;
    return os::run(fenced(fence, {"/bin/sh", "-c", "cd " + folder_.path() + "; " + line})).text;
  }

  os::TemporaryFolder folder_;
};

TEST_F(FenceTest, ItsOwnFolderCanBeWritten) { EXPECT_EQ(behind("echo yes > own/new; cat own/new"), "yes\n"); }

TEST_F(FenceTest, OthersCanBeNeitherReadNorWritten) {
  if (os::landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_THAT(behind("echo x > other/file"), HasSubstr("ermission denied"));
  EXPECT_THAT(behind("cat other/file"), HasSubstr("ermission denied"));
  EXPECT_THAT(behind("cat /etc/passwd"), HasSubstr("ermission denied"));
  EXPECT_THAT(behind("echo /home/* /root/*"), HasSubstr("/home/* /root/*"));
  EXPECT_EQ(os::read_file(folder_.path() + "/other/file"), "text\n");
}

TEST_F(FenceTest, WhereRootCallsItIsNobody) {
  if (::geteuid() != 0) GTEST_SKIP() << "root does not call";
  EXPECT_EQ(behind("id -u"), "65534\n");
}

TEST_F(FenceTest, NoProcessOutsideCanBeKilled) {
  const pid_t victim = os::spawn({"/bin/sleep", "30"});
  behind("kill -9 " + std::to_string(victim));
  if (::geteuid() == 0 || os::landlock_version() >= 6) {
    EXPECT_EQ(::kill(victim, 0), 0);
  }
  ::kill(victim, SIGKILL);
  os::wait_for(victim);
}

TEST_F(FenceTest, FilesHaveABound) {
  EXPECT_THAT(behind("dd if=/dev/zero of=own/large bs=1M count=4 2>&1; echo; ls -l own"), Not(HasSubstr(" 4194304 ")));
}

}  // namespace
}  // namespace lvs::referee
