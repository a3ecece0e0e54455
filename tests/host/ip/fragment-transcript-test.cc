// SPDX-License-Identifier: GPL-2.0-or-later
// Fragmentation and reassembly against what a real kernel did (tests/golden/host/fragments.txt): the same packets in,
// the same packets out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "host/ip/fragment.h"
#include "host/transcript.h"
#include "support/test-host.h"
#include "wire/icmp.h"

namespace lvs::test {
namespace {

using namespace lvs::host;

const auto kSource = addr("10.0.0.9");

std::uint8_t pattern(std::size_t i) { return static_cast<std::uint8_t>(i * 7 + i / 256); }

std::vector<std::uint8_t> echo_request(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 8; i < size; ++i) bytes[i] = pattern(i - 8);
  const wire::Icmp icmp{bytes.data()};
  icmp.init(wire::Icmp::echo, 0, 0x00010001);
  icmp.set_checksum(wire::checksum_of(wire::sum_bytes(bytes)));
  return bytes;
}

struct Words {
  explicit Words(const std::string& line) {
    std::istringstream stream(line);
    for (std::string word; stream >> word;) {
      const std::size_t equals = word.find('=');
      values[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
    }
  }
  bool has(const std::string& key) const { return values.contains(key); }
  std::string text(const std::string& key, const std::string& fallback) const {
    return has(key) ? values.at(key) : fallback;
  }
  std::size_t number(const std::string& key, const std::string& fallback) const {
    return std::stoul(text(key, fallback), nullptr, 0);
  }
  std::map<std::string, std::string> values;
};

Frame frame_of(const std::string& line, const base::MacAddr& to) {
  const Words words(line);
  const std::size_t off = words.number("off", "0"), size = words.number("data", "0");
  const std::string option_text = words.text("opt", "");
  const std::size_t header = 20 + option_text.size() / 2;
  Frame frame(14 + header + size);
  std::ranges::copy(to.bytes, frame.begin());
  frame[6] = 2;
  frame[11] = 9;
  frame[12] = 8;
  const wire::Ipv4 ip{frame.data() + 14};
  const auto field = static_cast<std::uint16_t>(off / 8 | (words.has("mf") ? wire::Ipv4::kMf : 0) |
                                                (words.has("df") ? wire::Ipv4::kDf : 0));
  ip.init(static_cast<std::uint8_t>(words.number("tos", "0")), static_cast<std::uint16_t>(header + size),
          static_cast<std::uint16_t>(words.number("id", "1")), field, 64,
          static_cast<wire::IpProto>(words.has("echo") ? 1 : 253), kSource, addr(words.text("to", "10.0.1.9")));
  ip.p[0] = static_cast<std::uint8_t>(0x40 + header / 4);
  for (std::size_t i = 0; i < option_text.size(); i += 2) {
    ip.p[20 + i / 2] = static_cast<std::uint8_t>(std::stoul(option_text.substr(i, 2), nullptr, 16));
  }
  ip.refresh_checksum();
  const std::vector<std::uint8_t> whole =
      words.has("echo") ? echo_request(words.number("echo", "0")) : std::vector<std::uint8_t>{};
  for (std::size_t i = 0; i < size; ++i) frame[14 + header + i] = whole.empty() ? pattern(off + i) : whole[off + i];
  return frame;
}

std::string shown(std::string_view dev, const Frame& frame) {
  const wire::ConstIpv4 ip{frame.data() + 14};
  EXPECT_TRUE(ip.checksum_ok());
  EXPECT_EQ(ip.total_length() + 14u, frame.size());
  const unsigned header = ip.header_size();
  const std::uint8_t* data = ip.payload();
  if (ip.protocol() == wire::IpProto::icmp && ip.fragment_offset() == 0 && (data[0] == 3 || data[0] == 11)) {
    const unsigned mtu = base::load_be16(data + 6);
    return fmt::format("< {} icmp {}/{}{}\n", dev, data[0], data[1], mtu != 0 ? fmt::format(" mtu={}", mtu) : "");
  }
  if (ip.protocol() != wire::IpProto::icmp) {  // every byte is where it was
    for (unsigned i = 0; i + header < ip.total_length(); ++i) {
      if (data[i] != pattern(ip.fragment_offset() + i)) {
        ADD_FAILURE() << "byte " << i << " of fragment at " << ip.fragment_offset();
        break;
      }
    }
  }
  std::string text =
      fmt::format("< {} off={} data={}", dev, ip.fragment_offset(), static_cast<unsigned>(ip.total_length()) - header);
  if (ip.tos() != 0) text += fmt::format(" tos={:#x}", ip.tos());
  if (header > 20) text += " opt=";
  for (unsigned i = 20; i < header; ++i) text += fmt::format("{:02x}", ip.p[i]);
  return text + (ip.more_fragments() ? " mf" : "") + (ip.dont_fragment() ? " df" : "") + "\n";
}

class Router : public TestHost {
 public:
  Router() : TestHost("router") {
    for (unsigned i = 0; i < 2; ++i) {
      add(eth(i), fmt::format("10.0.{}.1/24", i));
      Neighbour& far = host.neighbours.find_or_create(eth(i), addr(fmt::format("10.0.{}.9", i)));
      host.neighbours.update(far, mac(fmt::format("02:00:00:00:{:02}:09", i)), NeighbourState::permanent,
                             {.override_ = true, .admin = true});
    }
    host.set_sysctl(Ipv4Key::ip_forward, 1);
  }

