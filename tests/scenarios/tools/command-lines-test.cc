// SPDX-License-Identifier: GPL-2.0-or-later
// What is typed wrongly is told in one line with the word that is wrong, status 2, and nothing is made or run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "os/process.h"
#include "os/temporary-folder.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Typed {
  const char* line;
  const char* told;
};

// In an empty folder: what a line makes there is seen.
class CommandLines : public testing::TestWithParam<Typed> {
 protected:
  os::Output shell(const std::string& line) const {
    return os::run(
        {"/bin/sh", "-c", "cd " + folder_.path() + " && export PATH=" + LVS_PROGRAM_DIR + ":$PATH && " + line});
  }

  os::TemporaryFolder folder_{(fs::temp_directory_path() / "lvs-lines-").string()};
};

TEST_P(CommandLines, OneLineSaysWhatIsWrong) {
  const os::Output ran = shell(GetParam().line);
  EXPECT_EQ(ran.status, 2) << GetParam().line;
  EXPECT_THAT(ran.text, HasSubstr(GetParam().told)) << GetParam().line;
  EXPECT_EQ(std::ranges::count(ran.text, '\n'), 1) << GetParam().line << '\n' << ran.text;
  EXPECT_TRUE(fs::is_empty(folder_.path())) << GetParam().line;
}

INSTANTIATE_TEST_SUITE_P(
    Table, CommandLines,
    testing::Values(
        Typed{"lvs-dr a b", "lvs-dr: 'a' is no option"}, Typed{"lvs-compare ''", "lvs-compare: '' is no option"},
        Typed{"lvs-schedulers a", "lvs-schedulers: 'a' is no option"},
        Typed{"lvs-failover --sessions=-1", "--sessions: '-1' is no whole number from 0 to 4294967295"},
        Typed{"lvs-cluster --run=x", "--run: 'x' is no whole number from 0"},
        Typed{"lvs-compare -Rx", "--replications: 'x' is no whole number from 0"},
        Typed{"lvs-failover --plot=a.pdf", "--plot: 'a.pdf' does not end in .svg"},
        Typed{"lvs-cluster --csv=none/such/a.csv", "lvs-cluster: cannot write none/such/a.csv"},
        Typed{"lvs-nat --servers=1 --quiet --pcap=none/such/a", "lvs-nat: cannot write none/such/a"},
        Typed{"lvs-fidelity ''", "lvs-fidelity: '': no such lab"}, Typed{"lvs-lab run ''", "lvs-lab: '': no such lab"},
        Typed{"lvs-lab run nat-walk dr-walk", "lvs-lab: 'dr-walk': one is enough"},
        Typed{"lvs-lab run nat-walk --kernel 5.4", "--kernel: '5.4' is no kernel"},
        Typed{"lvs-lab run nat-walk --max-frames 0", "--max-frames: '0'"},
        Typed{"lvs-lab check nat-walk --language fr", "--language: 'fr' is no language; known: en, zh"},
        Typed{"lvs-lab list nat-walk", "'nat-walk': list takes no words"},
        Typed{"lvs-lab commands ip", "'ip': commands takes no words"},
        Typed{"lvs-lab check --rules nat-walk", "--rules"}, Typed{"lvs-lab check --measure 0", "--measure: '0'"},
        Typed{"lvs-lab new ''", "which folder?"}, Typed{"lvs-lab new a --from /etc", "--from: /etc: no such lab"},
        Typed{"lvs-lab grade nat-forward --memory 1", "--memory: '1': grading takes 64 MiB and more"},
        Typed{"lvs-lab grade nat-forward --walks /dev/null/a", "--walks: /dev/null/a: "},
        Typed{"lvs-lab grade nat-walk --quiet", "nat-walk: could not be graded: "},
        Typed{"lvs-lab grade none-such --quiet", "none-such: could not be graded: "},
        Typed{"lvs-dr --sizes=trace:/dev/zero",
              "--sizes: '/dev/zero' cannot be read: is a device, not an ordinary file"},
        Typed{"lvs-dr --file=/dev/zero", "--file: '/dev/zero' cannot be read: is a device, not an ordinary file"},
        Typed{"lvs-dr --file=/", "--file: '/' cannot be read: is a folder"},
        Typed{"lvs-dr --file=/etc/hostname", "--file: /etc/hostname: "},
        Typed{"lvs-dr --resume=/dev/zero", "/dev/zero: is a device, not an ordinary file"},
        Typed{"lvs-emu nat-walk --tap front=t1 --check --pidfile none/a", "cannot write none/a: No such file"},
        Typed{"lvs-emu nat-walk --tap front=t1 --check --control none/a", "cannot write none/a: No such file"},
        Typed{"lvs-fidelity --seeds 1 --write /dev/null/a", "--write: /dev/null/a/"},
        Typed{"lvs-trace /dev/zero", "lvs-trace: /dev/zero: no pcapng file"}));

