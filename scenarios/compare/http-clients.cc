// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/http-clients.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lvs::scenarios {
namespace {

using host::SocketError;
using host::TcpState;

constexpr std::string_view kRequest = "GET /page HTTP/1.0\r\nHost: www.example\r\nUser-Agent: lvs-compare\r\n\r\n";
constexpr std::size_t kStatusLine = 13;      // "HTTP/1.0 200 "
constexpr std::size_t kMostWaiting = 50000;  // requests that have begun and not ended

}  // namespace

class HttpClients::Request final : public host::SocketUser {
 public:
  explicit Request(HttpClients& clients) : clients_(clients) {}

  void begin() {
    since_ = clients_.machine_.host().now();
    attempts_ = 0;
    connect();
  }
  std::size_t target() const { return target_; }
  base::Time since() const { return since_; }
  unsigned attempts() const { return attempts_; }
  // Asks the next server, as long as there is one that was not asked yet.
  bool try_another() {
    if (attempts_ >= clients_.plan_.targets.size()) return false;
    connect();
    return true;
  }

 private:
  void connect() {
    const auto& sources = clients_.plan_.sources;
    ++attempts_;
    asked_ = false;
    answer_.clear();
    received_ = 0;
    target_ = clients_.choose(*this);
    ++clients_.open_[target_];
    socket_ = clients_.machine_.sockets().tcp(this);
    const host::SocketAddress from{sources[clients_.next_source_++ % sources.size()], 0};
    if (socket_->bind(from) != SocketError::none ||
        socket_->connect(clients_.plan_.targets[target_]) != SocketError::none)
      end(false);
  }

  void socket_ready() override {
    if (!socket_) return;
    if (socket_->failed()) return end(false);
    if (socket_->state() == TcpState::syn_sent || socket_->state() == TcpState::syn_recv) return;
    SocketError error = SocketError::none;
    if (!asked_) {
      asked_ = true;
      socket_->write(kRequest, error);
    }
    for (;;) {
      const std::size_t size = socket_->read(answer_, 1 << 16, error);
      if (size == 0) break;
      received_ += size;
      if (answer_.size() > kStatusLine) answer_.resize(kStatusLine);
    }
    if (error == SocketError::again) return;
    const bool good = error == SocketError::none && received_ >= clients_.plan_.reply &&
                      answer_.size() == kStatusLine && answer_.ends_with(" 200 ");
    end(good);
  }

  void end(bool good) {
    socket_.reset();
    --clients_.open_[target_];
    clients_.over(*this, good);
  }

  HttpClients& clients_;
  host::TcpPtr socket_;
  std::size_t target_ = 0;
  base::Time since_{};
  std::string answer_;  // its begin
  std::size_t received_ = 0;
  unsigned attempts_ = 0;
  bool asked_ = false;
};

HttpClients::HttpClients(control::Machine& machine, Plan plan, std::uint64_t seed)
    : machine_(machine),
      plan_(std::move(plan)),
      rng_(seed),
      caches_(std::max(1u, plan_.resolvers)),
      open_(plan_.targets.size()),
      completed_by_(plan_.targets.size()),
      arrival_(machine.host(), [this] { arrive(); }) {}

HttpClients::~HttpClients() = default;

void HttpClients::begin() { arrive(); }

// Those who have been answered ask again, and one more comes while there are too few; or one at a random distance.
void HttpClients::arrive() {
  constexpr std::uint32_t kApart = 6000;  // ns at most
  if (plan_.concurrency > 0) {
    for (std::size_t again = idle_.size(); again > 0; --again) start();
    if (requests_.size() >= plan_.concurrency) return;
    start();
    return arrival_.set_after(base::Time(rng_.below(kApart)));
  }
  start();
  const double wait = -std::log(1 - rng_.real()) / plan_.rate;
  arrival_.set_after(base::Time(static_cast<std::int64_t>(wait * 1e9)));
}

void HttpClients::start() {
  if (idle_.empty()) {
    if (requests_.size() >= kMostWaiting) {
      ++failed_;
      return;
    }
    requests_.push_back(std::make_unique<Request>(*this));
    idle_.push_back(requests_.back().get());
  }
  Request& request = *idle_.back();
  idle_.pop_back();
  request.begin();
}

void HttpClients::over(Request& request, bool good) {
  if (!good && plan_.choice == Choice::client && request.try_another()) return;
  if (good) {
    latencies_.push_back(std::chrono::duration<double>(machine_.host().now() - request.since()).count());
    ++completed_by_[request.target()];
  } else {
    ++failed_;
  }
  idle_.push_back(&request);
  constexpr base::Time kAfterFailure = std::chrono::milliseconds(1);
  if (plan_.concurrency > 0 && !arrival_.is_set()) arrival_.set_after(good ? base::Time{} : kAfterFailure);
}

void HttpClients::reset() {
  latencies_.clear();
  failed_ = 0;
  std::ranges::fill(completed_by_, 0);
}

std::size_t HttpClients::choose(Request& request) {
  const std::size_t targets = plan_.targets.size();
  switch (plan_.choice) {
    case Choice::only: return 0;
    case Choice::client: {
      if (request.attempts() > 1) return (request.target() + 1) % targets;
      const std::size_t from = next_target_++;
      std::size_t best = from % targets;
      for (std::size_t i = 1; i < targets; ++i) {
        const std::size_t other = (from + i) % targets;
        if (open_[other] < open_[best]) best = other;
      }
      return best;
    }
    case Choice::dns: break;
  }
  Cached& cache = caches_[next_resolver_++ % caches_.size()];
  const base::Time now = machine_.host().now();
  if (now >= cache.until) cache = {next_target_++ % targets, now + plan_.ttl};
  return cache.target;
}

}  // namespace lvs::scenarios
