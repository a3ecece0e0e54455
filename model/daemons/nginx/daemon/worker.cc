// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/worker.h"

#include <chrono>
#include <utility>

#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/stream-session.h"
#include "daemons/nginx/upstream/idle-links.h"

namespace lvs::nginx {

Worker::Worker(control::Machine& machine, control::Pid parent, std::shared_ptr<Shared> shared,
               std::shared_ptr<Generation> generation)
    : Process(machine, parent, {"nginx: worker process"}),
      shared_(std::move(shared)),
      generation_(std::move(generation)),
      clean_(machine.host(), [this] {
        buried_.clear();
        look_for_end();
      }) {
  rename("nginx");
  shared_->all.push_back(this);
}

Worker::~Worker() {
  std::erase(shared_->workers, this);
  std::erase(shared_->all, this);
}

ConnectionCounts Worker::counts() const {
  ConnectionCounts counts;
  counts.accepted = shared_->accepted;
  counts.requests = shared_->requests;
  for (const Worker* worker : shared_->all) {
    counts.active += worker->sessions_.size();
    for (const auto& [place, session] : worker->sessions_) session->count(counts);
  }
  return counts;
}

void Worker::take(host::TcpPtr socket) {
  ++shared_->accepted;
  const ListenPoint* const point = generation_->point(socket->local(), false);
  if (point == nullptr) return;
  if (point->stream != nullptr) {
    auto session = std::make_unique<StreamSession>(*this, std::move(socket), *point->stream);
    StreamSession& running = *session;
    adopt(std::move(session));
    running.begin();
    return;
  }
  auto session = std::make_unique<HttpSession>(*this, std::move(socket), *point);
  HttpSession& running = *session;
  adopt(std::move(session));
  running.begin();
}

// Of a session that is there, or of a new one.
void Worker::take(host::UdpSocket& socket, const host::SocketAddress& from, std::string data) {
  for (const auto& [place, session] : sessions_) {
    auto* const udp = dynamic_cast<UdpStreamSession*>(session.get());
    if (udp != nullptr && udp->is_of(socket, from)) return udp->take(std::move(data));
  }
  const ListenPoint* const point = generation_->point(socket.local(), true);
  if (point == nullptr || point->stream == nullptr) return;
  ++shared_->accepted;
  auto session = std::make_unique<UdpStreamSession>(*this, socket, *point->stream, from);
  UdpStreamSession& running = *session;
  adopt(std::move(session));
  running.take(std::move(data));
}

void Listener::socket_ready() {
  if (workers_.empty()) return;
  Worker& worker = *workers_.front();
  if (tcp) {
    while (host::TcpPtr socket = tcp->accept()) worker.take(std::move(socket));
    return;
  }
  host::UdpSocket::Datagram datagram;
  while (udp && udp->receive(datagram) == host::SocketError::none)
    worker.take(*udp, datagram.from, std::move(datagram.data));
}

void Worker::quit() {
  if (std::exchange(quitting_, true)) return;
  set_arguments({"nginx: worker process is shutting down"});
  std::erase(shared_->workers, this);
  idle_.clear();
  std::vector<std::uint64_t> places;
  for (const auto& [place, session] : sessions_) places.push_back(place);
  for (const std::uint64_t place : places)
    if (const auto found = sessions_.find(place); found != sessions_.end()) found->second->drain();
  clean_.set_after({});
}

void Worker::look_for_end() {
  if (quitting_ && sessions_.empty() && alive()) exit(0);
}

std::int64_t Worker::milliseconds() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now()).count();
}

std::int64_t Worker::seconds() const { return std::chrono::duration_cast<std::chrono::seconds>(day_time()).count(); }

host::TcpPtr Worker::open_tcp(host::SocketUser* user) { return machine().sockets().tcp(user, owner()); }

IdleLinks& Worker::idle(std::size_t group) {
  auto& links = idle_[group];
  if (!links) links = std::make_unique<IdleLinks>(host(), generation_->http_group(group).conf());
  return *links;
}

void Worker::adopt(std::unique_ptr<Session> session) {
  session->place = ++last_place_;
  sessions_.emplace(last_place_, std::move(session));
}

void Worker::bury(Session& session) {
  const auto found = sessions_.find(session.place);
  if (found == sessions_.end()) return;
  buried_.push_back(std::move(found->second));
  sessions_.erase(found);
  if (!clean_.is_set()) clean_.set_after({});
}

void Worker::error(const std::vector<ErrorLogConf>& logs, LogLevel level, std::string_view text) {
  shared_->logs->error(logs.empty() ? generation_->conf().error_logs : logs, level, pid(), text);
}

bool Worker::take_signal(int signal) {
  switch (signal) {
    case control::kSigTerm:
    case control::kSigInt: exit(0); return true;
    case control::kSigQuit:
    case control::kSigWinch: quit(); return true;
    case control::kSigUsr1: shared_->logs->reopen(); return true;
    case control::kSigHup:
    case control::kSigPipe:
    case control::kSigUsr2: return true;
    default: return false;
  }
}

void Worker::ended(control::ExitStatus status) {
  std::erase(shared_->workers, this);
  idle_.clear();
  sessions_.clear();
  if (status.signal == 0) shared_->logs->flush(pid());
  shared_->logs->forget(pid());
  if (shared_->worker_ended) shared_->worker_ended(pid(), status);
}

}  // namespace lvs::nginx
