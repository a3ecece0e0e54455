// SPDX-License-Identifier: GPL-2.0-or-later
// ping and arping between two machines on one cable; texts as iputils 20221126 prints them, times from virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "control/machine/machine.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint8_t> frame_bytes(const host::Packet& frame) {
  std::vector<std::uint8_t> bytes(frame.size());
  frame.copy_to(bytes);
  return bytes;
}

// Two machines, a (10.0.0.1) and b (10.0.0.2), and 100 us of cable.
class TwoMachines : public testing::Test {
 protected:
  static constexpr base::Time kDelay = 100us;

  struct End final : host::Port {
    TwoMachines* bench = nullptr;
    std::size_t other = 0;
    void transmit(host::PacketPtr frame) override {
      bench->flying_.push_back({bench->now_ + kDelay, other, frame_bytes(*frame)});
    }
  };
  struct Flight {
    base::Time arrives;
    std::size_t to;
    std::vector<std::uint8_t> frame;
  };

  TwoMachines() {
    for (std::size_t i = 0; i < 2; ++i) {
      machines_[i] = std::make_unique<Machine>(i == 0 ? "a" : "b", static_cast<trace::HostId>(i + 1), i, clocks_[i]);
      ends_[i].bench = this;
      ends_[i].other = 1 - i;
      const auto mac = test::mac(i == 0 ? "02:00:00:00:0a:00" : "02:00:00:00:0b:00");
      devices_[i] = &machines_[i]->host().add_ethernet("eth0", mac, &ends_[i]);
      machines_[i]->host().set_up(*devices_[i], true);
      machines_[i]->run(i == 0 ? "ip addr add 10.0.0.1/24 dev eth0" : "ip addr add 10.0.0.2/24 dev eth0");
    }
  }

  void advance_to(base::Time when) {
    for (;;) {
      base::Time next = flying_.empty() ? base::kNever : flying_.front().arrives;
      for (const auto& clock : clocks_) next = std::min(next, clock.wake_);
      if (next > when) break;
      now_ = std::max(now_, next);
      for (std::size_t i = 0; i < 2; ++i) {
        clocks_[i].now_ = now_;
        if (clocks_[i].wake_ > now_) continue;
        clocks_[i].wake_ = base::kNever;
        machines_[i]->host().advance();
      }
      while (!flying_.empty() && flying_.front().arrives <= now_) {
        const Flight flight = std::move(flying_.front());
        flying_.pop_front();
        machines_[flight.to]->host().receive(*devices_[flight.to], host::Packet::from_frame(flight.frame));
      }
    }
    now_ = when;
    for (auto& clock : clocks_) clock.now_ = when;
  }

  // Runs a line on a for at most a minute.
  const LineRun& on_a(std::string_view line) {
    auto parsed = parse_line(line);
    EXPECT_TRUE(parsed) << line;
    const LineRun& run = machines_[0]->start(*parsed);
    const base::Time end = now_ + 60s;
    while (!run.finished() && now_ < end) advance_to(now_ + 10ms);
    EXPECT_TRUE(run.finished()) << line;
    return run;
  }

  base::Time now_{};
  std::array<test::FakeClock, 2> clocks_;
  std::array<End, 2> ends_;
  std::array<host::Device*, 2> devices_{};
  std::deque<Flight> flying_;
  std::array<std::unique_ptr<Machine>, 2> machines_;
};

TEST_F(TwoMachines, RepliesAndStatistics) {
  machines_[0]->run("ip neigh add 10.0.0.2 lladdr 02:00:00:00:0b:00 dev eth0");
  machines_[1]->run("ip neigh add 10.0.0.1 lladdr 02:00:00:00:0a:00 dev eth0");
  const LineRun& run = on_a("ping -c 2 10.0.0.2");
  EXPECT_EQ(run.status(), 0);
  EXPECT_EQ(run.out(),
            "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n"
            "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.200 ms\n"
            "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.200 ms\n"
            "\n"
            "--- 10.0.0.2 ping statistics ---\n"
            "2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n"
            "rtt min/avg/max/mdev = 0.200/0.200/0.200/0.000 ms\n");
}

TEST_F(TwoMachines, SmallPacketsHaveNoTime) {
  const LineRun& run = on_a("ping -c 1 -s 8 10.0.0.2");
  EXPECT_EQ(run.out(),
            "PING 10.0.0.2 (10.0.0.2) 8(36) bytes of data.\n"
            "16 bytes from 10.0.0.2: icmp_seq=1 ttl=64\n"
            "\n"
            "--- 10.0.0.2 ping statistics ---\n"
            "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"
            "\n");
}

