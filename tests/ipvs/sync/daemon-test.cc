// SPDX-License-Identifier: GPL-2.0-or-later
// The daemons: what they send and when, what they make of what they get.
#include <gmock/gmock.h>

#include "bench.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Of the recording sync-persist (Linux 6.1.176, ipvsadm 1.31): a template and a connection that it controls.
constexpr std::string_view kTemplateMessage =
    "0007002c01010000"
    "0006002400001183000100000050005000000000000000"
    "3c0a0000010a0000640a000016";
constexpr std::string_view kEstablished =
    "0007002c01010000"
    "000600240000008300019c40005000500000000000000384"
    "0a0000010a0000640a000016";
constexpr std::string_view kFinished =
    "0007002c01010000"
    "000600240000018300049c40005000500000000000000078"
    "0a0000010a0000640a000016";

class Backup : public ::testing::Test {
 protected:
  explicit Backup(std::string_view set_up = kWebService) {
    bench.run(set_up);
    bench.run("ipvsadm --start-daemon backup --syncid 7\n");
  }
  // "TCP 15:00  ESTABLISHED 10.0.0.1:40000 ..." less the heading and the blanks.
  std::vector<std::string> listed() {
    std::istringstream lines(bench.run("ipvsadm -Lnc\n"));
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("IPVS") || line.starts_with("pro")) continue;
      std::istringstream words(line);
      std::string joined;
      for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
      all.push_back(joined);
    }
    return all;
  }
  // ActiveConn and InActConn of 10.0.0.22.
  std::pair<unsigned, unsigned> counted() {
    for (const auto* service : bench.machine.ipvs().services()) {
      for (const auto* dest : service->destinations) {
        if (dest->addr == addr("10.0.0.22")) return {dest->active_conns, dest->inactive_conns};
      }
    }
    return {99, 99};
  }

  SyncBench bench{"lb2"};
};

TEST_F(Backup, LearnsAndForgets) {
  bench.tell(bytes_of_hex(kEstablished));
  EXPECT_THAT(listed(), ElementsAre("TCP 15:00 ESTABLISHED 10.0.0.1:40000 10.0.0.100:80 10.0.0.22:80"));
  EXPECT_EQ(counted(), std::pair(1u, 0u));
  bench.advance(5s);
  bench.tell(bytes_of_hex(kFinished));
  EXPECT_THAT(listed(), ElementsAre("TCP 02:00 FIN_WAIT 10.0.0.1:40000 10.0.0.100:80 10.0.0.22:80"));
  EXPECT_EQ(counted(), std::pair(0u, 1u));
  bench.advance(121s);
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(counted(), std::pair(0u, 0u));
}

TEST_F(Backup, Templates) {
  bench.tell(bytes_of_hex(kTemplateMessage));
  EXPECT_THAT(listed(), ElementsAre("TCP 01:00 ASSURED 10.0.0.1:0 10.0.0.100:80 10.0.0.22:80"));
  EXPECT_EQ(counted(), std::pair(0u, 0u));
}

TEST_F(Backup, TheConnectionGoesOnWhereItWas) {
  bench.tell(bytes_of_hex(kEstablished));
  bench.sent();
  bench.client(addr("10.0.0.1"), 40000, "PA");
  const auto frames = bench.sent();
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_EQ(frames[0][5], 0x22);
}

TEST_F(Backup, WithBackupOnlyTheDirectorIsNone) {
  bench.run("sysctl -w net.ipv4.vs.backup_only=1\n");
  bench.tell(bytes_of_hex(kEstablished));
  bench.sent();
  bench.client(addr("10.0.0.1"), 40000, "PA");
  for (const Frame& frame : bench.sent()) EXPECT_EQ(frame[5], 0x01) << "an answer of its own";
  bench.run("ipvsadm --stop-daemon backup\n");
  bench.client(addr("10.0.0.1"), 40000, "PA");
  ASSERT_THAT(bench.sent(), SizeIs(1));
}

TEST_F(Backup, AnotherSyncidIsNoneOfIts) {
  std::string message = bytes_of_hex(kEstablished);
  message[1] = 8;
  bench.tell(message);
  EXPECT_THAT(listed(), IsEmpty());
}

