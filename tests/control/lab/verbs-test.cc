// SPDX-License-Identifier: GPL-2.0-or-later
// cut, mend, crash and boot in a timeline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "control/lab/model.h"
#include "control/lab/script.h"

namespace lvs::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kConf = "a[0]=lan\nb[0]=lan\n";

LabFiles files_of(std::string_view timeline) {
  return {{"lab.conf", std::string(kConf)},
          {"a.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
          {"b.startup", "ip addr add 10.0.0.2/24 dev eth0\nhttpd\n"},
          {"lab.timeline", std::string(timeline)}};
}

// What each line of the timeline printed, by its text.
std::map<std::string, std::string> outputs(std::string_view timeline) {
  const LabReading reading = parse_lab(files_of(timeline));
  EXPECT_TRUE(reading.ok()) << (reading.ok() ? "" : reading.errors.front().text());
  auto script = parse_script(reading.lab);
  EXPECT_TRUE(script);
  LabModel model(*script);
  std::map<std::string, std::string> result;
  model.on_result = [&](const CommandResult& line) { result[line.command] = line.out + line.err; };
  model.run();
  return result;
}

TEST(Verbs, AreReadAndWrittenBack) {
  const std::string text = "1 - cut b eth0\n2 - mend b eth0\n3 - crash b\n4 - boot b\n5 - end\n";
  const LabReading reading = parse_lab(files_of(text));
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(write_lab(reading.lab).at("lab.timeline"), text);
  EXPECT_FALSE(std::get<LabCable>(reading.lab.timeline[0].what).plugged);
  EXPECT_TRUE(std::get<LabPower>(reading.lab.timeline[3].what).on);
  EXPECT_EQ(reading.lab.model_only, "it switches machines off and on");
}

TEST(Verbs, MistakesAreNamed) {
  std::vector<std::string> reasons;
  for (const LabMessage& error :
       parse_lab(files_of("1 - cut c eth0\n1 - cut b eth7\n1 - crash\n1 - burn b\n1 - cut b eth0 x\n")).errors)
    reasons.push_back(error.reason);
  EXPECT_THAT(reasons,
              ElementsAre(HasSubstr("no host \"c\""), HasSubstr("no interface \"eth7\""), HasSubstr("no host \"\""),
                          HasSubstr("only end, cut, mend, crash and boot can follow"),
                          HasSubstr("not expected behind the interface")));
}

TEST(Verbs, CutCableHasNoCarrier) {
  const auto out = outputs(
      "1 a ping -c 1 -W 1 10.0.0.2\n2 - cut b eth0\n2.5 b ip -br link show eth0\n3 a ping -c 1 -W 1 -q 10.0.0.2\n"
      "5 - mend b eth0\n6 a ping -c 1 -W 2 10.0.0.2\n");
  EXPECT_THAT(out.at("ping -c 1 -W 1 10.0.0.2"), HasSubstr("1 received"));
  EXPECT_THAT(out.at("ip -br link show eth0"), HasSubstr("NO-CARRIER"));
  EXPECT_THAT(out.at("ping -c 1 -W 1 -q 10.0.0.2"), HasSubstr("0 received"));
  EXPECT_THAT(out.at("ping -c 1 -W 2 10.0.0.2"), HasSubstr("1 received"));
}

TEST(Verbs, CrashedMachineIsSilentAndForgetsAll) {
  const auto out = outputs(
      "1 b echo x > /tmp/left\n1.5 b ipvsadm -A -t 10.0.0.2:80 -s rr\n2 - crash b\n2.1 b echo never\n"
      "3 a curl -s -m 1 http://10.0.0.2/\n5 - boot b\n6 b cat /tmp/left\n6.5 b ipvsadm -Sn\n"
      "7 a curl -s -m 2 http://10.0.0.2/\n");
  EXPECT_FALSE(out.contains("echo never"));
  EXPECT_EQ(out.at("curl -s -m 1 http://10.0.0.2/"), "");
  EXPECT_THAT(out.at("cat /tmp/left"), HasSubstr("No such file"));
  EXPECT_EQ(out.at("ipvsadm -Sn"), "");
  EXPECT_EQ(out.at("curl -s -m 2 http://10.0.0.2/"), "b\n");
}

TEST(Verbs, FilesOfTheFolderAreOnTheMachines) {
  LabReading reading = parse_lab(files_of("1 a cat /etc/motto\n2 b cat /etc/motto\n3 a sh /lab/say.sh you\n"));
  ASSERT_TRUE(reading.ok());
  reading.lab.files = std::make_shared<const std::vector<LabFile>>(std::vector<LabFile>{
      {"a/etc/motto", "of a\n", 0644}, {"say.sh", "#!/bin/sh\necho \"$1\" > /lab/x\necho $1\n", 0755}});
  auto script = parse_script(reading.lab);
  ASSERT_TRUE(script);
  LabModel model(*script);
  std::map<std::string, std::string> out;
  model.on_result = [&](const CommandResult& line) { out[line.host + " " + line.command] = line.out + line.err; };
  model.run();
  EXPECT_EQ(out.at("a cat /etc/motto"), "of a\n");
  EXPECT_THAT(out.at("b cat /etc/motto"), HasSubstr("No such file"));
  EXPECT_EQ(out.at("a sh /lab/say.sh you"), "you\n/lab/say.sh: 2: cannot create /lab/x: Read-only file system\n");
}

TEST(Verbs, ScriptsThatALineNamesAreChecked) {
  LabReading reading = parse_lab(files_of("1 a sh /lab/say.sh\n"));
  reading.lab.files = std::make_shared<const std::vector<LabFile>>(std::vector<LabFile>{
      {"other.sh", "#!/bin/sh\nmii-tool\n", 0755}, {"say.sh", "#!/bin/sh\n\nmii-tool addbr\n", 0755}});
  std::vector<std::string> texts;
  const auto script = parse_script(reading.lab);
  ASSERT_FALSE(script);
  for (const LabMessage& error : script.error()) texts.push_back(error.text());
  EXPECT_THAT(texts, ElementsAre(HasSubstr("say.sh:3: column 1: 'mii-tool'")));
}

TEST(Verbs, ScriptsThatKeepalivedRunsAreChecked) {
  LabReading reading = parse_lab(files_of("1 a true\n"));
  reading.lab.files = std::make_shared<const std::vector<LabFile>>(std::vector<LabFile>{
      {"a/etc/keepalived/keepalived.conf", "vrrp_script chk {\n  script \"/root/chk.sh\"\n}\n", 0644},
      {"a/root/chk.sh", "#!/bin/sh\nmii-tool eth0\n", 0755},
      {"a/root/other.sh", "#!/bin/sh\nmii-tool eth1\n", 0755}});
  std::vector<std::string> texts;
  const auto script = parse_script(reading.lab);
  ASSERT_FALSE(script);
  for (const LabMessage& error : script.error()) texts.push_back(error.text());
  EXPECT_THAT(texts, ElementsAre(HasSubstr("a/root/chk.sh:2: column 1: 'mii-tool'")));
}

TEST(Verbs, CommandsThatKeepalivedRunsAreChecked) {
  LabReading reading = parse_lab(files_of("1 a true\n"));
  reading.lab.files = std::make_shared<const std::vector<LabFile>>(
      std::vector<LabFile>{{"a/etc/keepalived/keepalived.conf",
                            "vrrp_script chk {\n"
                            "  script \"/usr/bin/mii-tool eth0\"  # a comment\n"
                            "  @lb1 script mii-tool eth1 ! another\n"
                            "  script \"/usr/local/bin/chk.sh eth0\"\n"
                            "  script \"/usr/bin/own eth0\"\n"
                            "  script \"$CHECK\"\n"
                            "  script \"/usr/bin/pkill -0 nginx\"\n"
                            "  # script \"mii-tool eth2\"\n"
                            "}\n"
                            "virtual_server 10.0.0.1 80 {\n  quorum_up \"/bin/echo -n up\"\n  MISC_CHECK {\n    "
                            "misc_path \"/bin/ping -f 10.0.0.2\"\n",
                            0644},
                           {"a/usr/bin/own", "#!/bin/sh\ntrue\n", 0755}});
  std::vector<std::string> texts;
  const auto script = parse_script(reading.lab);
  ASSERT_FALSE(script);
  for (const LabMessage& error : script.error()) texts.push_back(error.text());
  EXPECT_THAT(texts, ElementsAre(HasSubstr("keepalived.conf:2: column 11: '/usr/bin/mii-tool'"),
                                 HasSubstr("keepalived.conf:3: column 15: 'mii-tool'"),
                                 HasSubstr("keepalived.conf:13: column 26: '-f'")));
}

}  // namespace
}  // namespace lvs::control
