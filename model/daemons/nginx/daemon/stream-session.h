// SPDX-License-Identifier: GPL-2.0-or-later
// A connection of the stream module: bytes from one side to the other (nginx: ngx_stream_proxy_module.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/nginx/conf/values.h"
#include "daemons/nginx/daemon/session.h"
#include "daemons/nginx/upstream/peers.h"
#include "host/socket/sockets.h"

namespace lvs::nginx {

class Worker;

// What stream sessions over TCP and UDP have in common: whose turn it is, what is logged.
class StreamBase : public Session {
 public:
  StreamBase(Worker& worker, const StreamServerConf& conf, const host::SocketAddress& local,
             const host::SocketAddress& remote, bool udp);
  void drain() override {}

 protected:
  Group& group() const;
  // A group by the name, or a server by the address, that variables give. False: what they give is none.
  bool find_pass();
  void make_choice();
  const UpstreamServer* next_server();
  // False: there is nobody to be asked next.
  bool may_go_on(bool timed_out);
  void error(LogLevel level, std::string_view text, std::string_view doing);
  void log(unsigned status);
  void note_answer(std::uint64_t bytes);
  std::string asked_values(Variable variable) const;
  std::string user_value(const std::string& name) const;
  std::string variable(const Piece& piece) const;

  Worker& worker_;
  const StreamServerConf& conf_;
  host::SocketAddress local_, remote_;
  bool udp_;
  std::uint64_t number_;
  base::Time since_;
  std::unique_ptr<OwnGroup> own_group_;
  std::size_t group_ = 0;
  std::optional<Choice> choice_;
  // What the log says of each server that was asked (ngx_stream_upstream_state_t).
  struct Asked {
    std::string address;
    base::Time since{};
    std::optional<base::Time> connect, first_byte, end;
    std::uint64_t received = 0, sent = 0;
  };
  std::vector<Asked> asked_;
  std::uint64_t received_ = 0, sent_ = 0;  // from and to the client
  mutable std::vector<std::string> captures_;
  mutable unsigned map_depth_ = 0;
  unsigned status_ = 0;
};

class StreamSession final : public StreamBase {
 public:
  StreamSession(Worker& worker, host::TcpPtr client, const StreamServerConf& conf);
  void begin();

 private:
  struct Side {
    host::TcpPtr socket;
    std::string to_write;
    bool ended = false;
  };
  void socket_ready() override;
  void on_alarm();
  void connect();
  void next(bool timed_out);
  void pump();
  bool move(Side& from, Side& to, std::uint64_t& in, std::uint64_t& out);
  void finish(unsigned status);
  void answer();

  Side client_, server_;
  bool connected_ = false, over_ = false, first_ = true;
  control::Alarm alarm_;
};

class UdpStreamSession final : public StreamBase {
 public:
  UdpStreamSession(Worker& worker, host::UdpSocket& listener, const StreamServerConf& conf,
                   const host::SocketAddress& remote);
  // A datagram of the client's.
  void take(std::string data);
  bool is_of(const host::UdpSocket& listener, const host::SocketAddress& remote) const {
    return &listener_ == &listener && remote_ == remote && !over_ && !full_;
  }

 private:
  void socket_ready() override;
  void timed_out();
  void finish(unsigned status);

  host::UdpSocket& listener_;
  host::UdpPtr server_;
  std::uint64_t requests_ = 0, responses_ = 0;
  bool over_ = false, full_ = false;
  control::Alarm alarm_;
};

}  // namespace lvs::nginx
