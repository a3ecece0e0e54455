// SPDX-License-Identifier: GPL-2.0-or-later
// One Linux machine: takes frames, commands and the time, gives frames and trace events. Knows neither who simulates it
// nor who else exists.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/kernel-ticks.h"
#include "base/rng.h"
#include "base/time.h"
#include "base/timer-wheel.h"
#include "host/env/events.h"
#include "host/env/sysctl.h"
#include "host/ip/icmp.h"
#include "host/ip/igmp.h"
#include "host/ip/l4.h"
#include "host/link/arp.h"
#include "host/link/cpu.h"
#include "host/link/device.h"
#include "host/link/neighbour.h"
#include "host/netfilter/netfilter.h"
#include "host/packet/packet.h"
#include "host/route/fib.h"
#include "trace/event.h"

namespace lvs::host {

class Fragments;  // reassembly; ip-fragment.h
enum class FragmentUser : std::uint8_t;

// Why an address or link change was refused; the kernel's errno.
enum class ConfigError : std::uint8_t { none, exists, not_available, invalid, no_device, busy };

class Host {
 public:
  // `id` names the host in walks; `clock` and everything behind it must outlive the host.
  Host(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  trace::HostId id() const { return id_; }
  base::Time now() const { return clock_.now(); }

  // --- interfaces: lo and tunl0 exist from the start (lo up, tunl0 down), as in a fresh network namespace
  // ---------------
  Device& add_ethernet(std::string name, const base::MacAddr& mac, Port* port);
  Device& add_tunnel(std::string name, base::Ipv4Addr local, base::Ipv4Addr remote);
  ConfigError remove_device(Device& dev);
  Device* device(std::string_view name);
  Device* device_by_index(std::uint32_t index);
  Device& loopback() { return *devices_.front(); }
  const std::vector<std::unique_ptr<Device>>& devices() const { return devices_; }

  // --- configuration, with the kernel's consequences for routes, neighbours and caches ---
  ConfigError add_address(Device& dev, InterfaceAddress address);  // address.broadcast, label may be left empty
  ConfigError remove_address(Device& dev, const base::Ipv4Prefix& prefix);
  void set_up(Device& dev, bool up);
  void set_carrier(Device& dev, bool carrier);
  void set_mtu(Device& dev, std::uint32_t mtu);
  void set_mac(Device& dev, const base::MacAddr& mac);
  void set_arp(Device& dev, bool on);
  // Writes with side effects (ip_forward copies to every conf; conf/all/forwarding sets ip_forward ...).
  void set_sysctl(Ipv4Key key, int value);
  void set_conf_all(Conf key, int value);
  void set_conf_default(Conf key, int value);
  void set_conf(Device& dev, Conf key, int value);

  // --- the outside world ---
  // A frame from the wire; data() is the Ethernet header. Any bytes will do.
  void receive(Device& in, PacketPtr frame);
  // The same for frames that are there together (kernel: one NAPI poll). What tables know of them is fetched ahead, so
  // that the waits for memory overlap. Takes all of them.
  void receive(Device& in, std::span<PacketPtr> frames);
  // Asks memory for what a table knows of a received frame: first where to look (step 0, for the whole batch), then
  // what stands there (step 1). Must not change anything.
  using Foresight = void (*)(const void* self, const Packet& frame, int step);
  void set_foresight(Foresight look, const void* self) { foresight_ = {look, self}; }
  // Somebody in this host listens to its interfaces (packet sockets: tcpdump): called for each frame that comes in,
  // before anything else, and for each that goes out. data() is the Ethernet header.
  using FrameTap = void (*)(void* self, const Device& dev, const Packet& frame, bool outbound);
  void set_frame_tap(FrameTap tap, void* self) { frame_tap_ = {tap, self}; }
  // Runs what is due; call at the time asked for through Clock::wake_at().
  void advance();
  // Put a raw frame on the wire past the stack (packet sockets, `inject`).
  void transmit_raw(Device& out, PacketPtr frame);

  // --- the packet path, for protocols and hooks; each takes the packet with data() at the IP header ---
  // A packet of our own: routes it unless packet->route is set, then LOCAL_OUT (kernel: ip_queue_xmit(),
  // ip_local_out()).
  void ip_local_out(PacketPtr packet);
  // Route decided, headers final: LOCAL_OUT, output, POST_ROUTING (kernel: __ip_local_out() + dst_output()).
  void ip_output_routed(PacketPtr packet);
  // After FORWARD or LOCAL_OUT: POST_ROUTING, fragmentation, neighbour (kernel: ip_output()).
  void ip_output(PacketPtr packet);
  // An ICMP error about a packet of a tunnel, of which `quoted` is the outer header.
  void ipip_error(std::uint8_t type, std::uint8_t code, const wire::Ipv4& quoted);
  // Received by a tunnel: back in at the top as if `dev` had received it (kernel: netif_rx()).
  void reinject(Device& dev, PacketPtr packet);
  // Local delivery again after a hook changed the destination to this host.
  void ip_local_deliver_finish(PacketPtr packet);
  // Reassembles for a hook: the whole datagram when this was its last piece, else nullptr (kernel: ip_defrag()).
  PacketPtr defragment(PacketPtr fragment, FragmentUser user);
  // What no socket wants: RST or ICMP port unreachable (TCP and UDP).
  void refuse_transport(PacketPtr packet);
  // Runs the chain of a hook from the first entry whose priority is above `after`; false when the packet went no
  // further.
  bool run_hook(Hook hook, PacketPtr& packet, int after = -0x7fffffff - 1);

  // Next IP id for a packet of ours (a counter of the host; the kernel's is a hash of the flow).
  std::uint16_t next_ip_id() { return ip_id_++; }
  trace::WalkId new_walk() { return std::uint64_t{id_} << 40 | ++walks_; }
  // For a packet that another one has caused and whose walk it shares.
  trace::PartId new_part() { return (id_ + 1) << 16 | ++parts_; }

  void set_transport(std::uint8_t protocol, TransportHandler* handler) { transports_[protocol] = handler; }
  TransportHandler* transport(std::uint8_t protocol) const { return transports_[protocol]; }

  // Ends a packet. Every early return of the path goes through here.
  // `decided_by`: the rule that said so.
  void drop(PacketPtr packet, trace::Drop reason, trace::Stage stage, const trace::Why& why = {},
            std::string_view decided_by = {});
  std::uint64_t drops(trace::Drop reason) const { return drops_[static_cast<std::size_t>(reason)]; }

  // --- timers and time ---
  // A timer of the kernel: at `deadline`, or when the kernel's ticks bring it about.
  void arm(base::Timer& timer, base::Time deadline) {
    arm_exactly(timer, ticks_ ? ticks_->fires(now(), deadline) : deadline);
  }
  // A timer of a program, or of what is no timer in a kernel.
  void arm_exactly(base::Timer& timer, base::Time deadline);
  // Timers are as late from now on as those of a kernel with such ticks; std::nullopt: exact.
  void set_ticks(std::optional<base::KernelTicks> ticks) { ticks_ = ticks; }
  void cancel(base::Timer& timer) { wheel_.cancel(timer); }

  // --- tracing: null when nobody looks ---
  void set_sink(trace::Sink* sink) { sink_ = sink; }
  bool tracing() const { return sink_ != nullptr; }
  void trace(trace::Stage stage, const Packet& packet, Verdict verdict, trace::Drop drop = trace::Drop::none,
             const trace::Why& why = {}, std::string_view hook_name = {}, std::uint64_t connection = 0);
  void journal(std::string_view kind, std::string_view text, trace::WalkId walk = 0);
  // After changes from outside, by a command.
  void settled() {
    if (sink_ != nullptr && depth_ == 0) sink_->settled(id_);
  }

  // --- parts ---
  Sysctls sysctls;
  Fib fib;
  NeighbourTable neighbours;
  Arp arp;
  Icmp icmp;
  Igmp igmp;
  HostEvents events;
  Netfilter netfilter;
  Cpu cpu;
  base::Rng rng;

  // conf/all combined with a device's (see arp.md of Linux: max, or, and).
  int conf_max(const Device& dev, Conf key) const { return Sysctls::max_of(sysctls.all, dev.conf, key); }
  bool conf_either(const Device& dev, Conf key) const { return Sysctls::either(sysctls.all, dev.conf, key); }
  bool forwarding(const Device& dev) const { return dev.conf[static_cast<std::size_t>(Conf::forwarding)] != 0; }

 private:
  friend class Cpu;
  friend class NeighbourTable;
  friend class Arp;

  void remove_address_at(Device& dev, std::size_t at);

  // ip-input.cc, ip-forward.cc, ip-output.cc: one stage each, in the order a packet meets them.
  void process_frame(Device& in, PacketPtr frame);
  void ip_rcv(PacketPtr packet);
  void ip_rcv_finish(PacketPtr packet);
  void ip_local_deliver(PacketPtr packet);
  void ip_forward(PacketPtr packet);
  void ip_output_one(PacketPtr packet);
  void ip_finish_output(PacketPtr packet);
  void ip_fragment(PacketPtr packet, std::uint32_t mtu);
  void ipip_receive(PacketPtr packet);
  void tunnel_transmit(Device& dev, PacketPtr packet);
  void loop_back(PacketPtr packet);
  void ip_error(PacketPtr packet);
  // The last step of every frame: at once, or when the CPU's turn ends.
  void transmit(Device& out, PacketPtr frame);
  void send_frame(Device& out, PacketPtr frame);
  void drain_looped();

  // Work in progress: packets to ourselves wait for its end.
  struct Busy {
    explicit Busy(Host& host) : host_(host) { ++host_.depth_; }
    ~Busy() {
      if (--host_.depth_ != 0) return;
      if (!host_.looped_.empty()) host_.drain_looped();
      if (host_.sink_ != nullptr) host_.sink_->settled(host_.id_);
    }
    Host& host_;
  };

  std::string name_;
  trace::HostId id_;
  base::Clock& clock_;
  base::TimerWheel wheel_;
  std::optional<base::KernelTicks> ticks_;
  base::Time asked_ = base::kNever;  // the wake-up that is on order
  trace::Sink* sink_ = nullptr;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::unique_ptr<Device>> removed_devices_;  // packets may still name them
  std::array<TransportHandler*, 256> transports_{};
  std::array<std::uint64_t, static_cast<std::size_t>(trace::Drop::count_)> drops_{};
  std::unique_ptr<Fragments> fragments_;
  struct {
    Foresight look = nullptr;
    const void* self = nullptr;
  } foresight_;
  struct {
    FrameTap tap = nullptr;
    void* self = nullptr;
  } frame_tap_;
  PacketQueue looped_;  // packets to ourselves, taken up after the present one
  int depth_ = 0;
  std::uint64_t walks_ = 0;
  std::uint16_t parts_ = 0;
  std::vector<std::uint8_t> shown_;  // payload bytes for the sink that lie in memory in no one piece
  std::uint16_t ip_id_ = 0;
  std::uint32_t next_ifindex_ = 1;
};

}  // namespace lvs::host
