// SPDX-License-Identifier: GPL-2.0-or-later
// The IP options of a connection beside what Linux 6.1 did: tests/golden/host/tcp-options.txt, made by
// tests/golden/host/record-tcp-options.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "host/recorded-frames.h"
#include "host/socket/sockets.h"
#include "support/test-host.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

const std::string kFile = LVS_SOURCE_DIR "/tests/golden/host/tcp-options.txt";
constexpr std::uint32_t kClientFirst = 1000;

// The server of the recording: 3000 bytes to whoever asks.
struct Server final : TestHost, host::SocketUser {
  Server() : TestHost("s") {
    add(eth(0), "10.0.0.2/24");
    auto& entry = host.neighbours.find_or_create(eth(0), addr("10.0.0.77"));
    host.neighbours.update(entry, kClientMac, host::NeighbourState::permanent, {.override_ = true, .admin = true});
    listener = sockets.tcp(this);
    EXPECT_EQ(listener->bind({{}, 80}), host::SocketError::none);
    EXPECT_EQ(listener->listen(5), host::SocketError::none);
  }
  void socket_ready() override {
    if (connection == nullptr) {
      connection = listener->accept();
      if (connection != nullptr) connection->user = this;
    }
    std::string request;
    host::SocketError error = host::SocketError::none;
    if (connection == nullptr || connection->read(request, 100, error) == 0) return;
    EXPECT_EQ(connection->write(std::string(3000, '\0'), error), 3000u);
    connection.reset();
  }

  const base::MacAddr kClientMac = mac("02:00:00:00:00:4d");
  host::Sockets sockets{host};
  host::TcpPtr listener, connection;
};

std::vector<std::uint8_t> bytes_of(const std::string& hex) {
  if (hex == "-") return {};
  const Frame frame = frame_of_hex(hex);
  return {frame.begin(), frame.end()};
}

class Exchange {
 public:
  explicit Exchange(std::uint16_t port) : port_(port) {}

  // What the server sends to a row "in", as rows "out".
  Rows answers(const Row& in) {
    const auto number = [&](std::size_t word) { return static_cast<std::uint32_t>(std::stoul(in.at(word))); };
    const std::uint32_t flags = number(1);
    const auto has = [flags](wire::Tcp::Flag flag) { return (flags & flag) != 0; };
    Tcp tcp{.sport = port_,
            .dport = 80,
            .seq = kClientFirst + number(2),
            .ack_seq = has(wire::Tcp::ack) ? first_ + number(3) : 0,
            .fin = has(wire::Tcp::fin),
            .syn = has(wire::Tcp::syn),
            .psh = has(wire::Tcp::psh),
            .ack = has(wire::Tcp::ack)};
    if (tcp.syn) tcp.options = {2, 4, 5, 180};
    server_.receive(0, segment(tcp, bytes_of(in.at(5)), number(4)));
    server_.advance_to(server_.clock.now() + 150ms);
    Rows rows;
    for (Frame& sent : server_.sent(0)) rows.push_back(row_of(sent));
    return rows;
  }

 private:
  // Not inlined: g++ 12 takes optional members that it sees to be empty for uninitialised ones.
  [[gnu::noinline]] Frame segment(const Tcp& tcp, const std::vector<std::uint8_t>& options, std::size_t data) {
    return Eth{.src = server_.kClientMac, .dst = server_.eth(0).mac} /
           Ip{.src = addr("10.0.0.77"), .dst = addr("10.0.0.2"), .id = 1, .df = true, .options = options} / tcp /
           Data::of(data);
  }
  Row row_of(Frame& frame) {
    const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
    const wire::Tcp tcp{ip.p + ip.header_size()};
    EXPECT_TRUE(ip.checksum_ok());
    if (tcp.has(wire::Tcp::syn)) first_ = tcp.seq();
    std::string options;
    for (unsigned i = wire::Ipv4::kMinSize; i < ip.header_size(); ++i) options += fmt::format("{:02x}", ip.p[i]);
    return {"out",
            std::to_string(tcp.flags()),
            std::to_string(tcp.seq() - first_),
            std::to_string(tcp.ack_seq() - kClientFirst),
            std::to_string(ip.total_length() - ip.header_size() - tcp.header_size()),
            options.empty() ? "-" : options};
  }

  Server server_;
  std::uint16_t port_;
  std::uint32_t first_ = 0;
};

TEST(TcpOptionsRecorded, SegmentsAreThoseOfLinux) {
  std::ifstream file(kFile);
  std::optional<Exchange> exchange;
  Rows expected, seen;
  unsigned exchanges = 0;
  std::string what;
  const auto compare = [&] {
    EXPECT_EQ(seen, expected) << what;
    expected.clear();
    seen.clear();
  };
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    const Row row{std::istream_iterator<std::string>(words), {}};
    if (row.empty() || row[0] == "#") continue;
    if (row[0] == "out") {
      expected.push_back(row);
      continue;
    }
    compare();
    what = line;
    if (row[0] == "exchange") {
      exchange.emplace(static_cast<std::uint16_t>(40001 + exchanges++));
    } else {
      ASSERT_TRUE(exchange);
      seen = exchange->answers(row);
    }
  }
  compare();
  EXPECT_EQ(exchanges, 5u);
}

}  // namespace
}  // namespace lvs::test
