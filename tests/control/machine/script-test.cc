// SPDX-License-Identifier: GPL-2.0-or-later
// Scripts of real servers and directors, in the shapes in which people have them: they run as they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "../lan.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;
using test::Lan;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Scripts : testing::Test {
  Lan lan{1};

  void put(std::string_view path, std::string_view text, unsigned mode = 0755) {
    lan[1].files().place(path, std::string(text), mode);
  }
  const LineRun& run(std::string_view line) { return lan.run(1, line); }
  std::string out(std::string_view line) { return run(line).out(); }
  // It has run, and said nothing of what is not modelled.
  void expect_done(std::string_view line) {
    const LineRun& done = run(line);
    EXPECT_EQ(done.status(), 0) << line << "\n" << done.out() << done.err();
    EXPECT_THAT(done.err(), Not(HasSubstr("not modelled"))) << line;
  }
};

TEST_F(Scripts, RealServerWithIfconfigAndCase) {
  put("/root/lvs_realserver.sh", R"(#!/bin/bash
# description: start the real server of a DR cluster
VIP=10.0.0.100
case "$1" in
start)
    echo "start LVS of RealServer"
    /sbin/ifconfig lo:0 $VIP broadcast $VIP netmask 255.255.255.255 up
    /sbin/route add -host $VIP dev lo:0
    echo "1" >/proc/sys/net/ipv4/conf/lo/arp_ignore
    echo "2" >/proc/sys/net/ipv4/conf/lo/arp_announce
    echo "1" >/proc/sys/net/ipv4/conf/all/arp_ignore
    echo "2" >/proc/sys/net/ipv4/conf/all/arp_announce
    ;;
stop)
    /sbin/ifconfig lo:0 down
    echo "close LVS of RealServer"
    echo "0" >/proc/sys/net/ipv4/conf/all/arp_ignore
    echo "0" >/proc/sys/net/ipv4/conf/all/arp_announce
    ;;
*)
    echo "Usage: $0 {start|stop}"
    exit 1
esac
exit 0
)");
  EXPECT_EQ(out("./lvs_realserver.sh start"), "start LVS of RealServer\n");
  EXPECT_THAT(out("ip addr show lo"), HasSubstr("inet 10.0.0.100/32 brd 10.0.0.100 scope global lo:0"));
  EXPECT_EQ(out("sysctl -n net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce"), "1\n2\n");
  expect_done("./lvs_realserver.sh stop");
  EXPECT_THAT(out("ip addr show lo"), Not(HasSubstr("10.0.0.100")));
  const LineRun& wrong = run("./lvs_realserver.sh");
  EXPECT_EQ(wrong.out(), "Usage: ./lvs_realserver.sh {start|stop}\n");
  EXPECT_EQ(wrong.status(), 1);
}

TEST_F(Scripts, RealServerWithFunctionsAndStatus) {
  put("/etc/init.d/lvsrs", "", 0755);
  put("/root/rs.sh", R"(#!/bin/sh
VIP="10.0.0.100 10.0.0.101"
IFACE=lo
start() {
    n=0
    for vip in $VIP; do
        ip addr show dev $IFACE | grep -q "inet $vip/32" || ip addr add $vip/32 dev $IFACE label $IFACE:$n
        n=$((n + 1))
    done
    for k in all lo; do
        sysctl -q -w net.ipv4.conf.$k.arp_ignore=1
        sysctl -q -w net.ipv4.conf.$k.arp_announce=2
    done
}
stop() {
    for vip in $VIP; do ip addr del $vip/32 dev $IFACE 2>/dev/null; done
}
status() {
    count=$(ip addr show dev $IFACE | grep -c "scope global")
    if [ "$count" -eq 2 ]; then
        echo "lvs real server is running"
    else
        echo "lvs real server is stopped"
        return 3
    fi
}
case ${1:-} in
    start | stop | status) $1 ;;
    restart) stop; start ;;
    *) echo "Usage: ${0##*/} {start|stop|restart|status}" >&2; exit 2 ;;
esac
)");
  EXPECT_EQ(run("sh rs.sh status").status(), 3);
  expect_done("sh rs.sh start; sh rs.sh start");
  EXPECT_EQ(out("sh rs.sh status"), "lvs real server is running\n");
  EXPECT_EQ(out("sysctl -n net.ipv4.conf.lo.arp_ignore"), "1\n");
  expect_done("sh rs.sh restart && sh rs.sh status");
  expect_done("sh rs.sh stop");
  EXPECT_EQ(out("sh rs.sh status"), "lvs real server is stopped\n");
  EXPECT_EQ(run("sh rs.sh what").err(), "Usage: rs.sh {start|stop|restart|status}\n");
}

