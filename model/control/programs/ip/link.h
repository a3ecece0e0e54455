// SPDX-License-Identifier: GPL-2.0-or-later
// What the verbs of `ip link` share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

class Listing;

CommandResultOrError parse_link_add(Args& args);
// ip addr show and flush; addr-list.cc.
CommandResultOrError parse_addr_list(Args& args, const Options& options, bool flushing);
// The words behind `ip link set`; link-set.cc.
CommandResultOrError parse_link_set(Args& args);
// "eth0": of lab.conf.
bool is_cable(std::string_view name);

// --- what listings say of an interface ---
// "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 ... qlen 1000", without newline; `with_mode` as `ip link` does.
void put_link_line(Listing& out, Machine& machine, const host::Device& dev, bool with_mode);
// "    link/ether 02:00:00:00:01:00 brd ff:ff:ff:ff:ff:ff", without newline.
void put_hardware(Listing& out, const host::Device& dev);
// The beginning of -br, and all of it for links.
void put_brief(Listing& out, const host::Device& dev);
void put_brief_link(Listing& out, const host::Device& dev);
// "    RX:  bytes packets ..." as -s shows it, with errors as -s -s does.
void put_counters(Listing& out, const host::Device& dev, const Options& options);

// What -d adds behind put_hardware(); `of_link`: of `ip link`, not `ip addr`. Only where has_details().
void put_details(Listing& out, const host::Device& dev, bool of_link, std::string_view separator);
bool has_details(const host::Device& dev);
// Says so; the status.
int no_details(Io& io, const host::Device& dev);

// Words of iproute2's iplink_parse() that are not modelled.
bool is_other_link_word(std::string_view word);

}  // namespace lvs::control::ip
