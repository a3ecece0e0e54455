// SPDX-License-Identifier: GPL-2.0-or-later
// An ipvsadm command line as a value (ipvsadm 1.31). Internal to the ipvsadm commands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "control/machine/command.h"
#include "control/names/host-names.h"
#include "ipvs/ip-vs.h"

namespace lvs::control::ipvsadm {

enum class Verb : std::uint8_t {
  add_service,
  edit_service,
  delete_service,
  flush,
  list,
  add_server,
  edit_server,
  delete_server,
  set_timeouts,
  save,
  restore,
  zero,
  start_daemon,
  stop_daemon,
};

// Options as bits, in ipvsadm's order of checking.
namespace option {
inline constexpr std::uint64_t numeric = 1ull << 0, connection = 1ull << 1, service = 1ull << 2, scheduler = 1ull << 3,
                               persistent = 1ull << 4, netmask = 1ull << 5, server = 1ull << 6, forward = 1ull << 7,
                               weight = 1ull << 8, upper = 1ull << 9, lower = 1ull << 10, mcast_interface = 1ull << 11,
                               timeout = 1ull << 12, daemon = 1ull << 13, stats = 1ull << 14, rate = 1ull << 15,
                               thresholds = 1ull << 16, persistent_conn = 1ull << 17, nosort = 1ull << 18,
                               syncid = 1ull << 19, exact = 1ull << 20, ops = 1ull << 21, pe = 1ull << 22,
                               sched_flags = 1ull << 23, mcast_group = 1ull << 24, mcast_port = 1ull << 25,
                               mcast_ttl = 1ull << 26, sync_maxlen = 1ull << 27, tun_info = 1ull << 28,
                               tun_type = 1ull << 29, tun_port = 1ull << 30, tun_nocsum = 1ull << 31,
                               tun_csum = 1ull << 32, tun_remcsum = 1ull << 33;
inline constexpr unsigned count = 34;
}  // namespace option

struct Request {
  Verb verb = Verb::list;
  std::uint64_t options = 0;
  ipvs::ServiceConfig service;
  ipvs::DestinationConfig server;
  ipvs::Timeouts timeouts;
  ipvs::SyncConfig daemon;

  bool has(std::uint64_t bit) const { return (options & bit) != 0; }
};

// ipvsadm's own refusal, or its help or version.
struct Answer {
  int status = 2;
  std::string out;
  std::string err;
  bool ends_restore = true;  // a line of `ipvsadm -R` with this answer is its last
};

using Parsed = std::variant<Request, Answer>;

// `words`: the program's name first. Errors are of what is not modelled.
base::Result<Parsed, SyntaxError> parse(const std::vector<Word>& words);

// "TCP  10.0.0.100:80 rr ..." and the like; `-L` with its options but -c, --timeout and --daemon.
int list(const ipvs::IpVs& ipvs, unsigned table_size, Io& io, const Request& request, const HostNames& names);
// `-L -c`
void list_connections(const ipvs::IpVs& ipvs, Io& io, const Request& request, const HostNames& names);
// `-L --daemon`
void list_daemons(const ipvs::IpVs& ipvs, Io& io);
// `-S`
void save(const ipvs::IpVs& ipvs, Io& io, const HostNames& names);

// "10.0.0.1:80", or with names for what has one.
std::string address_text(base::Ipv4Addr addr, std::uint16_t port, std::string_view protocol, const HostNames& names);
// "tcp": what /etc/services calls it.
std::string_view lower_name(ipvs::IpProto protocol);
// "sh-fallback,sh-port"; empty without flags.
std::string scheduler_flags(std::string_view scheduler, std::uint32_t flags);
// Services and destinations in the order of ipvsadm's sorting (or, with `sorted` false, of the kernel).
std::vector<const ipvs::VirtualService*> ordered_services(const ipvs::IpVs& ipvs, bool sorted);
std::vector<const ipvs::Destination*> ordered_destinations(const ipvs::VirtualService& service, bool sorted);

std::string help_text();
std::string version_text();

}  // namespace lvs::control::ipvsadm
