// SPDX-License-Identifier: GPL-2.0-or-later
// IPVS of one host: configuration and listings as ipvsadm asks for them, and the hooks that packets pass
// (kernel: net/netfilter/ipvs). Registers its hooks when the first service is added, and takes them away after the
// last.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "ipvs/sync/config.h"
#include "ipvs/table/conn.h"
#include "ipvs/table/error.h"
#include "ipvs/table/service.h"
#include "ipvs/table/settings.h"

namespace lvs::host {
class Sockets;
}

namespace lvs::ipvs {

struct Core;  // the parts at work; core.h

// Timeouts that `ipvsadm --set` changes, in seconds.
struct Timeouts {
  std::uint32_t tcp = 900;
  std::uint32_t tcp_fin = 120;
  std::uint32_t udp = 300;
  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

class IpVs {
 public:
  // `host` must outlive it.
  explicit IpVs(host::Host& host);
  ~IpVs();
  IpVs(const IpVs&) = delete;
  IpVs& operator=(const IpVs&) = delete;

  static constexpr std::string_view kVersion = "1.2.1";
  static constexpr unsigned kTableSize = 4096;  // as printed; the table itself grows

  // --- services ------------------------------------------------------------------------------------------------------
  // Error::exists, no_scheduler, invalid.
  Error add_service(const ServiceConfig& config);
  // Replaces scheduler (its state is kept when the name stays), flags, timeout, netmask, pe. no_such_service,
  // no_scheduler.
  Error edit_service(const ServiceConfig& config);
  // no_such_service. Connections live on until their timers end.
  Error delete_service(const ServiceKey& key);
  // All services (`ipvsadm -C`).
  void flush();
  const VirtualService* find_service(const ServiceKey& key) const;
  // In the kernel's order: by address and port, then by fwmark, each by hash bucket, newest first.
  std::vector<const VirtualService*> services() const;

  // --- destinations --------------------------------------------------------------------------------------------------
  // no_such_service, exists, range, invalid (no unicast address, gue without port).
  Error add_destination(const ServiceKey& service, const DestinationConfig& config);
  // no_such_service, no_such_destination, range, invalid.
  Error edit_destination(const ServiceKey& service, const DestinationConfig& config);
  Error delete_destination(const ServiceKey& service, base::Ipv4Addr addr, std::uint16_t port);

  // --- counters ------------------------------------------------------------------------------------------------------
  Error zero(const ServiceKey& service);  // no_such_service
  void zero_all();
  // Of everything: /proc/net/ip_vs_stats.
  const Stats& total_stats() const;

  // --- settings ------------------------------------------------------------------------------------------------------
  Timeouts timeouts() const;
  // 0 keeps a value.
  void set_timeouts(const Timeouts& timeouts);
  // net.ipv4.vs.NAME; the text as cat shows it, without newline.
  std::optional<std::string> read_sysctl(std::string_view name) const;
  // Error::no_such_name, invalid.
  Error write_sysctl(std::string_view name, std::string_view text);
  static std::vector<std::string_view> sysctl_names();

  // --- connections ---------------------------------------------------------------------------------------------------
  // In the order of the hash table, which says nothing.
  std::vector<ConnInfo> connections() const;
  std::size_t connection_count() const;
  // Bytes that the connection table holds, entries and slots.
  std::size_t connection_bytes() const;

  // --- the synchronisation daemon; sync/ -----------------------------------------------------------------------------
  // It works on the host's `sockets`. Error::exists, no_device, invalid, in_use, unreachable.
  Error start_daemon(const SyncConfig& config, host::Sockets& sockets);
  Error stop_daemon(SyncRole role);  // no_such_service
  std::vector<SyncConfig> daemons() const;
  // Before the sockets go.
  void forget_daemons();

  Core& core() { return *core_; }

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace lvs::ipvs