TEST_F(Scripts, DirectorWithListsOfServers) {
  put("/usr/local/sbin/lvs_dr.sh", R"(#!/bin/bash
VIP=10.0.0.100
RIPS="10.0.0.11 10.0.0.12
10.0.0.13"
PORTS=${PORTS:-80 443}
IPVSADM=/sbin/ipvsadm
echo 1 > /proc/sys/net/ipv4/ip_forward
ip addr add $VIP/32 dev eth0
$IPVSADM -C
for port in $PORTS; do
    $IPVSADM -A -t $VIP:$port -s wrr
    weight=1
    for rip in $RIPS; do
        $IPVSADM -a -t $VIP:$port -r $rip:$port -g -w $weight
        let_weight=$(($weight + 1))
        weight=$let_weight
    done
done
$IPVSADM -Ln | sed -n '/->/p' | wc -l
)");
  EXPECT_EQ(out("PORTS=80 /usr/local/sbin/lvs_dr.sh"), "4\n");
  EXPECT_THAT(out("ipvsadm -Sn"), HasSubstr("-a -t 10.0.0.100:80 -r 10.0.0.13:80 -g -w 3"));
  EXPECT_EQ(out("/usr/local/sbin/lvs_dr.sh"), "7\n");
}

TEST_F(Scripts, DirectorWithHereDocuments) {
  put("/root/setup.sh", R"(#!/bin/sh
set -e
mkdir -p /etc/sysconfig
cat > /etc/sysctl.d/90-lvs.conf <<EOF
# written by $0
net.ipv4.ip_forward = 1
net.ipv4.conf.all.send_redirects = 0
EOF
sysctl -p /etc/sysctl.d/90-lvs.conf
cat <<'RULES' | ipvsadm-restore
-A -t 10.0.0.100:http -s rr
-a -t 10.0.0.100:http -r 10.0.0.11:http -m -w 1
RULES
ipvsadm-save -n > /etc/sysconfig/ipvsadm
)");
  EXPECT_EQ(out("sudo sh setup.sh"), "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.send_redirects = 0\n");
  EXPECT_EQ(out("cat /etc/sysconfig/ipvsadm"),
            "-A -t 10.0.0.100:80 -s rr\n-a -t 10.0.0.100:80 -r 10.0.0.11:80 -m -w 1\n");
  EXPECT_EQ(out("ipvsadm -C; service ipvsadm restart; ipvsadm -Sn | wc -l"), "2\n");
  EXPECT_EQ(out("head -1 /etc/sysctl.d/90-lvs.conf"), "# written by setup.sh\n");
}

TEST_F(Scripts, TunnelServerThatAsksForItsAddress) {
  put("/root/tun.sh", R"(#!/bin/sh
VIP=${1:?usage: tun.sh VIP}
IP=$(ip -4 addr show eth0 | awk '/inet /{print $2}' | cut -d/ -f1)
modprobe ipip
ifconfig tunl0 $VIP netmask 255.255.255.255 broadcast $VIP up
for f in tunl0 all; do
    echo 1 > /proc/sys/net/ipv4/conf/$f/arp_ignore
    echo 2 > /proc/sys/net/ipv4/conf/$f/arp_announce
    echo 0 > /proc/sys/net/ipv4/conf/$f/rp_filter
done
echo "$IP serves `ip -br addr show tunl0 | awk '{print $3}'`"
)");
  EXPECT_EQ(out("sh tun.sh 10.0.0.100"), "10.0.0.1 serves 10.0.0.100/32\n");
  const LineRun& without = run("sh tun.sh");
  EXPECT_EQ(without.status(), 2);
  EXPECT_EQ(without.err(), "tun.sh: 2: 1: usage: tun.sh VIP\n");
}

TEST_F(Scripts, OptionsAndAConfigurationFile) {
  put("/etc/default/lvs", "VIP=10.0.0.100\nSERVERS='10.0.0.11:1 10.0.0.12:2'\n", 0644);
  put("/root/lvs.sh", R"(#!/bin/sh
[ -r /etc/default/lvs ] && . /etc/default/lvs
method=-g
while getopts "hms:" opt; do
    case $opt in
        m) method=-m ;;
        s) sched=$OPTARG ;;
        h) echo "usage: $0 [-m] [-s SCHEDULER]"; exit 0 ;;
        *) exit 1 ;;
    esac
