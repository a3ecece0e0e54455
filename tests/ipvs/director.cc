// SPDX-License-Identifier: GPL-2.0-or-later
#include "director.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/ipv4.h"

namespace lvs::test {

Director::Director() {
  host::Host& host = bench.host;
  bench.add(bench.eth(kServers), "10.0.0.1/24");
  bench.add(bench.eth(kClients), "192.168.0.1/24");
  bench.add(bench.eth(kClients), "192.168.0.100/32");
  host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  host.set_conf_all(host::Conf::send_redirects, 0);
  host.fib.add({.dst = prefix("0.0.0.0/0"), .dev = &bench.eth(kClients), .gateway = addr("192.168.0.254")});
  const auto permanent = [&](unsigned dev, base::Ipv4Addr neighbour, base::MacAddr where) {
    host.neighbours.update(host.neighbours.find_or_create(bench.eth(dev), neighbour), where,
                           host::NeighbourState::permanent, {.override_ = true, .admin = true});
  };
  permanent(kClients, addr("192.168.0.254"), kRouterMac);
  for (unsigned i = 11; i < 20; ++i) permanent(kServers, {addr("10.0.0.0").value + i}, server_mac(i));
}

Director::EndPoint Director::end_point(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto port = colon == text.npos ? 0 : std::stoi(std::string(text.substr(colon + 1)));
  return {addr(text.substr(0, colon)), static_cast<std::uint16_t>(port)};
}

ServiceKey Director::tcp(std::string_view where) const {
  const EndPoint at = end_point(where);
  return {.protocol = IpProto::tcp, .addr = at.addr, .port = at.port};
}

ServiceKey Director::udp(std::string_view where) const {
  const EndPoint at = end_point(where);
  return {.protocol = IpProto::udp, .addr = at.addr, .port = at.port};
}

void Director::service(const ServiceKey& key, std::string scheduler, std::uint32_t flags, std::uint32_t timeout,
                       std::uint32_t netmask) {
  ASSERT_EQ(ip_vs.add_service({.key = key,
                               .scheduler = std::move(scheduler),
                               .flags = flags,
                               .timeout = timeout,
                               .netmask = netmask,
                               .pe_name = {}}),
            Error::none);
}

void Director::server(const ServiceKey& key, std::string_view where, ForwardMethod method, int weight,
                      std::uint32_t upper, std::uint32_t lower) {
  const EndPoint at = end_point(where);
  DestinationConfig config{.addr = at.addr,
                           .port = at.port == 0 ? key.port : at.port,
                           .method = method,
                           .weight = weight,
                           .upper_threshold = upper,
                           .lower_threshold = lower};
  ASSERT_EQ(ip_vs.add_destination(key, config), Error::none);
}

const ipvs::Destination& Director::dest(const ServiceKey& key, std::string_view where) const {
  const EndPoint at = end_point(where);
  for (const ipvs::Destination* d : ip_vs.find_service(key)->destinations) {
    if (d->addr == at.addr && (at.port == 0 || d->port == at.port)) return *d;
  }
  throw std::out_of_range("no such destination");
}

int Director::where_to() {
  int last = 0;
  for (const Frame& frame : bench.sent(kServers)) {
    if (frame[0] == 2 && frame[4] == 0x10) last = frame[5];
  }
  return last;
}

int Director::send(base::Ipv4Addr client, std::uint16_t port, Tcp segment, std::string_view to) {
  const EndPoint target = end_point(to);
  segment.sport = port;
  segment.dport = target.port;
  bench.receive(kClients, (from_router(Ip{.src = client, .dst = target.addr}) / segment).bytes());
  return where_to();
}

int Director::datagram(base::Ipv4Addr client, std::uint16_t port, std::string_view to) {
  const EndPoint target = end_point(to);
  bench.receive(kClients, (from_router(Ip{.src = client, .dst = target.addr}) /
                           Udp{.sport = port, .dport = target.port} / Data::of(20))
                              .bytes());
  return where_to();
}

std::vector<std::string> Director::conn_lines() const {
  std::vector<std::string> lines;
  for (const ConnInfo& c : conns()) {
    lines.push_back(fmt::format("{} {}:{} {}:{} {}:{} {} {}", ipvs::protocol_name(c.protocol), c.caddr.text(), c.cport,
                                c.vaddr.text(), c.vport, c.daddr.text(), c.dport, c.state,
                                std::chrono::duration_cast<std::chrono::seconds>(c.remaining).count()));
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace lvs::test
