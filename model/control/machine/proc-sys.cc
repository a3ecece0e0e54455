// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc-sys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <cstdint>

#include "control/machine/machine.h"
#include "control/machine/proc/inert-sysctls.h"
#include "host/netfilter/conntrack.h"

namespace lvs::control {
namespace {

using base::Time;
using host::Conf;
using host::Ipv4Key;

// --- numbers ---

// Kernel: proc_get_long() and do_proc_dointvec_conv(): white space, a sign, a number in C's notation, then white space
// or the end. What follows that is not looked at.
std::optional<int> first_int(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
      std::isxdigit(static_cast<unsigned char>(text[2])) != 0) {
    base = 16;
    text.remove_prefix(2);
  } else if (text[0] == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    if (digit >= base) break;
    value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
    if (value > std::uint64_t{UINT_MAX}) return std::nullopt;
    ++length;
  }
  if (length < text.size() && std::string_view(" \t\n").find(text[length]) == std::string_view::npos)
    return std::nullopt;
  if (value > std::uint64_t{INT_MAX} + (negative ? 1 : 0)) return std::nullopt;
  const auto number = static_cast<std::int64_t>(value);
  return static_cast<int>(negative ? -number : number);
}

struct Range {
  int least = INT_MIN;
  int most = INT_MAX;
};

// Kernel: ipv4_table[] and ipv4_net_table[]; those not named take any int.
Range range_of(Ipv4Key key) {
  switch (key) {
    case Ipv4Key::ip_default_ttl: return {1, 255};
    case Ipv4Key::icmp_echo_ignore_all:
    case Ipv4Key::icmp_echo_ignore_broadcasts:
    case Ipv4Key::icmp_errors_use_inbound_ifaddr:
    case Ipv4Key::icmp_ignore_bogus_error_responses: return {0, 1};
    case Ipv4Key::ip_no_pmtu_disc:
    case Ipv4Key::ip_forward_use_pmtu:
    case Ipv4Key::ip_nonlocal_bind:
    case Ipv4Key::tcp_synack_retries:
    case Ipv4Key::tcp_retries2:
    case Ipv4Key::tcp_timestamps:
    case Ipv4Key::tcp_sack:
    case Ipv4Key::tcp_window_scaling:
    case Ipv4Key::tcp_abort_on_overflow:
    case Ipv4Key::tcp_fwmark_accept:
    case Ipv4Key::fwmark_reflect:
    case Ipv4Key::tcp_syncookies: return {0, 255};
    case Ipv4Key::tcp_syn_retries: return {1, 127};
    case Ipv4Key::tcp_keepalive_probes: return {0, 255};
    case Ipv4Key::tcp_tw_reuse: return {0, 2};
    case Ipv4Key::fib_multipath_hash_policy: return {0, 3};
    case Ipv4Key::ip_unprivileged_port_start: return {0, 65535};
    case Ipv4Key::icmp_ratelimit:
    case Ipv4Key::icmp_msgs_per_sec:
    case Ipv4Key::icmp_msgs_burst:
    case Ipv4Key::ipfrag_max_dist:
    case Ipv4Key::ipfrag_high_thresh:
    case Ipv4Key::ipfrag_low_thresh: return {0, INT_MAX};
    case Ipv4Key::min_pmtu: return {68, INT_MAX};
    default: return {};
  }
}

// --- net.ipv4.neigh ---

// A time in the unit of its file, or a count.
struct NeighbourKey {
  std::string_view name;
  Time host::NeighbourParameters::*time = nullptr;
  Time unit{};
  unsigned host::NeighbourParameters::*count = nullptr;
};

constexpr Time kTick = std::chrono::milliseconds(10);  // USER_HZ is 100
using Parameters = host::NeighbourParameters;
constexpr auto kNeighbourKeys = std::to_array<NeighbourKey>({
    {"app_solicit", nullptr, {}, &Parameters::app_solicit},
    {"base_reachable_time_ms", &Parameters::base_reachable_time, std::chrono::milliseconds(1), nullptr},
    {"delay_first_probe_time", &Parameters::delay_first_probe_time, std::chrono::seconds(1), nullptr},
    {"gc_stale_time", &Parameters::gc_stale_time, std::chrono::seconds(1), nullptr},
    {"locktime", &Parameters::locktime, kTick, nullptr},
    {"mcast_resolicit", nullptr, {}, &Parameters::mcast_resolicit},
    {"mcast_solicit", nullptr, {}, &Parameters::mcast_solicit},
    {"proxy_delay", &Parameters::proxy_delay, kTick, nullptr},
    {"proxy_qlen", nullptr, {}, &Parameters::proxy_qlen},
    {"retrans_time_ms", &Parameters::retrans_time, std::chrono::milliseconds(1), nullptr},
    {"ucast_solicit", nullptr, {}, &Parameters::ucast_solicit},
    {"unres_qlen_bytes", nullptr, {}, &Parameters::unres_qlen_bytes},
});

const NeighbourKey* neighbour_key(std::string_view name) {
  const auto key = std::ranges::find(kNeighbourKeys, name, &NeighbourKey::name);
  return key == kNeighbourKeys.end() ? nullptr : &*key;
}

// How large the table of all interfaces may grow: files of the folder "default" alone.
struct NeighbourLimitKey {
  std::string_view name;
  std::size_t host::NeighbourLimits::*limit;
};
constexpr auto kNeighbourLimitKeys = std::to_array<NeighbourLimitKey>({
    {"gc_thresh1", &host::NeighbourLimits::gc_thresh1},
    {"gc_thresh2", &host::NeighbourLimits::gc_thresh2},
    {"gc_thresh3", &host::NeighbourLimits::gc_thresh3},
});

std::size_t host::NeighbourLimits::*neighbour_limit(std::string_view name) {
  const auto key = std::ranges::find(kNeighbourLimitKeys, name, &NeighbourLimitKey::name);
  return key == kNeighbourLimitKeys.end() ? nullptr : key->limit;
}

// --- places ---

// "net/ipv4/conf/eth0/arp_ignore" taken apart.
struct Place {
  enum class Kind { none, folder, ipv4, conf, neigh, vs };
  Kind kind = Kind::none;
  std::string_view device;  // of conf and neigh
  std::string_view key;
};

// Keys of net.ipv4.route, held with those of net.ipv4.
bool is_route_key(std::string_view key) { return key == "min_pmtu" || key == "mtu_expires"; }

Place place_of(std::string_view path) {
  if (path == "net" || path == "net/ipv4") return {Place::Kind::folder, {}, {}};
  constexpr std::string_view kRoot = "net/ipv4/";
  if (!path.starts_with(kRoot)) return {};
  path.remove_prefix(kRoot.size());
  const std::size_t slash = path.find('/');
  const std::string_view first = path.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  if (first == "vs") return {rest.empty() ? Place::Kind::folder : Place::Kind::vs, {}, rest};
  if (first == "route")
    return {rest.empty() ? Place::Kind::folder : Place::Kind::ipv4, {}, is_route_key(rest) ? rest : ""};
  if (first == "conf" || first == "neigh") {
    if (rest.empty()) return {Place::Kind::folder, {}, {}};
    // Interface names may hold anything but slashes.
    const std::size_t end = rest.find('/');
    const std::string_view device = rest.substr(0, end);
    if (end == std::string_view::npos) return {Place::Kind::folder, device, {}};
    return {first == "conf" ? Place::Kind::conf : Place::Kind::neigh, device, rest.substr(end + 1)};
  }
  if (slash != std::string_view::npos || is_route_key(first)) return {};
  return {Place::Kind::ipv4, {}, first};
}

host::Device* device_of(Machine& machine, std::string_view name) { return machine.host().device(name); }

// conf/NAME as a set of values; nullptr: there is no such folder.
const host::ConfSet* conf_set(Machine& machine, std::string_view name) {
  if (name == "all") return &machine.host().sysctls.all;
  if (name == "default") return &machine.host().sysctls.defaults;
  const host::Device* dev = device_of(machine, name);
  return dev == nullptr ? nullptr : &dev->conf;
}

host::NeighbourParameters* neighbour_set(Machine& machine, std::string_view name) {
  if (name == "default") return &machine.host().neighbours.default_parameters;
  const host::Device* dev = device_of(machine, name);
  return dev == nullptr ? nullptr : &machine.host().neighbours.parameters(*dev);
}

Files::Content number(std::int64_t value) { return {FileError::none, fmt::format("{}\n", value)}; }

FileError write_neighbour(host::NeighbourParameters& parameters, const NeighbourKey& key, int value) {
  if (value < 0) return FileError::invalid;
  if (key.time != nullptr) {
    parameters.*key.time = key.unit * value;
  } else {
    parameters.*key.count = static_cast<unsigned>(value);
  }
  return FileError::none;
}

// Keys of the connection tracker.
constexpr std::string_view kTrackerFolder = "net/netfilter";
constexpr std::string_view kTracked = "net/netfilter/nf_conntrack_count";
std::optional<host::CtKey> tracker_key(std::string_view path) {
  if (!path.starts_with(kTrackerFolder) || path.size() < kTrackerFolder.size() + 2) return std::nullopt;
  return host::conntrack_key_of(path.substr(kTrackerFolder.size() + 1));
}
// net.ipv4.ip_local_port_range: two numbers (kernel: ipv4_local_port_range()).
constexpr std::string_view kPortRange = "ip_local_port_range";
constexpr std::string_view kHashSeed = "fib_multipath_hash_seed";  // of Linux 6.11 and later
FileError write_port_range(host::Host& host, std::string_view text) {
  const std::optional<int> first = first_int(text);
  const std::size_t start = text.find_first_not_of(" \t");
  const std::size_t gap = start == std::string_view::npos ? start : text.find_first_of(" \t", start);
  const std::optional<int> last = gap == std::string_view::npos ? std::nullopt : first_int(text.substr(gap));
  if (!first || (gap != std::string_view::npos && !last)) return FileError::invalid;
  const int high = last.value_or(host.sysctls.local_ports[1]);
  const bool in_range = *first >= 1 && *first <= 65535 && high >= 1 && high <= 65535;
  if (!in_range || high < *first || *first < host.sysctls.get(Ipv4Key::ip_unprivileged_port_start))
    return FileError::invalid;
  host.sysctls.local_ports = {*first, high};
  return FileError::none;
}

host::Conntrack& tracker(Machine& machine) { return machine.host().tables.conntrack(); }

}  // namespace

