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
};

// Options as bits, in ipvsadm's order of checking.
namespace option {
inline constexpr std::uint32_t numeric = 1u << 0, connection = 1u << 1, service = 1u << 2, scheduler = 1u << 3,
                               pe = 1u << 4, persistent = 1u << 5, netmask = 1u << 6, server = 1u << 7,
                               forward = 1u << 8, weight = 1u << 9, upper = 1u << 10, lower = 1u << 11,
                               timeout = 1u << 12, daemon = 1u << 13, stats = 1u << 14, rate = 1u << 15,
                               thresholds = 1u << 16, persistent_conn = 1u << 17, nosort = 1u << 18, exact = 1u << 19,
                               ops = 1u << 20, tun_info = 1u << 21, tun_type = 1u << 22, tun_port = 1u << 23,
                               tun_nocsum = 1u << 24, tun_csum = 1u << 25, tun_remcsum = 1u << 26,
                               sched_flags = 1u << 27;
inline constexpr unsigned count = 28;
}  // namespace option

struct Request {
  Verb verb = Verb::list;
  std::uint32_t options = 0;
  ipvs::ServiceConfig service;
  ipvs::DestinationConfig server;
  ipvs::Timeouts timeouts;

  bool has(std::uint32_t bit) const { return (options & bit) != 0; }
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
int list(const ipvs::IpVs& ipvs, Io& io, const Request& request);
// `-L -c`
void list_connections(const ipvs::IpVs& ipvs, Io& io, const Request& request);
// `-S`
void save(const ipvs::IpVs& ipvs, Io& io, bool numeric);

// "10.0.0.1:80", or with names for what has one.
std::string address_text(base::Ipv4Addr addr, std::uint16_t port, std::string_view protocol, bool numeric);
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
