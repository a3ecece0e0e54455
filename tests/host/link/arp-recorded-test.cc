// SPDX-License-Identifier: GPL-2.0-or-later
// The ARP tables as Linux 6.1 filled them in: tests/golden/host/arp.txt, made by tests/golden/host/record-arp.
#include <gtest/gtest.h>

#include <map>

#include "host/recorded-frames.h"
#include "support/test-host.h"
#include "wire/ethernet.h"
#include "wire/udp.h"

namespace lvs::test {
namespace {

using host::Conf;
using host::NeighbourState;
using Op = wire::Arp::Op;

const std::string kFile = LVS_SOURCE_DIR "/tests/golden/host/arp.txt";
const base::MacAddr kPeer = mac("02:00:00:00:00:0a");
const base::MacAddr kAll = base::MacAddr::broadcast();

// The host under test of the recording.
struct Box : TestHost {
  Box() : TestHost("r") {
    add(eth(0), "10.9.0.2/24");
    add(eth(0), "10.9.0.3/24");
    add(eth(1), "10.60.0.1/24");
    add(lo(), "10.9.0.100/32");
    add(lo(), "10.9.0.101/32", host::Scope::host);
    host::FibRoute route;
    route.dst = prefix("172.16.6.0/24");
    route.gateway = addr("10.9.0.254");
    EXPECT_EQ(host.fib.add(route), host::FibError::none);
    sent(0);
  }
  void set(Conf key, const std::string& value) { host.set_conf(eth(0), key, std::stoi(value)); }
  void hear(const wire::Arp& arp, const base::MacAddr& to) {
    receive(0, (Eth{.src = arp.sender_mac, .dst = to} / arp).bytes());
  }
  // "reply NONE", "silent STALE 02:..."
  std::string ask(const std::string& target, const std::string& sender, const base::MacAddr& to) {
    hear({Op::request, kPeer, addr(sender), {}, addr(target)}, to);
    return (sent(0).empty() ? "silent " : "reply ") + entry(sender);
  }
  void send_to(const std::string& target, const std::string& source) {
    host::PacketPtr packet = host::Packet::create();
    wire::Ipv4{packet->put(28)}.init(0, 28, 0, 0, 64, wire::IpProto::udp, addr(source), addr(target));
    wire::Udp{packet->data() + 20}.init(5000, 9, 8);
    host.ip_local_out(std::move(packet));
  }
  std::string entry(const std::string& address) {
    const host::Neighbour* n = host.neighbours.find(eth(0), addr(address));
    if (n == nullptr) return "none";
    return std::string(host::name_of(n->state)) + " " + (n->valid() ? n->mac.text() : "-");
  }
};

std::string joined(const std::vector<std::string>& row, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < row.size(); ++i) text += (i == from ? "" : " ") + row[i];
  return text;
}

TEST(ArpRecorded, Ignore) {
  for (const auto& row : recorded_rows(kFile, "ignore")) {
    Box box;
    box.set(Conf::arp_ignore, row[0]);
    EXPECT_EQ(box.ask(row[1], row[2], mac(row[3])), joined(row, 4)) << "ignore " << joined(row, 0);
  }
}

TEST(ArpRecorded, SourceValidationAndFilter) {
  for (const auto& row : recorded_rows(kFile, "filter")) {
    Box box;
    box.set(Conf::rp_filter, row[0]);
    box.set(Conf::arp_filter, row[1]);
    box.set(Conf::accept_local, row[2]);
    EXPECT_EQ(box.ask("10.9.0.2", row[3], kAll), joined(row, 4)) << "filter " << joined(row, 0);
  }
}

using Message = std::pair<wire::Arp, base::MacAddr>;  // and to whom the frame goes

// An ARP packet from `s` at `m`, to a host at `us`; kinds as in record-arp.
Message message(const std::string& kind, base::Ipv4Addr s, base::MacAddr m, base::MacAddr us) {
  const base::Ipv4Addr our = addr("10.9.0.2");
  const std::map<std::string, Message> kinds{
      {"request-for-other", {{Op::request, m, s, {}, addr("10.9.0.77")}, kAll}},
      {"gratuitous-request", {{Op::request, m, s, {}, s}, kAll}},
      {"gratuitous-reply", {{Op::reply, m, s, m, s}, kAll}},
      {"reply-to-self", {{Op::reply, m, s, us, s}, us}},
      {"unicast-reply", {{Op::reply, m, s, us, our}, us}},
      {"broadcast-reply", {{Op::reply, m, s, us, our}, kAll}},
      {"request-for-us", {{Op::request, m, s, {}, our}, kAll}},
  };
  return kinds.at(kind);
}

TEST(ArpRecorded, Learn) {
  const std::map<std::string, NeighbourState> states{{"stale", NeighbourState::stale},
                                                     {"reachable", NeighbourState::reachable},
                                                     {"permanent", NeighbourState::permanent}};
  for (const auto& row : recorded_rows(kFile, "learn")) {
    Box box;
    box.set(Conf::arp_accept, row[0]);
    if (row[1] != "none") {
      host::Neighbour& entry = box.host.neighbours.find_or_create(box.eth(0), addr(row[5]));
      box.host.neighbours.update(entry, kPeer, states.at(row[1]), {.override_ = true, .admin = true});
    }
    box.advance_to(std::chrono::milliseconds(std::stoi(row[2])));
    const auto [arp, to] = message(row[3], addr(row[5]), mac(row[4]), box.eth(0).mac);
    box.hear(arp, to);
    EXPECT_EQ(box.entry(row[5]), joined(row, 6)) << "learn " << joined(row, 0);
  }
}

TEST(ArpRecorded, Resolve) {
  for (const auto& row : recorded_rows(kFile, "resolve")) {
    Box box;
    box.send_to("10.9.0.201", "10.9.0.2");
    const auto [arp, to] = message(row[0], addr("10.9.0.201"), kPeer, box.eth(0).mac);
    box.hear(arp, to);
    EXPECT_EQ(box.entry("10.9.0.201"), joined(row, 1)) << "resolve " << row[0];
  }
}

TEST(ArpRecorded, Announce) {
  for (const auto& row : recorded_rows(kFile, "announce")) {
    Box box;
    box.set(Conf::arp_announce, row[0]);
    box.send_to(row[2], row[1]);
    const auto sent = box.sent(0);
    ASSERT_EQ(sent.size(), 1u);
    const auto arp = wire::Arp::parse(base::ByteView(sent[0]).subspan(wire::Ethernet::kSize));
    ASSERT_TRUE(arp);
    EXPECT_EQ(arp->target_ip.text() + " " + arp->sender_ip.text(), joined(row, 3)) << "announce " << joined(row, 0);
  }
}

}  // namespace
}  // namespace lvs::test
