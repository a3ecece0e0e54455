// SPDX-License-Identifier: GPL-2.0-or-later
// The steps that a packet takes through IPVS, and the work done from time to time. One step, one function, named as in
// the kernel; the files are named after what they do.
#pragma once

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// --- scheduling; schedule.cc, persistence.cc ---
// A connection for a packet that has none. Null: `result` says what becomes of the packet (kernel:
// ip_vs_try_to_schedule() with {tcp,udp,sctp}_conn_schedule()).
Conn* try_to_schedule(Core& core, PacketPtr& packet, const Header& header, HookResult& result);
enum class Outcome : std::uint8_t { scheduled, ignored, no_destination, failed };
Conn* schedule_persistent(Core& core, VirtualService& service, const Packet& packet, const Header& header,
                          Outcome& outcome);
// Asks the service's scheduler.
Destination* ask_scheduler(Core& core, VirtualService& service, const Packet& packet, const Header& header);

// --- hooks; hooks.cc, icmp-in.cc, icmp-out.cc ---
void register_hooks(Core& core);
void unregister_hooks(Core& core);
// Stack::Prefetch: asks memory for the connection that a received frame may belong to. `self` is the Core;
// prefetch.cc.
void prefetch(const void* self, const Packet& frame, int step);
// ICMP errors. `related` is false when the message is none of our types.
HookResult icmp_in(Core& core, Hook hook, PacketPtr& packet, const Header& header, bool& related);
HookResult icmp_out(Core& core, Hook hook, PacketPtr& packet, const Header& header, bool& related);
// The way of a reply; false: there is none.
bool reroute_reply(Core& core, Hook hook, Packet& packet);
void count_in(Core& core, const Conn& conn, std::uint32_t bytes);
void count_out(Core& core, const Conn& conn, std::uint32_t bytes);

// --- memory defences and the estimator; defense.cc, estimator.cc ---
void update_defense_level(Core& core);
// Kernel: ip_vs_todrop(): the drop_packet lottery.
bool to_drop(Core& core);
void on_defense_timer(base::Timer& timer);
void on_estimator_timer(base::Timer& timer);
void start_periodic_work(Core& core);

// --- what is left of destinations; trash.cc ---
void on_trash_timer(base::Timer& timer);
// Connections whose destination has gone, with expire_nodest_conn.
void on_nodest_timer(base::Timer& timer);

}  // namespace lvs::ipvs
