// SPDX-License-Identifier: GPL-2.0-or-later
// TAP interfaces (drivers/net/tun.c): Ethernet frames between this program and the kernel's network.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace lvs::os {

struct TapOptions {
  std::string name;      // of the interface, 1 to 15 characters
  bool create = false;   // make it (it goes when the descriptor is closed); else it must exist
  std::string owner;     // user or number that may attach to it; empty: nobody but root
  std::string netns;     // where it is: a name of `ip netns` or a path; empty: here
  bool offload = false;  // frames carry a virtio_net_hdr, checksums may be partial and TCP segments large
};

// "WHERE=TAP[,create][,user=U][,netns=NS]": what a segment or an interface of a lab is joined to.
struct TapPlug {
  std::string where;
  TapOptions tap;
};
// The error is a line that names the word and what is known.
base::Result<TapPlug, std::string> parse_tap_plug(std::string_view text);

// What the kernel counts on an interface; "rx" is what this program wrote.
struct LinkCounters {
  std::uint64_t rx_packets = 0, tx_packets = 0;
  std::uint64_t rx_dropped = 0;  // the machine's stack had no room
  std::uint64_t tx_dropped = 0;  // the queue towards this program was full: it was too slow
};

class Tap {
 public:
  // Frames that wait for this program, of an interface that it makes: a tenth of a second at 100,000 a second. The
  // kernel's own 1,000 are lost when other programs have the processor for 10 ms.
  static constexpr unsigned kQueue = 10'000;

  // Opens without blocking, makes the interface and sets it up where asked to. Throws std::system_error or
  // std::runtime_error with a line that says what is missing and what to do.
  explicit Tap(const TapOptions& options);
  Tap(Tap&&) = default;
  Tap& operator=(Tap&&) = default;

  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }
  bool offload() const { return offload_; }

  // Nothing when the interface is gone.
  std::optional<LinkCounters> counters() const;
  // IFF_UP; nothing when the interface is gone.
  std::optional<bool> up() const;

 private:
  std::string name_;
  bool offload_;
  unsigned index_ = 0;
  Fd fd_;
  Fd netlink_;  // of the interface's namespace
};

}  // namespace lvs::os
