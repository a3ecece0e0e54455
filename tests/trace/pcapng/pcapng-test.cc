// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "trace/pcapng/pcapng.h"

namespace lvs::trace::pcapng {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

base::ByteView view(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// An ARP request, 42 bytes.
const std::string kFrame = std::string(
    "\xff\xff\xff\xff\xff\xff\x02\0\0\0\1\0\x08\x06\0\1\x08\0\6\4\0\1\x02\0\0\0\1\0\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2",
    42);
constexpr base::Time kAt = 1'700'000'000'123'456'789ns;

std::string sample() {
  std::string file;
  append(file, Section{"a lab", "Linux", "lvs-lab 1", {{"first"}, {"{\"hosts\":[]}"}, {}}});
  append(file, Interface{"director/LOCAL_IN", "hook", kEthernet, kSnapLength, {}});
  append(file, Names{{{base::Ipv4Addr::of(10, 0, 0, 1), "client"}, {base::Ipv4Addr::of(10, 0, 0, 2), "director"}}});
  Packet packet;
  packet.at = kAt;
  packet.bytes = view(kFrame);
  packet.direction = Direction::outbound;
  packet.id = 0x0123456789abcdef;
  packet.extras.comments = {"step 1", "dst VIP -> RIP"};
  packet.extras.custom_bytes = {view(kFrame).subspan(0, 3)};
  append(file, packet);
  append(file, Journal{journal_text(kAt, "director", "ipvsadm -C\nsecond line")});
  packet = {};
  packet.at = kAt + 1ns;
  packet.bytes = view(kFrame);
  packet.original_length = 1500;
  packet.direction = Direction::inbound;
  append(file, packet);
  return file;
}

TEST(Pcapng, ReadsBackWhatWasWritten) {
  const std::string file = sample();
  Reader reader(view(file));
  const auto section = reader.next();
  ASSERT_TRUE(section);
  EXPECT_EQ(std::get<Section>(*section).system, "Linux");
  EXPECT_EQ(std::get<Section>(*section).application, "lvs-lab 1");
  EXPECT_THAT(std::get<Section>(*section).extras.comments, ElementsAre("first"));
  EXPECT_THAT(std::get<Section>(*section).extras.custom_texts, ElementsAre("{\"hosts\":[]}"));
  const auto interface = reader.next();
  ASSERT_TRUE(interface);
  EXPECT_EQ(std::get<Interface>(*interface).name, "director/LOCAL_IN");
  EXPECT_EQ(std::get<Interface>(*interface).snap_length, kSnapLength);
  const auto names = reader.next();
  ASSERT_TRUE(names);
  ASSERT_EQ(std::get<Names>(*names).records.size(), 2u);
  EXPECT_EQ(std::get<Names>(*names).records[1].name, "director");
  EXPECT_EQ(std::get<Names>(*names).records[1].address.text(), "10.0.0.2");
  const auto first = reader.next();
  ASSERT_TRUE(first);
  const Packet& packet = std::get<Packet>(*first);
  EXPECT_EQ(packet.at, kAt);
  EXPECT_TRUE(std::ranges::equal(packet.bytes, view(kFrame)));
  EXPECT_EQ(packet.original_length, 42u);
  EXPECT_EQ(packet.direction, Direction::outbound);
  EXPECT_EQ(packet.id, 0x0123456789abcdefu);
  EXPECT_THAT(packet.extras.comments, ElementsAre("step 1", "dst VIP -> RIP"));
  ASSERT_EQ(packet.extras.custom_bytes.size(), 1u);
  EXPECT_EQ(packet.extras.custom_bytes[0].size(), 3u);
  const auto journal = reader.next();
  ASSERT_TRUE(journal);
  EXPECT_THAT(std::string(std::get<Journal>(*journal).text), HasSubstr("MESSAGE=ipvsadm -C second line\n"));
  const auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<Packet>(*second).direction, Direction::inbound);
  EXPECT_EQ(std::get<Packet>(*second).original_length, 1500u);
  EXPECT_FALSE(std::get<Packet>(*second).id);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.cut_off());
  EXPECT_EQ(reader.error(), "");
}

