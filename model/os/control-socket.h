// SPDX-License-Identifier: GPL-2.0-or-later
// A Unix socket by which commands are given to a program that runs, and the other end of it.
//
// One connection is one command. SOCK_SEQPACKET, so that a message is a message: the request is HOST, a zero byte and
// the command line; the answers are 'O' and standard output, 'E' and standard error, as they come, and at last 'S' and
// the exit status as a decimal number. Who closes the connection before ends the command. A request of more than 64 KiB
// is refused as a whole; who asks nothing for ten seconds is sent away, and so are other users than the owner and root.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"

namespace lvs::os {

struct ControlRequest {
  std::uint64_t client = 0;
  std::string host;
  std::string command;
};

struct ControlEvents {
  std::vector<ControlRequest> requests;
  std::vector<std::uint64_t> gone;  // clients that closed before they had their status
};

class ControlServer {
 public:
  // Makes the socket, for its owner only. A file left behind by a program that is gone is replaced; std::runtime_error
  // with a line for people if one listens there.
  explicit ControlServer(std::string path);
  ~ControlServer();  // removes the file
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  int fd() const { return epoll_.get(); }  // readable when there is something to do
  const std::string& path() const { return path_; }
  // Does what can be done without waiting.
  ControlEvents serve();
  void output(std::uint64_t client, bool error, std::string_view text);
  void finish(std::uint64_t client, int status);
  // The file belongs to that user from now on: before privileges are given up.
  void give_to(unsigned user);

 private:
  struct Client {
    Fd socket;
    std::chrono::steady_clock::time_point since{};  // when it came, or had its status
    bool asked = false;
    bool ended = false;  // the status is the last of `pending`
    bool wants_room = false;
    std::size_t bytes = 0;
    std::deque<std::string> pending;
  };

  void accept_all();
  void serve(std::uint64_t id, std::uint32_t ready, ControlEvents& events);
  void expire(ControlEvents& events);
  void queue(std::uint64_t id, std::string message);
  bool flush(Client& client);  // false: it is gone
  void close(std::uint64_t id, ControlEvents& events);
  void watch(int fd, std::uint64_t id, bool room, int operation);

  std::string path_;
  Fd listener_;
  Fd epoll_, timer_;
  unsigned owner_ = ::geteuid();  // who may ask, besides root
  std::map<std::uint64_t, Client> clients_;
  std::uint64_t last_ = 0;
};

// Runs a command there, with its output on ours. Returns its status; std::runtime_error if nobody answers at `path`.
int control_command(const std::string& path, const std::string& host, const std::string& command);

// Where programs listen and ask unless told otherwise: $LVS_CONTROL, or lvs.sock in $XDG_RUNTIME_DIR, or
// /tmp/lvs-UID.sock.
std::string default_control_path();

}  // namespace lvs::os
