// SPDX-License-Identifier: GPL-2.0-or-later
// Lives of neighbour entries as Linux 6.1 lived them: tests/golden/host/neighbour.txt, made by
// tests/golden/host/record-neighbour.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "host/recorded-frames.h"
#include "support/test-host.h"
#include "wire/ethernet.h"

namespace lvs::test {
namespace {

using std::chrono::milliseconds;
using Op = wire::Arp::Op;

struct Event {
  std::string what;  // a frame, or a state
  long at = -1;      // ms; -1 for a state
};

// The host and its peer of the recording.
class Life {
 public:
  explicit Life(const std::map<std::string, unsigned>& settings) {
    box_.add(eth_, "10.1.0.1/24");
    host::NeighbourParameters& p = box_.host.neighbours.parameters(eth_);
    p.base_reachable_time = milliseconds(2000);
    p.delay_first_probe_time = milliseconds(1000);
    p.retrans_time = milliseconds(300);
    for (const auto& [key, value] : settings) {
      if (key == "mcast_solicit") p.mcast_solicit = value;
      if (key == "ucast_solicit") p.ucast_solicit = value;
      if (key == "mcast_resolicit") p.mcast_resolicit = value;
      if (key == "arp") answers_ = value != 0;
    }
    box_.sent(0);
  }
  void send_at(long ms) {
    run_to(ms);
    events.push_back({"send", ms});
    const Frame frame = Eth{} / Ip{.src = addr("10.1.0.1"), .dst = addr("10.1.0.9")} / Udp{.sport = 5, .dport = 9};
    host::PacketPtr packet = host::Packet::from_frame(frame);
    packet->pull(14);
    box_.host.ip_local_out(std::move(packet));
    collect();
  }
  void silence() { answers_ = false; }
  void run_to(long ms) {
    for (long at = box_.clock.now() / milliseconds(1); at < ms; ++at) {
      box_.advance_to(milliseconds(at + 1));
      collect();
    }
  }
  void note_state() {
    const host::Neighbour* entry = box_.host.neighbours.find(eth_, addr("10.1.0.9"));
    events.push_back({entry == nullptr ? "none" : std::string(host::name_of(entry->state)), -1});
  }
  std::vector<Event> events;

 private:
  void collect() {
    const long now = box_.clock.now() / milliseconds(1);
    for (auto frames = box_.sent(0); !frames.empty(); frames = box_.sent(0)) {
      for (const Frame& frame : frames) {
        const bool arp = wire::ConstEthernet{frame.data()}.type() == 0x0806;
        events.push_back({!arp ? "datagram" : frame[0] == 0xff ? "broadcast" : "unicast", now});
        if (!arp || !answers_) continue;
        const base::MacAddr peer = mac("02:00:00:00:00:0b");
        box_.receive(
            0, (Eth{.src = peer, .dst = eth_.mac} / Arp{Op::reply, peer, addr("10.1.0.9"), eth_.mac, addr("10.1.0.1")})
                   .bytes());
      }
    }
  }

  TestHost box_{"r"};
  host::Device& eth_ = box_.eth(0);
  bool answers_ = true;
};

TEST(NeighbourRecorded, LivesAsOnLinux) {
  for (const auto& row : recorded_rows(LVS_SOURCE_DIR "/tests/golden/host/neighbour.txt", "life")) {
    SCOPED_TRACE(row.at(0));
    std::map<std::string, unsigned> settings;
    std::vector<Event> expected;
    for (const std::string& word : row) {
      const auto mark = word.find_first_of("=@");
      if (mark == std::string::npos) {
        if (!word.empty() && word != row[0]) expected.push_back({word});
      } else if (word[mark] == '=') {
        settings[word.substr(0, mark)] = static_cast<unsigned>(std::stoul(word.substr(mark + 1)));
      } else {
        expected.push_back({word.substr(0, mark), std::stol(word.substr(mark + 1))});
      }
    }
    const auto second =
        std::find_if(expected.begin() + 1, expected.end(), [](const Event& e) { return e.what == "send"; });
    ASSERT_NE(second, expected.end());

    Life life(settings);
    life.send_at(0);
    life.run_to(settings.at("wait"));
    life.note_state();
    life.silence();
    life.send_at(second->at);
    life.run_to(second->at + 3500);
    life.note_state();

    ASSERT_EQ(life.events.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(life.events[i].what, expected[i].what) << i;
      // The kernel's timer wheel rounds a second up by as much as 80 ms at 100 Hz.
      EXPECT_NEAR(static_cast<double>(life.events[i].at), static_cast<double>(expected[i].at), 120) << i;
    }
  }
}

}  // namespace
}  // namespace lvs::test
