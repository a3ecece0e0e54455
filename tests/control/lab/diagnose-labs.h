// SPDX-License-Identifier: GPL-2.0-or-later
// Healthy labs for tests of the diagnosis, and what it finds in a lab.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"

namespace lvs::control {

inline LabDiagnosis diagnosis_of(const LabFiles& files) {
  const LabReading reading = parse_lab(files);
  for (const LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  for (const LabMessage& error : check_commands(reading.lab)) ADD_FAILURE() << error.text();
  if (!reading.ok()) return {};
  LabDiagnosis found = diagnose(reading.lab);
  for (const LabFinding& each : found.findings)
    EXPECT_GE(each.cure.arguments(), trace::places_of(trace::template_of(each.cure.id))) << each.sentence();
  return found;
}

inline std::vector<std::string> rules_found(const LabFiles& files) {
  std::vector<std::string> names;
  for (const LabFinding& finding : diagnosis_of(files).findings) names.push_back(finding.rule);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// A SYN of 10.0.1.1 (client's eth0) to 10.0.1.100, port 80, by way of the MAC 02:00:00:00:02:00.
inline constexpr const char* kSyn =
    "0 client inject eth0 "
    "02000000020002000000010008004500002c00014000400624670a0001010a0001649c400050000003e8000000006002"
    "faf0e6580000020405b4\n";

// Client and director on one network, director and two servers on another.
inline LabFiles nat() {
  return {
      {"lab.conf", "client[0]=front\ndirector[0]=front\ndirector[1]=back\nrs1[0]=back\nrs2[0]=back\n"},
      {"client.startup", "ip addr add 10.0.1.1/24 dev eth0\n"},
      {"director.startup",
       "ip addr add 10.0.1.254/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\nip addr add 10.0.2.254/24 dev eth1\n"
       "sysctl -w net.ipv4.ip_forward=1\nipvsadm -A -t 10.0.1.100:80 -s rr\n"
       "ipvsadm -a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m\nipvsadm -a -t 10.0.1.100:80 -r 10.0.2.12:8080 -m\n"},
      {"rs1.startup", "ip addr add 10.0.2.11/24 dev eth0\nip route add default via 10.0.2.254\n"},
      {"rs2.startup", "ip addr add 10.0.2.12/24 dev eth0\nip route add default via 10.0.2.254\n"},
      {"lab.timeline", kSyn}};
}

// Client behind a router; director and servers on one network.
inline LabFiles dr() {
  const std::string quiet =
      "sysctl -w net.ipv4.conf.all.arp_ignore=1\nsysctl -w net.ipv4.conf.all.arp_announce=2\n"
      "ip addr add 10.0.1.100/32 dev lo\nip route add default via 10.0.1.254\n";
  return {
      {"lab.conf", "client[0]=outside\nrouter[0]=outside\nrouter[1]=lan\ndirector[0]=lan\nrs1[0]=lan\nrs2[0]=lan\n"},
      {"client.startup", "ip addr add 172.16.0.1/24 dev eth0\nip route add default via 172.16.0.254\n"},
      {"router.startup",
       "ip addr add 172.16.0.254/24 dev eth0\nip addr add 10.0.1.254/24 dev eth1\nsysctl -w net.ipv4.ip_forward=1\n"},
      {"director.startup",
       "ip addr add 10.0.1.2/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\nip route add default via 10.0.1.254\n"
       "ipvsadm -A -t 10.0.1.100:80 -s rr\nipvsadm -a -t 10.0.1.100:80 -r 10.0.1.11 -g\n"
       "ipvsadm -a -t 10.0.1.100:80 -r 10.0.1.12 -g\n"},
      {"rs1.startup", "ip addr add 10.0.1.11/24 dev eth0\n" + quiet},
      {"rs2.startup", "ip addr add 10.0.1.12/24 dev eth0\n" + quiet}};
}

// The servers are behind a router.
inline LabFiles tun() {
  const std::string server =
      "ip link set tunl0 up\nip addr add 10.0.1.100/32 dev tunl0\nip route add default via 10.0.3.254\n";
  return {{"lab.conf", "client[0]=lan\ndirector[0]=lan\nrouter[0]=lan\nrouter[1]=far\nrs1[0]=far\nrs2[0]=far\n"},
          {"client.startup", "ip addr add 10.0.1.1/24 dev eth0\nip route add default via 10.0.1.254\n"},
          {"director.startup",
           "ip addr add 10.0.1.2/24 dev eth0\nip addr add 10.0.1.100/32 dev eth0\nip route add default via 10.0.1.254\n"
           "ipvsadm -A -t 10.0.1.100:80 -s rr\nipvsadm -a -t 10.0.1.100:80 -r 10.0.3.11 -i\n"
           "ipvsadm -a -t 10.0.1.100:80 -r 10.0.3.12 -i\n"},
          {"router.startup",
           "ip addr add 10.0.1.254/24 dev eth0\nip addr add 10.0.3.254/24 dev eth1\nsysctl -w net.ipv4.ip_forward=1\n"},
          {"rs1.startup", "ip addr add 10.0.3.11/24 dev eth0\n" + server},
          {"rs2.startup", "ip addr add 10.0.3.12/24 dev eth0\n" + server},
          {"lab.timeline", kSyn}};
}

// The same with programs at both ends.
inline LabFiles nat_pages() {
  LabFiles files = nat();
  for (const char* server : {"rs1.startup", "rs2.startup"}) files[server] += "httpd -p 8080\n";
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100/\n3 client curl -s -m 1 http://10.0.1.100/\n";
  return files;
}

inline LabFiles dr_pages() {
  LabFiles files = dr();
  for (const char* server : {"rs1.startup", "rs2.startup"}) files[server] += "service httpd start\n";
  files["lab.timeline"] = "1 client curl -s -m 1 http://10.0.1.100/\n3 client curl -s -m 1 http://10.0.1.100/\n";
  return files;
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace lvs::control
