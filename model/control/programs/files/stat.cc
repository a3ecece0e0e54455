// SPDX-License-Identifier: GPL-2.0-or-later
// stat -c FORMAT (coreutils).
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "control/programs/coreutils/operands.h"
#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnownOfStat = "-c FORMAT with %n %N %s %a %A %f %F %u %g %U %G %y %Y %z %Z";

struct Asked {
  std::string format;
  bool newline = true, follows = false;
  std::vector<std::string> files;
};

std::string permissions(const Files::Status& status, bool link) {
  std::string text(1, link ? 'l' : status.kind == Files::Kind::folder ? 'd' : '-');
  constexpr std::string_view kLetters = "rwxrwxrwx";
  for (unsigned bit = 0; bit < 9; ++bit) text += (status.mode >> (8 - bit) & 1) != 0 ? kLetters[bit] : '-';
  return text;
}

std::string_view kind_name(const Files::Status& status, bool link) {
  if (link) return "symbolic link";
  if (status.kind == Files::Kind::folder) return "directory";
  return status.size == 0 ? "regular empty file" : "regular file";
}

class Shown {
 public:
  Shown(Machine& machine, const std::string& path, bool follows) : machine_(machine), path_(path) {
    if (!follows) link_ = machine.files().link(path);
    status_ = link_ ? Files::Status{Files::Kind::file, 0777, link_->size(), {}} : machine.files().status(path);
  }
  bool exists() const { return status_.exists(); }

  std::string value(char letter) const {
    const bool folder = status_.kind == Files::Kind::folder;
    const auto changed = machine_.epoch + status_.changed;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(changed);
    switch (letter) {
      case 'n': return path_;
      case 'N': return fmt::format("'{}'", path_) + (link_ ? fmt::format(" -> '{}'", *link_) : "");
      case 's': {
        constexpr std::size_t kEntry = 20;  // as on a tmpfs
        return std::to_string(folder ? kEntry * (2 + machine_.files().list(path_).size()) : status_.size);
      }
      case 'a': return fmt::format("{:o}", status_.mode);
      case 'A': return permissions(status_, link_.has_value());
      case 'f': return fmt::format("{:x}", status_.mode | (link_ ? 0120000u : folder ? 040000u : 0100000u));
      case 'F': return std::string(kind_name(status_, link_.has_value()));
      case 'u':
      case 'g': return "0";
      case 'U':
      case 'G': return "root";
      case 'Y':
      case 'Z': return std::to_string(seconds.count());
      case 'y':
      case 'z':
        return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:09} +0000",
                           fmt::gmtime(std::chrono::system_clock::time_point(seconds)), (changed - seconds).count());
      default: return "%";
    }
  }

 private:
  Machine& machine_;
  const std::string& path_;
  std::optional<std::string> link_;
  Files::Status status_;
};

int show(const Asked& asked, Machine& machine, Io& io) {
  int status = 0;
  for (const std::string& path : asked.files) {
    const Shown shown(machine, path, asked.follows);
    if (!shown.exists()) {
      io.complain(fmt::format("stat: cannot statx '{}': No such file or directory\n", path));
      status = 1;
      continue;
    }
    std::string text;
    for (std::size_t i = 0; i < asked.format.size(); ++i) {
      const char c = asked.format[i];
      const char next = i + 1 < asked.format.size() ? asked.format[i + 1] : '\0';
      if (c == '%' && next != '\0') {
        text += shown.value(next);
        ++i;
      } else if (c == '\\' && !asked.newline && (next == 'n' || next == 't')) {
        text += next == 'n' ? '\n' : '\t';
        ++i;
      } else {
        text += c;
      }
    }
    io.print(text + (asked.newline ? "\n" : ""));
  }
  return status;
}

}  // namespace

CommandResultOrError parse_stat(const std::vector<Word>& words) {
  Asked asked;
  bool formatted = false, ended = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    const bool option = !ended && word.size() > 1 && word[0] == '-';
    if (!option) {
      if (auto reason = Files::unmodelled(word)) return base::Error{SyntaxError{words[i].column, word, *reason, {}}};
      asked.files.push_back(word);
    } else if (word == "--") {
      ended = true;
    } else if (word == "-L" || word == "--dereference") {
      asked.follows = true;
    } else if (word == "-c" || word == "--format" || word == "--printf") {
      if (i + 1 == words.size()) return refusal(1, "stat: option requires an argument -- 'c'\n" + try_help("stat"));
      asked.format = words[++i].text;
      asked.newline = word != "--printf";
      formatted = true;
    } else if (word.starts_with("-c") || word.starts_with("--format=") || word.starts_with("--printf=")) {
      asked.format = word.substr(word.starts_with("-c") ? 2 : word.find('=') + 1);
      asked.newline = !word.starts_with("--printf");
      formatted = true;
    } else {
      return base::Error{
          SyntaxError{words[i].column, word, "this option of stat is not modelled", std::string(kKnownOfStat)}};
    }
  }
  if (asked.files.empty()) return missing_operand("stat");
  if (!formatted)
    return base::Error{SyntaxError{words[0].column, "stat",
                                   "without a format it is not modelled: it prints devices "
                                   "and inodes",
                                   std::string(kKnownOfStat)}};
  for (std::size_t i = 0; i + 1 < asked.format.size(); ++i) {
    if (asked.format[i] != '%') continue;
    if (std::string_view("nNsaAfFugUGyYzZ%").find(asked.format[++i]) == std::string_view::npos)
      return base::Error{SyntaxError{words[0].column, asked.format.substr(i - 1, 2), "this of stat is not modelled",
                                     std::string(kKnownOfStat)}};
  }
  return instant([asked](Machine& machine, Io& io) { return show(asked, machine, io); });
}

}  // namespace lvs::control
