// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of tools that show frames and processes: what is drawn says nothing, and nothing else is passed over.
#include "referee/compare/tools-text.h"

#include <gtest/gtest.h>

#include "referee/compare/text.h"

namespace lvs::referee {
namespace {

bool alike(const char* left, const char* right, const Renaming& renaming = {}) {
  return !differing_text(left, right, renaming, std::chrono::seconds(1));
}

TEST(ToolsText, LinesOfTcpdump) {
  const char* line =
      "14:18:21.115193 IP 10.0.0.50.80 > 10.0.0.1.80: Flags [S], seq 376698192, win 64240, options "
      "[mss 1460,sackOK,TS val 1337221979 ecr 0,nop,wscale 7], length 0\n";
  EXPECT_TRUE(alike(line,
                    "00:00:01.109726 IP 10.0.0.50.80 > 10.0.0.1.80: Flags [S], seq 1085625123, win 64240, options "
                    "[mss 1460,sackOK,TS val 669073895 ecr 0,nop,wscale 7], length 0\n"));
  EXPECT_FALSE(alike(line,
                     "00:00:01.109726 IP 10.0.0.50.80 > 10.0.0.1.80: Flags [S], seq 1085625123, win 64240, options "
                     "[mss 1460,sackOK,TS val 669073895 ecr 5,nop,wscale 7], length 0\n"));
  EXPECT_FALSE(alike(line,
                     "00:00:01.109726 IP 10.0.0.50.80 > 10.0.0.2.80: Flags [S], seq 1085625123, win 64240, options "
                     "[mss 1460,sackOK,TS val 669073895 ecr 0,nop,wscale 7], length 0\n"));
  EXPECT_FALSE(alike("IP 10.0.0.1.80 > 10.0.0.2.80: Flags [.], seq 1:79, ack 1, win 502, length 78\n",
                     "IP 10.0.0.1.80 > 10.0.0.2.80: Flags [.], seq 1:80, ack 1, win 502, length 78\n"))
      << "relative numbers";
  EXPECT_TRUE(alike("    10.0.0.1.80 > 10.0.0.2.80: Flags [.], cksum 0x1234 (correct), ack 1\n",
                    "    10.0.0.1.80 > 10.0.0.2.80: Flags [.], cksum 0xabcd (incorrect -> 0x0123), ack 1\n"));
}

TEST(ToolsText, PortsAreThoseOfTheFrames) {
  Renaming renaming;
  ASSERT_TRUE(renaming.port(6, base::Ipv4Addr::of(10, 0, 0, 50), 51646, 47390));
  EXPECT_TRUE(alike("IP 10.0.0.50.51646 > 10.0.0.1.80: Flags [S]\n", "IP 10.0.0.50.47390 > 10.0.0.1.80: Flags [S]\n",
                    renaming));
  EXPECT_FALSE(alike("IP 10.0.0.50.51647 > 10.0.0.1.80: Flags [S]\n", "IP 10.0.0.50.47390 > 10.0.0.1.80: Flags [S]\n",
                     renaming));
  EXPECT_TRUE(alike("TCP 0A000032 C9BE 0A000001 0050 C0A8010B 1F90 FIN_WAIT        115\n",
                    "TCP 0A000032 B91E 0A000001 0050 C0A8010B 1F90 FIN_WAIT        115\n", renaming));
  EXPECT_FALSE(alike("TCP 0A000032 C9BE 0A000001 0050 C0A8010B 1F90 FIN_WAIT        115\n",
                     "TCP 0A000032 B91E 0A000001 0050 C0A8010C 1F90 FIN_WAIT        115\n", renaming));
}

TEST(ToolsText, WhatCommandsPrintOfTheirMachine) {
  EXPECT_EQ(comparable_output("curl -w '%{time_total}' X", "0.001234 200\n"), "* 200\n");
  EXPECT_EQ(comparable_output("curl X", "0.001234\n"), "0.001234\n");
  EXPECT_EQ(comparable_output("curl -v X", "* Found bundle for host: 0x55bc6f2d5200 [serially]\n"),
            "* Found bundle for host: * [serially]\n");
}

TEST(ToolsText, NumbersOfProcesses) {
  EXPECT_EQ(without_process_numbers("pgrep nginx", "303\n304\n"), "*\n*\n");
  EXPECT_EQ(without_process_numbers("cat /run/keepalived.pid", "8\n"), "*\n");
  EXPECT_EQ(without_process_numbers("cat /tmp/count", "303\n"), "303\n");
  EXPECT_TRUE(alike(without_process_numbers("nginx -s quit; pgrep nginx",
                                            "2026/09/21 15:59:17 [notice] 24#24: signal process started\n")
                        .c_str(),
                    "2026/01/01 00:00:17 [notice] 320#320: signal process started\n"))
      << "a date is no number of a process";
  EXPECT_TRUE(
      alike(without_process_numbers("kill -USR1 $(cat /run/keepalived.pid); cat /tmp/keepalived.data",
                                    "   Last transition = 1790005544.690599 (Mon Sep 21 15:59:44.690599 2026)\n")
                .c_str(),
            without_process_numbers("kill -USR1 $(cat /run/keepalived.pid); cat /tmp/keepalived.data",
                                    "   Last transition = 1790005544.690380 (Mon Sep 21 15:59:44.690380 2026)\n")
                .c_str()));
  const char* linux_ps =
      "root           8       1  0 14:18 ?        00:00:00 nginx: master process nginx\n"
      "root          21      19  0 14:18 ?        00:00:00 grep nginx\n";
  const char* model_ps =
      "root         303       1  0 00:00 ?        00:00:00 nginx: master process nginx\n"
      "root         309       1  0 00:00 ?        00:00:00 /bin/sh -c ps -ef | grep nginx\n"
      "root         311     309  0 00:00 ?        00:00:00 grep nginx\n";
  EXPECT_EQ(without_process_numbers("ps -ef | grep nginx", linux_ps),
            "root * * * * ? * nginx: master process nginx\nroot * * * * ? * grep nginx\n");
  EXPECT_EQ(without_process_numbers("ps -ef | grep nginx", linux_ps),
            without_process_numbers("ps -ef | grep nginx", model_ps));
  EXPECT_TRUE(
      alike("tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      8/nginx: master pro \n",
            "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      303/nginx: master p \n"));
  EXPECT_FALSE(
      alike("tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      8/httpd             \n",
            "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      8/nginx             \n"));
}

TEST(ToolsText, WhatTcpdumpHasNotReadAtTheEnd) {
  const auto counts = [](const char* captured) {
    return std::string(captured) + " packets captured\n3 packets received by filter\n0 packets dropped by kernel\n";
  };
  const Dumped kernel{"a\n\n", "1 packet captured\n3 packets received by filter\n0 packets dropped by kernel\n"};
  Dumped model{"a\nb\nc\n\n", counts("3")};
  cut_unread("tcpdump -i eth0 &", kernel, model);
  EXPECT_EQ(model.out, kernel.out);
  EXPECT_EQ(model.err, kernel.err);
  Dumped less{"a\nb\n\n", "2 packets captured\n2 packets received by filter\n0 packets dropped by kernel\n"};
  cut_unread("tcpdump -i eth0 &", kernel, less);
  EXPECT_EQ(less.out, "a\nb\n\n") << "another number of frames came";
  Dumped other{"a\nb\n", ""};
  cut_unread("cat FILE", {"a\n", ""}, other);
  EXPECT_EQ(other.out, "a\nb\n");
}

}  // namespace
}  // namespace lvs::referee
