// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of tcpvsadm (ktcpvs 0.0.18: userspace/tcpvsadm.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "control/words/word.h"
#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

enum class Verb : std::uint8_t {
  add,
  edit,
  remove,
  flush,
  list,
  add_server,
  edit_server,
  remove_server,
  add_rule,
  remove_rule,
  start,
  stop,
  load,
};

struct Request {
  Verb verb = Verb::list;
  bool numeric = false;
  std::string name;  // empty: none was given
  ServiceConfig config;
  host::SocketAddress server;
  int weight = 1;
  std::string pattern;
  unsigned group = 0;
  std::string file;
};

// tcpvsadm's own refusal, or its help.
struct Refusal {
  int status = 2;
  std::string err, out;
};

// "192.168.0.2:80", "localhost:www", an address alone: nothing where it is none, as parse_addrport(). The port stays
// where none is given.
bool read_address(std::string_view text, host::SocketAddress& address);

// An error: what is not modelled.
base::Result<std::variant<Request, Refusal>, control::SyntaxError> parse_options(
    const std::vector<control::Word>& words);

}  // namespace lvs::ktcpvs