  std::string play(const std::string& line) {
    if (line == "$ defrag") {
      host.netfilter.add(Hook::NF_INET_PRE_ROUTING,
                         {.priority = priority::conntrack_defrag, .name = "defrag", .function = &defrag, .self = this});
    } else if (line.rfind("$ sleep ", 0) == 0) {
      advance_to(clock.now() + std::chrono::milliseconds(static_cast<long>(std::stod(line.substr(8)) * 1000)));
    } else if (line[0] == '$') {
      run(*this, line.substr(2));
    } else {
      advance_to(clock.now() + std::chrono::milliseconds(100));  // as the recording was made
      receive(0, frame_of(line, eth(0).mac));
    }
    std::string output;
    for (unsigned i = 0; i < 2; ++i) {
      for (const Frame& frame : sent(i)) output += shown(eth(i).name(), frame);
    }
    return output;
  }

 private:
  // Kernel: ipv4_conntrack_defrag().
  static HookResult defrag(void* self, Hook, PacketPtr& packet) {
    if (!packet->ip().is_fragment()) return HookResult::accept();
    packet = static_cast<Router*>(self)->host.defragment(std::move(packet), FragmentUser::conntrack_in);
    if (packet == nullptr) return HookResult::stolen();
    packet->ignore_df = true;
    return HookResult::accept();
  }
};

struct Line {
  std::string command, output;
};
struct Recording {
  std::string name;
  std::vector<Line> lines;
};

std::vector<Recording> recordings() {
  std::vector<Recording> all;
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/host/fragments.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("== ", 0) == 0) {
      all.push_back({line.substr(3), {}});
    } else if (!all.empty() && (line[0] == '$' || line[0] == '>')) {
      all.back().lines.push_back({line, ""});
    } else if (!all.empty() && line[0] == '<') {
      all.back().lines.back().output += line + "\n";
    }
  }
  return all;
}

class RecordedFragments : public testing::TestWithParam<Recording> {};

TEST_P(RecordedFragments, LeaveAsTheyLeftTheKernel) {
  Router router;
  for (const Line& line : GetParam().lines) EXPECT_EQ(router.play(line.command), line.output) << line.command;
}

INSTANTIATE_TEST_SUITE_P(Fragments, RecordedFragments, testing::ValuesIn(recordings()), [](const auto& param) {
  std::string name = param.param.name;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
});

}  // namespace
}  // namespace lvs::test
