// SPDX-License-Identifier: GPL-2.0-or-later
// ping at work (iputils 20221126 ping/ping_common.c main_loop(), pinger(), gather_statistics(), finish()).
#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <climits>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/programs/ping/icmp-text.h"
#include "control/programs/ping/ping.h"
#include "control/programs/ping/round-trips.h"
#include "control/programs/ping/sender-names.h"
#include "wire/icmp.h"

namespace lvs::control {
namespace {

using std::chrono::microseconds;

struct Timeval {  // struct timeval of a 64-bit Linux, as it lies in the packet
  std::int64_t seconds = 0;
  std::int64_t micros = 0;
};

class Ping final : public Task {
 public:
  Ping(Machine& machine, Io& io, Done done, const PingOptions& options)
      : machine_(machine),
        host_(machine.host()),
        io_(io),
        done_(std::move(done)),
        options_(options),
        ident_(machine.next_ident()),
        next_(host_, [this] { send(); }),
        names_(machine, {io.pid, "ping", 5}, options.numeric, [this] { go_on(); }),
        lookup_(machine, {io.pid, "ping", 5}),
        exit_(host_, [this] { finish(); }) {}

  ~Ping() override {
    if (listening_) host_.icmp.remove_listener(&Ping::on_icmp, this);
  }

  bool take_signal(int signal) override {
    if (signal != kSigInt) return false;
    exit_.set_at(host_.now());
    return true;
  }

  // The status where ping gives up at once; it is told through `done` otherwise.
  std::optional<int> start() {
    if (!options_.named) return begin() ? std::nullopt : std::optional(kFailed);
    lookup_.addresses(options_.host, [this](const Found& found) {
      if (found.addresses.empty()) {
        refuse(fmt::format("{}: {}", options_.host, text_of(found.error)));
        return done_(kFailed);
      }
      options_.target = found.addresses.front();
      options_.host = found.name;
      if (!begin()) done_(kFailed);
    });
    return std::nullopt;
  }

 private:
  static constexpr int kFailed = 2;

  // False and a message when ping gives up before it begins.
  bool begin() {
    // What goes to many is never cut on the way (ping4_run()).
    if (options_.to_many() && !options_.pmtu_given) options_.pmtu = PingOptions::Pmtu::do_;
    if (!choose_source()) return false;
    if (options_.to_many() && options_.pmtu != PingOptions::Pmtu::do_)
      return refuse("broadcast ping does not fragment");
    if (options_.ttl == 0) return refuse("cannot set unicast time-to-live: Invalid argument");
    host_.icmp.add_listener(&Ping::on_icmp, this);
    listening_ = true;
    std::string from;
    if (!options_.source.empty())
      from = fmt::format("from {} {}: ", source_.text(), out_ != nullptr ? options_.source : "");
    io_.print(fmt::format("PING {} ({}) {}{}({}) bytes of data.\n", options_.host, options_.target.text(), from,
                          options_.size, options_.size + 28));
    start_ = host_.now();
    if (options_.deadline > base::Time{0}) exit_.set_at(start_ + options_.deadline);
    next_.set_at(start_);
    return true;
  }

  bool refuse(std::string_view text) {
    io_.complain(fmt::format("ping: {}\n", text));
    return false;
  }

  // As the probe socket's connect() does: a route there must be, and it says which address of ours is used. With an
  // address for a source nothing is asked before the first packet.
  bool choose_source() {
    host::FlowKey key{.dst = options_.target, .mark = options_.mark, .tos = options_.tos, .protocol = 1};
    if (!options_.source.empty()) {
      if (const auto addr = base::Ipv4Addr::parse(options_.source)) {
        if (!host_.fib.is_local(*addr)) return refuse("bind: Cannot assign requested address");
        bound_ = key.src = source_ = *addr;
        return true;
      } else if ((out_ = host_.device(options_.source)) == nullptr) {
        return refuse(fmt::format("SO_BINDTODEVICE {}: No such device", options_.source));
      }
    }
    key.out = out_;
    const host::Route route = host_.fib.output(key);
    switch (route.valid() ? host::RouteError::none : route.error) {
      case host::RouteError::none: break;
      case host::RouteError::host_unreachable: return refuse("connect: No route to host");
      case host::RouteError::invalid: return refuse("connect: Invalid argument");
      case host::RouteError::no_device: return refuse("connect: No such device");
      case host::RouteError::prohibited: return broadcast_hint();
      default: return refuse("connect: Network is unreachable");
    }
    if (route.type == host::RouteType::broadcast) {
      if (!options_.broadcast) return broadcast_hint();
      io_.complain("WARNING: pinging broadcast address\n");
    }
    source_ = route.src;
    return true;
  }

