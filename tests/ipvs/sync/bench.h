// SPDX-License-Identifier: GPL-2.0-or-later
// A director with sockets on a bench: eth0 10.0.0.11/24 and the virtual address 10.0.0.100, beside clients 10.0.0.1 and
// others, and the servers 10.0.0.21 and 10.0.0.22.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/machine.h"
#include "ipvs/core/core.h"
#include "ipvs/sync/daemons.h"
#include "support/frame-builder.h"
#include "support/test-host.h"

namespace lvs::test {

inline constexpr std::string_view kWebService = R"(
ipvsadm -A -t 10.0.0.100:80 -s rr
ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.21 -g
ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.22 -g
)";

class SyncBench {
 public:
  explicit SyncBench(std::string name = "lb1") : machine(std::move(name), 1, 1, clock) {
    eth0_ = &machine.host().add_ethernet("eth0", mac("02:00:00:00:01:00"), &wire_);
    machine.run(R"(
      ip link set eth0 up
      ip addr add 10.0.0.11/24 dev eth0
      ip addr add 10.0.0.100/32 dev eth0
      ip neigh add 10.0.0.1 lladdr 02:00:00:00:10:01 dev eth0 nud permanent
      ip neigh add 10.0.0.21 lladdr 02:00:00:00:10:21 dev eth0 nud permanent
      ip neigh add 10.0.0.22 lladdr 02:00:00:00:10:22 dev eth0 nud permanent
    )");
  }

  void advance_to(base::Time when) {
    while (clock.wake_ <= when) {
      clock.now_ = std::max(clock.now_, std::exchange(clock.wake_, base::kNever));
      machine.host().advance();
    }
    clock.now_ = std::max(clock.now_, when);
    machine.host().advance();
  }
  void advance(base::Time by) { advance_to(clock.now_ + by); }

  void receive(const Frame& frame) { machine.host().receive(*eth0_, host::Packet::from_frame(frame)); }
  // "S", "PA", "udp": a client's packet for 10.0.0.100:80.
  void client(base::Ipv4Addr from, std::uint16_t port, std::string_view what) {
    const Eth eth{mac("02:00:00:00:10:01"), eth0_->mac};
    const Ip ip{.src = from, .dst = addr("10.0.0.100")};
    const auto has = [&](char letter) { return what.find(letter) != std::string_view::npos; };
    if (what == "udp") return receive(eth / ip / Udp{.sport = port, .dport = 80} / Data::of(4));
    receive(eth / ip /
            Tcp{.sport = port,
                .dport = 80,
                .seq = 1,
                .ack_seq = 1,
                .fin = has('F'),
                .syn = has('S'),
                .rst = has('R'),
                .psh = has('P'),
                .ack = has('A')});
  }

  // Whole frames that left since the last call.
  std::vector<Frame> sent() { return std::exchange(wire_.frames, {}); }
  // The synchronisation messages among them: what stands behind the UDP header.
  std::vector<std::string> messages() {
    constexpr std::size_t kPayload = 14 + 20 + 8;
    std::vector<std::string> all;
    for (const Frame& frame : sent()) {
      if (frame.size() < kPayload || frame[23] != 17 || base::load_be16(&frame[36]) != 8848) continue;
      all.emplace_back(frame.begin() + kPayload, frame.end());
    }
    return all;
  }
  // A message to the backup daemon, as it arrives.
  void tell(std::string_view message) {
    auto& daemons = static_cast<ipvs::SyncDaemons&>(*machine.ipvs().core().sync);
    daemons.backup()->process({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
  }
  std::string run(std::string_view script) { return machine.run(script); }

  FakeClock clock;
  control::Machine machine;

 private:
  CapturePort wire_;
  host::Device* eth0_;
};

inline std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}
inline std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += {kDigits[static_cast<std::uint8_t>(c) >> 4], kDigits[static_cast<std::uint8_t>(c) & 15]};
  }
  return hex;
}

}  // namespace lvs::test
