// SPDX-License-Identifier: GPL-2.0-or-later
// Transcripts that the real kernel answered (tests/golden/ipvs, made by its `record`), played on the model.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "control/machine/machine.h"
#include "support/frame-builder.h"
#include "support/test-host.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct Step {
  char kind;  // '$' or '>'
  std::string text;
  Lines answer;
  int line;
};
struct Case {
  std::string name;
  std::vector<Step> steps;
};

std::vector<Case> read_transcript(const std::string& path) {
  std::ifstream file(path);
  std::vector<Case> cases;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text[0] == '#') continue;
    if (text.starts_with("== ")) {
      cases.push_back({text.substr(3), {}});
    } else if (text.starts_with("$ ") || text.starts_with("> ")) {
      cases.back().steps.push_back({text[0], text.substr(2), {}, line});
    } else {
      cases.back().steps.back().answer.push_back(text);
    }
  }
  return cases;
}

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(line);
  }
  return lines;
}

// The network that `record` sets up.
class Bench {
 public:
  Bench() {
    host::Host& host = machine.host();
    eth0_ = &host.add_ethernet("eth0", mac("02:00:00:00:01:00"), &inside_);
    eth1_ = &host.add_ethernet("eth1", mac("02:00:00:00:01:01"), &outside_);
    machine.run(R"(
      ip link set eth0 up
      ip link set eth1 up
      sysctl -q -w net.ipv4.ip_forward=1
      sysctl -q -w net.ipv4.conf.all.send_redirects=0
      ip addr add 10.0.0.1/24 dev eth0
      ip addr add 192.168.0.1/24 dev eth1
      ip addr add 192.168.0.100/32 dev eth1
      ip addr add 192.168.0.101/32 dev eth1
      ip addr add 192.168.0.102/32 dev eth1
      ip neigh add 192.168.0.254 lladdr 02:00:00:00:20:01 dev eth1 nud permanent
      ip route add default via 192.168.0.254
    )");
    for (int i = 1; i < 10; ++i) {
      machine.run(fmt::format("ip neigh add 10.0.0.1{0} lladdr 02:00:00:00:10:1{0} dev eth0 nud permanent", i));
    }
  }

  Lines play(const Step& step) {
    if (step.kind == '$') {
      const control::ScriptOutcome outcome = machine.run_script(step.text + "\n");
      Lines lines = lines_of(outcome.out + outcome.err);
      std::erase_if(lines, [&](const std::string& line) { return line.starts_with(step.text + ": status "); });
      return lines;
    }
    std::istringstream in(step.text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    if (words[0] == "conns") return connections("");
    if (words[0] == "wait") {
      advance(base::Time{static_cast<std::int64_t>(std::stod(words[1]) * 1e9)});
      return {};
    }
    if (words[0] == "mark" || words[0] == "transparent") {
      mark(std::stoi(words[1]), words[2], words[0] == "mark");
      return {};
    }
    if (words[0] == "raw") return raw(words[1], words[2]);
    const std::string start = (words[0] == "udp" ? "UDP " : "TCP ") + words[1] + " " + words[2] + " ";
    const bool server = words[1].starts_with("10.0.0.");
    if (words[0] != "look") {
      send(words[0], words[1], words[2], server);
      advance(3ms);
    }
    if (server) return {};
    Lines found = connections(start);
    if (found.empty()) found.push_back("-");
    return found;
  }

 private:
  // "eth0 11 4500..." or "eth1 router 4500...", the IP header's identification and checksum blanked.
  static void describe(const std::string& name, CapturePort& port, Lines& lines) {
    for (Frame& frame : std::exchange(port.frames, {})) {
      if (base::load_be16(&frame[12]) != 0x0800) continue;
      base::store_be16(&frame[18], 0);
      base::store_be16(&frame[24], 0);
      std::string line = name + (frame[4] == 0x20 ? " router " : fmt::format(" {:x} ", frame[5]));
      for (std::size_t i = 14; i < frame.size(); ++i) line += fmt::format("{:02x}", frame[i]);
      lines.push_back(std::move(line));
    }
  }

  Lines raw(const std::string& interface, const std::string& text) {
    host::Device& in = interface == "eth0" ? *eth0_ : *eth1_;
    Frame frame =
        Stack(Eth{interface == "eth0" ? mac("02:00:00:00:10:11") : mac("02:00:00:00:20:01"), in.mac, 0x0800}).bytes();
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      frame.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
    }
    inside_.frames.clear();
    outside_.frames.clear();
    machine.host().receive(in, host::Packet::from_frame(frame));
    advance(20ms);
    Lines lines;
    describe("eth0", inside_, lines);
    describe("eth1", outside_, lines);
    return lines;
  }

