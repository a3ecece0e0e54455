// SPDX-License-Identifier: GPL-2.0-or-later
// Usual mistakes of keepalived.conf are named by what the directors tell each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"
#include "daemons/daemons.h"

namespace lvs::control {
namespace {

struct Instance {
  const char* state = "BACKUP";
  int priority = 90, router = 51;
  const char *secret = "secret", *interface = "eth0", *more = "";
  int interval = 1;

  // The lines that write it on the machine.
  std::string text() const {
    return std::string("mkdir -p /etc/keepalived; cat > /etc/keepalived/keepalived.conf <<END\n") +
           "vrrp_instance VI_1 {\n  state " + state + "\n  interface " + interface + "\n  virtual_router_id " +
           std::to_string(router) + "\n  priority " + std::to_string(priority) + "\n  advert_int " +
           std::to_string(interval) + "\n  authentication {\n    auth_type PASS\n    auth_pass " + secret +
           "\n  }\n  virtual_ipaddress {\n    10.0.0.100/24 dev eth0\n" + more + "  }\n}\nEND\n";
  }
};

std::vector<std::string> found(const Instance& backup, const std::string& before, const char* timeline) {
  static const bool known = [] {
    daemons::add_daemons();
    return true;
  }();
  static_cast<void>(known);
  // Lines of a startup file are shells of their own, so the files are written by scripts of one line.
  const auto lines = [](const Instance& instance, const std::string& addresses) {
    std::string escaped;
    for (const char c : instance.text()) escaped += c == '\n' ? "\\n" : std::string(1, c);
    return addresses + "printf '" + escaped + "' > /tmp/conf.sh; sh /tmp/conf.sh\n";
  };
  const Instance master{"MASTER", 100, 51, "secret", "eth0", ""};
  const LabReading reading = parse_lab(
      {{"lab.conf", "client[0]=net\nlb1[0]=net\nlb1[1]=other\nlb2[0]=net\nlb2[1]=other\n"},
       {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
       {"lb1.startup",
        lines(master, "ip addr add 10.0.0.11/24 dev eth0; ip addr add 10.9.0.11/24 dev eth1\n") + "keepalived\n"},
       {"lb2.startup",
        lines(backup, "ip addr add 10.0.0.12/24 dev eth0; ip addr add 10.9.0.12/24 dev eth1\n" + before) +
            "keepalived\n"},
       {"lab.timeline", timeline}});
  for (const LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  for (const LabMessage& error : check_commands(reading.lab)) ADD_FAILURE() << error.text();
  std::vector<std::string> rules;
  for (const LabFinding& finding : diagnose(reading.lab).findings) {
    EXPECT_GE(finding.cure.arguments(), trace::places_of(trace::template_of(finding.cure.id))) << finding.sentence();
    if (finding.rule != "duplicate-address") rules.push_back(finding.rule);  // what comes of two masters
  }
  return rules;
}

struct Mistake {
  const char* rule;
  Instance backup;
  const char* before = "";
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.rule; }

class VrrpMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(VrrpMistakes, AreNamed) {
  EXPECT_THAT(found({}, "", "10 client ping -c 1 10.0.0.100\n"), testing::IsEmpty());
  const Mistake& mistake = GetParam();
  EXPECT_THAT(found(mistake.backup, mistake.before, "10 client ping -c 1 10.0.0.100\n"),
              testing::ElementsAre(mistake.rule));
  // A lab that ends before it is seen.
  EXPECT_THAT(found(mistake.backup, mistake.before, "0.5 client ping -c 1 10.0.0.1\n"),
              testing::ElementsAre(mistake.rule));
}

INSTANTIATE_TEST_SUITE_P(
    All, VrrpMistakes,
    testing::Values(Mistake{"vrrp-same-priority", {"MASTER", 100, 51, "secret", "eth0", ""}},
                    Mistake{"vrrp-router-id", {"BACKUP", 90, 52, "secret", "eth0", ""}},
                    Mistake{"vrrp-auth", {"BACKUP", 90, 51, "other", "eth0", ""}},
                    Mistake{"vrrp-interface", {"BACKUP", 90, 51, "secret", "eth1", ""}},
                    Mistake{"vrrp-interval", {"BACKUP", 90, 51, "secret", "eth0", "", 2}},
                    Mistake{"vrrp-addresses", {"BACKUP", 90, 51, "secret", "eth0", "    10.0.0.101/24 dev eth0\n"}},
                    Mistake{"vrrp-unicast",
                            {"BACKUP", 90, 51, "secret", "eth0", "  }\n  unicast_peer {\n    10.0.0.11\n"}},
                    Mistake{"vrrp-source",
                            {"BACKUP", 90, 51, "secret", "eth0",
                             "  }\n  unicast_src_ip 10.0.0.99\n  unicast_peer {\n    10.0.0.11\n"}},
                    Mistake{"vrrp-filtered", {}, "iptables -A INPUT -p 112 -j DROP\n"}),
    [](const testing::TestParamInfo<Mistake>& param) {
      std::string name = param.param.rule;
      std::ranges::replace(name, '-', '_');
      return name;
    });

// The lists were the same until one director was told SIGHUP.
TEST(VrrpDiagnosis, AListThatAReloadChanges) {
  const char* const timeline =
      "6 lb1 sed -i 's#10.0.0.100/24.*#10.0.0.100/24\\n10.0.0.101/24#' /etc/keepalived/keepalived.conf; kill -HUP "
      "$(cat "
      "/run/keepalived.pid)\n20 client ping -c 1 10.0.0.100\n";
  EXPECT_THAT(found({}, "", timeline), testing::ElementsAre("vrrp-addresses"));
}

// What CentOS installs as keepalived.conf: the address answers ARP, and nothing else.
TEST(VrrpDiagnosis, StrictModeDropsWhatIsForTheAddress) {
  daemons::add_daemons();
  const auto rules = [](const char* strict) {
    const std::string conf = std::string("global_defs {\\n") + strict +
                             "\\n}\\nvrrp_instance VI_1 {\\ninterface eth0\\nvirtual_router_id 51\\npriority 100\\n"
                             "virtual_ipaddress {\\n10.0.0.100/24\\n}\\n}\\n";
    const LabReading reading = parse_lab(
        {{"lab.conf", "client[0]=net\nlb1[0]=net\nlb1[1]=in\nrs[0]=in\n"},
         {"rs.startup",
          "ip addr add 192.168.1.21/24 dev eth0\nip route add default via 192.168.1.1\nservice httpd start\n"},
         {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
         {"lb1.startup",
          "ip addr add 10.0.0.11/24 dev eth0\nsysctl -w net.ipv4.ip_forward=1\nipvsadm -A -t 10.0.0.100:80 -s rr\n"
          "ipvsadm -a -t 10.0.0.100:80 -r 192.168.1.21 -m\nip addr add 192.168.1.1/24 dev eth1\nprintf '" +
              conf + "' > /root/k.conf\nkeepalived -f /root/k.conf\n"},
         {"lab.timeline", "8 client curl -s -m 2 http://10.0.0.100/\n"}});
    std::vector<std::string> found;
    for (const LabMessage& error : reading.errors) found.push_back(error.text());
    for (const LabFinding& finding : diagnose(reading.lab).findings) found.push_back(finding.rule);
    return found;
  };
  EXPECT_THAT(rules(""), testing::IsEmpty());
  EXPECT_THAT(rules("vrrp_strict"), testing::ElementsAre("vrrp-strict-drops"));
}

// Two proxies of one address, whose script has a weight: the master's web server ends.
std::vector<std::string> found_of_weight(int weight, int backup, const char* request) {
  daemons::add_daemons();
  const auto startup = [&](const char* address, int priority) {
    return std::string("ip addr add ") + address + "/24 dev eth0\nnginx\nmkdir -p /etc/keepalived; printf '" +
           "vrrp_script chk {\\n  script \"/usr/bin/pgrep nginx\"\\n  interval 1\\n  weight " + std::to_string(weight) +
           "\\n}\\nvrrp_instance VI_1 {\\n  interface eth0\\n  virtual_router_id 51\\n  priority " +
           std::to_string(priority) +
           "\\n  track_script {\\n    chk\\n  }\\n  virtual_ipaddress {\\n    10.0.0.100/24\\n  }\\n}\\n' > "
           "/etc/keepalived/keepalived.conf\nkeepalived\n";
  };
  const LabReading reading =
      parse_lab({{"lab.conf", "client[0]=net\nlb1[0]=net\nlb2[0]=net\n"},
                 {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
                 {"lb1.startup", startup("10.0.0.11", 100)},
                 {"lb2.startup", startup("10.0.0.12", backup)},
                 {"lab.timeline", std::string("6 lb1 nginx -s stop\n") + request + "18 - end\n"}});
  std::vector<std::string> rules;
  for (const LabMessage& error : reading.errors) rules.push_back(error.text());
  for (const LabFinding& finding : diagnose(reading.lab).findings) rules.push_back(finding.sentence());
  return rules;
}

TEST(VrrpDiagnosis, AWeightThatLeavesWhoFailsAboveTheBackup) {
  const char* const request = "15 client curl -s -m 2 http://10.0.0.100/\n";
  const auto is_named = [](const char* priorities, const char* cure) {
    return testing::Contains(
        testing::AllOf(testing::HasSubstr("[vrrp-weight]"), testing::HasSubstr(priorities), testing::HasSubstr(cure)));
  };
  EXPECT_THAT(found_of_weight(-5, 90, request),
              is_named("from 100 to 95, and lb2 has 90", "weight -11 in vrrp_script chk"));
  EXPECT_THAT(found_of_weight(-10, 90, request), is_named("from 100 to 90, and lb2 has 90", "weight -11"));
  EXPECT_THAT(found_of_weight(2, 90, request), is_named("from 102 to 100, and lb2 has 92", "weight 11"));
  EXPECT_THAT(found_of_weight(-20, 90, request), testing::IsEmpty());
  EXPECT_THAT(found_of_weight(20, 90, request), testing::IsEmpty());
  // Nobody was refused.
  EXPECT_THAT(found_of_weight(-5, 90, ""), testing::IsEmpty());
}

TEST(VrrpDiagnosis, ATakeoverIsNone) {
  EXPECT_THAT(found({}, "", "8 lb1 pkill keepalived\n16 client ping -c 1 10.0.0.100\n"), testing::IsEmpty());
}

}  // namespace
}  // namespace lvs::control
