// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input-file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/printable.h"

namespace lvs::base {
namespace {

namespace fs = std::filesystem;

class InputFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lvs-input-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(InputFile, ReadsOrdinaryFilesAlsoBehindLinks) {
  std::ofstream(path("a")) << "text\n";
  fs::create_symlink(path("a"), path("link"));
  EXPECT_EQ(*read_input(path("a")), "text\n");
  EXPECT_EQ(*read_input(path("link")), "text\n");
  EXPECT_EQ(*read_input("/proc/self/comm", 100), *read_input("/proc/self/comm"));  // says that it is empty
}

TEST_F(InputFile, WaitsForNobody) {
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", path("device"));
  EXPECT_EQ(read_input(path("fifo")).error(), "is a FIFO, not an ordinary file");
  EXPECT_EQ(read_input(path("device")).error(), "is a device, not an ordinary file");
  EXPECT_EQ(read_input("/dev/tty").error(), "is a device, not an ordinary file");
  EXPECT_EQ(read_input(folder_.string()).error(), "is a folder");
  EXPECT_EQ(read_input(path("nothing")).error(), "No such file or directory");
}

TEST_F(InputFile, HasBounds) {
  std::ofstream(path("a")) << std::string(3000, 'x');
  EXPECT_TRUE(read_input(path("a"), 3000).ok());
  EXPECT_EQ(read_input(path("a"), 2048).error(), "is larger than 2 KiB");
  fs::resize_file(path("a"), 100ull << 30);  // a hole
  EXPECT_EQ(read_input(path("a")).error(), "is larger than 64 MiB");
}

TEST(TextFault, NamesWhatNoTextHas) {
  EXPECT_FALSE(text_fault("ip addr # \xc3\xa9\n"));
  EXPECT_FALSE(text_fault(""));
  EXPECT_EQ(text_fault("\xef\xbb\xbfip addr\n")->line, 1);
  EXPECT_EQ(text_fault("\xff\xfei\0p\0")->reason, "is UTF-16, not text for a shell; save it as UTF-8");
  const auto zero = text_fault(std::string_view("a\nb\n\0c\n", 7));
  ASSERT_TRUE(zero);
  EXPECT_EQ(zero->line, 3);
}

TEST(Printable, ShowsWhatWouldCommandATerminal) {
  EXPECT_EQ(printable("plain \t text\n"), "plain \t text\n");
  EXPECT_EQ(printable("\x1b]0;owned\x07"), "^[]0;owned^G");
  EXPECT_EQ(printable("a\r\nb\rc"), "a\nb^Mc");
  EXPECT_EQ(printable("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\xa7"), "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\xa7");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "M-^[2J");  // CSI in UTF-8
  EXPECT_EQ(printable("\x9b"
                      "2J\xff\x7f"),
            "M-^[2JM-^?^?");            // and in Latin-1
  EXPECT_EQ(printable("\xc3"), "M-C");  // cut
  EXPECT_EQ(printable_line("a\nb\t"), "a^Jb^I");
}

}  // namespace
}  // namespace lvs::base
