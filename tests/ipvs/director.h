// SPDX-License-Identifier: GPL-2.0-or-later
// A director on a bench: eth0 10.0.0.1/24 towards servers 10.0.0.11, .12, .13, eth1 192.168.0.1/24 towards clients
// behind the router 192.168.0.254; the virtual address 192.168.0.100 on eth1.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ipvs/ip-vs.h"
#include "support/frame-builder.h"
#include "support/test-host.h"

namespace lvs::test {

using ipvs::ConnInfo;
using ipvs::DestinationConfig;
using ipvs::Error;
using ipvs::ForwardMethod;
using ipvs::IpProto;
using ipvs::ServiceConfig;
using ipvs::ServiceKey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class Director : public ::testing::Test {
 protected:
  Director();

  static constexpr unsigned kServers = 0, kClients = 1;  // interface numbers

  // "10.0.0.11" or "10.0.0.11:8080"; port 0 without.
  struct EndPoint {
    base::Ipv4Addr addr;
    std::uint16_t port;
  };
  static EndPoint end_point(std::string_view text);

  ServiceKey tcp(std::string_view where) const;
  ServiceKey udp(std::string_view where) const;
  static ServiceKey mark(std::uint32_t fwmark) { return {.fwmark = fwmark}; }

  void service(const ServiceKey& key, std::string scheduler = "rr", std::uint32_t flags = 0, std::uint32_t timeout = 0,
               std::uint32_t netmask = 0xffffffff);
  void server(const ServiceKey& key, std::string_view where, ForwardMethod method, int weight = 1,
              std::uint32_t upper = 0, std::uint32_t lower = 0);
  const ipvs::Destination& dest(const ServiceKey& key, std::string_view where) const;

  // A frame from the router to the director, and from a server.
  Stack from_router(Ip ip) const { return Eth{kRouterMac, mac_of(kClients)} / ip; }
  Stack from_server(Ip ip, unsigned number = 11) const { return Eth{server_mac(number), mac_of(kServers)} / ip; }
  // What the director sends there.
  Stack to_server(Ip ip, unsigned number = 11) const { return Eth{mac_of(kServers), server_mac(number)} / ip; }
  Stack to_router(Ip ip) const { return Eth{mac_of(kClients), kRouterMac} / ip; }

  // A client's segment comes in; the server that it goes to (the last byte of its address), 0: none.
  int send(base::Ipv4Addr client, std::uint16_t port, Tcp flags, std::string_view to = "192.168.0.100:80");
  int connect(base::Ipv4Addr client, std::uint16_t port, std::string_view to = "192.168.0.100:80") {
    return send(client, port, Tcp{.syn = true}, to);
  }
  int datagram(base::Ipv4Addr client, std::uint16_t port, std::string_view to);
  // The server that the frames sent on eth0 since the last call went to, by MAC address or outer header.
  int where_to();

  std::vector<ConnInfo> conns() const { return ip_vs.connections(); }
  // "TCP 172.16.0.1:4000 192.168.0.100:80 10.0.0.11:80 SYN_RECV 60", sorted.
  std::vector<std::string> conn_lines() const;
  void sysctl(std::string_view name, std::string_view value) {
    ASSERT_EQ(ip_vs.write_sysctl(name, value), Error::none);
  }

  // As TestHost gives them.
  static base::MacAddr mac_of(unsigned number) { return {{2, 0, 0, 0, 1, static_cast<std::uint8_t>(number)}}; }
  static base::MacAddr server_mac(unsigned number) { return {{2, 0, 0, 0, 0x10, static_cast<std::uint8_t>(number)}}; }
  static constexpr base::MacAddr kRouterMac{{2, 0, 0, 0, 0x20, 1}};

  const base::Ipv4Addr cip = addr("172.16.0.1"), vip = addr("192.168.0.100"), dip = addr("10.0.0.1"),
                       rip = addr("10.0.0.11");
  TestHost bench{"director"};
  ipvs::IpVs ip_vs{bench.host};
};

}  // namespace lvs::test