done
shift $((OPTIND - 1))
ipvsadm -A -t $VIP:${1:-80} -s ${sched:-wlc}
for s in $SERVERS; do
    ipvsadm -a -t $VIP:${1:-80} -r ${s%:*} $method -w ${s#*:}
done
)");
  EXPECT_EQ(out("sh lvs.sh -h"), "usage: lvs.sh [-m] [-s SCHEDULER]\n");
  expect_done("sh lvs.sh -m -s rr 8080");
  EXPECT_EQ(out("ipvsadm -Sn"),
            "-A -t 10.0.0.100:8080 -s rr\n-a -t 10.0.0.100:8080 -r 10.0.0.11:8080 -m -w 1\n"
            "-a -t 10.0.0.100:8080 -r 10.0.0.12:8080 -m -w 2\n");
  EXPECT_EQ(run("sh lvs.sh -x").status(), 1);
}

TEST_F(Scripts, HealthCheckLoop) {
  put("/root/check.sh", R"(#!/bin/bash
VIP=10.0.0.100
declare -A RS=([rs1]=1 [rs2]=3)
((RS[rs1] += 4))
for rs in "${!RS[@]}"; do echo "$rs ${RS[$rs]} ${RS[nobody]:-none}"; done | sort
)");
  EXPECT_EQ(out("bash check.sh"), "rs1 5 none\nrs2 3 none\n");
  put("/root/loop.sh", R"(#!/bin/sh
plus() { echo $(($1 + 1)); }
n=0
while true; do
    n=`plus $n`
    if curl -s -m 1 http://10.0.0.1/ > /dev/null; then echo "$n up"; else echo "$n down"; fi
    [ $n -ge 3 ] && break
    [ $n -eq 2 ] && httpd
    sleep 1
done
)");
  EXPECT_EQ(out("sh loop.sh"), "1 down\n2 down\n3 up\n");
}

TEST_F(Scripts, WithLinesThatAreNotModelled) {
  put("/root/odd.sh", "#!/bin/sh\necho first\nmii-tool addbr br0\n");
  const LineRun& odd = run("./odd.sh");
  EXPECT_EQ(odd.status(), 2);
  EXPECT_EQ(odd.out(), "");
  EXPECT_THAT(odd.err(),
              StartsWith("not modelled: ./odd.sh: line 3: column 1: 'mii-tool': this command is not modelled"));
}

TEST_F(Scripts, DeepScriptsAreBounded) {
  put("/root/again.sh", "#!/bin/sh\n./again.sh\n");
  EXPECT_THAT(run("./again.sh").err(), HasSubstr("not modelled: scripts more than 60 deep in each other"));
  EXPECT_THAT(run("f() { f; }; f").err(), HasSubstr("not modelled: functions more than 60 deep in each other"));
}

TEST_F(Scripts, SystemctlAndOthers) {
  EXPECT_EQ(out("systemctl is-active httpd"), "inactive\n");
  expect_done("systemctl start httpd.service && systemctl enable httpd");
  EXPECT_EQ(out("systemctl is-active httpd"), "active\n");
  EXPECT_EQ(out("curl -s http://10.0.0.1/"), "host1\n");
  expect_done("systemctl restart httpd; /etc/init.d/httpd stop");
  EXPECT_EQ(out("systemctl is-active httpd"), "inactive\n");
  EXPECT_EQ(out("apt-get install -y ipvsadm keepalived"), "ipvsadm is there already.\nkeepalived is there already.\n");
  expect_done("modprobe ip_vs && modprobe -a ip_vs_rr ip_vs_wrr");
}

// Kernel: ip_vs_conn_init() of 6.1 and of 6.12 (4f325e26277b).
TEST_F(Scripts, TableBitsOutOfRangeAreTheDefaultOn61AndTheNearestOn612) {
  const auto bits = [this](const host::Kernel& kernel, std::string_view given) {
    lan[1].host().set_kernel(kernel);
    expect_done("modprobe -r ip_vs");
    expect_done("modprobe ip_vs conn_tab_bits=" + std::string(given));
    return out("cat /sys/module/ip_vs/parameters/conn_tab_bits");
  };
  EXPECT_EQ(bits(host::kLinux6_1, "15"), "15\n");
  EXPECT_EQ(bits(host::kLinux6_1, "7"), "12\n");
  EXPECT_EQ(bits(host::kLinux6_1, "21"), "12\n");
  EXPECT_EQ(bits(host::kLinux6_12, "7"), "8\n");
  EXPECT_EQ(bits(host::kLinux6_12, "28"), "20\n");
}

TEST(Files, AreBounded) {
  Lan lan(1);
  lan.run(1, "printf '%01000d' 0 > a; for i in 1 2 3 4 5 6; do cat a a a a a a a a > b; cat b > a; done");
  const LineRun& full = lan.run(1, "cat a > c; echo $?; ls c");
  EXPECT_THAT(full.err(), HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace lvs::control