  bool broadcast_hint() {
    return refuse("Do you want to ping broadcast? Then -b. If not, check your local firewall rules");
  }

  // --- sending ---
  bool enough() const {
    return options_.count != 0 && transmitted_ >= options_.count && options_.deadline == base::Time{0};
  }

  void send() {
    if (enough()) return;
    // The timer of -w was set before the first packet went, so it is ahead of one that is due at the same moment.
    if (options_.deadline > base::Time{0} && host_.now() >= start_ + options_.deadline) return finish();
    if (options_.outstanding && transmitted_ > 0 && !seen_[transmitted_ % kWindow]) {
      print_timestamp();
      io_.print(fmt::format("no answer yet for icmp_seq={}\n", transmitted_ % kWindow));
    }
    last_sent_ = host_.now();
    const std::uint64_t before = received_ + errors_;
    transmit(static_cast<std::uint16_t>(transmitted_ + 1));
    if (finished_) return;
    if (received_ + errors_ != before && is_over()) return finish();
    if (!enough()) return wait_for_turn();
    // After the last one: twice the longest round trip, an interval at least; or -W when nothing has come back yet.
    base::Time wait = options_.linger;
    if (received_ > 0) wait = std::max<base::Time>(microseconds(2 * trips_.longest()), options_.interval);
    if (wait > base::Time{0}) exit_.set_at(last_sent_ + wait);
  }

  // ping waits for an interval in recvmsg(), whose timeout is one of the kernel's ticks and begins anew with every
  // answer in the first millisecond; for less than an interval it waits in poll(), which is exact (iputils:
  // main_loop()).
  void wait_for_turn() {
    if (!host_.ticks()) return next_.set_at(last_sent_ + options_.interval);
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(host_.now() - last_sent_);
    if (passed == std::chrono::milliseconds(0)) return next_.set_on_tick(host_.now() + options_.interval);
    next_.set_at(host_.now() + options_.interval - passed);
  }

  void transmit(std::uint16_t seq) {
    seen_.reset(seq % kWindow);
    host::FlowKey key{.dst = options_.target, .src = bound_, .out = out_, .mark = options_.mark, .tos = options_.tos};
    key.protocol = 1;
    const host::Route route = host_.fib.output(key);
    const std::uint32_t length = options_.size + 28;
    if (!route.valid()) {
      ++transmitted_;  // and not a word: pinger() tells of what the error queue of its socket has, which is nothing
      return;
    }
    if (options_.pmtu == PingOptions::Pmtu::do_ && length > route.mtu) {
      if (!options_.quiet) io_.complain(fmt::format("ping: local error: message too long, mtu={}\n", route.mtu));
      ++errors_;
      ++transmitted_;
      return;
    }
    // Kernel: ip_append_data() sets DF on what fits, unless told not to.
    const bool dont_fragment = options_.pmtu == PingOptions::Pmtu::do_ ||
                               (options_.pmtu == PingOptions::Pmtu::want && length <= route.mtu && !route.mtu_locked);
    ++transmitted_;
    host_.ip_local_out(make_packet(seq, route, dont_fragment));
  }

  host::PacketPtr make_packet(std::uint16_t seq, const host::Route& route, bool dont_fragment) {
    auto packet = host::Packet::create();
    std::uint8_t* data = nullptr;
    if (options_.size > 0) {
      packet->payload = host::Payload::buffer(options_.size, &data);
      for (std::uint32_t i = 0; i < options_.size; ++i) data[i] = static_cast<std::uint8_t>(i);
      if (timed()) {
        const auto now = std::chrono::duration_cast<microseconds>(machine_.epoch + host_.now()).count();
        const Timeval stamp{now / 1'000'000, now % 1'000'000};
        std::memcpy(data, &stamp, sizeof stamp);
      }
    }
    const auto total = static_cast<std::uint16_t>(options_.size + 28);
    packet->put(wire::Ipv4::kMinSize + wire::Icmp::kSize);
    const wire::Ipv4 ip{packet->data()};
    const auto ttl =
        static_cast<std::uint8_t>(options_.ttl >= 0 ? options_.ttl : host_.sysctls.get(host::Ipv4Key::ip_default_ttl));
    // An unconnected socket that demands path MTU discovery counts no ids (kernel: ip_select_ident_segs()).
    const std::uint16_t id = options_.pmtu == PingOptions::Pmtu::do_ ? std::uint16_t{0} : host_.next_ip_id();
    ip.init(options_.tos, total, id, dont_fragment ? wire::Ipv4::kDf : std::uint16_t{0}, ttl, wire::IpProto::icmp,
            bound_.is_any() ? route.src : bound_, options_.target);
    ip.refresh_checksum();
    const wire::Icmp icmp{packet->data() + wire::Ipv4::kMinSize};
    icmp.init(wire::Icmp::echo, 0, std::uint32_t{ident_} << 16 | seq);
    icmp.set_checksum(
        wire::checksum_of(wire::sum_add(wire::sum_bytes({icmp.p, wire::Icmp::kSize}), packet->payload.sum())));
    packet->set_network_header();
    packet->set_transport_header(wire::Ipv4::kMinSize);
    packet->checksum = host::ChecksumState::unnecessary;
    packet->mark = options_.mark;
    packet->route = route;
    packet->walk = host_.new_walk();
    return packet;
  }

