// SPDX-License-Identifier: GPL-2.0-or-later
// The ARP tables, cell by cell: which address is asked for, by whom, at which level.
#include "host/link/arp-policy.h"

#include <gtest/gtest.h>

#include <array>

#include "support/test-host.h"

namespace lvs::test {
namespace {

using host::ArpEvidence;
using host::LocalAddr;
using host::Scope;
using Op = wire::Arp::Op;

const host::Device kEth0(2, "eth0", host::DeviceKind::ethernet);
const host::Device kEth1(3, "eth1", host::DeviceKind::ethernet);
const host::Device kLo(1, "lo", host::DeviceKind::loopback);

// A real server: its own address, another interface, the VIP on lo as `ip addr add` makes it, one with scope host.
const std::array kOurs{
    LocalAddr{&kLo, {addr("127.0.0.1"), 8}, Scope::host},    LocalAddr{&kLo, {addr("10.9.0.100"), 32}, Scope::global},
    LocalAddr{&kLo, {addr("10.9.0.101"), 32}, Scope::host},  LocalAddr{&kEth0, {addr("10.9.0.2"), 24}, Scope::global},
    LocalAddr{&kEth1, {addr("10.60.0.1"), 24}, Scope::link},
};

struct IgnoreRow {
  const char* target;
  const char* sender;
  // Answered at level 0, 1, 2, 3, 4, 7, 8, 9?
  std::array<bool, 8> answered;
};
constexpr std::array kLevels{0, 1, 2, 3, 4, 7, 8, 9};

class ArpIgnore : public testing::TestWithParam<IgnoreRow> {};

TEST_P(ArpIgnore, AnswersAsTheLevelSays) {
  const IgnoreRow& row = GetParam();
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    EXPECT_EQ(host::arp_ignore_allows(kLevels[i], {&kEth0, addr(row.sender), addr(row.target)}, kOurs), row.answered[i])
        << "arp_ignore=" << kLevels[i] << ", who has " << row.target << " tell " << row.sender;
  }
}

constexpr bool Y = true, n = false;
INSTANTIATE_TEST_SUITE_P(Table, ArpIgnore,
                         testing::Values(
                             // own address of the interface
                             IgnoreRow{"10.9.0.2", "10.9.0.1", {Y, Y, Y, Y, Y, Y, n, Y}},
                             IgnoreRow{"10.9.0.2", "172.16.5.5", {Y, Y, n, Y, Y, Y, n, Y}},
                             IgnoreRow{"10.9.0.2", "0.0.0.0", {Y, Y, Y, Y, Y, Y, n, Y}},
                             // VIP on lo, global
                             IgnoreRow{"10.9.0.100", "10.9.0.1", {Y, n, n, Y, Y, Y, n, Y}},
                             IgnoreRow{"10.9.0.100", "172.16.5.5", {Y, n, n, Y, Y, Y, n, Y}},
                             IgnoreRow{"10.9.0.100", "0.0.0.0", {Y, n, n, Y, Y, Y, n, Y}},
                             // address on lo with scope host
                             IgnoreRow{"10.9.0.101", "10.9.0.1", {Y, n, n, n, Y, Y, n, Y}},
                             IgnoreRow{"10.9.0.101", "0.0.0.0", {Y, n, n, n, Y, Y, n, Y}},
                             // address of another Ethernet, scope link
                             IgnoreRow{"10.60.0.1", "10.9.0.1", {Y, n, n, Y, Y, Y, n, Y}},
                             IgnoreRow{"10.60.0.1", "10.60.0.9", {Y, n, n, Y, Y, Y, n, Y}}));

TEST(ArpIgnoreLevel2, AnotherSubnetOfTheInterfaceMayHoldBoth) {
  const std::array ours{LocalAddr{&kEth0, {addr("10.9.0.2"), 32}, Scope::global},
                        LocalAddr{&kEth0, {addr("10.9.7.7"), 16}, Scope::global}};
  EXPECT_TRUE(host::arp_ignore_allows(2, {&kEth0, addr("10.9.200.1"), addr("10.9.0.2")}, ours));
  EXPECT_FALSE(host::arp_ignore_allows(2, {&kEth0, addr("10.8.0.1"), addr("10.9.0.2")}, ours));
}

struct AnnounceRow {
  const char* source;
  bool local;
  const char* target;
  std::array<bool, 4> kept;  // at level 0, 1, 2, 3
};
class ArpAnnounce : public testing::TestWithParam<AnnounceRow> {};

TEST_P(ArpAnnounce, KeepsThePacketsSourceAsTheLevelSays) {
  const AnnounceRow& row = GetParam();
  for (int level = 0; level < 4; ++level) {
    EXPECT_EQ(host::arp_announce_keeps(level, {&kEth0, addr(row.source), row.local, addr(row.target)}, kOurs),
              row.kept[static_cast<std::size_t>(level)])
        << "arp_announce=" << level << ", source " << row.source << ", asking for " << row.target;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, ArpAnnounce,
    testing::Values(AnnounceRow{"10.9.0.100", true, "10.9.0.1", {Y, Y, n, Y}},  // VIP in the subnet
                    AnnounceRow{"10.60.0.1", true, "10.9.0.1", {Y, n, n, Y}},   // another interface's
                    AnnounceRow{"10.9.0.2", true, "10.9.0.1", {Y, Y, n, Y}},
                    AnnounceRow{"10.9.0.2", true, "10.60.0.9", {Y, n, n, Y}},
                    AnnounceRow{"192.0.2.1", false, "10.9.0.1", {n, n, n, n}}));  // forwarded

TEST(ArpProxy, MediumTable) {
  EXPECT_TRUE(host::arp_proxy_allows(0, 0));
  EXPECT_TRUE(host::arp_proxy_allows(0, -1));
  EXPECT_FALSE(host::arp_proxy_allows(-1, 0));
  EXPECT_FALSE(host::arp_proxy_allows(1, 1));
  EXPECT_TRUE(host::arp_proxy_allows(1, 2));
  EXPECT_TRUE(host::arp_proxy_allows(1, 0));
  EXPECT_FALSE(host::arp_proxy_allows(1, -1));
}

TEST(ArpAccept, Levels) {
  EXPECT_FALSE(host::arp_accept_allows(0, &kEth0, addr("10.9.0.1"), kOurs));
  EXPECT_TRUE(host::arp_accept_allows(1, &kEth0, addr("172.16.5.5"), kOurs));
  EXPECT_TRUE(host::arp_accept_allows(2, &kEth0, addr("10.9.0.1"), kOurs));
  EXPECT_FALSE(host::arp_accept_allows(2, &kEth0, addr("172.16.5.5"), kOurs));
  EXPECT_FALSE(host::arp_accept_allows(3, &kEth0, addr("10.9.0.1"), kOurs));
}

TEST(ArpGratuitous, RepliesNeedTheTargetMacToo) {
  const auto self = addr("10.9.0.1");
  const auto a = mac("02:00:00:00:00:0a"), b = mac("02:00:00:00:00:0b");
  EXPECT_TRUE(host::arp_is_gratuitous({Op::request, a, self, {}, self}));
  EXPECT_TRUE(host::arp_is_gratuitous({Op::reply, a, self, a, self}));
  EXPECT_FALSE(host::arp_is_gratuitous({Op::reply, a, self, b, self}));
  EXPECT_FALSE(host::arp_is_gratuitous({Op::request, a, self, {}, addr("10.9.0.2")}));
}

struct LessonRow {
  const char* what;
  ArpEvidence evidence;
  bool learn, override_, reachable;
};
class ArpLessonTable : public testing::TestWithParam<LessonRow> {};

TEST_P(ArpLessonTable, Row) {
  const LessonRow& row = GetParam();
  const host::ArpLesson lesson = host::arp_lesson(row.evidence);
  EXPECT_EQ(lesson.learn, row.learn) << row.what;
  if (!row.learn) return;
  EXPECT_EQ(lesson.override_, row.override_) << row.what;
  EXPECT_EQ(lesson.reachable, row.reachable) << row.what;
}

using namespace std::chrono_literals;
ArpEvidence request(bool known, base::Time age, bool gratuitous = false, bool accept = false) {
  return {Op::request, false, true, gratuitous, accept, known, age, 1s};
}
ArpEvidence reply(bool known, bool to_host, base::Time age, bool accept = false) {
  return {Op::reply, to_host, true, false, accept, known, age, 1s};
}

INSTANTIATE_TEST_SUITE_P(
    Table, ArpLessonTable,
    testing::Values(LessonRow{"request for others, no entry", request(false, 0s), false, false, false},
                    LessonRow{"request for others, no entry, arp_accept", request(false, 0s, false, true), false, false,
                              false},
                    LessonRow{"request for others, old entry", request(true, 2s), true, true, false},
                    LessonRow{"request for others, within the lock time", request(true, 1s), true, false, false},
                    LessonRow{"gratuitous, no entry", request(false, 0s, true), false, false, false},
                    LessonRow{"gratuitous, no entry, arp_accept", request(false, 0s, true, true), true, true, false},
                    LessonRow{"gratuitous, within the lock time", request(true, 0s, true), true, true, false},
                    LessonRow{"reply to us, no entry", reply(false, true, 0s), false, false, false},
                    LessonRow{"reply to us, no entry, arp_accept", reply(false, true, 0s, true), true, true, true},
                    LessonRow{"reply to us, entry", reply(true, true, 2s), true, true, true},
                    LessonRow{"reply to us, within the lock time", reply(true, true, 500ms), true, false, true},
                    LessonRow{"broadcast reply, no entry", reply(false, false, 0s), false, false, false},
                    LessonRow{"broadcast reply, entry", reply(true, false, 2s), true, true, false}));

}  // namespace
}  // namespace lvs::test
