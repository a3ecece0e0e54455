// SPDX-License-Identifier: GPL-2.0-or-later
// Rules set by the real commands, packets in, packets out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/rng.h"
#include "control/machine/machine.h"
#include "host/netfilter/conntrack.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

using test::addr;
using test::Data;
using test::Eth;
using test::Frame;
using test::Icmp;
using test::Ip;
using test::mac;
using test::Tcp;
using test::Udp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const auto kClientMac = mac("02:00:00:00:00:01"), kServerMac = mac("02:00:00:00:00:02");
const auto kFront = mac("02:00:00:00:01:00"), kBack = mac("02:00:00:00:01:01");

// A router between a client (10.0.1.1 on eth0) and a server (10.0.2.11 on eth1).
struct Router {
  test::FakeClock clock;
  test::CapturePort front, back;
  Machine machine{"router", 1, 1, clock};

  Router() {
    machine.host().add_ethernet("eth0", kFront, &front);
    machine.host().add_ethernet("eth1", kBack, &back);
    machine.run(
        "ip link set eth0 up\nip link set eth1 up\n"
        "ip addr add 10.0.1.254/24 dev eth0\nip addr add 10.0.2.254/24 dev eth1\n"
        "sysctl -q -w net.ipv4.ip_forward=1\n"
        "ip neigh add 10.0.1.1 lladdr 02:00:00:00:00:01 dev eth0\n"
        "ip neigh add 10.0.2.11 lladdr 02:00:00:00:00:02 dev eth1\n");
  }
  void from_client(const Frame& frame) { receive("eth0", frame); }
  void from_server(const Frame& frame) { receive("eth1", frame); }
  void receive(std::string_view device, const Frame& frame) {
    machine.host().receive(*machine.host().device(device), host::Packet::from_frame(frame));
  }
  std::vector<Frame> to_client() { return std::exchange(front.frames, {}); }
  std::vector<Frame> to_server() { return std::exchange(back.frames, {}); }
  host::Conntrack& tracker() { return machine.host().tables.conntrack(); }
};

Frame request(Tcp tcp, const char* to = "10.0.1.254") {
  return Eth{.src = kClientMac, .dst = kFront} / Ip{.src = addr("10.0.1.1"), .dst = addr(to)} / tcp;
}

TEST(IpTablesPackets, NoTableNoHook) {
  Router router;
  for (unsigned i = 0; i < static_cast<unsigned>(host::Hook::count_); ++i) {
    EXPECT_TRUE(router.machine.host().netfilter.empty(static_cast<host::Hook>(i)));
  }
  router.machine.run("iptables -A FORWARD -p tcp --dport 23 -j DROP");
  EXPECT_FALSE(router.machine.host().netfilter.empty(host::Hook::NF_INET_FORWARD));
  EXPECT_TRUE(router.machine.host().netfilter.empty(host::Hook::NF_INET_PRE_ROUTING))
      << "the tracker is not needed yet";
  router.machine.run("iptables -A FORWARD -m state --state INVALID -j DROP");
  EXPECT_FALSE(router.machine.host().netfilter.empty(host::Hook::NF_INET_PRE_ROUTING));
  router.machine.run("iptables -F");
  EXPECT_TRUE(router.machine.host().netfilter.empty(host::Hook::NF_INET_PRE_ROUTING));
}

TEST(IpTablesPackets, DestinationIsTranslatedAndTheAnswerBack) {
  Router router;
  router.machine.run(
      "iptables -t nat -A PREROUTING -p tcp -d 10.0.1.254 --dport 80 -j DNAT --to-destination 10.0.2.11:8080");
  router.from_client(request({.sport = 40000, .dport = 80, .seq = 100, .syn = true}));
  EXPECT_THAT(router.to_server(), ElementsAre(Frame(Eth{.src = kBack, .dst = kServerMac} /
                                                    Ip{.src = addr("10.0.1.1"), .dst = addr("10.0.2.11"), .ttl = 63} /
                                                    Tcp{.sport = 40000, .dport = 8080, .seq = 100, .syn = true})));
  router.from_server(Eth{.src = kServerMac, .dst = kBack} / Ip{.src = addr("10.0.2.11"), .dst = addr("10.0.1.1")} /
                     Tcp{.sport = 8080, .dport = 40000, .seq = 500, .ack_seq = 101, .syn = true, .ack = true});
  EXPECT_THAT(
      router.to_client(),
      ElementsAre(Frame(Eth{.src = kFront, .dst = kClientMac} /
                        Ip{.src = addr("10.0.1.254"), .dst = addr("10.0.1.1"), .ttl = 63} /
                        Tcp{.sport = 80, .dport = 40000, .seq = 500, .ack_seq = 101, .syn = true, .ack = true})));
  EXPECT_EQ(router.tracker().size(), 1u);
}

