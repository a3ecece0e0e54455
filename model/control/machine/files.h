// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a machine: a few in memory, and what of /proc is modelled.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  Content read(std::string_view path);
  // Could a file of this name be opened for writing?
  FileError can_write(std::string_view path) const;
  // Empties or creates a file; nothing happens to those of /proc and /dev.
  void truncate(std::string_view path);
  // One write(2) at the end of the file.
  FileError append(std::string_view path, std::string_view text);

  // What a running program prints into `path`; whoever reads the file sees it so far. `text` is emptied now and then,
  // and must live until close_writer().
  void open_writer(std::string_view path, std::string* text);
  // Takes what is left; the error is that of the write.
  FileError close_writer(const std::string* text);

  // Why no command can name this path, or nothing if it can: what is below /tmp, /root and /run, relative paths,
  // /dev/null, and the files of /proc that are modelled.
  static std::optional<std::string> unmodelled(std::string_view path);

 private:
  struct Writer {
    std::string name;  // canonical
    std::string* text;
  };
  void take_from_writers(std::string_view name);

  Machine& machine_;
  std::vector<Writer> writers_;
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace lvs::control