  static std::pair<base::Ipv4Addr, std::uint16_t> end_point(const std::string& text) {
    const std::size_t colon = text.find(':');
    return {addr(text.substr(0, colon)), static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)))};
  }

  void send(const std::string& kind, const std::string& from, const std::string& to, bool server) {
    const auto [src, sport] = end_point(from);
    const auto [dst, dport] = end_point(to);
    host::Device& in = server ? *eth0_ : *eth1_;
    const Eth eth{server ? mac("02:00:00:00:10:11") : mac("02:00:00:00:20:01"), in.mac};
    const Ip ip{.src = src, .dst = dst};
    const bool reset = kind.starts_with("rst");
    const Tcp segment{.sport = sport,
                      .dport = dport,
                      .seq = 1,
                      .ack_seq = 1,
                      .fin = kind == "fin",
                      .syn = kind.starts_with("syn"),
                      .rst = reset,
                      .ack = kind.ends_with("ack") || kind == "fin",
                      .window = 1000};
    const Frame frame = kind == "udp" ? (eth / ip / Udp{.sport = sport, .dport = dport} / Data{{'d', 'a', 't', 'a'}})
                                      : (eth / ip / segment);
    machine.host().receive(in, host::Packet::from_frame(frame));
  }

  Lines connections(const std::string& start) {
    Lines lines;
    for (const ipvs::ConnInfo& c : machine.ipvs().connections()) {
      std::string line = fmt::format("{} {}:{} {}:{} {}:{} {}", ipvs::protocol_name(c.protocol), c.caddr.text(),
                                     c.cport, c.vaddr.text(), c.vport, c.daddr.text(), c.dport, c.state);
      if (line.starts_with(start)) lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    return lines;
  }

  void mark(int value, const std::string& where, bool ours) {
    if (ours) {
      machine.run("ip route add local " + where + " dev lo");
    } else {
      machine.run(fmt::format("ip rule add fwmark {} lookup 100", value));
      machine.run("ip route add local 0.0.0.0/0 dev lo table 100");
    }
    mark_ = {prefix(where), static_cast<std::uint32_t>(value)};
    machine.host().netfilter.add(host::Hook::NF_INET_PRE_ROUTING, {host::priority::mangle, "mark",
                                                                   [](void* self, host::Hook, host::PacketPtr& packet) {
                                                                     const Mark& m = *static_cast<Mark*>(self);
                                                                     if (m.where.contains(packet->ip().dst()))
                                                                       packet->mark = m.value;
                                                                     return host::HookResult::accept();
                                                                   },
                                                                   &mark_});
  }

  void advance(base::Time by) {
    const base::Time until = clock_.now_ + by;
    while (clock_.wake_ <= until) {
      clock_.now_ = std::max(clock_.now_, std::exchange(clock_.wake_, base::kNever));
      machine.host().advance();
    }
    clock_.now_ = until;
  }

  struct Mark {
    base::Ipv4Prefix where;
    std::uint32_t value = 0;
  };
  FakeClock clock_;
  CapturePort inside_, outside_;
  Mark mark_;

 public:
  control::Machine machine{"director", 1, 1, clock_};

 private:
  host::Device* eth0_ = nullptr;
  host::Device* eth1_ = nullptr;
};

class Recorded : public ::testing::TestWithParam<const char*> {};

TEST_P(Recorded, TheModelDoesAsTheKernelDid) {
  const std::vector<Case> cases = read_transcript(std::string(LVS_SOURCE_DIR "/tests/golden/ipvs/") + GetParam());
  ASSERT_FALSE(cases.empty());
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Bench bench;
    for (const Step& step : c.steps) {
      const Lines got = bench.play(step);
      EXPECT_EQ(got, step.answer) << GetParam() << ":" << step.line << ": " << step.text;
      if (got != step.answer) break;  // what follows differs for the same reason
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Transcripts, Recorded,
                         ::testing::Values("picks.txt", "states.txt", "connections.txt", "packets.txt", "more.txt"),
                         [](const auto& test) {
                           const std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace lvs::test