TEST(IpTablesPackets, MasqueradeTakesAnotherPortWhenItsOwnIsTaken) {
  Router router;
  router.machine.run(
      "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\nip neigh add 10.0.2.12 lladdr 02:00:00:00:00:03 dev eth1");
  for (const char* server : {"10.0.2.11", "10.0.2.12"}) {
    router.from_server(Eth{.src = kServerMac, .dst = kBack} / Ip{.src = addr(server), .dst = addr("10.0.1.1")} /
                       Udp{.sport = 5000, .dport = 53} / Data::of(4));
  }
  const auto sent = router.to_client();
  ASSERT_THAT(sent, SizeIs(2));
  const auto port = [](const Frame& frame) { return base::load_be16(frame.data() + 34); };
  EXPECT_EQ(port(sent[0]), 5000);
  EXPECT_NE(port(sent[1]), 5000);
  EXPECT_GE(port(sent[1]), 1024);
}

TEST(IpTablesPackets, StatesOfAConnection) {
  Router router;
  router.machine.run(
      "iptables -P FORWARD DROP\n"
      "iptables -A FORWARD -m state --state ESTABLISHED,RELATED -j ACCEPT\n"
      "iptables -A FORWARD -i eth0 -p tcp --syn -m state --state NEW -j ACCEPT");
  const auto segment = [](bool reply, Tcp tcp) -> Frame {
    const auto client = addr("10.0.1.1"), server = addr("10.0.2.11");
    return Eth{.src = reply ? kServerMac : kClientMac, .dst = reply ? kBack : kFront} /
           Ip{.src = reply ? server : client, .dst = reply ? client : server} / tcp;
  };
  router.from_server(segment(true, {.sport = 80, .dport = 40000, .seq = 1, .ack = true}));
  EXPECT_THAT(router.to_client(), IsEmpty()) << "nobody has asked";
  router.from_client(segment(false, {.sport = 40000, .dport = 80, .seq = 100, .syn = true}));
  router.from_server(
      segment(true, {.sport = 80, .dport = 40000, .seq = 500, .ack_seq = 101, .syn = true, .ack = true}));
  router.from_client(segment(false, {.sport = 40000, .dport = 80, .seq = 101, .ack_seq = 501, .ack = true}));
  EXPECT_THAT(router.to_server(), SizeIs(2));
  EXPECT_THAT(router.to_client(), SizeIs(1));
  router.from_server(segment(true, {.sport = 80, .dport = 40000, .seq = 400000000, .ack_seq = 101, .ack = true}));
  EXPECT_THAT(router.to_client(), IsEmpty()) << "out of the window";
}

TEST(IpTablesPackets, RejectAnswersAndTheDropIsNamed) {
  Router router;
  router.machine.run("iptables -A INPUT -p tcp --dport 23 -j REJECT --reject-with tcp-reset");
  router.from_client(request({.sport = 40000, .dport = 23, .seq = 100, .syn = true}));
  EXPECT_THAT(
      router.to_client(),
      ElementsAre(Frame(Eth{.src = kFront, .dst = kClientMac} /
                        Ip{.src = addr("10.0.1.254"), .dst = addr("10.0.1.1"), .df = true} /
                        Tcp{.sport = 23, .dport = 40000, .ack_seq = 101, .rst = true, .ack = true, .window = 0})));
  EXPECT_EQ(router.machine.host().drops(trace::Drop::netfilter_drop), 1u);
}

