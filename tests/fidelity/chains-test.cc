// SPDX-License-Identifier: GPL-2.0-or-later
// The chains that packets of the walk labs pass, against the kernel's own account of them (target TRACE).
// `./waf fidelity --chains scenarios/labs` does it for all shipped labs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/fidelity/chains.h"

namespace lvs::scenarios {
namespace {

TEST(Chains, WhatOfALineMustBeAlike) {
  EXPECT_EQ(chain_line("TRACE: raw:PREROUTING:policy:2 IN=eth0 OUT= MAC=02:00:00:00:01:00:02:00:00:00:02:00:08:00 "
                       "SRC=10.0.1.1 DST=10.0.2.11 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=40000 DPT=80 "
                       "SEQ=1000 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 OPT (020405B4) "),
            "raw:PREROUTING:policy:2 IN=eth0 OUT= MAC=02:00:00:00:01:00:02:00:00:00:02:00:08:00 SRC=10.0.1.1 "
            "DST=10.0.2.11 TTL=64 PROTO=TCP SPT=* DPT=80 SYN");
  EXPECT_EQ(
      chain_line("TRACE: filter:INPUT:rule:1 IN=lo OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=56 TTL=64 ID=7 PROTO=ICMP "
                 "TYPE=3 CODE=3 [SRC=10.0.0.2 DST=10.0.0.1 LEN=28 TTL=63 ID=3 PROTO=UDP SPT=53 DPT=40000 LEN=8 ] "),
      "filter:INPUT:rule:1 IN=lo OUT= SRC=10.0.0.1 DST=10.0.0.2 TTL=64 PROTO=ICMP TYPE=3 CODE=3 [SRC=10.0.0.2 "
      "DST=10.0.0.1 TTL=63 PROTO=UDP SPT=53 DPT=*");
  EXPECT_EQ(chain_line("IPVS: ipvs loaded."), "");
}

TEST(Chains, PacketsOfTheWalkLabsPassThoseOfTheKernel) {
  std::vector<control::Lab> labs;
  for (const char* name : {"nat-walk", "dr-walk", "tun-walk", "nat-local-client", "ftp-nat", "arp-redirect"}) {
    control::LabReading reading = control::read_lab(std::string(LVS_SOURCE_DIR "/scenarios/labs/") + name);
    ASSERT_TRUE(reading.ok()) << reading.errors.front().text();
    labs.push_back(std::move(reading.lab));
  }
  const ChainReport report =
      check_chains(labs, {}, [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); });
  ASSERT_EQ(report.error, "");
  ASSERT_EQ(report.labs.size(), labs.size());
  for (const ChainVerdict& lab : report.labs) {
    EXPECT_TRUE(lab.good()) << chain_text(lab);
    EXPECT_GT(lab.agree, 30u) << chain_text(lab);
  }
}

}  // namespace
}  // namespace lvs::scenarios
