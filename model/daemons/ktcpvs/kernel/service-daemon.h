// SPDX-License-Identifier: GPL-2.0-or-later
// The daemon of a running service: it listens and keeps a pool of threads, each of which serves one connection at a
// time (ktcpvs 0.0.18: tcp_vs.c, child_pool_maintenance()).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/ktcpvs/kernel/module.h"

namespace lvs::ktcpvs {

class Connection;

class ServiceDaemon final : public host::SocketUser {
 public:
  ServiceDaemon(Module& module, Service& service);
  ~ServiceDaemon() override;
  void begin();

  // --- for connections ---
  Module& module() const { return module_; }
  const Service& service() const { return service_; }
  // `died`: the thread ends with it, as the source has it of connections without a server.
  void over(Connection& connection, bool died);

 private:
  struct Thread {
    enum class Status : std::uint8_t { dead, ready, busy };
    Status status = Status::dead;
    std::unique_ptr<Connection> connection;
  };
  void socket_ready() override { accept(); }
  void accept();
  void on_second();
  void maintain();
  void kill(std::size_t thread);
  void end();

  Module& module_;
  Service& service_;
  host::TcpPtr listener_;
  std::vector<Thread> threads_;
  std::vector<std::unique_ptr<Connection>> buried_;
  std::size_t limit_ = 0;  // behind the last thread that lives
  std::size_t spawn_rate_ = 1;
  base::Time changed_{};
  control::Alarm second_, clean_;
};

}  // namespace lvs::ktcpvs