// Who serves without being balanced is no client, and has no address of one.
TEST_F(CommandLines, ServersBehindAProxyAreNoClients) {
  ASSERT_EQ(shell("lvs-lab run nginx-behind-lvs --quiet --trace t.pcapng").status, 0);
  const std::string info = shell("lvs-trace t.pcapng --info").text;
  EXPECT_THAT(info, HasSubstr("10.0.0.9/24 (CIP)\n"));
  EXPECT_THAT(info, testing::ContainsRegex("web1 +host\n"));
  EXPECT_THAT(info, testing::Not(HasSubstr("CIP2")));
}

// The frames of ftp-nat are written by hand: the machines have no addresses, but the director knows them.
TEST_F(CommandLines, MachinesWithoutAddressesAreKnownByTheirNeighbours) {
  ASSERT_EQ(shell("lvs-lab run ftp-nat --quiet --trace t.pcapng").status, 0);
  const std::string info = shell("lvs-trace t.pcapng --info").text;
  EXPECT_THAT(info, testing::ContainsRegex("client +client\n"));
  EXPECT_THAT(info, testing::ContainsRegex("rs1 +server\n"));
}

// A grade is of so many points, also where it came to no check.
TEST_F(CommandLines, WhatCannotBeGradedHasThePointsOfTheExercise) {
  const std::string make =
      "mkdir -p in/good in/empty in/bad; cp " LVS_SOURCE_DIR
      "/scenarios/solutions/nat-forward/director.startup in/good; "
      "echo nonsense > in/bad/director.startup; lvs-lab grade --exercise nat-forward in --quiet --csv g.csv";
  EXPECT_EQ(shell(make).status, 2);
  EXPECT_THAT(shell("cut -d, -f1-3 g.csv").text, HasSubstr("bad,0,5\nempty,0,5\ngood,5,5\n"));
}

TEST_F(CommandLines, ChineseWhereItIsAskedFor) {
  EXPECT_THAT(shell("lvs-lab check nat-broken-no-forward --language zh").text,
              HasSubstr("director：NAT：调度器没有开启转发，见第 0.300 秒。处理办法：sysctl -w net.ipv4.ip_forward=1 "
                        "[nat-no-forward]\n"));
  EXPECT_THAT(shell("lvs-lab check arp-broken-chaos --language zh").text,
              HasSubstr("处理办法：把 VIP 配在 lo 上，而不是 eth0：ip addr add 10.0.0.100/32 dev lo；再执行 sysctl -w "
                        "net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2 [arp-answers]\n"));
  const std::string graded = shell("lvs-lab grade nat-forward --language zh --json g.json").text;
  EXPECT_THAT(graded, HasSubstr("nat-forward：0 / 5 分：NAT 与不转发的调度器\n"));
  EXPECT_THAT(graded, HasSubstr("client 能取得 http://10.0.1.100/"));
  EXPECT_THAT(graded, HasSubstr("发生了什么：第 1.000 秒 director ROUTING DROP：ip_forwarding_off：不是发给本机"));
  EXPECT_THAT(graded, HasSubstr("提示：请求到得了"));
  EXPECT_THAT(graded, HasSubstr("第 1 个请求（共 6 个）：curl: (28) Connection timed out"));
  EXPECT_THAT(shell("lvs-lab grade arp-answers --language zh").text, HasSubstr("也应答了\n"));
  // Programs read English.
  EXPECT_THAT(shell("cat g.json").text, HasSubstr("client can fetch http://10.0.1.100/ from both servers"));
}

// What a shell brings through a pipe is read to its end, by whatever name the pipe has.
TEST_F(CommandLines, APipeIsReadToItsEnd) {
  ASSERT_EQ(shell("lvs-lab run nat-walk --quiet --trace t.pcapng").status, 0);
  const std::string whole = shell("lvs-trace t.pcapng").text;
  EXPECT_EQ(std::ranges::count(whole, '\n'), 16);
  const std::string slowly = "(head -c 4096 t.pcapng; sleep 0.2; tail -c +4097 t.pcapng) | ";
  EXPECT_EQ(shell(slowly + "lvs-trace -").text, whole);
  EXPECT_EQ(shell(slowly + "lvs-trace /dev/stdin").text, whole);
  EXPECT_EQ(shell(slowly + "lvs-trace /proc/self/fd/0").text, whole);
}

}  // namespace
}  // namespace lvs::scenarios