  // --- receiving ---
  static void on_icmp(void* self, const host::Packet& packet) { static_cast<Ping*>(self)->receive(packet); }

  void receive(const host::Packet& packet) {
    if (finished_ || packet.transport_size() < wire::Icmp::kSize) return;
    std::uint8_t bytes[wire::Icmp::kSize];
    packet.read(static_cast<std::uint32_t>(packet.transport_offset()), bytes);
    const wire::Icmp icmp{bytes};
    if (icmp.type() == wire::Icmp::echo_reply) {
      if (icmp.echo_id() == ident_ && icmp.code() == 0) take_reply(packet, icmp.echo_seq());
    } else if (icmp.is_error()) {
      take_error(packet, icmp);
    }
    if (is_over()) {
      exit_.set_at(host_.now());
    } else if (host_.ticks() && !enough()) {
      wait_for_turn();
    }
  }

  bool is_over() const {
    return (options_.count != 0 && received_ + errors_ >= options_.count) ||
           (options_.deadline > base::Time{0} && errors_ > 0);
  }

  void acknowledge(std::uint16_t seq) {
    const auto behind = static_cast<std::uint16_t>(static_cast<std::uint16_t>(transmitted_) - seq);
    if (behind <= 0x7fff) pipe_ = std::max(pipe_, behind + 1);
  }

  void take_reply(const host::Packet& packet, std::uint16_t seq) {
    acknowledge(seq);
    const std::uint32_t size = packet.transport_size();
    std::int64_t trip = 0;
    if (timed() && size >= wire::Icmp::kSize + sizeof(Timeval)) {
      Timeval stamp;
      std::uint8_t raw[sizeof stamp];
      packet.read(static_cast<std::uint32_t>(packet.transport_offset() + wire::Icmp::kSize), raw);
      std::memcpy(&stamp, raw, sizeof stamp);
      const auto now = std::chrono::duration_cast<microseconds>(machine_.epoch + host_.now()).count();
      // Anybody's bytes: keep away from overflow.
      constexpr std::int64_t kFar = std::int64_t{1} << 40;
      const bool sane = std::abs(stamp.seconds) < kFar && std::abs(stamp.micros) < kFar;
      trip = sane ? std::max<std::int64_t>(0, now - stamp.seconds * 1'000'000 - stamp.micros) : 0;
      trip = std::min(trip, std::int64_t{1} << 31);
      trips_.add(trip);
    }
    const bool again = seen_[seq % kWindow];
    if (again) {
      ++repeats_;
    } else {
      ++received_;
      seen_.set(seq % kWindow);
    }
    if (options_.quiet) return;
    const base::Ipv4Addr from = packet.ip().src();
    std::string text = fmt::format(": icmp_seq={} ttl={}", seq, packet.ip().ttl());
    if (size < wire::Icmp::kSize + options_.size) {
      text += " (truncated)";
    } else {
      if (timed()) text += RoundTrips::text(trip);
      if (again) text += " (DUP!)";
      if (from != options_.target && !options_.broadcast && !options_.target.is_multicast())
        text += " (DIFFERENT ADDRESS!)";
    }
    names_.say(from, [this, size, text](const std::string& sender) {
      print_timestamp();
      io_.print(fmt::format("{} bytes from {}{}\n", size, sender, text));
    });
  }

