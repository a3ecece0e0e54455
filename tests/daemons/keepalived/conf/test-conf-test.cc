// SPDX-License-Identifier: GPL-2.0-or-later
// keepalived -t: the messages and the status of the real one, recorded by tests/golden/daemons/record-keepalived-test.
#include <glob.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/keepalived/conf/grammar/read.h"

namespace lvs::keepalived {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(LVS_SOURCE_DIR) / "tests/golden/daemons/keepalived-test";

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The namespace that the recording was made in.
class RecordedHost final : public ConfHost {
 public:
  std::optional<std::string> read(std::string_view path) const override {
    if (path.starts_with('/') || !fs::exists(kFolder / path)) return std::nullopt;
    return text_of(kFolder / path);
  }
  std::vector<std::string> matches(const std::string& pattern) const override {
    std::vector<std::string> found;
    glob_t files{};
    if (glob((kFolder / pattern).c_str(), 0, nullptr, &files) == 0) {
      for (std::size_t i = 0; i < files.gl_pathc; ++i)
        found.push_back(fs::path(files.gl_pathv[i]).lexically_relative(kFolder));
    }
    globfree(&files);
    return found;
  }
  bool is_folder(std::string_view path) const override { return fs::is_directory(kFolder / path); }
  bool has_interface(std::string_view name) const override { return name == "lo" || name == "eth0" || name == "eth1"; }
  bool exists(std::string_view program) const override {
    constexpr auto kThere = std::to_array<std::string_view>({"/bin/bash", "/bin/true", "/bin/echo", "/etc/hosts"});
    return std::ranges::find(kThere, program) != kThere.end();
  }
  bool can_execute(std::string_view program) const override { return program != "/etc/hosts" && exists(program); }
  std::optional<base::Ipv4Addr> address(std::string_view interface) const override {
    return base::Ipv4Addr::parse(interface == "eth0" ? "10.0.0.11" : "192.168.1.11");
  }
};

class KeepalivedTest : public testing::TestWithParam<std::string> {};

TEST_P(KeepalivedTest, SaysWhatTheRealOneSays) {
  const ConfTest test = test_conf({GetParam() + ".conf", {}, true}, RecordedHost());
  EXPECT_EQ(test.err + "status " + std::to_string(test.status) + "\n", text_of(kFolder / (GetParam() + ".txt")));
}

std::vector<std::string> recorded() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".conf") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Recorded, KeepalivedTest, testing::ValuesIn(recorded()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace lvs::keepalived
