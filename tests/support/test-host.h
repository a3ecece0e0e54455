// SPDX-License-Identifier: GPL-2.0-or-later
// A host on a bench: its clock stands still until told, its interfaces keep what they send.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/env/device.h"
#include "host/host.h"
#include "host/packet/packet.h"
#include "support/frame-builder.h"

namespace lvs::test {

// Addresses in tests are literals: a typo ends the test program.
base::Ipv4Addr addr(std::string_view text);
base::Ipv4Prefix prefix(std::string_view text);
base::MacAddr mac(std::string_view text);

class FakeClock final : public base::Clock {
 public:
  base::Time now() const override { return now_; }
  void wake_at(base::Time when) override { wake_ = when; }

  base::Time now_{};
  base::Time wake_ = base::kNever;  // what the host asked for, kNever: nothing
};

// Keeps the frames it is given, checksums completed.
class CapturePort final : public host::Port {
 public:
  void transmit(host::PacketPtr frame) override;
  std::vector<Frame> frames;
};

class TestHost {
 public:
  // Interfaces are added when eth() first names them: eth0 02:00:00:00:01:00, eth1 02:00:00:00:01:01 ...
  explicit TestHost(std::string name, trace::HostId id = 1);

  host::Device& eth(unsigned number);
  host::Device& lo() { return host.loopback(); }

  // "10.0.0.1/24": global scope, no broadcast address, as `ip addr add 10.0.0.1/24 dev eth0`.
  host::ConfigError add(host::Device& dev, std::string_view address, host::Scope scope = host::Scope::global);
  host::ConfigError remove(host::Device& dev, std::string_view address);

  // A frame from the wire.
  void receive(unsigned number, base::ByteView frame);
  // What ethN sent since the last call.
  std::vector<Frame> sent(unsigned number);
  // Moves the clock, stopping wherever the host asked to be woken.
  void advance_to(base::Time when);

  FakeClock clock;
  host::Host host;

 private:
  std::vector<std::unique_ptr<CapturePort>> ports_;
  std::vector<host::Device*> devices_;
};

}  // namespace lvs::test