std::optional<std::string> unmodelled_sysctl(std::string_view path) {
  if (path == kTrackerFolder || path == kTracked || tracker_key(path) || is_inert_sysctl(path)) return std::nullopt;
  if (path.starts_with("net/ipv6")) return "IPv6 is not modelled";
  // Linux has no key with such a letter: a comment without a blank before it, say. It is not there, then.
  const auto odd = [](unsigned char c) {
    return std::isalnum(c) == 0 && std::string_view("_-./@:").find(static_cast<char>(c)) == std::string_view::npos;
  };
  if (path.starts_with("net/ipv4/") && std::ranges::any_of(path, odd)) return std::nullopt;
  const Place place = place_of(path);
  const std::string known =
      "; known: net.ipv4.{ip_forward ...}, net.ipv4.conf.*, net.ipv4.neigh.*, net.ipv4.vs.*, "
      "net.netfilter.nf_conntrack_*";
  switch (place.kind) {
    case Place::Kind::none:
      if (is_absent_sysctl(path)) return std::nullopt;
      return "this key is not modelled" + known;
    case Place::Kind::folder: return std::nullopt;
    case Place::Kind::ipv4:
      if (place.key == kPortRange || place.key == kHashSeed || host::ipv4_key_of(place.key)) return std::nullopt;
      break;
    case Place::Kind::conf:
      if (host::conf_of(place.key)) return std::nullopt;
      break;
    case Place::Kind::neigh:
      if (neighbour_key(place.key) != nullptr || neighbour_limit(place.key) != nullptr) return std::nullopt;
      break;
    case Place::Kind::vs: {
      const auto names = ipvs::IpVs::sysctl_names();
      if (std::ranges::find(names, place.key) != names.end()) return std::nullopt;
      break;
    }
  }
  if (is_absent_sysctl(path)) return std::nullopt;  // nor does Linux 6.1 have it
  return fmt::format("the key {} is not modelled", path.substr(path.rfind('/') + 1));
}

