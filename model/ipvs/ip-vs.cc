// SPDX-License-Identifier: GPL-2.0-or-later
// What IpVs shows: listings, counters and settings.
#include "ipvs/ip-vs.h"

#include "ipvs/sched/scheduler.h"
#include "ipvs/steps.h"
#include "ipvs/sync/daemons.h"

namespace lvs::ipvs {

Core::Core(host::Host& on)
    : host(on),
      conns(on.rng.next()),
      services(on.sysctls),
      trash_timer(&on_trash_timer, this),
      nodest_timer(&on_nodest_timer, this),
      estimator_timer(&on_estimator_timer, this),
      defense_timer(&on_defense_timer, this) {}

Core::~Core() {
  if (!services.empty()) unregister_hooks(*this);
  for (CoreTimer* timer : {&estimator_timer, &defense_timer, &trash_timer, &nodest_timer}) host.cancel(*timer);
  for (std::size_t i = 0; i < conns.slots(); ++i) {
    if (Conn* conn = conns.in_slot(i)) host.cancel(*conn);
  }
  services.each([](VirtualService& service) {
    service.scheduler.reset();
    for (Destination* dest : service.destinations) delete dest;
  });
  for (Destination* dest : trash) delete dest;
}

IpVs::IpVs(host::Host& host) : core_(std::make_unique<Core>(host)) {}
IpVs::~IpVs() = default;

const VirtualService* IpVs::find_service(const ServiceKey& key) const { return core_->services.find(key); }

std::vector<const VirtualService*> IpVs::services() const {
  std::vector<const VirtualService*> all;
  core_->services.each([&](const VirtualService& service) { all.push_back(&service); });
  return all;
}

Error IpVs::zero(const ServiceKey& key) {
  VirtualService* service = core_->services.find(key);
  if (service == nullptr) return Error::no_such_service;
  for (Destination* dest : service->destinations) dest->stats.zero();
  service->stats.zero();
  return Error::none;
}

void IpVs::zero_all() {
  core_->services.each([&](const VirtualService& service) { zero(service.key); });
  core_->total.zero();
}

const Stats& IpVs::total_stats() const { return core_->total; }

Timeouts IpVs::timeouts() const {
  const ProtocolTables& tables = core_->protocols;
  return {tables.tcp[tcp_state::established], tables.tcp[tcp_state::fin_wait], tables.udp};
}

void IpVs::set_timeouts(const Timeouts& timeouts) {
  ProtocolTables& tables = core_->protocols;
  if (timeouts.tcp != 0) tables.tcp[tcp_state::established] = timeouts.tcp;
  if (timeouts.tcp_fin != 0) tables.tcp[tcp_state::fin_wait] = timeouts.tcp_fin;
  if (timeouts.udp != 0) tables.udp = timeouts.udp;
}

std::optional<std::string> IpVs::read_sysctl(std::string_view name) const { return core_->settings.read(name); }

Error IpVs::write_sysctl(std::string_view name, std::string_view text) {
  const Error error = core_->settings.write(name, text);
  if (error == Error::none && core_->sync != nullptr) core_->sync->settings_changed();
  if (error == Error::none && (name == "drop_entry" || name == "drop_packet" || name == "secure_tcp")) {
    update_defense_level(*core_);
    if (core_->enabled) start_periodic_work(*core_);
  }
  return error;
}

std::vector<std::string_view> IpVs::sysctl_names() { return Settings::names(); }

std::vector<ConnInfo> IpVs::connections() const {
  std::vector<ConnInfo> all;
  for (std::size_t i = 0; i < core_->conns.slots(); ++i) {
    const Conn* conn = core_->conns.in_slot(i);
    if (conn == nullptr) continue;
    ConnInfo info{.protocol = conn->protocol,
                  .caddr = conn->caddr,
                  .vaddr = conn->vaddr,
                  .daddr = conn->daddr,
                  .cport = conn->cport,
                  .vport = conn->vport,
                  .dport = conn->dport,
                  .state = state_name(*conn),
                  .remaining = conn->armed() ? core_->host.left(conn->deadline()) : base::Time{0},
                  .flags = conn->flags,
                  .pe_name = {},
                  .pe_data = {}};
    if (conn->has(conn_flag::has_extra)) {
      const ConnExtra& extra = core_->extras.at(conn);
      info.pe_name = extra.pe_name;
      info.pe_data = extra.pe_data;
    }
    all.push_back(std::move(info));
  }
  return all;
}

Error IpVs::start_daemon(const SyncConfig& config, host::Sockets& sockets) {
  if (core_->sync == nullptr) core_->sync = std::make_unique<SyncDaemons>(*core_);
  return static_cast<SyncDaemons&>(*core_->sync).start(config, sockets);
}

Error IpVs::stop_daemon(SyncRole role) {
  if (core_->sync == nullptr) return Error::no_such_service;
  return static_cast<SyncDaemons&>(*core_->sync).stop(role);
}

std::vector<SyncConfig> IpVs::daemons() const {
  if (core_->sync == nullptr) return {};
  return static_cast<const SyncDaemons&>(*core_->sync).running();
}

void IpVs::forget_daemons() {
  core_->sync.reset();
  core_->syncing = core_->asleep = false;
}

std::size_t IpVs::connection_count() const { return core_->conns.size(); }
std::size_t IpVs::connection_bytes() const { return core_->conns.bytes(); }

}  // namespace lvs::ipvs
