// SPDX-License-Identifier: GPL-2.0-or-later
// The diagnosis of labs with thousands of services takes time in proportion to them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ctime>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"

namespace lvs::control {
namespace {

LabReading lab_with(unsigned services) {
  std::string director = "ip addr add 10.0.0.254/16 dev eth0\n";
  for (unsigned i = 0; i < services; ++i) {
    director += fmt::format("ipvsadm -A -t 10.0.0.254:{0} -s rr; ipvsadm -a -t 10.0.0.254:{0} -r 10.0.0.{1}:{0} -m\n",
                            i + 1000, i % 2 + 11);
  }
  return parse_lab({{"lab.conf", "client[0]=net\ndirector[0]=net\nrs1[0]=net\nrs2[0]=net\n"},
                    {"client.startup", "ip addr add 10.0.0.1/16 dev eth0\n"},
                    {"director.startup", director},
                    {"rs1.startup", "ip addr add 10.0.0.11/16 dev eth0\n"},
                    {"rs2.startup", "ip addr add 10.0.0.12/16 dev eth0\n"},
                    {"lab.timeline", "0.1 director ipvsadm -Ln\n"}});
}

double seconds_for(unsigned services, std::size_t& findings) {
  const LabReading reading = lab_with(services);
  const std::clock_t begin = std::clock();
  const LabDiagnosis diagnosis = diagnose(reading.lab);
  findings = diagnosis.findings.size();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(DiagnoseLarge, TimeGrowsWithTheServicesAndNotWithTheirSquare) {
  std::size_t few_found = 0, many_found = 0;
  const double few = seconds_for(1000, few_found);
  const double many = seconds_for(16000, many_found);
  EXPECT_GT(few_found, 0U);
  EXPECT_GE(many_found, few_found);
  EXPECT_LT(many, 64 * few + 0.5) << few << " s for 1000";  // linear: 16 times; quadratic: 256 times
}

}  // namespace
}  // namespace lvs::control