Files::Content read_sysctl(Machine& machine, std::string_view path) {
  if (path == kTrackerFolder) return {FileError::is_directory, {}};
  if (const auto key = tracker_key(path)) return number(tracker(machine).get(*key));
  if (path == kTracked) return number(static_cast<std::int64_t>(tracker(machine).size()));
  if (is_inert_sysctl(path)) return read_inert_sysctl(machine, path);
  const Place place = place_of(path);
  switch (place.kind) {
    case Place::Kind::none: break;
    case Place::Kind::folder:
      if (!place.device.empty() && conf_set(machine, place.device) == nullptr) break;
      return {FileError::is_directory, {}};
    case Place::Kind::ipv4:
      if (place.key == kPortRange) {
        const auto& ports = machine.host().sysctls.local_ports;
        return {FileError::none, fmt::format("{}\t{}\n", ports[0], ports[1])};
      }
      if (place.key == kHashSeed && machine.host().kernel().seeds_multipath_hash)
        return number(machine.host().sysctls.multipath_hash_seed);
      if (const auto key = host::ipv4_key_of(place.key)) return number(machine.host().sysctls.get(*key));
      break;
    case Place::Kind::conf: {
      const host::ConfSet* set = conf_set(machine, place.device);
      const auto key = host::conf_of(place.key);
      if (set != nullptr && key) return number((*set)[static_cast<std::size_t>(*key)]);
      break;
    }
    case Place::Kind::neigh: {
      const host::NeighbourParameters* set = neighbour_set(machine, place.device);
      const NeighbourKey* key = neighbour_key(place.key);
      if (const auto limit = neighbour_limit(place.key); limit != nullptr && place.device == "default") {
        return number(static_cast<std::int64_t>(machine.host().neighbours.limits.*limit));
      }
      if (set == nullptr || key == nullptr) break;
      return number(key->time != nullptr ? set->*key->time / key->unit : set->*key->count);
    }
    case Place::Kind::vs:
      if (auto text = machine.ipvs().read_sysctl(place.key)) return {FileError::none, *text + "\n"};
      break;
  }
  return {FileError::no_entry, {}};
}

