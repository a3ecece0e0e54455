// SPDX-License-Identifier: GPL-2.0-or-later
// What a host reports while a packet walks through it. Events are views: a sink copies what it wants to keep.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/time.h"
#include "trace/drop.h"

namespace lvs::trace {

using HostId = std::uint32_t;
// One packet and everything it turns into: (host that made it) << 40 | counter. Zero: none.
using WalkId = std::uint64_t;
// Which packet of a walk: 0 the one it began with, else one that it caused (a fragment, an ICMP error, an ARP request
// for its next hop): (host that made it + 1) << 16 | counter, unique within the walk.
using PartId = std::uint32_t;

// Where in a host; names as in the kernel.
enum class Stage : std::uint8_t {
  wire_in,       // taken from the NIC
  pre_routing,   // NF_INET_PRE_ROUTING
  routing,       // ip_route_input / ip_route_output
  local_in,      // NF_INET_LOCAL_IN
  forward,       // NF_INET_FORWARD
  local_out,     // NF_INET_LOCAL_OUT
  post_routing,  // NF_INET_POST_ROUTING
  ipvs_in,       // ip_vs_in
  ipvs_out,      // ip_vs_out
  ipvs_xmit,     // ip_vs_nat_xmit, ip_vs_dr_xmit, ip_vs_tunnel_xmit
  tunnel_in,     // ipip_rcv
  tunnel_out,    // ipip_tunnel_xmit
  socket,        // handed to a transport protocol of this host
  neighbour,     // neigh_resolve_output: waiting for, or given, a MAC address
  arp_in,        // arp_rcv
  arp_out,       // arp_send
  wire_out,      // given to the NIC
};
std::string_view name_of(Stage stage);
// The function of the kernel, in a few words.
std::string_view text_of(Stage stage);

enum class Verdict : std::uint8_t { accept, drop, stolen, queue };
std::string_view name_of(Verdict verdict);

// Why something was decided, as an id with arguments so that it can be translated; text in why.h's table.
enum class WhyId : std::uint16_t;

struct Why {
  WhyId id{};
  std::array<std::uint64_t, 4> args{};
};

struct PacketEvent {
  base::Time at;
  HostId host;
  WalkId walk;
  PartId part;
  Stage stage;
  Verdict verdict;
  Drop drop;                   // Drop::none unless verdict is drop
  std::uint32_t ifindex;       // 0: none
  bool has_link_header;        // `head` begins with an Ethernet header
  base::ByteView head;         // headers after this stage
  std::uint32_t payload_size;  // bytes behind `head`
  base::ByteView payload;      // as many of them as can be shown; may be none
  Why why;
  std::string_view hook_name;    // the function or rule that decided, "" for the stage itself
  std::uint64_t connection = 0;  // flow_id() of the IPVS connection that the packet was found to belong to; 0: none
};

// Text about a host that is no packet: commands run, ARP entries learned, connections that change state.
struct JournalEvent {
  base::Time at;
  HostId host;
  WalkId walk;            // the packet that caused it, 0 if none
  std::string_view kind;  // "arp", "conn", "command", "schedule", ...
  std::string_view text;
  std::span<const Why> said = {};  // the same, for translation (phrases.h); none for what no language changes
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void packet(const PacketEvent& event) = 0;
  virtual void journal(const JournalEvent& event) = 0;
  // A host has done what there was to do at this moment: its tables stand still.
  virtual void settled(HostId) {}
};

}  // namespace lvs::trace
