// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/lan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace lvs::test {

namespace {

constexpr base::Time kDelay = std::chrono::microseconds(20);

}  // namespace

Lan::Lan(unsigned machines) {
  for (unsigned n = 1; n <= machines; ++n) {
    auto& member = *hosts_.emplace_back(std::make_unique<Member>());
    member.machine = std::make_unique<control::Machine>("host" + std::to_string(n), n, 1, member.clock);
    host::Device& dev = member.machine->host().add_ethernet(
        "eth0", base::MacAddr{{2, 0, 0, 0, static_cast<std::uint8_t>(n), 0}}, &member.port);
    member.machine->host().set_up(dev, true);
    member.machine->run("ip addr add 10.0.0." + std::to_string(n) + "/24 dev eth0");
  }
}

const control::LineRun& Lan::start(unsigned n, std::string_view line) {
  const auto parsed = control::parse_line(line);
  if (!parsed) throw std::runtime_error(std::string(line) + ": " + parsed.error().text());
  return (*this)[n].start(*parsed);
}

const control::LineRun& Lan::run(unsigned n, std::string_view line, base::Time most) {
  const control::LineRun& run = start(n, line);
  for (const base::Time end = now() + most; !run.finished() && now() < end;) pass(std::chrono::milliseconds(10));
  EXPECT_TRUE(run.finished()) << line;
  return run;
}

void Lan::collect() {
  for (std::size_t n = 0; n < hosts_.size(); ++n) {
    for (Frame& frame : std::exchange(hosts_[n]->port.frames, {}))
      wire_.push_back({now() + kDelay, n, std::move(frame)});
  }
}

void Lan::pass(base::Time length) {
  const base::Time end = now() + length;
  const auto move_to = [&](base::Time when) {
    for (auto& member : hosts_) {
      while (member->clock.wake_ <= when) {
        member->clock.now_ = std::max(member->clock.now_, std::exchange(member->clock.wake_, base::kNever));
        member->machine->host().advance();
      }
      member->clock.now_ = when;
    }
    collect();
  };
  collect();
  for (;;) {
    base::Time next = end;
    for (const auto& member : hosts_) next = std::min(next, member->clock.wake_);
    if (!wire_.empty()) next = std::min(next, wire_.front().at);
    move_to(std::max(next, now()));
    while (!wire_.empty() && wire_.front().at <= now()) {
      const Travelling arrived = std::move(wire_.front());
      wire_.pop_front();
      for (std::size_t n = 0; n < hosts_.size(); ++n) {
        host::Device& dev = *hosts_[n]->machine->host().device("eth0");
        const bool group = (arrived.frame[0] & 1) != 0;
        if (n == arrived.from || (!group && std::memcmp(arrived.frame.data(), dev.mac.bytes.data(), 6) != 0)) continue;
        hosts_[n]->machine->host().receive(dev, host::Packet::from_frame(arrived.frame));
      }
      collect();
    }
    if (now() >= end) return;
  }
}

}  // namespace lvs::test
