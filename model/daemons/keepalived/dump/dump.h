// SPDX-License-Identifier: GPL-2.0-or-later
// What keepalived writes of itself into /tmp on SIGUSR1 and SIGUSR2, and into its log with -d (keepalived:
// core/global_data.c, vrrp_data.c, vrrp_print.c, check_data.c, check_api.c).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "daemons/keepalived/check/checker.h"
#include "daemons/keepalived/check/services.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/vrrp/vrrp.h"

namespace lvs::keepalived {

inline constexpr const char* kDataFile = "/tmp/keepalived.data";
inline constexpr const char* kCheckDataFile = "/tmp/keepalived_check.data";
inline constexpr const char* kParentDataFile = "/tmp/keepalived_parent.data";
inline constexpr const char* kStatsFile = "/tmp/keepalived.stats";
inline constexpr const char* kJsonFile = "/tmp/keepalived.json";
// SIGRTMIN + 2, SIGRTMAX - 1.
inline constexpr int kSigJson = 36, kSigStatsClear = 63;

// `vrrp`: as the VRRP child has completed it.
std::string dump_global(const GlobalConf& global, bool vrrp);

std::string dump_stats(const Vrrp& vrrp);
std::string dump_json(control::Machine& machine, const Vrrp& vrrp);

std::string address_text(const ConfAddress& address, const std::string& interface, bool set);
std::string route_text(const ConfRoute& route);

// What is known of a script or process that is tracked, besides its configuration.
struct ScriptDump {
  int result = 0;
  const char* first = "unknown";  // "INIT", "INIT/FAILED", "INIT/RELOAD"
  const char* state = "idle";
};
struct ProcessDump {
  unsigned count = 0;
  bool quorum = false;
};
struct PoolDump {
  std::string interface;
  base::Ipv4Addr source;  // any: multicast
  std::vector<const VrrpInstance*> instances;
  int in = -1, out = -1;  // its descriptors; -1: it could not be bound
};
struct VrrpDump {
  const Vrrp* vrrp = nullptr;
  // -d: what was read, without what became of it since.
  bool configured = false;
  std::set<const ConfRoute*> static_routes_set;
  std::vector<PoolDump> pools;
  std::vector<ScriptDump> scripts;  // as conf().vrrp.scripts
  std::vector<long long> files;     // likewise
  std::vector<ProcessDump> processes;
};
std::string dump_vrrp(control::Machine& machine, const VrrpDump& of);

// `configured`: as for VrrpDump; the kernel has not told of static addresses.
std::string dump_interfaces(control::Machine& machine, const Vrrp& vrrp, bool configured);

std::string dump_check(control::Machine& machine, const Conf& conf, const Services& services,
                       const std::vector<std::unique_ptr<Checker>>& checkers, bool reloaded);

}  // namespace lvs::keepalived
