// SPDX-License-Identifier: GPL-2.0-or-later
// A lab of fifty hosts and a minute of timeline: what it does, and how long the simulation of it takes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "control/lab/lab.h"
#include "ns3/lvs-lab-runner.h"

namespace lvs::scenarios {
namespace {

constexpr int kServers = 30, kClients = 18, kSeconds = 60;

// DR: clients behind a router, director and servers on one segment; every client fetches a page each second.
control::LabFiles fifty_hosts() {
  control::LabFiles files;
  std::string conf = "router[0]=outside\nrouter[1]=lan\ndirector[0]=lan\n", timeline, services;
  for (int n = 1; n <= kServers; ++n) {
    const std::string name = fmt::format("rs{}", n), rip = fmt::format("10.0.0.{}", 100 + n);
    conf += name + "[0]=lan\n";
    services += fmt::format("ipvsadm -a -t 10.0.0.100:80 -r {} -g\n", rip);
    files[name + ".startup"] = fmt::format(
        "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\nip addr add {}/24 dev eth0\n"
        "ip addr add 10.0.0.100/32 dev lo\nip route add default via 10.0.0.254\nservice httpd start\n",
        rip);
  }
  for (int n = 1; n <= kClients; ++n) {
    const std::string name = fmt::format("client{}", n);
    conf += name + "[0]=outside\n";
    files[name + ".startup"] =
        fmt::format("ip addr add 172.16.0.{}/24 dev eth0\nip route add default via 172.16.0.254\n", n);
    timeline +=
        fmt::format("0 {} for i in $(seq {}); do curl -s http://10.0.0.100/; sleep 1; done &\n", name, kSeconds);
  }
  files["router.startup"] =
      "ip addr add 172.16.0.254/24 dev eth0\nip addr add 10.0.0.254/24 dev eth1\nsysctl -w net.ipv4.ip_forward=1\n";
  files["director.startup"] =
      "ip addr add 10.0.0.2/24 dev eth0\nip addr add 10.0.0.100/32 dev eth0\nip route add default via 10.0.0.254\n"
      "ipvsadm -A -t 10.0.0.100:80 -s rr\n" +
      services;
  files["lab.conf"] = conf;
  files["lab.timeline"] =
      timeline + fmt::format("{} director ipvsadm -Ln --stats\n{} - end\n", kSeconds + 1, kSeconds + 2);
  return files;
}

TEST(LargeLab, AMinuteOfFiftyHostsTakesSeconds) {
  const control::LabReading reading = control::parse_lab(fifty_hosts());
  for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  ASSERT_TRUE(reading.ok());
  ASSERT_EQ(reading.lab.hosts.size(), 50u);
  const std::clock_t began = std::clock();
  const control::LabRun run = ns3::LvsRunLab(control::parse_script(reading.lab).value(), {});
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  std::size_t pages = 0, frames = 0;
  for (const control::CommandResult& command : run.commands) {
    if (command.host.starts_with("client") && command.command.starts_with("for"))
      pages += static_cast<std::size_t>(std::ranges::count(command.out, '\n'));
  }
  for (const control::LabCapture& capture : run.captures) frames += capture.frames.size();
  EXPECT_EQ(pages, std::size_t{kClients} * kSeconds);
  EXPECT_EQ(run.end, std::chrono::seconds(kSeconds + 2));
  RecordProperty("cpu_seconds", fmt::format("{:.2f}", seconds));
  fmt::print("{} hosts, {} pages, {} frames on interfaces: {:.2f} s of CPU time\n", reading.lab.hosts.size(), pages,
             frames, seconds);
  EXPECT_LT(seconds, 30);  // of a debugging build too; 1 to 2 s otherwise
}

}  // namespace
}  // namespace lvs::scenarios