  void take_error(const host::Packet& packet, const wire::ConstIcmp& icmp) {
    // The quoted IP header and the first eight bytes behind it.
    std::uint8_t quote[wire::Ipv4::kMaxSize + wire::Icmp::kSize] = {};
    const std::uint32_t there = std::min<std::uint32_t>(packet.transport_size() - wire::Icmp::kSize, sizeof quote);
    if (there < wire::Ipv4::kMinSize + wire::Icmp::kSize) return;
    packet.read(static_cast<std::uint32_t>(packet.transport_offset() + wire::Icmp::kSize), {quote, there});
    const wire::Ipv4 inner{quote};
    const unsigned header = inner.header_size();
    if (header < wire::Ipv4::kMinSize || there < header + wire::Icmp::kSize) return;
    const wire::Icmp sent{quote + header};
    if (inner.protocol() != wire::IpProto::icmp || inner.dst() != options_.target || sent.type() != wire::Icmp::echo ||
        sent.echo_id() != ident_) {
      return;
    }
    const bool hint = icmp.type() == wire::Icmp::redirect || icmp.type() == wire::Icmp::source_quench;
    if (!hint) {
      acknowledge(sent.echo_seq());
      ++errors_;
    }
    if (options_.quiet) return;
    const std::string text = fmt::format("{} icmp_seq={} {}\n", hint ? ":" : "", sent.echo_seq(),
                                         icmp_error_text(icmp.type(), icmp.code(), base::load_be32(icmp.p + 4)));
    names_.say(packet.ip().src(), [this, text](const std::string& sender) {
      print_timestamp();
      io_.print("From " + sender + text);
    });
  }

  // --- the end ---
  void go_on() {
    if (std::exchange(due_, false) || is_over()) exit_.set_at(host_.now());
  }
  void finish() {
    if (finished_ || (due_ = names_.busy())) return;
    finished_ = true;
    next_.clear();
    io_.print(fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received", options_.host,
                          transmitted_, received_));
    if (repeats_ > 0) io_.print(fmt::format(", +{} duplicates", repeats_));
    if (errors_ > 0) io_.print(fmt::format(", +{} errors", errors_));
    if (transmitted_ > 0) {
      const double loss = (static_cast<double>(transmitted_) - static_cast<double>(received_)) * 100.0 /
                          static_cast<double>(transmitted_);
      const auto time = std::chrono::duration_cast<microseconds>(last_sent_ - start_).count();
      io_.print(fmt::format(", {:g}% packet loss, time {}ms", static_cast<float>(loss), (time + 500) / 1000));
    }
    io_.print("\n");
    std::string_view comma;
    if (received_ > 0 && timed()) {
      io_.print(trips_.statistics(static_cast<std::int64_t>(received_ + repeats_)));
      comma = ", ";
    }
    if (pipe_ > 1) io_.print(fmt::format("{}pipe {}", comma, pipe_));
    io_.print("\n");
    const bool short_of = options_.deadline > base::Time{0} && received_ < options_.count;
    done_(received_ == 0 || short_of ? 1 : 0);
  }

  bool timed() const { return options_.size >= sizeof(Timeval); }

  void print_timestamp() {
    if (!options_.timestamps) return;
    const auto now = std::chrono::duration_cast<microseconds>(machine_.epoch + host_.now()).count();
    io_.print(fmt::format("[{}.{:06}] ", now / 1'000'000, now % 1'000'000));
  }

  static constexpr std::size_t kWindow = 65536;

  Machine& machine_;
  host::Host& host_;
  Io& io_;
  Done done_;
  PingOptions options_;
  std::uint16_t ident_;
  base::Ipv4Addr source_;
  base::Ipv4Addr bound_;         // -I with an address
  host::Device* out_ = nullptr;  // -I with an interface
  bool listening_ = false;
  bool finished_ = false;
  bool due_ = false;  // the end, once all senders have names
  base::Time start_{};
  base::Time last_sent_{};
  std::uint64_t transmitted_ = 0, received_ = 0, repeats_ = 0, errors_ = 0;
  int pipe_ = 0;
  RoundTrips trips_;
  std::bitset<kWindow> seen_;
  Alarm next_;
  SenderNames names_;
  Lookup lookup_;
  Alarm exit_;
};

}  // namespace

std::unique_ptr<Task> start_ping(Machine& machine, Io& io, Done done, const PingOptions& options) {
  auto ping = std::make_unique<Ping>(machine, io, done, options);
  const auto failed = ping->start();
  if (!failed) return ping;
  done(*failed);
  return nullptr;
}

}  // namespace lvs::control
