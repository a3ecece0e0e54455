// SPDX-License-Identifier: GPL-2.0-or-later
// A named.conf as words and blocks, with their lines (BIND: lib/isccfg/parser.c).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::named {

struct ConfWord {
  std::string text;
  bool quoted = false;
  std::string file;
  std::size_t line = 0;
};

// "WORD... ;" or "WORD... { ... } WORD... ;"
struct ConfStatement {
  std::vector<ConfWord> words;  // those in front of the block, at least one unless it is a bare block
  bool has_block = false;
  std::vector<ConfStatement> block;
  std::vector<ConfWord> behind;
  std::string file;
  std::size_t line = 0;
  const std::string& name() const {
    static const std::string kNone;
    return words.empty() ? kNone : words.front().text;
  }
};

struct ConfTree {
  std::vector<ConfStatement> statements;
  std::string error;  // "named.conf:3: missing ';' before '}'"
};

// nullopt: there is no such file.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
// With what it includes put in place.
ConfTree read_conf_tree(const std::string& path, const ReadFile& read);

}  // namespace lvs::named
