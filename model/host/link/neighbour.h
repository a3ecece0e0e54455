// SPDX-License-Identifier: GPL-2.0-or-later
// Neighbour table: states, timers, waiting packets (kernel: net/core/neighbour.c, arp_tbl).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/env/env.h"
#include "host/packet/packet.h"

namespace lvs::host {

class Arp;
class Egress;
class Fib;

enum class NeighbourState : std::uint8_t { none, incomplete, reachable, stale, delay, probe, failed, noarp, permanent };
std::string_view name_of(NeighbourState state);  // "REACHABLE"

// net.ipv4.neigh.DEV.*: defaults of arp_tbl; times in base::Time.
struct NeighbourParameters {
  base::Time base_reachable_time = std::chrono::seconds(30);
  base::Time retrans_time = std::chrono::seconds(1);
  base::Time delay_first_probe_time = std::chrono::seconds(5);
  base::Time gc_stale_time = std::chrono::seconds(60);
  base::Time locktime = std::chrono::seconds(1);
  base::Time proxy_delay = std::chrono::milliseconds(800);
  unsigned mcast_solicit = 3, ucast_solicit = 3, app_solicit = 0, mcast_resolicit = 0;
  std::uint32_t unres_qlen_bytes = 212992;
  unsigned proxy_qlen = 64;
};

// net.ipv4.neigh.default.gc_*.
struct NeighbourLimits {
  std::size_t gc_thresh1 = 128;   // fewer entries are never collected
  std::size_t gc_thresh2 = 512;   // from here on a new entry may push old ones out, every 5 s
  std::size_t gc_thresh3 = 1024;  // there are never more
};

struct Neighbour {
  explicit Neighbour(base::Timer::Fire fire) : timer(fire) {}
  class NeighbourTable* table = nullptr;
  Device* dev = nullptr;
  base::Ipv4Addr addr;
  base::MacAddr mac;
  NeighbourState state = NeighbourState::none;
  unsigned probes = 0;
  base::Time confirmed{};  // last proof of reachability
  base::Time updated{};    // last change of the MAC or state by somebody's packet (the lock time counts from here)
  base::Time used{};       // last packet that met it while not REACHABLE
  std::uint32_t queued_bytes = 0;
  PacketQueue waiting;
  std::uint64_t serial = 0;  // entries in the order they were made
  bool in_use = false;       // somebody up the stack holds it: not to be collected
  struct OwnedTimer : base::Timer {
    using base::Timer::Timer;
    Neighbour* owner = nullptr;
  } timer;

  // A MAC address is known and may be used (kernel: NUD_VALID).
  bool valid() const {
    return state != NeighbourState::none && state != NeighbourState::incomplete && state != NeighbourState::failed;
  }
  // Used without a second thought (kernel: NUD_CONNECTED).
  bool connected() const {
    return state == NeighbourState::reachable || state == NeighbourState::permanent || state == NeighbourState::noarp;
  }
};

// How neigh_update() is told what a packet proves.
struct NeighbourUpdate {
  bool override_ = false;  // replace a MAC that is known (NEIGH_UPDATE_F_OVERRIDE)
  bool admin = false;      // from `ip neigh`
  trace::WalkId walk = 0;  // the packet that proves it, for the journal
};

// `ip neigh add proxy`: an address answered for on an interface.
struct ProxyNeighbour {
  Device* dev = nullptr;
  base::Ipv4Addr addr;
};

class NeighbourTable {
 public:
  NeighbourTable(Env& env, Fib& fib, Arp& arp, Egress& egress);
  ~NeighbourTable();

  // Sends an IP packet (data() at the IP header, packet->out set) to the neighbour `next_hop`: puts the Ethernet header
  // in front, or keeps the packet while ARP asks (kernel: neigh_output(), neigh_resolve_output()).
  void output(PacketPtr packet, base::Ipv4Addr next_hop);
  // A packet from above proves that the neighbour is alive (kernel: dst_confirm_neigh()).
  void confirm(const Device& dev, base::Ipv4Addr addr);

