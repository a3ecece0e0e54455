// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a keepalived.conf as the grammar meets them: comments, conditions, definitions and included files are
// dealt with, and a brace that keepalived would read as a line of its own is one (keepalived: read_line()).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/keepalived/conf/definitions.h"
#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

class ConfLines {
 public:
  struct Options {
    std::string id;       // what lines that begin with @id are kept for (keepalived -i); empty: none
    bool copied = false;  // the text is a copy from which comments have been taken already, and that includes no files
    bool tells = false;   // which files it opens
  };
  ConfLines(const ConfHost& host, ConfReport& report, Options options);

  // False when there is no such file.
  bool open(std::string_view path);

  // The next line that is not empty, or nothing at the end. report.place() is where it stands.
  std::optional<std::string> next();

  // Blocks that are open, as lines of a single brace count them.
  int depth() const { return depth_; }

 private:
  struct File {
    std::string name;    // as it was asked for
    std::string folder;  // where names that it includes begin; empty: where keepalived works
    std::string text;
    std::size_t at = 0;
    std::size_t line = 0;
    bool told = false;
  };

  std::optional<std::string> raw_line();
  std::string folder() const;
  bool folder_is_there(const std::string& pattern) const;
  std::optional<std::string> source_line();
  // False: `line` is not for us, or has been dealt with.
  bool prepare(std::string& line);
  bool condition(std::string& line) const;
  bool include(std::string_view line);
  void include_files(const std::string& pattern, std::string_view strictness);
  bool push(const std::string& name, const std::string& path);
  void tell(File& file);
  std::string cut_at_brace(std::string line);

  static constexpr std::size_t kMostLines = 200'000;
  static constexpr std::size_t kMostFiles = 32;  // one within the other

  const ConfHost& host_;
  ConfReport& report_;
  Options options_;
  ConfDefinitions definitions_;
  std::vector<File> files_;  // innermost last
  std::string residue_;      // of a line that a brace has cut
  std::size_t lines_ = 0;
  int depth_ = 0;
};

}  // namespace lvs::keepalived
