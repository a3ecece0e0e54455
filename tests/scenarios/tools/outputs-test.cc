// SPDX-License-Identifier: GPL-2.0-or-later
// Outputs are whole or absent, with status 2 and one line that says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "os/process.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kPrograms = std::string(LVS_PROGRAM_DIR) + "/";

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

os::Output shell(const std::string& line) { return os::run({"/bin/sh", "-c", "cd " + kPrograms + " && ./" + line}); }

class Outputs : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lvs-outputs-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(Outputs, AFullStandardOutput) {
  for (const char* line : {"lvs-lab list", "lvs-lab commands", "lvs-lab --help", "lvs-lab run dr-walk",
                           "lvs-lab check dr-walk", "lvs-nat --servers=1", "lvs-trace --reasons", "lvs-emu --help"}) {
    const os::Output ran = shell(std::string(line) + " > /dev/full");
    EXPECT_EQ(ran.status, 2) << line;
    EXPECT_THAT(ran.text, HasSubstr(": cannot write standard output: No space left on device\n")) << line;
  }
}

TEST_F(Outputs, AFullDevice) {
  for (const char* line :
       {"lvs-lab run dr-walk --quiet --json /dev/full", "lvs-nat --servers=1 --quiet --csv=/dev/full",
        "lvs-lab run dr-walk --quiet --trace /dev/full"}) {
    const os::Output ran = shell(line);
    EXPECT_EQ(ran.status, 2) << line;
    EXPECT_THAT(ran.text, HasSubstr("cannot write /dev/full: No space left on device\n")) << line;
  }
}

TEST_F(Outputs, AFullDisk) {
  if (::mount("lvs-test", folder_.c_str(), "tmpfs", 0, "size=32k") != 0) GTEST_SKIP() << "mounting takes root";
  for (const std::string& line :
       {"lvs-nat --servers=2 --quiet --pcap=" + path("p"), "lvs-nat --servers=2 --quiet --trace=" + path("t.pcapng"),
        "lvs-lab run sched-rr --quiet --capture " + path("captures") + " --json " + path("j.json"),
        "lvs-lab run sched-rr --quiet --trace " + path("t.pcapng")}) {
    const os::Output ran = shell(line);
    EXPECT_EQ(ran.status, 2) << line;
    EXPECT_THAT(ran.text, HasSubstr("No space left on device")) << line;
    EXPECT_EQ(count(), 0U) << line;
  }
  ::umount(folder_.c_str());
}

TEST_F(Outputs, AMissingFolder) {
  for (const char* line :
       {"lvs-nat --servers=1 --quiet --pcap=/nowhere/x", "lvs-nat --quiet --csv=/nowhere/x",
        "lvs-dns-hybrid --servers=4 --directors=2 --quiet --pcap=/nowhere/x",
        "lvs-lab run dr-walk --quiet --json /nowhere/x", "lvs-trace /dev/null --output /nowhere/x"}) {
    const os::Output ran = shell(line);
    EXPECT_EQ(ran.status, 2) << line;
  }
}

TEST_F(Outputs, OneFileForTwo) {
  const std::string name = path("x"), other = path(".//x");
  for (const std::string& line : {"lvs-nat --servers=1 --quiet --json=" + name + " --csv=" + other,
                                  "lvs-nat --servers=1 --quiet --json=" + name + " --trace=" + name,
                                  "lvs-lab run dr-walk --quiet --json " + name + " --trace " + name,
                                  std::string("lvs-lab run dr-walk --quiet --json new-file --trace ./new-file"),
                                  "lvs-lab run dr-walk --quiet --json new-file --trace " + kPrograms + "new-file"}) {
    const os::Output ran = shell(line);
    EXPECT_EQ(ran.status, 2) << line;
    EXPECT_THAT(ran.text, HasSubstr("is the file of another output, too\n")) << line;
    EXPECT_EQ(count(), 0U) << line;
  }
}

TEST_F(Outputs, AFileThatIsRead) {
  const std::string name = path("t.pcapng");
  ASSERT_EQ(shell("lvs-lab run dr-walk --quiet --trace " + name).status, 0);
  const std::string before = content(name);
  fs::create_hard_link(name, path("link"));
  for (const std::string& output : {name, path("link")}) {
    const os::Output ran = shell("lvs-trace " + name + " --output " + output);
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.text, HasSubstr("is read as well, and would be lost\n"));
    EXPECT_EQ(content(name), before);
  }
}

TEST_F(Outputs, AFifoThatNobodyReads) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  const os::Output ran = shell("lvs-lab run dr-walk --quiet --json " + path("fifo"));
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("nobody reads from it\n"));
}

// --- inputs ---

TEST_F(Outputs, LabsThatAreNone) {
  const auto error_of = [&](const std::string& file, const std::function<void(const std::string&)>& make) {
    const fs::path lab = folder_ / "lab";
    fs::remove_all(lab);
    fs::create_directories(lab);
    std::ofstream(lab / "lab.conf") << "a[0]=net\n";
    fs::remove(lab / file);
    make((lab / file).string());
    const os::Output ran = shell("lvs-lab run " + lab.string());
    EXPECT_EQ(ran.status, 2) << ran.text;
    return ran.text;
  };
  const auto fifo = [](const std::string& name) { ::mkfifo(name.c_str(), 0600); };
  const auto device = [](const std::string& name) { fs::create_symlink("/dev/zero", name); };
  const auto out = [](const std::string& name) { fs::create_symlink("/etc/passwd", name); };
  const auto mark = [](const std::string& name) {
    std::ofstream(name) << "\xef\xbb\xbf"
                           "ip addr\n";
  };
  const auto zero = [](const std::string& name) { std::ofstream(name) << "a\n" << '\0' << "\n"; };
  const auto huge = [](const std::string& name) {
    std::ofstream(name) << "x";
    fs::resize_file(name, 1ull << 40);
  };
  for (const char* file : {"lab.conf", "a.startup", "lab.timeline"}) {
    const std::string place = std::string("lab/") + file;
    EXPECT_THAT(error_of(file, fifo), HasSubstr(place + ": is a FIFO, not an ordinary file"));
    EXPECT_THAT(error_of(file, device), HasSubstr(place + ": is a link to a file outside of the lab's folder"));
    EXPECT_THAT(error_of(file, out), HasSubstr(place + ": is a link to a file outside of the lab's folder"));
    EXPECT_THAT(error_of(file, mark), HasSubstr(place + ":1: begins with a byte order mark"));
    EXPECT_THAT(error_of(file, zero), HasSubstr(place + ":2: not a text file (it holds a zero byte)"));
    EXPECT_THAT(error_of(file, huge), HasSubstr(place + ": is larger than 64 MiB"));
  }
}

TEST_F(Outputs, TerminalEscapesAreShown) {
  std::ofstream(folder_ / "lab.conf") << "LAB_NAME=\"\x1b]0;owned\x07\"\na[0]=net\n";
  std::ofstream(folder_ / "lab.timeline") << "0 a echo '\x1b[31m'\n";
  const os::Output ran = shell("lvs-lab run " + folder_.string());
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.text.find('\x1b'), std::string::npos);
  EXPECT_THAT(ran.text, HasSubstr("^[]0;owned^G"));
  EXPECT_THAT(ran.text, HasSubstr("^[[31m\n"));
}

}  // namespace
}  // namespace lvs::scenarios
