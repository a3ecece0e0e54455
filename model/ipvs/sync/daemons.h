// SPDX-License-Identifier: GPL-2.0-or-later
// The synchronisation daemons of a host: at most one master and one backup (kernel: start_sync_thread(),
// stop_sync_thread()).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ipvs/sync/backup.h"
#include "ipvs/sync/master.h"

namespace lvs::ipvs {

class SyncDaemons final : public Synchroniser {
 public:
  explicit SyncDaemons(Core& core) : core_(core) {}

  // Error::exists, no_device, invalid, in_use, unreachable.
  Error start(SyncConfig config, host::Sockets& sockets);
  // Error::no_such_service: there is none.
  Error stop(SyncRole role);
  // Master first, as they run: with all that was left out filled in.
  std::vector<SyncConfig> running() const;
  SyncBackup* backup() { return backup_.get(); }

  void born(const Conn& conn) override;
  void passed(Conn& conn, std::uint32_t packets) override { master_->passed(conn, packets); }
  void prolonged(Conn& conn) override;
  void settings_changed() override;

 private:
  Core& core_;
  SyncRecords records_;
  unsigned threads_ = 1;  // of each daemon (kernel: threads_mask)
  std::unique_ptr<SyncMaster> master_;
  std::unique_ptr<SyncBackup> backup_;
};

}  // namespace lvs::ipvs
