// SPDX-License-Identifier: GPL-2.0-or-later
// TCP endpoints, packets in and packets out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "socket-pair.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using host::SocketError;
using host::TcpPtr;
using host::TcpState;
using testing::ElementsAre;

constexpr host::SocketAddress kServer{base::Ipv4Addr::of(10, 0, 0, 2), 80};

class Tcp : public testing::Test {
 protected:
  SocketPair pair;
  TcpPtr listener, client, server;

  void listen(unsigned backlog = 5) {
    listener = pair.b.tcp(nullptr);
    ASSERT_EQ(listener->bind({{}, 80}), SocketError::none);
    ASSERT_EQ(listener->listen(backlog), SocketError::none);
  }
  void connect() {
    client = pair.a.tcp(nullptr);
    ASSERT_EQ(client->connect(kServer), SocketError::none);
  }
  void open() {
    listen();
    connect();
    pair.run(10ms);
    server = listener->accept();
    ASSERT_NE(server, nullptr);
    ASSERT_EQ(client->state(), TcpState::established);
    pair.forget();
  }
  static std::string all(host::TcpSocket& socket) {
    std::string text;
    SocketError error = SocketError::none;
    while (socket.read(text, 1 << 20, error) != 0) {
    }
    return text;
  }
  static std::size_t write(host::TcpSocket& socket, std::string_view text) {
    SocketError error = SocketError::none;
    return socket.write(text, error);
  }
};

TEST_F(Tcp, OpensAsLinuxDoes) {
  listen();
  connect();
  pair.run(10ms);
  EXPECT_THAT(pair.texts(), ElementsAre("> S", "< SA", "> A"));
  const Segment& syn = pair.seen[0];
  EXPECT_EQ(syn.tcp().window(), 64240);
  EXPECT_EQ(syn.tcp().header_size(), 40u);
  // MSS 1460, SACK permitted and timestamps in one, NOP and scale 7.
  const std::uint8_t* options = syn.tcp().p + 20;
  EXPECT_EQ(std::vector<std::uint8_t>(options, options + 8), (std::vector<std::uint8_t>{2, 4, 5, 180, 4, 2, 8, 10}));
  EXPECT_EQ(std::vector<std::uint8_t>(options + 12, options + 20), (std::vector<std::uint8_t>{0, 0, 0, 0, 1, 3, 3, 7}));
  EXPECT_TRUE(syn.ip().dont_fragment());
  EXPECT_EQ(syn.ip().ttl(), 64);
  EXPECT_EQ(pair.seen[1].tcp().window(), 65160);
  EXPECT_EQ(pair.seen[1].ip().id(), 0);
  EXPECT_EQ(pair.seen[2].tcp().window(), 502);
  EXPECT_EQ(client->state(), TcpState::established);
}

TEST_F(Tcp, ClosedPortRefuses) {
  connect();
  pair.run(10ms);
  EXPECT_THAT(pair.texts(), ElementsAre("> S", "< RA"));
  EXPECT_EQ(client->take_error(), SocketError::refused);
  EXPECT_EQ(client->state(), TcpState::close);
}

TEST_F(Tcp, DataTravelsBothWays) {
  open();
  EXPECT_EQ(write(*client, "hello"), 5u);
  pair.run(1ms);
  EXPECT_EQ(all(*server), "hello");
  EXPECT_EQ(write(*server, "world"), 5u);
  pair.run(100ms);
  EXPECT_EQ(all(*client), "world");
}

TEST_F(Tcp, ClosesInBothOrders) {
  open();
  client.reset();
  pair.run(100ms);
  EXPECT_EQ(server->state(), TcpState::close_wait);
  std::string text;
  SocketError error{};
  EXPECT_EQ(server->read(text, 10, error), 0u);
  EXPECT_EQ(error, SocketError::none);  // the end
  server.reset();
  pair.run(100ms);
  EXPECT_THAT(pair.texts(), ElementsAre("> FA", "< A", "< FA", "> A"));
  // The one who closed first waits, a minute long.
  ASSERT_EQ(pair.a.tcp_endpoints().size(), 1u);
  EXPECT_EQ(pair.a.tcp_endpoints()[0]->state(), TcpState::time_wait);
  EXPECT_EQ(pair.b.tcp_endpoints().size(), 1u);  // the listener
  pair.run(61s);
  EXPECT_EQ(pair.a.tcp_endpoints().size(), 0u);
}

TEST_F(Tcp, UnreadDataMakesCloseAReset) {
  open();
  write(*client, "nobody reads this");
  pair.run(1ms);
  pair.forget();
  server.reset();
  pair.run(100ms);
  EXPECT_THAT(pair.texts(), ElementsAre("< RA"));
  EXPECT_EQ(client->take_error(), SocketError::reset);
}

