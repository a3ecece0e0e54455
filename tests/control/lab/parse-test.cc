// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "control/lab/lab.h"
#include "os/temporary-folder.h"

namespace lvs::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

std::vector<std::string> texts(const std::vector<LabMessage>& messages) {
  std::vector<std::string> result;
  for (const LabMessage& m : messages) result.push_back(m.text());
  return result;
}

LabReading parse_conf(const std::string& text) { return parse_lab({{"lab.conf", text}}); }

TEST(LabConf, HostsInterfacesAndSegments) {
  const LabReading reading = parse_conf(
      "LAB_NAME=\"Direct routing\"\n"
      "LAB_DESCRIPTION='one director'   # a comment\n"
      "\n"
      "client[0]=\"lan\"\r\n"
      "director[0] = lan/02:aa:00:00:00:01\n"
      "director[1]=\"back\"\n"
      "# lvs: segment back rate=100Mbps delay=1.5ms loss=1% queue=7\n"
      "# lvs: host director cost=60us queue=50 preset=pentium166-nat\n");
  EXPECT_THAT(texts(reading.errors), IsEmpty());
  EXPECT_THAT(texts(reading.notices), IsEmpty());
  const Lab& lab = reading.lab;
  EXPECT_EQ(lab.name, "Direct routing");
  EXPECT_EQ(lab.description, "one director");
  ASSERT_EQ(lab.hosts.size(), 2u);
  ASSERT_EQ(lab.segments.size(), 2u);
  EXPECT_EQ(lab.hosts[0].interfaces[0].mac.text(), "02:00:00:00:01:00");
  EXPECT_EQ(lab.hosts[1].interfaces[0].mac.text(), "02:aa:00:00:00:01");
  EXPECT_EQ(lab.hosts[1].interfaces[1].mac.text(), "02:00:00:00:02:01");
  EXPECT_EQ(lab.hosts[1].interfaces[1].segment, 1u);
  EXPECT_EQ(lab.hosts[1].cost, 60us);
  EXPECT_EQ(lab.hosts[1].queue, 50u);
  EXPECT_EQ(lab.hosts[1].preset, "pentium166-nat");
  EXPECT_EQ(lab.segments[0].rate, LabSegment::kDefaultRate);
  EXPECT_EQ(lab.segments[1].rate, 100'000'000u);
  EXPECT_EQ(lab.segments[1].delay, 1500us);
  EXPECT_DOUBLE_EQ(lab.segments[1].loss, 0.01);
  EXPECT_EQ(lab.segments[1].queue, 7u);
}

TEST(LabConf, KatharaOptionsGiveNotices) {
  const LabReading reading = parse_conf("a[0]=x\na[image]=\"kathara/base\"\na['mem']=64m\nLAB_AUTHOR=\"me\"\n");
  EXPECT_THAT(texts(reading.errors), IsEmpty());
  EXPECT_THAT(texts(reading.notices), ElementsAre("lab.conf:2: the Kathará option \"image\" of a has no effect here",
                                                  "lab.conf:3: the Kathará option \"mem\" of a has no effect here"));
}

TEST(LabConf, DefaultMacsCountPast255Hosts) {
  EXPECT_EQ(default_mac(1, 0).text(), "02:00:00:00:01:00");
  EXPECT_EQ(default_mac(258, 3).text(), "02:00:00:01:02:03");
}

struct Bad {
  const char* text;
  const char* error;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.text; }

class BadConf : public testing::TestWithParam<Bad> {};

