// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/log/logs.h"

#include <fmt/format.h>

#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/log/machine-host.h"

namespace lvs::nginx {

std::string Logs::open(const std::string& path) {
  if (path.empty() || files_.contains(path)) return {};
  if (path == "/dev/stdout" || path == "/dev/stderr") {
    files_[path] = path == "/dev/stdout" ? out_ : err_;
    return {};
  }
  auto opened = machine_.files().open(path, true);
  if (!opened.file) return fmt::format("open() \"{}\" failed ({})", path, errno_text(errno_of(opened.error)));
  files_[path] = std::move(opened.file);
  return {};
}

void Logs::reopen() {
  auto before = std::move(files_);
  files_.clear();
  for (const auto& [path, file] : before) open(path);
}

std::string Logs::stamp(LogLevel level, control::Pid pid) const {
  return fmt::format("{} [{}] {}#{}: ", error_log_date(time()), name_of(level), pid, pid);
}

void Logs::write(const std::string& path, std::string_view text) {
  if (path.empty()) {
    err_->write(text);
  } else if (const auto found = files_.find(path); found != files_.end()) {
    found->second->write(text);
  }
}

void Logs::error(const std::vector<ErrorLogConf>& logs, LogLevel level, control::Pid pid, std::string_view text) {
  static const std::vector<ErrorLogConf> kDefault{ErrorLogConf{}};
  std::string line;
  for (const ErrorLogConf& log : logs.empty() ? kDefault : logs) {
    if (level > log.level) continue;
    if (line.empty()) line = stamp(level, pid) + std::string(text) + "\n";
    write(log.path, line);
  }
  if (!line.empty() && machine_.host().tracing())
    machine_.host().journal("nginx", fmt::format("[{}] {}: {}", name_of(level), pid, text));
}

void Logs::access(const std::string& path, std::string_view line) { write(path, line); }

}  // namespace lvs::nginx
