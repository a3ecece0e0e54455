// SPDX-License-Identifier: GPL-2.0-or-later
// What a trace is of: the run, its machines and their cables. JSON in the file (docs/trace-format.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "trace/event.h"

namespace lvs::trace {

inline constexpr int kTraceFormat = 1;

struct InterfaceInfo {
  std::string name;           // "eth0"
  std::uint32_t ifindex = 0;  // as in records
  int segment = -1;           // index into RunInfo::segments; -1: on none (lo, tunnels)
  base::MacAddr mac;
  std::vector<base::Ipv4Prefix> addresses;
};

struct HostInfo {
  HostId id = 0;
  std::string name;
  std::string role;      // "client", "director", "server", "router", "host"
  bool modelled = true;  // false: a real machine, seen only by the frames on its cables; its hooks are not known
  std::vector<InterfaceInfo> interfaces;
};

struct SegmentInfo {
  std::string name;
  std::uint64_t rate = 0;  // bits a second, 0: not known
  base::Time delay{};
};

// What an address is called in the figures of LVS.
struct AddressRole {
  base::Ipv4Addr address;
  std::string role;  // "VIP", "DIP", "CIP", "RIP1", ...; with several of a kind "VIP1", "VIP2", ...
};

struct RunInfo {
  int format = kTraceFormat;
  std::string program;      // "lvs-lab", "lvs-dr"
  std::string title;        // the lab's name, or "NAT with 2 servers"
  std::string description;  // a sentence, may be empty
  std::string engine;       // "simulation", "emulation"
  std::uint64_t seed = 0;
  base::Time epoch{};  // since 1970, of the clock that hosts see; record times in the file are on top of it
  std::vector<HostInfo> hosts;
  std::vector<SegmentInfo> segments;
  std::vector<AddressRole> roles;

  const HostInfo* host(HostId id) const;
  const HostInfo* host(std::string_view name) const;
  // "director"; "host 7" for one that is not described.
  std::string host_name(HostId id) const;
  std::string_view interface_name(HostId id, std::uint32_t ifindex) const;  // "" when not known
  std::string_view role_of(base::Ipv4Addr address) const;                   // "" when it has none
};

// One line of JSON.
std::string to_json(const RunInfo& info);
// False: `error` says what is wrong, `info` is unchanged.
bool from_json(std::string_view json, RunInfo& info, std::string& error);

}  // namespace lvs::trace