TEST_P(BadConf, GivesOneErrorWithItsPlace) {
  const LabReading reading = parse_conf(std::string("a[0]=\"lan\"\n") + GetParam().text + "\n");
  EXPECT_THAT(texts(reading.errors), ElementsAre(std::string("lab.conf:2: ") + GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    LabConf, BadConf,
    testing::Values(
        Bad{"hello", "expected HOST[N]=\"SEGMENT\" or LAB_NAME=\"...\", found \"hello\""},
        Bad{"LAB_TITLE=x",
            "unknown name \"LAB_TITLE\"; known are LAB_NAME, LAB_DESCRIPTION, LAB_VERSION, LAB_AUTHOR, "
            "LAB_EMAIL, LAB_WEB and HOST[N]"},
        Bad{"b[0=lan", "\"b[0\" lacks its closing \"]\""}, Bad{"b[0]=\"lan", "the quote is not closed"},
        Bad{"b[0]=\"lan\" more", "unexpected \"more\" after the value"}, Bad{"b[0]=", "\"\" is no segment name"},
        Bad{"b[0]=\"a b\"", "\"a b\" is no segment name"}, Bad{"b[0]=lan/02:00", "\"02:00\" is no MAC address"},
        Bad{"b[0]=lan/01:00:5e:00:00:01",
            "01:00:5e:00:00:01 cannot be the address of an interface (it is a multicast address)"},
        Bad{"b[0]=lan/00:00:00:00:00:00", "00:00:00:00:00:00 cannot be the address of an interface (it is zero)"},
        Bad{"b[256]=lan", "\"256\" is neither an interface number (0 to 255) nor a Kathará option"},
        Bad{"b[-1]=lan", "\"-1\" is neither an interface number (0 to 255) nor a Kathará option"},
        Bad{"b[eth0]=lan", "\"eth0\" is neither an interface number (0 to 255) nor a Kathará option"},
        Bad{"a[0]=other", "a[0] is given twice"},
        Bad{"../b[0]=lan", "\"../b\" is no host name (letters, digits, \"_\", \".\", \"-\"; not \"shared\")"},
        Bad{"shared[0]=lan", "\"shared\" is no host name (letters, digits, \"_\", \".\", \"-\"; not \"shared\")"},
        Bad{"# lvs: cable lan",
            R"(expected "segment", "host", "model-only" or "virtual-time" after "# lvs:", found "cable")"},
        Bad{"# lvs: segment", "\"# lvs: segment\" needs a name"},
        Bad{"# lvs: segment lan", "nothing is set for segment \"lan\""},
        Bad{"# lvs: segment wan rate=1Gbps", "there is no segment \"wan\" in this lab"},
        Bad{"# lvs: host b cost=1us", "there is no host \"b\" in this lab"},
        Bad{"# lvs: segment lan rate=fast", "rate=fast: expected a rate above 0 such as 1Gbps, 100Mbps or 64kbps"},
        Bad{"# lvs: segment lan rate=0bps", "rate=0bps: expected a rate above 0 such as 1Gbps, 100Mbps or 64kbps"},
        Bad{"# lvs: segment lan delay=5", "delay=5: expected a time above 0 such as 10us or 1.5ms"},
        Bad{"# lvs: segment lan delay=0us", "delay=0us: expected a time above 0 such as 10us or 1.5ms"},
        Bad{"# lvs: segment lan loss=2", "loss=2: expected a probability such as 0.01 or 1%"},
        Bad{"# lvs: segment lan queue=0", "queue=0: expected a number of frames from 1 to 1000000"},
        Bad{"# lvs: segment lan colour=red",
            "unknown setting \"colour\" of a segment; known are rate, delay, loss and queue"},
        Bad{"# lvs: segment lan queue=1 queue=2", "\"queue\" is given twice"},
        Bad{"# lvs: host a cost=-1us", "cost=-1us: expected a time such as 60us"},
        Bad{"# lvs: host a queue=many", "queue=many: expected a number of packets from 1 to 1000000"},
        Bad{"# lvs: host a preset=", "preset=: expected the name of a preset"},
        Bad{"# lvs: host a speed=9", "unknown setting \"speed\" of a host; known are cost, queue and preset"}));

TEST(LabConf, EveryWrongLineIsNamed) {
  EXPECT_THAT(texts(parse_conf("a[0]=lan\nx\nb[0]=?\n").errors),
              ElementsAre("lab.conf:2: expected HOST[N]=\"SEGMENT\" or LAB_NAME=\"...\", found \"x\"",
                          "lab.conf:3: \"?\" is no segment name"));
}

TEST(LabConf, SaysWhyNoKernelRunsIt) {
  const LabReading reading = parse_lab({{"lab.conf", "a[0]=lan\n# lvs: model-only no such module\n"}});
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading.lab.model_only, "no such module");
  EXPECT_EQ(parse_lab(write_lab(reading.lab)).lab.model_only, "no such module");
  EXPECT_FALSE(parse_lab({{"lab.conf", "a[0]=lan\n# lvs: model-only\n"}}).ok());
}

TEST(LabConf, SaysWhyOnlyVirtualTimeRepeatsIt) {
  const LabReading reading = parse_lab({{"lab.conf", "a[0]=lan\n# lvs: virtual-time moments decide\n"}});
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading.lab.virtual_time, "moments decide");
  EXPECT_EQ(parse_lab(write_lab(reading.lab)).lab.virtual_time, "moments decide");
  EXPECT_FALSE(parse_lab({{"lab.conf", "a[0]=lan\n# lvs: virtual-time\n"}}).ok());
}

TEST(LabConf, NeedsAHost) {
  EXPECT_THAT(texts(parse_conf("LAB_NAME=x\n").errors), ElementsAre("lab.conf: no host has an interface"));
}

TEST(LabConf, MustBeThere) {
  EXPECT_THAT(texts(parse_lab({}, "labs/dr").errors),
              ElementsAre("labs/dr/lab.conf: no such file; a lab folder needs one"));
}

const LabFiles kTwoHosts{{"lab.conf", "a[0]=lan\nb[0]=lan\n"}};

LabReading with(const std::string& name, const std::string& text) {
  LabFiles files = kTwoHosts;
  files[name] = text;
  return parse_lab(files);
}

std::vector<std::string> startup_of(const LabHost& host) {
  std::vector<std::string> result;
  for (const LabLine& line : host.startup) result.push_back(line.text);
  return result;
}

TEST(LabStartup, LinesWithoutCommentsAndJoinedAsShDoes) {
  const LabReading reading = with("a.startup",
                                  "#!/bin/sh\n\n  ip addr add 10.0.0.1/24 dev eth0  # ours\n"
                                  "echo one \\\n  two\necho 'back\\\\'\n# comment \\\necho last \\\n");
  ASSERT_TRUE(reading.ok());
  const LabHost& a = reading.lab.hosts[0];
  EXPECT_THAT(startup_of(a), ElementsAre("ip addr add 10.0.0.1/24 dev eth0  # ours", "echo one   two",
                                         "echo 'back\\\\'", "echo last \\ "));
  EXPECT_EQ(a.startup[0].place.text(), "a.startup:3");
  EXPECT_EQ(a.startup[1].place.text(), "a.startup:4");
  EXPECT_EQ(a.startup[2].place.text(), "a.startup:6");
}

TEST(LabStartup, SharedLinesComeFirstOnEveryHost) {
  LabFiles files = kTwoHosts;
  files["a.startup"] = "echo a\n";
  files["shared.startup"] = "echo shared\n";
  files["a.shutdown"] = "halt\n";
  const LabReading reading = parse_lab(files);
  EXPECT_THAT(startup_of(reading.lab.hosts[0]), ElementsAre("echo shared", "echo a"));
  EXPECT_THAT(startup_of(reading.lab.hosts[1]), ElementsAre("echo shared"));
  EXPECT_THAT(texts(reading.notices), ElementsAre("a.shutdown: this Kathará file has no effect here"));
}

TEST(LabStartup, OfAnUnknownHost) {
  EXPECT_THAT(texts(with("c.startup", "echo\n").errors), ElementsAre("c.startup: there is no host \"c\" in lab.conf"));
}

TEST(LabStartup, MustBeText) {
  EXPECT_THAT(texts(with("a.startup", std::string("echo\nx\0y\n", 9)).errors),
              ElementsAre("a.startup:2: not a text file (it holds a zero byte)"));
}

TEST(LabTimeline, CommandsFramesAndEnd) {
  const LabReading reading = with("lab.timeline",
                                  "# a comment\n0 a ping -c 1 10.0.0.2  # verbatim\n"
                                  "1.25 b inject eth0 ffffffffffff 020000000200 0806 # ARP\n2 - end\n");
  EXPECT_THAT(texts(reading.errors), IsEmpty());
  const std::vector<LabEvent>& timeline = reading.lab.timeline;
  ASSERT_EQ(timeline.size(), 3u);
  EXPECT_EQ(std::get<LabCommand>(timeline[0].what).text, "ping -c 1 10.0.0.2  # verbatim");
  EXPECT_EQ(timeline[1].at, 1250ms);
  EXPECT_EQ(timeline[1].host, 1u);
  EXPECT_THAT(std::get<LabInject>(timeline[1].what).frame,
              ElementsAre(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 2, 0, 8, 6));
  EXPECT_EQ(reading.lab.end(), 2s);
}

class BadTimeline : public testing::TestWithParam<Bad> {};

TEST_P(BadTimeline, GivesOneErrorWithItsPlace) {
  EXPECT_THAT(texts(with("lab.timeline", std::string("5 a true\n") + GetParam().text + "\n").errors),
              ElementsAre(std::string("lab.timeline:2: ") + GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    LabTimeline, BadTimeline,
    testing::Values(
        Bad{"soon a true", "\"soon\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"-1 a true", "\"-1\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"6s a true", "\"6s\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"6. a true", "\"6.\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"6.0000000001 a true", "\"6.0000000001\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"99999999999 a true", "\"99999999999\" is no time in seconds (such as 0, 1.5 or 12.25)"},
        Bad{"4 a true", "time goes back from 5 to 4"}, Bad{"6", "expected TIME HOST COMMAND"},
        Bad{"6 c true", "there is no host \"c\" in lab.conf"}, Bad{"6 a", "there is no command for a"},
        Bad{"6 - stop", "after \"-\" only end, cut, mend, crash and boot can follow, found \"stop\""},
        Bad{"6 a inject", "expected inject IFACE FRAME"},
        Bad{"6 a inject eth1 00", "a has no interface \"eth1\" in lab.conf"},
        Bad{"6 a inject lo 00", "a has no interface \"lo\" in lab.conf"},
        Bad{"6 a inject eth0 0x00",
            "the frame is not written as pairs of hexadecimal digits, nor in words that begin with eth, arp or ip"},
        Bad{"6 a inject eth0 0",
            "the frame is not written as pairs of hexadecimal digits, nor in words that begin with eth, arp or ip"},
        Bad{"6 a inject eth0", "a frame has 14 to 65549 bytes, Ethernet header and no FCS; this one has 0"},
        Bad{"6 a inject eth0 ffffffffffff0200000002000",
            "the frame is not written as pairs of hexadecimal digits, nor in words that begin with eth, arp or ip"}));

TEST(LabTimeline, NothingComesAfterTheEnd) {
  EXPECT_THAT(texts(with("lab.timeline", "6 - end\n7 a true\n").errors),
              ElementsAre("lab.timeline:2: the run has ended by this line"));
}

TEST(LabWrite, ReadsBackAsTheSameLab) {
  const LabFiles files{
      {"lab.conf",
       "LAB_NAME=\"It's\"\nb[1]=two/02:00:00:00:09:09\nb[0]=one\na[0]=two\nc[image]=x\n"
       "# lvs: segment two rate=10Mbps delay=2ms loss=0.25 queue=3\n# lvs: host a cost=100ns queue=9 preset=p\n"},
      {"a.startup", "echo a\\ \necho b\n"},
      {"lab.timeline", "0.000000001 a echo # x\n1 b inject eth1 eth dst broadcast type 0x806\n2.5 - end\n"}};
  const LabReading first = parse_lab(files);
  ASSERT_THAT(texts(first.errors), IsEmpty());
  const LabFiles written = write_lab(first.lab);
  const LabReading second = parse_lab(written);
  ASSERT_THAT(texts(second.errors), IsEmpty());
  EXPECT_EQ(write_lab(second.lab), written);
  EXPECT_EQ(written.at("a.startup"), files.at("a.startup"));
  EXPECT_EQ(written.at("lab.timeline"), files.at("lab.timeline"));
  ASSERT_EQ(second.lab.hosts.size(), 3u);
  EXPECT_EQ(second.lab.hosts[0].name, "b");
  EXPECT_EQ(second.lab.hosts[0].interfaces[0].mac.text(), "02:00:00:00:09:09");
  EXPECT_EQ(second.lab.segments[0].delay, 2ms);
  EXPECT_DOUBLE_EQ(second.lab.segments[0].loss, 0.25);
  EXPECT_EQ(second.lab.hosts[1].cost, 100ns);
}

TEST(LabRead, FolderThatIsNotThere) {
  const LabReading reading = read_lab("/nonexistent/lab");
  EXPECT_THAT(texts(reading.errors), ElementsAre("/nonexistent/lab: No such file or directory"));
}

TEST(LabRead, TakesItsNameFromTheFolder) {
  const os::TemporaryFolder above(testing::TempDir() + "lvs-lab-");
  const std::filesystem::path folder = std::filesystem::path(above.path()) / "lab-read-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "lab.conf") << "a[0]=lan\nwrong\n";
  std::ofstream(folder / "README.md") << "not read";
  const LabReading reading = read_lab(folder / "");
  EXPECT_EQ(reading.lab.name, "lab-read-test");
  EXPECT_THAT(
      texts(reading.errors),
      ElementsAre(folder.string() + "/lab.conf:2: expected HOST[N]=\"SEGMENT\" or LAB_NAME=\"...\", found \"wrong\""));
}

}  // namespace
}  // namespace lvs::control
