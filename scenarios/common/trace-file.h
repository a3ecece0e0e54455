// SPDX-License-Identifier: GPL-2.0-or-later
// The file that a trace is written to while the run goes on.
#pragma once

#include <string>

#include "common/output-file.h"
#include "trace/file/writer.h"

namespace lvs::scenarios {

class TraceFile {
 public:
  // live: there from the start, so that others read along; whole: appears when it is closed.
  enum class Kind { live, whole };

  TraceFile() = default;
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // What it must not be: a file that is read, or another output.
  void reads(const std::string& name) { whole_.reads(name); }
  void beside(const std::string& name) { whole_.beside(name); }
  // "-": standard output. Gives the reason when it cannot be written; then nothing was touched. Empty name: no trace.
  std::string open(const std::string& name, Kind kind);
  // A new file of its own in the folder for temporary ones: "/tmp/lvs-dr-4711.pcapng".
  std::string open_temporary(const std::string& program, Kind kind);
  const std::string& name() const { return name_; }
  int descriptor() const { return fd_; }  // -1: no trace
  trace::TraceWriter::Output output();    // empty: no trace
  // Empty, or why not everything could be written. Without it the file of a whole trace does not appear.
  std::string close();

 private:
  OutputFiles whole_;
  int fd_ = -1;
  bool live_ = false;
  std::string name_, error_;
};

}  // namespace lvs::scenarios
