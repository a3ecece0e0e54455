// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorded-frames.h"

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace lvs::test {

std::vector<std::vector<std::string>> recorded_rows(const std::string& path, std::string_view kind) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    if (!(words >> first) || first != kind) continue;
    rows.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    for (std::string& word : rows.back()) {
      if (word.ends_with(':')) word.pop_back();
    }
  }
  EXPECT_FALSE(rows.empty()) << path << " has no row " << kind;
  return rows;
}

Frame frame_of_hex(std::string_view hex) {
  Frame frame;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    frame.push_back(byte);
  }
  return frame;
}

}  // namespace lvs::test
