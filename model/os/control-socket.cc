// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/control-socket.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "base/numbers.h"

namespace lvs::os {
namespace {

constexpr std::size_t kRequest = 64 << 10;   // bytes of a request at most
constexpr std::size_t kChunk = 16 << 10;     // of output in one message
constexpr std::size_t kPatience = 16 << 20;  // of output that waits for a client that does not read
constexpr std::size_t kClients = 64;
constexpr std::chrono::seconds kIdle{10};  // for which a client may have nothing under way
constexpr std::uint64_t kListener = 0, kTimer = UINT64_MAX;

std::string too_long(std::size_t size) {
  return "the command is too long: " + std::to_string(size) + " bytes, of which " + std::to_string(kRequest) +
         " are taken";
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw std::runtime_error("control socket '" + path + "': the path must have 1 to " +
                             std::to_string(sizeof address.sun_path - 1) + " characters");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Fd make_socket(int more = 0) {
  return Fd(check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | more, 0), "control socket"));
}

// Who is at the other end: of a listener's socket, who made it.
uid_t peer_of(const Fd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  check(::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size), "control socket");
  return peer.uid;
}

bool connects(const Fd& socket, const sockaddr_un& address) {
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

ControlServer::ControlServer(std::string path)
    : path_(std::move(path)),
      listener_(make_socket(SOCK_NONBLOCK)),
      epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {
  const sockaddr_un address = address_of(path_);
  if (::access(path_.c_str(), F_OK) == 0) {
    if (connects(make_socket(), address)) {
      const std::string why = "control socket " + path_ + ": another program listens there";
      path_.clear();
      throw std::runtime_error(why);
    }
    struct stat entry {};
    if (::stat(path_.c_str(), &entry) == 0 && S_ISSOCK(entry.st_mode)) ::unlink(path_.c_str());
  }
  const mode_t mask = ::umask(0177);
  const int bound = ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(mask);
  if (bound != 0) {
    const std::string why = "control socket " + path_ + ": " + std::strerror(errno);
    path_.clear();
    throw std::runtime_error(why);
  }
  check(::listen(listener_.get(), 16), "control socket " + path_);
  watch(listener_.get(), kListener, false, EPOLL_CTL_ADD);
  const itimerspec each_second{{1, 0}, {1, 0}};
  timer_ = Fd(check(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "control socket"));
  check(::timerfd_settime(timer_.get(), 0, &each_second, nullptr), "control socket");
  watch(timer_.get(), kTimer, false, EPOLL_CTL_ADD);
}

ControlServer::~ControlServer() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void ControlServer::give_to(unsigned user) {
  check(::chown(path_.c_str(), user, static_cast<gid_t>(-1)), path_);
  owner_ = user;
}

void ControlServer::watch(int fd, std::uint64_t id, bool room, int operation) {
  epoll_event event{};
  event.events = EPOLLIN | (room ? static_cast<std::uint32_t>(EPOLLOUT) : 0u);
  event.data.u64 = id;
  check(::epoll_ctl(epoll_.get(), operation, fd, &event), "epoll");
}

void ControlServer::accept_all() {
  while (true) {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    if (clients_.size() >= kClients) continue;  // closed again: somebody asks without end
    const uid_t peer = peer_of(socket);
    if (peer != 0 && peer != owner_) continue;
    const std::uint64_t id = ++last_;
    watch(socket.get(), id, false, EPOLL_CTL_ADD);
    clients_[id].socket = std::move(socket);
    clients_[id].since = std::chrono::steady_clock::now();
  }
}

void ControlServer::expire(ControlEvents& events) {
  std::uint64_t ticks = 0;
  if (::read(timer_.get(), &ticks, sizeof ticks) < 0) return;
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::uint64_t> idle;
  for (const auto& [id, client] : clients_)
    if ((!client.asked || client.ended) && now - client.since > kIdle) idle.push_back(id);
  for (const std::uint64_t id : idle) close(id, events);
}

ControlEvents ControlServer::serve() {
  ControlEvents events;
  std::array<epoll_event, 16> ready;
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = ready[static_cast<std::size_t>(i)];
    const std::uint64_t id = event.data.u64;
    if (id == kListener) {
      accept_all();
    } else if (id == kTimer) {
      expire(events);
    } else {
      serve(id, event.events, events);
    }
  }
  return events;
}

