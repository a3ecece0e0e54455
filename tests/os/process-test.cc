// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "os/fd.h"
#include "os/temporary-folder.h"

namespace lvs::os {
namespace {

using namespace std::chrono_literals;

TEST(Process, OutputAndStatus) {
  const Output output = run({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(output.status, 3);
  EXPECT_EQ(output.text, "out\nerr\n");
}

TEST(Process, ASignalIs128AndMore) { EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"}).status, 143); }

TEST(Process, SignalsBlockedHereAreNotBlockedThere) {
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before);
  EXPECT_EQ(run({"sh", "-c", "kill -TERM $$; echo alive"}).text, "");
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST(Process, EnvironmentAndInputAreWhatIsGiven) {
  Pipe pipe = make_pipe();
  SpawnOptions options;
  options.output = pipe.write.get();
  options.environment = {"PATH=/usr/bin:/bin", "COLOUR=red"};
  const pid_t pid = spawn({"sh", "-c", "echo $COLOUR; cat"}, options);
  pipe.write.reset();
  EXPECT_EQ(wait_for(pid), 0);
  char buffer[16]{};
  EXPECT_EQ(::read(pipe.read.get(), buffer, sizeof buffer), 4);
  EXPECT_STREQ(buffer, "red\n");
}

TEST(Process, AWaitHasALimit) {
  const pid_t pid = spawn({"sleep", "60"});
  EXPECT_FALSE(wait_for(pid, 20ms));
  ::kill(pid, SIGKILL);
  EXPECT_EQ(wait_for(pid, 5s), 128 + SIGKILL);
}

TEST(Process, AProgramThatIsNotThere) {
  EXPECT_THROW(spawn({"/nonexistent/program"}), std::system_error);
  EXPECT_FALSE(find_program("no-such-program-anywhere"));
  EXPECT_TRUE(find_program("sh"));
}

TEST(Fd, ClosesItself) {
  int number = -1;
  {
    const Fd file(check(::open("/dev/null", O_RDONLY), "/dev/null"));
    number = file.get();
    EXPECT_NE(::fcntl(number, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(Fd, FilesAreWrittenAndReadWhole) {
  const TemporaryFolder folder(testing::TempDir() + "lvs-fd-");
  const std::string path = folder.path() + "/fd-test", text(200'000, 'x');
  write_file(path, text);
  EXPECT_EQ(read_file(path), text);
  ::unlink(path.c_str());
  try {
    read_file(path);
    FAIL();
  } catch (const std::system_error& e) {
    EXPECT_EQ(std::string(e.what()), path + ": No such file or directory");
  }
}

}  // namespace
}  // namespace lvs::os
