// SPDX-License-Identifier: GPL-2.0-or-later
// What a routing decision costs, in ns of one core: by direction, number of peers and rp_filter.
//   bench-routing [--lookups=N]
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "host/host.h"

namespace {

using namespace lvs;
using host::Conf;

class StillClock final : public base::Clock {
 public:
  base::Time now() const override { return {}; }
  void wake_at(base::Time) override {}
};

constexpr base::Ipv4Addr kVip = base::Ipv4Addr::of(10, 0, 0, 100);
constexpr base::Ipv4Addr kServer = base::Ipv4Addr::of(10, 0, 1, 11);

// One of 2^20 clients, in no order that a cache likes.
base::Ipv4Addr client(unsigned i) { return {base::Ipv4Addr::of(20, 0, 0, 0).value + (i * 7919u & 0xfffffu)}; }

// A machine is busy with others' work: count what this thread got. The best of three.
template <class Lookup>
void report(std::string_view what, unsigned lookups, Lookup&& lookup) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    timespec from{}, to{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    unsigned checksum = 0;
    for (unsigned i = 0; i < lookups; ++i) checksum += static_cast<unsigned>(lookup(i).type);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    asm volatile("" ::"r"(checksum));
    const double ns =
        static_cast<double>(to.tv_sec - from.tv_sec) * 1e9 + static_cast<double>(to.tv_nsec - from.tv_nsec);
    best = std::min(best, ns / lookups);
  }
  fmt::print("{:<58} {:6.1f} ns\n", what, best);
}

}  // namespace

int main(int argc, char** argv) {
  unsigned lookups = 5'000'000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view key = "--lookups=";
    const char* begin = word.data() + std::min(key.size(), word.size());
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(begin, end, lookups);
    if (!word.starts_with(key) || error != std::errc{} || stop != end || lookups == 0) {
      fmt::print(stderr, "bench-routing: {}: known is --lookups=N\n", word);
      return 2;
    }
  }

  StillClock clock;
  host::Host host("director", 1, 1, clock);
  host::Device& outside = host.add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, nullptr);
  host::Device& inside = host.add_ethernet("eth1", {{2, 0, 0, 0, 1, 1}}, nullptr);
  host.set_up(outside, true);
  host.set_up(inside, true);
  host.add_address(outside, {.prefix = {base::Ipv4Addr::of(10, 0, 0, 1), 24}});
  host.add_address(outside, {.prefix = {kVip, 32}});
  host.add_address(inside, {.prefix = {base::Ipv4Addr::of(10, 0, 1, 1), 24}});
  host::FibRoute gateway;
  gateway.gateway = base::Ipv4Addr::of(10, 0, 0, 9);
  if (host.fib.add(gateway) != host::FibError::none) return 1;
  host.set_sysctl(host::Ipv4Key::ip_forward, 1);

  trace::Drop drop{};
  const auto request = [&](unsigned i) {
    return host.fib.input({.dst = kVip, .src = client(i), .in = &outside}, drop);
  };
  const auto reply = [&](unsigned i) {
    return host.fib.input({.dst = client(i), .src = kServer, .in = &inside}, drop);
  };
  report("request to the VIP, one client", lookups, [&](unsigned) { return request(0); });
  report("request to the VIP, a million clients", lookups, request);
  report("reply through the director, one client", lookups, [&](unsigned) { return reply(0); });
  report("reply through the director, a million clients", lookups, reply);
  report("own packet to a server", lookups, [&](unsigned) { return host.fib.output({.dst = kServer}); });
  report("own packet to a million clients", lookups, [&](unsigned i) { return host.fib.output({.dst = client(i)}); });
  host.set_conf(outside, Conf::rp_filter, 1);
  report("request to the VIP, one client, rp_filter=1", lookups, [&](unsigned) { return request(0); });
  report("request to the VIP, a million clients, rp_filter=1", lookups, request);
  return 0;
}
