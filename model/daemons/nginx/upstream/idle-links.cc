// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/idle-links.h"

#include <algorithm>
#include <utility>

namespace lvs::nginx {
namespace {

constexpr std::uint64_t kMostRequests = 1000;
constexpr base::Time kLongest = std::chrono::hours(1), kIdle = std::chrono::seconds(60);

// Nobody says anything on an idle connection but good-bye.
bool is_over(const host::TcpSocket& socket) { return socket.readable() || socket.failed() || socket.hung_up(); }

}  // namespace

IdleLinks::IdleLinks(host::Host& host, const UpstreamConf& conf)
    : host_(host), conf_(conf), alarm_(host, [this] { on_alarm(); }) {}

IdleLinks::~IdleLinks() = default;

std::optional<Link> IdleLinks::take(const host::SocketAddress& to) {
  const auto found = std::ranges::find_if(links_, [&](const Kept& each) { return each.link.to == to; });
  if (found == links_.end()) return std::nullopt;
  Link link = std::move(found->link);
  links_.erase(found);
  link.kept = true;
  link.socket->user = nullptr;
  return link;
}

bool IdleLinks::keep(Link& link) {
  if (!conf_.keepalive || link.requests >= conf_.keepalive_requests.value_or(kMostRequests)) return false;
  if (host_.now() - link.since > conf_.keepalive_time.value_or(kLongest)) return false;
  if (is_over(*link.socket)) return false;
  if (links_.size() >= *conf_.keepalive) links_.pop_back();
  link.socket->user = this;
  links_.push_front({std::move(link), host_.now() + conf_.keepalive_timeout.value_or(kIdle)});
  if (!alarm_.is_set()) alarm_.set_at(links_.front().until);
  return true;
}

void IdleLinks::socket_ready() {
  std::erase_if(links_, [](const Kept& each) { return is_over(*each.link.socket); });
}

void IdleLinks::on_alarm() {
  std::erase_if(links_, [&](const Kept& each) { return each.until <= host_.now(); });
  if (!links_.empty()) alarm_.set_at(links_.back().until);
}

}  // namespace lvs::nginx
