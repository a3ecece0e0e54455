// SPDX-License-Identifier: GPL-2.0-or-later
// tcpvsadm -L: what it prints is a file for tcpvsadm -f, but for its first line.
#pragma once

#include <string>

#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

std::string list_service(const Service& service, bool numeric);
std::string list_all(const Table& table, bool numeric);

}  // namespace lvs::ktcpvs
