// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a machine: a few in memory, and what of /proc is modelled.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::control {

class Machine;

// The errno of a file operation.
enum class FileError : std::uint8_t { none, no_entry, is_directory, not_permitted, denied, invalid };
std::string_view text_of(FileError error);  // "No such file or directory"

class Files {
 public:
  explicit Files(Machine& machine) : machine_(machine) {}

  struct Content {
    FileError error = FileError::none;
    std::string text;
  };
  Content read(std::string_view path) const;
  // Could a file of this name be opened for writing?
  FileError can_write(std::string_view path) const;
  // Empties or creates a file; nothing happens to those of /proc and /dev.
  void truncate(std::string_view path);
  // One write(2) at the end of the file.
  FileError append(std::string_view path, std::string_view text);

  // Why no command can name this path, or nothing if it can: what is below /tmp, /root and /run, relative paths,
  // /dev/null, and the files of /proc that are modelled.
  static std::optional<std::string> unmodelled(std::string_view path);

 private:
  Machine& machine_;
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace lvs::control
