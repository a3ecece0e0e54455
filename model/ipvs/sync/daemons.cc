// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sync/daemons.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kHeaders = 20 + 8;  // IP and UDP
constexpr std::uint32_t kUsualMtu = 1500, kMostMtu = 65535;
constexpr std::uint32_t kLeastOfBackup = 1024, kLeastOfMaster = 1;
constexpr int kMostThreads = 64;  // IPVS_SYNC_PORTS_MAX

std::string_view name_of(SyncRole role) { return role == SyncRole::master ? "MASTER" : "BACKUP"; }

}  // namespace

Error SyncDaemons::start(SyncConfig config, host::Sockets& sockets) {
  if (!config.group.is_multicast()) return Error::invalid;
  host::Device* const dev = core_.host.device(config.interface);
  if (dev == nullptr) return Error::no_device;
  const bool master = config.role == SyncRole::master;
  if (config.max_length == 0) {
    config.max_length = (master ? kUsualMtu : std::clamp(dev->mtu, kUsualMtu, kMostMtu)) - kHeaders;
  } else {
    config.max_length = std::clamp(config.max_length, master ? kLeastOfMaster : kLeastOfBackup, kMostMtu - kHeaders);
  }
  if (master ? master_ != nullptr : backup_ != nullptr) return Error::exists;
  // Both have as many threads as the first was given.
  if (master_ == nullptr && backup_ == nullptr) {
    threads_ = static_cast<unsigned>(std::clamp(core_.settings.sync_ports, 1, kMostThreads));
  }
  Error error = Error::none;
  if (master) {
    auto daemon = std::make_unique<SyncMaster>(core_, records_, config);
    error = daemon->start(sockets, *dev, threads_);
    if (error == Error::none) master_ = std::move(daemon);
  } else {
    auto daemon = std::make_unique<SyncBackup>(core_, records_, config);
    error = daemon->start(sockets, *dev, threads_);
    if (error == Error::none) backup_ = std::move(daemon);
  }
  if (error != Error::none) return error;
  settings_changed();
  if (core_.host.tracing()) {
    core_.host.journal("sync", fmt::format("sync thread started: state = {}, mcast_ifn = {}, syncid = {}",
                                           name_of(config.role), config.interface, config.syncid));
  }
  return Error::none;
}

Error SyncDaemons::stop(SyncRole role) {
  const bool master = role == SyncRole::master;
  if (master ? master_ == nullptr : backup_ == nullptr) return Error::no_such_service;
  if (master) {
    master_.reset();
  } else {
    backup_.reset();
  }
  settings_changed();
  if (core_.host.tracing()) {
    core_.host.journal("sync", fmt::format("stopping {} sync thread", master ? "master" : "backup"));
  }
  return Error::none;
}

std::vector<SyncConfig> SyncDaemons::running() const {
  std::vector<SyncConfig> all;
  if (master_ != nullptr) all.push_back(master_->config());
  if (backup_ != nullptr) all.push_back(backup_->config());
  return all;
}

void SyncDaemons::born(const Conn& conn) { records_.of(conn) = {Jiffies::now(core_) & ~std::int64_t{3}, 0}; }

void SyncDaemons::prolonged(Conn& conn) {
  master_->passed(conn, static_cast<std::uint32_t>(core_.settings.sync_threshold[0]));
}

void SyncDaemons::settings_changed() {
  core_.syncing = master_ != nullptr;
  core_.asleep = backup_ != nullptr && core_.settings.backup_only != 0;
}

}  // namespace lvs::ipvs
