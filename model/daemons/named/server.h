// SPDX-License-Identifier: GPL-2.0-or-later
// named at work: questions over UDP and TCP, answered from zones, from what is kept, or by those that they are sent on
// to (BIND: bin/named, lib/ns).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "control/names/dns-streams.h"
#include "control/programs/dns/exchange.h"
#include "daemons/named/answer.h"
#include "daemons/named/cache.h"
#include "daemons/named/conf.h"
#include "host/socket/sockets.h"

namespace lvs::named {

class Server {
 public:
  Server(control::Machine& machine, control::Pid pid, Conf conf);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Reads the zones and listens. An address that cannot be had is passed over.
  void start();
  // SIGHUP: the same with another configuration; sockets stay.
  void reload(Conf conf);

 private:
  class Listener;
  class Sent;
  struct Client {
    host::SocketAddress address;
    host::SocketAddress asked;
    std::uint64_t connection = 0;  // of TCP; 0: over UDP
    Listener* listener = nullptr;
    std::size_t most = 512;
    std::string cookie;  // the client's half
    bool edns = false, dnssec = false, ad = false;
    bool prohibited = false;  // by the configuration
  };

  void listen();
  void read_zones();
  void number_sets();
  void take(const std::string& bytes, Client client);
  void resolve(const Client& client, wire::DnsMessage reply, const std::string& name);
  void send_on(const std::shared_ptr<Sent>& sent);
  void answered(const std::shared_ptr<Sent>& sent, const control::DnsExchange::Outcome& outcome);
  void reply_to(const Client& client, wire::DnsMessage reply);
  const Forwarding* forwarding_of(std::string_view name) const;
  std::vector<std::string> ordered(const std::string& name, const RrSet& set);
  OwnAddresses own_addresses() const;
  bool may_ask(base::Ipv4Addr client, std::string_view name) const;
  bool may_recurse(base::Ipv4Addr client) const;
  base::Time now() const { return machine_.epoch + machine_.host().now(); }
  host::SocketOwner owner(unsigned descriptor) const { return {pid_, "named", descriptor}; }

  control::Machine& machine_;
  control::Pid pid_;
  Conf conf_;
  std::vector<ServedZone> zones_;
  Cache cache_;
  Answering answering_;
  std::string asked_name_;  // of the question at hand: what an order is looked up for
  std::vector<std::unique_ptr<Listener>> listeners_;
  control::DnsStreams streams_;
  std::vector<std::shared_ptr<Sent>> sent_;
  std::map<base::Ipv4Addr, std::string> cookies_;  // what a server is sent: the option's data
};

}  // namespace lvs::named
