// SPDX-License-Identifier: GPL-2.0-or-later
// Neighbour table: states, timers, waiting packets (kernel: net/core/neighbour.c, arp_tbl).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/device.h"
#include "host/packet.h"

namespace lvs::host {

class Host;

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
  base::Time used{};       // last packet sent to it
  std::uint32_t queued_bytes = 0;
  PacketQueue waiting;
  base::Timer timer;

  // A MAC address is known and may be used (kernel: NUD_VALID).
  bool valid() const {
    return state != NeighbourState::none && state != NeighbourState::incomplete && state != NeighbourState::failed;
  }
};

// How neigh_update() is told what a packet proves.
struct NeighbourUpdate {
  bool override_ = false;  // replace a MAC that is known (NEIGH_UPDATE_F_OVERRIDE)
  bool admin = false;      // from `ip neigh`
};

class NeighbourTable {
 public:
  explicit NeighbourTable(Host& host) : host_(host) {}
  ~NeighbourTable();

  // Sends an IP packet (data() at the IP header, packet->out set) to the neighbour `next_hop`: puts the Ethernet header in
  // front, or keeps the packet while ARP asks (kernel: neigh_output(), neigh_resolve_output()).
  void output(PacketPtr packet, base::Ipv4Addr next_hop);
  // A packet from above proves that the neighbour is alive (kernel: dst_confirm_neigh()).
  void confirm(const Device& dev, base::Ipv4Addr addr);

  Neighbour* find(const Device& dev, base::Ipv4Addr addr);
  Neighbour& find_or_create(Device& dev, base::Ipv4Addr addr);
  // Kernel: __neigh_update(): state machine of entries; flushes what waited once a MAC is known.
  void update(Neighbour& entry, const base::MacAddr& mac, NeighbourState to, NeighbourUpdate how);
  // Administrative: `ip neigh add/replace/del/flush`.
  void remove(Neighbour& entry);
  void flush(const Device* dev, bool keep_permanent);  // nullptr: all devices
  void device_down(Device& dev);

  // Entries in order of device and address, for listings.
  std::vector<Neighbour*> entries();
  NeighbourParameters& parameters(const Device& dev);

 private:
  friend struct Neighbour;
  static void on_timer(base::Timer& timer);
  void expire(Neighbour& entry);
  void solicit(Neighbour& entry);
  void transmit_to(Neighbour& entry, PacketPtr packet);
  void fail(Neighbour& entry);
  base::Time reachable_time(const Device& dev);
  static std::uint64_t key_of(const Device& dev, base::Ipv4Addr addr) {
    return std::uint64_t{dev.index()} << 32 | addr.value;
  }

  Host& host_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Neighbour>> table_;
  std::unordered_map<std::uint32_t, NeighbourParameters> parameters_;  // by ifindex
  std::unordered_map<std::uint32_t, std::pair<base::Time, base::Time>> reachable_;  // drawn value, when drawn
  // The entry used last on a path is nearly always used next.
  Neighbour* last_ = nullptr;
};

}  // namespace lvs::host
