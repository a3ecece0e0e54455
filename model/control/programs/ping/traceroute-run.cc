// SPDX-License-Identifier: GPL-2.0-or-later
// traceroute at work (traceroute 2.1.2: do_it(), get_timeout(), print_probe()): so many probes at once, each with the
// TTL of its hop; who answers is printed in the order of the probes.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/ping/traceroute.h"
#include "host/packet/packet.h"
#include "host/socket/udp.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

namespace lvs::control {
namespace {

base::Time from_seconds(double seconds) {
  return std::chrono::duration_cast<base::Time>(std::chrono::duration<double>(seconds));
}
double in_seconds(base::Time time) { return std::chrono::duration<double>(time).count(); }

class TraceRoute final : public Task {
 public:
  TraceRoute(Machine& machine, Io& io, Done done, const TraceOptions& options)
      : machine_(machine),
        host_(machine.host()),
        io_(io),
        done_(std::move(done)),
        options_(options),
        ident_(machine.next_ident()),
        port_(options.port),
        probes_(std::size_t{options.hops} * options.queries),
        start_(std::size_t{options.first - 1} * options.queries),
        end_(probes_.size()),
        lookup_(machine, {io.pid, "traceroute", 3}),
        alarm_(host_, [this] { go_on(); }) {}
  ~TraceRoute() override { host_.icmp.remove_listener(&TraceRoute::on_icmp, this); }

  void begin() {
    host_.icmp.add_listener(&TraceRoute::on_icmp, this);
    if (!options_.named) return go();
    lookup_.addresses(options_.host, [this](const Found& found) {
      if (found.addresses.empty()) {
        io_.complain(fmt::format("{}: {}\nCannot handle \"host\" cmdline arg `{}' on position 1 (argc {})\n",
                                 options_.host, text_of(found.error), options_.host, 1));
        return leave(2);
      }
      options_.target = found.addresses.front();
      go();
    });
  }

 private:
  struct Probe {
    bool sent = false, done = false, final = false;
    base::Time at{}, answered{};
    base::Ipv4Addr from;  // any: nobody
    std::string error;
    std::uint16_t sport = 0, dport = 0;
    host::UdpPtr socket;
  };

  void go() {
    io_.print(fmt::format("traceroute to {} ({}), {} hops max, {} byte packets", options_.host, options_.target.text(),
                          options_.hops, options_.length));
    alarm_.set_at(host_.now());
  }

  void leave(int status) {
    ended_ = true;
    alarm_.clear();
    done_(status);
  }

  // --- the loop ---
  void go_on() {
    while (!ended_ && !looking_up_ && start_ < end_) {
      const std::size_t before = start_;
      const auto next = round();
      if (ended_ || looking_up_) return;
      if (start_ != before) continue;
      if (next) alarm_.set_at(std::max(*next, host_.now()));
      return;
    }
    if (ended_ || looking_up_) return;
    io_.print("\n");
    leave(0);
  }

  // Looks at the probes that are under way, sends those that may go; when the next one expires.
  std::optional<base::Time> round() {
    std::optional<base::Time> next;
    unsigned under_way = 0;
    const base::Time now = host_.now();
    for (std::size_t n = start_; n < end_; ++n) {
      Probe& probe = probes_[n];
      if (!probe.done && probe.sent && now >= probe.at + timeout(n)) expire(probe);
      if (probe.done) {
        if (n == start_) {
          if (!print(n)) return std::nullopt;
          ++start_;
        }
        if (probe.final) end_ = std::min(end_, (n / options_.queries + 1) * options_.queries);
        continue;
      }
      if (!probe.sent) {
        if (!send(probe, static_cast<unsigned>(n / options_.queries + 1))) return std::nullopt;
        if (probe.done) return now;
      }
      const base::Time expires = probe.at + timeout(n);
      next = next ? std::min(*next, expires) : expires;
      if (++under_way >= options_.at_once) break;
    }
    return next;
  }

  static void expire(Probe& probe) {
    probe.done = true;
    probe.socket.reset();
  }

  // So long as others of this hop took, or of later ones, times a factor.
  base::Time timeout(std::size_t n) const {
    constexpr double kPrecision = 0.001;
    const auto bounded = [&](const Probe& probe, double factor) {
      return from_seconds(std::min((in_seconds(probe.answered - probe.at) + kPrecision) * factor, options_.wait));
    };
    const auto answered = [](const Probe& probe) { return probe.done && probe.answered > probe.at; };
    if (options_.here > 0) {
      const std::size_t first = n - n % options_.queries;
      for (std::size_t i = first; i < first + options_.queries; ++i)
        if (answered(probes_[i])) return bounded(probes_[i], options_.here);
    }
    if (options_.near > 0) {
      for (std::size_t i = n + 1; i < probes_.size() && probes_[i].sent; ++i)
        if (answered(probes_[i])) return bounded(probes_[i], options_.near);
    }
    return from_seconds(options_.wait);
  }

