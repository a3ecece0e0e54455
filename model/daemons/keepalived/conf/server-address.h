// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses of virtual and real servers, and entries of virtual_server_group (keepalived: check_data.c).
#pragma once

#include <optional>
#include <string>

#include "daemons/keepalived/conf/check-values.h"
#include "daemons/keepalived/conf/reader.h"

namespace lvs::keepalived {

// A port's word, or nothing for a zero: keepalived takes both as no port.
std::string port_word(const std::string& word);

// An address as inet_aton(3) takes it: "255.255" is 255.0.0.255.
std::optional<base::Ipv4Addr> numeric_address(const std::string& word);

// Nothing when either is wrong; the caller says so.
std::optional<host::SocketAddress> read_server_address(ConfReader& reader, const std::string& address,
                                                       const std::string& port);

// "ADDRESS[-END] [PORT]", "ADDRESS/LENGTH [PORT]", "fwmark N" of a group.
void read_group_entry(ConfReader& reader, const ConfWords& line, ServerGroupConf& group);

}  // namespace lvs::keepalived
