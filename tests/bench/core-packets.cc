// SPDX-License-Identifier: GPL-2.0-or-later
// Packets a second through a director's whole path, NIC to NIC, 64-byte frames, one core; by method and number of
// connections; and the bytes a connection takes.
//   bench-core-packets [--seconds=S] [--method=NAT|DR|TUN|copy] [--connections=N] [--trace]
// copy: a loop that makes the packets, looks at nothing and sends them. With --packets=N it runs so many, and by the
// clock of none: for instructions a packet, `valgrind --tool=callgrind` with two N and the difference.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "ipvs/ip-vs.h"
#include "wire/ethernet.h"
#include "wire/tcp.h"

namespace {

using namespace lvs;

class StillClock final : public base::Clock {
 public:
  base::Time now() const override { return now_; }
  void wake_at(base::Time) override {}
  base::Time now_{};
};

// Takes a frame and forgets it, as a NIC that is fast enough.
class Drain final : public host::Port {
 public:
  void transmit(host::PacketPtr) override { ++frames; }
  std::uint64_t frames = 0;
};

// Copies nothing: what tracing costs before anybody looks.
class DeafSink final : public trace::Sink {
 public:
  void packet(const trace::PacketEvent&) override { ++events; }
  void journal(const trace::JournalEvent&) override { ++events; }
  std::uint64_t events = 0;
};

constexpr base::MacAddr kRouterMac{{2, 0, 0, 0, 2, 1}};
constexpr base::Ipv4Addr kVip = base::Ipv4Addr::of(192, 168, 0, 100);
constexpr unsigned kServers = 10;
constexpr std::uint32_t kFrameSize = 60;  // 64 with the FCS

// A machine is busy with others' work: count what this thread got.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Director {
  explicit Director(ipvs::ForwardMethod method) : host("director", 1, 1, clock), ip_vs(host) {
    inside = &host.add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &inside_port);
    outside = &host.add_ethernet("eth1", {{2, 0, 0, 0, 1, 1}}, &outside_port);
    host.set_up(*inside, true);
    host.set_up(*outside, true);
    add(*inside, base::Ipv4Addr::of(10, 0, 0, 1), 16);
    add(*outside, base::Ipv4Addr::of(192, 168, 0, 1), 24);
    add(*outside, kVip, 32);
    host.set_sysctl(host::Ipv4Key::ip_forward, 1);
    host.fib.add({.dst = {base::Ipv4Addr::any(), 0}, .dev = outside, .gateway = base::Ipv4Addr::of(192, 168, 0, 254)});
    learn(*outside, base::Ipv4Addr::of(192, 168, 0, 254), kRouterMac);
    const ipvs::ServiceKey web{.protocol = ipvs::IpProto::tcp, .addr = kVip, .port = 80};
    ip_vs.add_service({.key = web, .scheduler = "rr", .pe_name = {}});
    for (unsigned i = 0; i < kServers; ++i) {
      const base::Ipv4Addr rip = base::Ipv4Addr::of(10, 0, 1, i + 1);
      learn(*inside, rip, {{2, 0, 0, 0, 3, static_cast<std::uint8_t>(i)}});
      ip_vs.add_destination(web, {.addr = rip, .port = 80, .method = method});
    }
  }
  void add(host::Device& dev, base::Ipv4Addr a, unsigned length) {
    host.add_address(dev, {.prefix = {a, length}, .peer = {}, .broadcast = {}, .label = {}});
  }
  void learn(host::Device& dev, base::Ipv4Addr a, const base::MacAddr& mac) {
    host.neighbours.update(host.neighbours.find_or_create(dev, a), mac, host::NeighbourState::permanent,
                           {.override_ = true, .admin = true});
  }

  StillClock clock;
  Drain inside_port, outside_port;
  host::Host host;
  ipvs::IpVs ip_vs;
  host::Device* inside = nullptr;
  host::Device* outside = nullptr;
};

using Frame = std::array<std::uint8_t, kFrameSize>;

Frame make_frame(const base::MacAddr& to, base::Ipv4Addr src, base::Ipv4Addr dst, std::uint16_t sport,
                 std::uint16_t dport, std::uint8_t flags) {
  Frame frame{};
  wire::Ethernet{frame.data()}.set(to, kRouterMac, wire::EtherType::ipv4);
  const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
  ip.init(0, 40, 0, wire::Ipv4::kDf, 64, wire::IpProto::tcp, src, dst);
  ip.refresh_checksum();
  const wire::Tcp tcp{ip.payload()};
  tcp.init(sport, dport, 1, 1, flags, 1000);
  const wire::Sum pseudo = wire::sum_pseudo_header(src, dst, 6, wire::Tcp::kMinSize);
  tcp.set_checksum(wire::checksum_of(wire::sum_add(pseudo, wire::sum_bytes({tcp.p, wire::Tcp::kMinSize}))));
  return frame;
}

host::PacketPtr packet_of(const Frame& frame) {
  host::PacketPtr packet = host::Packet::create();
  std::memcpy(packet->put(kFrameSize), frame.data(), kFrameSize);
  return packet;
}

void receive(host::Host& host, host::Device& dev, const Frame& frame) { host.receive(dev, packet_of(frame)); }

