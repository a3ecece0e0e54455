// SPDX-License-Identifier: GPL-2.0-or-later
// What of a keepalived.conf is known to keepalived and not modelled: refused by name and place.
#include <fmt/format.h>
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

TEST(Refused, InterfacesThatAppearLater) {
  const auto conf = [](const std::string& interface) {
    return "global_defs {\ndynamic_interfaces\n}\nvrrp_instance VI_1 {\ninterface " + interface +
           "\nvirtual_router_id 51\nvirtual_ipaddress {\n10.0.0.100\n}\n}\n";
  };
  EXPECT_EQ(refusals(conf("eth7")),
            Refusals{"k.conf:5: 'eth7': interfaces that appear later (dynamic_interfaces) are not modelled"});
  EXPECT_EQ(refusals(conf("eth0")), Refusals{});
}

// `keepalived -t` ends by a segmentation fault with two of these, and with the others goes on with what it has damaged.
TEST(Refused, BlocksWithoutABraceThatBelongToNothing) {
  const auto why = [](int line, const std::string& word, int block) {
    return Refusals{
        fmt::format("k.conf:{}: '{}': keepalived itself puts this into memory that is nobody's, and often "
                    "ends by a segmentation fault: the block of line {} has no '{{', and no other one "
                    "stands before it",
                    line, word, block)};
  };
  EXPECT_EQ(refusals("vrrp_instance V [\ninterface eth0\n}\n"), why(2, "interface", 1));
  EXPECT_EQ(refusals("vrrp_sync_group A B\nnotify_master /bin/true\n}\n"), why(2, "notify_master", 1));
  EXPECT_EQ(refusals("virtual_server 10.0.0.300 80\nlb_algo rr\n}\n"), why(2, "lb_algo", 1));
  EXPECT_EQ(refusals("virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.300 80\nweight 1\n}\n}\n"), why(3, "weight", 2));
  // Those of the one before, as keepalived has it; and blocks that are passed over.
  EXPECT_EQ(refusals("vrrp_instance A {\nvirtual_router_id 1\n}\nvrrp_instance B C\ninterface eth0\n}\n"), Refusals{});
  EXPECT_EQ(refusals("vrrp_instance A B {\ninterface eth0\n}\n"), Refusals{});
  EXPECT_EQ(refusals("vrrp_instance A B {\ninterface eth0\n"), Refusals{});
}

}  // namespace
}  // namespace lvs::keepalived
