// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of a keepalived.conf: keepalived's own messages with its own status, and what this model leaves out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvs::keepalived {

// Where a line of the configuration stands.
struct ConfPlace {
  std::string file;
  std::size_t line = 0;  // from 1; 0: the configuration as a whole
};

// How bad a message is, by keepalived's numbers (its lib/parser.h): `keepalived -t` and a child's end depend on it.
enum class ConfStatus {
  ok,
  file_not_found,
  bad_interface,
  fatal,
  multiple_files,
  unknown_keyword,
  unexpected_open,
  missing_open,
  unexpected_close,
  missing_close,
  unmatched_quote,
  missing_parameter,
  invalid_number,
  general_error,
  warning,
  deprecated,
  security_error,
};

// Known to keepalived, not modelled.
struct ConfRefusal {
  ConfPlace place;
  std::string word;
  std::string reason;

  std::string text() const { return place.file + ":" + std::to_string(place.line) + ": '" + word + "': " + reason; }
};

// A process of keepalived reads the configuration with its own eyes; each collects its own report.
class ConfReport {
 public:
  // `names_file`: messages name the file as well as the line, as those of the children do.
  explicit ConfReport(bool names_file) : names_file_(names_file) {}

  // With place() in front, where there is one.
  void error(ConfStatus status, std::string_view text) {
    if (stopped_) return;
    status_ = std::max(status_, status);
    misses_file_ |= status == ConfStatus::file_not_found;
    note(text);
  }
  void error(std::string_view text) { error(ConfStatus::general_error, text); }
  // A log line of no consequence; `keepalived -t` does not print it.
  void log(std::string_view text) {
    if (!stopped_) messages_.push_back({std::string(text), false});
  }
  void refuse(std::string word, std::string reason) {
    refusals_.push_back({place, std::move(word), std::move(reason)});
  }
  // keepalived reads no further and exits.
  void stop() { stopped_ = true; }

  ConfPlace place;  // of the line that is being read; line 0: none any more
  ConfStatus status() const { return status_; }
  bool stopped() const { return stopped_; }
  bool misses_file() const { return misses_file_; }  // one that must be there
  struct Message {
    std::string text;
    bool error;
  };
  const std::vector<Message>& messages() const { return messages_; }
  const std::vector<ConfRefusal>& refusals() const { return refusals_; }

 private:
  void note(std::string_view text) {
    std::string whole;
    if (place.line != 0 && names_file_) whole = "(" + place.file + ": Line " + std::to_string(place.line) + ") ";
    if (place.line != 0 && !names_file_) whole = "(Line " + std::to_string(place.line) + ") ";
    messages_.push_back({std::move(whole.append(text)), true});
  }

  bool names_file_;
  bool stopped_ = false;
  bool misses_file_ = false;
  ConfStatus status_ = ConfStatus::ok;
  std::vector<Message> messages_;
  std::vector<ConfRefusal> refusals_;
};

}  // namespace lvs::keepalived
