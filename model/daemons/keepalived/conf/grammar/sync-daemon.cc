// SPDX-License-Identifier: GPL-2.0-or-later
// lvs_sync_daemon INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS] (keepalived:
// lvs_syncd_handler() in core/global_parser.c).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

constexpr std::size_t kMostName = 16;  // IP_VS_IFNAME_MAXLEN

struct Option {
  std::string_view name;
  std::uint64_t least, most;
};
constexpr Option kNumbers[] = {{"id", 0, 255}, {"maxlen", 1, 65507}, {"port", 1, 65535}, {"ttl", 1, 255}};

void set(SyncDaemonConf& daemon, std::string_view name, std::uint64_t value) {
  if (name == "id") daemon.syncid = static_cast<std::uint8_t>(value);
  if (name == "maxlen") daemon.max_length = static_cast<std::uint32_t>(value);
  if (name == "port") daemon.port = static_cast<std::uint16_t>(value);
  if (name == "ttl") daemon.ttl = static_cast<std::uint8_t>(value);
}

void take_group(ConfReader& r, SyncDaemonConf& daemon, const std::string& word) {
  const auto group = base::Ipv4Addr::parse(word);
  if (!group) {
    r.report.error(fmt::format("Invalid lvs_sync_daemon group ({}) - ignoring", word));
  } else if (!group->is_multicast()) {
    r.report.error(fmt::format("lvs_sync_daemon group address {} is not multicast - ignoring", word));
  } else {
    daemon.group = *group;
  }
}

// One option with its value at `i + 1`.
void take_number(ConfReader& r, SyncDaemonConf& daemon, const Option& option, const std::string& word) {
  if (const auto value = r.numbers.natural(word, option.least, option.most, false)) {
    set(daemon, option.name, *value);
  } else if (option.name == "id") {
    r.report.error(fmt::format("Invalid syncid ({}) - defaulting to vrid", word));
  } else {
    r.report.error(fmt::format("Invalid lvs_sync_daemon {} ({}) - ignoring", option.name, word));
  }
}

// The third and fourth word may come without a name, as they used to.
void take_old(ConfReader& r, SyncDaemonConf& daemon, const ConfWords& w, std::size_t i) {
  if (i == 2) {
    daemon.instance = w[i];
  } else if (i == 3) {
    const auto value = r.numbers.natural(w[i], 0, 255, false);
    if (value) daemon.syncid = static_cast<std::uint8_t>(*value);
    r.report.error(value ? "Please use keyword \"id\" before lvs_sync_daemon SYNCID"
                         : fmt::format("Invalid syncid ({}) - defaulting to vrid", w[i]));
  } else {
    r.report.error(fmt::format("Unknown option {} specified for lvs_sync_daemon", w[i]));
  }
}

}  // namespace

void take_sync_daemon(ConfReader& r, const ConfWords& w) {
  auto& known = r.conf.global.sync_daemon;
  if (known) {
    return r.report.error(fmt::format("lvs_sync_daemon has already been specified as {} {} - ignoring",
                                      known->interface, known->instance));
  }
  if (w.size() < 2) return r.report.error("lvs_sync_daemon requires interface");
  if (w[1].size() >= kMostName) {
    return r.report.error(fmt::format("lvs_sync_daemon interface name '{}' too long - ignoring", w[1]));
  }
  SyncDaemonConf& daemon = known.emplace();
  daemon.interface = w[1];
  for (std::size_t i = 2; i < w.size(); ++i) {
    const bool last = i + 1 == w.size();
    const auto number = std::ranges::find(kNumbers, w[i], &Option::name);
    if (w[i] == "inst" && !last) {
      if (!daemon.instance.empty()) {
        r.report.error(
            fmt::format("lvs_sync_daemon vrrp instance has already been specified as {} - ignoring", daemon.instance));
      } else {
        daemon.instance = w[i + 1];
      }
      ++i;
    } else if (number == std::end(kNumbers) && w[i] != "group") {
      take_old(r, daemon, w, i);
    } else if (last) {
      r.report.error(w[i] == "id" ? "No value specified for lvs_sync_daemon id, defaulting to vrid"
                                  : fmt::format("No value specified for lvs_sync_daemon {} - ignoring", w[i]));
    } else {
      ++i;
      w[i - 1] == "group" ? take_group(r, daemon, w[i]) : take_number(r, daemon, *number, w[i]);
    }
  }
  if (daemon.instance.empty()) {
    r.report.refuse(w[1],
                    "a synchronisation daemon of no VRRP instance is not modelled: name one behind the interface");
  }
}

// keepalived: vrrp_lvs_syncd_handler().
void take_instance_sync_daemon(ConfReader& r, const ConfWords& w, const std::string& instance) {
  r.report.error(fmt::format("({}) Specifying lvs_sync_daemon_interface against a vrrp is deprecated.", instance));
  const std::size_t indent = instance.size() < 2 ? 2 - instance.size() : instance.size() - 2;
  r.report.error(fmt::format("      {}Please use global lvs_sync_daemon", std::string(indent, ' ')));
  auto& known = r.conf.global.sync_daemon;
  if (known) {
    return r.report.error(fmt::format("({}) lvs_sync_daemon_interface has already been specified as {} - ignoring",
                                      instance, known->interface));
  }
  known.emplace();
  known->interface = r.word(w, 1);
  known->instance = instance;
  known->syncid = 0;  // the instance's id is asked for its name alone
}

}  // namespace lvs::keepalived
