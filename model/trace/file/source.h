// SPDX-License-Identifier: GPL-2.0-or-later
// Where a trace is read from: a file, which may grow meanwhile, or a pipe, which is kept in a file without a name.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace lvs::trace {

class TraceSource {
 public:
  // nullptr: `error` says why. "-": standard input.
  static std::unique_ptr<TraceSource> open(const std::string& path, std::string& error);
  ~TraceSource();
  TraceSource(const TraceSource&) = delete;
  TraceSource& operator=(const TraceSource&) = delete;

  // Bytes there are now. Takes in what a pipe holds, without waiting.
  std::uint64_t size();
  // As many bytes as there are; fewer than asked for at the end, or after an error.
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> to);
  // Until there may be more, at most so long. False: nothing more will come.
  bool wait(int milliseconds);

 private:
  TraceSource(int file, int pipe) : file_(file), pipe_(pipe) {}
  void take_in();

  int file_ = -1, pipe_ = -1;  // pipe_: -1 when there is none, or it has ended
  bool piped_ = false;
  std::uint64_t taken_ = 0;  // bytes of the pipe
};

}  // namespace lvs::trace
