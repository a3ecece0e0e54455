// SPDX-License-Identifier: GPL-2.0-or-later
// The backup daemon: what is done with the messages of other directors, which may be any bytes (kernel:
// sync_thread_backup(), ip_vs_process_message()).
#pragma once

#include <vector>

#include "host/socket/sockets.h"
#include "ipvs/sync/config.h"
#include "ipvs/sync/record.h"

namespace lvs::ipvs {

class SyncBackup final : public host::SocketUser {
 public:
  SyncBackup(Core& core, SyncRecords& records, SyncConfig config)
      : core_(core), records_(records), config_(std::move(config)) {}

  // Error::invalid: a group that cannot be joined; in_use: another socket has the port.
  Error start(host::Sockets& sockets, host::Device& dev, unsigned threads);
  const SyncConfig& config() const { return config_; }

  // One message (kernel: ip_vs_process_message()).
  void process(base::ByteView message);

 private:
  void socket_ready() override;
  void take(const wire::IpvsSyncConn& sync, std::uint32_t flags, int version);
  Conn* known(const wire::IpvsSyncConn& sync, const Tuple& tuple, bool& ignored);
  Conn* install(const wire::IpvsSyncConn& sync, const Tuple& tuple, std::uint16_t flags);
  void update(Conn& conn, const wire::IpvsSyncConn& sync, std::uint16_t flags);
  void settle(Conn& conn, const wire::IpvsSyncConn& sync, int version);
  Destination* find_destination(const wire::IpvsSyncConn& sync, std::uint32_t mark) const;
  void say(std::string_view what, std::string_view detail = {}) const;

  Core& core_;
  SyncRecords& records_;
  SyncConfig config_;
  std::vector<host::UdpPtr> sockets_;
};

}  // namespace lvs::ipvs
