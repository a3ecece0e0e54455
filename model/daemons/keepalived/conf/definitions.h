// SPDX-License-Identifier: GPL-2.0-or-later
// $NAME= definitions of a keepalived.conf, and the lines that ~SEQ and ~LST make (keepalived: lib/parser.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

class ConfDefinitions {
 public:
  // `id`: what ${_INSTANCE} stands for (-i).
  ConfDefinitions(ConfReport& report, const std::string& id);

  // The folder of the file that is read, which is where keepalived stands meanwhile: ${_PWD}.
  void set_folder(std::string folder) { definitions_["_PWD"].lines = {std::move(folder)}; }

  // "$NAME=text": true when `line` is one. A text that ends in a backslash goes on in the next lines: more().
  bool define(std::string_view line);
  bool wants_more() const { return open_ != nullptr; }
  // The next line of an open definition; an empty one ends it.
  void more(std::string_view line);

  // Replaces $NAME and ${NAME}. A definition of several lines replaces the end of `line` by its first, and later lines
  // come from next_line(). False when nothing was there to replace.
  bool replace(std::string& line);

  // "~SEQ(var, [start, [step,]] end) text", "~LST(var, a, b) text": true when `line` begins so; lines come from
  // next_line().
  bool sequence(std::string_view line);

  // A line that a sequence or a definition of several lines has left to be read.
  std::optional<std::string> next_line();

 private:
  struct Definition {
    std::vector<std::string> lines;  // one, unless it is of several lines
    bool multiline = false;
  };
  struct Sequence {
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> values;  // of ~LST
    std::int64_t next = 0, step = 1, last = 0;     // of ~SEQ
    bool hex = false;
    std::size_t round = 0;
    std::string text;
  };

  struct Use {
    const Definition* definition = nullptr;
    std::size_t length = 0;  // of the use in the line, $ and braces included
    std::string name;
  };
  std::optional<Use> find_use(std::string_view line, std::size_t dollar) const;
  bool read_numbers(std::string_view text, Sequence& sequence, std::string_view whole);
  bool add_seq(std::string_view line);
  bool add_list(std::string_view line);
  std::optional<std::string> next_round();

  ConfReport& report_;
  std::map<std::string, Definition, std::less<>> definitions_;
  Definition* open_ = nullptr;
  std::vector<Sequence> sequences_;  // innermost last
  std::deque<std::string> pending_;
  std::size_t pending_depth_ = 0;  // sequences that wait until the pending lines are read
};

}  // namespace lvs::keepalived
