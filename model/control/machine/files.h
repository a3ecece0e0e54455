// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a machine: a tree in memory, and what of /proc is modelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "control/machine/stream.h"

namespace lvs::control {

class Machine;

// The errno of a file operation.
enum class FileError : std::uint8_t {
  none,
  no_entry,
  is_directory,
  not_directory,
  not_permitted,
  denied,
  invalid,
  exists,
  not_empty,
  no_space,
  read_only,
  busy,
  loop,
};
std::string_view text_of(FileError error);  // "No such file or directory"

// A file that is open for writing; each write goes to its end.
class OutputFile : public Output {
 public:
  // Of files in /proc all that was written is one write(2), now. The error is that of the writes.
  virtual FileError close() { return FileError::none; }
};

class Files {
 public:
  static constexpr std::size_t kMostBytes = 64 << 20;  // of all files of a machine: a tmpfs of this size

  explicit Files(Machine& machine);

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
  struct Opened {
    FileError error = FileError::none;
    std::shared_ptr<OutputFile> file;  // nullptr: the error says why
  };
  Opened open(std::string_view path, bool append);

  enum class Kind : std::uint8_t { none, file, folder, device };
  struct Status {
    Kind kind = Kind::none;
    unsigned mode = 0;  // permission bits
    std::size_t size = 0;
    base::Time changed{};  // of the run

    bool exists() const { return kind != Kind::none; }
    bool executable() const { return (mode & 0111) != 0; }
  };
  Status status(std::string_view path);
  // Names in a folder of the tree, in order.
  std::vector<std::string> list(std::string_view folder) const;
  FileError make_folder(std::string_view path);
  FileError remove(std::string_view path);         // a file
  FileError remove_folder(std::string_view path);  // an empty one
  // rename(2): a file, or a folder to a name that is not there.
  FileError rename(std::string_view from, std::string_view to);
  FileError set_mode(std::string_view path, unsigned mode);
  FileError touch(std::string_view path);
  // symlink(2) and readlink(2). All but remove(), rename() and link() act on what a link leads to.
  FileError make_link(std::string_view path, std::string_view target);
  std::optional<std::string> link(std::string_view path) const;  // nothing: it is none
  // Where it leads, through all links; the last name need not be there.
  std::string real(std::string_view path) const { return followed(absolute(path), true); }

  // What lies there before the first line runs. Folders on the way are made. `read_only`: nothing in the machine
  // changes it.
  void place(std::string_view path, std::string text, unsigned mode = 0644, bool read_only = false);

  // Where relative names begin for the command that starts now: /root, unless its shell has gone elsewhere.
  // `mask`: the bits that new files do not get (umask).
  void work_in(std::string_view folder, unsigned mask) {
    folder_ = folder;
    mask_ = mask;
  }
  // Absolute and without ".", ".." and double slashes.
  static std::string absolute(std::string_view path, std::string_view folder);
  std::string absolute(std::string_view path) const { return absolute(path, folder_); }
  // Why no command can name this path, or nothing if it can: what a real system has and the model has not.
  static std::optional<std::string> unmodelled(std::string_view path);

 private:
  struct Node;
  class Regular;
  class Special;
  using NodePtr = std::shared_ptr<Node>;

  Node* find(std::string_view name) const;
  // An absolute name without links on its way; `last`: nor at its end.
  std::string followed(std::string name, bool last) const;
  // The folder in which `name` stands or would stand, or why there is none.
  Node* folder_of(std::string_view name, FileError& error) const;
  NodePtr create(std::string_view name, FileError& error);
  NodePtr make_node(bool folder, unsigned mode);
  FileError add(Node& node, std::string_view text);
  FileError take_out(std::string_view path, bool folder);

  Machine& machine_;
  std::string folder_ = "/root";
  unsigned mask_ = 022;
  NodePtr root_;
  std::size_t used_ = 0;  // bytes of all files and names
};

}  // namespace lvs::control
