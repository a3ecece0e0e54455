// SPDX-License-Identifier: GPL-2.0-or-later
// What the diagnosis says is shown by packets, and set-ups that work are not blamed, however they look.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/lab/diagnose-labs.h"

namespace lvs::control {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(LabDiagnosis, AStartupLineThatFailsIsNoneWhereAllWorks) {
  LabFiles files = nat_pages();
  files["rs1.startup"] += "ip addr add 10.0.2.11/24 dev eth7\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["rs2.startup"] = replaced(files["rs2.startup"], "via 10.0.2.254", "via 10.9.9.9");
  EXPECT_THAT(rules_found(files), ElementsAre("line-failed", "no-way-back"));
}

TEST(LabDiagnosis, EvidenceNamesPacketPlaceAndWalk) {
  LabFiles files = nat_pages();
  files["director.startup"] = replaced(files["director.startup"], "ip_forward=1", "ip_forward=0");
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1u);
  ASSERT_TRUE(found.findings[0].shown);
  EXPECT_THAT(found.findings[0].shown->text,
              HasSubstr("SYN-ACK 10.0.2.12:8080 > 10.0.1.1 is dropped at director (ROUTING, ip_forwarding_off: "));
  EXPECT_EQ(found.findings[0].shown->walk, "rs2:1");
  EXPECT_EQ(found.findings[0].shown->probe, "");
}

// Nobody asks the second server: check does, on a copy.
TEST(LabDiagnosis, WhatNobodyTriesIsTried) {
  LabFiles files = nat_pages();
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100/\n";
  files["rs1.startup"] = replaced(files["rs1.startup"], "ip route add default via 10.0.2.254\n", "");
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].rule, "no-way-back");
  ASSERT_TRUE(found.findings[0].shown);
  EXPECT_EQ(found.findings[0].shown->probe,
            "\"nc -z -w 2 10.0.1.100 80\" on client, 10.0.2.11 being the only destination of TCP 10.0.1.100:80");
  EXPECT_EQ(found.findings[0].shown->walk, "");
}

// Set-ups that work, and look wrong.
struct Working {
  const char* name;
  LabFiles files;
};
void PrintTo(const Working& working, std::ostream* out) { *out << working.name; }
class WorkingLabs : public testing::TestWithParam<Working> {};

TEST_P(WorkingLabs, AreNotBlamed) { EXPECT_THAT(rules_found(GetParam().files), IsEmpty()); }

