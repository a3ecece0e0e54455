// SPDX-License-Identifier: GPL-2.0-or-later
// Synchronisation messages that Linux 6.1.176 sent (recordings sync-persist and sync-v0), read, written again, as text.
#include "trace/dissect/ipvs-sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <string>
#include <string_view>

#include "wire/ipvs-sync.h"

namespace lvs::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::IpvsSyncConn;
using wire::IpvsSyncReader;

constexpr std::string_view kVersion1 =
    "000700500201000000060024000011830001000000500050000000000000003c0a0000010a0000640a000016"
    "00060024000001830004cd9e0050005000000000000000780a0000010a0000640a000016";
constexpr std::string_view kVersion0 = "0107001c0006b0f0005000500a0000010a0000640a00001600830001";

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

base::ByteView view_of(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

// Ethernet, IP and UDP headers to the group; checksums do not matter here.
std::string frame_of(const std::string& message) {
  const auto size = [](std::size_t n) { return std::string{static_cast<char>(n >> 8), static_cast<char>(n)}; };
  return bytes_of(
             "01005e000051020000000100"
             "0800"
             "4500") +
         size(28 + message.size()) +
         bytes_of(
             "00010000011100000a00000be0000051"
             "ab3c2290") +
         size(8 + message.size()) + bytes_of("0000") + message;
}

TEST(IpvsSync, WhatIsReadIsWrittenAgain) {
  for (const std::string_view hex : {kVersion1, kVersion0}) {
    const std::string message = bytes_of(hex);
    IpvsSyncReader reader(view_of(message));
    ASSERT_EQ(reader.problem(), "");
    std::string again;
    wire::begin_ipvs_sync(again, reader.header().version, reader.header().syncid);
    IpvsSyncConn conn;
    while (reader.next(conn) == IpvsSyncReader::Step::conn) wire::put_ipvs_sync(again, conn, reader.header().version);
    EXPECT_EQ(again, message);
  }
}

TEST(IpvsSync, OptionsAreWrittenAsTheyAreRead) {
  IpvsSyncConn conn;
  conn.protocol = 17;
  conn.flags = 0x1783;
  conn.has_seq = true;
  conn.in_seq = {1, 2, 0xfffffffe};
  conn.out_seq = {4, 5, 6};
  conn.pe_name = "sip";
  conn.pe_data = "call@10.0.0.1";
  for (const int version : {0, 1}) {
    std::string message;
    wire::begin_ipvs_sync(message, version, 9);
    wire::put_ipvs_sync(message, conn, version);
    wire::put_ipvs_sync(message, conn, version);  // behind one that does not end on four bytes
    IpvsSyncReader reader(view_of(message));
    IpvsSyncConn read;
    for (int i = 0; i < 2; ++i) {
      ASSERT_EQ(reader.next(read), IpvsSyncReader::Step::conn) << reader.problem();
      EXPECT_EQ(read.in_seq, conn.in_seq);
      EXPECT_EQ(read.out_seq, conn.out_seq);
      EXPECT_EQ(read.pe_data, version == 1 ? conn.pe_data : "");
      EXPECT_EQ(read.pe_name, version == 1 ? conn.pe_name : "");
    }
    EXPECT_EQ(reader.next(read), IpvsSyncReader::Step::end);
  }
}

TEST(IpvsSync, Text) {
  EXPECT_THAT(
      ipvs_sync_lines(view_of(frame_of(bytes_of(kVersion1)))),
      ElementsAre("IPVS sync: version 1, syncid 7, 2 connections",
                  "TCP 10.0.0.1:0 > 10.0.0.100:80 at 10.0.0.22:80: template ASSURED, Route, no-output, inactive, "
                  "timeout 60",
                  "TCP 10.0.0.1:52638 > 10.0.0.100:80 at 10.0.0.22:80: FIN_WAIT, Route, no-output, inactive, "
                  "timeout 120"));
  EXPECT_THAT(ipvs_sync_lines(view_of(frame_of(bytes_of(kVersion0)))),
              ElementsAre("IPVS sync: version 0, syncid 7, 1 connection",
                          "TCP 10.0.0.1:45296 > 10.0.0.100:80 at 10.0.0.22:80: ESTABLISHED, Route, no-output"));
  EXPECT_THAT(ipvs_sync_lines(view_of(frame_of("abc"))), ElementsAre("IPVS sync: message header too short"));
  EXPECT_THAT(ipvs_sync_lines(view_of(bytes_of(kVersion1))), IsEmpty());
}

}  // namespace
}  // namespace lvs::trace
