// SPDX-License-Identifier: GPL-2.0-or-later
// inject in words and in digits: names of a lab, the tool between both forms, and the frames of the fidelity cases.
#include "control/lab/inject.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "control/words/hex.h"
#include "wire/crc32c.h"

namespace lvs::control {
namespace {

namespace fs = std::filesystem;

LabFiles files(const std::string& timeline) {
  return {{"lab.conf",
           "client[0]=\"outside\"\ndirector[0]=\"outside\"\ndirector[1]=\"inside\"\nrs1[0]=\"inside\"\n"
           "twice[0]=\"inside\"\ntwice[1]=\"inside\"\n"},
          {"client.startup", "ip addr add 203.0.113.7/24 dev eth0\n"},
          {"director.startup", "ip a add 203.0.113.1/24 dev eth0\nifconfig eth1 10.0.0.1 netmask 255.0.0.0\n"},
          {"rs1.startup", "ip address add 10.0.0.11/24 dev eth0\nip addr add 10.0.0.100/32 dev lo\n"},
          {"lab.timeline", timeline}};
}

std::string frame_of(const std::string& line) {
  const LabReading reading = parse_lab(files("0 " + line + "\n"));
  if (!reading.ok()) return reading.errors.front().text();
  return hex_text(std::get<LabInject>(reading.lab.timeline.at(0).what).frame);
}

TEST(Inject, NamesAreAsTheInterfaceSeesThem) {
  EXPECT_EQ(frame_of("client inject eth0 eth dst director ip src client dst rs1:lo udp 1 > 2 sum none"),
            frame_of("client inject eth0 eth dst 02:00:00:00:02:00 src 02:00:00:00:01:00 ip src 203.0.113.7 dst "
                     "10.0.0.100 udp 1 > 2 sum none"));
  EXPECT_EQ(frame_of("rs1 inject eth0 eth dst director ip src rs1 dst director udp 1 > 2 sum none"),
            frame_of("rs1 inject eth0 eth dst director:eth1 ip src 10.0.0.11 dst 10.0.0.1 udp 1 > 2 sum none"));
  EXPECT_EQ(
      frame_of("client inject eth0 eth dst rs1 type 0x88b5"),
      "lab.timeline:1: column 21: 'rs1': no MAC address, and no interface of the lab by this name on this segment; "
      "known: 02:00:00:00:01:00, HOST, HOST:ethN, broadcast");
  EXPECT_EQ(frame_of("rs1 inject eth0 eth dst twice type 0x88b5").find("lab.timeline:1: column 21: 'twice'"), 0u)
      << "two interfaces are there by this name";
}

TEST(Inject, OneFormFromTheOther) {
  const std::string words =
      "# a comment\n0 client inject eth0 arp request from 203.0.113.7 to 203.0.113.1 # who is it\n0.5 client ping -c 1 "
      "203.0.113.1\n1 client inject eth0 eth dst director ip src 203.0.113.7 dst 203.0.113.1 tcp 4000 > 80 S text "
      "\"# 1 2\"\n2 - end\n";
  const Lab lab = parse_lab(files(words)).lab;
  const std::string hex = rewrite_timeline(lab, "lab.timeline", words, InjectForm::hex).text;
  EXPECT_THAT(hex, testing::HasSubstr("0 client inject eth0 ffffffffffff0200000001000806"));
  EXPECT_THAT(hex, testing::HasSubstr("cb007101 # who is it\n0.5 client ping"));
  EXPECT_EQ(rewrite_timeline(lab, "lab.timeline", hex, InjectForm::words).text, words);
}

TEST(Inject, WhatIsJoinedStaysAsItIs) {
  const std::string text = "0 client inject eth0 arp request from 203.0.113.7 \\\n  to 203.0.113.1\n";
  const auto result = rewrite_timeline(parse_lab(files(text)).lab, "lab.timeline", text, InjectForm::hex);
  EXPECT_EQ(result.text, text);
  ASSERT_EQ(result.notices.size(), 1u);
  EXPECT_EQ(result.notices[0].text(), "lab.timeline:1: joined to the next line: left as it is");
}

// --- the cases ---

std::vector<fs::path> cases() {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(LVS_SOURCE_DIR "/tests/fidelity/cases"))
    if (fs::exists(entry.path() / "lab.conf")) folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

// Each frame's words make its bytes again, and every case says what it asks.
TEST(FidelityCases, HaveWordsForTheirFrames) {
  std::size_t frames = 0;
  for (const fs::path& folder : cases()) {
    const LabReading reading = read_lab(folder);
    ASSERT_TRUE(reading.ok()) << reading.errors.front().text();
    EXPECT_NE(reading.lab.description, "") << folder << ": LAB_DESCRIPTION says what the case asks";
    FrameNames names(reading.lab);
    for (const LabEvent& event : reading.lab.timeline) {
      const auto* inject = std::get_if<LabInject>(&event.what);
      if (inject == nullptr) continue;
      const LabHost& host = reading.lab.hosts[event.host];
      for (const InjectForm form : {InjectForm::words, InjectForm::hex}) {
        const auto again = parse_inject(names, host, inject_text(names, host, *inject, form));
        ASSERT_TRUE(std::holds_alternative<LabInject>(again)) << std::get<std::string>(again);
        EXPECT_EQ(std::get<LabInject>(again).frame, inject->frame) << event.place.text();
      }
      ++frames;
    }
  }
  EXPECT_GE(frames, 3430u);
}

// "CASE FRAMES CRC32C" of the bytes as they were when the cases had digits alone. A case that is changed on purpose
// goes from the list, or has its line of this test's message.
TEST(FidelityCases, InjectTheBytesTheyAlwaysDid) {
  std::ifstream list(LVS_SOURCE_DIR "/tests/golden/control/fidelity-frames.txt");
  ASSERT_TRUE(list);
  std::size_t compared = 0;
  std::string name, frames, sum;
  while (list >> name >> frames >> sum) {
    const LabReading reading = read_lab(fs::path(LVS_SOURCE_DIR "/tests/fidelity/cases") / name);
    ASSERT_TRUE(reading.ok()) << reading.errors.front().text();
    wire::Crc32c crc;
    std::size_t count = 0;
    for (const LabEvent& event : reading.lab.timeline) {
      const auto* inject = std::get_if<LabInject>(&event.what);
      if (inject == nullptr) continue;
      ++count;
      for (const std::uint8_t byte : inject->frame) crc.add(byte);
    }
    EXPECT_EQ(fmt::format("{} {} {:08x}", name, count, crc.value()), fmt::format("{} {} {}", name, frames, sum));
    ++compared;
  }
  EXPECT_GE(compared, 80u);
}

}  // namespace
}  // namespace lvs::control