INSTANTIATE_TEST_SUITE_P(
    All, WorkingLabs,
    testing::Values(
        Working{
            "TracerouteToTheVip",
            {{"lab.conf", "client[0]=net\nlb[0]=net\nrs1[0]=back\nlb[1]=back\n"},
             {"client.startup", "ip addr add 10.0.0.50/24 dev eth0\n"},
             {"lb.startup",
              "ip addr add 10.0.0.7/24 dev eth0\nip addr add 10.1.0.1/24 dev eth1\nsysctl -w net.ipv4.ip_forward=1\n"
              "ipvsadm -A -t 10.0.0.7:80 -s rr\nipvsadm -a -t 10.0.0.7:80 -r 10.1.0.12:80 -m\n"},
             {"rs1.startup", "ip addr add 10.1.0.12/24 dev eth0\nip route add default via 10.1.0.1\nhttpd\n"},
             {"lab.timeline", "1 client curl -s http://10.0.0.7/; traceroute -n 10.0.0.7\n"}}},
        Working{"SnatInOneArm",
                {{"lab.conf", "client[0]=net\nlb[0]=net\nrs1[0]=net\n"},
                 {"client.startup", "ip addr add 10.0.0.50/24 dev eth0\n"},
                 {"lb.startup",
                  "ip addr add 10.0.0.7/24 dev eth0\nip addr add 10.0.0.27/24 dev eth0\n"
                  "sysctl -w net.ipv4.ip_forward=1 net.ipv4.vs.conntrack=1\nipvsadm -A -t 10.0.0.27:80 -s rr\n"
                  "ipvsadm -a -t 10.0.0.27:80 -r 10.0.0.12:80 -m\n"
                  "iptables -t nat -A POSTROUTING -m ipvs --vaddr 10.0.0.27 -j SNAT --to-source 10.0.0.7\n"},
                 {"rs1.startup", "ip addr add 10.0.0.12/24 dev eth0\nhttpd\n"},
                 {"lab.timeline", "0.5 client curl -s -m 2 http://10.0.0.27/\n"}}},
        Working{
            "MarkAndLocalRouteBesideAnUnusedService",
            {{"lab.conf", "client[0]=ext\nnode[0]=ext\nnode[1]=br\npod[0]=br\n"},
             {"client.startup", "ip addr add 10.0.0.9/24 dev eth0\nip route add 10.9.0.1/32 via 10.0.0.1\n"},
             {"node.startup",
              "sysctl -w net.ipv4.ip_forward=1\nip addr add 10.0.0.1/24 dev eth0\nip addr add 10.1.0.1/24 dev eth1\n"
              "ipvsadm -A -t 10.9.0.1:80 -s rr; ipvsadm -a -t 10.9.0.1:80 -r 10.1.0.97:80 -m\n"
              "iptables -t mangle -A PREROUTING -d 10.9.0.1 -p tcp --dport 80 -j MARK --set-mark 1\n"
              "ipvsadm -A -f 1 -s rr; ipvsadm -a -f 1 -r 10.1.0.97:80 -m\n"
              "ip rule add fwmark 1 lookup 78; ip route add local default dev lo table 78\n"},
             {"pod.startup", "ip addr add 10.1.0.97/24 dev eth0\nip route add default via 10.1.0.1\nhttpd\n"},
             {"lab.timeline", "0.5 client curl -s -m 2 http://10.9.0.1/\n"}}},
        Working{"AMarkedAddressThatTheDirectorAsks",  // with the address as its source: answers come to it
                {{"lab.conf", "node[0]=net\nc1[0]=net\nc2[0]=net\n"},
                 {"node.startup",
                  "ip addr add 10.1.22.1/16 dev eth0; ip link add vip0 type dummy; ip addr add 10.1.0.9/32 dev vip0\n"
                  "sysctl -w net.ipv4.ip_forward=1; ipvsadm -A -f 477 -s rr\n"
                  "ipvsadm -a -f 477 -r 10.1.22.2 -m; ipvsadm -a -f 477 -r 10.1.56.2 -m\n"
                  "iptables -t mangle -A OUTPUT -d 10.1.0.9 -p tcp -j MARK --set-mark 477\n"},
                 {"c1.startup", "ip addr add 10.1.22.2/16 dev eth0\nhttpd\n"},
                 {"c2.startup", "ip addr add 10.1.56.2/16 dev eth0\nhttpd\n"},
                 {"lab.timeline", "1 node curl -s 10.1.0.9\n1.5 node curl -s 10.1.0.9\n"}}},
        Working{"TwoDirectorsWithMarksOfTheirOwn",
                {{"lab.conf", "client[0]=net\nha1[0]=net/02:00:00:00:00:d1\nha2[0]=net/02:00:00:00:00:d2\n"},
                 {"client.startup", "ip addr add 10.0.0.50/24 dev eth0\n"},
                 {"shared.startup",
                  "ip addr add 10.0.0.101/32 dev lo; sysctl -w net.ipv4.conf.all.arp_ignore=1\n"
                  "sysctl -w net.ipv4.conf.all.arp_announce=2\n"},
                 {"ha1.startup",
                  "ip addr add 10.0.0.11/24 dev eth0; ip addr add 10.0.0.101/24 dev eth0\n"
                  "iptables -t mangle -A PREROUTING -d 10.0.0.101 -p tcp --dport 80 -m mac ! --mac-source "
                  "02:00:00:00:00:d2 -j MARK --set-mark 3\nipvsadm -A -f 3 -s rr\n"
                  "ipvsadm -a -f 3 -r 10.0.0.11 -g; ipvsadm -a -f 3 -r 10.0.0.12 -g\nhttpd\n"},
                 {"ha2.startup",
                  "ip addr add 10.0.0.12/24 dev eth0\n"
                  "iptables -t mangle -A PREROUTING -d 10.0.0.101 -p tcp --dport 80 -m mac ! --mac-source "
                  "02:00:00:00:00:d1 -j MARK --set-mark 4\nipvsadm -A -f 4 -s rr\n"
                  "ipvsadm -a -f 4 -r 10.0.0.11 -g; ipvsadm -a -f 4 -r 10.0.0.12 -g\nhttpd\n"},
                 {"lab.timeline",
                  "0.1 client ip addr del 10.0.0.101/32 dev lo\n0.5 client curl -s -m 2 http://10.0.0.101/\n"
                  "1 client curl -s -m 2 http://10.0.0.101/\n"}}},
        Working{"TwoDirectorsThatServeEachOther",
                {{"lab.conf", "client[0]=net\nds1[0]=net/02:00:00:00:00:d1\nds2[0]=net/02:00:00:00:00:d2\n"},
                 {"client.startup", "ip addr add 10.0.0.50/24 dev eth0\n"},
                 {"ds1.startup",
                  "ip addr add 10.0.0.11/24 dev eth0; ip addr add 10.0.0.101/32 dev eth0\n"
                  "iptables -t mangle -A PREROUTING -d 10.0.0.101 -p tcp --dport 80 -m mac ! --mac-source "
                  "02:00:00:00:00:d2 -j MARK --set-mark 8\nipvsadm -A -f 8 -s rr\n"
                  "ipvsadm -a -f 8 -r 10.0.0.11 -g; ipvsadm -a -f 8 -r 10.0.0.12 -g\nhttpd\n"},
                 {"ds2.startup",
                  "ip addr add 10.0.0.12/24 dev eth0; ip addr add 10.0.0.101/32 dev lo\n"
                  "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n"
                  "iptables -t mangle -A PREROUTING -d 10.0.0.101 -p tcp --dport 80 -m mac ! --mac-source "
                  "02:00:00:00:00:d1 -j MARK --set-mark 8\nipvsadm -A -f 8 -s rr\n"
                  "ipvsadm -a -f 8 -r 10.0.0.11 -g; ipvsadm -a -f 8 -r 10.0.0.12 -g\nhttpd\n"},
                 {"lab.timeline",
                  "0.5 client curl -s -m 2 http://10.0.0.101/\n1 client curl -s -m 2 http://10.0.0.101/\n"}}}),
    [](const testing::TestParamInfo<Working>& param) { return std::string(param.param.name); });

