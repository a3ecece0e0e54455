// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvs::referee {
namespace {

control::Lab lab_of(const std::string& line) {
  return control::parse_lab({{"lab.conf", "a[0]=lan\n"}, {"lab.timeline", "1 a " + line + "\n"}}).lab;
}

std::string missing(const std::string& line, const std::string& absent) {
  const control::Lab lab = lab_of(line);
  return missing_programs({&lab, 1}, [&](const std::string& name) { return name != absent; });
}

TEST(Packages, AProgramThatALineNamesIsToldWithItsPackage) {
  EXPECT_EQ(missing("curl -s http://10.0.0.1/", "curl"),
            "not installed, and needed to run on Linux: curl (package curl); apt install curl");
  EXPECT_EQ(missing("sleep 1; /usr/bin/ab -n 1 http://10.0.0.1/", "ab"),
            "not installed, and needed to run on Linux: ab (package apache2-utils); apt install apache2-utils");
  for (const std::string name : {"conntrack", "ipset", "tcpdump", "traceroute"})
    EXPECT_EQ(missing(name + " -V", name),
              "not installed, and needed to run on Linux: " + name + " (package " + name + "); apt install " + name);
  EXPECT_EQ(missing("iptables -L", "iptables-legacy"),
            "not installed, and needed to run on Linux: iptables (package iptables); apt install iptables");
}

TEST(Packages, WhatNoLineNamesIsNotNeeded) {
  EXPECT_EQ(missing("ping -c 1 10.0.0.1", "curl"), "");
  EXPECT_EQ(missing("cat tab", "ab"), "");
}

TEST(Packages, WhatEveryLabNeedsIsNeeded) {
  EXPECT_EQ(missing("true", "ip"),
            "not installed, and needed to run on Linux: ip (package iproute2); apt install iproute2");
}

}  // namespace
}  // namespace lvs::referee
