// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of an nginx.conf: nginx's own messages, and what this model leaves out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvs::nginx {

// How bad a line of nginx's error log is (nginx: ngx_log.h).
enum class LogLevel : std::uint8_t { to_stderr, emerg, alert, crit, error, warn, notice, info, debug };

inline constexpr auto kLevelNames =
    std::to_array<std::string_view>({"", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"});

constexpr std::string_view name_of(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }
constexpr std::optional<LogLevel> level_named(std::string_view name) {
  for (std::size_t i = 1; i < kLevelNames.size(); ++i)
    if (kLevelNames[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

// Where a directive stands.
struct ConfPlace {
  std::string file;
  std::size_t line = 0;  // from 1; 0: of the command line (-g)
  std::string text() const { return line == 0 ? "command line" : file + ":" + std::to_string(line); }
};

// Known to nginx, not modelled.
struct ConfRefusal {
  ConfPlace place;
  std::string word;
  std::string reason;
  std::string text() const { return place.text() + ": '" + word + "': " + reason; }
};

struct ConfMessage {
  LogLevel level = LogLevel::emerg;
  std::string text;  // behind "nginx: [emerg] ", its place included
};

class ConfReport {
 public:
  // nginx reads no further.
  void fail(std::string text) {
    if (failed_) return;
    failed_ = true;
    add(LogLevel::emerg, std::move(text));
  }
  void fail_at(const ConfPlace& place, std::string text) { fail(std::move(text) + " in " + place.text()); }
  // All has been read ("syntax is ok"); what comes now is about the machine.
  void read() { read_ = !failed_; }
  void warn(std::string text) { add(LogLevel::warn, std::move(text)); }
  void refuse(const ConfPlace& place, std::string_view word, std::string reason) {
    constexpr std::size_t kMost = 100;
    if (refusals_.size() < kMost) refusals_.push_back({place, std::string(word), std::move(reason)});
  }

  bool failed() const { return failed_; }
  bool syntax_is_ok() const { return read_; }
  const std::vector<ConfMessage>& messages() const { return messages_; }
  const std::vector<ConfRefusal>& refusals() const { return refusals_; }

 private:
  void add(LogLevel level, std::string text) {
    ConfMessage& message = messages_.emplace_back();
    message.level = level;
    message.text = std::move(text);
  }

  bool failed_ = false, read_ = false;
  std::vector<ConfMessage> messages_;
  std::vector<ConfRefusal> refusals_;
};

}  // namespace lvs::nginx
