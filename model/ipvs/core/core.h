// SPDX-License-Identifier: GPL-2.0-or-later
// The working parts of IPVS on one host (kernel: struct netns_ipvs), and the life of a connection.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "host/host.h"
#include "ipvs/core/real-servers.h"
#include "ipvs/core/reply-routes.h"
#include "ipvs/core/service-table.h"
#include "ipvs/core/synchroniser.h"
#include "ipvs/table/conn-table.h"
#include "ipvs/table/service.h"
#include "ipvs/table/settings.h"
#include "ipvs/table/states.h"
#include "trace/why.h"
#include "wire/ipvs-sync.h"

namespace lvs::ipvs {

using host::Hook;
using host::HookResult;
using host::Packet;
using host::PacketPtr;
using trace::Drop;

struct CoreTimer : base::Timer {
  CoreTimer(base::Timer::Fire fire, Core* owner) : base::Timer(fire), core(owner) {}
  Core* core;
};

// What only a few connections need, kept beside the table (kernel: cp->app_data, cp->pe_data, and the sequence
// adjustment of nf_conntrack_seqadj).
struct ConnExtra {
  enum class Ftp : std::uint8_t { active, passive, extended_passive };
  Ftp ftp = Ftp::active;  // what the client has asked for
  // The server's stream has grown: after `position` by `after` bytes, up to it by `before`.
  std::uint32_t position = 0;
  std::int32_t before = 0;
  std::int32_t after = 0;
  std::string pe_name;
  std::string pe_data;
  // As another director has told (kernel: struct ip_vs_seq): what this kernel itself never makes.
  wire::IpvsSeq in_seq, out_seq;
};

// The defences against floods; defense.cc.
struct Defense {
  static constexpr std::size_t kMostPackets = 8;  // a connection that had more takes no part in the lottery
  bool dropping_entries = false;                  // drop_entry is at work
  int drop_rate = 0;                              // of drop_packet; 0: off
  int drop_counter = 0;
  std::array<int, kMostPackets + 1> entry_lottery{};  // by packets: one in so many connections is drawn
};

struct Core {
  explicit Core(host::Host& on);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  host::Host& host;
  Settings settings;
  ProtocolTables protocols;
  ConnTable conns;
  std::unordered_map<const Conn*, ConnExtra> extras;
  ServiceTable services;
  RealServers real_servers;
  ReplyRoutes reply_routes;
  Stats total;
  bool enabled = false;  // a service was added once

  // Destinations that left their service and may come back, or still have connections.
  std::vector<Destination*> trash;  // newest first; owned
  CoreTimer trash_timer, nodest_timer;

  Defense defense;
  CoreTimer estimator_timer, defense_timer;

  // Made when the first synchronisation daemon starts.
  std::unique_ptr<Synchroniser> sync;
  bool syncing = false;  // the master daemon runs
  bool asleep = false;   // the backup daemon runs, and backup_only is set: requests are not looked at

  ConnExtra& extra(Conn& conn) {
    conn.set(conn_flag::has_extra);
    return extras[&conn];
  }
};

// What the hooks know of a packet (kernel: struct ip_vs_iphdr).
struct Header {
  base::Ipv4Addr src, dst;
  std::uint16_t sport = 0, dport = 0;
  IpProto protocol{};
  bool icmp = false;                        // taken from an ICMP error's quote
  bool inverse = false;                     // and to be read backwards
  std::uint32_t offset = 0;                 // of the IP header, from data()
  std::uint32_t size = 0;                   // of the IP header
  const std::uint8_t* transport = nullptr;  // at least 4 bytes; in the packet's head

  // As the client sees it, whichever way round the header is.
  Tuple request() const {
    return inverse ? Tuple{dst, src, dport, sport, static_cast<std::uint8_t>(protocol)}
                   : Tuple{src, dst, sport, dport, static_cast<std::uint8_t>(protocol)};
  }
};

enum class Direction : std::uint8_t { input, output };

// --- connections; connections.cc ---
// A new entry, bound to `dest` (which may be null) and hashed unless one-packet (kernel: ip_vs_conn_new()).
Conn* new_conn(Core& core, const Tuple& tuple, base::Ipv4Addr daddr, std::uint16_t dport, std::uint16_t flags,
               Destination* dest, std::uint32_t mark);
// One that was learnt without its destination finds it (kernel: ip_vs_try_bind_dest(), the second half).
void bind_late(Core& core, Conn& conn, Destination& dest);
// A packet is done with: the timer starts again, or a one-packet connection ends (kernel: ip_vs_conn_put()).
void put_conn(Core& core, Conn& conn);
// Kernel: ip_vs_conn_expire_now(): its timer comes next.
void expire_conn_now(Core& core, Conn& conn);
// Kernel: ip_vs_conn_del().
void delete_conn(Core& core, Conn& conn);
void control(Conn& conn, Conn& controller);
// Is the template's destination still good? If not, nobody will find the template again (kernel:
// ip_vs_check_template()).
bool check_template(Core& core, Conn& conn, const Destination* wanted = nullptr);
// The first packet of a data connection tells the client's port (kernel: ip_vs_conn_fill_cport()).
void fill_client_port(Core& core, Conn& conn, std::uint16_t port);

std::uint16_t conn_flags_for(const VirtualService& service, IpProto protocol);
void count_conn(Core& core, VirtualService& service, Conn& conn);
void assure_controller(Conn& conn);
// It has come from state `from`.
void journal_state(Core& core, const Conn& conn, std::uint8_t from, const Packet& packet);

// Reads addresses and ports; false when the packet is too short for them (kernel: ip_vs_fill_iph_skb()).
inline bool read_header(Packet& packet, std::uint32_t offset, Header& header) {
  const wire::Ipv4 ip{packet.data() + offset};
  header.offset = offset;
  header.size = ip.header_size();
  header.src = ip.src();
  header.dst = ip.dst();
  header.protocol = ip.protocol();
  if (!packet.may_pull(offset + header.size + 4)) return false;
  header.transport = packet.data() + offset + header.size;
  header.sport = base::load_be16(header.transport);
  header.dport = base::load_be16(header.transport + 2);
  return true;
}

}  // namespace lvs::ipvs
