// SPDX-License-Identifier: GPL-2.0-or-later
// PING_CHECK (keepalived: check_ping.c), by an ICMP socket of the kernel (net/ipv4/ping.c).
#include <fmt/format.h>

#include <array>
#include <cstring>

#include "daemons/keepalived/check/datagram-checkers.h"
#include "daemons/keepalived/conf/names.h"
#include "host/socket/raw.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

namespace lvs::keepalived {
namespace {

constexpr std::size_t kProbe = 128;  // keepalived: ICMP_BUFSIZE

}  // namespace

PingChecker::PingChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : ProbeChecker(conf, real, services, world), timeout_(world.computer().host(), [this] {
        if (up_ && conf_.log_all_failures) log(fmt::format("ICMP connection to address {} timeout.", name()));
        ended(false);
      }) {}

PingChecker::~PingChecker() { stop_listening(); }

void PingChecker::stop_listening() {
  if (listening_) world_.computer().host().icmp.remove_listener(&PingChecker::on_icmp, this);
  listening_ = false;
}

// Each probe has a socket of its own, and so an identity of its own; sequence numbers go on over all of them, and
// stand on the wire as they lie in memory.
void PingChecker::check() {
  host::Host& host = world_.computer().host();
  ident_ = world_.computer().next_ident();
  const std::string data = probe_bytes(kProbe);
  constexpr std::size_t kHeader = wire::Ipv4::kMinSize, kMessage = wire::Icmp::kSize + kProbe;
  std::array<std::uint8_t, kHeader + kMessage> packet{};
  const wire::Icmp icmp{packet.data() + kHeader};
  std::memcpy(icmp.p + wire::Icmp::kSize, data.data(), data.size());
  const std::uint16_t number = world_.next_ping();
  const auto sequence = static_cast<std::uint16_t>(number << 8 | number >> 8);
  icmp.init(wire::Icmp::echo, 0, std::uint32_t{ident_} << 16 | sequence);
  icmp.set_checksum(wire::checksum_of(wire::sum_bytes({icmp.p, kMessage})));
  constexpr std::uint8_t kTtl = 64;
  wire::Ipv4{packet.data()}.init(0, packet.size(), host.next_ip_id(), wire::Ipv4::kDf, kTtl, wire::IpProto::icmp,
                                 conf_.from.addr, conf_.to.addr);
  host::RawSocket socket(host, static_cast<std::uint8_t>(wire::IpProto::icmp), nullptr);
  if (socket.send_with_header(packet) != host::SocketError::none) {
    log("send ICMP packet fail");
    return ended(false);
  }
  if (!listening_) host.icmp.add_listener(&PingChecker::on_icmp, this);
  listening_ = true;
  timeout_.set_after(*conf_.connect_timeout);
}

void PingChecker::on_icmp(void* self, const host::Packet& packet) {
  auto& checker = *static_cast<PingChecker*>(self);
  if (packet.transport_size() < wire::Icmp::kSize) return;
  std::uint8_t bytes[wire::Icmp::kSize];
  packet.read(static_cast<std::uint32_t>(packet.transport_offset()), bytes);
  const wire::Icmp icmp{bytes};
  if (icmp.type() != wire::Icmp::echo_reply || icmp.echo_id() != checker.ident_ || !checker.timeout_.is_set()) return;
  checker.ended(true);
}

void PingChecker::ended(bool success) {
  timeout_.clear();
  epilog(success, {"ICMP connection to", "ICMP CHECK on service {} failed.",
                   "ICMP CHECK on service {} of {} failed after {} retries.", "ICMP", true});
}

}  // namespace lvs::keepalived
