// SPDX-License-Identifier: GPL-2.0-or-later
// A whole director under any sequence of frames, commands and time. The input is a list of steps: a byte that says
// what, then its data. Half of the frames are raw bytes, half are made plausible, so that the deeper paths are reached.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "control/machine/machine.h"
#include "parts/parts.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace {

using namespace lvs;

using fuzz::Sink;
using fuzz::StepClock;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  base::ByteView bytes(std::size_t n) {
    n = std::min(n, left_);
    const base::ByteView view{data_, n};
    data_ += n;
    left_ -= n;
    return view;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

constexpr const char* kSetup = R"(
ip addr add 10.0.0.2/24 dev eth0
ip addr add 10.0.0.100/32 dev eth0
ip addr add 192.168.0.1/24 dev eth1
ip neigh add 192.168.0.11 lladdr 02:00:00:00:03:00 dev eth1
ip neigh add 10.0.0.1 lladdr 02:00:00:00:02:00 dev eth0
ip neigh add 10.0.0.12 lladdr 02:00:00:00:04:00 dev eth0
ip link set tunl0 up
sysctl -w net.ipv4.ip_forward=1
ipvsadm -A -t 10.0.0.100:80 -s rr
ipvsadm -a -t 10.0.0.100:80 -r 192.168.0.11:8080 -m
ipvsadm -A -t 10.0.0.100:443 -s wlc -p 60
ipvsadm -a -t 10.0.0.100:443 -r 10.0.0.12 -g
ipvsadm -A -u 10.0.0.100:53 -s sh
ipvsadm -a -u 10.0.0.100:53 -r 192.168.0.11 -i
ipvsadm -A -t 10.0.0.100:21 -s rr
ipvsadm -a -t 10.0.0.100:21 -r 192.168.0.11 -m
)";

constexpr auto kCommands = std::to_array<const char*>({
    "ipvsadm -Ln",
    "ipvsadm -Lnc",
    "ipvsadm -d -t 10.0.0.100:80 -r 192.168.0.11:8080",
    "ipvsadm -a -t 10.0.0.100:80 -r 192.168.0.11:8080 -m",
    "ipvsadm -e -t 10.0.0.100:80 -r 192.168.0.11:8080 -m -w 0",
    "ipvsadm -e -t 10.0.0.100:80 -r 192.168.0.11:8080 -m -x 2 -y 1",
    "ipvsadm -E -t 10.0.0.100:80 -s lblcr",
    "ipvsadm -E -t 10.0.0.100:443 -s mh -p 5",
    "ipvsadm -C",
    "ipvsadm -A -t 10.0.0.100:80 -s sed",
    "ipvsadm -Z",
    "ipvsadm -Ln --stats",
    "ip addr del 10.0.0.100/32 dev eth0",
    "ip addr add 10.0.0.100/32 dev lo",
    "ip link set eth1 down",
    "ip link set eth1 up",
    "ip route add default via 10.0.0.1",
    "ip neigh show",
    "sysctl -w net.ipv4.vs.expire_nodest_conn=1",
    "sysctl -w net.ipv4.vs.conn_reuse_mode=3",
    "sysctl -w net.ipv4.conf.all.rp_filter=1",
    "sysctl -w net.ipv4.ip_forward=0",
    "httpd -p 80 -s 5000",
    "httpd -p 443 -t page",
    "service httpd stop",
    "nc -l -k -p 21 &",
    "nc -u -l -p 53 &",
    "echo x | nc -u -q 1 10.0.0.1 53 &",
    "curl -s -m 3 http://10.0.0.1/ &",
    "curl -s -m 3 http://10.0.0.2/ &",
    "ab -n 3 http://10.0.0.1/ &",
    "netstat -natup",
    "ss -tuanp",
});

// Addresses, lengths and checksums that make a frame worth the deeper code; the rest of the bytes stay as they came.
void make_plausible(host::Packet& frame, std::uint8_t choice) {
  static constexpr std::array<std::uint32_t, 4> kTargets{0x0a000064, 0x0a000002, 0x0a000001, 0xc0a80001};
  static constexpr std::array<std::uint16_t, 4> kPorts{80, 443, 53, 21};
  static constexpr std::array<std::uint8_t, 4> kProtocols{6, 17, 1, 4};
  if (!frame.may_pull(wire::Ethernet::kSize + wire::Ipv4::kMinSize)) return;
  const wire::Ethernet eth{frame.data()};
  eth.set({{2, 0, 0, 0, 1, static_cast<std::uint8_t>(choice & 1)}}, {{2, 0, 0, 0, 2, 0}}, wire::EtherType::ipv4);
  const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
  ip.p[0] = 0x45;
  ip.p[9] = kProtocols[choice >> 1 & 3];
  ip.set_total_length(static_cast<std::uint16_t>(frame.size() - wire::Ethernet::kSize));
  ip.set_src({0x0a000001});
  ip.set_dst({kTargets[choice >> 3 & 3]});
  if ((choice & 0x20) != 0) ip.set_fragment_field(0);
  ip.refresh_checksum();
  if (frame.may_pull(wire::Ethernet::kSize + wire::Ipv4::kMinSize + wire::Udp::kSize)) {
    wire::Udp{frame.data() + wire::Ethernet::kSize + wire::Ipv4::kMinSize}.set_dport(kPorts[choice >> 6]);
  }
  // Half of the segments get past the checksum, to sockets.
  constexpr std::uint32_t kTransport = wire::Ethernet::kSize + wire::Ipv4::kMinSize;
  if ((choice & 1) != 0 && ip.protocol() == wire::IpProto::tcp && frame.may_pull(kTransport + wire::Tcp::kMinSize)) {
    const wire::Tcp tcp{frame.data() + kTransport};
    tcp.set_checksum(0);
    std::vector<std::uint8_t> segment(frame.size() - kTransport);
    frame.read(kTransport, segment);
    const auto size = static_cast<std::uint32_t>(segment.size());
    const wire::Sum pseudo = wire::sum_pseudo_header(ip.src(), ip.dst(), 6, size);
    tcp.set_checksum(wire::checksum_of(wire::sum_add(pseudo, wire::sum_bytes(segment))));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  StepClock clock;
  Sink wires[2];
  control::Machine machine("director", 1, 1, clock);
  for (unsigned i = 0; i < 2; ++i) {
    host::Device& eth = machine.host().add_ethernet("eth" + std::to_string(i),
                                                    {{2, 0, 0, 0, 1, static_cast<std::uint8_t>(i)}}, &wires[i]);
    machine.host().set_up(eth, true);
  }
  machine.run_script(kSetup);

  for (Input input(data, size); !input.empty();) {
    const std::uint8_t what = input.byte();
    if (what < 0x30) {
      machine.run_script(kCommands[what % kCommands.size()]);
    } else if (what < 0x50) {  // let time pass: from a microsecond to half an hour
      clock.now_ += base::Time(std::int64_t{1} << (10 + (what & 31)));
      machine.host().advance();
    } else {
      const std::uint8_t choice = input.byte();
      const std::size_t length = std::size_t{input.byte()} + ((what & 3) == 3 ? 1400 : 0);
      host::PacketPtr frame = host::Packet::from_frame(input.bytes(length));
      if ((what & 4) != 0) make_plausible(*frame, choice);
      host::Device* in = machine.host().device((what & 8) != 0 ? "eth1" : "eth0");
      machine.host().receive(*in, std::move(frame));
      if (clock.wake_ <= clock.now_) machine.host().advance();
    }
  }
  return 0;
}
