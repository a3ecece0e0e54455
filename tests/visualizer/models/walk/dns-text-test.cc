// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/dns-text.h"

#include <gtest/gtest.h>

#include <string>

#include "wire/dns.h"

namespace lvs::view {
namespace {

DnsText text_of(const wire::DnsMessage& message) {
  const std::string bytes = wire::write_dns(message);
  return dnsTextOf({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

wire::DnsMessage about(wire::DnsType type, std::uint16_t flags) {
  wire::DnsMessage message;
  message.flags = flags;
  message.questions = {{"www.example.com", static_cast<std::uint16_t>(type)}};
  return message;
}

TEST(DnsText, SaysWhatIsAskedAndAnswered) {
  EXPECT_EQ(text_of(about(wire::DnsType::a, 0)).line, QString("DNS A? www.example.com"));
  EXPECT_EQ(text_of(about(wire::DnsType::aaaa, wire::dns_flag::qr)).line, QString("DNS www.example.com no AAAA"));
  EXPECT_EQ(text_of(about(wire::DnsType::a, wire::dns_flag::qr | 3)).line, QString("DNS NXDOMAIN www.example.com"));

  wire::DnsMessage answer = about(wire::DnsType::a, wire::dns_flag::qr);
  answer.answers.push_back(wire::dns_a("www.example.com", 60, *base::Ipv4Addr::parse("10.0.0.101")));
  EXPECT_EQ(text_of(answer).line, QString("DNS www.example.com A 10.0.0.101"));
  answer.answers.push_back(wire::dns_a("www.example.com", 30, *base::Ipv4Addr::parse("10.0.0.102")));
  const DnsText two = text_of(answer);
  EXPECT_EQ(two.line, QString("DNS www.example.com A 10.0.0.101 +1"));
  EXPECT_EQ(two.rows, (std::vector<QString>{"A 10.0.0.101  TTL 60", "A 10.0.0.102  TTL 30"}));
}

// A trace keeps the beginning of a packet: what is there is read, and nothing more.
TEST(DnsText, TakesWhatIsLeftOfAMessage) {
  const std::string whole = wire::write_dns(about(wire::DnsType::a, 0));
  const auto of = [&](std::size_t size) {
    return dnsTextOf({reinterpret_cast<const std::uint8_t*>(whole.data()), size}).line;
  };
  EXPECT_TRUE(of(0).isEmpty());
  EXPECT_TRUE(of(wire::kDnsHeader).isEmpty());
  EXPECT_TRUE(of(whole.size() - 1).isEmpty());
  EXPECT_FALSE(of(whole.size()).isEmpty());
}

}  // namespace
}  // namespace lvs::view
