// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/write-ring.h"

#include <linux/fs.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>

namespace lvs::os {
namespace {

void* map(const Fd& fd, std::size_t size, off_t what) {
  void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd.get(), what);
  return at == MAP_FAILED ? nullptr : at;
}

template <class T>
T* at(void* base, unsigned offset) {
  return reinterpret_cast<T*>(static_cast<char*>(base) + offset);
}

}  // namespace

std::unique_ptr<WriteRing> WriteRing::open(unsigned entries) {
  io_uring_params params{};
  Fd fd(static_cast<int>(::syscall(SYS_io_uring_setup, entries, &params)));
  if (!fd || (params.features & IORING_FEAT_SINGLE_MMAP) == 0) return nullptr;
  std::unique_ptr<WriteRing> ring(new WriteRing);
  ring->fd_ = std::move(fd);
  ring->ring_size_ = std::max<std::size_t>(params.sq_off.array + params.sq_entries * sizeof(unsigned),
                                           params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe));
  ring->submissions_size_ = params.sq_entries * sizeof(io_uring_sqe);
  ring->ring_ = map(ring->fd_, ring->ring_size_, IORING_OFF_SQ_RING);
  ring->submissions_ = static_cast<io_uring_sqe*>(map(ring->fd_, ring->submissions_size_, IORING_OFF_SQES));
  if (ring->ring_ == nullptr || ring->submissions_ == nullptr) return nullptr;
  ring->completions_ = at<io_uring_cqe>(ring->ring_, params.cq_off.cqes);
  ring->tail_ = at<unsigned>(ring->ring_, params.sq_off.tail);
  ring->mask_ = *at<unsigned>(ring->ring_, params.sq_off.ring_mask);
  ring->done_head_ = at<unsigned>(ring->ring_, params.cq_off.head);
  ring->done_tail_ = at<unsigned>(ring->ring_, params.cq_off.tail);
  ring->done_mask_ = *at<unsigned>(ring->ring_, params.cq_off.ring_mask);
  unsigned* array = at<unsigned>(ring->ring_, params.sq_off.array);
  for (unsigned i = 0; i < params.sq_entries; ++i) array[i] = i;
  return ring;
}

WriteRing::~WriteRing() {
  if (ring_ != nullptr) ::munmap(ring_, ring_size_);
  if (submissions_ != nullptr) ::munmap(submissions_, submissions_size_);
}

io_uring_sqe& WriteRing::next() {
  io_uring_sqe& entry = submissions_[(*tail_ + added_) & mask_];
  entry = {};
  entry.rw_flags = RWF_NOWAIT;  // else what finds no room would wait, and come after others
  entry.user_data = added_++;
  return entry;
}

void WriteRing::add(int fd, const void* bytes, std::size_t size) {
  io_uring_sqe& entry = next();
  entry.opcode = IORING_OP_WRITE;
  entry.fd = fd;
  entry.addr = reinterpret_cast<std::uintptr_t>(bytes);
  entry.len = static_cast<unsigned>(size);
}

void WriteRing::add(int fd, std::span<const iovec> parts) {
  io_uring_sqe& entry = next();
  entry.opcode = IORING_OP_WRITEV;
  entry.fd = fd;
  entry.addr = reinterpret_cast<std::uintptr_t>(parts.data());
  entry.len = static_cast<unsigned>(parts.size());
}

void WriteRing::write_all(std::span<int> results) {
  std::atomic_ref(*tail_).store(*tail_ + added_, std::memory_order_release);
  unsigned submitted = 0, done = 0;
  while (done < added_) {
    const auto taken =
        ::syscall(SYS_io_uring_enter, fd_.get(), added_ - submitted, added_ - done, IORING_ENTER_GETEVENTS, nullptr, 0);
    if (taken > 0) submitted += static_cast<unsigned>(taken);
    if (taken < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY) check(taken, "io_uring_enter");
    unsigned head = *done_head_;
    const unsigned tail = std::atomic_ref(*done_tail_).load(std::memory_order_acquire);
    for (; head != tail; ++head, ++done) {
      const io_uring_cqe& result = completions_[head & done_mask_];
      if (result.user_data < results.size()) results[result.user_data] = result.res;
    }
    std::atomic_ref(*done_head_).store(head, std::memory_order_release);
  }
  added_ = 0;
}

}  // namespace lvs::os
