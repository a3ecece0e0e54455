// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/tap-port.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "emu/virtio-header.h"
#include "host/packet/offload.h"
#include "wire/head-length.h"

namespace lvs::emu {

using host::Packet;
using host::PacketPtr;

namespace {

constexpr std::size_t kLargest = 65536 + 64;  // a frame of the greatest MTU, and then some
constexpr std::size_t kCopied = 2048;         // what is this small is copied: cheaper than another buffer or iovec
constexpr std::size_t kFewest = 4;            // writes that are worth a ring: below, system calls are as fast

}  // namespace

// Room for one frame of any size. A large frame's bytes stay here until its last packet is gone; the buffer then comes
// back to its pool. A free list a thread is an allocator's cache: no state that a run could see.
class TapPort::Buffer final : public host::PayloadSource {
 public:
  static Buffer* create() {
    Pool& free = pool();
    if (free.head == nullptr) return new Buffer;
    Buffer* buffer = std::exchange(free.head, free.head->next_free_);
    buffer->count_ = 1;
    return buffer;
  }
  std::uint8_t* bytes() { return bytes_.data(); }
  void read(std::uint32_t offset, std::span<std::uint8_t> out) const override {
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }
  wire::Sum sum(std::uint32_t offset, std::uint32_t size) const override {
    return wire::sum_bytes({bytes_.data() + offset, size});
  }
  const std::uint8_t* contiguous() const override { return bytes_.data(); }
  void retain() override { ++count_; }
  void release() override {
    if (--count_ != 0) return;
    Pool& free = pool();
    next_free_ = free.head;
    free.head = this;
  }

 private:
  struct Pool {
    Buffer* head = nullptr;
    ~Pool() {
      while (head != nullptr) delete std::exchange(head, head->next_free_);
    }
  };
  static Pool& pool() {
    thread_local Pool list;
    return list;
  }
  Buffer() = default;

