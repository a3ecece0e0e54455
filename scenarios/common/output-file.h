// SPDX-License-Identifier: GPL-2.0-or-later
// Output files that appear whole or not at all: whatever ends the program, and whatever the disk says.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::scenarios {

class OutputFiles {
 public:
  OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;
  ~OutputFiles();  // what was not committed leaves no trace

  // A file that is read while the others are written: none of them may be the same.
  void reads(const std::string& name);
  // A file that somebody else writes: none of these may be the same.
  void beside(const std::string& name);
  // Makes sure that `name` can be written, without touching what is there. Empty name: nothing to do. Gives the reason
  // when it cannot.
  std::string open(const std::string& name);
  // The same for a folder that files are put into at the end, which need not be there yet.
  std::string open_folder(const std::string& folder);
  // Both take their content at once, or piece by piece through descriptor().
  void write(const std::string& name, std::string content);
  void write(const std::filesystem::path& folder, const std::string& name, std::string content);
  // Where to write `name`; -1 if it has not been opened. Valid until commit().
  int descriptor(const std::string& name) const;
  // Puts everything into place; gives the reason when something failed, and then nothing is there. An output that is a
  // device or a pipe has what was written so far.
  std::string commit();

 private:
  struct File;
  File* find(const std::string& name) const;
  std::string add(const std::string& name);
  std::string already_taken(const std::string& name) const;

  struct Identity {
    dev_t device;
    ino_t node;
  };
  std::vector<Identity> read_;
  std::vector<std::filesystem::path> beside_;
  std::vector<std::unique_ptr<File>> files_;
  std::string failure_;                      // the first of write()
  std::vector<std::filesystem::path> made_;  // folders, the outermost first
};

// Everything goes to `fd`; false and errno when it does not.
bool write_all(int fd, std::string_view bytes);

}  // namespace lvs::scenarios
