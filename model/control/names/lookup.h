// SPDX-License-Identifier: GPL-2.0-or-later
// Names looked up as the C library does it: /etc/hosts, then the servers of /etc/resolv.conf, over UDP (glibc:
// getaddrinfo(3), getnameinfo(3), res_send.c).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
#include "control/names/hosts.h"
#include "host/socket/sockets.h"
#include "wire/dns.h"

namespace lvs::control {

class Machine;

enum class NameError : std::uint8_t { none, no_name, no_data, again, failure };
// gai_strerror(3): "Name or service not known"
std::string_view text_of(NameError error);

// What a look-up found; the addresses in the order in which they are to be tried.
struct Found {
  NameError error = NameError::none;
  std::vector<base::Ipv4Addr> addresses;
  std::string name;  // the official one: not that of an alias, and with the domain that was searched
  std::vector<std::string> aliases;
};

// One look-up at a time. Its destructor ends it without a word.
class Lookup final : private host::SocketUser {
 public:
  Lookup(Machine& machine, host::SocketOwner owner);

  // `done` is called once, from within the call where nobody has to be asked. It must not destroy the look-up.
  using Done = std::function<void(const Found&)>;
  // getaddrinfo() of both families: A and AAAA at once. Dotted addresses are names that it knows.
  void addresses(const std::string& name, Done done);
  // gethostbyname2() of one family.
  void addresses_of(const std::string& name, wire::DnsType type, Done done);
  // getnameinfo() that must have a name.
  void name_of(base::Ipv4Addr address, Done done);

 private:
  struct Query {
    std::uint16_t id = 0, type = 0;
    std::string bytes;
    std::optional<wire::DnsMessage> reply;
    bool refused = false;  // the server does not want to, or cannot
  };

  Found in_hosts(const std::string& name) const;
  void begin(std::vector<std::string> names, std::vector<wire::DnsType> types);
  void ask();
  void ask_server();
  void send();
  void next_server(bool keep_socket);
  void on_timeout();
  void socket_ready() override;
  void take(const std::string& bytes);
  void server_done();
  void name_done(NameError error);
  void finish(Found found);

  Machine& machine_;
  host::SocketOwner owner_;
  Done done_;
  ResolvConf conf_;
  std::vector<std::string> names_;
  std::vector<wire::DnsType> types_;
  std::size_t name_ = 0, server_ = 0, first_server_ = 0;
  unsigned attempt_ = 0;
  std::optional<NameError> as_typed_;  // of the name as it was typed, which has the last word
  bool no_data_ = false;
  std::string typed_;
  std::vector<Query> queries_;
  std::vector<host::UdpPtr> sockets_;  // one a server
  Alarm alarm_;
};

}  // namespace lvs::control
