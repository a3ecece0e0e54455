// SPDX-License-Identifier: GPL-2.0-or-later
// Clients that ask for a page over a connection of its own (HTTP/1.0), on the sockets of a machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "host/socket/sockets.h"

namespace lvs::scenarios {

class HttpClients {
 public:
  enum class Choice : std::uint8_t {
    only,    // the first target
    dns,     // what the client's resolver has: targets in turn, kept for a while
    client,  // the one with which it has the fewest connections; another where it is refused
  };
  struct Plan {
    Choice choice = Choice::only;
    std::vector<host::SocketAddress> targets;
    std::vector<base::Ipv4Addr> sources;  // in turn
    unsigned concurrency = 0;             // 0: at random moments, `rate` of them a second
    double rate = 0;
    std::size_t reply = 0;  // bytes of a whole page at least
    unsigned resolvers = 1;
    base::Time ttl{};
  };
  HttpClients(control::Machine& machine, Plan plan, std::uint64_t seed);
  ~HttpClients();
  HttpClients(const HttpClients&) = delete;
  HttpClients& operator=(const HttpClients&) = delete;

  void begin();
  // What was counted so far is forgotten.
  void reset();
  const std::vector<double>& latencies() const { return latencies_; }  // seconds, of those completed
  std::uint64_t failed() const { return failed_; }
  const std::vector<std::uint64_t>& completed_by() const { return completed_by_; }  // target; of `only`, one

 private:
  class Request;
  void arrive();
  void start();
  void over(Request& request, bool good);
  std::size_t choose(Request& request);

  control::Machine& machine_;
  Plan plan_;
  base::Rng rng_;
  std::vector<std::unique_ptr<Request>> requests_;
  std::vector<Request*> idle_;
  struct Cached {
    std::size_t target = 0;
    base::Time until{};
  };
  std::vector<Cached> caches_;
  std::vector<unsigned> open_;
  std::size_t next_target_ = 0, next_source_ = 0, next_resolver_ = 0;
  std::vector<double> latencies_;
  std::vector<std::uint64_t> completed_by_;
  std::uint64_t failed_ = 0;
  control::Alarm arrival_;
};

}  // namespace lvs::scenarios
