// SPDX-License-Identifier: GPL-2.0-or-later
// Every mistake is found in the lab that has it, and not in the healthy one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "control/lab/diagnose-labs.h"

namespace lvs::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Mistake {
  const char* rule;
  std::string host;       // that the finding names
  LabFiles (*healthy)();  // what the mistake is made in
  const char* file;
  std::string from, to;  // "" for `from`: `to` is appended
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.rule; }

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, IsNamedWithHostAndCure) {
  const Mistake& mistake = GetParam();
  LabFiles files = mistake.healthy();
  EXPECT_THAT(rules_found(files), IsEmpty());
  std::string& text = files[mistake.file];
  text = mistake.from.empty() ? text + mistake.to : replaced(text, mistake.from, mistake.to);
  EXPECT_THAT(rules_found(files), ElementsAre(mistake.rule));
  for (const LabFinding& finding : diagnosis_of(files).findings) {
    EXPECT_EQ(finding.host, mistake.host);
    EXPECT_FALSE(finding.text.ends_with('.'));
    EXPECT_THAT(finding.sentence(), HasSubstr(". Cure: "));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    testing::Values(
        Mistake{"no-destination", "director", nat, "director.startup", "",
                "ipvsadm -d -t 10.0.1.100:80 -r 10.0.2.11:8080; ipvsadm -d -t 10.0.1.100:80 -r 10.0.2.12:8080\n"},
        Mistake{"weight-zero", "director", nat, "director.startup", "",
                "ipvsadm -e -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 0\n"
                "ipvsadm -e -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0\n"},
        Mistake{"overloaded", "director", nat, "lab.timeline", "",
                "1 director ipvsadm -e -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0\n"
                "1 director ipvsadm -e -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -x 1\n"
                "2 client inject eth0 02000000020002000000010008004500002c00024000400624660a0001010a0001649c41005000000"
                "3e8000000006002faf0e6570000020405b4\n"
                "3 client inject eth0 02000000020002000000010008004500002c00034000400624650a0001010a0001649c42005000000"
                "3e8000000006002faf0e6560000020405b4\n"},
        Mistake{"no-service", "director", nat, "director.startup", "",
                "ipvsadm -A -t 10.0.1.100:81 -s rr; ipvsadm -a -t 10.0.1.100:81 -r 10.0.2.11:80 -m\n"
                "ipvsadm -D -t 10.0.1.100:80\n"},
        Mistake{"vip-not-on-director", "director", nat, "director.startup", "ip addr add 10.0.1.100/32 dev eth0\n", ""},
        Mistake{"server-unknown", "director", nat, "director.startup", "-r 10.0.2.11:8080", "-r 10.0.2.13:8080"},
        Mistake{"nat-no-forward", "director", nat, "director.startup", "ip_forward=1", "ip_forward=0"},
        Mistake{"nat-wrong-gateway", "rs1", nat, "rs1.startup", "via 10.0.2.254", "via 10.0.2.12"},
        Mistake{"no-way-back", "rs2", nat, "rs2.startup", "ip route add default via 10.0.2.254\n", ""},
        Mistake{"vip-missing", "rs1", dr, "rs1.startup", "ip addr add 10.0.1.100/32 dev lo\n", ""},
        Mistake{"direct-port-mapping", "director", dr, "director.startup", "-r 10.0.1.11 -g", "-r 10.0.1.11:8080 -g"},
        Mistake{"direct-gateway-is-director", "rs2", dr, "rs2.startup", "via 10.0.1.254", "via 10.0.1.2"},
        Mistake{"no-way-back", "rs2", dr, "rs2.startup", "ip route add default via 10.0.1.254\n", ""},
        Mistake{"arp-answers", "rs1", dr, "rs1.startup", "arp_ignore=1", "arp_ignore=0"},
        Mistake{"arp-answers", "rs1", dr, "rs1.startup", "dev lo", "dev eth0"},
        Mistake{"arp-announces", "rs1", dr, "rs1.startup", "arp_announce=2", "arp_announce=0"},
        Mistake{"arp-announces", "rs1", dr, "rs1.startup", "arp_announce=2", "arp_announce=1"},
        Mistake{"duplicate-address", "rs2", dr_pages, "rs2.startup", "", "ip addr add 10.0.1.11/32 dev eth0\n"},
        Mistake{"tun-no-tunnel", "rs1", tun, "rs1.startup", "ip link set tunl0 up\n", ""},
        Mistake{"vip-missing", "rs1", tun, "rs1.startup", "ip addr add 10.0.1.100/32 dev tunl0\n", ""},
        Mistake{"tun-rp-filter", "rs2", tun, "rs2.startup", "", "echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter\n"},
        Mistake{"tun-rp-filter", "rs2", tun, "rs2.startup", "", "echo 1 > /proc/sys/net/ipv4/conf/tunl0/rp_filter\n"},
        Mistake{"dr-router-between", "director", tun, "director.startup", "-r 10.0.3.11 -i", "-r 10.0.3.11 -g"},
        Mistake{"server-unreachable", "director", tun, "director.startup", "ip route add default via 10.0.1.254\n", ""},
        Mistake{"server-unreachable", "director", nat, "lab.conf", "rs2[0]=back", "rs2[0]=front"},
        Mistake{"router-no-forward", "router", tun, "router.startup", "ip_forward=1", "ip_forward=0"},
        Mistake{"router-no-forward", "router", dr_pages, "router.startup", "ip_forward=1", "ip_forward=0"},
        Mistake{"router-no-route", "router", tun, "router.startup", "", "ip route del 10.0.3.0/24 dev eth1\n"},
        Mistake{"gateway-unknown", "rs1", dr, "rs1.startup", "via 10.0.1.254", "via 10.0.1.253"},
        Mistake{"client-no-route", "client", dr_pages, "client.startup", "ip route add default via 172.16.0.254\n", ""},
        Mistake{"client-has-vip", "client", dr_pages, "client.startup", "", "ip addr add 10.0.1.100/32 dev lo\n"},
        Mistake{"address-unknown", "client", nat_pages, "lab.timeline",
                "1 client curl -s -m 1 http://10.0.1.100/\n3 client curl -s -m 1 http://10.0.1.100/\n",
                "1 client curl -s -m 1 http://10.0.1.101/\n"},
        Mistake{"server-not-listening", "rs1", nat_pages, "rs1.startup", "httpd -p 8080", "httpd -p 80"},
        Mistake{"server-not-listening", "rs2", dr_pages, "rs2.startup", "service httpd start", "httpd -a 10.0.1.12"},
        // Of a sorry server, which every host could be.
        Mistake{"server-not-listening", "director", dr_pages, "director.startup", "",
                "ipvsadm -C; ipvsadm -A -t 10.0.1.100:80 -s rr; ipvsadm -a -t 10.0.1.100:80 -r 127.0.0.1:80 -g\n"},
        Mistake{"iptables-drops", "rs2", nat_pages, "rs2.startup", "",
                "iptables -A INPUT -p tcp --dport 8080 -j DROP\n"},
        Mistake{"iptables-drops", "director", nat_pages, "director.startup", "", "iptables -P FORWARD DROP\n"},
        Mistake{"fwmark-unset", "director", nat_pages, "director.startup", "",
                "ipvsadm -C; ipvsadm -A -f 7 -s rr; ipvsadm -a -f 7 -r 10.0.2.11:8080 -m\n"},
        Mistake{"fwmark-unset", "director", nat_pages, "director.startup", "",
                "iptables -t mangle -A PREROUTING -p tcp --dport 81 -j MARK --set-mark 7\n"
                "ipvsadm -C; ipvsadm -A -f 7 -s rr; ipvsadm -a -f 7 -r 10.0.2.11:8080 -m\n"}),
    [](const testing::TestParamInfo<Mistake>& param) {
      std::string name = param.param.rule + std::to_string(param.index);
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST(LabDiagnosis, NamesTheRuleThatDropped) {
  LabFiles files = nat_pages();
  files["rs2.startup"] += "iptables -A INPUT -p tcp --dport 8080 -j DROP\n";
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].text,
            "\"iptables -A INPUT -p tcp -m tcp --dport 8080 -j DROP\" drops packets of client for TCP 10.0.1.100:80");
  EXPECT_EQ(trace::text_of(found.findings[0].cure), "iptables -D INPUT -p tcp -m tcp --dport 8080 -j DROP");
}

TEST(LabDiagnosis, AMarkThatIsSetIsNone) {
  LabFiles files = nat_pages();
  files["director.startup"] +=
      "iptables -t mangle -A PREROUTING -d 10.0.1.100 -p tcp --dport 80 -j MARK --set-mark 7\n"
      "ipvsadm -C; ipvsadm -A -f 7 -s rr; ipvsadm -a -f 7 -r 10.0.2.11:8080 -m\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// `ifconfig lo:0 10.0.1.100` without a netmask, say: replies to the client stay on the server.
TEST(LabDiagnosis, NetmaskOfTheVipTakesInTheClient) {
  LabFiles files = dr();
  files["lab.conf"] = "client[0]=lan\ndirector[0]=lan\nrs1[0]=lan\n";
  files["client.startup"] = "ip addr add 10.0.1.1/24 dev eth0\n";
  files["director.startup"] =
      "ip addr add 10.0.1.2/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\n"
      "ipvsadm -A -t 10.0.1.100:80 -s rr\nipvsadm -a -t 10.0.1.100:80 -r 10.0.1.11 -g\n";
  files["rs1.startup"] =
      "ip addr add 10.0.1.11/24 dev eth0\nsysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n"
      "ifconfig lo:0 10.0.1.100 netmask 255.255.255.255 up\n";
  for (const char* gone : {"rs2.startup", "router.startup", "lab.timeline"}) files.erase(gone);
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["rs1.startup"] = replaced(files["rs1.startup"], "netmask 255.255.255.255", "netmask 255.255.255.0");
  EXPECT_THAT(rules_found(files), ElementsAre("vip-netmask"));
}

// Each of two directors is a server of the other, and takes what it gets for a client's packet.
TEST(LabDiagnosis, DirectorsThatSendToEachOther) {
  LabFiles files = dr();
  files["lab.conf"] = "client[0]=lan\ndirector[0]=lan\nrs1[0]=lan\n";
  files["client.startup"] = "ip addr add 10.0.1.1/24 dev eth0\n";
  const std::string service =
      "ipvsadm -A -t 10.0.1.100:80 -s rr\nipvsadm -a -t 10.0.1.100:80 -r 10.0.1.SERVER -g\nhttpd -p 80 &\n";
  files["director.startup"] =
      "ip addr add 10.0.1.2/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\n" + replaced(service, "SERVER", "11");
  files["rs1.startup"] =
      "ip addr add 10.0.1.11/24 dev eth0\nsysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n"
      "ip addr add 10.0.1.100/32 dev lo\n";
  for (const char* gone : {"rs2.startup", "router.startup"}) files.erase(gone);
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100/\n";
  const std::string server = files["rs1.startup"];
  files["rs1.startup"] = server + "httpd -p 80 &\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["rs1.startup"] = server + replaced(service, "SERVER", "2");
  EXPECT_THAT(rules_found(files), ElementsAre("director-loop"));
}

TEST(LabDiagnosis, NamesTheRuleThatRejected) {
  LabFiles files = nat_pages();
  files["rs2.startup"] +=
      "iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited\n"
      "firewall-cmd --permanent --add-port=80/tcp\n";  // no mistake: firewalld is off
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].text,
            "\"iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited\" rejects packets of client for "
            "TCP 10.0.1.100:80");
}

