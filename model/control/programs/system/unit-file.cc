// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/system/unit-file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace lvs::control {
namespace {

constexpr std::size_t kMostLines = 500;

// What changes nothing that is seen here: dependencies (services start by lines), bounds and walls around processes.
constexpr auto kInert = std::to_array<std::string_view>({"AmbientCapabilities",
                                                         "CapabilityBoundingSet",
                                                         "DefaultDependencies",
                                                         "ExecPaths",
                                                         "Group",
                                                         "IgnoreSIGPIPE",
                                                         "KillMode",
                                                         "LimitCORE",
                                                         "LimitMEMLOCK",
                                                         "LimitNOFILE",
                                                         "LimitNPROC",
                                                         "MemoryMax",
                                                         "Nice",
                                                         "NoNewPrivileges",
                                                         "NotifyAccess",
                                                         "OOMScoreAdjust",
                                                         "PrivateDevices",
                                                         "PrivateTmp",
                                                         "ProtectHome",
                                                         "ProtectSystem",
                                                         "RestrictAddressFamilies",
                                                         "SendSIGKILL",
                                                         "StandardError",
                                                         "StandardInput",
                                                         "StandardOutput",
                                                         "StartLimitBurst",
                                                         "StartLimitInterval",
                                                         "StartLimitIntervalSec",
                                                         "SyslogIdentifier",
                                                         "TasksMax",
                                                         "TimeoutSec",
                                                         "TimeoutStartSec",
                                                         "TimeoutStopSec",
                                                         "UMask"});
constexpr auto kUnitInert = std::to_array<std::string_view>(
    {"After", "Before", "BindsTo", "Conflicts", "DefaultDependencies", "Description", "Documentation", "PartOf",
     "Requires", "Requisite", "StartLimitBurst", "StartLimitInterval", "StartLimitIntervalSec", "Wants"});

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

bool is_yes(std::string_view text) { return text == "yes" || text == "true" || text == "1" || text == "on"; }

// A command line of systemd: quotes group words, $NAME and ${NAME} are the environment's, and nothing else of sh means
// anything.
class CommandLine {
 public:
  explicit CommandLine(std::string_view text) : text_(text) {}

  // Commands of a line are parted by a word ";". Nothing: it is not modelled.
  std::optional<std::vector<UnitCommand>> read() {
    std::vector<UnitCommand> all(1);
    bool first = true;
    for (skip(); at_ < text_.size(); skip()) {
      if (first) {
        while (at_ < text_.size() && std::string_view("-@:+!").find(text_[at_]) != std::string_view::npos) {
          if (text_[at_] == '@' || text_[at_] == ':') return std::nullopt;
          all.back().may_fail = all.back().may_fail || text_[at_] == '-';
          ++at_;
        }
        first = false;
      }
      auto word = take_word();
      if (!word) return std::nullopt;
      if (*word == "';'") {
        all.emplace_back();
        first = true;
        continue;
      }
      all.back().text.append(all.back().text.empty() ? "" : " ").append(*word);
    }
    std::erase_if(all, [](const UnitCommand& each) { return each.text.empty(); });
    return all;
  }

 private:
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  void flush() {
    if (!plain_.empty() || empty_) result_ += shell_quoted(plain_);
    plain_.clear();
    empty_ = false;
  }

  // For sh.
  std::optional<std::string> take_word() {
    result_.clear();
    const std::size_t start = at_;
    char quote = '\0';
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quote == '\0' && std::isspace(static_cast<unsigned char>(c)) != 0) break;
      if (c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
        empty_ = true;
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        plain_ += text_[++at_];
      } else if (c == '%') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '%') return std::nullopt;
        plain_ += text_[++at_];
      } else if (c == '$' && at_ + 1 < text_.size()) {
        if (!variable(at_ == start, quote)) return std::nullopt;
      } else {
        plain_ += c;
      }
    }
    if (quote != '\0') return std::nullopt;
    flush();
    return result_;
  }

  bool variable(bool first, char quote) {
    if (text_[at_ + 1] == '$') {
      plain_ += text_[++at_];
      return true;
    }
    const bool braces = text_[at_ + 1] == '{';
    std::size_t end = at_ + (braces ? 2 : 1);
    const std::size_t from = end;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_'))
      ++end;
    const std::string name(text_.substr(from, end - from));
    if (name.empty()) {
      plain_ += '$';
      return true;
    }
    if (braces && (end >= text_.size() || text_[end] != '}')) return false;
    // A word that is $NAME alone becomes as many words as the value has; within others it is no variable.
    const bool alone =
        first && quote == '\0' && (end >= text_.size() || std::isspace(static_cast<unsigned char>(text_[end])));
    if (!braces && !alone) {
      plain_ += '$';
      return true;
    }
    flush();
    result_ += braces ? fmt::format("\"${{{}}}\"", name) : "$" + name;
    at_ = end - (braces ? 0 : 1);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string result_, plain_;
  bool empty_ = false;
};

class UnitReader {
 public:
  explicit UnitReader(const NetworkFiles& files) : files_(files) {}

