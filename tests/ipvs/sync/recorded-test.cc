// SPDX-License-Identifier: GPL-2.0-or-later
// What directors on Linux 6.1 got and sent (tests/golden/ipvs/sync.txt, made by its `record-sync`), played on the
// model.
#include <fstream>
#include <sstream>

#include "bench.h"

namespace lvs::test {
namespace {

struct Packet {
  base::Time at;
  base::Ipv4Addr from;
  std::uint16_t port;
  std::string what;
};
struct Recording {
  std::string name;
  std::string commands;
  std::vector<Packet> packets;
  std::vector<std::string> messages;
};

std::vector<Recording> recordings() {
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/ipvs/sync.txt");
  std::vector<Recording> all;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(2));
    double at = 0;
    std::string end, what;
    if (line.starts_with("==")) {
      all.push_back({line.substr(3), {}, {}, {}});
    } else if (line.starts_with("$")) {
      all.back().commands += line.substr(2) + "\n";
    } else if (line.starts_with(">")) {
      words >> at >> end >> what;
      const std::size_t colon = end.find(':');
      all.back().packets.push_back({base::Time(static_cast<std::int64_t>(at * 1e9)), addr(end.substr(0, colon)),
                                    static_cast<std::uint16_t>(std::stoi(end.substr(colon + 1))), what});
    } else if (line.starts_with("<")) {
      words >> at >> what;
      all.back().messages.push_back(bytes_of_hex(what));
    }
  }
  return all;
}

// The connections of all messages in their order, a hexadecimal line each: when a message leaves depends on when the
// daemon was started, which no capture tells.
std::vector<std::string> connections(const std::vector<std::string>& messages) {
  std::vector<std::string> all;
  for (const std::string& message : messages) {
    const bool old = message[0] != 0;
    for (std::size_t at = old ? 4 : 8, size = old ? 24 : 36; at + size <= message.size(); at += size)
      all.push_back(hex_of(std::string_view(message).substr(at, size)));
  }
  return all;
}

class SyncRecorded : public ::testing::TestWithParam<Recording> {};

TEST_P(SyncRecorded, SameConnectionsInTheSameOrder) {
  const Recording& recording = GetParam();
  ASSERT_FALSE(recording.packets.empty());
  ASSERT_FALSE(recording.messages.empty());
  SyncBench bench;
  bench.run(recording.commands);
  for (const Packet& packet : recording.packets) {
    bench.advance_to(packet.at);
    bench.client(packet.from, packet.port, packet.what);
  }
  bench.advance(std::chrono::seconds(4));
  std::vector<std::string> expected = connections(recording.messages), got = connections(bench.messages());
  // The capture ends before the last message does.
  ASSERT_GE(got.size(), expected.size());
  got.resize(expected.size());
  EXPECT_EQ(got, expected);
}
INSTANTIATE_TEST_SUITE_P(Linux, SyncRecorded, ::testing::ValuesIn(recordings()), [](const auto& recorded) {
  std::string name = recorded.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

// Forty connections fit: the whole message, byte by byte, and at once when it is full.
TEST(SyncMessages, FullOnesAreThoseOfLinux) {
  const auto all = recordings();
  const auto many = std::ranges::find(all, "sync-many", &Recording::name);
  ASSERT_NE(many, all.end());
  SyncBench bench;
  bench.run(many->commands);
  const base::Time first = many->packets.front().at;
  for (const Packet& packet : many->packets) {
    if (packet.at > first + std::chrono::milliseconds(300)) break;
    bench.advance_to(packet.at);
    bench.client(packet.from, packet.port, packet.what);
  }
  bench.advance(std::chrono::milliseconds(20));
  const std::vector<std::string> got = bench.messages();
  ASSERT_EQ(got.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(hex_of(got[i]), hex_of(many->messages[i])) << i;
}

}  // namespace
}  // namespace lvs::test