FileError write_sysctl(Machine& machine, std::string_view path, std::string_view text) {
  const FileError there = read_sysctl(machine, path).error;
  if (there != FileError::none) return there;
  if (path == kTracked) return FileError::denied;
  if (is_inert_sysctl(path)) return write_inert_sysctl(machine, path, text);
  const Place place = place_of(path);
  if (place.kind == Place::Kind::vs) {
    const ipvs::Error error = machine.ipvs().write_sysctl(place.key, text);
    return error == ipvs::Error::none ? FileError::none : FileError::invalid;
  }
  if (place.kind == Place::Kind::ipv4 && place.key == kPortRange) return write_port_range(machine.host(), text);
  const std::optional<int> value = first_int(text);
  if (!value) return FileError::invalid;
  host::Host& host = machine.host();
  if (place.kind == Place::Kind::ipv4 && place.key == kHashSeed) {
    host.sysctls.multipath_hash_seed = static_cast<std::uint32_t>(*value);
    return FileError::none;
  }
  if (const auto tracked = tracker_key(path)) {
    if (*value < 0) return FileError::invalid;
    tracker(machine).set(*tracked, *value);
  } else if (place.kind == Place::Kind::ipv4) {
    const Ipv4Key key = *host::ipv4_key_of(place.key);
    const Range range = range_of(key);
    if (*value < range.least || *value > range.most) return FileError::invalid;
    host.set_sysctl(key, *value);
  } else if (place.kind == Place::Kind::conf) {
    const Conf key = *host::conf_of(place.key);
    if (place.device == "all") {
      host.set_conf_all(key, *value);
    } else if (place.device == "default") {
      host.set_conf_default(key, *value);
    } else {
      host.set_conf(*device_of(machine, place.device), key, *value);
    }
  } else if (const auto limit = neighbour_limit(place.key); limit != nullptr) {
    if (*value < 0) return FileError::invalid;
    host.neighbours.limits.*limit = static_cast<std::size_t>(*value);
  } else {
    return write_neighbour(*neighbour_set(machine, place.device), *neighbour_key(place.key), *value);
  }
  return FileError::none;
}

std::vector<std::string> list_sysctls(Machine& machine, std::string_view folder) {
  std::vector<std::string> files;
  const auto add = [&](std::string path) {
    if (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/')) {
      files.push_back(std::move(path));
    }
  };
  std::vector<std::string> names{"default"};
  for (const auto& dev : machine.host().devices()) names.push_back(dev->name());
  for (const std::string& name : names) {
    for (const NeighbourKey& key : kNeighbourKeys) add(fmt::format("net/ipv4/neigh/{}/{}", name, key.name));
  }
  for (const NeighbourLimitKey& key : kNeighbourLimitKeys) add(fmt::format("net/ipv4/neigh/default/{}", key.name));
  names.emplace_back("all");
  for (const std::string& name : names) {
    for (unsigned i = 0; i < static_cast<unsigned>(Conf::count_); ++i) {
      add(fmt::format("net/ipv4/conf/{}/{}", name, host::name_of(static_cast<Conf>(i))));
    }
  }
  for (unsigned i = 0; i < static_cast<unsigned>(Ipv4Key::count_); ++i) {
    const std::string_view name = host::name_of(static_cast<Ipv4Key>(i));
    add(fmt::format("net/ipv4/{}{}", is_route_key(name) ? "route/" : "", name));
  }
  add(fmt::format("net/ipv4/{}", kPortRange));
  for (const std::string_view name : ipvs::IpVs::sysctl_names()) add(fmt::format("net/ipv4/vs/{}", name));
  for (unsigned i = 0; i < static_cast<unsigned>(host::CtKey::count_); ++i) {
    add(fmt::format("{}/{}", kTrackerFolder, host::name_of(static_cast<host::CtKey>(i))));
  }
  for (std::string& path : inert_sysctls(names)) add(std::move(path));
  add(std::string(kTracked));
  std::ranges::sort(files);
  return files;
}

}  // namespace lvs::control
