// SPDX-License-Identifier: GPL-2.0-or-later
// Checks by one datagram and its answer: UDP_CHECK, DNS_CHECK, PING_CHECK (keepalived: check_udp.c, check_dns.c,
// check_ping.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "daemons/keepalived/check/checker.h"
#include "host/packet/packet.h"
#include "host/socket/sockets.h"

namespace lvs::keepalived {

// "keepalived check - " again and again, as its probes are filled.
std::string probe_bytes(std::size_t size);

// What UDP_CHECK and PING_CHECK make of an answer, in the words of each.
class ProbeChecker : public Checker {
 public:
  using Checker::Checker;

 protected:
  struct Words {
    const char* success;         // "UDP connection to"
    const char* failed;          // "UDP_CHECK on service {} failed."
    const char* failed_after;    // "UDP_CHECK on service {} failed after {} retries."
    const char* protocol;        // "UDP"
    bool names_service = false;  // failed_after has the service between both
  };
  void epilog(bool success, const Words& words);
};

// A UDP socket that asks once.
class Question : private host::SocketUser {
 public:
  enum class Outcome : std::uint8_t { answered, failed, timed_out };
  using Tell = std::function<void(Outcome outcome)>;
  Question(CheckWorld& world, Tell tell);

  // The error of connect() or send(); none: one outcome follows, within `timeout`.
  host::SocketError ask(host::SocketAddress from, host::SocketAddress to, const std::string& data, base::Time timeout);
  // What follows Outcome::answered: the answer; it may wait for another one, up to the same moment.
  const std::string& answer() const { return answer_.data; }
  host::SocketError error() const { return error_; }
  void wait() { waiting_ = true; }
  void close();

 private:
  void socket_ready() override;
  void outcome(Outcome what);

  CheckWorld& world_;
  Tell tell_;
  host::UdpPtr socket_;
  host::UdpSocket::Datagram answer_;
  host::SocketError error_ = host::SocketError::none;
  bool waiting_ = false;
  control::Alarm timeout_;
};

class UdpChecker final : public ProbeChecker {
 public:
  UdpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

 private:
  void check() override;
  void ended(Question::Outcome outcome);
  bool is_wanted(const std::string& reply) const;

  Question question_;
  host::SocketError last_error_ = host::SocketError::none;
};

class DnsChecker final : public Checker {
 public:
  DnsChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

 private:
  void check() override;
  void ended(Question::Outcome outcome);
  void failure(const std::string& what);
  std::string query();

  Question question_;
  std::uint16_t id_ = 0;
};

class PingChecker final : public ProbeChecker {
 public:
  PingChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);
  ~PingChecker() override;

 private:
  void check() override;
  void ended(bool success);
  static void on_icmp(void* self, const host::Packet& packet);
  void stop_listening();

  std::uint16_t ident_ = 0;
  bool listening_ = false;
  control::Alarm timeout_;
};

}  // namespace lvs::keepalived