TEST(LabDiagnosis, APolicyThatDropsIsNamedThoughItsCountersAreSetBack) {
  LabFiles files = nat_pages();
  files["lab.timeline"] =
      "0.3 director iptables -P FORWARD DROP\n0.5 client curl -s -m 1 http://10.0.1.100/\n"
      "3 director iptables -A FORWARD -s 10.0.2.0/24 -j ACCEPT\n3.5 client curl -s -m 1 http://10.0.1.100/\n";
  EXPECT_THAT(rules_found(files), ElementsAre("iptables-drops"));
}

TEST(LabDiagnosis, TheDirectorAsAClientWithoutAWayBack) {
  EXPECT_THAT(rules_found({{"lab.conf", "lb[0]=gw\nlb[1]=back\nbox[0]=back\n"},
                           {"lb.startup",
                            "ip addr add 172.18.0.2/16 dev eth0\nip addr add 10.0.0.4/24 dev eth1\n"
                            "ipvsadm -A -t 172.18.0.2:80 -s wlc; ipvsadm -a -t 172.18.0.2:80 -r 10.0.0.2:80 -m\n"},
                           {"box.startup", "ip addr add 10.0.0.2/24 dev eth0\nhttpd\n"},
                           {"lab.timeline", "0.5 lb curl -s -m 2 172.18.0.2\n"}}),
              ElementsAre("no-way-back"));
}

