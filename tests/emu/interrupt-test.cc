// SPDX-License-Identifier: GPL-2.0-or-later
// An emulation that is interrupted at any moment: its interface goes with it, and what a killed one leaves, the next
// one replaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "os/process.h"
#include "support/interrupt.h"

namespace lvs::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

TEST(Interrupted, AnEmulation) {
  if (os::run({"unshare", "-n", "true"}).status != 0 || ::access("/dev/net/tun", W_OK) != 0)
    GTEST_SKIP() << "namespaces and TAPs take root";
  const std::string program = std::string(LVS_PROGRAM_DIR) + "/lvs-emu";
  const std::string lab = std::string(LVS_SOURCE_DIR) + "/scenarios/emulation/labs/dr";
  const auto judge = [](const fs::path& path) {
    const std::string name = path.filename().string();
    // A trace that others read along is there from the start.
    return name == "socket" || name == "pid" || name == "trace.pcapng" ? std::string() : std::string("is left");
  };
  // In a network namespace that goes when nobody is in it.
  const Interruption what{{"unshare", "-n", program, lab, "--real=client", "--tap=lan=emu,create", "--control=socket",
                           "--pidfile=pid", "--trace=trace.pcapng"},
                          std::chrono::milliseconds(800),
                          {},
                          judge,
                          std::chrono::milliseconds(8000),
                          {SIGINT, SIGTERM, SIGKILL}};  // HUP begins the next trace file
  EXPECT_THAT(left_behind(what), IsEmpty());
}

TEST(Interrupted, TheNextOneReplacesWhatAKilledOneLeft) {
  if (os::run({"unshare", "-n", "true"}).status != 0 || ::access("/dev/net/tun", W_OK) != 0)
    GTEST_SKIP() << "namespaces and TAPs take root";
  const fs::path folder = fs::temp_directory_path() / ("lvs-replaced-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const std::string run = "cd " + folder.string() + " && exec unshare -n " + std::string(LVS_PROGRAM_DIR) +
                          "/lvs-emu " + std::string(LVS_SOURCE_DIR) +
                          "/scenarios/emulation/labs/dr --real=client --tap=lan=emu,create --control=socket "
                          "--pidfile=pid --quiet ";
  os::run({"/bin/sh", "-c", "(" + run + ") & sleep 1; kill -9 $!; wait"});
  EXPECT_TRUE(fs::exists(folder / "pid"));
  EXPECT_TRUE(fs::exists(folder / "socket"));
  const os::Output again = os::run({"/bin/sh", "-c", run + "--until 0.2"});
  EXPECT_EQ(again.status, 0) << again.text;
  EXPECT_TRUE(fs::is_empty(folder));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lvs::test
