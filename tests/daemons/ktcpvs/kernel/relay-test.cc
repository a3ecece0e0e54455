// SPDX-License-Identifier: GPL-2.0-or-later
// Requests through KTCPVS: machine 1 is the director, 2 and 3 are servers, 4 is the client.
#include <gtest/gtest.h>

#include <string>

#include "control/machine/machine.h"
#include "daemons/daemons.h"
#include "host/socket/sockets.h"
#include "support/lan.h"

namespace lvs::ktcpvs {
namespace {

using namespace std::chrono_literals;

class Ktcpvs : public testing::Test {
 protected:
  static void SetUpTestSuite() { daemons::add_daemons(); }
  Ktcpvs() {
    run(2, "httpd -k -t two");
    run(3, "httpd -k -t three");
  }
  std::string run(unsigned machine, std::string_view line) {
    const control::LineRun& done = lan_.run(machine, line);
    std::string text = done.out() + done.err();
    if (done.status() != 0) text += "[" + std::to_string(done.status()) + "]";
    return text;
  }
  // A service "web" on port 80 with both servers and a rule for each; it runs.
  void serve(const std::string& scheduler, const std::string& threads = "8") {
    lan_[1].files().append("/k", "Virtual web {\n listen = 10.0.0.1:80\n scheduler = " + scheduler +
                                     "\n startservers = " + threads +
                                     "\n maxclients = 256\n minspareservers = 6\n maxspareservers = 18\n"
                                     " server = 10.0.0.2:80 1\n server = 10.0.0.3:80 1\n"
                                     " rule = pattern \".*\" use server 10.0.0.3:80\n"
                                     " rule = pattern \"/two/.*\" use server 10.0.0.2:80\n}\n");
    EXPECT_EQ(run(1, "tcpvsadm -f /k"), "");
    EXPECT_EQ(run(1, "tcpvsadm --start -i web"), "");
    lan_.pass(1100ms);  // the master looks once a second
  }
  // Connections of a machine in ESTABLISHED.
  std::size_t established(unsigned machine) {
    std::size_t count = 0;
    for (const host::TcpEndpoint* each : lan_[machine].sockets().tcp_endpoints())
      count += each->state() == host::TcpState::established ? 1 : 0;
    return count;
  }
  test::Lan lan_{4};
};

TEST_F(Ktcpvs, ThePathChoosesTheServer) {
  serve("http");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/two/x"), "two\n");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/else"), "three\n");
  EXPECT_EQ(established(1), 0u);
}

TEST_F(Ktcpvs, WlcLooksAtNothing) {
  serve("wlc");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/two/x"), "three\n") << "the newest of two that are idle";
}

TEST_F(Ktcpvs, NothingListensBeforeTheMasterHasLooked) {
  EXPECT_EQ(run(1, "tcpvsadm -A -i web -s wlc -P 80"), "");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/"), "[7]");
  run(1, "tcpvsadm --start -i web");
  lan_.pass(1100ms);
  EXPECT_EQ(run(1, "ss -tln | grep -c 0.0.0.0:80"), "1\n");
}

// The source's --start goes on into --stop.
TEST_F(Ktcpvs, StartStopsWhatRuns) {
  serve("http");
  EXPECT_EQ(run(1, "tcpvsadm -D -i web"), "Device or resource busy\n");
  run(1, "tcpvsadm --start -i web");
  lan_.pass(2s);
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/"), "[7]");
  EXPECT_EQ(run(1, "tcpvsadm -D -i web"), "");
}

// Nobody else is asked: the client is reset, as its request lies unread.
TEST_F(Ktcpvs, AServerThatDoesNotListenCostsTheConnection) {
  serve("http");
  run(2, "killall httpd");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/two/x"), "[56]");
  EXPECT_EQ(run(4, "curl -s http://10.0.0.1/else"), "three\n");
  EXPECT_NE(
      run(1, "cat /var/log/messages").find("kernel: TCPVS: Error connecting to the remote host: addr=10.0.0.2 port=80"),
      std::string::npos);
}

TEST_F(Ktcpvs, WhatIsNoRequestIsReset) {
  serve("http");
  EXPECT_EQ(run(4, "curl -s -X DELETE http://10.0.0.1/two/x"), "[56]");
}

// One thread a connection: of nine clients that say nothing one waits, until the pool has grown.
TEST_F(Ktcpvs, AThreadAConnection) {
  serve("wlc", "2");
  for (int i = 0; i < 3; ++i) lan_.start(4, "sleep 30 | nc 10.0.0.1 80");
  lan_.pass(200ms);
  EXPECT_EQ(established(2) + established(3), 2u);
  lan_.pass(1s);
  EXPECT_EQ(established(2) + established(3), 3u);
}

TEST_F(Ktcpvs, RequestsOfOneConnectionGoToTwoServers) {
  serve("phttp");
  const std::string answers =
      run(4,
          "printf 'GET /two/x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nGET /y HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
          "GET /two/z HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | nc -q 1 10.0.0.1 80 | grep -E '^(two|three)'");
  EXPECT_EQ(answers, "two\nthree\ntwo\n");
  // Both connections to servers are kept, half a minute.
  EXPECT_EQ(established(2) + established(3), 2u);
  lan_.pass(32s);
  EXPECT_EQ(established(2) + established(3), 0u);
}

TEST_F(Ktcpvs, PhttpRelaysTheOldHttp) {
  serve("phttp");
  EXPECT_EQ(run(4, "curl -s -0 http://10.0.0.1/two/x"), "two\n");
  EXPECT_EQ(established(2), 0u);
}

}  // namespace
}  // namespace lvs::ktcpvs
