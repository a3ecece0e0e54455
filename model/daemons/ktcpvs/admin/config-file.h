// SPDX-License-Identifier: GPL-2.0-or-later
// The file of tcpvsadm -f (ktcpvs 0.0.18: userspace/tcpvs_config.c).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

struct FileServer {
  host::SocketAddress address;
  int weight = 0;
};
struct FileRule {
  std::string pattern;
  unsigned group = 0;
  host::SocketAddress server;
};
struct FileService {
  std::string name;
  ServiceConfig config{{}, "", 0, 0, 0, 0};  // what the file does not say is nought
  std::vector<FileServer> servers;
  std::vector<FileRule> rules;
};

struct FileReading {
  std::vector<FileService> services;
  std::string error;       // tcpvsadm's line, without "\n"; empty: none
  std::string unmodelled;  // what of it is known and not modelled, with its line; empty: nothing
};
// `name`: of the file, for messages.
FileReading read_config(std::string_view text, std::string_view name);

}  // namespace lvs::ktcpvs
