// SPDX-License-Identifier: GPL-2.0-or-later
// The referees themselves: the kernel in virtual time repeats each byte, and Debian's in real time gives the same
// verdicts.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "daemons/daemons.h"
#include "referee/kernel/linux-run.h"
#include "referee/kernel/packages.h"
#include "tools/fidelity/fidelity.h"

namespace lvs::scenarios {
namespace {

using referee::RefereeKind;

std::vector<control::Lab> shipped(const std::vector<std::string>& folders) {
  daemons::add_daemons();
  std::vector<control::Lab> labs;
  for (const std::string& folder : folders) {
    control::LabReading reading = control::read_lab(LVS_SOURCE_DIR "/" + folder);
    for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
    labs.push_back(std::move(reading.lab));
  }
  return labs;
}

referee::LinuxOptions on(RefereeKind kind) {
  referee::LinuxOptions options;
  options.kernel.kind = kind;
  return options;
}

// Why no kernel of that kind can be asked; empty: one can.
std::string missing(RefereeKind kind, const std::vector<control::Lab>& labs) {
  const auto image = referee::find_kernel(on(kind).kernel);
  return image ? referee::missing_programs(labs) : image.error();
}

// All that a lab has shown, to the byte and the nanosecond.
std::string bytes_of(const control::LabRun& run) {
  std::string text;
  for (const control::CommandResult& command : run.commands)
    text += fmt::format("{} {} {} {}\n{}\n{}\n", command.at.count(), command.host, command.command, command.status,
                        command.out, command.err);
  for (const control::LabCapture& capture : run.captures)
    for (const control::CapturedFrame& frame : capture.frames) {
      text += fmt::format("{} {} {} {} ", capture.host, capture.interface, frame.at.count(), frame.outbound);
      for (const std::uint8_t byte : frame.bytes) text += fmt::format("{:02x}", byte);
      text += '\n';
    }
  return text;
}

// The first line that differs, of both.
std::string first_difference(const std::string& left, const std::string& right) {
  const auto [l, r] = std::ranges::mismatch(left, right);
  const auto line = [](const std::string& text, std::string::const_iterator at) {
    const auto offset = static_cast<std::size_t>(at - text.begin());
    const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    return text.substr(begin, text.find('\n', offset) - begin);
  };
  return line(left, l) + "\n" + line(right, r);
}

// IGMP's delays, cookies, sequence numbers, ports, ids, the order of hash tables, neighbours' times: all from one seed.
TEST(Referees, TheKernelInVirtualTimeRepeatsEachByte) {
  const std::vector<control::Lab> labs =
      shipped({"scenarios/labs/nat-walk", "tests/golden/daemons/ha/vrrp-election", "scenarios/labs/arp-levels"});
  const auto image = referee::find_kernel(on(RefereeKind::virtual_time).kernel);
  if (!image) GTEST_SKIP() << image.error();
  if (image->recipe == 0)
    GTEST_SKIP() << image->program << " draws at random: ./waf referee-kernel builds one that does not";
  if (const std::string why = referee::missing_programs(labs); !why.empty()) GTEST_SKIP() << why;
  const auto first = referee::run_on_linux(labs, on(RefereeKind::virtual_time));
  const auto second = referee::run_on_linux(labs, on(RefereeKind::virtual_time));
  ASSERT_TRUE(first) << first.error();
  ASSERT_TRUE(second) << second.error();
  for (std::size_t i = 0; i < labs.size(); ++i) {
    ASSERT_TRUE(first->labs[i]) << first->labs[i].error();
    ASSERT_TRUE(second->labs[i]) << second->labs[i].error();
    const std::string left = bytes_of(*first->labs[i]), right = bytes_of(*second->labs[i]);
    EXPECT_GT(left.size(), 1000u);
    EXPECT_TRUE(left == right) << labs[i].name << "\n" << first_difference(left, right);
  }
}

// The interfaces on which the model and a kernel differ.
std::set<std::string> interfaces(const referee::Comparison& comparison) {
  std::set<std::string> found;
  for (const auto& difference : comparison.differences)
    if (difference.where.find('#') == std::string::npos)  // no command
      found.insert(difference.where.substr(0, difference.where.find(',')));
  return found;
}

control::Lab without_servers(control::Lab lab) {
  for (control::LabHost& host : lab.hosts)
    std::erase_if(host.startup, [](const control::LabLine& line) { return line.text.starts_with("ipvsadm -a"); });
  return lab;
}

// The model of each lab as it is, and of one whose director knows no server. No lab with sockets: in real time a busy
// machine shows in them.
TEST(Referees, BothKernelsGiveTheSameVerdicts) {
  const std::vector<control::Lab> labs =
      shipped({"tests/fidelity/cases/nat-udp", "tests/fidelity/cases/dr-udp", "tests/fidelity/cases/tun-udp",
               "tests/fidelity/cases/persist-netmask"});
  for (const RefereeKind kind : {RefereeKind::virtual_time, RefereeKind::package})
    if (const std::string why = missing(kind, labs); !why.empty()) GTEST_SKIP() << why;
  std::vector<FidelityReport> reports;
  for (const RefereeKind kind : {RefereeKind::virtual_time, RefereeKind::package}) {
    FidelityOptions options;
    options.kernels = 1;
    options.kernel.kind = kind;
    reports.push_back(check_fidelity(labs, options));
    ASSERT_EQ(reports.back().error, "");
  }
  for (std::size_t i = 0; i < labs.size(); ++i) {
    // A busy machine's kernel may differ from itself in real time, and is then no referee.
    if (reports[1].labs[i].outcome == Outcome::unsteady) continue;
    for (const FidelityReport& report : reports)
      EXPECT_EQ(report.labs[i].outcome, Outcome::agrees)
          << report.kernel << "\n"
          << report.labs[i].reason << difference_text(report.labs[i].comparison);
    const auto found = [&](RefereeKind kind, const control::LabRun& run) {
      return interfaces(compare_model(without_servers(for_referee(labs[i], on(kind).kernel)), run).comparison);
    };
    const auto differ = found(RefereeKind::virtual_time, reports[0].labs[i].left);
    EXPECT_THAT(differ, testing::Not(testing::IsEmpty())) << labs[i].name;
    EXPECT_EQ(differ, found(RefereeKind::package, reports[1].labs[i].left)) << labs[i].name;
  }
}

}  // namespace
}  // namespace lvs::scenarios