  UnitReading run(std::string_view text) {
    std::size_t lines = 0;
    while (!text.empty() && reading_.refused.empty() && ++lines < kMostLines) {
      std::string line;
      for (bool more = true; more && !text.empty();) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        line += trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        more = line.ends_with('\\') && !line.starts_with('#');
        if (more) line.back() = ' ';
      }
      take(line);
    }
    Unit& unit = reading_.unit;
    if (reading_.refused.empty() && unit.start.empty() && (unit.type != Unit::Type::oneshot || unit.stop.empty()))
      reading_.refused = "without ExecStart=";
    if (reading_.refused.empty() && unit.type != Unit::Type::oneshot && unit.start.size() > 1)
      reading_.refused = "more than one ExecStart=, without Type=oneshot";
    return std::move(reading_);
  }

 private:
  void take(std::string_view line) {
    if (line.empty() || line[0] == '#' || line[0] == ';') return;
    if (line[0] == '[') {
      section_ = line;
      if (section_ != "[Unit]" && section_ != "[Service]" && section_ != "[Install]") reading_.refused = section_;
      return;
    }
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    const std::string_view value = equals == std::string_view::npos ? "" : trimmed(line.substr(equals + 1));
    bool known = equals != std::string_view::npos;
    if (section_ == "[Unit]")
      known = known && std::ranges::find(kUnitInert, key) != kUnitInert.end();
    else if (section_ == "[Service]")
      known = known && (std::ranges::find(kInert, key) != kInert.end() || commands(key, value) || option(key, value));
    if (!known && reading_.refused.empty()) reading_.refused = std::string(line);
  }

  bool commands(std::string_view key, std::string_view value) {
    Unit& unit = reading_.unit;
    const std::pair<std::string_view, std::vector<UnitCommand>*> kLists[] = {
        {"ExecStartPre", &unit.start_pre}, {"ExecStart", &unit.start},        {"ExecStartPost", &unit.start_post},
        {"ExecStop", &unit.stop},          {"ExecStopPost", &unit.stop_post}, {"ExecReload", &unit.reload}};
    for (const auto& [name, list] : kLists) {
      if (name != key) continue;
      if (value.empty()) return list->clear(), true;
      auto read = CommandLine(value).read();
      if (!read) return false;
      list->insert(list->end(), read->begin(), read->end());
      return true;
    }
    return false;
  }

  bool option(std::string_view key, std::string_view value) {
    Unit& unit = reading_.unit;
    if (key == "Type") {
      unit.type = value == "oneshot"   ? Unit::Type::oneshot
                  : value == "forking" ? Unit::Type::forking
                                       : Unit::Type::simple;
      return value == "oneshot" || value == "forking" || value == "simple" || value == "exec" || value == "idle" ||
             value == "notify";
    }
    if (key == "RemainAfterExit") return unit.remains = is_yes(value), true;
    if (key == "PIDFile") return unit.pid_file = value, true;
    if (key == "WorkingDirectory") return unit.folder = value, value.starts_with('/');
    if (key == "User") return value == "root" || value == "0";
    if (key == "Restart") {
      if (value != "no") unit.restart = value == "always" ? "always" : "on-failure";
      return value == "no" || value == "always" || value == "on-failure";
    }
    if (key == "RestartSec") {
      unit.restart_after = value.ends_with('s') ? value.substr(0, value.size() - 1) : value;
      return !unit.restart_after.empty() && unit.restart_after.find_first_not_of("0123456789.") == std::string::npos;
    }
    if (key == "Environment") return environment(value);
    if (key == "EnvironmentFile") return environment_file(value);
    return false;
  }

  // NAME=VALUE and "NAME=VALUE WITH BLANKS".
  bool environment(std::string_view value) {
    while (!(value = trimmed(value)).empty()) {
      const bool quoted = value[0] == '"' || value[0] == '\'';
      const std::size_t end = quoted ? value.find(value[0], 1) : std::min(value.find_first_of(" \t"), value.size());
      if (end == std::string_view::npos) return false;
      if (!set(value.substr(quoted ? 1 : 0, end - (quoted ? 1 : 0)))) return false;
      value.remove_prefix(std::min(end + 1, value.size()));
    }
    return true;
  }
  bool set(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    const auto is_odd = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; };
    if (std::ranges::any_of(text.substr(0, equals), is_odd)) return false;
    reading_.unit.environment +=
        fmt::format("export {}={}\n", text.substr(0, equals), shell_quoted(text.substr(equals + 1)));
    return true;
  }
  bool environment_file(std::string_view value) {
    const bool may_miss = value.starts_with('-');
    if (may_miss) value.remove_prefix(1);
    const auto text = files_.read(std::string(value));
    if (!text) return may_miss;
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || line[0] == '#' || line[0] == ';') continue;
      std::string plain(line);
      const std::size_t quote = plain.find("=\"");
      if (quote != std::string::npos && plain.ends_with('"') && plain.size() > quote + 2) {
        plain.pop_back();
        plain.erase(quote + 1, 1);
      }
      if (!set(plain)) return false;
    }
    return true;
  }

  const NetworkFiles& files_;
  UnitReading reading_;
  std::string section_;
};

}  // namespace

std::optional<std::string> unit_text(const NetworkFiles& files, const std::string& name) {
  return files.read("/etc/systemd/system/" + name + ".service");
}

UnitReading read_unit(std::string_view text, const NetworkFiles& files) { return UnitReader(files).run(text); }

}  // namespace lvs::control
