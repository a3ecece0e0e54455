// SPDX-License-Identifier: GPL-2.0-or-later
// ipvsadm's options_table and the names of options in its messages. Internal to ipvsadm.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/ipvsadm/ipvsadm.h"

namespace lvs::control::ipvsadm {

namespace o = option;

enum class Takes : std::uint8_t { nothing, text, optional_text };

// One row of ipvsadm's options_table. `bit` 0: a command, or without a bit of its own.
struct Row {
  std::string_view name;
  char letter;  // 0: long only
  Takes takes;
  std::uint64_t bit;
};

inline constexpr auto kRows = std::to_array<Row>({
    {"add-service", 'A', Takes::nothing, 0},
    {"edit-service", 'E', Takes::nothing, 0},
    {"delete-service", 'D', Takes::nothing, 0},
    {"clear", 'C', Takes::nothing, 0},
    {"list", 'L', Takes::nothing, 0},
    {"list", 'l', Takes::nothing, 0},
    {"zero", 'Z', Takes::nothing, 0},
    {"add-server", 'a', Takes::nothing, 0},
    {"edit-server", 'e', Takes::nothing, 0},
    {"delete-server", 'd', Takes::nothing, 0},
    {"set", 0, Takes::nothing, 0},
    {"restore", 'R', Takes::nothing, 0},
    {"save", 'S', Takes::nothing, 0},
    {"start-daemon", 0, Takes::text, 0},
    {"stop-daemon", 0, Takes::text, 0},
    {"help", 'h', Takes::nothing, 0},
    {"version", 'v', Takes::nothing, 0},
    {"tcp-service", 't', Takes::text, o::service},
    {"udp-service", 'u', Takes::text, o::service},
    {"sctp-service", 0, Takes::text, o::service},
    {"fwmark-service", 'f', Takes::text, o::service},
    {"scheduler", 's', Takes::text, o::scheduler},
    {"persistent", 'p', Takes::optional_text, o::persistent},
    {"netmask", 'M', Takes::text, o::netmask},
    {"real-server", 'r', Takes::text, o::server},
    {"masquerading", 'm', Takes::nothing, o::forward},
    {"ipip", 'i', Takes::nothing, o::forward},
    {"gatewaying", 'g', Takes::nothing, o::forward},
    {"weight", 'w', Takes::text, o::weight},
    {"u-threshold", 'x', Takes::text, o::upper},
    {"l-threshold", 'y', Takes::text, o::lower},
    {"numeric", 'n', Takes::nothing, o::numeric},
    {"connection", 'c', Takes::nothing, o::connection},
    {"timeout", 0, Takes::nothing, o::timeout},
    {"daemon", 0, Takes::nothing, o::daemon},
    {"stats", 0, Takes::nothing, o::stats},
    {"rate", 0, Takes::nothing, o::rate},
    {"thresholds", 0, Takes::nothing, o::thresholds},
    {"persistent-conn", 0, Takes::nothing, o::persistent_conn},
    {"nosort", 0, Takes::nothing, o::nosort},
    {"sort", 0, Takes::nothing, 0},
    {"exact", 'X', Takes::nothing, o::exact},
    {"ipv6", '6', Takes::nothing, 0},
    {"ops", 'o', Takes::nothing, o::ops},
    {"pe", 0, Takes::text, o::pe},
    {"tun-info", 0, Takes::nothing, o::tun_info},
    {"tun-type", 0, Takes::text, o::tun_type},
    {"tun-port", 0, Takes::text, o::tun_port},
    {"tun-nocsum", 0, Takes::nothing, o::tun_nocsum},
    {"tun-csum", 0, Takes::nothing, o::tun_csum},
    {"tun-remcsum", 0, Takes::nothing, o::tun_remcsum},
    {"sched-flags", 'b', Takes::text, o::sched_flags},
    {"mcast-interface", 0, Takes::text, o::mcast_interface},
    {"mcast-group", 0, Takes::text, o::mcast_group},
    {"mcast-port", 0, Takes::text, o::mcast_port},
    {"mcast-ttl", 0, Takes::text, o::mcast_ttl},
    {"syncid", 0, Takes::text, o::syncid},
    {"sync-maxlen", 0, Takes::text, o::sync_maxlen},
});

// Names of the options in messages, by bit.
inline constexpr std::array<std::string_view, o::count> kOptionNames = {"numeric",
                                                                        "connection",
                                                                        "service-address",
                                                                        "scheduler",
                                                                        "persistent",
                                                                        "netmask",
                                                                        "real-server",
                                                                        "forwarding-method",
                                                                        "weight",
                                                                        "u-threshold",
                                                                        "l-threshold",
                                                                        "mcast-interface",
                                                                        "timeout",
                                                                        "daemon",
                                                                        "stats",
                                                                        "rate",
                                                                        "thresholds",
                                                                        "persistent-conn",
                                                                        "nosort",
                                                                        "syncid",
                                                                        "exact",
                                                                        "ops",
                                                                        "pe",
                                                                        "sched-flags",
                                                                        "mcast-group",
                                                                        "mcast-port",
                                                                        "mcast-ttl",
                                                                        "sync-maxlen",
                                                                        "tun-info",
                                                                        "tun-type",
                                                                        "tun-port",
                                                                        "tun-nocsum",
                                                                        "tun-csum",
                                                                        "tun-remcsum"};

// ipvsadm's checks of a whole command line, in its order; its complaint if there is one. Fills in what is left out.
std::optional<std::string> check(Request& request, std::string_view scheduler_flags);

}  // namespace lvs::control::ipvsadm
