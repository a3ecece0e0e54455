// SPDX-License-Identifier: GPL-2.0-or-later
// Probes of silent connections; compared with the kernel by the fidelity case keep-alive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "socket-pair.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using host::SocketError;
using host::TcpPtr;
using host::TcpSocket;
using testing::ElementsAre;

class KeepAlive : public testing::Test {
 protected:
  // The client's connection has it, and the server's if its listener has it.
  void open(const TcpSocket::KeepAlive& of_client, const std::optional<TcpSocket::KeepAlive>& of_listener = {}) {
    listener = pair.b.tcp(nullptr);
    if (of_listener) listener->set_keep_alive(*of_listener);
    ASSERT_EQ(listener->bind({{}, 80}), SocketError::none);
    ASSERT_EQ(listener->listen(5), SocketError::none);
    client = pair.a.tcp(nullptr);
    client->set_keep_alive(of_client);
    ASSERT_EQ(client->connect({base::Ipv4Addr::of(10, 0, 0, 2), 80}), SocketError::none);
    pair.run(10ms);
    server = listener->accept();
    ASSERT_NE(server, nullptr);
    pair.forget();
  }
  std::vector<std::int64_t> seconds() const {
    std::vector<std::int64_t> result;
    for (const Segment& segment : pair.seen)
      if (segment.from == 0) result.push_back(segment.at / 1s);
    return result;
  }

  SocketPair pair;
  TcpPtr listener, client, server;
};

TEST_F(KeepAlive, AsksWithTheNumberBeforeTheNextAndIsAnswered) {
  open({true, 60s, 60s});
  const std::uint32_t next = [&] {
    SocketError error = SocketError::none;
    client->write("x", error);
    pair.run(10ms);
    return pair.seen.front().tcp().seq() + 1;
  }();
  pair.forget();
  pair.run(200s);
  EXPECT_THAT(pair.texts(), ElementsAre("> A", "< A", "> A", "< A", "> A", "< A"));
  EXPECT_EQ(pair.seen.front().tcp().seq(), next - 1);
  EXPECT_EQ(pair.seen.front().data_size(), 0u);
  EXPECT_FALSE(client->failed());
}

TEST_F(KeepAlive, GivesUpWithAResetAfterSoManyProbes) {
  open({true, 10s, 5s, 3});
  pair.filter = [](const Segment& segment) { return segment.from != 0; };
  pair.run(60s);
  EXPECT_THAT(pair.texts(), ElementsAre("> A", "> A", "> A", "> RA"));
  EXPECT_THAT(seconds(), ElementsAre(10, 15, 20, 25));
  EXPECT_EQ(client->take_error(), SocketError::timed_out);
}

TEST_F(KeepAlive, TheSysctlsSayWhatTheProgramDoesNot) {
  pair.left.host.sysctls.set(host::Ipv4Key::tcp_keepalive_time, 30);
  pair.left.host.sysctls.set(host::Ipv4Key::tcp_keepalive_intvl, 4);
  pair.left.host.sysctls.set(host::Ipv4Key::tcp_keepalive_probes, 1);
  open({true, {}, {}});
  pair.filter = [](const Segment&) { return false; };
  pair.run(60s);
  EXPECT_THAT(seconds(), ElementsAre(30, 34));
}

TEST_F(KeepAlive, IsSilentWithoutIt) {
  open({});
  pair.run(3h);
  EXPECT_TRUE(pair.seen.empty());
}

TEST_F(KeepAlive, AcceptedConnectionsHaveTheirListeners) {
  open({}, TcpSocket::KeepAlive{true, 20s, 20s});
  pair.run(30s);
  EXPECT_THAT(pair.texts(), ElementsAre("< A", "> A"));
}

}  // namespace
}  // namespace lvs::test
