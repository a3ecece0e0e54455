// SPDX-License-Identifier: GPL-2.0-or-later
// What Linux leaves open in frames: values that differ from run to run, which must differ in the same way everywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

#include "base/addr.h"
#include "base/time.h"

namespace lvs::referee {

// One direction of a TCP connection, as seen in the left run.
struct TcpDirection {
  base::Ipv4Addr src, dst;
  std::uint16_t sport = 0, dport = 0;

  TcpDirection reverse() const { return {dst, src, dport, sport}; }
  friend auto operator<=>(const TcpDirection&, const TcpDirection&) = default;
};

// Pairs of values (left, right) that stood at the same place of two runs of one lab. Each function says whether a new
// pair agrees with the pairs before it, and remembers it if so.
class Renaming {
 public:
  // Of an IP header. Where no socket sends, Linux takes ids from counters that begin at random and are shared by
  // hash (ip_select_ident); TCP sockets begin at random too. Zero (DF without a socket) is no choice, and stays.
  // One id belongs to one datagram however often it is rewritten, fragmented or quoted, within kIdLife of each other.
  // NAT leaves either address as it is, so that one of both knows the id again.
  bool ip_id(std::uint8_t protocol, base::Ipv4Addr src, base::Ipv4Addr dst, std::uint16_t left, std::uint16_t right,
             base::Time at);
  // Ports that a socket of `address` was given by the kernel (net.ipv4.ip_local_port_range), at random. So are, with
  // let_nat_choose_ports(), those that source NAT takes when another connection has the port: any from 1024 on,
  // beginning at a random one (kernel: nf_nat_l4proto_unique_tuple()).
  bool port(std::uint8_t protocol, base::Ipv4Addr address, std::uint16_t left, std::uint16_t right);
  // Ids of echo requests between two addresses: ping takes its process id, or has the kernel choose a free one.
  bool echo_id(base::Ipv4Addr asks, base::Ipv4Addr answers, std::uint16_t left, std::uint16_t right);
  // Ids of DNS messages that a socket of `client` sends and takes; its port in the left run.
  bool dns_id(base::Ipv4Addr client, std::uint16_t port, std::uint16_t left, std::uint16_t right);
  // Sequence numbers: initial ones are random, so numbers differ by the same amount throughout a direction. `begins`:
  // the number of a SYN, with which a connection may begin anew. All numbers being 32 bits of which many are random,
  // a number on one network and the same number on another are the same one: NAT does not change it.
  bool tcp_number(const TcpDirection& direction, std::uint32_t left, std::uint32_t right, bool begins);

  void let_nat_choose_ports() { first_chosen_ = 1024; }

  // The right run's port for the left one's; nothing if it is no port that was renamed.
  std::optional<std::uint16_t> renamed_port(base::Ipv4Addr address, std::uint16_t left) const;
  // The same for an address that its packets leave without: source NAT keeps the port where it can, so that one of
  // another address on the wire tells, if there is but one.
  std::optional<std::uint16_t> renamed_port_of_nat(base::Ipv4Addr address, std::uint16_t left) const;

 private:
  struct IdKey {
    std::uint8_t protocol;
    bool by_source;
    base::Ipv4Addr address;
    std::uint16_t id;
    friend auto operator<=>(const IdKey&, const IdKey&) = default;
  };
  struct Partner {
    std::uint16_t id;
    base::Time at;
  };
  struct PortKey {
    std::uint8_t protocol;
    base::Ipv4Addr address;
    std::uint16_t port;
    friend auto operator<=>(const PortKey&, const PortKey&) = default;
  };

  bool chosen(std::uint16_t port) const;

  std::uint16_t first_chosen_ = 0;   // by NAT; 0: none
  std::map<IdKey, Partner> ids_[2];  // left to right, right to left
  std::map<PortKey, std::uint16_t> ports_[2];
  using EchoKey = std::tuple<base::Ipv4Addr, base::Ipv4Addr, std::uint16_t>;  // who asks, who answers
  std::map<EchoKey, std::uint16_t> echo_ids_[2];
  using DnsKey = std::tuple<base::Ipv4Addr, std::uint16_t, std::uint16_t>;  // the client, its left port, the id
  std::map<DnsKey, std::uint16_t> dns_ids_[2];
  std::map<TcpDirection, std::uint32_t> shifts_;  // right number less left number
  std::map<std::uint32_t, std::uint32_t> numbers_;
};

}  // namespace lvs::referee
