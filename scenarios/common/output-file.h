// SPDX-License-Identifier: GPL-2.0-or-later
// Output files that appear whole or not at all.
#pragma once

#include <map>
#include <string>

namespace lvs::scenarios {

class OutputFiles {
 public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;
  ~OutputFiles();  // what was not committed leaves no trace

  // Makes sure that `name` can be written, without touching what is there. Empty name: nothing to do. Gives the reason
  // when it cannot.
  std::string open(const std::string& name);
  void write(const std::string& name, std::string content);
  // Renames everything into place; gives the reason when something failed.
  std::string commit();

 private:
  std::map<std::string, std::string> temporary_;  // name -> temporary file beside it
  std::map<std::string, std::string> content_;
};

}  // namespace lvs::scenarios
