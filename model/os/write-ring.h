// SPDX-License-Identifier: GPL-2.0-or-later
// Many writes with one system call (io_uring(7), Linux 5.11).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>

#include "os/fd.h"

struct io_uring_sqe;
struct io_uring_cqe;

namespace lvs::os {

class WriteRing {
 public:
  // Room for `entries` writes (a power of two). Nothing where the kernel has no io_uring or does not let us
  // (kernel.io_uring_disabled, seccomp): callers then write one at a time.
  static std::unique_ptr<WriteRing> open(unsigned entries);
  ~WriteRing();
  WriteRing(const WriteRing&) = delete;
  WriteRing& operator=(const WriteRing&) = delete;

  // As write() and writev() without blocking, later; what they point to stays until write_all() is back. At most
  // `entries` of them.
  void add(int fd, const void* bytes, std::size_t size);
  void add(int fd, std::span<const iovec> parts);
  // Does them in the order in which they were added, and says of each what write() would: bytes, or -errno.
  // `results` has one element a write.
  void write_all(std::span<int> results);

 private:
  WriteRing() = default;
  io_uring_sqe& next();

  Fd fd_;
  void* ring_ = nullptr;
  std::size_t ring_size_ = 0;
  io_uring_sqe* submissions_ = nullptr;
  std::size_t submissions_size_ = 0;
  io_uring_cqe* completions_ = nullptr;
  unsigned* tail_ = nullptr;  // of submissions: ours
  unsigned mask_ = 0;
  unsigned* done_head_ = nullptr;  // of completions: ours
  unsigned* done_tail_ = nullptr;  // the kernel's
  unsigned done_mask_ = 0;
  unsigned added_ = 0;
};

}  // namespace lvs::os
