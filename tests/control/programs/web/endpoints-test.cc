// SPDX-License-Identifier: GPL-2.0-or-later
// nc, httpd, curl, ab, netstat and ss among machines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/lan.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Endpoints, NcTalks) {
  Lan lan(2);
  const auto& server = lan.start(2, "echo answer | nc -l -p 80 &");
  const auto& client = lan.run(1, "echo question | nc -N -p 42000 10.0.0.2 80");
  lan.pass(1s);
  EXPECT_EQ(client.out(), "answer\n");
  EXPECT_EQ(client.status(), 0);
  EXPECT_EQ(server.out(), "question\n");
}

TEST(Endpoints, NcIsRefused) {
  Lan lan(2);
  const auto& quiet = lan.run(1, "nc 10.0.0.2 80");
  EXPECT_EQ(quiet.status(), 1);
  EXPECT_EQ(quiet.err(), "");
  EXPECT_EQ(lan.run(1, "nc -v 10.0.0.2 80").err(),
            "nc: connect to 10.0.0.2 port 80 (tcp) failed: Connection refused\n");
  EXPECT_EQ(lan.run(1, "nc -v 192.168.0.1 80").err(),
            "nc: connect to 192.168.0.1 port 80 (tcp) failed: Network is unreachable\n");
  EXPECT_EQ(lan.run(1, "nc -v 10.0.0.9 80").err(), "nc: connect to 10.0.0.9 port 80 (tcp) failed: No route to host\n");
}

TEST(Endpoints, NcScans) {
  Lan lan(2);
  lan.start(2, "nc -l -k -p 81 &");
  const auto& scan = lan.run(1, "nc -zv 10.0.0.2 80-82");
  EXPECT_EQ(scan.err(),
            "nc: connect to 10.0.0.2 port 80 (tcp) failed: Connection refused\n"
            "Connection to 10.0.0.2 81 port [tcp/*] succeeded!\n"
            "nc: connect to 10.0.0.2 port 82 (tcp) failed: Connection refused\n");
  EXPECT_EQ(scan.status(), 0);
}

TEST(Endpoints, NcOverUdp) {
  Lan lan(2);
  const auto& server = lan.start(2, "nc -n -u -l -v -p 53 &");
  const auto& client = lan.run(1, "echo question | nc -u -q 1 -p 42000 10.0.0.2 53");
  EXPECT_EQ(client.status(), 0);
  EXPECT_EQ(server.out(), "question\n");
  EXPECT_EQ(server.err(), "Bound on 0.0.0.0 53\nConnection received on 10.0.0.1 42000\n");
}

// Nobody answers for names (/etc/resolv.conf is empty): the kernel's case is tests/fidelity/cases/tcp-nc.
TEST(Endpoints, NcAsksForNames) {
  Lan lan(2);
  const auto& server = lan.start(2, "nc -l -v -p 80 &");
  lan.run(1, "echo question | nc -N 10.0.0.2 80");
  EXPECT_EQ(server.out(), "question\n");
  EXPECT_EQ(server.err(),
            "nc: getnameinfo: Temporary failure in name resolution\n"
            "nc: getnameinfo: Temporary failure in name resolution\n");
}

TEST(Endpoints, NcGivesUpAfterItsTime) {
  Lan lan(2);
  lan.start(2, "nc -l -k -p 80 &");
  const base::Time start = lan.now();
  EXPECT_EQ(lan.run(1, "nc -w 2 10.0.0.2 80").status(), 0);
  EXPECT_NEAR(static_cast<double>((lan.now() - start) / 1ms), 2000, 50);
}

TEST(Endpoints, CurlGetsThePage) {
  Lan lan(2);
  lan.run(2, "httpd -t 'server 1'");
  const auto& curl = lan.run(1, "curl -s http://10.0.0.2/");
  EXPECT_EQ(curl.out(), "server 1\n");
  EXPECT_EQ(curl.status(), 0);
  EXPECT_EQ(lan.run(1, "curl -sI 10.0.0.2").out(),
            "HTTP/1.1 200 OK\r\nServer: httpd\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_EQ(lan.run(1, "curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' http://10.0.0.2/x").out(),
            "200 9\n");
  const auto& loud = lan.run(1, "curl http://10.0.0.2/");
  EXPECT_THAT(loud.err(), StartsWith("  % Total    % Received"));
  EXPECT_THAT(loud.err(), HasSubstr("\r100     9  100     9    0     0"));
}

