// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernel is the referee, and what is said of files that are none.
#include "referee/kernel/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "os/fd.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

// A cache of its own; kernels in it are files with the texts that every kernel has.
class Image : public testing::Test {
 protected:
  Image() {
    std::string name = testing::TempDir() + "lvs-image-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << name;
    folder_ = name;
    ::setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
    ::unsetenv("LVS_REFEREE_KERNEL");
  }
  ~Image() override {
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("LVS_REFEREE_KERNEL");
    fs::remove_all(folder_);
  }

  std::string kernel(const std::string& release, bool time_travel = true, bool modules = true) {
    const fs::path place = fs::path(kernel_cache()) / release;
    fs::create_directories(place);
    if (modules) fs::create_directories(place / "lib/modules" / release);
    const std::string text = std::string("\x7f") + "ELF umid= Linux version %s, Linux version " + release + " (gcc) " +
                             (time_travel ? "time-travel=inf-cpu" : "");
    os::write_file(place / "linux", text, 0755);
    return place / "linux";
  }

  static std::string error_of(const KernelChoice& choice) {
    const auto image = find_kernel(choice);
    return image ? "found " + image->program : image.error();
  }

  fs::path folder_;
};

TEST_F(Image, OfTheCacheSixOneIsTakenAndTheNewestOfIt) {
  kernel("6.12.117");
  kernel("6.1.99");
  const std::string newest = kernel("6.1.192");
  const auto image = find_kernel({});
  ASSERT_TRUE(image) << image.error();
  EXPECT_EQ(image->program, newest);
  EXPECT_EQ(image->release, "6.1.192");
  EXPECT_TRUE(image->virtual_time);
  EXPECT_THAT(image->modules, EndsWith("6.1.192/lib/modules"));
}

TEST_F(Image, AVersionIsOneFamily) {
  kernel("6.1.192");
  EXPECT_THAT(error_of({RefereeKind::virtual_time, "", "6.12"}), HasSubstr("no kernel for virtual time in"));
  kernel("6.12.117");
  EXPECT_EQ(find_kernel({RefereeKind::virtual_time, "", "6.12"})->release, "6.12.117");
}

TEST_F(Image, TheOneNamedGoesBeforeTheEnvironmentBeforeTheCache) {
  const std::string in_cache = kernel("6.1.192"), other = kernel("6.12.117"), third = kernel("6.12.118");
  ::setenv("LVS_REFEREE_KERNEL", other.c_str(), 1);
  EXPECT_EQ(find_kernel({})->program, other);
  EXPECT_EQ(find_kernel({RefereeKind::best, fs::path(third).parent_path(), ""})->program, third);
}

TEST_F(Image, WhatIsNoKernelIsNamed) {
  EXPECT_THAT(error_of({RefereeKind::best, "/nowhere/linux", ""}), HasSubstr("/nowhere/linux: no such kernel"));
  EXPECT_EQ(error_of({RefereeKind::best, "/bin/sh", ""}), "/bin/sh: is no kernel for User Mode Linux");
  EXPECT_EQ(error_of({RefereeKind::best, "/dev/zero", ""}), "/dev/zero: is no kernel for User Mode Linux");
  const std::string archive = folder_ / "6.1.192.tar.xz";
  os::write_file(archive,
                 "\xfd"
                 "7zXZ");
  EXPECT_THAT(error_of({RefereeKind::best, archive, ""}), HasSubstr("unpack it (tar xf)"));
  const std::string image = kernel("6.1.192", true, false);
  EXPECT_EQ(error_of({RefereeKind::best, image, ""}),
            image + ": its modules are missing (lib/modules/6.1.192 beside it)");
}

TEST_F(Image, VirtualTimeNeedsAKernelThatHasIt) {
  EXPECT_THAT(error_of({RefereeKind::virtual_time, "", ""}), HasSubstr("./waf referee-kernel builds one"));
  const std::string image = kernel("6.1.176", false);
  EXPECT_THAT(error_of({RefereeKind::virtual_time, image, ""}), HasSubstr("without CONFIG_UML_TIME_TRAVEL_SUPPORT"));
  EXPECT_FALSE(find_kernel({RefereeKind::best, image, ""})->virtual_time);
  EXPECT_THAT(error_of({RefereeKind::package, image, ""}), HasSubstr("one of them"));
}

TEST_F(Image, RefereesHaveNames) {
  EXPECT_EQ(*parse_referee("virtual"), RefereeKind::virtual_time);
  EXPECT_EQ(*parse_referee("package"), RefereeKind::package);
  EXPECT_EQ(parse_referee("fast").error(), "--referee: 'fast' is no referee; known: virtual, package");
}

}  // namespace
}  // namespace lvs::referee
