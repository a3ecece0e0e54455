// SPDX-License-Identifier: GPL-2.0-or-later
// The headers of a packet as sections of named fields, as the header panel shows them. Any bytes will do.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/addr.h"
#include "base/bytes.h"
#include "trace/fields.h"

namespace lvs::view {

enum class Layer {
  ethernet,
  arp,
  outerIp,
  outerUdp,
  gre,
  ip,
  tcp,
  udp,
  icmp,
  otherProtocol,
  quotedIp,
  quotedPorts,
  payload
};

struct Field {
  enum class Weight {
    key,     // always shown
    detail,  // shown where there is room, or when it changed
  };
  const char* name;  // as in tcpdump or the header's own drawing: not translated
  QString value;
  std::optional<base::Ipv4Addr> address;
  Weight weight = Weight::key;
  int offset = -1;  // of its first byte in the frame, by which the trace library's fields know it; -1: not there
};

struct Section {
  Layer layer;
  std::vector<Field> fields;
};

struct Endpoint {
  base::Ipv4Addr address;
  std::optional<std::uint16_t> port;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// What a packet is, said in one line.
struct Headers {
  std::vector<Section> sections;
  std::vector<trace::HeaderField> all;  // as the trace library has them, which says what differs
  bool hasLink = false;                 // an Ethernet header that was written; hosts build it last
  std::optional<base::MacAddr> macSrc, macDst;
  std::optional<Endpoint> outerSrc, outerDst;  // of the tunnel's header
  std::optional<Endpoint> src, dst;            // of the packet, the inner one where there are two
  bool arp = false;
  bool arpRequest = false;
  base::Ipv4Addr arpTarget, arpSender;
  bool icmpError = false;
  QString info;  // "SYN", "ACK PSH 42 B", "ICMP echo", "who-has 10.0.0.100"
  std::uint8_t tcpFlags = 0;
  std::uint8_t protocol = 0;
};

// `bytes` begin with an Ethernet header, all zeros where the packet has none yet. `behind`: bytes of the packet that
// are not here.
Headers headersOf(base::ByteView bytes, std::uint32_t behind = 0);

QString nameOf(Layer layer);
QString textOf(base::Ipv4Addr address);
QString textOf(const Endpoint& endpoint);

}  // namespace lvs::view
