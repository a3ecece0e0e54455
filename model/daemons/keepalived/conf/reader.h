// SPDX-License-Identifier: GPL-2.0-or-later
// Walks a keepalived.conf by a tree of keywords (keepalived: process_stream()).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/lines.h"
#include "daemons/keepalived/conf/numbers.h"
#include "daemons/keepalived/conf/report.h"
#include "daemons/keepalived/conf/words.h"

namespace lvs::keepalived {

// What one process reads the configuration for.
enum class ConfReaderKind : std::uint8_t { parent, checker, vrrp, bfd };

struct Conf;
class ConfReader;

// What to do about a keyword of the configuration.
struct Keyword {
  std::string_view name;
  // Takes the words of the line, the name first; null: nothing to take.
  void (*take)(ConfReader& reader, const ConfWords& words) = nullptr;
  // Not null: known to keepalived and not modelled, for this reason.
  const char* refused = nullptr;
  // A block { } follows.
  std::span<const Keyword> inside{};
  bool block = false;
  void (*end)(ConfReader& reader) = nullptr;
};

class ConfReader {
 public:
  ConfReader(const ConfHost& machine, ConfReport& to, Conf& into, ConfLines::Options options, bool testing)
      : host(machine), report(to), conf(into), numbers{to, testing}, lines_(machine, to, std::move(options)) {}

  bool open(std::string_view path) { return lines_.open(path); }
  // Keywords of the top of a file: those of `ours` are taken, blocks of `theirs` are passed over, and told of.
  void read(std::span<const Keyword> ours, std::span<const Keyword> theirs,
            std::function<void(std::string_view)> passed_over);

  // --- for keywords ---
  // The word at `index`; where it is missing, keepalived stops reading and exits.
  const std::string& word(const ConfWords& words, std::size_t index);
  // The block behind a keyword whose lines are no keywords.
  void each_line(const ConfWords& words, const std::function<void(const ConfWords&)>& take);
  // Passes over the rest of a block. `to_come`: its { is still to be read. Without it keepalived takes the words of the
  // block for those of the one before; `none`: there is none, and it writes into memory that is nobody's.
  void skip_block(bool to_come, bool none = false) {
    skipping_ = to_come ? -1 : 1;
    without_owner_ = to_come && none ? report.place.line : 0;
  }
  // False: there is no such interface, for which the VRRP child ends.
  bool has_interface(std::string_view name);
  // The line as it stands, for words with quotes.
  const std::string& line() const { return line_; }
  // true_or_false() of the word behind the name; true when there is none; nothing for other words.
  std::optional<bool> flag(const ConfWords& words) const;

  const ConfHost& host;
  ConfReport& report;
  Conf& conf;
  NumberReader numbers;
  // regex and regex_options of HTTP_GET, which no URL has taken yet.
  std::optional<std::string> regex;
  std::uint32_t regex_options = 0;

 private:
  bool process(std::span<const Keyword> ours, std::span<const Keyword> theirs, bool need_open, int level);
  // True when the line was in a block that is passed over. `closed`: the block of this level has ended.
  bool skip(const ConfWords& words, bool& need_open, int level, bool& closed);
  void keyword(const Keyword& each, ConfWords words, int level);

  ConfLines lines_;
  std::string line_;
  std::function<void(std::string_view)> passed_over_;
  int without_owner_ = 0;  // the line of a block whose words would belong to nothing
  int skipping_ = 0;       // open blocks that are passed over; -1: one is to come
};

}  // namespace lvs::keepalived
