// SPDX-License-Identifier: GPL-2.0-or-later
// Frames of the model on a TAP interface of the machine.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emu/frame-sink.h"
#include "os/tap.h"
#include "os/write-ring.h"

namespace lvs::emu {

// What went through a TAP, and what did not. Counted here; what the kernel dropped before is in os::LinkCounters.
struct TapCounters {
  std::uint64_t frames_in = 0, bytes_in = 0;    // from the machine; a large segment is one frame
  std::uint64_t frames_out = 0, bytes_out = 0;  // to the machine
  std::uint64_t large_in = 0, large_out = 0;    // TCP segments larger than the MTU
  std::uint64_t malformed = 0;                  // in: shorter than an Ethernet header, or with a contradictory header
  std::uint64_t down = 0;                       // out: the interface was down or gone
  std::uint64_t full = 0;                       // out: the kernel had no room
  std::uint64_t refused = 0;                    // out: the kernel would not have the frame
  std::uint64_t outages = 0;                    // times that the interface went down under us
};

class TapPort final : public FrameSink {
 public:
  static constexpr std::size_t kBatch = 64;  // frames; more is no faster, and makes others wait

  // `where` names it for people: the segment or interface that it is joined to.
  TapPort(std::string where, os::Tap tap);
  ~TapPort() override;
  TapPort(const TapPort&) = delete;
  TapPort& operator=(const TapPort&) = delete;

  void set_peer(FrameSink* peer) { peer_ = peer; }  // takes what comes in
  // Reads up to kBatch frames and gives them to the peer. True: there may be more.
  bool drain();
  // Out to the machine with the next flush(), or before it when there are many.
  void take(std::span<host::PacketPtr> frames) override;
  // What take() has left: system calls one after the other, not each between two packets of a host, whose code and data
  // would have to come back into the caches each time.
  void flush();

  const std::string& where() const { return where_; }
  const os::Tap& tap() const { return tap_; }
  const TapCounters& counters() const { return counters_; }
  bool gone() const { return gone_; }  // the interface was deleted

 private:
  class Buffer;

  // A frame that is to be written, and where its bytes are.
  struct Leaving {
    host::PacketPtr frame;
    std::array<iovec, 2> parts;
    std::size_t count = 0;  // of parts
    std::span<const iovec> all() const { return {parts.data(), count}; }
  };

  host::PacketPtr parse(std::size_t size);
  void send(host::PacketPtr frame);
  void write(host::PacketPtr frame);
  void lay_out(Leaving& leaving);
  void write_one(Leaving& leaving);
  void write_all();
  void note_written(const host::Packet& frame, ssize_t result);
  void note_error(int error);

  std::string where_;
  os::Tap tap_;
  FrameSink* peer_ = nullptr;
  TapCounters counters_;
  std::size_t header_;        // bytes before each frame: a virtio header or none
  Buffer* buffer_ = nullptr;  // frames are read into it
  std::array<host::PacketPtr, kBatch> batch_;
  std::array<host::PacketPtr, kBatch> waiting_;  // for flush()
  std::size_t waiting_count_ = 0;
  std::unique_ptr<os::WriteRing> ring_;  // nullptr: none to be had
  bool batching_ = false;                // frames go into the ring
  std::array<Leaving, kBatch> leaving_;  // those in the ring
  std::size_t leaving_count_ = 0;
  std::vector<std::uint8_t> scratch_;  // bytes of those that are leaving
  std::size_t scratch_used_ = 0;
  bool down_ = false;
  bool gone_ = false;
};

}  // namespace lvs::emu
