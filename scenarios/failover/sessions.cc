// SPDX-License-Identifier: GPL-2.0-or-later
#include "failover/sessions.h"

#include <algorithm>

namespace lvs::scenarios {

using host::SocketError;

namespace {

constexpr std::string_view kWord = "one word of a session\n";
constexpr unsigned kBacklog = 128;

}  // namespace

SessionServer::SessionServer(control::Machine& machine, std::uint16_t port)
    : listener_(machine.sockets().tcp(this, {0, "server", 3})) {
  listener_->set_reuse(true, false);
  listener_->bind({{}, port});
  listener_->listen(kBacklog);
}

void SessionServer::socket_ready() {
  while (host::TcpPtr socket = listener_->accept()) {
    socket->user = this;
    accepted_.push_back(std::move(socket));
  }
  std::erase_if(accepted_, [](const host::TcpPtr& socket) {
    std::string said;
    SocketError error = SocketError::none;
    while (socket->read(said, 4096, error) > 0) said.clear();
    return error != SocketError::again;
  });
}

SessionClients::Session::Session(SessionClients& its, base::Time start)
    : base::Timer([](base::Timer& timer) {
        auto& session = static_cast<Session&>(timer);
        session.clients.talk(session);
      }),
      clients(its),
      next(start) {}

SessionClients::SessionClients(control::Machine& machine, const Plan& plan, std::uint64_t seed)
    : machine_(machine), plan_(plan) {
  base::Rng rng(seed);
  const auto span = static_cast<std::uint32_t>((plan.last - plan.first) / std::chrono::microseconds(1));
  for (unsigned i = 0; i < plan.count; ++i) {
    const base::Time start = plan.first + std::chrono::microseconds(span == 0 ? 0 : rng.below(span));
    sessions_.push_back(std::make_unique<Session>(*this, start));
    machine_.host().arm_exactly(*sessions_.back(), start);
  }
}

SessionClients::~SessionClients() {
  for (const auto& session : sessions_) machine_.host().cancel(*session);
}

unsigned SessionClients::open() const {
  return static_cast<unsigned>(
      std::ranges::count_if(sessions_, [](const auto& each) { return each->socket != nullptr && !each->dead; }));
}

void SessionClients::talk(Session& session) {
  if (session.dead) return;
  if (session.socket == nullptr) {
    session.socket = machine_.sockets().tcp(this, {0, "client", 3});
    session.socket->set_no_delay(true);
    session.socket->connect(plan_.to);
  } else {
    SocketError error = SocketError::none;
    session.socket->write(kWord, error);
  }
  look(session);
  if (session.dead) return;
  session.next += plan_.talk;
  machine_.host().arm_exactly(session, session.next);
}

void SessionClients::look(Session& session) {
  if (session.dead || session.socket == nullptr) return;
  if (!session.socket->failed() && !session.socket->hung_up()) return;
  session.dead = true;
  ++died_;
}

void SessionClients::socket_ready() {
  for (const auto& session : sessions_) look(*session);
}

}  // namespace lvs::scenarios