TEST_F(TwoMachines, NobodyThere) {
  const LineRun& run = on_a("ping -c 1 10.0.0.3");
  EXPECT_EQ(run.status(), 1);
  EXPECT_EQ(run.out(),
            "PING 10.0.0.3 (10.0.0.3) 56(84) bytes of data.\n"
            "From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n"
            "\n"
            "--- 10.0.0.3 ping statistics ---\n"
            "1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n"
            "\n");
}

TEST_F(TwoMachines, WaitsNoLongerThanAsked) {
  const LineRun& run = on_a("ping -c 1 -W 1 10.0.0.3");
  EXPECT_EQ(run.status(), 1);
  EXPECT_EQ(run.out(),
            "PING 10.0.0.3 (10.0.0.3) 56(84) bytes of data.\n"
            "\n"
            "--- 10.0.0.3 ping statistics ---\n"
            "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"
            "\n");
}

TEST_F(TwoMachines, RefusalsBeforeTheFirstPacket) {
  const std::array<std::pair<std::string_view, std::string_view>, 7> cases = {{
      {"ping -c 1 99.1.1.1", "ping: connect: Network is unreachable\n"},
      {"ping -c 1 -I 10.0.0.9 10.0.0.2", "ping: bind: Cannot assign requested address\n"},
      {"ping -c 1 -I eth9 10.0.0.2", "ping: SO_BINDTODEVICE eth9: No such device\n"},
      {"ping -c 1 10.0.0.255",
       "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n"},
      {"ping -c 1 nosuchhost", "ping: nosuchhost: Temporary failure in name resolution\n"},
      {"ping -c 1 -t 0 10.0.0.2", "ping: cannot set unicast time-to-live: Invalid argument\n"},
      {"ping -c 1 -M bogus 10.0.0.2", "ping: invalid -M argument: bogus\n"},
  }};
  for (const auto& [line, expected] : cases) {
    const LineRun& run = on_a(line);
    EXPECT_EQ(run.err(), expected);
    EXPECT_EQ(run.out(), "");
    EXPECT_EQ(run.status(), 2);
  }
}

TEST_F(TwoMachines, TooLongForTheInterface) {
  const LineRun& run = on_a("ping -c 1 -s 2000 -M do 10.0.0.2");
  EXPECT_EQ(run.err(), "ping: local error: message too long, mtu=1500\n");
  EXPECT_EQ(run.status(), 1);
  EXPECT_EQ(on_a("ping -c 1 -s 2000 10.0.0.2").status(), 0);  // in fragments
}

TEST_F(TwoMachines, Arping) {
  const LineRun& run = on_a("arping -c 2 -I eth0 10.0.0.2");
  EXPECT_EQ(run.status(), 0);
  // The real arping adds half a millisecond, too.
  EXPECT_EQ(run.out(),
            "ARPING 10.0.0.2 from 10.0.0.1 eth0\n"
            "Unicast reply from 10.0.0.2 [02:00:00:00:0B:00]  0.700ms\n"
            "Unicast reply from 10.0.0.2 [02:00:00:00:0B:00]  0.700ms\n"
            "Sent 2 probes (1 broadcast(s))\n"
            "Received 2 response(s)\n");
  const LineRun& none = on_a("arping -c 1 -I eth0 10.0.0.3");
  EXPECT_EQ(none.status(), 1);
  EXPECT_EQ(none.out(), "ARPING 10.0.0.3 from 10.0.0.1 eth0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)\n");
  EXPECT_EQ(on_a("arping -D -q -c 1 -I eth0 10.0.0.2").status(), 1);
  EXPECT_EQ(on_a("arping -D -q -c 1 -I eth0 10.0.0.3").status(), 0);
  EXPECT_EQ(on_a("arping -U -c 1 -I eth0 10.0.0.1").status(), 0);
  EXPECT_EQ(on_a("arping -c 1 -I eth9 10.0.0.2").err(), "arping: Device eth9 not available.\n");
  EXPECT_EQ(on_a("arping -c 1 -I lo 10.0.0.2").out(), "Interface \"lo\" is not ARPable\n");
}

}  // namespace
}  // namespace lvs::control
