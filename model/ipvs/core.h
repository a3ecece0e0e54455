// SPDX-License-Identifier: GPL-2.0-or-later
// The working parts of IPVS on one host, and the steps that a packet takes through them (kernel: struct netns_ipvs).
// One step, one function, named as in the kernel; the files are named after what they do.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "host/host.h"
#include "ipvs/conn-table.h"
#include "ipvs/proto/protocol.h"
#include "ipvs/sched/scheduler.h"
#include "ipvs/service.h"
#include "ipvs/settings.h"
#include "trace/why.h"

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

// What few connections have (kernel: cp->app_data, cp->pe_data, and the sequence adjustment of nf_conntrack_seqadj).
struct ConnExtra {
  enum class Ftp : std::uint8_t { active, passive, extended_passive };
  Ftp ftp = Ftp::active;  // what the client has asked for
  // The server's stream has grown: after `position` by `after` bytes, up to it by `before`.
  std::uint32_t position = 0;
  std::int32_t before = 0;
  std::int32_t after = 0;
  std::string pe_name;
  std::string pe_data;
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
  Stats total;
  bool enabled = false;  // a service was added once

  // --- services; service-table.cc ------------------------------------------------------------------------------------
  static constexpr std::size_t kBuckets = 256;
  using Bucket = std::vector<std::unique_ptr<VirtualService>>;  // newest first
  std::array<Bucket, kBuckets> by_address;
  std::array<Bucket, kBuckets> by_mark;
  std::size_t service_count = 0;
  std::size_t ftp_services = 0;       // on port 21
  std::size_t any_port_services = 0;  // on port 0
  std::size_t sip_services = 0;       // whose persistence engine opens connections for servers
  std::vector<Destination*> trash;    // newest first; owned
  // MASQ and TUNNEL destinations by address and port (kernel: rs_table). Thousands of services may share a server.
  struct RealServer {
    base::Ipv4Addr addr;
    std::uint16_t port;  // of a tunnel, its own
    friend bool operator==(const RealServer&, const RealServer&) = default;
  };
  struct RealServerHash {
    std::size_t operator()(const RealServer& key) const noexcept {
      return (std::uint64_t{key.addr.value} << 16 | key.port) * 0x9e3779b97f4a7c15ull >> 16;
    }
  };
  std::unordered_map<RealServer, std::vector<Destination*>, RealServerHash> real_servers;  // the newest last

  // --- the 1 s and 2 s work; defense.cc, stats.cc ---
  bool dropping_entries = false;  // drop_entry is at work
  int drop_rate = 0;              // of drop_packet; 0: off
  int drop_counter = 0;
  std::array<int, 9> entry_lottery{};
  CoreTimer estimator_timer, defense_timer, trash_timer, nodest_timer;

  // Routes of NAT replies, which are looked up again as if from the VIP; see reroute().
  struct Rerouted {
    std::uint32_t generation = 0;
    std::uint32_t mark = 0;
    base::Ipv4Addr src, dst;
    std::uint8_t tos = 0;
    host::Route route;
  };
  std::vector<Rerouted> rerouted;

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

// --- services and destinations; service-table.cc ---
VirtualService* find_service(Core& core, const ServiceKey& key);
// The service for a packet: fwmark, address and port, FTP data, any port (kernel: ip_vs_service_find()).
VirtualService* find_service(Core& core, std::uint32_t mark, IpProto protocol, base::Ipv4Addr addr, std::uint16_t port);
// A MASQ destination that is the source of a packet (kernel: ip_vs_find_real_service()).
Destination* find_real_server(Core& core, IpProto protocol, base::Ipv4Addr addr, std::uint16_t port);
// A TUNNEL destination at the far end (kernel: ip_vs_find_tunnel()).
Destination* find_tunnel(Core& core, base::Ipv4Addr addr, std::uint16_t tunnel_port);
void on_trash_timer(base::Timer& timer);

// --- connections; connections.cc ---
// A new entry, bound to `dest` (which may be null) and hashed unless one-packet (kernel: ip_vs_conn_new()).
Conn* new_conn(Core& core, const Tuple& tuple, base::Ipv4Addr daddr, std::uint16_t dport, std::uint16_t flags,
               Destination* dest);
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
// Connections whose destination has gone, with expire_nodest_conn.
void on_nodest_timer(base::Timer& timer);
std::string_view state_name(const Conn& conn);

// --- scheduling; scheduling.cc, persistence.cc ---
// A connection for a packet that has none. Null: `result` says what becomes of the packet (kernel:
// ip_vs_try_to_schedule() with {tcp,udp,sctp}_conn_schedule()).
Conn* try_to_schedule(Core& core, Hook hook, PacketPtr& packet, const Header& header, HookResult& result);
enum class Outcome : std::uint8_t { scheduled, ignored, no_destination, failed };
Conn* schedule_persistent(Core& core, VirtualService& service, const Packet& packet, const Header& header,
                          Outcome& outcome);
// Asks the service's scheduler.
Destination* ask_scheduler(Core& core, VirtualService& service, const Packet& packet, const Header& header);
std::uint16_t conn_flags_for(const VirtualService& service, IpProto protocol);
void count_conn(Core& core, VirtualService& service, Conn& conn);

// --- state machines; protocol.cc ---
void set_state(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header);
void assure_controller(Conn& conn);
// "; 10.0.0.11:80 now ActiveConn 1 InActConn 0", for the journal.
std::string counters_text(const Conn& conn);
void journal_state(Core& core, const Conn& conn, std::uint8_t from, std::uint8_t to, const Packet& packet);

// --- hooks; hooks.cc, icmp-in.cc, icmp-out.cc ---
void register_hooks(Core& core);
void unregister_hooks(Core& core);
// Stack::Prefetch: asks memory for the connection that a received frame may belong to. `self` is the Core;
// prefetch.cc.
void prefetch(const void* self, const Packet& frame, int step);
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
// ICMP errors. `related` is false when the message is none of our types.
HookResult icmp_in(Core& core, Hook hook, PacketPtr& packet, const Header& header, bool& related);
HookResult icmp_out(Core& core, Hook hook, PacketPtr& packet, const Header& header, bool& related);
void count_in(Core& core, const Conn& conn, std::uint32_t bytes);
void count_out(Core& core, const Conn& conn, std::uint32_t bytes);

// --- memory defences and the estimator; defense.cc, estimator.cc ---
void update_defense_level(Core& core);
// Kernel: ip_vs_todrop(): the drop_packet lottery.
bool to_drop(Core& core);
void on_defense_timer(base::Timer& timer);
void on_estimator_timer(base::Timer& timer);
void start_periodic_work(Core& core);

}  // namespace lvs::ipvs
