// SPDX-License-Identifier: GPL-2.0-or-later
// The kinds of `ip` objects: the list of the command, that of `lvs-lab commands` and that of docs/commands.md are one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "control/machine/registry.h"
#include "control/programs/ip/ip.h"

namespace lvs::control {
namespace {

// "addr" and "address" are one.
std::vector<std::string> full_names(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& word : words)
    for (const std::string_view object : ip::modelled_objects())
      if (object.starts_with(word)) names.emplace_back(object);
  std::ranges::sort(names);
  EXPECT_EQ(names.size(), words.size()) << "an object that is not modelled";
  return names;
}

std::vector<std::string> objects() {
  const auto names = ip::modelled_objects();
  return {names.begin(), names.end()};
}

TEST(IpObjects, AreThoseThatTheRegistryNames) {
  const auto commands = modelled_commands();
  const auto entry = std::ranges::find(commands, "ip", &CommandEntry::name);
  ASSERT_NE(entry, commands.end());
  std::string summary(entry->summary);
  std::erase(summary, ',');
  std::istringstream in(summary);
  const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  EXPECT_EQ(full_names(words), objects());
}

TEST(IpObjects, AreThoseThatTheDocumentNames) {
  std::ifstream document(LVS_SOURCE_DIR "/docs/commands.md");
  ASSERT_TRUE(document);
  std::vector<std::string> words;
  constexpr std::string_view kBegin = "| `ip ";
  for (std::string line; std::getline(document, line);)
    if (line.starts_with(kBegin))
      words.push_back(line.substr(kBegin.size(), line.find('`', kBegin.size()) - kBegin.size()));
  EXPECT_EQ(full_names(words), objects());
}

TEST(IpObjects, AreSaidWhereOneIsMissing) {
  const auto result = parse_command({{"ip", 1}, {"fou", 4}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text(),
            "column 4: 'fou': this object of ip is not modelled; known: address link neigh route rule tunnel");
}

}  // namespace
}  // namespace lvs::control