base::Ipv4Addr client_of(std::uint32_t i) { return {base::Ipv4Addr::of(172, 16, 0, 0).value + i / 50000}; }
std::uint16_t port_of(std::uint32_t i) { return static_cast<std::uint16_t>(10000 + i % 50000); }

struct Result {
  double rate = 0;
  double bytes = 0;
  bool complete = false;
};

// What ends a run: seconds of CPU time, or, above 0, a number of packets.
struct Length {
  double seconds = 0.5;
  std::uint64_t packets = 0;
};

Result run(std::string_view method, std::uint32_t connections, const Length& length, bool traced) {
  const bool nat = method == "NAT";
  Director d(nat              ? ipvs::ForwardMethod::masq
             : method == "DR" ? ipvs::ForwardMethod::droute
                              : ipvs::ForwardMethod::ipip);
  DeafSink sink;
  if (traced) d.host.set_sink(&sink);
  for (std::uint32_t i = 0; i < connections; ++i) {
    receive(d.host, *d.outside, make_frame(d.outside->mac, client_of(i), kVip, port_of(i), 80, wire::Tcp::syn));
    receive(d.host, *d.outside, make_frame(d.outside->mac, client_of(i), kVip, port_of(i), 80, wire::Tcp::ack));
  }
  // Requests of all connections in an order that memory cannot foresee; under NAT every other poll brings replies.
  // They come in polls of 64 frames, as a NIC's ring is emptied.
  constexpr std::uint32_t kBatch = 1u << 14;
  constexpr std::uint32_t kPoll = 64;
  std::vector<Frame> frames;
  std::vector<host::Device*> from;
  std::vector<ipvs::ConnInfo> known;
  if (nat) known = d.ip_vs.connections();
  base::Rng rng(5);
  const auto fill = [&] {
    frames.clear();
    from.clear();
    for (std::uint32_t i = 0; i < kBatch; ++i) {
      if (nat && i / kPoll % 2 != 0) {
        const ipvs::ConnInfo& c = known[rng.below(connections)];
        frames.push_back(make_frame(d.inside->mac, c.daddr, c.caddr, c.dport, c.cport, wire::Tcp::ack));
        from.push_back(d.inside);
      } else {
        const std::uint32_t c = rng.below(connections);
        frames.push_back(make_frame(d.outside->mac, client_of(c), kVip, port_of(c), 80, wire::Tcp::ack));
        from.push_back(d.outside);
      }
    }
  };
  double spent = 0;
  std::uint64_t packets = 0;
  const std::uint64_t before = d.inside_port.frames + d.outside_port.frames;
  while (length.packets != 0 ? packets < length.packets : spent < length.seconds) {
    fill();
    const double begin = cpu_seconds();
    for (std::uint32_t i = 0; i < kBatch; i += kPoll) {
      std::array<host::PacketPtr, kPoll> poll;
      for (std::uint32_t k = 0; k < kPoll; ++k) poll[k] = packet_of(frames[i + k]);
      if (method == "copy") {
        for (host::PacketPtr& packet : poll) d.outside_port.transmit(std::move(packet));
      } else {
        d.host.receive(*from[i], poll);
      }
    }
    spent += cpu_seconds() - begin;
    packets += kBatch;
    d.clock.now_ += std::chrono::microseconds(100);
    d.host.advance();
  }
  const std::uint64_t sent = d.inside_port.frames + d.outside_port.frames - before;
  return {static_cast<double>(packets) / spent,
          static_cast<double>(d.ip_vs.connection_bytes()) / static_cast<double>(d.ip_vs.connection_count()),
          sent == packets};
}

}  // namespace

int main(int argc, char** argv) {
  Length length;
  std::string only_method;
  std::uint32_t only_connections = 0;
  bool traced = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const auto value = [&](std::string_view name) -> const char* {
      return arg.starts_with(name) ? arg.data() + name.size() : nullptr;
    };
    if (const char* s = value("--seconds=")) {
      length.seconds = std::atof(s);
    } else if (const char* p = value("--packets=")) {
      length.packets = std::strtoull(p, nullptr, 10);
    } else if (const char* m = value("--method=")) {
      only_method = m;
    } else if (const char* n = value("--connections=")) {
      only_connections = static_cast<std::uint32_t>(std::strtoul(n, nullptr, 10));
    } else if (arg == "--trace") {
      traced = true;
    } else {
      fmt::print(stderr, "bench-core-packets: unknown option {}\n", arg);
      return 2;
    }
  }
  fmt::print("{:<6}{:>12}{:>16}{:>18}\n", "method", "connections", "packets/s", "bytes/connection");
  for (const std::string_view method : {"NAT", "DR", "TUN", "copy"}) {
    if (!only_method.empty() && method != only_method) continue;
    for (const std::uint32_t connections : {1u, 1000u, 1000000u}) {
      if (only_connections != 0 && connections != only_connections) continue;
      const Result r = run(method, connections, length, traced);
      fmt::print("{:<6}{:>12}{:>16.0f}{:>18.1f}{}\n", method, connections, r.rate, r.bytes,
                 r.complete ? "" : "  packets were lost");
      std::fflush(stdout);
    }
  }
  return 0;
}
