// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/packet/payload.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace lvs::host {
namespace {

class Zeros final : public PayloadSource {
 public:
  void read(std::uint32_t, std::span<std::uint8_t> out) const override { std::ranges::fill(out, std::uint8_t{0}); }
  wire::Sum sum(std::uint32_t, std::uint32_t) const override { return 0; }
  void retain() override {}
  void release() override {}
};

// Header and bytes in one allocation; packets of ordinary size are kept on a free list.
class Buffer final : public PayloadSource {
 public:
  static Buffer* create(std::uint32_t size) {
    FreeList& free = free_list();
    if (size <= kPooled && free.head != nullptr) {
      Buffer* buffer = free.head;
      free.head = buffer->next_free_;
      buffer->count_ = 1;
      return buffer;
    }
    const std::uint32_t room = std::max(size, kPooled);
    void* memory = ::operator new(sizeof(Buffer) + room);
    return new (memory) Buffer(room);
  }
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }

  void read(std::uint32_t offset, std::span<std::uint8_t> out) const override {
    std::memcpy(out.data(), contiguous() + offset, out.size());
  }
  wire::Sum sum(std::uint32_t offset, std::uint32_t size) const override {
    return wire::sum_bytes({contiguous() + offset, size});
  }
  const std::uint8_t* contiguous() const override { return reinterpret_cast<const std::uint8_t*>(this + 1); }
  void retain() override { ++count_; }
  void release() override {
    if (--count_ != 0) return;
    if (room_ == kPooled) {
      FreeList& free = free_list();
      next_free_ = free.head;
      free.head = this;
    } else {
      destroy(this);
    }
  }

 private:
  static constexpr std::uint32_t kPooled = 2048;

  // An allocator's cache, one a thread: no state that a run could see.
  struct FreeList {
    Buffer* head = nullptr;
    ~FreeList() {
      while (head != nullptr) destroy(std::exchange(head, head->next_free_));
    }
  };
  static FreeList& free_list() {
    thread_local FreeList list;
    return list;
  }
  static void destroy(Buffer* buffer) {
    buffer->~Buffer();
    ::operator delete(static_cast<void*>(buffer));
  }
  explicit Buffer(std::uint32_t room) : room_(room) {}

  std::uint32_t room_;
  std::uint32_t count_ = 1;
  Buffer* next_free_ = nullptr;
};

}  // namespace

wire::Sum PayloadSource::sum(std::uint32_t offset, std::uint32_t size) const {
  std::array<std::uint8_t, 512> chunk;  // even, so that the parts' sums add up
  wire::Sum total = 0;
  while (size > 0) {
    const auto n = std::min<std::uint32_t>(size, chunk.size());
    read(offset, {chunk.data(), n});
    total = wire::sum_add(total, wire::sum_bytes({chunk.data(), n}));
    offset += n;
    size -= n;
  }
  return total;
}

Payload Payload::zeros(std::uint32_t size) {
  static Zeros source;
  return {&source, 0, size};
}

Payload Payload::buffer(std::uint32_t size, std::uint8_t** writable) {
  Buffer* source = Buffer::create(size);
  *writable = source->bytes();
  return {source, 0, size};
}

Payload Payload::copy_of(base::ByteView bytes) {
  if (bytes.empty()) return {};
  std::uint8_t* out = nullptr;
  Payload payload = buffer(static_cast<std::uint32_t>(bytes.size()), &out);
  std::ranges::copy(bytes, out);
  return payload;
}

Payload Payload::slice(std::uint32_t from, std::uint32_t size) const {
  if (size == 0) return {};
  source_->retain();
  return {source_, offset_ + from, size};
}

}  // namespace lvs::host
