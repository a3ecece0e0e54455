// SPDX-License-Identifier: GPL-2.0-or-later
// What of a keepalived.conf is known to keepalived and not modelled: refused by name and place.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemons/keepalived/conf/grammar/read.h"

namespace lvs::keepalived {
namespace {

class OneFile final : public ConfHost {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}
  std::optional<std::string> read(std::string_view path) const override {
    if (path != "k.conf") return std::nullopt;
    return text_;
  }
  std::vector<std::string> matches(const std::string&) const override { return {}; }
  bool has_interface(std::string_view name) const override { return name == "eth0"; }
  bool exists(std::string_view) const override { return true; }
  bool can_execute(std::string_view) const override { return true; }
  std::optional<base::Ipv4Addr> address(std::string_view) const override { return base::Ipv4Addr::of(10, 0, 0, 11); }

 private:
  std::string text_;
};

std::vector<std::string> refusals(const std::string& text) {
  std::vector<std::string> all;
  for (const ConfRefusal& each : refused_of({"k.conf", {}, false}, OneFile(text))) all.push_back(each.text());
  return all;
}

// One URL of HTTP_GET with these lines, from line 5 on.
std::string url(const std::string& lines) {
  return "virtual_server 10.0.0.100 80 {\nreal_server 10.0.0.21 80 {\nHTTP_GET {\nurl {\n" + lines +
         "\npath /\n}\n}\n}\n}\n";
}

using Refusals = std::vector<std::string>;

TEST(Refused, RegexThatPcreCannotCompile) {
  EXPECT_EQ(refusals(url("regex \"on(e\"")),
            Refusals{"k.conf:7: 'on(e': missing closing parenthesis at offset 4: keepalived logs that, and then uses "
                     "memory that it has freed"});
  EXPECT_EQ(refusals(url("regex \"on(e)\"")), Refusals{});
}

TEST(Refused, RegexStackBeyondTheModels) {
  EXPECT_EQ(refusals(url("regex_stack 1024 99999999999")),
            Refusals{"k.conf:5: '99999999999': regex_stack has at most 64 MiB here"});
  EXPECT_EQ(refusals(url("regex one\nregex_stack 1024 65536")), Refusals{});
}

TEST(Refused, StrictModeWhereTheFirewallWouldDropPackets) {
  const std::string begin =
      "global_defs {\nvrrp_strict\nvrrp_version 3\n}\nvrrp_instance VI_1 {\ninterface eth0\n"
      "virtual_router_id 51\n";
  const std::string end = "virtual_ipaddress {\n10.0.0.100\n}\n}\n";
  EXPECT_EQ(
      refusals(begin + end),
      Refusals{
          "k.conf:5: 'VI_1': in strict mode packets to the address are dropped by keepalived's own firewall rules, "
          "which are not modelled: accept with vrrp_version 3, or priority 255, does without"});
  EXPECT_EQ(refusals(begin + "accept\n" + end), Refusals{});
  EXPECT_EQ(refusals(begin + "priority 255\n" + end), Refusals{});
  EXPECT_EQ(refusals(begin + "version 2\naccept\n" + end).size(), 1u);
}

}  // namespace
}  // namespace lvs::keepalived
