// SPDX-License-Identifier: GPL-2.0-or-later
// What every part of a host needs of it and may know: its name and clock, timers, randomness, sysctls, interfaces, and
// where traces and dropped packets go. Knows none of the parts.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/kernel-ticks.h"
#include "base/rng.h"
#include "base/time.h"
#include "base/timer-wheel.h"
#include "host/env/device.h"
#include "host/env/events.h"
#include "host/env/kernel.h"
#include "host/env/sysctl.h"
#include "host/packet/packet.h"
#include "trace/drop.h"
#include "trace/event.h"
#include "trace/phrases.h"
#include "trace/why.h"

namespace lvs::host {

using trace::Verdict;

class Env {
 public:
  // `id` names the host in walks; `clock` and everything behind it must outlive the host.
  Env(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock);
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  const std::string& name() const { return name_; }
  trace::HostId id() const { return id_; }
  base::Time now() const { return clock_.now(); }

  // As which Linux this host behaves.
  const Kernel& kernel() const { return kernel_; }
  void set_kernel(const Kernel& kernel) { kernel_ = kernel; }

  // --- interfaces ---
  Device* device(std::string_view name) const;
  Device* device_by_index(std::uint32_t index) const;
  Device& loopback() const { return *devices_.front(); }
  const std::vector<std::unique_ptr<Device>>& devices() const { return devices_; }

  // conf/all combined with a device's (see arp.md of Linux: max, or, and).
  int conf_max(const Device& dev, Conf key) const { return Sysctls::max_of(sysctls.all, dev.conf, key); }
  bool conf_either(const Device& dev, Conf key) const { return Sysctls::either(sysctls.all, dev.conf, key); }
  static bool forwarding(const Device& dev) { return dev.conf[static_cast<std::size_t>(Conf::forwarding)] != 0; }

  // Somebody in this host listens to its interfaces (packet sockets: tcpdump): called for each frame that comes in,
  // before anything else, and for each that goes out. data() is the Ethernet header.
  using FrameTap = void (*)(void* self, const Device& dev, const Packet& frame, bool outbound);
  void set_frame_tap(FrameTap tap, void* self) { frame_tap_ = {tap, self}; }
  void show_frame(const Device& dev, const Packet& frame, bool outbound) const {
    if (frame_tap_.tap != nullptr) frame_tap_.tap(frame_tap_.self, dev, frame, outbound);
  }

  // --- numbers that packets are given ---
  // Next IP id for a packet of ours (a counter of the host; the kernel's is a hash of the flow).
  std::uint16_t next_ip_id() { return ip_id_++; }
  trace::WalkId new_walk() { return std::uint64_t{id_} << 40 | ++walks_; }
  // For a packet that another one has caused and whose walk it shares.
  trace::PartId new_part() { return (id_ + 1) << 16 | ++parts_; }

  // Ends a packet. Every early return of the path goes through here.
  // `decided_by`: the rule that said so.
  void drop(PacketPtr packet, trace::Drop reason, trace::Stage stage, const trace::Why& why = {},
            std::string_view decided_by = {});
  std::uint64_t drops(trace::Drop reason) const { return drops_[static_cast<std::size_t>(reason)]; }

  // --- timers and time ---
  // A timer of the kernel (timer_list): at `deadline`, or when the kernel's ticks bring it about.
  void arm(base::Timer& timer, base::Time deadline);
  // The same of one that is bound to its processor (TIMER_PINNED).
  void arm_pinned(base::Timer& timer, base::Time deadline);
  // A timer of a program, or of what is no timer in a kernel.
  void arm_exactly(base::Timer& timer, base::Time deadline);
  // Timers are as late from now on as those of a kernel with such ticks; std::nullopt: exact.
  void set_ticks(std::optional<base::KernelTicks> ticks) { wheel_.set_ticks(ticks); }
  const std::optional<base::KernelTicks>& ticks() const { return wheel_.ticks(); }
  // Now as the kernel reckons where it counts ticks: when the present one began. Without ticks: now.
  base::Time ticked() const { return wheel_.ticks() ? wheel_.ticks()->began(now()) : now(); }
  // What the kernel says is left until `deadline`: whole ticks, where it has ticks; never less than none.
  base::Time left(base::Time deadline) const;
  void cancel(base::Timer& timer) { wheel_.cancel(timer); }

  // --- tracing: null when nobody looks ---
  void set_sink(trace::Sink* sink) { sink_ = sink; }
  bool tracing() const { return sink_ != nullptr; }
  void trace(trace::Stage stage, const Packet& packet, Verdict verdict, trace::Drop drop = trace::Drop::none,
             const trace::Why& why = {}, std::string_view hook_name = {}, std::uint64_t connection = 0);
  void journal(std::string_view kind, std::string_view text, trace::WalkId walk = 0);
  // In words that a viewer can translate.
  void journal(std::string_view kind, const trace::Phrases& said, trace::WalkId walk = 0);

  Sysctls sysctls;
  HostEvents events;
  base::Rng rng;

 protected:
  ~Env() = default;

  Device& own_device(std::unique_ptr<Device> dev);
  // Packets on their way may still name it, so it is kept, out of sight.
  void retire_device(const Device& dev);
  std::uint32_t next_ifindex() { return next_ifindex_++; }
  void first_ip_id(std::uint16_t id) { ip_id_ = id; }
  void run_timers();
  // Nothing more happens until something comes from outside.
  void tell_settled() {
    if (sink_ != nullptr) sink_->settled(id_);
  }

 private:
  void wake_for(const base::Timer& timer);

  std::string name_;
  trace::HostId id_;
  base::Clock& clock_;
  Kernel kernel_ = kLinux6_1;
  base::TimerWheel wheel_;
  base::Time asked_ = base::kNever;  // the wake-up that is on order
  trace::Sink* sink_ = nullptr;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::unique_ptr<Device>> removed_devices_;
  std::array<std::uint64_t, static_cast<std::size_t>(trace::Drop::count_)> drops_{};
  struct {
    FrameTap tap = nullptr;
    void* self = nullptr;
  } frame_tap_;
  std::uint64_t walks_ = 0;
  std::uint16_t parts_ = 0;
  std::uint16_t ip_id_ = 0;
  std::vector<std::uint8_t> shown_;  // payload bytes for the sink that lie in memory in no one piece
  std::uint32_t next_ifindex_ = 1;
};

}  // namespace lvs::host