// A reply that nobody rewrites, because nothing is kept of a datagram.
TEST(LabDiagnosis, OnePacketSchedulingByNat) {
  LabFiles files = nat();
  files["director.startup"] +=
      "ipvsadm -A -u 10.0.1.100:9000 -s rr --ops\nipvsadm -a -u 10.0.1.100:9000 -r 10.0.2.11 -m\n";
  files["rs1.startup"] += "echo pong | nc -u -l -p 9000 &\n";
  files["lab.timeline"] = "1 client echo ping | nc -u -w 1 10.0.1.100 9000\n";
  EXPECT_THAT(rules_found(files), ElementsAre("nat-ops"));
  files["director.startup"] = replaced(files["director.startup"], " --ops", "");
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// The rule drops it; whether anybody listens behind it, nobody sees.
TEST(LabDiagnosis, ADroppedRequestIsNotRefused) {
  LabFiles files = nat_pages();
  files["rs2.startup"] = replaced(files["rs2.startup"], "httpd", "true") + "iptables -A INPUT -p tcp -j DROP\n";
  EXPECT_THAT(rules_found(files), ElementsAre("iptables-drops"));
}

TEST(LabDiagnosis, ClientInTheServersSubnet) {
  LabFiles files = nat();
  files["lab.conf"] = "client[0]=lan\ndirector[0]=lan\nrs1[0]=lan\n";
  files["director.startup"] =
      "ip addr add 10.0.1.254/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\nsysctl -w net.ipv4.ip_forward=1\n"
      "ipvsadm -A -t 10.0.1.100:80 -s rr\nipvsadm -a -t 10.0.1.100:80 -r 10.0.1.11 -m\n";
  files["rs1.startup"] = "ip addr add 10.0.1.11/24 dev eth0\nip route add default via 10.0.1.254\n";
  files.erase("rs2.startup");
  EXPECT_THAT(rules_found(files), ElementsAre("nat-same-subnet"));
  files["rs1.startup"] += "ip route add 10.0.1.1/32 via 10.0.1.254\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

TEST(LabDiagnosis, NamesTheTimeOfLaterMistakesAndForgivesSteps) {
  LabFiles files = nat();
  files["director.startup"] = replaced(files["director.startup"], "ipvsadm -A -t 10.0.1.100:80 -s rr\n", "");
  files["director.startup"] = replaced(files["director.startup"],
                                       "ipvsadm -a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m\n"
                                       "ipvsadm -a -t 10.0.1.100:80 -r 10.0.2.12:8080 -m\n",
                                       "");
  files["lab.timeline"] =
      "1 director ipvsadm -A -t 10.0.1.100:80 -s rr\n1.5 director ipvsadm -a -t 10.0.1.100:80 -r 10.0.2.11 -m\n"
      "2 client inject eth0 "
      "02000000020002000000010008004500002c00014000400624670a0001010a0001649c400050000003e800000000"
      "6002faf0e6580000020405b4\n2.5 director sysctl -w net.ipv4.ip_forward=0\n"
      "3 client inject eth0 "
      "02000000020002000000010008004500002c00024000400624660a0001010a0001649c410050000003e800000000"
      "6002faf0e6570000020405b4\n";
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(
      found.findings[0].sentence(),
      "director: from 3 s on: ip_forward is 0, but service TCP 10.0.1.100:80 forwards by NAT: replies of "
      "10.0.2.11 are dropped instead of being forwarded. Seen at 3.00006 s: RST 10.0.2.11:80 > 10.0.1.1 is dropped at "
      "director (ROUTING, ip_forwarding_off: not for this host and ip_forward is 0) (walk client:2). Cure: sysctl -w "
      "net.ipv4.ip_forward=1 [nat-no-forward]");
}

TEST(LabDiagnosis, ReversePathFilterOfAServerWithTwoInterfaces) {
  LabFiles files = dr();
  files["lab.conf"] += "rs1[1]=outside\n";
  files["rs1.startup"] =
      replaced(files["rs1.startup"], "ip route add default via 10.0.1.254\n", "ip addr add 172.16.0.11/24 dev eth1\n");
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["rs1.startup"] += "sysctl -w net.ipv4.conf.all.rp_filter=1\n";
  EXPECT_THAT(rules_found(files), ElementsAre("rp-filter"));
}

TEST(LabDiagnosis, StaticEntriesAndArptablesAreCuresToo) {
  LabFiles files = dr();
  files["rs1.startup"] = replaced(files["rs1.startup"], "arp_ignore=1", "arp_ignore=0");
  files["rs1.startup"] = replaced(files["rs1.startup"], "arp_announce=2", "arp_announce=0");
  // It asks nobody then: who asks for the VIP has told it its own MAC address.
  EXPECT_THAT(rules_found(files), ElementsAre("arp-answers"));
  files["router.startup"] += "ip neigh add 10.0.1.100 lladdr 02:00:00:00:03:00 dev eth1 nud permanent\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

TEST(LabDiagnosis, ArptablesAreACure) {
  LabFiles files = dr();
  files["rs1.startup"] = replaced(files["rs1.startup"], "arp_ignore=1", "arp_ignore=0");
  files["rs1.startup"] = replaced(files["rs1.startup"], "arp_announce=2", "arp_announce=0");
  files["rs1.startup"] += "arptables -A INPUT -d 10.0.1.100 -j DROP\n";
  EXPECT_THAT(rules_found(files), ElementsAre("arp-announces"));
  files["rs1.startup"] += "arptables -A OUTPUT -s 10.0.1.100 -j mangle --mangle-ip-s 10.0.1.11\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

TEST(LabDiagnosis, RedirectTakesThePlaceOfTheVip) {
  LabFiles files = dr();
  files["lab.timeline"] =
      "1 client curl -s --max-time 1 http://10.0.1.100/\n2 client curl -s --max-time 1 http://10.0.1.100/\n";
  files["rs1.startup"] = replaced(files["rs1.startup"], "ip addr add 10.0.1.100/32 dev lo\n", "service httpd start\n");
  files["rs2.startup"] += "service httpd start\n";
  EXPECT_THAT(rules_found(files), ElementsAre("vip-missing"));
  files["rs1.startup"] += "iptables -t nat -A PREROUTING -d 10.0.1.100 -p tcp --dport 80 -j REDIRECT\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// What a switch floods comes to the bridge too, which knows that it is for the side where it came from.
TEST(LabDiagnosis, ADirectorOnABridgeSeesCopiesOfReplies) {
  EXPECT_EQ(rules_found({{"lab.conf", "client[0]=lan\ndirector[0]=lan\nrs1[0]=lan\n"},
                         {"client.startup", "ip addr add 10.0.0.9/24 dev eth0\n"},
                         {"director.startup",
                          "ip link add br0 type bridge\nip link set eth0 master br0\nip link set br0 up\n"
                          "ip addr add 10.0.0.1/24 dev br0\nip addr add 10.0.0.100/32 dev br0\n"
                          "ipvsadm -A -t 10.0.0.100:80 -s rr\nipvsadm -a -t 10.0.0.100:80 -r 10.0.0.11 -g\n"},
                         {"rs1.startup",
                          "ip addr add 10.0.0.11/24 dev eth0\nip addr add 10.0.0.100/32 dev lo\nhttpd\n"
                          "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n"},
                         {"lab.timeline", "1 client curl -s http://10.0.0.100/\n"}}),
            std::vector<std::string>{});
}

TEST(LabDiagnosis, TheDirectorAsItsOwnClient) {
  LabFiles files = dr();
  files["lab.timeline"] = "1 director curl -s --max-time 1 http://10.0.1.100/\n";
  EXPECT_THAT(rules_found(files), ElementsAre("direct-local-client"));
}

TEST(LabDiagnosis, LargePacketsInATunnel) {
  LabFiles files = tun();
  files["lab.timeline"] +=
      "1 client inject eth0 eth dst director ip src 10.0.1.1 dst 10.0.1.100 df tcp 40000 > 80 . seq 1001 fill 1460 0\n";
  EXPECT_THAT(rules_found(files), ElementsAre("tun-mtu"));
}

TEST(LabDiagnosis, AStartupLineThatNeverEnds) {
  LabFiles files = nat_pages();
  files["rs1.startup"] += "nc -l 90\nip addr add 10.9.9.9/24 dev eth7\n";
  const LabDiagnosis found = diagnosis_of(files);
  const auto endless = std::ranges::find(found.findings, "line-endless", &LabFinding::rule);
  ASSERT_NE(endless, found.findings.end());
  EXPECT_THAT(endless->sentence(), HasSubstr("rs1: startup line \"nc -l 90\" (rs1.startup:"));
  EXPECT_THAT(endless->sentence(), HasSubstr("does not end: what is behind it and the timeline never run"));
  // Nothing behind it has run.
  EXPECT_EQ(std::ranges::count(found.findings, "line-failed", &LabFinding::rule), 0);
}

TEST(LabDiagnosis, ATimelineLineThatNeverEnds) {
  LabFiles files = nat_pages();
  files["lab.timeline"] = "0.1 client ping 10.0.1.254\n1 client curl -s -m 1 http://10.0.1.100/\n5 - end\n";
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_FALSE(found.findings.empty());
  EXPECT_THAT(found.findings.back().sentence(), HasSubstr("(lab.timeline:1) does not end: 1 line behind it never run"));
  // The last line may go on to the end.
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100/\n2 client ping 10.0.1.254\n5 - end\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

TEST(LabDiagnosis, RulesHaveNamesOfTheirOwn) {
  std::string_view last;
  for (const LabRule& rule : lab_rules()) {
    EXPECT_LT(last, rule.name);
    EXPECT_FALSE(rule.summary.empty());
    last = rule.name;
  }
}

// docs/labs.md has the list that `lvs-lab check --rules` prints.
TEST(LabDiagnosis, RulesStandInTheDocument) {
  std::ifstream file(LVS_SOURCE_DIR "/docs/labs.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  for (const LabRule& rule : lab_rules()) {
    const std::string row = "\n| " + std::string(rule.name) + " | " + std::string(rule.summary) + " |\n";
    EXPECT_TRUE(document.find(row) != std::string::npos) << row;
  }
}

}  // namespace
}  // namespace lvs::control
