// SPDX-License-Identifier: GPL-2.0-or-later
// DNS messages. The bytes are those of dnsmasq 2.90 and glibc 2.36, taken with tcpdump -x in the referee.
#include "wire/dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/hex.h"

namespace lvs::wire {
namespace {

using test::from_hex;

constexpr std::string_view kReply =
    "6d8585800001000300000001037777770765"
    "78616d706c6503636f6d0000010001c00c"
    "000100010000000a00040a00000cc00c0001"
    "00010000000a00040a00000bc00c00010001"
    "0000000a00040a00000d00002904d0000000"
    "000000";

TEST(Dns, AReplyOfDnsmasqIsReadAndWrittenByteByByte) {
  const std::string bytes = from_hex(kReply);
  const auto message = read_dns(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id, 0x6d85);
  EXPECT_TRUE(message->has(dns_flag::qr | dns_flag::aa));
  EXPECT_EQ(message->questions.front(), (DnsQuestion{"www.example.com", 1, kDnsIn}));
  ASSERT_EQ(message->answers.size(), 3u);
  EXPECT_EQ(dns_value_text(message->answers[0]), "10.0.0.12");
  EXPECT_EQ(message->answers[2].ttl, 10u);
  ASSERT_NE(message->opt(), nullptr);
  EXPECT_EQ(message->opt()->cls, 1232);
  EXPECT_EQ(write_dns(*message), bytes);
}

TEST(Dns, EveryShorterMessageIsRefused) {
  const std::string bytes = from_hex(kReply);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(read_dns(bytes.substr(0, size))) << size;
}

// A question with this name behind the header.
std::string question(std::string_view name_hex) {
  return from_hex("000101000001000000000000") + from_hex(name_hex) + from_hex("00010001");
}

TEST(Dns, NamesThatPointToThemselvesOrForwardAreRefused) {
  EXPECT_FALSE(read_dns(question("c00c")));      // to itself
  EXPECT_FALSE(read_dns(question("c00e00")));    // forward
  EXPECT_FALSE(read_dns(question("0161c00c")));  // a label, then the same again, for ever
  EXPECT_FALSE(read_dns(question("4061")));      // labels of 64 bytes there are none
  EXPECT_TRUE(read_dns(question("016100")));
}

TEST(Dns, NamesHave255BytesAtMost) {
  const auto label = [](int size) { return std::string(static_cast<std::size_t>(size), 'a'); };
  const std::string longest = label(63) + "." + label(63) + "." + label(63) + "." + label(61);
  ASSERT_TRUE(dns_name(longest));
  EXPECT_EQ(dns_name(longest)->size(), 255u);
  EXPECT_FALSE(dns_name(longest + "a"));
  EXPECT_FALSE(dns_name(label(64)));
  EXPECT_FALSE(dns_name("a..b"));
  EXPECT_FALSE(dns_name(".a"));
  EXPECT_EQ(dns_name("")->size(), 1u);
  EXPECT_EQ(*dns_name("a."), *dns_name("a"));
}

TEST(Dns, BytesThatAreNoLettersComeBackAsTheyWere) {
  const auto message = read_dns(question("03612e0000"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->questions.front().name, "a\\.\\000");
  EXPECT_EQ(write_dns(*message), question("03612e0000"));
}

TEST(Dns, ReverseNames) {
  const base::Ipv4Addr address = base::Ipv4Addr::of(10, 0, 1, 2);
  EXPECT_EQ(dns_reverse_name(address), "2.1.0.10.in-addr.arpa");
  EXPECT_EQ(dns_address_of_reverse("2.1.0.10.IN-ADDR.arpa"), address);
  EXPECT_FALSE(dns_address_of_reverse("1.0.10.in-addr.arpa"));
}

TEST(Dns, DomainsAreThoseOfWholeLabels) {
  EXPECT_TRUE(dns_name_below("www.Example.com", "example.COM"));
  EXPECT_TRUE(dns_name_below("example.com", "example.com"));
  EXPECT_FALSE(dns_name_below("wwwexample.com", "example.com"));
  EXPECT_TRUE(dns_name_below("a", ""));
}

TEST(Dns, TypesByNameAndNumber) {
  EXPECT_EQ(dns_type_of("aaaa"), 28);
  EXPECT_EQ(dns_type_of("TYPE65"), 65);
  EXPECT_FALSE(dns_type_of("TYPE65536"));
  EXPECT_EQ(dns_type_name(65), "TYPE65");
}

}  // namespace
}  // namespace lvs::wire
