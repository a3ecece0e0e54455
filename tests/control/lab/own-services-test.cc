// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "control/lab/check.h"
#include "control/lab/lab.h"

namespace lvs::control {
namespace {

using testing::HasSubstr;

// The first error of a lab with one host, which brings these files.
std::string first_error(const std::string& startup, std::vector<LabFile> files) {
  LabReading reading = parse_lab({{"lab.conf", "a[0]=\"x\"\n"}, {"a.startup", startup}});
  EXPECT_TRUE(reading.ok());
  reading.lab.files = std::make_shared<const std::vector<LabFile>>(std::move(files));
  const auto errors = check_commands(reading.lab);
  return errors.empty() ? "none" : errors.front().text();
}

TEST(OwnServices, AreRefusedWhereTheLabBringsNone) {
  EXPECT_THAT(first_error("true\nservice sshd start\n", {}), HasSubstr("a.startup:2: column 9: 'sshd'"));
  EXPECT_THAT(first_error("A=1\nif true; then\n  systemctl restart sshd\nfi\n", {}),
              HasSubstr("a.startup:3: column 21: 'sshd': this service is not modelled"));
  EXPECT_THAT(first_error("chkconfig sshd on", {}), HasSubstr("'sshd': this service is not modelled"));
  EXPECT_EQ(first_error("service vip start", {{"a/etc/init.d/vip", "#!/bin/sh\n", 0755}}), "none");
  EXPECT_EQ(first_error("service vip start", {{"shared/etc/rc.d/init.d/vip", "#!/bin/sh\n", 0755}}), "none");
  EXPECT_EQ(first_error("systemctl start vip", {{"a/etc/systemd/system/vip.service", "[Service]\n", 0644}}), "none");
  EXPECT_EQ(first_error("cp /lab/x /etc/init.d/vip\nservice vip start", {}), "none");
  EXPECT_EQ(first_error("cat > /etc/systemd/system/v.service <<E\n[Service]\nE\nsystemctl start v", {}), "none");
}

TEST(OwnServices, AreLookedForInScripts) {
  const std::vector<LabFile> script{{"up.sh", "#!/bin/sh\nservice sshd start\n", 0755}};
  EXPECT_THAT(first_error("sh /lab/up.sh", script), HasSubstr("up.sh:2: column 9: 'sshd'"));
}

}  // namespace
}  // namespace lvs::control