  std::uint32_t count_ = 1;
  Buffer* next_free_ = nullptr;
  std::array<std::uint8_t, kVirtioHeader + kLargest> bytes_;
};

TapPort::TapPort(std::string where, os::Tap tap)
    : where_(std::move(where)),
      tap_(std::move(tap)),
      header_(tap_.offload() ? kVirtioHeader : 0),
      buffer_(Buffer::create()),
      ring_(os::WriteRing::open(kBatch)),
      scratch_(std::max(kVirtioHeader + kLargest, kBatch * (kVirtioHeader + kCopied + 16))) {}

TapPort::~TapPort() { buffer_->release(); }

bool TapPort::drain() {
  std::size_t count = 0;
  bool more = true;
  while (count < kBatch) {
    const auto size = ::read(tap_.fd(), buffer_->bytes(), kVirtioHeader + kLargest);
    if (size <= 0) {
      if (size < 0 && errno != EAGAIN && errno != EINTR) note_error(errno);
      more = false;
      break;
    }
    PacketPtr frame = parse(static_cast<std::size_t>(size));
    if (frame != nullptr) batch_[count++] = std::move(frame);
  }
  if (count != 0) peer_->take({batch_.data(), count});
  return more && !gone_;
}

PacketPtr TapPort::parse(std::size_t size) {
  down_ = false;
  if (size < header_ + wire::Ethernet::kSize) {
    ++counters_.malformed;
    return nullptr;
  }
  const auto bytes = static_cast<std::uint32_t>(size - header_);
  const base::ByteView whole{buffer_->bytes() + header_, bytes};
  PacketPtr frame;
  if (bytes <= kCopied) {
    frame = Packet::from_frame(whole);
  } else {
    const std::size_t head = wire::head_length(whole, Packet::kHeadMax);
    frame = Packet::create();
    std::copy_n(whole.data(), head, frame->put(head));
    frame->payload =
        host::Payload(buffer_, static_cast<std::uint32_t>(header_ + head), static_cast<std::uint32_t>(bytes - head));
    frame->has_link_header = true;
  }
  bool sound = true;
  if (header_ != 0) {
    VirtioHeader header;
    std::memcpy(&header, buffer_->bytes(), sizeof header);
    sound = apply_virtio_header(header, *frame);
  }
  if (bytes > kCopied) buffer_ = Buffer::create();  // the frame has taken the old one along
  if (!sound) {
    ++counters_.malformed;
    return nullptr;
  }
  ++counters_.frames_in;
  counters_.bytes_in += bytes;
  if (frame->gso_size != 0) ++counters_.large_in;
  return frame;
}

void TapPort::take(std::span<PacketPtr> frames) {
  for (PacketPtr& frame : frames) {
    if (waiting_count_ == kBatch) flush();
    waiting_[waiting_count_++] = std::move(frame);
  }
}

void TapPort::flush() {
  const std::size_t count = std::exchange(waiting_count_, 0);
  batching_ = ring_ != nullptr && count >= kFewest;
  for (std::size_t i = 0; i < count; ++i) send(std::move(waiting_[i]));
  if (leaving_count_ != 0) write_all();
}

void TapPort::send(PacketPtr frame) {
  if (gone_) {
    ++counters_.down;
    return;
  }
  if (frame->gso_size != 0 && (header_ == 0 || needs_software_segmentation(*frame))) {
    host::PacketQueue segments;
    if (!host::segment(*frame, segments)) {
      ++counters_.refused;
      return;
    }
    while (PacketPtr each = segments.pop()) send(std::move(each));
    return;
  }
  if (header_ == 0) host::complete_checksum(*frame);
  write(std::move(frame));
}

void TapPort::write(PacketPtr frame) {
  if (frame->size() > kLargest) {
    ++counters_.refused;
    return;
  }
  const bool in_scratch = frame->size() <= kCopied || frame->payload.contiguous() == nullptr;
  // Room for what is copied; an odd large one has all of it.
  const bool whole = in_scratch && frame->size() > kCopied;
  if (leaving_count_ != 0 && (leaving_count_ == kBatch || whole)) write_all();
  Leaving& leaving = leaving_[leaving_count_];
  leaving.frame = std::move(frame);
  lay_out(leaving);
  if (!batching_ || whole) return write_one(leaving);
  ++leaving_count_;
  ring_->add(tap_.fd(), leaving.all());
}

// The header, if any, and what is small lie together in the scratch memory.
void TapPort::lay_out(Leaving& leaving) {
  const Packet& frame = *leaving.frame;
  std::uint8_t* out = scratch_.data() + scratch_used_;
  if (header_ != 0) {
    const VirtioHeader header = make_virtio_header(frame);
    std::memcpy(out, &header, sizeof header);
  }
  const std::uint8_t* payload = frame.size() <= kCopied ? nullptr : frame.payload.contiguous();
  const std::size_t copied = payload == nullptr ? frame.size() : frame.head_size();
  frame.read(0, {out + header_, copied});
  leaving.parts[0] = {out, header_ + copied};
  leaving.count = 1;
  if (payload != nullptr) {
    // An iovec has no const; write() only reads.
    leaving.parts[1] = {const_cast<std::uint8_t*>(payload), frame.payload.size()};
    leaving.count = 2;
  }
  scratch_used_ += (header_ + copied + 15) & ~std::size_t{15};
}

void TapPort::write_one(Leaving& leaving) {
  const iovec& first = leaving.parts[0];
  note_written(*leaving.frame, leaving.count == 1 ? ::write(tap_.fd(), first.iov_base, first.iov_len)
                                                  : ::writev(tap_.fd(), leaving.parts.data(), 2));
  leaving.frame.reset();
  scratch_used_ = 0;
}

void TapPort::write_all() {
  std::array<int, kBatch> results;
  ring_->write_all({results.data(), leaving_count_});
  const std::size_t count = std::exchange(leaving_count_, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (results[i] == -EOPNOTSUPP) {  // an older tun driver: not without waiting
      write_one(leaving_[i]);
      batching_ = false;
      continue;
    }
    errno = results[i] < 0 ? -results[i] : 0;
    note_written(*leaving_[i].frame, results[i]);
    leaving_[i].frame.reset();
  }
  scratch_used_ = 0;
  if (!batching_) ring_.reset();
}

void TapPort::note_written(const Packet& frame, ssize_t result) {
  if (result < 0) return note_error(errno);
  down_ = false;
  ++counters_.frames_out;
  counters_.bytes_out += frame.size();
  if (frame.gso_size != 0) ++counters_.large_out;
}

void TapPort::note_error(int error) {
  switch (error) {
    case EIO:  // kernel: tun_get_user(): the interface is not up
      ++counters_.down;
      if (!down_) ++counters_.outages;
      down_ = true;
      return;
    case EBADFD:  // kernel: tun_chr_read_iter(), tun_chr_write_iter(): it was deleted
    case ENODEV:
      ++counters_.down;
      if (!gone_) ++counters_.outages;
      gone_ = true;
      return;
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM: ++counters_.full; return;
    default: ++counters_.refused; return;
  }
}

}  // namespace lvs::emu
