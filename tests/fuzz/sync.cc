// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of the IPVS synchronisation daemon, any bytes: to a backup, to its text, and then packets for what was
// learnt. The input is a list of messages, each behind its length in two bytes; a length of 0 lets a minute pass.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "control/machine/machine.h"
#include "ipvs/core/core.h"
#include "ipvs/sync/daemons.h"
#include "parts/parts.h"
#include "trace/dissect/ipvs-sync.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace {

using namespace lvs;

using fuzz::Sink;
using fuzz::StepClock;

constexpr const char* kSetup = R"(
ip addr add 10.0.0.12/24 dev eth0
ip addr add 10.0.0.100/32 dev eth0
ip neigh add 10.0.0.22 lladdr 02:00:00:00:10:22 dev eth0
ipvsadm -A -t 10.0.0.100:80 -s rr -p 60
ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.22 -g
ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.23:8080 -m
ipvsadm -A -t 10.0.0.100:21 -s rr
ipvsadm -a -t 10.0.0.100:21 -r 10.0.0.22 -m
ipvsadm -A -u 10.0.0.100:5060 -s rr -p 60 --pe sip
ipvsadm -a -u 10.0.0.100:5060 -r 10.0.0.22 -m
ipvsadm -A -f 5 -s rr
ipvsadm -a -f 5 -r 10.0.0.22 -g
ipvsadm --start-daemon backup --syncid 7
ipvsadm --start-daemon master --syncid 7
)";

std::vector<std::uint8_t> headers(std::size_t size, wire::IpProto protocol, std::size_t payload) {
  std::vector<std::uint8_t> frame(wire::Ethernet::kSize + wire::Ipv4::kMinSize + size + payload);
  const wire::Ethernet eth{frame.data()};
  eth.set({{2, 0, 0, 0, 1, 0}}, {{2, 0, 0, 0, 2, 0}}, wire::EtherType::ipv4);
  wire::Ipv4{frame.data() + wire::Ethernet::kSize}.init(
      0, static_cast<std::uint16_t>(frame.size() - wire::Ethernet::kSize), 1, 0, 64, protocol,
      base::Ipv4Addr::of(10, 0, 0, 1), base::Ipv4Addr::of(10, 0, 0, 100));
  wire::Ipv4{frame.data() + wire::Ethernet::kSize}.refresh_checksum();
  return frame;
}

// What a message of it is worth: a segment of its client and one of its server.
void send_packets(control::Machine& machine, const ipvs::ConnInfo& conn) {
  if (conn.protocol != 6) return;
  for (const bool reply : {false, true}) {
    std::vector<std::uint8_t> frame = headers(wire::Tcp::kMinSize, wire::IpProto::tcp, 0);
    const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
    ip.set_src(reply ? conn.daddr : conn.caddr);
    ip.set_dst(reply ? conn.caddr : conn.vaddr);
    ip.refresh_checksum();
    const wire::Tcp tcp{frame.data() + wire::Ethernet::kSize + wire::Ipv4::kMinSize};
    tcp.set_sport(reply ? conn.dport : conn.cport);
    tcp.set_dport(reply ? conn.cport : conn.vport);
    tcp.p[12] = 0x50;
    tcp.p[13] = wire::Tcp::ack;
    machine.host().receive(*machine.host().device("eth0"), host::Packet::from_frame(frame));
  }
}

void dissect(base::ByteView message) {
  std::vector<std::uint8_t> frame = headers(wire::Udp::kSize, wire::IpProto::udp, message.size());
  wire::Ipv4{frame.data() + wire::Ethernet::kSize}.set_dst(wire::kIpvsSyncGroup);
  std::uint8_t* const udp = frame.data() + wire::Ethernet::kSize + wire::Ipv4::kMinSize;
  wire::Udp{udp}.init(1, wire::kIpvsSyncPort, static_cast<std::uint16_t>(wire::Udp::kSize + message.size()));
  std::copy(message.begin(), message.end(), udp + wire::Udp::kSize);
  if (trace::ipvs_sync_lines(frame).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  StepClock clock;
  Sink wire;
  control::Machine machine("lb2", 1, 1, clock);
  host::Device& eth0 = machine.host().add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &wire);
  machine.host().set_up(eth0, true);
  machine.run(kSetup);
  auto& daemons = static_cast<ipvs::SyncDaemons&>(*machine.ipvs().core().sync);
  base::ByteView rest(data, size);
  while (rest.size() >= 2) {
    const std::size_t length = std::min<std::size_t>(base::load_be16(rest.data()), rest.size() - 2);
    const base::ByteView message = rest.subspan(2, length);
    rest = rest.subspan(2 + length);
    if (length == 0) {
      clock.now_ += std::chrono::minutes(1);
      machine.host().advance();
      continue;
    }
    dissect(message);
    daemons.backup()->process(message);
    for (const ipvs::ConnInfo& conn : machine.ipvs().connections()) send_packets(machine, conn);
    machine.run_script("ipvsadm -Lnc --persistent-conn");
  }
  clock.now_ += std::chrono::minutes(20);
  machine.host().advance();
  return 0;
}
