// SPDX-License-Identifier: GPL-2.0-or-later
// trap, set -u and -x, sysctl's files: what Linux 6.1.192 with dash 0.5.12 and procps 4.0.2 printed for these scripts
// (lvs-lab run --on linux).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "../lan.h"

namespace lvs::control {
namespace {

using test::Lan;

struct Traps : testing::Test {
  Lan lan{1};

  const LineRun& run(std::string_view text) {
    lan[1].files().place("/root/x.sh", std::string(text), 0755);
    return lan.run(1, "sh x.sh");
  }
};

TEST_F(Traps, AtTheEndAndOptionsOfSet) {
  const LineRun& done = run(R"(trap 'echo bye $?' EXIT
trap 'echo int' INT TERM
trap
set -u
echo "${NOSUCH:-default}"
set -x
A=1
echo "a $A" 'b c'
set +x
false
echo $NOSUCH
echo not reached
)");
  EXPECT_EQ(done.out(),
            "trap -- 'echo bye $?' EXIT\ntrap -- 'echo int' INT\ntrap -- 'echo int' TERM\n"
            "default\na 1 b c\nbye 2\n");
  EXPECT_EQ(done.err(), "+ A=1\n+ echo a 1 b c\n+ set +x\nx.sh: 11: NOSUCH: parameter not set\n");
  EXPECT_EQ(done.status(), 2);
}

// The action comes when the command in front has ended.
TEST_F(Traps, OfASignalThatSomebodySends) {
  const LineRun& done = run(R"(trap "rm -f /tmp/x; echo gone; exit 3" 2 15
( sleep 1; kill $$ ) &
echo waiting
sleep 3
echo slept
)");
  EXPECT_EQ(done.out(), "waiting\ngone\n");
  EXPECT_EQ(done.status(), 3);
}

TEST_F(Traps, IgnoredAndTakenBack) {
  const LineRun& done = run(R"(trap '' HUP
kill -HUP $$
trap - HUP
trap
echo alive
trap 'echo caught' USR1
kill -USR1 $$
echo behind
exit 7
)");
  EXPECT_EQ(done.out(), "alive\ncaught\nbehind\n");
  EXPECT_EQ(done.status(), 7);
}

TEST_F(Traps, ASubshellHasNone) {
  EXPECT_EQ(run("trap 'echo bye' EXIT\n( echo inner )\necho $(echo x)\n").out(), "inner\nx\nbye\n");
}

TEST_F(Traps, FilesOfSysctl) {
  EXPECT_EQ(lan.run(1, "sysctl -p").err(), "sysctl: cannot open \"/etc/sysctl.conf\": No such file or directory\n");
  const LineRun& done = run(R"(mkdir -p /etc/sysctl.d /run/sysctl.d
echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/10-b.conf
echo 'net.ipv4.conf.all.rp_filter=0' > /etc/sysctl.d/05-a.conf
echo 'net.ipv4.conf.all.arp_ignore=1' > /etc/sysctl.conf
echo 'net.ipv4.conf.eth9.arp_ignore=1' >> /etc/sysctl.conf
echo 'net.ipv4.conf.all.arp_announce=2' > /run/sysctl.d/10-b.conf
sysctl -p; echo "status $?"
sysctl --system; echo "status $?"
sysctl -q --system; echo "status $?"
)");
  EXPECT_EQ(done.out(),
            "net.ipv4.conf.all.arp_ignore = 1\nstatus 1\n"
            "* Applying /etc/sysctl.d/05-a.conf ...\n* Applying /etc/sysctl.d/10-b.conf ...\n"
            "* Applying /etc/sysctl.conf ...\nnet.ipv4.conf.all.rp_filter = 0\nnet.ipv4.ip_forward = 1\n"
            "net.ipv4.conf.all.arp_ignore = 1\nstatus 0\nstatus 0\n");
  EXPECT_EQ(done.err(), "sysctl: cannot stat /proc/sys/net/ipv4/conf/eth9/arp_ignore: No such file or directory\n");
}

TEST_F(Traps, RoutesOfNetstat) {
  EXPECT_EQ(lan.run(1, "netstat -rn").out(),
            "Kernel IP routing table\n"
            "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n"
            "10.0.0.0        0.0.0.0         255.255.255.0   U         0 0          0 eth0\n");
}

}  // namespace
}  // namespace lvs::control
