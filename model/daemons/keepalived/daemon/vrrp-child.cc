// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/vrrp-child.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "control/machine/signals.h"
#include "daemons/keepalived/daemon/machine-host.h"
#include "daemons/keepalived/daemon/routes.h"
#include "wire/arp.h"
#include "wire/ethernet.h"

namespace lvs::keepalived {
namespace {

constexpr Time kSecond = std::chrono::seconds(1);
host::InterfaceAddress kernel_address(const ConfAddress& address) {
  host::InterfaceAddress kernel;
  kernel.prefix = address.prefix;
  kernel.peer = address.peer.value_or(base::Ipv4Addr::any());
  kernel.broadcast = address.broadcast.value_or(base::Ipv4Addr::any());
  kernel.scope = static_cast<host::Scope>(address.scope);
  kernel.label = address.label;
  kernel.noprefixroute = address.no_prefix_route;
  return kernel;
}

// What a pair of sockets is for.
base::Ipv4Addr group_of(const VrrpInstance& v) {
  return v.unicast() ? base::Ipv4Addr::any() : *v.conf->multicast_group;
}
base::Ipv4Addr source_of(const VrrpInstance& v) {
  return v.unicast() ? v.source.value_or(base::Ipv4Addr::any()) : base::Ipv4Addr::any();
}

bool can_bind(const host::Stack& host, base::Ipv4Addr address) {
  return address.is_any() || host.fib.is_local(address) || host.sysctls.get(host::Ipv4Key::ip_nonlocal_bind) != 0;
}

}  // namespace

VrrpChild::Pool::Pool(VrrpChild& its, const VrrpInstance& v, host::Device& dev)
    : child(its),
      interface(v.conf->interface),
      group(group_of(v)),
      source(source_of(v)),
      in(its.machine().host(), kVrrpProtocol, this),
      out(its.machine().host(), kVrrpProtocol, nullptr) {
  in.owner = out.owner = {its.pid(), "keepalived"};
  in.bind_device(&dev);
  out.bind_device(&dev);
  in.set_multicast_all(false);
  out.set_multicast_all(false);
  out.drop_all();
  if (v.unicast()) {
    in.bind(source);
    bound = can_bind(its.machine().host(), source);
    if (!bound) out.bind(source);  // there is none
  } else {
    in.bind(group);  // what others send to this machine alone is not heard
    in.join(group, dev);
    out.set_multicast_device(&dev);
  }
}

void VrrpChild::Pool::socket_ready() {
  host::RawSocket::Received received;
  while (child.vrrp_ && in.receive(received) == host::SocketError::none)
    child.vrrp_->receive(interface, group.is_any(), received.packet);
}

VrrpChild::VrrpChild(control::Machine& machine, control::Pid parent, const Options& options, Log log,
                     const GlobalConf& global, std::shared_ptr<ParentLink> link)
    : Child(machine, parent, options, std::move(log), "Keepalived_vrrp", global, std::move(link)),
      scripts_(machine, pid()),
      firewall_(machine, [this](std::string_view text) { line(text); }),
      start_(machine.host(), [this] { read(false); }),
      work_(machine.host(), [this] { advance(); }),
      changed_(machine.host(), [this] { take_changes(); }),
      notify_(machine.host(), [this] { run_notices(); }),
      last_(machine.host(), [this] { end(); }) {}

VrrpChild::~VrrpChild() {
  tracker_.reset();  // it may have scripts that still run
  if (listening_) machine().host().events.remove(&VrrpChild::on_event, this);
}

void VrrpChild::begin() {
  write_pid_file();
  start_.set_after({});
}

void VrrpChild::read(bool again) {
  if (!again) {
    if (detail()) line("Registering Kernel netlink reflector");
    if (detail()) line("Registering Kernel netlink command channel");
    asked_ = first_request();
  }
  std::map<std::string, Vrrp::ScriptStart> scripts;
  const auto resume = [&](const Conf& conf, ConfReport& report) {
    const Time delay = conf.global.vrrp_startup_delay;
    if (!again && delay > Time{})
      report.log(fmt::format("Delaying startup for {:g} seconds", std::chrono::duration<double>(delay).count()));
    scripts = Tracker::resume(conf.vrrp, tracker_ ? tracker_->said() : std::vector<Tracker::Said>(), again, report);
  };
  ConfRequest request{options_.conf, options_.id, false, again ? nullptr : &global_, detail()};
  request.before_completion = resume;
  auto next = std::make_unique<ConfReading>(read_conf(request, ConfReaderKind::vrrp, MachineHost(machine())));
  tell(next->report);
  if (!next->usable || !next->report.refusals().empty()) {
    for (const ConfRefusal& refusal : next->report.refusals()) line("not modelled: " + refusal.text());
    if (!next->usable && !next->report.stopped()) line(last_line());
    exit(2);
    return;
  }
  if (!again && next->conf.global.sync_daemon) line("Initializing ipvs");
  tracker_.reset();
  const std::unique_ptr<ConfReading> old_reading = std::exchange(reading_, std::move(next));
  const std::unique_ptr<Vrrp> old = std::move(vrrp_);
  VrrpWorld& world = *this;
  vrrp_ = std::make_unique<Vrrp>(reading_->conf, world);
  if (!listening_) machine().host().events.add(&VrrpChild::on_event, this);
  listening_ = true;
  for (const auto& dev : machine().host().devices()) up_[dev->name()] = interface_up(dev->name());
  const auto say = [this](const std::string& text) { line(text); };
  Vrrp::TrackedNow now = Tracker::now(machine(), reading_->conf.vrrp);
  now.scripts = scripts;
  vrrp_->begin(again, now, old.get());
  Tracker::drop_unused(reading_->conf.vrrp, *vrrp_, say);
  const bool first = !again || (old && old->instances().empty());
  if (first && detail()) line("Registering gratuitous ARP shared channel");
  untold_ = again;
  if (!again) has_read(false);
  forked_ = false;
  if (old) vrrp_->remove_gone(*old);
  vrrp_->adopt(old.get());
  if (old_reading) drop_static_entries(old_reading->conf.vrrp);
  static_entries(true);
  if (options_.dump) log_conf(now);
  // A script that has just begun is still a copy of this process, with its sockets: their groups are not left.
  auto closing = std::exchange(pools_, {});
  if (!forked_) closing.clear();
  open_pools();
  closing.clear();
  begin_sync(again ? &old_reading->conf.global : nullptr);
  vrrp_->start();
  if (detail()) list_pools();
  hear();
  if (!again) tell_new_routes();
  tracker_ = std::make_unique<Tracker>(machine(), scripts_, *vrrp_, say);
  tracker_->start(scripts);
}

VrrpChild::Pool* VrrpChild::pool_of(const VrrpInstance& v) const {
  for (const auto& pool : pools_) {
    if (std::ranges::find(pool->instances, &v) != pool->instances.end()) return pool.get();
  }
  return nullptr;
}

// Instances of one interface that speak to the same group, or from the same address, share one.
VrrpChild::Pool* VrrpChild::pool_for(const VrrpInstance& v) {
  host::Device* const dev = machine().host().device(v.conf->interface);
  if (dev == nullptr) return nullptr;
  const auto shared = std::ranges::find_if(pools_, [&](const auto& pool) {
    return pool->interface == v.conf->interface && pool->group == group_of(v) && pool->source == source_of(v);
  });
  return shared != pools_.end() ? shared->get() : pools_.emplace_back(std::make_unique<Pool>(*this, v, *dev)).get();
}

void VrrpChild::open_pools() {
  for (const auto& v : vrrp_->instances()) {
    if (Pool* const pool = pool_for(*v); pool != nullptr) pool->instances.push_back(v.get());
  }
  for (const auto& pool : pools_) {
    if (pool->bound) continue;
    line(fmt::format("bind unicast_src {} failed 99 - Cannot assign requested address", pool->source.text()));
    for (const auto& v : vrrp_->instances())
      if (pool_of(*v) == pool.get()) vrrp_->source_missing(*v);
  }
}

// As those of a child that has opened nothing else.
int VrrpChild::descriptor_of(const Pool& pool) const {
  int descriptor = reading_->conf.vrrp.files.empty() ? 13 : 14;
  for (const auto& each : pools_) {
    if (each.get() == &pool) break;
    if (each->bound) descriptor += 2;
  }
  return pool.bound ? descriptor : -1;
}

void VrrpChild::list_pools() const {
  for (const auto& pool : pools_) {
    const host::Device* const dev = machine().host().device(pool->interface);
    const bool unicast = pool->group.is_any();
    const int in = descriptor_of(*pool);
    line(fmt::format("VRRP sockpool: [ifindex({:3}), family(IPv4), proto(112), fd({},{}) {}, address({})]",
                     dev == nullptr ? 0 : dev->index(), in, in < 0 ? in : in + 1, unicast ? ", unicast" : "multicast",
                     (unicast ? pool->source : pool->group).text()));
  }
}

// --- what the state machine asks for ---

void VrrpChild::wake_at(base::Time when) {
  if (when == base::kNever) {
    work_.clear();
  } else {
    work_.set_at(when);
  }
}

std::string VrrpChild::send(const VrrpInstance& instance, std::span<const std::uint8_t> packet) {
  Pool* const pool = pool_of(instance);
  if (pool == nullptr) return "Network is unreachable";
  const host::SocketError error = pool->out.send_with_header(packet);
  sent_ = untold_;
  return error == host::SocketError::none ? std::string() : std::string(text_of(error));
}

void VrrpChild::gratuitous_arp(const std::string& interface, base::Ipv4Addr address) {
  host::Device* const dev = machine().host().device(interface);
  if (dev == nullptr || !dev->up || dev->noarp) return;
  std::array<std::uint8_t, wire::Ethernet::kSize + wire::Arp::kSize> frame{};
  std::copy_n(base::MacAddr::broadcast().bytes.begin(), 6, frame.begin());
  std::copy_n(dev->mac.bytes.begin(), 6, frame.begin() + 6);
  base::store_be16(frame.data() + 12, 0x0806);
  const wire::Arp arp{wire::Arp::Op::request, dev->mac, address, base::MacAddr::broadcast(), address};
  arp.emit(frame.data() + wire::Ethernet::kSize);
  auto packet = host::Packet::from_frame(frame);
  packet->walk = machine().host().new_walk();
  machine().host().transmit_raw(*dev, std::move(packet));
}

bool VrrpChild::interface_up(const std::string& interface) const {
  const host::Device* const dev = machine().host().device(interface);
  return dev != nullptr && dev->up && dev->carrier;
}

std::optional<base::Ipv4Addr> VrrpChild::interface_address(const std::string& interface,
                                                           const std::vector<base::Ipv4Addr>& ours) const {
  const host::Device* const dev = machine().host().device(interface);
  if (dev == nullptr) return std::nullopt;
  for (const host::InterfaceAddress& each : dev->addresses) {
    if (std::ranges::find(ours, each.prefix.addr) == ours.end()) return each.prefix.addr;
  }
  return std::nullopt;
}

void VrrpChild::set_address(const ConfAddress& address, const std::string& interface, bool add) {
  host::Device* const dev = machine().host().device(interface);
  if (dev == nullptr) return;
  ++asked_;
  // One that is there already, or gone already, is as it should be.
  if (add) {
    machine().host().add_address(*dev, kernel_address(address));
  } else {
    machine().host().remove_address(*dev, address.prefix);
  }
  hear();
}

void VrrpChild::set_drop_rule(const std::vector<base::Ipv4Addr>& addresses, bool add) {
  const auto& firewall = vrrp_->conf().global.firewall;
  // A configuration that wants no table does not touch what an earlier one has set: it drops until the next start.
  if (firewall.table.empty()) return;
  if (add) {
    firewall_.add(addresses, firewall.table, firewall.priority);
  } else {
    firewall_.remove(addresses);
  }
}

bool VrrpChild::set_route(const ConfRoute& route, bool add) {
  ++asked_;
  const int error = change_route(machine(), pid(), route, add);
  if (error == EEXIST && add) return true;
  if (error == 0 && add && vrrp_->started()) tell_new_route(route);
  if (error != 0)
    line(fmt::format("Netlink: error: {}({}), type={}, seq={}, pid=0", std::strerror(error), error,
                     add ? "RTM_NEWROUTE(24)" : "RTM_DELROUTE(25)", asked_));
  return error == 0;
}

void VrrpChild::notify(const ConfScript& script, const std::vector<std::string>& words, bool last) {
  forked_ = true;
  if (last || stopping_) {
    scripts_.run(script, words);
    return;
  }
  // The new process has the processor when this one has done what it is about.
  notices_.emplace_back(script, words);
  notify_.set_after({});
}

void VrrpChild::entered(const VrrpInstance& instance) {
  follow_sync(instance);
  if (!machine().host().tracing()) return;
  trace::Phrases said;
  trace::append_words(said, instance.name());
  const trace::WhyWord state = trace::why_word(name_of(instance.state));
  said.push_back({trace::WhyId::vrrp_state,
                  {static_cast<std::uint64_t>(instance.conf->vrid), state.first, state.second,
                   static_cast<std::uint64_t>(instance.effective_priority)}});
  const trace::WhyWord on = trace::why_word(instance.conf->interface);
  said.push_back({trace::WhyId::vrrp_on, {on.first, on.second}});
  machine().host().journal("vrrp", said);
}

// --- what the kernel reports ---

void VrrpChild::on_event(void* self, const host::HostEvent& event) {
  auto& child = *static_cast<VrrpChild*>(self);
  Change change{event.kind, event.dev.name(), child.interface_up(event.dev.name()), {}};
  if (event.kind == host::HostEvent::Kind::link_gone) change.up = false;
  if (event.address != nullptr) change.address = event.address->prefix.addr;
  child.changes_.push_back(std::move(change));
  child.changed_.set_after({});
}

void VrrpChild::take_changes() {
  const auto changes = std::exchange(changes_, {});
  for (const Change& change : changes) {
    if (!vrrp_ || stopping_) return;
    switch (change.kind) {
      case host::HostEvent::Kind::link:
      case host::HostEvent::Kind::link_gone:
        if (!change.up)
          std::erase_if(routes_set_, [&](const ConfRoute* route) { return route->device == change.interface; });
        if (std::exchange(up_[change.interface], change.up) != change.up)
          vrrp_->interface_changed(change.interface, change.up);
        break;
      case host::HostEvent::Kind::address_added: vrrp_->address_added(change.interface, change.address); break;
      case host::HostEvent::Kind::address_removed: vrrp_->address_removed(change.interface, change.address); break;
    }
  }
}

void VrrpChild::run_notices() {
  parent_hears();
  for (const auto& [script, words] : std::exchange(notices_, {})) scripts_.run(script, words);
}

// --- the end ---

void VrrpChild::stop() {
  if (std::exchange(stopping_, true)) return;
  stop_mails();
  tracker_.reset();
  work_.clear();
  changed_.clear();
  notify_.clear();
  run_notices();
  if (!vrrp_) return last_.set_after({});
  if (!options_.keep_vrrp) vrrp_->release();
  if (reading_->conf.global.sync_daemon) stop_sync();
  static_entries(false);
  // The scripts of the end have the processor when this one has closed its sockets.
  pools_.clear();
  vrrp_->notify_stopped();
  // It waits a second, so that the groups are left on the wire as well.
  last_.set_after(vrrp_->instances().empty() ? Time{} : kSecond);
}

void VrrpChild::give_back() {
  tracker_.reset();
  pools_.clear();
  vrrp_.reset();
  start_.clear();
  work_.clear();
  changed_.clear();
  notify_.clear();
  last_.clear();
}

}  // namespace lvs::keepalived
