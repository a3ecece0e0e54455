// SPDX-License-Identifier: GPL-2.0-or-later
// DNS messages as text. The texts are those of tcpdump 4.99.3 (-n, -vn and -vvn) about the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/hex.h"
#include "trace/dissect/dns.h"

namespace lvs::trace {
namespace {

using test::from_hex;

TEST(DnsText, AsTcpdumpHasIt) {
  const std::string question = from_hex(
      "6d850120000100000000000103777777076578616d706c6503636f6d000001000100002904d000000000000c000a000856f88545edaf350"
      "2");
  const std::string reply = from_hex(
      "6d858580000100030000000103777777076578616d706c6503636f6d0000010001c00c000100010000000a00040a00000cc00c00010001"
      "0000000a00040a00000bc00c000100010000000a00040a00000d00002904d0000000000000");
  EXPECT_EQ(dns_text(question, question.size(), 0), "28037+ [1au] A? www.example.com. (56)");
  EXPECT_EQ(dns_text(reply, reply.size(), 0), "28037* 3/0/1 A 10.0.0.12, A 10.0.0.11, A 10.0.0.13 (92)");
  EXPECT_EQ(
      dns_text(reply, reply.size(), 1),
      "28037* 3/0/1 www.example.com. A 10.0.0.12, www.example.com. A 10.0.0.11, www.example.com. A 10.0.0.13 (92)");
  EXPECT_EQ(dns_text(question, question.size(), 2),
            "28037+ [1au] A? www.example.com. ar: . OPT UDPsize=1232 [COOKIE 56f88545edaf3502] (56)");
  std::string refused = question.substr(0, 33);
  refused[2] = '\x81', refused[3] = '\x85', refused[11] = '\0';
  EXPECT_EQ(dns_text(refused, refused.size(), 0), "28037 Refused 0/0/0 (33)");
}

TEST(DnsText, AnyBytesWillDo) {
  const std::string bytes(40, '\xff');
  for (std::size_t size = 0; size <= bytes.size(); ++size) EXPECT_FALSE(dns_text(bytes.substr(0, size), 40, 2).empty());
}

}  // namespace
}  // namespace lvs::trace
