// SPDX-License-Identifier: GPL-2.0-or-later
// Two hosts with sockets and a cable between them, whose frames a test may look at, lose or hold back.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "host/socket/sockets.h"
#include "support/test-host.h"
#include "wire/tcp.h"

namespace lvs::test {

// What is seen of a TCP segment.
struct Segment {
  base::Time at{};
  unsigned from = 0;  // 0: the left host, 1: the right one
  Frame frame;

  wire::ConstTcp tcp() const { return {frame.data() + 34}; }
  wire::ConstIpv4 ip() const { return {frame.data() + 14}; }
  std::uint8_t flags() const { return tcp().flags(); }
  std::size_t data_size() const { return ip().total_length() - 20u - tcp().header_size(); }
  host::TcpOptions options() const { return host::TcpOptions::parse(tcp()); }
  // "S", "SA", "A", "PA", "FA", "R", "RA": as tcpdump, with the count of data bytes behind
  std::string text() const;
};

class SocketPair {
 public:
  SocketPair();  // 10.0.0.1 and 10.0.0.2, neighbours known
  TestHost left{"left", 1}, right{"right", 2};
  host::Sockets a{left.host}, b{right.host};
  base::Time delay = std::chrono::microseconds(100);
  // False: the segment is lost.
  std::function<bool(const Segment&)> filter = [](const Segment&) { return true; };

  // Lets time pass and frames travel.
  void run(base::Time length);
  base::Time now() const { return left.clock.now_; }
  std::vector<Segment> seen;  // everything sent, lost or not
  std::vector<std::string> texts() const;
  void forget() { seen.clear(); }

 private:
  struct Travelling {
    base::Time at;
    unsigned to;
    Frame frame;
  };
  void collect();
  TestHost& host(unsigned n) { return n == 0 ? left : right; }
  std::deque<Travelling> wire_;
};

}  // namespace lvs::test