TEST(Pcapng, AFileCutOffAnywhereReadsUpToItsLastWholeBlock) {
  const std::string file = sample();
  std::vector<std::size_t> ends{0};
  Reader whole(view(file));
  while (whole.next()) ends.push_back(whole.position());
  for (std::size_t size = 0; size <= file.size(); ++size) {
    const std::string part = file.substr(0, size);  // a copy of its own, so that a sanitizer sees reads past its end
    Reader reader(view(part));
    while (reader.next()) {
    }
    const bool at_end = std::ranges::find(ends, size) != ends.end();
    EXPECT_EQ(reader.error(), "") << size;
    EXPECT_EQ(reader.cut_off(), !at_end) << size;
    EXPECT_EQ(reader.position(), *(std::ranges::upper_bound(ends, size) - 1)) << size;
  }
}

TEST(Pcapng, AnyDamagedByteIsSurvived) {
  const std::string file = sample();
  for (std::size_t at = 0; at < file.size(); ++at)
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string damaged = file;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      Reader reader(view(damaged));
      int blocks = 0;
      while (reader.next()) ++blocks;
      EXPECT_LE(blocks, 6);
    }
}

TEST(Pcapng, DamageIsNamedWithItsPlace) {
  std::string file = sample();
  const std::string other = "hello, world!";
  Reader text(view(other));
  EXPECT_FALSE(text.next());
  EXPECT_EQ(text.error(), "byte 0: not a pcapng file");
  file[file.size() - 1] = 1;
  Reader tail(view(file));
  std::size_t last = 0;
  while (tail.next()) last = tail.position();
  EXPECT_EQ(tail.error(), "byte " + std::to_string(last) + ": the two lengths of the block differ");
}

TEST(Pcapng, ReadsTheOtherByteOrderAndMicroseconds) {
  const std::string file(
      "\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c"
      "\0\0\0\1\0\0\0\x14\0\1\0\0\0\0\xff\xff\0\0\0\x14"
      "\0\0\0\6\0\0\0\x24\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0\1\0\0\0\1\x2a\0\0\0\0\0\0\x24",
      28 + 20 + 36);
  Reader reader(view(file));
  ASSERT_TRUE(reader.next());
  ASSERT_TRUE(reader.next());
  const auto block = reader.next();
  ASSERT_TRUE(block) << reader.error();
  EXPECT_EQ(std::get<Packet>(*block).at, 5us);
  EXPECT_THAT(std::get<Packet>(*block).bytes, ElementsAre(0x2a));
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t got; pipe && (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  if (pipe) ::pclose(pipe);
  return text;
}

class PcapngTools : public testing::Test {
 protected:
  void SetUp() override {
    if (output_of("command -v tshark && command -v capinfos").find("capinfos") == std::string::npos)
      GTEST_SKIP() << "tshark and capinfos are not installed";
    std::ofstream(path_, std::ios::binary) << sample();
  }
  void TearDown() override { std::remove(path_.c_str()); }
  const std::string path_ = testing::TempDir() + "pcapng-test-" + std::to_string(::getpid()) + ".pcapng";
};

TEST_F(PcapngTools, TsharkReadsEveryField) {
  EXPECT_EQ(output_of("tshark -r " + path_ +
                      " -T fields -E separator='|' -e frame.time_epoch -e frame.interface_name -e frame.packet_id "
                      "-e frame.packet_flags_direction -e frame.comment -e arp.dst.proto_ipv4 2>/dev/null"),
            "1700000000.123456789|director/LOCAL_IN|81985529216486895|0x00000002|step 1,dst VIP -> RIP|10.0.0.2\n"
            "1700000000.123456000|||||\n"
            "1700000000.123456790|director/LOCAL_IN||0x00000001||10.0.0.2\n");
}

TEST_F(PcapngTools, CapinfosReadsTheSection) {
  const std::string text = output_of("capinfos " + path_);
  EXPECT_THAT(text, HasSubstr("lvs-lab 1"));
  EXPECT_THAT(text, HasSubstr("Ethernet"));
  EXPECT_THAT(text, HasSubstr("Time precision = nanoseconds (9)"));
}

}  // namespace
}  // namespace lvs::trace::pcapng