  // --- sending ---
  bool fail(host::SocketError error) { return fail("connect", host::text_of(error)); }
  bool fail(std::string_view call, std::string_view why) {
    io_.complain(fmt::format("\n{}: {}\n", call, why));
    leave(1);
    return false;
  }

  bool send(Probe& probe, unsigned ttl) {
    host::Device* const out = options_.device.empty() ? nullptr : host_.device(options_.device);
    if (out == nullptr && !options_.device.empty()) return fail("setsockopt SO_BINDTODEVICE", "No such device");
    const auto source = base::Ipv4Addr::parse(options_.source).value_or(base::Ipv4Addr{});
    probe.socket = machine_.sockets().udp(nullptr, {io_.pid, "traceroute", 3});
    probe.socket->bind_device(out);
    if (!source.is_any()) {
      if (const auto error = probe.socket->bind({source, 0}); error != host::SocketError::none) return fail(error);
    }
    probe.dport = port_;
    if (!options_.echo) ++port_;
    const auto error = probe.socket->connect({options_.target, probe.dport});
    if (error != host::SocketError::none) return fail(error);
    probe.sport = probe.socket->local().port;
    const host::Route route = host_.fib.output({.dst = options_.target, .src = source, .out = out});
    probe.sent = true;
    probe.at = host_.now();
    host_.ip_local_out(make_packet(probe, route, static_cast<std::uint8_t>(ttl)));
    return true;
  }

