// SPDX-License-Identifier: GPL-2.0-or-later
// The file that a trace is written to while the run goes on, so that a viewer can read along.
#pragma once

#include <string>

#include "trace/file/writer.h"

namespace lvs::scenarios {

class TraceFile {
 public:
  TraceFile() = default;
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // "-": standard output. Gives the reason when it cannot be written; then nothing was touched. Empty name: no trace.
  std::string open(const std::string& name);
  // A new file of its own in the folder for temporary ones: "/tmp/lvs-dr-k3Jx0a.pcapng".
  std::string open_temporary(const std::string& program);
  const std::string& name() const { return name_; }
  int descriptor() const { return fd_; }  // -1: no trace
  trace::TraceWriter::Output output();    // empty: no trace
  // Empty, or why not everything could be written.
  std::string close();

 private:
  int fd_ = -1;
  std::string name_, error_;
};

// Everything goes to `fd`, which stays open.
trace::TraceWriter::Output write_to(int fd);

}  // namespace lvs::scenarios
