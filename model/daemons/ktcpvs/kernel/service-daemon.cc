// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/service-daemon.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemons/ktcpvs/kernel/connection.h"

namespace lvs::ktcpvs {
namespace {

constexpr unsigned kBacklog = 2048;  // net.ktcpvs.max_backlog
constexpr std::size_t kMostSpawned = 32;
constexpr base::Time kSecond = std::chrono::seconds(1), kLongQuiet = std::chrono::seconds(600);

}  // namespace

ServiceDaemon::ServiceDaemon(Module& module, Service& service)
    : module_(module),
      service_(service),
      second_(module.host(), [this] { on_second(); }),
      clean_(module.host(), [this] {
        buried_.clear();
        accept();
      }) {}

ServiceDaemon::~ServiceDaemon() = default;

void ServiceDaemon::begin() {
  listener_ = module_.open_tcp(this);
  listener_->set_reuse(true, false);
  const host::SocketAddress& at = service_.config.listen;
  if (listener_->bind(at) != host::SocketError::none || listener_->listen(kBacklog) != host::SocketError::none) {
    module_.tell(
        fmt::format("Error binding socket. This means that some other daemon is (or was a short time ago) using {}:{}.",
                    at.addr.text(), at.port));
    service_.start = false;
    return module_.forget(*this);
  }
  service_.running = true;
  service_.stop = false;
  const auto begun = static_cast<std::size_t>(service_.config.start_servers);
  threads_.resize(std::max(begun, static_cast<std::size_t>(service_.config.max_clients)));
  for (std::size_t i = 0; i < begun; ++i) threads_[i].status = Thread::Status::ready;
  limit_ = begun;
  changed_ = module_.host().now();
  second_.set_after(kSecond);
}

void ServiceDaemon::accept() {
  if (service_.stop || !listener_) return;
  for (std::size_t i = 0; i < limit_; ++i) {
    Thread& thread = threads_[i];
    if (thread.status != Thread::Status::ready) continue;
    host::TcpPtr client = listener_->accept();
    if (!client) return;
    thread.status = Thread::Status::busy;
    thread.connection = make_connection(*this, std::move(client));
    thread.connection->begin();
  }
}

void ServiceDaemon::over(Connection& connection, bool died) {
  for (Thread& thread : threads_) {
    if (thread.connection.get() != &connection) continue;
    buried_.push_back(std::move(thread.connection));
    thread.status = died || service_.stop ? Thread::Status::dead : Thread::Status::ready;
    break;
  }
  clean_.set_after({});
}

void ServiceDaemon::on_second() {
  if (service_.stop) {
    bool busy = false;
    for (Thread& thread : threads_) {
      if (thread.status == Thread::Status::ready) thread.status = Thread::Status::dead;
      busy = busy || thread.status == Thread::Status::busy;
    }
    if (!busy) return end();
  } else {
    maintain();
    accept();
  }
  second_.set_after(kSecond);
}

void ServiceDaemon::end() {
  listener_.reset();
  service_.start = service_.running = false;
  module_.forget(*this);
}

void ServiceDaemon::kill(std::size_t thread) {
  threads_[thread].status = Thread::Status::dead;
  changed_ = module_.host().now();
}

// Enough threads that wait, and not too many; one more in the first second of want, then two, four, ...
void ServiceDaemon::maintain() {
  std::vector<std::size_t> free;
  int idle = 0;
  std::size_t last_idle = 0, last = 0;
  const auto most = static_cast<std::size_t>(service_.config.max_clients);
  for (std::size_t i = 0; i < std::min(most, threads_.size()); ++i) {
    if (i >= limit_ && free.size() == spawn_rate_) break;
    if (threads_[i].status == Thread::Status::dead) {
      if (free.size() < spawn_rate_) free.push_back(i);
      continue;
    }
    last = i + 1;
    if (threads_[i].status != Thread::Status::ready) continue;
    ++idle;
    last_idle = i;
  }
  limit_ = last;
  if (idle > service_.config.max_spare) {
    kill(last_idle);
    spawn_rate_ = 1;
  } else if (idle < service_.config.min_spare) {
    if (free.empty())
      return module_.tell_limited(
          fmt::format("Server {} reached MaxClients setting, consider raising the MaxClients setting", service_.name));
    if (spawn_rate_ > 8)
      module_.tell_limited(fmt::format(
          "Server {} seems busy, you may need to increase StartServers, or Min/MaxSpareServers", service_.name));
    for (const std::size_t i : free) {
      threads_[i].status = Thread::Status::ready;
      limit_ = std::max(limit_, i + 1);
    }
    changed_ = module_.host().now();
    if (spawn_rate_ < kMostSpawned) spawn_rate_ *= 2;
  } else {
    if (idle > service_.config.min_spare && module_.host().now() - changed_ > kLongQuiet) kill(last_idle);
    spawn_rate_ = 1;
  }
}

}  // namespace lvs::ktcpvs
