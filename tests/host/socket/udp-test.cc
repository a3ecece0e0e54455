// SPDX-License-Identifier: GPL-2.0-or-later
// UDP sockets, packets in and packets out.
#include <gtest/gtest.h>

#include "socket-pair.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using host::SocketError;
using host::UdpPtr;

constexpr host::SocketAddress kServer{base::Ipv4Addr::of(10, 0, 0, 2), 53};

class Udp : public testing::Test {
 protected:
  SocketPair pair;
  UdpPtr server = pair.b.udp(nullptr), client = pair.a.udp(nullptr);
};

TEST_F(Udp, AsksAndAnswers) {
  ASSERT_EQ(server->bind({{}, 53}), SocketError::none);
  ASSERT_EQ(client->connect(kServer), SocketError::none);
  ASSERT_EQ(client->send("question"), SocketError::none);
  pair.run(1ms);
  host::UdpSocket::Datagram datagram;
  ASSERT_EQ(server->receive(datagram), SocketError::none);
  EXPECT_EQ(datagram.data, "question");
  EXPECT_EQ(datagram.from, client->local());
  ASSERT_EQ(server->send("answer", datagram.from), SocketError::none);
  pair.run(1ms);
  ASSERT_EQ(client->receive(datagram), SocketError::none);
  EXPECT_EQ(datagram.data, "answer");
  EXPECT_EQ(client->receive(datagram), SocketError::again);
}

TEST_F(Udp, ClosedPortRefusesTheConnectedOnly) {
  UdpPtr loose = pair.a.udp(nullptr);
  loose->send("x", kServer);
  client->connect(kServer);
  client->send("x");
  pair.run(1ms);
  EXPECT_FALSE(loose->failed());
  EXPECT_TRUE(client->failed());
  EXPECT_EQ(client->send("y"), SocketError::refused);
  EXPECT_EQ(client->send("y"), SocketError::none);
}

TEST_F(Udp, LargeDatagramsAreFragmented) {
  server->bind({{}, 53});
  client->connect(kServer);
  EXPECT_EQ(client->send(std::string(65508, 'x')), SocketError::message_size);
  EXPECT_EQ(client->send(std::string(4000, 'x')), SocketError::none);
  pair.run(10ms);
  host::UdpSocket::Datagram datagram;
  ASSERT_EQ(server->receive(datagram), SocketError::none);
  EXPECT_EQ(datagram.data.size(), 4000u);
}

TEST_F(Udp, ConnectedSocketHearsItsPeerOnly) {
  server->bind({{}, 53});
  client->bind({{}, 1000});
  client->connect(kServer);
  UdpPtr other = pair.b.udp(nullptr);
  other->send("from elsewhere", {addr("10.0.0.1"), 1000});
  server->send("from the server", {addr("10.0.0.1"), 1000});
  pair.run(1ms);
  host::UdpSocket::Datagram datagram;
  ASSERT_EQ(client->receive(datagram), SocketError::none);
  EXPECT_EQ(datagram.data, "from the server");
  EXPECT_EQ(client->receive(datagram), SocketError::again);
}

TEST_F(Udp, PortsInUse) {
  EXPECT_EQ(server->bind({{}, 53}), SocketError::none);
  UdpPtr other = pair.b.udp(nullptr);
  EXPECT_EQ(other->bind({addr("10.0.0.2"), 53}), SocketError::in_use);
  server.reset();
  EXPECT_EQ(other->bind({addr("10.0.0.2"), 53}), SocketError::none);
}

}  // namespace
}  // namespace lvs::test
