// SPDX-License-Identifier: GPL-2.0-or-later
// Packet sockets of the current network namespace: every frame of one interface, in and out, and raw frames into it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "os/fd.h"

namespace lvs::referee {

struct TappedFrame {
  base::Time at{};  // CLOCK_REALTIME at which the kernel saw it
  bool outbound = false;
  std::vector<std::uint8_t> bytes;
};

// Sees frames where tcpdump does: outgoing ones as they go to the device, checksums filled in, incoming ones as they
// come.
class PacketTap {
 public:
  explicit PacketTap(const std::string& interface);

  int fd() const { return socket_.get(); }
  // The next frame, or nothing while there is none.
  std::optional<TappedFrame> receive();
  // Frames that the socket had no room for since the last call. A capture with such frames is worthless.
  std::uint32_t lost();

 private:
  os::Fd socket_;
  std::vector<std::uint8_t> buffer_;
};

// Sends a frame out of the interface; the reason if the kernel refuses it (interface down, longer than the MTU).
std::optional<std::string> send_frame(const std::string& interface, const std::vector<std::uint8_t>& frame);

}  // namespace lvs::referee
