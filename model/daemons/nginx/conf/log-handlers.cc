// SPDX-License-Identifier: GPL-2.0-or-later
// Logs.
#include <fmt/format.h>

#include <algorithm>

#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {

void read_error_log(ConfReader& r, std::vector<ErrorLogConf>& to) {
  ErrorLogConf log;
  const std::string& path = r.word(1);
  if (path.starts_with("syslog:") || path.starts_with("memory:"))
    return r.refuse(path, "only files and stderr are modelled");
  if (path != "stderr") log.path = path;
  if (r.words().size() > 2) {
    const auto level = level_named(r.word(2));
    if (!level) return r.fail(fmt::format("invalid log level \"{}\"", r.word(2)));
    if (*level >= LogLevel::info) return r.refuse(r.word(2), "lines of this level are not modelled");
    log.level = *level;
  }
  if (r.words().size() > 3) return r.refuse(r.word(3), "connections to be debugged are not modelled");
  if (!log.path.empty() && !log.path.starts_with('/')) log.path = "/usr/share/nginx/" + log.path;
  to.push_back(std::move(log));
}

namespace {

// What stands behind the format of an access_log; false: it has been told.
bool take_log_option(ConfReader& r, const std::string& word, AccessLogConf& log) {
  const auto value = [&](std::string_view name) { return std::string_view(word).substr(name.size()); };
  if (word.starts_with("buffer=")) {
    const auto size = conf_size(value("buffer="));
    if (!size || *size == 0) return r.fail(fmt::format("invalid buffer size \"{}\"", value("buffer="))), false;
    log.buffer = *size;
  } else if (word.starts_with("flush=")) {
    const auto time = conf_time(value("flush="));
    if (!time || *time == base::Time{}) return r.fail(fmt::format("invalid flush time \"{}\"", value("flush="))), false;
    log.flush = *time;
  } else if (word.starts_with("if=")) {
    return r.complex(std::string(value("if=")), log.condition.emplace());
  } else if (word == "gzip" || word.starts_with("gzip=")) {
    return r.refuse(word, "this parameter of access_log is not modelled"), false;
  } else {
    return r.fail(fmt::format("invalid parameter \"{}\"", word)), false;
  }
  return true;
}

}  // namespace

void read_access_log(ConfReader& r, std::optional<std::vector<AccessLogConf>>& to,
                     const std::vector<LogFormat>& formats) {
  if (r.word(1) == "off") {
    if (r.words().size() > 2) return r.fail(fmt::format("invalid parameter \"{}\"", r.word(2)));
    to.emplace();
    return;
  }
  const std::string& path = r.word(1);
  if (path.starts_with("syslog:")) return r.refuse(path, "only files are modelled");
  if (path.find('$') != std::string::npos) return r.refuse(path, "names of logs with variables are not modelled");
  AccessLogConf log;
  log.path = path.starts_with('/') ? path : "/usr/share/nginx/" + path;
  if (r.words().size() > 2) log.format = r.word(2);
  if (r.words().size() == 2 && r.level().module == Module::stream) return r.fail("log format is not specified");
  const bool known = std::ranges::find(formats, log.format, &LogFormat::name) != formats.end();
  if (!known && (log.format != "combined" || r.level().module == Module::stream))
    return r.fail(fmt::format("unknown log format \"{}\"", log.format));
  for (std::size_t i = 3; i < r.words().size(); ++i)
    if (!take_log_option(r, r.word(i), log)) return;
  if (log.flush > base::Time{} && log.buffer == 0)
    return r.fail(fmt::format("no buffer is defined for access_log \"{}\"", path));
  if (!to) to.emplace();
  to->push_back(std::move(log));
}

void read_log_format(ConfReader& r, std::vector<LogFormat>& to) {
  LogFormat format;
  format.name = r.word(1);
  if (std::ranges::find(to, format.name, &LogFormat::name) != to.end() ||
      (format.name == "combined" && r.level().module == Module::http))
    return r.fail(fmt::format("duplicate \"log_format\" name \"{}\"", format.name));
  std::size_t first = 2;
  if (r.word(2).starts_with("escape=")) {
    const std::string_view escape = std::string_view(r.word(2)).substr(7);
    if (escape == "json") {
      format.escape = LogFormat::Escape::json;
    } else if (escape == "none") {
      format.escape = LogFormat::Escape::none;
    } else if (escape != "default") {
      return r.fail(fmt::format("unknown log format escaping \"{}\"", escape));
    }
    ++first;
  }
  std::string text;
  for (std::size_t i = first; i < r.words().size(); ++i) text += r.word(i);
  if (r.complex(text, format.text)) to.push_back(std::move(format));
}

namespace {

constexpr auto kLogs = std::to_array<Handler>({
    {Module::http, "access_log",
     [](ConfReader& r) { read_access_log(r, r.settings().access_logs, r.conf().http->formats); }},
    {Module::http, "error_log", [](ConfReader& r) { read_error_log(r, r.settings().error_logs); }},
    {Module::http, "log_format", [](ConfReader& r) { read_log_format(r, r.conf().http->formats); }},
    {Module::stream, "access_log",
     [](ConfReader& r) { read_access_log(r, r.level().stream->access_logs, r.conf().stream->formats); }},
    {Module::stream, "error_log", [](ConfReader& r) { read_error_log(r, r.level().stream->error_logs); }},
    {Module::stream, "log_format", [](ConfReader& r) { read_log_format(r, r.conf().stream->formats); }},
});

}  // namespace

std::span<const Handler> log_handlers() { return kLogs; }

}  // namespace lvs::nginx