// What checkers with inhibit_on_failure do; without it keepalived takes the server out, and the template ends with
// that.
TEST(LabEvidence, PersistenceToAServerOfWeightZero) {
  LabFiles files = nat_pages();
  std::string& director = files["director.startup"];
  director = replaced(director, "-s rr", "-s rr -p 300");
  files["lab.timeline"] =
      "1 client curl -s -m 1 http://10.0.1.100/\n2 director ipvsadm -e -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0\n"
      "3 client curl -s -m 1 http://10.0.1.100/\n";
  EXPECT_THAT(rules_found(files), IsEmpty()) << "a server in maintenance goes on answering";
  std::string& timeline = files["lab.timeline"];
  timeline = replaced(timeline, "3 client", "2 rs2 pkill httpd\n3 client");
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_THAT(
      found.findings[0].sentence(),
      HasSubstr("destination 10.0.2.12:8080 of TCP 10.0.1.100:80 has weight 0, and whoever was sent to it within "
                "the last 300 s still is"));
  EXPECT_THAT(found.findings[0].sentence(), HasSubstr("is refused by rs2 with a RST"));
  const LabFiles taken_out = {{"lab.timeline", replaced(timeline, "-e -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0",
                                                        "-d -t 10.0.1.100:80 -r 10.0.2.12:8080")}};
  director += "sysctl -w net.ipv4.vs.expire_quiescent_template=1\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
  director = replaced(director, "sysctl -w net.ipv4.vs.expire_quiescent_template=1\n", "");
  timeline = taken_out.at("lab.timeline");
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// Between two lines it is nowhere: a connection tried on a copy would fail, those of the lab do not.
TEST(LabDiagnosis, AnAddressOnItsWayToAnotherDirector) {
  LabFiles files = nat_pages();
  files["lab.timeline"] =
      "1 client curl -s -m 1 http://10.0.1.100/\n"
      "1.9 client (sleep 1; curl -s -m 1 http://10.0.1.100/) &\n"
      "2 director ip addr del 10.0.1.100/32 dev eth0\n"
      "2.1 director ping -c 1 10.0.1.1; ip addr add 10.0.1.100/32 dev eth0\n"
      "4 client curl -s -m 1 http://10.0.1.100/\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["lab.timeline"] = replaced(files["lab.timeline"], "; ip addr add 10.0.1.100/32 dev eth0", "");
  EXPECT_THAT(rules_found(files), ElementsAre("vip-not-on-director"));
}

TEST(LabDiagnosis, AMarkedAddressThatTheDirectorGivesUp) {
  LabFiles files = nat_pages();
  std::string& director = files["director.startup"];
  director = replaced(director, "-A -t 10.0.1.100:80", "-A -f 80");
  director = replaced(director, "-a -t 10.0.1.100:80 -r 10.0.2.11:8080", "-a -f 80 -r 10.0.2.11:8080");
  director = replaced(director, "-a -t 10.0.1.100:80 -r 10.0.2.12:8080", "-a -f 80 -r 10.0.2.12:8080");
  director +=
      "iptables -t mangle -A PREROUTING -d 10.0.1.100 -p tcp --dport 80 -j MARK --set-mark 80\n"
      "iptables -t mangle -A PREROUTING -d 10.0.1.100 -p tcp --dport 8080 -j MARK --set-mark 80\n";
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100:8080/\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
  files["lab.timeline"] +=
      "2 director ip addr del 10.0.1.100/32 dev eth0\n3 client curl -s -m 1 http://10.0.1.100:8080/\n";
  EXPECT_THAT(rules_found(files), ElementsAre("vip-not-on-director"));
}

// Linux lets nothing from 127.0.0.1 leave a machine; Docker's rules send it on, and set route_localnet.
TEST(LabDiagnosis, NobodyIsBlamedForHaving127001) {
  LabFiles files = nat_pages();
  files["client.startup"] +=
      "iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport 80 -j DNAT --to 10.0.1.100:80\n"
      "iptables -t nat -A POSTROUTING -s 127.0.0.0/8 -d 10.0.1.100 -j MASQUERADE\n";
  files["lab.timeline"] += "3 client curl -s -m 1 http://127.0.0.1/\n";
  EXPECT_THAT(rules_found(files), Not(Contains("client-has-vip")));
  files["client.startup"] += "sysctl -w net.ipv4.conf.eth0.route_localnet=1\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// The tracker leads the answers back only where IPVS lets it see them.
TEST(LabDiagnosis, APortThatARuleRedirectsToAService) {
  LabFiles files = nat_pages();
  files["director.startup"] +=
      "iptables -t nat -A PREROUTING -d 10.0.1.100 -p tcp --dport 81 -j DNAT --to 10.0.1.100:80\n";
  files["lab.timeline"] += "4 client curl -s -m 1 http://10.0.1.100:81/\n";
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_THAT(found.findings[0].sentence(),
              HasSubstr("director: replies come to client from port 80 of 10.0.1.100, and it has asked port 81"));
  files["director.startup"] += "sysctl -w net.ipv4.vs.conntrack=1\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

// What has its own address for a client: the reply would go to lo.
TEST(LabDiagnosis, AServerThatIsItsOwnClient) {
  LabFiles files = nat_pages();
  files["lab.timeline"] = "1 rs1 curl -s -m 1 http://10.0.1.100/\n3 rs1 curl -s -m 1 http://10.0.1.100/\n";
  std::string& director = files["director.startup"];
  director += "sysctl -w net.ipv4.vs.conntrack=1\niptables -t nat -A POSTROUTING -d 10.0.2.12 -j MASQUERADE\n";
  const LabDiagnosis found = diagnosis_of(files);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_THAT(found.findings[0].sentence(), HasSubstr("rs1: it is a client of TCP 10.0.1.100:80, and the director"));
  director += "iptables -t nat -A POSTROUTING -s 10.0.2.11 -d 10.0.2.11 -j MASQUERADE\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

TEST(LabDiagnosis, APortThatARuleRejectsIsNoMissingService) {
  LabFiles files = nat_pages();
  files["lab.timeline"] += "3 client nc -z -w 1 10.0.1.100 23\n";
  EXPECT_THAT(rules_found(files), ElementsAre("no-service"));
  files["director.startup"] += "iptables -A INPUT -p tcp --dport 23 -j REJECT --reject-with tcp-reset\n";
  EXPECT_THAT(rules_found(files), IsEmpty());
}

}  // namespace
}  // namespace lvs::control
