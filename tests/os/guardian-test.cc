// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/guardian.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "os/process.h"

namespace lvs::os {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

fs::path folder_of(const char* name) {
  return fs::temp_directory_path() / (std::string("lvs-guardian-") + name + std::to_string(getpid()));
}

void fill(const fs::path& folder) {
  fs::create_directories(folder / "a" / "b");
  std::ofstream(folder / "a" / "b" / "c") << "x";
}

TEST(Guardian, SweepsBehindAProcessThatWasKilled) {
  const fs::path kept = folder_of("kept"), swept = folder_of("swept");
  fill(kept);
  fill(swept);
  Pipe pipe = make_pipe();
  const pid_t parent = fork();
  if (parent == 0) {
    Guardian guardian;
    SpawnOptions options;
    options.own_group = true;
    const pid_t group = spawn({"/bin/sh", "-c", "sleep 1000 & wait"}, options);
    guardian.watch_group(group);
    guardian.watch_folder(kept);
    guardian.watch_folder(swept);
    guardian.forget_folder(kept);
    std::this_thread::sleep_for(300ms);  // the shell has started its child
    [[maybe_unused]] const auto told = ::write(pipe.write.get(), &group, sizeof group);
    pause();
  }
  pid_t group = 0;
  ASSERT_EQ(::read(pipe.read.get(), &group, sizeof group), static_cast<ssize_t>(sizeof group));
  EXPECT_EQ(::kill(-group, 0), 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(comes_true([&] { return !fs::exists(swept); }));
  EXPECT_TRUE(comes_true([&] { return ::kill(-group, 0) != 0; }));
  EXPECT_TRUE(fs::exists(kept));
  fs::remove_all(kept);
}

TEST(Spawn, AChildEndsWithItsParent) {
  Pipe pipe = make_pipe();
  const pid_t parent = fork();
  if (parent == 0) {
    const pid_t child = spawn({"sleep", "1000"});
    [[maybe_unused]] const auto told = ::write(pipe.write.get(), &child, sizeof child);
    pause();
  }
  pid_t child = 0;
  ASSERT_EQ(::read(pipe.read.get(), &child, sizeof child), static_cast<ssize_t>(sizeof child));
  EXPECT_EQ(::kill(child, 0), 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_EQ(wait_for(child), 128 + SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(Spawn, SaysWhatCannotBeStarted) {
  try {
    spawn({"/nowhere/program"});
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
  }
}

}  // namespace
}  // namespace lvs::os