TEST_F(Tcp, DataForAClosedProgramIsReset) {
  open();
  server.reset();
  pair.run(10ms);
  EXPECT_EQ(client->state(), TcpState::close_wait);
  pair.forget();
  write(*client, "too late");
  pair.run(100ms);
  EXPECT_THAT(pair.texts(), ElementsAre("> PA 8", "< R"));
  EXPECT_EQ(client->take_error(), SocketError::broken_pipe);
}

TEST_F(Tcp, HalfClosedStillReceives) {
  open();
  client->shut_write();
  pair.run(100ms);  // the program might close too: the acknowledgement waits for it
  EXPECT_EQ(client->state(), TcpState::fin_wait2);
  write(*server, "still here");
  pair.run(100ms);
  EXPECT_EQ(all(*client), "still here");
  server.reset();
  pair.run(100ms);
  EXPECT_EQ(client->state(), TcpState::close);
  EXPECT_TRUE(client->hung_up());
}

TEST_F(Tcp, SynIsSentAgainAfterOneTwoFourSeconds) {
  pair.filter = [](const Segment&) { return false; };
  connect();
  pair.run(130s);
  std::vector<std::int64_t> times;
  for (const Segment& segment : pair.seen) times.push_back(segment.at / 1ms);
  EXPECT_THAT(times, ElementsAre(0, 1000, 3000, 7000, 15000, 31000, 63000));
  EXPECT_EQ(client->take_error(), SocketError::timed_out);
}

TEST_F(Tcp, SynAckIsSentAgainFiveTimes) {
  listen();
  pair.filter = [](const Segment& segment) { return segment.text() == "> S"; };
  connect();
  client.reset();  // the client is gone at once, and silent
  pair.filter = [first = true](const Segment& segment) mutable {
    return segment.from == 0 && std::exchange(first, false);
  };
  pair.run(70s);
  std::vector<std::int64_t> times;
  for (const Segment& segment : pair.seen)
    if (segment.from == 1) times.push_back(segment.at / 1s);
  EXPECT_THAT(times, ElementsAre(0, 1, 3, 7, 15, 31));
  EXPECT_EQ(pair.b.tcp_endpoints().size(), 1u);
}

class LargeTransfer : public Tcp, public testing::WithParamInterface<int> {};

// Every nth segment with data is lost once.
TEST_P(LargeTransfer, ArrivesWhole) {
  open();
  int count = 0;
  pair.filter = [&](const Segment& segment) {
    return GetParam() == 0 || segment.data_size() == 0 || ++count % GetParam() != 0;
  };
  std::string sent(300000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 + i / 251);
  std::string got;
  std::size_t written = 0;
  for (int i = 0; i < 20000 && got.size() < sent.size(); ++i) {
    written += write(*server, std::string_view(sent).substr(written));
    if (written == sent.size() && server != nullptr) server->shut_write();
    pair.run(1ms);
    got += all(*client);
  }
  EXPECT_TRUE(got == sent) << got.size();
  for (const Segment& segment : pair.seen) EXPECT_LE(segment.ip().total_length(), 1500);
}

INSTANTIATE_TEST_SUITE_P(Losses, LargeTransfer, testing::Values(0, 50, 20, 7, 3, 2));

TEST_F(Tcp, SlowStartBeginsWithTenSegments) {
  pair.delay = 50ms;
  listen();
  connect();
  pair.run(200ms);
  server = listener->accept();
  ASSERT_NE(server, nullptr);
  pair.forget();
  write(*server, std::string(100000, 'x'));
  pair.run(40ms);
  EXPECT_EQ(pair.seen.size(), 10u);
  for (const Segment& segment : pair.seen) EXPECT_EQ(segment.data_size(), 1448u);
}

TEST_F(Tcp, ClosedWindowIsProbedAndOpens) {
  open();
  std::string sent(400000, 'x');
  std::size_t written = write(*client, sent);
  pair.run(2s);
  EXPECT_EQ(pair.seen.back().tcp().window(), 0);
  const std::size_t before = pair.seen.size();
  pair.run(5s);
  EXPECT_GT(pair.seen.size(), before);
  std::string got;
  for (int i = 0; i < 5000 && got.size() < sent.size(); ++i) {
    got += all(*server);
    if (written < sent.size()) written += write(*client, std::string_view(sent).substr(written));
    pair.run(1ms);
  }
  EXPECT_EQ(got.size(), sent.size());
}

TEST_F(Tcp, DelayedAcknowledgementAfterFortyMilliseconds) {
  open();
  write(*client, "a");
  pair.run(1ms);
  all(*server);
  write(*server, "b");  // an answer: from now on acknowledgements wait for data
  pair.run(100ms);
  pair.forget();
  const base::Time start = pair.now();
  write(*client, "c");
  pair.run(200ms);
  ASSERT_EQ(pair.seen.size(), 2u);
  EXPECT_EQ((pair.seen[1].at - start) / 1ms, 40);
}