  Neighbour* find(const Device& dev, base::Ipv4Addr addr);
  // For commands: never refused.
  Neighbour& find_or_create(Device& dev, base::Ipv4Addr addr);
  // For packets: nullptr when the table is full (kernel: __neigh_create()).
  Neighbour* find_or_learn(Device& dev, base::Ipv4Addr addr);
  // Somebody wants to use the neighbour soon: ask, unless its MAC is known (kernel: neigh_event_send() without a
  // packet).
  void wake(Neighbour& entry);
  // Kernel: __neigh_update(): state machine of entries; flushes what waited once a MAC is known.
  void update(Neighbour& entry, const base::MacAddr& mac, NeighbourState to, NeighbourUpdate how);
  // Administrative: `ip neigh add/replace/del/flush`.
  void remove(Neighbour& entry);
  void flush(const Device* dev, bool keep_permanent);  // nullptr: all devices
  void device_down(Device& dev);

  // Who tells the senders of packets that waited in vain (kernel: ipv4_link_failure()).
  using LinkFailure = void (*)(void* self, Packet& about);
  void on_link_failure(LinkFailure tell, void* self) { link_failure_ = {tell, self}; }

  // Entries in order of device and address, for listings.
  std::vector<Neighbour*> entries();
  std::size_t size() const { return table_.size(); }
  NeighbourParameters& parameters(const Device& dev);
  NeighbourParameters default_parameters;  // seeds devices not asked about before
  NeighbourLimits limits;

  void add_proxy(Device& dev, base::Ipv4Addr addr);
  bool remove_proxy(const Device& dev, base::Ipv4Addr addr);  // false: there is none
  bool is_proxied(const Device& dev, base::Ipv4Addr addr) const;
  const std::vector<ProxyNeighbour>& proxies() const { return proxies_; }

  // What another kernel has drawn for the interface counts from now on, if it can be drawn; false: it cannot.
  bool set_reachable_time(const Device& dev, base::Time drawn);

 private:
  struct TableTimer : base::Timer {
    using base::Timer::Timer;
    NeighbourTable* owner = nullptr;
  };
  struct DrawnTime {
    base::Time value{};
    base::Time base{};  // of which base_reachable_time
    base::Time at{};
  };
  static constexpr std::size_t kRecent = 64;

  static void on_timer(base::Timer& timer);
  static void on_gc(base::Timer& timer);
  void expire(Neighbour& entry);
  bool begin_resolution(Neighbour& entry);
  void resolve(Neighbour& entry, PacketPtr packet);
  void enqueue(Neighbour& entry, PacketPtr packet);
  void solicit(Neighbour& entry);
  void transmit_to(const Neighbour& entry, PacketPtr packet);
  void flush_waiting(Neighbour& entry);
  void discard_waiting(Neighbour& entry, trace::Drop reason);
  void fail(Neighbour& entry);
  unsigned max_probes(const Neighbour& entry);
  base::Time reachable_time(const Device& dev);
  base::Time retrans_time(const Neighbour& entry);
  Neighbour& create(Device& dev, base::Ipv4Addr addr);
  bool make_room();
  void collect();
  void erase(Neighbour& entry);
  void journal(const Neighbour& entry, trace::WalkId walk, const trace::Why& what);

  static std::uint64_t key_of(const Device& dev, base::Ipv4Addr addr) {
    return std::uint64_t{dev.index()} << 32 | addr.value;
  }
  Neighbour*& recent(const Device& dev, base::Ipv4Addr addr) {
    return recent_[(addr.value ^ addr.value >> 6 ^ dev.index() << 3) % kRecent];
  }

  Env& env_;
  Fib& fib_;
  Arp& arp_;
  Egress& egress_;
  struct {
    LinkFailure tell = nullptr;
    void* self = nullptr;
  } link_failure_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Neighbour>> table_;
  std::unordered_map<std::uint32_t, NeighbourParameters> parameters_;  // by ifindex
  std::unordered_map<std::uint32_t, DrawnTime> reachable_;
  std::vector<ProxyNeighbour> proxies_;
  std::array<Neighbour*, kRecent> recent_{};  // what was used last is nearly always used next
  std::uint64_t next_serial_ = 0;
  base::Time last_forced_gc_;
  TableTimer gc_timer_;
};

}  // namespace lvs::host
