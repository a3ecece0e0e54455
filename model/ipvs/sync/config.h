// SPDX-License-Identifier: GPL-2.0-or-later
// What `ipvsadm --start-daemon` says (kernel: struct ipvs_sync_daemon_cfg).
#pragma once

#include <cstdint>
#include <string>

#include "base/addr.h"
#include "wire/ipvs-sync.h"

namespace lvs::ipvs {

enum class SyncRole : std::uint8_t { master, backup };

struct SyncConfig {
  SyncRole role = SyncRole::master;
  std::string interface = "eth0";
  std::uint8_t syncid = 0;       // of a backup, 0: takes all
  std::uint32_t max_length = 0;  // bytes of a message; 0: as the interface has it
  base::Ipv4Addr group = wire::kIpvsSyncGroup;
  std::uint16_t port = wire::kIpvsSyncPort;  // of the first thread
  std::uint8_t ttl = 1;
};

}  // namespace lvs::ipvs
