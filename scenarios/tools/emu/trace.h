// SPDX-License-Identifier: GPL-2.0-or-later
// The trace of an emulation: one file after the other, old ones kept up to a number.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/lab/lab.h"
#include "control/lab/trace/run-trace.h"
#include "emu/station.h"
#include "os/fd.h"

namespace lvs::scenarios {

// FILE ("-": standard output, one trace without end) is being written; FILE.1 was before it, FILE.2 before that. Each
// opens by itself.
class EmuTrace {
 public:
  // `stations` by the lab's hosts, nullptr for real ones. Throws std::system_error if FILE cannot be written.
  EmuTrace(std::string file, std::uint64_t size, unsigned keep, const control::Lab& lab,
           const std::vector<emu::Station*>& stations, base::Time epoch);
  ~EmuTrace();
  EmuTrace(const EmuTrace&) = delete;
  EmuTrace& operator=(const EmuTrace&) = delete;

  void mark_timeline(base::Time at);
  // The present file has its size: call rotate() when no packet is under way.
  bool full() const { return size_ != 0 && written_ >= size_; }
  void rotate();
  // What was gathered goes to the file.
  void flush();
  // Once, when writing failed: a line for people.
  std::optional<std::string> trouble();

 private:
  void begin();
  void end();

  std::string file_;
  std::uint64_t size_;
  unsigned keep_;
  const control::Lab& lab_;
  const std::vector<emu::Station*>& stations_;
  base::Time epoch_;
  std::optional<base::Time> timeline_;
  os::Fd out_;
  std::uint64_t written_ = 0;
  std::string error_;
  bool told_ = false;
  std::unique_ptr<control::RunTrace> trace_;
};

}  // namespace lvs::scenarios
