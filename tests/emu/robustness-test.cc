// SPDX-License-Identifier: GPL-2.0-or-later
// What the world may do to an emulation: noise, storms, interfaces that go, missing rights, a machine that is too slow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>

#include "emu/net.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kEmu = std::string(LVS_PROGRAM_DIR) + "/lvs-emu";

// A file system of its own needs a root that is a mount, which that of a chroot is not.
bool can_mount() { return os::run({"unshare", "-m", "true"}).status == 0; }
constexpr const char* kNoMounts = "unshare -m does not work here: / is no mount (a chroot?)";

class Robustness : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
  }
  static std::vector<std::string> dr(const Namespace& client, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {lab("dr"), "--real=client", "--tap=lan=eth0,create,netns=" + client.name(), "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // Sends frames by a packet socket: whatever bytes busybox's shell can make.
  static void noise(const Namespace& where, const std::string& interface, int frames) {
    const std::string program =
        "import os,socket,random\n"
        "s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW)\n"
        "s.bind(('" +
        interface +
        "',0))\n"
        "r=random.Random(7)\n"
        "mac=bytes([2,0,0,0,2,0])\n"
        "ip=bytes.fromhex('45000028000040004006')\n"
        "for i in range(" +
        std::to_string(frames) +
        "):\n"
        "  n=r.choice([14,15,20,33,34,54,60,100,600,1514])\n"
        "  b=bytearray(r.randbytes(n))\n"
        "  k=r.random()\n"
        "  if k<0.8: b[0:6]=mac if k<0.6 else b'\\xff'*6\n"
        "  if k<0.7: b[12:14]=r.choice([b'\\x08\\x00',b'\\x08\\x06',b'\\x81\\x00',b'\\x86\\xdd'])\n"
        "  if k<0.5 and n>40: b[14:24]=ip; b[26:34]=bytes([10,1,0,9,10,1,0,r.choice([1,11,100])])\n"
        "  try: s.send(b)\n"
        "  except OSError: pass\n";
    const std::string file = temporary("noise.py");
    os::write_file(file, program);
    where.run("python3 " + file);
    ::unlink(file.c_str());
  }
};

TEST_F(Robustness, AnyBytesFromATap) {
  if (!os::find_program("python3")) GTEST_SKIP() << "no python3 to make the noise with";
  for (const char* offload : {"--quiet", "--no-offload"}) {
    const Namespace client("client");
    Emulator lab_here(dr(client, {offload}));
    client.run(". " + lab("dr") + "/client.startup");
    noise(client, "eth0", 20000);
    client.run("ping -c 1 -W 3 10.1.0.1");
    EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
    EXPECT_THAT(lab_here.log(), HasSubstr("packets dropped:"));
  }
}

TEST_F(Robustness, JumboFramesAndStorms) {
  const Namespace client("client");
  Emulator lab_here(dr(client));
  client.run(". " + lab("dr") + "/client.startup; ip link set eth0 mtu 9000");
  client.output("ping -c 2 -W 1 -s 8900 10.1.0.1");
  client.output("timeout 2 ping -f -b -s 1000 10.1.0.255");
  client.output("timeout 2 ping -f -s 8 10.1.0.1");
  client.run("ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
}

TEST_F(Robustness, AnInterfaceThatGoesDownAndComesBack) {
  const Namespace client("client");
  const std::string socket = temporary("down.sock");
  Emulator lab_here(dr(client, {"--control=" + socket}));
  client.run(". " + lab("dr") + "/client.startup; ping -c 1 -W 3 10.1.0.1; ip link set eth0 down");
  os::run({std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "exec", "--control", socket, "rs1", "ping -c 1 10.1.0.9"});
  client.run("ip link set eth0 up; ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0);
  EXPECT_THAT(lab_here.log(), HasSubstr("out: the interface was down"));
}

TEST_F(Robustness, AnInterfaceThatIsDeleted) {
  const Namespace client("client"), other("other");
  Emulator lab_here({lab("dr"), "--real=client", "--tap=lan=eth0,create,netns=" + client.name(),
                     "--tap=lan=eth0,create,netns=" + other.name(), "-q"});
  client.run(". " + lab("dr") + "/client.startup");
  other.run("ip addr add 10.1.0.77/24 dev eth0");
  client.run("ping -c 1 -W 3 10.1.0.1; ip link del eth0");
  EXPECT_TRUE(lab_here.wait_for("TAP eth0: the interface was deleted; lan goes on without it")) << lab_here.log();
  other.run("ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGTERM), 0);
  EXPECT_THAT(lab_here.log(), HasSubstr("the interface was deleted"));
}

TEST_F(Robustness, AProgramThatWasStoppedSaysThatItIsLate) {
  const Namespace client("client");
  Emulator lab_here(dr(client));
  client.run(". " + lab("dr") + "/client.startup; ping -c 1 -W 3 10.1.0.1");
  ::kill(lab_here.pid(), SIGSTOP);
  client.output("ping -c 2 -i 0.5 -W 1 10.1.0.1");
  ::sleep(6);  // timers of neighbours come due
  ::kill(lab_here.pid(), SIGCONT);
  client.run("ping -c 1 -W 3 10.1.0.1");
  lab_here.stop(SIGINT);
  EXPECT_TRUE(std::regex_search(lab_here.log(), std::regex("late by [0-9.]+ ms at"))) << lab_here.log();
  EXPECT_TRUE(std::regex_search(lab_here.log(), std::regex("[1-9][0-9]* late by more than a tick"))) << lab_here.log();
}

TEST_F(Robustness, EverythingMadeIsGoneAtTheEnd) {
  const Namespace client("client");
  const std::string socket = temporary("gone.sock"), pidfile = temporary("gone.pid");
  Emulator lab_here(dr(client, {"--control=" + socket, "--pidfile=" + pidfile}));
  EXPECT_EQ(os::read_file(pidfile), std::to_string(lab_here.pid()) + "\n");
  struct stat entry {};
  ASSERT_EQ(::stat(socket.c_str(), &entry), 0);
  EXPECT_EQ(entry.st_mode & 0777, 0600u);
  client.run("ip link show eth0");
  EXPECT_EQ(lab_here.stop(SIGTERM), 0);
  int status = 0;
  client.output("ip link show eth0", &status);
  EXPECT_NE(status, 0);
  EXPECT_NE(::stat(socket.c_str(), &entry), 0);
  EXPECT_NE(::stat(pidfile.c_str(), &entry), 0);
}

TEST_F(Robustness, PrivilegesAreGivenUp) {
  const Namespace client("client");
  Emulator lab_here(dr(client, {"--user=nobody"}));
  const std::string status = os::read_file("/proc/" + std::to_string(lab_here.pid()) + "/status");
  EXPECT_THAT(status, HasSubstr("CapEff:\t0000000000000000"));
  EXPECT_THAT(status, Not(HasSubstr("Uid:\t0")));
  client.run(". " + lab("dr") + "/client.startup; ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0);
}

TEST_F(Robustness, CommandsWhileItRuns) {
  const Namespace client("client");
  const std::string socket = temporary("exec.sock");
  Emulator lab_here(dr(client, {"--control", socket}));
  const std::string lvs_lab = std::string(LVS_PROGRAM_DIR) + "/lvs-lab";
  const auto exec = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {lvs_lab, "exec", "--control", socket});
    return os::run(words);
  };
  EXPECT_THAT(exec({"director", "ipvsadm", "-Ln"}).text, HasSubstr("TCP  10.1.0.100:80 rr"));
  EXPECT_THAT(os::run({kEmu, "exec", "--control", socket, "director", "ipvsadm", "-Ln"}).text,
              HasSubstr("TCP  10.1.0.100:80 rr"));  // where there is no ns-3
  EXPECT_EQ(exec({"director", "ip addr add 10.1.0.55/24 dev eth0 && echo done"}).text, "done\n");
  EXPECT_EQ(exec({"director", "false"}).status, 1);
  EXPECT_EQ(exec({"director", "ping", "-c", "1", "10.1.0.11"}).status, 0);  // takes its time
  const os::Output nobody = exec({"client", "true"});
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.text, HasSubstr("there is no modelled host 'client'; known: director, rs1, rs2"));
  const os::Output unknown = exec({"director", "frobnicate"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.text, HasSubstr("frobnicate"));
  // Who goes away ends the command.
  {
    Program endless({lvs_lab, "exec", "--control", socket, "director", "ping 10.1.0.11"});
    EXPECT_TRUE(endless.wait_for("icmp_seq=2"));
    endless.stop(SIGKILL);
  }
  EXPECT_EQ(exec({"director", "true"}).status, 0);
  lab_here.stop(SIGINT);
  EXPECT_THAT(exec({"director", "true"}).text, HasSubstr("no lab listens there"));
}

TEST_F(Robustness, ATraceIsRotated) {
  const Namespace client("client");
  const std::string trace = temporary("trace.pcapng");
  Emulator lab_here(dr(client, {"--trace=" + trace, "--trace-size=200k", "--trace-files=3"}));
  client.run(". " + lab("dr") + "/client.startup");
  for (int i = 0; i < 6; ++i) client.output("ping -f -c 300 -s 1000 -W 1 10.1.0.1; sleep 0.5");
  ::kill(lab_here.pid(), SIGHUP);
  client.run("ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  for (const std::string& file : {trace, trace + ".1", trace + ".2"}) {
    const os::Output read = os::run({"capinfos", "-c", file});
    EXPECT_EQ(read.status, 0) << read.text;
    ::unlink(file.c_str());
  }
  EXPECT_NE(::access((trace + ".3").c_str(), F_OK), 0);
}

// Killed at once: what it left behind is in nobody's way.
TEST_F(Robustness, KilledAndStartedAgain) {
  const Namespace client("client");
  const std::string socket = temporary("again.sock"), pidfile = temporary("again.pid");
  {
    Emulator first(dr(client, {"--control=" + socket, "--pidfile=" + pidfile}));
    first.stop(SIGKILL);
  }
  struct stat entry {};
  EXPECT_EQ(::stat(socket.c_str(), &entry), 0);
  EXPECT_EQ(::stat(pidfile.c_str(), &entry), 0);
  Emulator second(dr(client, {"--control=" + socket, "--pidfile=" + pidfile}));
  EXPECT_EQ(os::read_file(pidfile), std::to_string(second.pid()) + "\n");
  client.run(". " + lab("dr") + "/client.startup; ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(second.stop(SIGINT), 0);
}

TEST_F(Robustness, WhatAnotherRunHasIsNotTaken) {
  const Namespace client("client");
  const std::string socket = temporary("two.sock"), pidfile = temporary("two.pid"), file = temporary("two.txt");
  Emulator first(dr(client, {"--control=" + socket, "--pidfile=" + pidfile}));
  os::write_file(file, "precious\n");
  const std::string other = "--tap=lan=eth1,create,netns=" + client.name();
  const auto says = [&](const std::vector<std::string>& words, const std::string& text, int status = 1) {
    std::vector<std::string> argv = {kEmu, lab("dr")};
    argv.insert(argv.end(), words.begin(), words.end());
    const os::Output output = os::run(argv);
    EXPECT_EQ(output.status, status) << output.text;
    EXPECT_THAT(output.text, HasSubstr(text));
    EXPECT_EQ(std::ranges::count(output.text, '\n'), 1) << output.text;
  };
  says({"--tap=lan=eth0,create,netns=" + client.name()}, "TAP eth0: another program is attached to it");
  says({"--tap=lan=lo,netns=" + client.name()}, "TAP lo: it is no TAP interface");
  says({other, "--control=" + socket}, "control socket " + socket + ": another program listens there");
  says({other, "--pidfile=" + pidfile}, pidfile + ": process " + std::to_string(first.pid()) + " runs");
  says({other, "--control=" + file}, "control socket " + file + ": Address already in use");
  says({other, "--trace=/nonexistent/x.pcapng"}, "/nonexistent/x.pcapng: No such file", 2);
  EXPECT_EQ(os::read_file(file), "precious\n");
  // The first has noticed nothing.
  EXPECT_EQ(os::run({std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "exec", "--control", socket, "rs1", "true"}).status, 0);
  EXPECT_EQ(first.stop(SIGINT), 0) << first.log();
  ::unlink(file.c_str());
}

TEST_F(Robustness, WithoutTheDeviceOneLineSaysWhatToDo) {
  if (!can_mount()) GTEST_SKIP() << kNoMounts;
  const std::string line = "mount -t tmpfs none /dev/net && exec " + kEmu + " " + lab("dr") + " --tap lan=tap0,create";
  const os::Output output = os::run({"unshare", "-m", "sh", "-c", line});
  EXPECT_EQ(output.status, 1);
  EXPECT_THAT(output.text,
              HasSubstr("/dev/net/tun is not there: load the module (modprobe tun), or give the container"));
  EXPECT_EQ(std::ranges::count(output.text, '\n'), 1) << output.text;
}

TEST_F(Robustness, AFullDiskEndsTheTraceAlone) {
  if (!can_mount()) GTEST_SKIP() << kNoMounts;
  const Namespace client("client");
  const std::string folder = temporary("tiny"), copy = temporary("tiny.pcapng");
  os::run({"mkdir", "-p", folder});
  const std::string emu = kEmu + " " + lab("dr") + " -q --real=client --tap=lan=eth0,create,netns=" + client.name() +
                          " --trace=" + folder + "/t.pcapng";
  Program lab_here({"unshare", "-m", "sh", "-c",
                    "trap : INT; mount -t tmpfs -o size=300k none " + folder + "; " + emu + "; s=$?; cp " + folder +
                        "/t.pcapng " + copy + "; exit $s"});
  ASSERT_TRUE(lab_here.wait_for("lvs-emu: running")) << lab_here.log();
  client.run(". " + lab("dr") + "/client.startup; ping -q -f -c 500 10.1.0.1");
  EXPECT_TRUE(lab_here.wait_for("t.pcapng: No space left on device; the trace ends here")) << lab_here.log();
  client.run("ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  // No block is cut off.
  const os::Output read = os::run({"capinfos", "-c", copy});
  EXPECT_EQ(read.status, 0) << read.text;
  ::unlink(copy.c_str());
  os::run({"rm", "-rf", folder});
}

TEST_F(Robustness, AViewerThatGoesEndsTheTraceAlone) {
  const Namespace client("client");
  const std::string pipe = temporary("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Program viewer({"sh", "-c", "head -c 3000 " + pipe + " >/dev/null"});
  Emulator lab_here(dr(client, {"--trace=" + pipe}));
  client.run(". " + lab("dr") + "/client.startup; ping -q -f -c 300 10.1.0.1");
  EXPECT_TRUE(lab_here.wait_for(pipe + ": Broken pipe; the trace ends here")) << lab_here.log();
  client.run("ping -c 1 -W 3 10.1.0.1");
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  ::unlink(pipe.c_str());
}

// As on an older kernel, or in a container with an older seccomp profile: no io_uring, no epoll_pwait2.
TEST_F(Robustness, WithoutNewerSystemCalls) {
#ifndef __x86_64__
  GTEST_SKIP() << "the filter has this architecture's numbers";
#endif
  if (!os::find_program("python3")) GTEST_SKIP() << "no python3 to make the filter with";
  const Namespace client("client"), rs1("rs1");
  const std::string filter =
      "import ctypes,os,struct,sys\n"
      "code=[(0x20,0,0,0),(0x15,2,0,425),(0x15,1,0,441),(0x06,0,0,0x7fff0000),(0x06,0,0,0x50026)]\n"  // ENOSYS
      "text=ctypes.create_string_buffer(b''.join(struct.pack('HBBI',*c) for c in code))\n"
      "prog=ctypes.create_string_buffer(struct.pack('HxxxxxxQ',len(code),ctypes.addressof(text)))\n"
      "libc=ctypes.CDLL(None,use_errno=True)\n"
      "libc.prctl(38,1,0,0,0)\n"
      "if libc.prctl(22,2,prog,0,0): sys.exit('no seccomp here')\n"
      "os.execv(sys.argv[1],sys.argv[1:])\n";
  const std::string file = temporary("filter.py");
  os::write_file(file, filter);
  Program lab_here({"python3", file, kEmu, lab("nat"), "--real=client,rs1",
                    "--tap=outside=eth0,create,netns=" + client.name(), "--tap=inside=eth0,create,netns=" + rs1.name(),
                    "-q"});
  if (lab_here.wait_for("no seccomp here", 0)) GTEST_SKIP() << lab_here.log();
  ASSERT_TRUE(lab_here.wait_for("lvs-emu: running")) << lab_here.log();
  client.run(". " + lab("nat") + "/client.startup");
  rs1.run(". " + lab("nat") + "/rs1.startup");
  client.run("ping -q -f -c 500 10.1.0.1; ping -q -c 3 -i 0.2 -s 6000 10.1.0.1");
  const std::string process = "/proc/" + std::to_string(lab_here.pid());
  EXPECT_THAT(os::run({"ls", "-l", process + "/fd"}).text, Not(HasSubstr("io_uring")));
  const auto ticks = [&] { return std::stod(os::run({"awk", "{ print $14 + $15 }", process + "/stat"}).text); };
  const double before = ticks();
  ::sleep(1);
  const double after = ticks();
  EXPECT_LT(after - before, 30) << "ticks of 10 ms: it does not sleep";
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  ::unlink(file.c_str());
}

// A line each that says what to do; no rights are needed for these.
TEST(CommandLine, WhatIsMissingIsSaid) {
  const auto says = [](std::vector<std::string> words, const std::string& text, int status = 2) {
    words.insert(words.begin(), kEmu);
    const os::Output output = os::run(words);
    EXPECT_EQ(output.status, status) << output.text;
    EXPECT_THAT(output.text, HasSubstr(text));
    EXPECT_EQ(std::ranges::count(output.text, '\n'), 1) << output.text;
  };
  says({}, "a lab or --commands FILE");
  says({lab("dr")}, "no --tap");
  says({lab("dr"), "--tap=nowhere=tap0"}, "the lab has no segment 'nowhere'; it has: lan");
  says({lab("dr"), "--tap=lan=tap0,persist"}, "'persist' is not known here; known: create, user=U, netns=NS");
  says({lab("dr"), "--tap=lan=a-name-that-is-too-long"}, "is no name of an interface");
  says({lab("dr"), "--tap=lan=tap0", "--real=nobody"}, "--real nobody: the lab has no such host");
  says({lab("dr"), "--tap=lan=lvsnotthere0"}, "there is no such interface: add ',create'", 1);
  says({lab("dr"), "--tap=lan=tap0,create,netns=lvs-not-there"}, "network namespace /run/netns/lvs-not-there", 1);
  says({"--frobnicate"}, "'--frobnicate' is no option of lvs-emu");
  says({lab("dr"), "--commands=x", "--tap=lan=tap0"}, "--commands is for a director alone");
  says({"--commands=/nonexistent", "--tap=eth0=tap0"}, "/nonexistent: No such file");
  const std::string commands = temporary("commands");
  os::write_file(commands, "ip link set eth0 up\n-A -t 10.0.0.1:80 -s rr\nfrobnicate --now\n");
  says({"--commands=" + commands, "--tap=lan=tap0"}, "WHERE is an interface of the director");
  says({"--commands=" + commands, "--tap=eth0=tap0"}, commands + ":3: ");
  ::unlink(commands.c_str());
}

TEST_F(Robustness, WithoutRightsOneLineSaysWhatToDo) {
  const std::string readable = temporary("lab");  // the sources may be in somebody's home
  os::run({"cp", "-r", lab("dr"), readable});
  const os::Output output =
      os::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all",
               kEmu, readable, "--tap=lan=lvstest0,create"});
  os::run({"rm", "-r", readable});
  EXPECT_EQ(output.status, 1);
  EXPECT_THAT(output.text, HasSubstr("no permission: run as root"));
  EXPECT_EQ(std::ranges::count(output.text, '\n'), 1) << output.text;
}

}  // namespace
}  // namespace lvs::emu_test
