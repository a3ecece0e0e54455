// SPDX-License-Identifier: GPL-2.0-or-later
// Every shipped lab is modelled, says what it shows, and `lvs-lab check` finds in it what its README says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"
#include "daemons/daemons.h"

namespace lvs::control {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::vector<std::string> shipped_labs() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(LVS_SOURCE_DIR "/scenarios/labs"))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The names behind "**lvs-lab check:**", sorted; "clean": none.
std::vector<std::string> promised_rules(const std::string& readme) {
  constexpr std::string_view kMark = "**lvs-lab check:** ";
  const std::size_t at = readme.find(kMark);
  if (at == std::string::npos) return {"(the README does not say)"};
  std::string_view rest = std::string_view(readme).substr(at + kMark.size());
  rest = rest.substr(0, rest.find('\n'));
  std::vector<std::string> rules;
  while (!rest.empty() && rest != "clean") {
    const std::size_t comma = rest.find(", ");
    rules.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 2);
  }
  std::ranges::sort(rules);
  return rules;
}

class ShippedLab : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { daemons::add_daemons(); }
};

TEST_P(ShippedLab, IsAsItsReadmeSays) {
  const fs::path folder = fs::path(LVS_SOURCE_DIR "/scenarios/labs") / GetParam();
  const LabReading reading = read_lab(folder);
  for (const LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading.lab.name, GetParam());
  EXPECT_NE(reading.lab.description, "");
  const auto unmodelled = check_commands(reading.lab);
  for (const LabMessage& error : unmodelled) ADD_FAILURE() << error.text();
  ASSERT_TRUE(unmodelled.empty());

  const std::string readme = text_of_file(folder / "README.md");
  for (const std::string_view part : {"**Question:**", "**What to see:**", "lvs-lab run "})
    EXPECT_THAT(readme, HasSubstr(part));
  std::vector<std::string> found;
  for (const LabFinding& finding : diagnose(reading.lab).findings) found.push_back(finding.rule);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  EXPECT_EQ(found, promised_rules(readme));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedLab, testing::ValuesIn(shipped_labs()),
                         [](const testing::TestParamInfo<std::string>& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lvs::control