// Each makes the message one that Linux throws away; nothing may be learnt of it.
TEST_F(Backup, WhatIsNoMessage) {
  const std::string good = bytes_of_hex(kEstablished);
  const struct {
    const char* what;
    std::size_t at;
    int value;
  } cases[] = {{"size", 3, 0x2d},       {"spare", 6, 1},        {"type", 8, 2},          {"IPv6", 8, 1},
               {"protocol", 9, 47},     {"its size", 11, 0x25}, {"its version", 10, 16}, {"its size, less", 11, 35},
               {"state of TCP", 17, 11}};
  for (const auto& each : cases) {
    std::string bad = good;
    bad[each.at] = static_cast<char>(each.value);
    bench.tell(bad);
    EXPECT_THAT(listed(), IsEmpty()) << each.what;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    bench.tell(good.substr(0, size));
    EXPECT_THAT(listed(), IsEmpty()) << size;
  }
}

TEST_F(Backup, AnotherServerReplacesTheEntryUnlessTheNewsIsItsEnd) {
  bench.tell(bytes_of_hex(kEstablished));
  std::string other = bytes_of_hex(kFinished);
  other.back() = 0x15;
  bench.tell(other);  // the end of one that was replaced since
  EXPECT_THAT(listed(), ElementsAre(HasSubstr("ESTABLISHED 10.0.0.1:40000 10.0.0.100:80 10.0.0.22:80")));
  other = bytes_of_hex(kEstablished);
  other.back() = 0x15;
  bench.tell(other);
  bench.advance(20ms);
  EXPECT_THAT(listed(), ElementsAre(HasSubstr("ESTABLISHED 10.0.0.1:40000 10.0.0.100:80 10.0.0.21:80")));
  EXPECT_EQ(counted(), std::pair(0u, 0u));
}

class BackupWithoutServices : public Backup {
 protected:
  BackupWithoutServices() : Backup("") {}
};

TEST_F(BackupWithoutServices, EntriesFindTheirDestinationLater) {
  bench.tell(bytes_of_hex(kEstablished));
  EXPECT_THAT(listed(), ElementsAre(HasSubstr("ESTABLISHED 10.0.0.1:40000 10.0.0.100:80 10.0.0.22:80")));
  bench.run(kWebService);
  EXPECT_EQ(counted(), std::pair(0u, 0u));
  bench.tell(bytes_of_hex(kEstablished));
  EXPECT_EQ(counted(), std::pair(1u, 0u));
}

TEST(Master, AMessageLeavesTwoToThreeSecondsAfterItsFirstConnection) {
  SyncBench bench;
  bench.run(kWebService);
  bench.run("ipvsadm --start-daemon master --syncid 7 --mcast-ttl 3\n");
  bench.advance_to(400ms);
  for (const char* flags : {"S", "A", "PA", "PA"}) bench.client(addr("10.0.0.1"), 40000, flags);
  bench.sent();
  bench.advance_to(2999ms);
  EXPECT_THAT(bench.messages(), IsEmpty());
  bench.advance_to(3001ms);
  const auto frames = bench.sent();
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_EQ(hex_of(std::string(frames[0].begin(), frames[0].begin() + 6)), "01005e000051");
  EXPECT_EQ(frames[0][22], 3) << "TTL";
  EXPECT_EQ(frames[0][20] & 0x40, 0) << "DF";
  EXPECT_EQ(hex_of(std::string(frames[0].begin() + 42, frames[0].end())), kEstablished);
}

TEST(Master, StoppedItSaysNothingMore) {
  SyncBench bench;
  bench.run(kWebService);
  bench.run("ipvsadm --start-daemon master\n");
  for (const char* flags : {"S", "A", "PA"}) bench.client(addr("10.0.0.1"), 40000, flags);
  bench.run("ipvsadm --stop-daemon master\n");
  bench.advance(5s);
  EXPECT_THAT(bench.messages(), IsEmpty());
}

TEST(Master, OnePacketConnectionsAreNotTold) {
  SyncBench bench;
  bench.run(R"(
    ipvsadm -A -u 10.0.0.100:80 -s rr -o
    ipvsadm -a -u 10.0.0.100:80 -r 10.0.0.21 -g
    ipvsadm --start-daemon master
  )");
  for (int i = 0; i < 5; ++i) bench.client(addr("10.0.0.1"), 40000, "udp");
  bench.advance(5s);
  EXPECT_THAT(bench.messages(), IsEmpty());
}

}  // namespace
}  // namespace lvs::test
