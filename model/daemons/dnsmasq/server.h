// SPDX-License-Identifier: GPL-2.0-or-later
// dnsmasq at work: questions come in, are answered from what is known, or are sent on to others and their answers kept
// (dnsmasq: forward.c, rfc1035.c, domain-match.c).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "control/names/dns-streams.h"
#include "daemons/dnsmasq/conf.h"
#include "daemons/dnsmasq/store.h"
#include "host/socket/sockets.h"

namespace lvs::dnsmasq {

class Server {
 public:
  using Say = std::function<void(const std::string& line)>;
  // `say`: lines of its log.
  Server(control::Machine& machine, control::Pid pid, Conf conf, Say say);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Empty: it listens. Else why not.
  std::string start();
  // SIGHUP: hosts files and resolv.conf are read anew, what was kept is forgotten.
  void reload();

 private:
  class Listener;
  class Forwarded;
  class OverTcp;
  struct Client {
    host::SocketAddress address;
    base::Ipv4Addr asked;  // which of our addresses
    std::uint16_t id = 0;
    bool edns = false;
    std::uint64_t connection = 0;  // of TCP; 0: asked over UDP
    friend bool operator==(const Client& a, const Client& b) { return a.address == b.address && a.id == b.id; }
  };

  std::string listen_on(base::Ipv4Addr address);
  void read_names();
  void take(const std::string& bytes, const Client& from);
  bool answer_known(const wire::DnsMessage& question, wire::DnsMessage& reply);
  bool answer_reverse(const wire::DnsQuestion& question, wire::DnsMessage& reply);
  bool answer_addresses(const wire::DnsQuestion& question, wire::DnsMessage& reply);
  void answer_literal(const Literal& literal, const wire::DnsQuestion& question, wire::DnsMessage& reply);
  void refuse(wire::DnsMessage& reply) const;
  // Who knows of the name: the most special domain that has something for this type.
  struct Authority {
    const Literal* literal = nullptr;
    std::vector<const Upstream*> servers;
  };
  Authority authority_for(const wire::DnsQuestion& question) const;
  bool is_local_name(std::string_view name) const;

  void forward(const std::string& bytes, const wire::DnsMessage& question, const Client& client,
               const std::vector<const Upstream*>& servers);
  void forward_over_tcp(const wire::DnsMessage& question, const Client& client,
                        const std::vector<const Upstream*>& servers);
  void ask_again(Forwarded& old, const Client& client);
  void answered(Forwarded& forwarded, const host::UdpSocket::Datagram& datagram);
  void learn(const wire::DnsMessage& reply);
  void send(const Client& client, const std::string& bytes);
  void reply_to(const Client& client, wire::DnsMessage reply);

  std::uint32_t shown_ttl(std::uint32_t ttl) const { return conf_.max_ttl ? std::min(ttl, *conf_.max_ttl) : ttl; }
  std::int64_t now() const;
  host::SocketOwner owner(unsigned descriptor) const { return {pid_, "dnsmasq", descriptor}; }

  control::Machine& machine_;
  control::Pid pid_;
  Conf conf_;
  Say say_;
  Store store_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  control::DnsStreams streams_;
  std::vector<std::unique_ptr<OverTcp>> over_tcp_;
  std::vector<Upstream> upstreams_;
  std::deque<std::unique_ptr<Forwarded>> forwarded_;
  // Which of several servers is asked.
  std::int64_t all_asked_ = -1000;
  unsigned asked_since_ = 0;
  std::optional<host::SocketAddress> last_good_;
};

}  // namespace lvs::dnsmasq
