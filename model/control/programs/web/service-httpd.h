// SPDX-License-Identifier: GPL-2.0-or-later
// What `service httpd` says and reads; the same in the model and in the real kernel.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/programs/web/http-page.h"

namespace lvs::control {

inline constexpr std::string_view kHttpdIsRunning = "httpd is running.\n";
inline constexpr std::string_view kHttpdIsStopped = "httpd is not running.\n";
inline constexpr std::string_view kServiceUsage = "usage: service httpd {start|stop|restart|status}\n";

// Options as words between blanks; text behind -t to the end of the line.
inline std::optional<std::string> read_httpd_conf(std::string_view conf, HttpdOptions& options) {
  std::vector<std::string> words;
  while (!conf.empty()) {
    const std::size_t blank = conf.find_first_of(" \t\n");
    if (blank != 0) words.emplace_back(conf.substr(0, blank));
    conf.remove_prefix(blank == std::string_view::npos ? conf.size() : blank + 1);
    if (!words.empty() && words.back() == "-t") {
      const std::size_t end = conf.find('\n');
      words.emplace_back(conf.substr(0, end));
      conf.remove_prefix(end == std::string_view::npos ? conf.size() : end + 1);
    }
  }
  return parse_httpd(words, options);
}

}  // namespace lvs::control