void ControlServer::serve(std::uint64_t id, std::uint32_t ready, ControlEvents& events) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  if ((ready & EPOLLOUT) != 0 && !flush(client)) return close(id, events);
  if ((ready & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  std::string text(kRequest, '\0');
  // The whole length, of one that does not fit, too.
  const auto size = ::recv(client.socket.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_TRUNC);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0 || client.asked) return close(id, events);
  client.asked = true;
  if (static_cast<std::size_t>(size) > kRequest) {
    output(id, true, too_long(static_cast<std::size_t>(size)) + "\n");
    return finish(id, 2);
  }
  const std::size_t zero = text.find('\0');
  if (zero >= static_cast<std::size_t>(size)) return close(id, events);
  events.requests.push_back(
      {id, text.substr(0, zero), text.substr(zero + 1, static_cast<std::size_t>(size) - zero - 1)});
}

void ControlServer::close(std::uint64_t id, ControlEvents& events) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  if (found->second.asked && !found->second.ended) events.gone.push_back(id);
  clients_.erase(found);
}

void ControlServer::output(std::uint64_t client, bool error, std::string_view text) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, kChunk);
    queue(client, (error ? "E" : "O") + std::string(part));
    text.remove_prefix(part.size());
  }
}

void ControlServer::finish(std::uint64_t client, int status) {
  queue(client, "S" + std::to_string(status));
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  found->second.ended = true;
  found->second.since = std::chrono::steady_clock::now();
}

void ControlServer::queue(std::uint64_t id, std::string message) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  if (client.bytes > kPatience) return;
  client.bytes += message.size();
  client.pending.push_back(std::move(message));
  flush(client);  // a client that is gone is noticed by serve()
}

bool ControlServer::flush(Client& client) {
  while (!client.pending.empty()) {
    const std::string& message = client.pending.front();
    if (::send(client.socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      break;
    }
    client.bytes -= message.size();
    client.pending.pop_front();
  }
  const bool wants_room = !client.pending.empty();
  if (wants_room != client.wants_room) {
    client.wants_room = wants_room;
    for (const auto& [id, each] : clients_) {
      if (&each == &client) watch(client.socket.get(), id, wants_room, EPOLL_CTL_MOD);
    }
  }
  return true;
}

int control_command(const std::string& path, const std::string& host, const std::string& command) {
  const Fd socket = make_socket();
  if (!connects(socket, address_of(path))) {
    const int error = errno;
    const bool absent = error == ENOENT || error == ECONNREFUSED;
    throw std::runtime_error(
        "control socket " + path + ": " +
        (absent ? "no lab listens there (start it with --control " + path + ")" : std::string(std::strerror(error))));
  }
  const uid_t peer = peer_of(socket), self = ::geteuid();
  // Of a socket that was named, root may ask anybody.
  if (peer != 0 && peer != self && (self != 0 || path == default_control_path())) {
    throw std::runtime_error("control socket " + path + ": user " + std::to_string(peer) +
                             " listens there, who is neither you nor root");
  }
  const std::string request = host + '\0' + command;
  if (request.size() > kRequest) throw std::runtime_error(too_long(request.size()));
  check(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL), "control socket " + path);
  std::string message(kChunk + 1, '\0');
  while (true) {
    const auto size = ::recv(socket.get(), message.data(), message.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) throw std::runtime_error("control socket " + path + ": the lab has ended");
    const std::string_view text(message.data() + 1, static_cast<std::size_t>(size) - 1);
    if (message.front() == 'S') {
      return base::number<int>(text).value_or(1);
    }
    const int out = message.front() == 'E' ? STDERR_FILENO : STDOUT_FILENO;
    for (std::size_t done = 0; done < text.size();) {
      const auto written = ::write(out, text.data() + done, text.size() - done);
      if (written < 0 && errno != EINTR) return 1;
      if (written > 0) done += static_cast<std::size_t>(written);
    }
  }
}

std::string default_control_path() {
  if (const char* path = std::getenv("LVS_CONTROL"); path != nullptr && *path != '\0') return path;
  if (const char* folder = std::getenv("XDG_RUNTIME_DIR"); folder != nullptr && *folder != '\0') {
    return std::string(folder) + "/lvs.sock";
  }
  return "/tmp/lvs-" + std::to_string(::getuid()) + ".sock";
}

}  // namespace lvs::os