TEST_F(Tcp, FragmentationNeededMakesSegmentsSmaller) {
  open();
  pair.filter = [this](const Segment& segment) {
    if (segment.ip().total_length() <= 1000) return true;
    const Frame icmp = Eth{.src = pair.right.eth(0).mac, .dst = pair.left.eth(0).mac} /
                       Ip{.src = addr("10.0.0.254"), .dst = addr("10.0.0.1")} /
                       Icmp{.type = 3, .code = 4, .rest = 1000} / quote_of(segment.frame, 28);
    pair.left.receive(0, icmp);
    return false;
  };
  write(*client, std::string(5000, 'x'));
  pair.run(1s);
  EXPECT_EQ(all(*server).size(), 5000u);
  EXPECT_EQ(pair.seen.back().ip().total_length() <= 1000, true);
}

TEST_F(Tcp, UnreachableHostEndsConnectOnly) {
  connect();
  const Frame syn = pair.left.sent(0).at(0);
  const auto unreachable = [&](const Frame& about) {
    return Frame(Eth{.src = pair.right.eth(0).mac, .dst = pair.left.eth(0).mac} /
                 Ip{.src = addr("10.0.0.254"), .dst = addr("10.0.0.1")} / Icmp{.type = 3, .code = 1} /
                 quote_of(about, 28));
  };
  pair.left.receive(0, unreachable(syn));
  EXPECT_EQ(client->take_error(), SocketError::host_unreachable);

  open();
  write(*client, "x");
  const Frame data = pair.left.sent(0).at(0);
  pair.left.receive(0, unreachable(data));
  EXPECT_EQ(client->state(), TcpState::established);
  pair.run(1s);
  EXPECT_EQ(all(*server), "x");
}

TEST_F(Tcp, NeighbourThatDoesNotAnswer) {
  client = pair.a.tcp(nullptr);
  ASSERT_EQ(client->connect({addr("10.0.0.77"), 80}), SocketError::none);
  pair.run(3500ms);
  EXPECT_EQ(client->take_error(), SocketError::host_unreachable);
}

TEST_F(Tcp, NoRoute) {
  client = pair.a.tcp(nullptr);
  EXPECT_EQ(client->connect({addr("192.168.1.1"), 80}), SocketError::net_unreachable);
}

TEST_F(Tcp, FullBacklogDropsTheThird) {
  listen(0);
  std::vector<TcpPtr> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(pair.a.tcp(nullptr));
    clients.back()->connect(kServer);
    pair.run(100ms);
  }
  EXPECT_EQ(clients[0]->state(), TcpState::established);
  EXPECT_EQ(clients[1]->state(), TcpState::syn_sent);
  EXPECT_EQ(listener->receive_queue(), 1u);
}

TEST_F(Tcp, PortsInUse) {
  listen();
  TcpPtr other = pair.b.tcp(nullptr);
  EXPECT_EQ(other->bind({{}, 80}), SocketError::in_use);
  EXPECT_EQ(other->bind({addr("10.0.0.9"), 81}), SocketError::not_available);
  EXPECT_EQ(other->bind({addr("10.0.0.2"), 81}), SocketError::none);
}

TEST_F(Tcp, ToItself) {
  listener = pair.a.tcp(nullptr);
  listener->bind({{}, 80});
  listener->listen(5);
  client = pair.a.tcp(nullptr);
  ASSERT_EQ(client->connect({addr("10.0.0.1"), 80}), SocketError::none);
  pair.run(1ms);
  server = listener->accept();
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(client->mss(), 32741u);  // half of the window, which the MTU of lo nearly fills
  write(*client, "to myself");
  pair.run(1ms);
  EXPECT_EQ(all(*server), "to myself");
}

TEST_F(Tcp, AddressOnLoAnswers) {
  pair.right.add(pair.right.lo(), "10.0.0.100/32");
  listen();
  pair.left.host.neighbours.update(pair.left.host.neighbours.find_or_create(pair.left.eth(0), addr("10.0.0.100")),
                                   pair.right.eth(0).mac, host::NeighbourState::permanent,
                                   {.override_ = true, .admin = true});
  client = pair.a.tcp(nullptr);
  client->connect({addr("10.0.0.100"), 80});
  pair.run(1ms);
  EXPECT_EQ(client->state(), TcpState::established);
  server = listener->accept();
  EXPECT_EQ(server->local().addr, addr("10.0.0.100"));
}

TEST_F(Tcp, PortInTimeWaitCanBeReachedAgain) {
  listen();
  for (int i = 0; i < 2; ++i) {
    client = pair.a.tcp(nullptr);
    client->set_reuse(true, false);
    ASSERT_EQ(client->bind({{}, 42000}), SocketError::none);
    ASSERT_EQ(client->connect(kServer), SocketError::none);
    pair.run(10ms);
    server = listener->accept();
    ASSERT_NE(server, nullptr) << i;
    server.reset();  // the server waits
    pair.run(10ms);
    client.reset();
    pair.run(10ms);
  }
}

}  // namespace
}  // namespace lvs::test