TEST(Endpoints, CurlFails) {
  Lan lan(2);
  const auto& refused = lan.run(1, "curl -sS http://10.0.0.2/");
  EXPECT_EQ(refused.status(), 7);
  EXPECT_THAT(refused.err(), StartsWith("curl: (7) Failed to connect to 10.0.0.2 port 80 after "));
  EXPECT_EQ(lan.run(1, "curl -sS http://nohost/").err(), "curl: (6) Could not resolve host: nohost\n");
  lan.start(2, "nc -l -p 80 &");
  const auto& late = lan.run(1, "curl -sS -m 1 http://10.0.0.2/");
  EXPECT_EQ(late.status(), 28);
  EXPECT_EQ(late.err(), "curl: (28) Operation timed out after 1000 milliseconds with 0 bytes received\n");
  lan.start(2, "nc -l -N -W 1 -p 81 &");
  const auto& empty = lan.run(1, "curl -sS http://10.0.0.2:81/");
  EXPECT_EQ(empty.status(), 52);
}

TEST(Endpoints, LargePage) {
  Lan lan(2);
  lan.run(2, "httpd -p 8080 -s 1000000");
  EXPECT_EQ(lan.run(1, "curl -s http://10.0.0.2:8080/").out().size(), 1000000u);
}

TEST(Endpoints, TheExperiment) {
  Lan lan(4);  // client, director, two servers
  lan[2].run(R"(
    ip addr add 10.0.0.100/32 dev eth0
    ipvsadm -A -t 10.0.0.100:80 -s rr
    ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.3 -g
    ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.4 -g)");
  for (const unsigned server : {3u, 4u}) {
    lan[server].run(R"(
      sysctl -w net.ipv4.conf.all.arp_ignore=1
      sysctl -w net.ipv4.conf.all.arp_announce=2
      ip addr add 10.0.0.100/32 dev lo
      service httpd start)");
  }
  EXPECT_EQ(lan.run(1, "curl -s http://10.0.0.100/").out(), "host4\n");
  EXPECT_EQ(lan.run(1, "curl -s http://10.0.0.100/").out(), "host3\n");
  EXPECT_EQ(lan.run(1, "curl -s http://10.0.0.100/").out(), "host4\n");
  lan.pass(1s);
  EXPECT_EQ(lan.run(2, "netstat -natp").out(),
            "Active Internet connections (servers and established)\n"
            "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n");
  const std::string server = lan.run(3, "netstat -nat").out();
  EXPECT_THAT(server, HasSubstr("tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN     \n"));
  EXPECT_THAT(server, HasSubstr("tcp        0      0 10.0.0.100:80           10.0.0.1:"));
  EXPECT_THAT(server, HasSubstr("TIME_WAIT"));
  EXPECT_THAT(lan.run(2, "ipvsadm -lnc").out(), HasSubstr("10.0.0.100:80      10.0.0.3:80"));
  EXPECT_EQ(lan.run(3, "service httpd stop").status(), 0);
  EXPECT_EQ(lan.run(3, "service httpd status").status(), 3);
}

TEST(Endpoints, AbCounts) {
  Lan lan(2);
  lan.run(2, "httpd -t x");
  const auto& ab = lan.run(1, "ab -n 20 -c 4 http://10.0.0.2/");
  EXPECT_EQ(ab.status(), 0);
  EXPECT_THAT(ab.out(), HasSubstr("Complete requests:      20\nFailed requests:        0\n"));
  EXPECT_THAT(ab.out(), HasSubstr("HTML transferred:       40 bytes\n"));
  EXPECT_THAT(ab.out(), HasSubstr(" 100%"));
  const auto& refused = lan.run(1, "ab -n 2 http://10.0.0.2:81/");
  EXPECT_EQ(refused.status(), 111);
  EXPECT_EQ(refused.err(), "apr_socket_recv: Connection refused (111)\n");
}

TEST(Endpoints, SsListsAsTheRealOne) {
  Lan lan(2);
  lan.start(2, "nc -l -k -p 90 &");
  lan.start(2, "nc -u -l -p 92 &");
  EXPECT_EQ(lan.run(2, "ss -ltn").out(),
            "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
            "LISTEN 0      1            0.0.0.0:90        0.0.0.0:*          \n");
  EXPECT_EQ(lan.run(2, "ss -uan").out(),
            "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
            "UNCONN 0      0            0.0.0.0:92        0.0.0.0:*          \n");
  EXPECT_EQ(lan.run(2, "ss -tn").out(), "State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n");
}

}  // namespace
}  // namespace lvs::test
