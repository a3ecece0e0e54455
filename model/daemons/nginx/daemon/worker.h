// SPDX-License-Identifier: GPL-2.0-or-later
// A worker: the process that serves connections.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "daemons/nginx/daemon/session.h"
#include "daemons/nginx/log/logs.h"
#include "daemons/nginx/upstream/generation.h"
#include "daemons/nginx/upstream/limits.h"

namespace lvs::nginx {

class IdleLinks;

class Worker;

// An address that is listened on. Its connections go to one of the workers.
class Listener final : public host::SocketUser {
 public:
  Listener(const std::vector<Worker*>& workers, ListenPoint where) : point(std::move(where)), workers_(workers) {}
  // Who waits is served, if there is somebody to do it.
  void socket_ready() override;

  ListenPoint point;
  host::TcpPtr tcp;
  host::UdpPtr udp;

 private:
  const std::vector<Worker*>& workers_;
};

// What all workers of one nginx share.
struct Shared {
  std::shared_ptr<Logs> logs;
  std::uint64_t connections = 0;  // made so far, from and to anybody: they are numbered in the logs
  std::uint64_t accepted = 0, requests = 0, files = 0;
  LimitZones limits;
  std::vector<Worker*> all;  // those that end included
  std::function<void(control::Pid, control::ExitStatus)> worker_ended;
  std::vector<Worker*> workers;  // that accept
  std::vector<std::unique_ptr<Listener>> listeners;
};

class Worker final : public control::Process {
 public:
  Worker(control::Machine& machine, control::Pid parent, std::shared_ptr<Shared> shared,
         std::shared_ptr<Generation> generation);
  ~Worker() override;

  // A connection has been accepted.
  void take(host::TcpPtr socket);
  // A datagram has come.
  void take(host::UdpSocket& socket, const host::SocketAddress& from, std::string data);
  // Ends when nothing is being served any more.
  void quit();
  bool quitting() const { return quitting_; }

  // --- for sessions ---
  control::Machine& computer() const { return machine(); }
  host::Host& host() const { return machine().host(); }
  base::Time now() const { return machine().host().now(); }
  std::int64_t seconds() const;  // of the day's clock
  base::Time day_time() const { return shared_->logs->time(); }
  Generation& generation() { return *generation_; }
  Logs& logs() { return *shared_->logs; }
  std::uint64_t next_number() { return ++shared_->connections; }
  std::uint64_t next_file() { return ++shared_->files; }
  void note_request() { ++shared_->requests; }
  LimitZones& limit_zones() { return shared_->limits; }
  std::int64_t milliseconds() const;  // of a clock that is not set
  // Of all workers.
  ConnectionCounts counts() const;
  host::TcpPtr open_tcp(host::SocketUser* user);
  // worker_connections; a client that is to have a server counts for two, and so do those before it.
  std::uint64_t most_connections() const { return generation_->conf().connections.value_or(512); }
  bool full() const { return 2 * sessions_.size() > most_connections(); }
  host::SocketOwner owner() const { return {pid(), "nginx", 10}; }
  IdleLinks& idle(std::size_t group);
  // The session is over. It lives until the next event.
  void bury(Session& session);
  void adopt(std::unique_ptr<Session> session);
  void error(const std::vector<ErrorLogConf>& logs, LogLevel level, std::string_view text);

 private:
  bool take_signal(int signal) override;
  void ended(control::ExitStatus status) override;
  void look_for_end();

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Generation> generation_;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;  // in the order made
  std::vector<std::unique_ptr<Session>> buried_;
  std::map<std::size_t, std::unique_ptr<IdleLinks>> idle_;
  control::Alarm clean_;
  std::uint64_t last_place_ = 0;
  bool quitting_ = false;
};

}  // namespace lvs::nginx
