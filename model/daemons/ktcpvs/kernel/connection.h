// SPDX-License-Identifier: GPL-2.0-or-later
// A client's connection and the one to its server: a thread's work from accept() to the end (ktcpvs 0.0.18: tcp_vs.c,
// tcp_vs_conn_handle()).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "control/machine/alarm.h"
#include "daemons/ktcpvs/kernel/service-daemon.h"

namespace lvs::ktcpvs {

// As the service's scheduler has it.
std::unique_ptr<Connection> make_connection(ServiceDaemon& daemon, host::TcpPtr client);

class Connection : public host::SocketUser {
 public:
  Connection(ServiceDaemon& daemon, host::TcpPtr client);
  ~Connection() override = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void begin();

 protected:
  // The scheduler at work: look at what has come, choose, connect().
  virtual void choose() = 0;
  virtual void connected() { relay(); }
  virtual void unavailable() { nobody(); }
  virtual void on_alarm();

  // `counted`: as long as this lasts, it is a connection of the server's.
  void connect(DestinationPtr destination, bool counted);
  void relay();
  // No server for it: it is closed, and the thread ends.
  void nobody();
  void finish(bool thread_dies);
  bool is_over() const { return over_; }
  // All of `text` into the socket. False: there is no room, the thread waits; or the socket is no more.
  bool flush(std::string& text, host::TcpSocket& socket);
  static bool open(const host::TcpSocket& socket);

  ServiceDaemon& daemon_;
  host::TcpPtr client_, server_;
  DestinationPtr destination_;
  std::string to_client_, to_server_;
  control::Alarm alarm_;

 private:
  enum class Stage : std::uint8_t { choosing, connecting, relaying };
  void socket_ready() override;
  bool move(host::TcpSocket& from, std::string& to, bool& moved);

  Stage stage_ = Stage::choosing;
  bool counted_ = false, over_ = false;
};

}  // namespace lvs::ktcpvs
