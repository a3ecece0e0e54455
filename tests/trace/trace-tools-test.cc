// SPDX-License-Identifier: GPL-2.0-or-later
// Debian's Wireshark tools and tcpdump on traces and their exports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "sample-trace.h"

namespace lvs::trace {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  char buffer[4096];
  for (std::size_t got; pipe && (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  if (pipe) ::pclose(pipe);
  return text;
}

class TraceTools : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* tool : {"tshark", "capinfos", "editcap", "tcpdump"}) {
      if (output_of(std::string("command -v ") + tool).empty()) GTEST_SKIP() << tool << " is not installed";
    }
    folder_ = fs::path(testing::TempDir()) / ("trace-tools-" + std::to_string(::getpid()));
    const fs::path wireshark = fs::path(LVS_SOURCE_DIR) / "docs/wireshark";
    fs::create_directories(folder_ / ".config/wireshark/profiles");
    fs::copy(wireshark / "LVS", folder_ / ".config/wireshark/profiles/LVS", fs::copy_options::recursive);
    file_ = (folder_ / "walk.pcapng").string();
    std::ofstream(file_, std::ios::binary) << sample_trace();
    tshark_ = "HOME=" + folder_.string() + " tshark -C LVS -X lua_script:" + (wireshark / "lvs.lua").string() + " -r ";
    lvs_trace_ = std::string(LVS_PROGRAM_DIR) + "/lvs-trace ";
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  fs::path folder_;
  std::string file_, tshark_, lvs_trace_;
};

TEST_F(TraceTools, TheFieldsOfThePluginCanBeFiltered) {
  EXPECT_EQ(output_of(tshark_ + file_ +
                      " -T fields -E separator='|' -e lvs.step -e lvs.walk -e lvs.host -e lvs.hook -e lvs.function "
                      "-e lvs.verdict -e lvs.drop -e lvs.why -e lvs.changes -Y lvs"),
            "1|1|client|OUTPUT||ACCEPT|||\n"
            "2|1|client|WIRE_OUT||ACCEPT|||\n"
            "3|1|director|IPVS_XMIT|ip_vs_nat_xmit|STOLEN||NAT: destination 10.0.0.100:80 becomes "
            "10.0.0.11:80|IP ttl 64 > 63, IP dst 10.0.0.100 > 10.0.0.11\n"
            "4|1|director|FORWARD||DROP|ip_ttl|TTL exceeded|\n");
  EXPECT_EQ(output_of(tshark_ + file_ + " -T fields -e lvs.step -Y 'lvs.verdict == \"DROP\"'"), "4\n");
  EXPECT_EQ(output_of(tshark_ + file_ + " -T fields -e lvs.step -Y 'lvs.why contains \"NAT\" && lvs.walk == 1'"),
            "3\n");
}

TEST_F(TraceTools, TheButtonsOfTheProfileAreFilters) {
  std::ifstream file(LVS_SOURCE_DIR "/docs/wireshark/LVS/dfilter_buttons");
  int buttons = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('"')) continue;
    // "TRUE","Label","filter","comment"; quotes within are \x22
    const std::size_t begin = line.find("\",\"", line.find("\",\"") + 3) + 3;
    std::string filter = line.substr(begin, line.find("\",\"", begin) - begin);
    for (std::size_t at; (at = filter.find("\\x22")) != std::string::npos;) filter.replace(at, 4, "\"");
    EXPECT_THAT(output_of(tshark_ + file_ + " -Y '" + filter + "' 2>&1 1>/dev/null"), Not(HasSubstr("tshark:")))
        << line;
    ++buttons;
  }
  EXPECT_GE(buttons, 5);
}

TEST_F(TraceTools, TheProfileHasColumnsAndNoTcpAnalysis) {
  const std::string text = output_of(tshark_ + file_);
  EXPECT_THAT(text, HasSubstr("client 1 OUTPUT ACCEPT"));
  EXPECT_THAT(text, HasSubstr("director 4 FORWARD DROP"));
  EXPECT_THAT(text, Not(HasSubstr("Retransmission")));
  // What the profile is for.
  EXPECT_THAT(output_of("HOME=" + folder_.string() + " tshark -r " + file_), HasSubstr("Retransmission"));
}

TEST_F(TraceTools, TheColouringRulesAreUnderstood) {
  const std::string colours = output_of(tshark_ + file_ + " --color -T fields -e frame.coloring_rule.name -Y lvs");
  EXPECT_THAT(colours, HasSubstr("Dropped"));
  EXPECT_THAT(colours, HasSubstr("Rewritten by IPVS"));
  EXPECT_THAT(colours, HasSubstr("On the wire"));
}

TEST_F(TraceTools, EverythingStandsInTheFileItselfToo) {
  EXPECT_EQ(output_of("tshark -r " + file_ +
                      " -T fields -E separator='|' -e frame.interface_name -e frame.packet_flags_direction "
                      "-e frame.packet_id -e frame.comment -Y 'frame.number == 2'"),
            "client/WIRE_OUT|0x00000002|1099511627777|2 client WIRE_OUT ACCEPT\n");
  const std::string infos = output_of("capinfos " + file_);
  EXPECT_THAT(infos, HasSubstr("LVS testbed: lvs-lab"));
  EXPECT_THAT(infos, HasSubstr("Number of interfaces in file: 5"));
  EXPECT_THAT(output_of("tshark -N n -r " + file_ + " -Y 'frame.number == 1'"), HasSubstr("VIP"));
  EXPECT_THAT(output_of("tcpdump -nr " + file_), HasSubstr("10.0.0.1.4000 > 10.0.0.100.80: Flags [S]"));
}

TEST_F(TraceTools, EditcapKeepsEverything) {
  const std::string copy = (folder_ / "copy.pcapng").string();
  output_of("editcap " + file_ + " " + copy);
  EXPECT_EQ(output_of(lvs_trace_ + copy + " 1"), output_of(lvs_trace_ + file_ + " 1"));
  EXPECT_THAT(output_of(lvs_trace_ + copy + " 1"), HasSubstr("ip_vs_nat_xmit"));
}

TEST_F(TraceTools, ExportsAreOrdinaryCaptures) {
  const std::string plain = (folder_ / "plain").string();
  for (const std::string format : {"pcap", "pcapng"}) {
    output_of(lvs_trace_ + file_ + " --" + format + " --output " + plain);
    EXPECT_THAT(output_of("tcpdump -nr " + plain), HasSubstr("10.0.0.1.4000 > 10.0.0.100.80: Flags [S]")) << format;
    EXPECT_EQ(output_of("tshark -r " + plain + " -T fields -e frame.number"), "1\n") << format;
  }
  EXPECT_EQ(output_of("tshark -r " + plain + " -T fields -e frame.interface_name"), "client-eth0\n");
}

TEST_F(TraceTools, ATraceCanBePipedToTshark) {
  EXPECT_THAT(output_of("cat " + file_ + " | tshark -i - -T fields -e frame.comment"),
              HasSubstr("director FORWARD DROP"));
  EXPECT_THAT(output_of("cat " + file_ + " | " + lvs_trace_ + "- 1"), HasSubstr("FORWARD"));
}

}  // namespace
}  // namespace lvs::trace