  host::PacketPtr make_packet(const Probe& probe, const host::Route& route, std::uint8_t ttl) {
    auto packet = host::Packet::create();
    const std::uint32_t headers = wire::Ipv4::kMinSize + wire::Udp::kSize, size = options_.length - headers;
    std::uint8_t* data = nullptr;
    if (size > 0) {
      packet->payload = host::Payload::buffer(size, &data);
      // Of an echo the header is filled with it, too.
      const std::uint32_t first = options_.echo ? wire::Icmp::kSize : 0;
      for (std::uint32_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(0x40 + ((first + i) & 0x3f));
    }
    std::uint8_t* const bytes = packet->put(headers);
    const base::Ipv4Addr from = probe.socket->local().addr;
    const auto protocol = options_.echo ? wire::IpProto::icmp : wire::IpProto::udp;
    const wire::Ipv4 ip{bytes};
    ip.init(0, static_cast<std::uint16_t>(options_.length), static_cast<std::uint16_t>(host_.rng.next()),
            options_.dont_fragment ? wire::Ipv4::kDf : std::uint16_t{0}, ttl, protocol, from, options_.target);
    ip.refresh_checksum();
    const wire::Sum payload = packet->payload.empty() ? wire::Sum{} : packet->payload.sum();
    if (options_.echo) {
      const wire::Icmp icmp{bytes + wire::Ipv4::kMinSize};
      icmp.init(wire::Icmp::echo, 0, std::uint32_t{ident_} << 16 | number_of(probe));
      icmp.set_checksum(wire::checksum_of(wire::sum_add(wire::sum_bytes({icmp.p, wire::Icmp::kSize}), payload)));
    } else {
      const auto length = static_cast<std::uint16_t>(wire::Udp::kSize + size);
      const wire::Udp udp{bytes + wire::Ipv4::kMinSize};
      udp.init(probe.sport, probe.dport, length);
      wire::Sum sum = wire::sum_pseudo_header(from, options_.target, 17, length);
      sum = wire::sum_add(wire::sum_add(sum, wire::sum_bytes({udp.p, wire::Udp::kSize})), payload);
      const std::uint16_t checksum = wire::checksum_of(sum);
      udp.set_checksum(checksum == 0 ? 0xffff : checksum);
    }
    packet->set_network_header();
    packet->set_transport_header(wire::Ipv4::kMinSize);
    packet->checksum = host::ChecksumState::unnecessary;
    packet->route = route;
    packet->walk = host_.new_walk();
    return packet;
  }

  std::uint16_t number_of(const Probe& probe) const { return static_cast<std::uint16_t>(&probe - probes_.data() + 1); }

  // --- receiving ---
  static void on_icmp(void* self, const host::Packet& packet) { static_cast<TraceRoute*>(self)->receive(packet); }

  void receive(const host::Packet& packet) {
    if (ended_ || packet.transport_size() < wire::Icmp::kSize) return;
    std::uint8_t bytes[wire::Icmp::kSize];
    packet.read(static_cast<std::uint32_t>(packet.transport_offset()), bytes);
    const wire::Icmp icmp{bytes};
    if (icmp.type() == wire::Icmp::echo_reply && options_.echo && icmp.echo_id() == ident_) {
      const std::size_t number = icmp.echo_seq();
      if (number >= 1 && number <= probes_.size()) answer(probes_[number - 1], packet, true, {});
      return;
    }
    if (!icmp.is_error()) return;
    Probe* const probe = quoted(packet);
    if (probe == nullptr) return;
    if (icmp.type() == wire::Icmp::time_exceeded && icmp.code() == 0) return answer(*probe, packet, false, {});
    if (icmp.type() != wire::Icmp::dest_unreach) return;
    answer(*probe, packet, true, mark_of(icmp.code(), base::load_be32(icmp.p + 4)));
  }

  std::string mark_of(std::uint8_t code, std::uint32_t info) const {
    switch (code) {
      case 0:
      case 6:
      case 11: return " !N";
      case 1:
      case 7:
      case 12: return " !H";
      case 2: return " !P";
      case 3: return options_.echo ? " !<3>" : "";
      case 4: return fmt::format(" !F-{}", info & 0xffff);
      case 5: return " !S";
      case 9:
      case 10:
      case 13: return " !X";
      case 14: return " !V";
      case 15: return " !C";
      default: return fmt::format(" !<{}>", code);
    }
  }

  // Whose probe an ICMP error quotes.
  Probe* quoted(const host::Packet& packet) {
    std::uint8_t quote[wire::Ipv4::kMaxSize + wire::Icmp::kSize] = {};
    const std::uint32_t there = std::min<std::uint32_t>(packet.transport_size() - wire::Icmp::kSize, sizeof quote);
    if (there < wire::Ipv4::kMinSize + wire::Icmp::kSize) return nullptr;
    packet.read(static_cast<std::uint32_t>(packet.transport_offset() + wire::Icmp::kSize), {quote, there});
    const wire::ConstIpv4 inner{quote};
    const unsigned header = inner.header_size();
    if (header < wire::Ipv4::kMinSize || there < header + wire::Udp::kSize || inner.dst() != options_.target)
      return nullptr;
    if (options_.echo) {
      const wire::ConstIcmp sent{quote + header};
      const bool own = inner.protocol() == wire::IpProto::icmp && sent.echo_id() == ident_;
      const std::size_t number = sent.echo_seq();
      return own && number >= 1 && number <= probes_.size() ? &probes_[number - 1] : nullptr;
    }
    if (inner.protocol() != wire::IpProto::udp) return nullptr;
    const wire::ConstUdp udp{quote + header};
    const auto found = std::ranges::find_if(probes_, [&](const Probe& each) {
      return each.sent && !each.done && each.sport == udp.sport() && each.dport == udp.dport();
    });
    return found == probes_.end() ? nullptr : &*found;
  }

  void answer(Probe& probe, const host::Packet& packet, bool final, std::string error) {
    if (!probe.sent || probe.done) return;
    probe.from = packet.ip().src();
    probe.answered = host_.now();
    probe.done = true;
    probe.final = final;
    probe.error = std::move(error);
    alarm_.set_at(host_.now());
    finished_.push_back(std::move(probe.socket));  // not from within a call of the host
  }

  // --- printing ---
  // False: a name has to be looked up first.
  bool print(std::size_t n) {
    finished_.clear();
    const Probe& probe = probes_[n];
    std::size_t before = n % options_.queries;
    bool shows = before == 0;
    if (!probe.from.is_any() && before > 0) {
      std::size_t at = n - 1;
      for (; before > 0 && probes_[at].from.is_any(); --at)
        if (--before == 0) break;
      shows = before == 0 || probes_[at].from != probe.from;
    }
    if (!probe.from.is_any() && shows && !options_.numeric && !names_.contains(probe.from)) return look_up(probe.from);
    std::string text;
    if (n % options_.queries == 0) text = fmt::format("\n{:2} ", n / options_.queries + 1);
    if (probe.from.is_any()) {
      text += " *";
    } else if (shows) {
      text +=
          options_.numeric ? " " + probe.from.text() : fmt::format(" {} ({})", names_[probe.from], probe.from.text());
    }
    if (!probe.from.is_any()) text += fmt::format("  {:.3f} ms", in_seconds(probe.answered - probe.at) * 1000);
    io_.print(text + probe.error);
    return true;
  }

  bool look_up(base::Ipv4Addr address) {
    looking_up_ = true;
    auto is_within = std::make_shared<bool>(true);
    lookup_.name_of(address, [this, address, is_within](const Found& found) {
      names_[address] = found.error == NameError::none ? found.name : address.text();
      looking_up_ = false;
      if (!*is_within) alarm_.set_at(host_.now());
    });
    *is_within = false;
    return !looking_up_ && print(start_);
  }

  Machine& machine_;
  host::Host& host_;
  Io& io_;
  Done done_;
  TraceOptions options_;
  std::uint16_t ident_, port_;
  std::vector<Probe> probes_;
  std::size_t start_, end_;
  bool looking_up_ = false, ended_ = false;
  std::map<base::Ipv4Addr, std::string> names_;
  std::vector<host::UdpPtr> finished_;
  Lookup lookup_;
  Alarm alarm_;
};

}  // namespace

std::unique_ptr<Task> start_trace(Machine& machine, Io& io, Done done, const TraceOptions& options) {
  auto trace = std::make_unique<TraceRoute>(machine, io, std::move(done), options);
  trace->begin();
  return trace;
}

}  // namespace lvs::control
