// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/log/logs.h"

#include <fmt/format.h>

#include <utility>

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
  for (const auto& [worker, buffers] : buffers_) flush(worker);
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

// nginx: ngx_http_log_handler().
void Logs::access(const AccessLogConf& log, control::Pid worker, std::string_view line, std::size_t slack) {
  if (log.buffer == 0) return write(log.path, line);
  auto& buffer = buffers_[worker][log.path];
  if (!buffer)
    buffer = std::make_unique<Buffer>(machine_.host(),
                                      [this, worker, path = log.path] { flush(path, *buffers_.at(worker).at(path)); });
  if (buffer->text.size() + line.size() + slack > log.buffer) {
    write(log.path, buffer->text);
    buffer->text.clear();
  }
  if (line.size() + slack > log.buffer) {
    buffer->alarm.clear();
    return write(log.path, line);
  }
  if (buffer->text.empty() && log.flush > base::Time{}) buffer->alarm.set_after(log.flush);
  buffer->text += line;
}

void Logs::flush(const std::string& path, Buffer& buffer) {
  buffer.alarm.clear();
  if (!buffer.text.empty()) write(path, std::exchange(buffer.text, {}));
}

void Logs::flush(control::Pid worker) {
  const auto found = buffers_.find(worker);
  if (found == buffers_.end()) return;
  for (const auto& [path, buffer] : found->second) flush(path, *buffer);
}

}  // namespace lvs::nginx