// What the trace says of rules.
struct Names : trace::Sink {
  void packet(const trace::PacketEvent& event) override {
    if (event.hook_name.find(':') != std::string_view::npos) names.emplace_back(event.hook_name);
    if (event.verdict == trace::Verdict::drop) names.push_back("drop by " + std::string(event.hook_name));
  }
  void journal(const trace::JournalEvent& event) override {
    if (event.kind == "kernel") log.emplace_back(event.text);
  }
  std::vector<std::string> names, log;
};

TEST(IpTablesPackets, RulesAreNamedAsTheKernelTracesThem) {
  Router router;
  router.machine.run(
      "iptables -t raw -A PREROUTING -j TRACE\niptables -N web\niptables -A FORWARD -p tcp -j web\n"
      "iptables -A web -p udp -j ACCEPT\niptables -P FORWARD DROP");
  Names sink;
  router.machine.host().set_sink(&sink);
  router.from_client(request({.sport = 40000, .dport = 23, .seq = 7, .syn = true}, "10.0.2.11"));
  router.machine.host().set_sink(nullptr);
  EXPECT_THAT(sink.names,
              ElementsAre("raw:PREROUTING:rule:1", "raw:PREROUTING:policy:2", "filter:FORWARD:rule:1",
                          "filter:web:return:2", "filter:FORWARD:policy:2", "drop by filter:FORWARD:policy:2"));
  ASSERT_THAT(sink.log, SizeIs(4));
  EXPECT_EQ(sink.log[1],
            "TRACE: filter:FORWARD:rule:1 IN=eth0 OUT=eth1 MAC=02:00:00:00:01:00:02:00:00:00:00:01:08:00 SRC=10.0.1.1 "
            "DST=10.0.2.11 LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=0 PROTO=TCP SPT=40000 DPT=23 SEQ=7 ACK=0 WINDOW=64240 "
            "RES=0x00 SYN URGP=0 ");
}

TEST(IpTablesPackets, AnyBytesAreSurvivedAndTheTableStaysWithinItsLimit) {
  Router router;
  router.machine.run(
      "sysctl -q -w net.netfilter.nf_conntrack_max=100\n"
      "iptables -t nat -A PREROUTING -p tcp -j REDIRECT\niptables -t nat -A PREROUTING -p udp -j DNAT --to 10.0.2.11\n"
      "iptables -t nat -A POSTROUTING -j MASQUERADE\niptables -A FORWARD -m state --state INVALID -j REJECT\n"
      "iptables -t mangle -A PREROUTING -p tcp --tcp-option 3 -j TTL --ttl-inc 1\n"
      "iptables -t raw -A PREROUTING -m limit -j LOG --log-tcp-options --log-ip-options\n");
  base::Rng rng(7);
  for (int round = 0; round < 20000; ++round) {
    Frame frame =
        round % 3 == 0
            ? request({.sport = static_cast<std::uint16_t>(rng.next()), .dport = 80, .syn = true})
            : Frame(Eth{.src = kClientMac, .dst = kFront} / Ip{.src = addr("10.0.1.1"), .dst = addr("10.0.2.11")} /
                    Icmp{.type = static_cast<std::uint8_t>(rng.next() % 20)} / Data::of(rng.next() % 90));
    for (std::uint64_t n = rng.next() % 4; n > 0; --n) {
      frame[12 + rng.next() % (frame.size() - 12)] = static_cast<std::uint8_t>(rng.next());
    }
    // A header that is right again lets more of them in.
    wire::Ipv4 ip{frame.data() + 14};
    if (ip.header_size() >= 20 && frame.size() >= 14 + ip.header_size()) ip.refresh_checksum();
    router.from_client(frame);
    router.clock.now_ += std::chrono::milliseconds(1);
    if (router.clock.wake_ <= router.clock.now_) router.machine.host().advance();
    EXPECT_LE(router.tracker().size(), 100u);
    router.to_client();
    router.to_server();
  }
}

}  // namespace
}  // namespace lvs::control
