// SPDX-License-Identifier: GPL-2.0-or-later
// tcpdump against the real one's words, and what it and tcpreplay do on a machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <utility>

#include "control/machine/machine.h"
#include "control/programs/capture/tcpdump-file.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

std::vector<std::uint8_t> bytes_of(const std::string& hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

class Tcpdump : public testing::Test {
 protected:
  Tcpdump() {
    host::Device& dev = machine_.host().add_ethernet("eth0", test::mac("02:00:00:00:01:00"), &port_);
    machine_.host().set_up(dev, true);
  }
  const LineRun& start(std::string_view line) {
    auto parsed = parse_line(line);
    EXPECT_TRUE(parsed) << line << ": " << (parsed ? "" : parsed.error().text());
    return machine_.start(*parsed);
  }
  void advance_to(base::Time when) {
    while (clock_.wake_ <= when) {
      clock_.now_ = std::max(clock_.now_, std::exchange(clock_.wake_, base::kNever));
      machine_.host().advance();
    }
    clock_.now_ = when;
  }
  void receive(const std::string& hex) {
    machine_.host().receive(*machine_.host().device("eth0"), host::Packet::from_frame(bytes_of(hex)));
    advance_to(clock_.now_);
  }

  test::FakeClock clock_;
  test::CapturePort port_;
  Machine machine_{"m", 1, 1, clock_};
};

class TcpdumpRecorded : public Tcpdump, public testing::WithParamInterface<const char*> {};

TEST_P(TcpdumpRecorded, SaysWhatTheRealOneSays) {
  std::ifstream file(std::string(LVS_SOURCE_DIR "/tests/golden/control/") + GetParam());
  ASSERT_TRUE(file);
  std::string capture = pcap_header(), line, options, expected;
  const auto check = [&] {
    if (options.empty()) return;
    EXPECT_EQ(start("tcpdump -n -r /tmp/capture " + options.substr(2)).out(), expected) << options;
  };
  while (std::getline(file, line)) {
    if (line.starts_with("frame ")) {
      const std::size_t dot = line.find('.'), hex = line.find(' ', 6);
      const base::Time at = std::chrono::seconds(std::stoll(line.substr(6, dot - 6))) +
                            std::chrono::microseconds(std::stoll(line.substr(dot + 1, hex - dot - 1)));
      capture += pcap_record(at, bytes_of(line.substr(hex + 1)));
    } else if (line.starts_with("$ ")) {
      machine_.files().truncate("/tmp/capture");
      machine_.files().append("/tmp/capture", capture);
      check();
      options = line;
      expected.clear();
    } else if (line.starts_with("1|")) {
      expected += line.substr(2) + "\n";
    }
  }
  check();
}

INSTANTIATE_TEST_SUITE_P(Files, TcpdumpRecorded, testing::Values("tcpdump.txt", "tcpdump-odd.txt"),
                         [](const auto& param) { return "file" + std::to_string(param.index); });

constexpr const char* kRequest = "ffffffffffff020000000900080600010800060400010200000009000a0000090000000000000a000001";

TEST_F(Tcpdump, ListensUntilItHasEnough) {
  machine_.run("ip addr add 10.0.0.1/24 dev eth0");
  const LineRun& run = start("tcpdump -n -t -i eth0 -c 2 arp; echo done");
  receive(kRequest);
  EXPECT_EQ(run.out(), "") << "frames come by the block";
  advance_to(1100ms);
  EXPECT_EQ(run.out(),
            "ARP, Request who-has 10.0.0.1 tell 10.0.0.9, length 28\n"
            "ARP, Reply 10.0.0.1 is-at 02:00:00:00:01:00, length 28\ndone\n");
  EXPECT_EQ(run.err(),
            "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n"
            "listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n"
            "2 packets captured\n2 packets received by filter\n0 packets dropped by kernel\n");
  EXPECT_TRUE(run.finished());
}

TEST_F(Tcpdump, CollectsWhatItPrintsIntoAFile) {
  start("tcpdump -n -t -i eth0 > /tmp/lines 2> /dev/null &");
  start("tcpdump -l -n -t -i eth0 > /tmp/live 2> /dev/null &");
  machine_.run("ip addr add 10.0.0.1/24 dev eth0");
  receive(kRequest);
  advance_to(150ms);  // a block with -l
  EXPECT_EQ(start("cat /tmp/lines").out(), "");
  EXPECT_EQ(start("cat /tmp/live").out(),
            "ARP, Request who-has 10.0.0.1 tell 10.0.0.9, length 28\n"
            "ARP, Reply 10.0.0.1 is-at 02:00:00:00:01:00, length 28\n");
}

TEST_F(Tcpdump, SaysItsCountsWhenTheRunEnds) {
  machine_.run("ip addr add 10.0.0.1/24 dev eth0");
  const LineRun& run = start("tcpdump -n -t -i eth0 arp and not host 10.0.0.7 2> /dev/null &");
  const LineRun& other = start("tcpdump -i eth0 -w /tmp/x.pcap &");
  receive(kRequest);
  machine_.say_last_words();
  EXPECT_EQ(run.out(),
            "ARP, Request who-has 10.0.0.1 tell 10.0.0.9, length 28\n"
            "ARP, Reply 10.0.0.1 is-at 02:00:00:00:01:00, length 28\n\n");
  EXPECT_EQ(other.out(), "");
  EXPECT_THAT(other.err(), testing::EndsWith("\n2 packets captured\n2 packets received by filter\n"
                                             "0 packets dropped by kernel\n"));
  receive(kRequest);
  EXPECT_THAT(other.err(), HasSubstr("\n2 packets captured\n"));
}

TEST_F(Tcpdump, WritesWhatTcpreplaySends) {
  start("tcpdump -i eth0 -c 1 -w /tmp/x.pcap");
  receive(kRequest);
  advance_to(1100ms);
  EXPECT_EQ(start("tcpdump -n -t -r /tmp/x.pcap").out(), "ARP, Request who-has 10.0.0.1 tell 10.0.0.9, length 28\n");
  port_.frames.clear();
  const LineRun& run = start("tcpreplay -i eth0 /tmp/x.pcap");
  advance_to(2s);
  EXPECT_EQ(
      run.out(),
      "Actual: 1 packets (42 bytes) sent in 0.000001 seconds\nRated: 42000000.0 Bps, 336.000 Mbps, 1000000.00 pps\n"
      "Flows: 0 flows, 0.00 fps, 0 unique flow packets, 1 unique non-flow packets\n"
      "Statistics for network device: eth0\n\tSuccessful packets:        1\n"
      "\tFailed packets:            0\n\tTruncated packets:         0\n"
      "\tRetried packets (ENOBUFS): 0\n\tRetried packets (EAGAIN):  0\n");
  ASSERT_EQ(port_.frames.size(), 1u);
  EXPECT_EQ(port_.frames[0], bytes_of(kRequest));
}

TEST_F(Tcpdump, RefusesWithItsWords) {
  EXPECT_THAT(start("tcpdump -n -i eth7").err(), HasSubstr("tcpdump: eth7: No such device exists\n"));
  machine_.files().append("/etc/resolv.conf", "nameserver 10.0.0.53\n");
  EXPECT_THAT(start("tcpdump -i eth0").err(), HasSubstr("asks the name server of /etc/resolv.conf for names"));
  EXPECT_EQ(start("tcpdump -n -r /tmp/none").err(), "tcpdump: /tmp/none: No such file or directory\n");
  EXPECT_EQ(start("echo no > /tmp/no; tcpdump -n -r /tmp/no").err(),
            "tcpdump: truncated dump file; tried to read 4 file header bytes, only got 3\n");
  for (const auto& [line, error] :
       {std::pair("tcpdump -n -i eth0 vlan 3", "column 20: 'vlan': not modelled in filters"),
        std::pair("tcpdump -n -i any -w f", "files of all interfaces are not modelled"),
        std::pair("tcpdump -n -i eth0 'tcp[13'", "a bracket is not closed"),
        std::pair("tcpdump -n -i eth0 'tcp[13] & 2'", "a comparison is needed"),
        std::pair("tcpdump -n -i eth0 -Z root", "'-Z': unknown option of tcpdump")}) {
    const auto parsed = parse_line(line);
    ASSERT_FALSE(parsed) << line;
    EXPECT_THAT(parsed.error().text(), HasSubstr(error)) << line;
  }
}

}  // namespace
}  // namespace lvs::control
