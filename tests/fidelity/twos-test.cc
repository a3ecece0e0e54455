// SPDX-License-Identifier: GPL-2.0-or-later
// What twos draws is random: how often each server is taken is compared, on a kernel that has it (one in virtual time).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>

#include "control/lab/lab.h"
#include "ns3/lvs-lab-runner.h"
#include "referee/kernel/linux-run.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr int kDatagrams = 400;

// Datagrams of which none leaves a connection behind: all servers are idle, always.
control::Lab twos_lab() {
  const fs::path folder = fs::temp_directory_path() / ("lvs-twos-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "lab.conf") << "client[0]=lan\ndirector[0]=lan\ndirector[1]=back\n";
  std::ofstream(folder / "client.startup") << "ip addr add 10.0.0.1/24 dev eth0\n";
  std::ofstream(folder / "director.startup")
      << "ip addr add 10.0.0.100/24 dev eth0\nip addr add 192.168.1.254/24 dev eth1\nsysctl -w net.ipv4.ip_forward=1\n"
         "ip neigh add 192.168.1.11 lladdr 02:00:00:00:99:11 dev eth1\n"
         "ip neigh add 192.168.1.12 lladdr 02:00:00:00:99:12 dev eth1\n"
         "ip neigh add 192.168.1.13 lladdr 02:00:00:00:99:13 dev eth1\n"
         "ipvsadm -A -u 10.0.0.100:53 -s twos -o\nipvsadm -a -u 10.0.0.100:53 -r 192.168.1.11 -m -w 1\n"
         "ipvsadm -a -u 10.0.0.100:53 -r 192.168.1.12 -m -w 1\nipvsadm -A -u 10.0.0.100:54 -s twos -o\n"
         "ipvsadm -a -u 10.0.0.100:54 -r 192.168.1.11 -m -w 3\nipvsadm -a -u 10.0.0.100:54 -r 192.168.1.12 -m -w 1\n"
         "ipvsadm -a -u 10.0.0.100:54 -r 192.168.1.13 -m -w 2\n";
  std::ofstream timeline(folder / "lab.timeline");
  for (int i = 0; i < kDatagrams; ++i) {
    for (const int port : {53, 54}) {
      timeline << fmt::format("{:.3f} client inject eth0 eth dst director ip src 10.0.0.1 dst 10.0.0.100 udp {} > {}\n",
                              0.3 + 0.01 * i + 0.005 * (port - 53), 4000 + i, port);
    }
  }
  timeline << "9 director ipvsadm -Ln --stats\n";
  timeline.close();
  control::LabReading reading = control::read_lab(folder);
  EXPECT_TRUE(reading.ok());
  fs::remove_all(folder);
  return std::move(reading.lab);
}

// Connections of the servers of both services, as the last command lists them.
std::vector<double> taken(const control::LabRun& run) {
  std::vector<double> found;
  const std::string& list = run.commands.back().out;
  const std::regex row("  -> 192\\.168\\.1\\.1[123]:5[34] +([0-9]+)");
  for (auto at = std::sregex_iterator(list.begin(), list.end(), row); at != std::sregex_iterator(); ++at)
    found.push_back(std::stod((*at)[1]));
  return found;
}

// Within four standard deviations of what the model's rule says; two servers, then three.
void expect_shares(const control::LabRun& run) {
  const std::vector<double> counts = taken(run);
  const double shares[] = {1 / 3.0, 2 / 3.0, 3 / 7.0, 1 / 7.0, 3 / 7.0};
  ASSERT_EQ(counts.size(), std::size(shares)) << run.commands.back().out;
  EXPECT_EQ(counts[0] + counts[1], kDatagrams);
  EXPECT_EQ(counts[2] + counts[3] + counts[4], kDatagrams);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double mean = kDatagrams * shares[i];
    EXPECT_NEAR(counts[i], mean, 4 * std::sqrt(mean * (1 - shares[i]))) << i << "\n" << run.commands.back().out;
  }
}

TEST(Twos, TheModelDrawsByItsRule) {
  const control::Lab lab = twos_lab();  // the script refers to it
  const auto script = control::parse_script(lab);
  ASSERT_TRUE(script);
  expect_shares(ns3::LvsRunLab(*script, {}));
}

TEST(Twos, LinuxDrawsByTheSameRule) {
  referee::LinuxOptions options;
  options.kernel.kind = referee::RefereeKind::virtual_time;
  if (const auto image = referee::find_kernel(options.kernel); !image) GTEST_SKIP() << image.error();
  const control::Lab lab = twos_lab();
  const auto runs = referee::run_on_linux({&lab, 1}, options);
  ASSERT_TRUE(runs) << runs.error();
  ASSERT_TRUE(runs->labs.front()) << runs->labs.front().error();
  expect_shares(*runs->labs.front());
}

}  // namespace
}  // namespace lvs::scenarios
