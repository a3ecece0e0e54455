// SPDX-License-Identifier: GPL-2.0-or-later
// What lies behind a packet's headers: bytes that somebody else owns, seldom looked at.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "wire/checksum.h"

namespace lvs::host {

// Owner of payload bytes: a buffer of ours, a TAP's, an ns3::Packet. Counted by hand, because a handle must cost
// nothing when there is nothing to count.
class PayloadSource {
 public:
  // Copies out.size() bytes beginning at `offset`; the caller stays inside the source.
  virtual void read(std::uint32_t offset, std::span<std::uint8_t> out) const = 0;
  // Ones-complement sum of a part (as if it began at an even offset).
  virtual wire::Sum sum(std::uint32_t offset, std::uint32_t size) const;
  // The bytes in memory, if they lie there in one piece; else nullptr.
  virtual const std::uint8_t* contiguous() const { return nullptr; }
  virtual void retain() = 0;
  virtual void release() = 0;

 protected:
  virtual ~PayloadSource() = default;
};

// A slice of a source; a value, cheap to copy and to cut.
class Payload {
 public:
  Payload() = default;
  // Takes over one reference.
  Payload(PayloadSource* source, std::uint32_t offset, std::uint32_t size)
      : source_(source), offset_(offset), size_(size) {}
  Payload(const Payload& other)
      : source_(other.source_),
        offset_(other.offset_),
        size_(other.size_),
        sum_(other.sum_),
        sum_known_(other.sum_known_) {
    if (source_ != nullptr) source_->retain();
  }
  Payload(Payload&& other) noexcept
      : source_(std::exchange(other.source_, nullptr)),
        offset_(other.offset_),
        size_(std::exchange(other.size_, 0)),
        sum_(other.sum_),
        sum_known_(std::exchange(other.sum_known_, false)) {}
  Payload& operator=(Payload other) noexcept {
    std::swap(source_, other.source_);
    offset_ = other.offset_;
    size_ = other.size_;
    sum_ = other.sum_;
    sum_known_ = other.sum_known_;
    return *this;
  }
  ~Payload() {
    if (source_ != nullptr) source_->release();
  }

  // `size` zero bytes; allocates nothing.
  static Payload zeros(std::uint32_t size);
  // A copy of `bytes` in a counted buffer.
  static Payload copy_of(base::ByteView bytes);
  // A counted buffer of `size` bytes to be filled through *writable before the payload is shared.
  static Payload buffer(std::uint32_t size, std::uint8_t** writable);

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  PayloadSource* source() const { return source_; }
  std::uint32_t offset() const { return offset_; }
  const std::uint8_t* contiguous() const {
    const std::uint8_t* base = source_ == nullptr ? nullptr : source_->contiguous();
    return base == nullptr ? nullptr : base + offset_;
  }

  // Copies out.size() bytes from `from`; both inside the slice.
  void read(std::uint32_t from, std::span<std::uint8_t> out) const {
    if (!out.empty()) source_->read(offset_ + from, out);
  }
  Payload slice(std::uint32_t from, std::uint32_t size) const;
  void remove_front(std::uint32_t n) {
    offset_ += n;
    size_ -= n;
    sum_known_ = false;
  }
  void truncate(std::uint32_t size) {
    size_ = size;
    sum_known_ = false;
  }
  // Ones-complement sum of the slice, as if it began at an even offset; remembered.
  wire::Sum sum() const {
    if (!sum_known_) {
      sum_ = size_ == 0 ? 0 : wire::sum_fold(source_->sum(offset_, size_));
      sum_known_ = true;
    }
    return sum_;
  }

 private:
  PayloadSource* source_ = nullptr;
  std::uint32_t offset_ = 0;
  std::uint32_t size_ = 0;
  mutable std::uint16_t sum_ = 0;
  mutable bool sum_known_ = false;
};

}  // namespace lvs::host
