// SPDX-License-Identifier: GPL-2.0-or-later
// Servers, variables and logs of stream sessions.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "daemons/nginx/daemon/stream-session.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/log/log-line.h"

namespace lvs::nginx {

StreamBase::StreamBase(Worker& worker, const StreamServerConf& conf, const host::SocketAddress& local,
                       const host::SocketAddress& remote, bool udp)
    : worker_(worker),
      conf_(conf),
      local_(local),
      remote_(remote),
      udp_(udp),
      number_(worker.next_number()),
      since_(worker.now()) {}

Group& StreamBase::group() const { return worker_.generation().stream_group(conf_.pass->group); }

void StreamBase::make_choice() {
  choice_.emplace(group(), remote_.addr,
                  group().conf().key.value([this](const Piece& piece) { return variable(piece); }),
                  conf_.next_tries.value_or(0), worker_.host().rng);
}

const UpstreamServer* StreamBase::next_server() {
  asked_ = worker_.now();
  const UpstreamServer* const server = choice_->next(worker_.seconds());
  upstream_ = server == nullptr ? group().conf().name : server->name;
  addresses_ += (addresses_.empty() ? "" : ", ") + upstream_;
  if (server == nullptr) error(LogLevel::error, "no live upstreams", "connecting to upstream");
  return server;
}

// ngx_stream_proxy_next_upstream()
bool StreamBase::may_go_on(bool timed_out) {
  if (timed_out) error(LogLevel::error, "upstream timed out (110: Connection timed out)", "connecting to upstream");
  if (choice_->release(Choice::Verdict::failed, worker_.seconds()))
    error(LogLevel::warn, "upstream server temporarily disabled", "connecting to upstream");
  const base::Time most = conf_.next_timeout.value_or(base::Time{0});
  if (choice_->tries() == 0 || !conf_.next_upstream.value_or(true)) return false;
  return most == base::Time{0} || worker_.now() - since_ < most;
}

void StreamBase::error(LogLevel level, std::string_view text, std::string_view doing) {
  std::string line =
      fmt::format("*{} {} while {}, {}client: {}, server: {}:{}", number_, text, doing, udp_ ? "udp " : "",
                  remote_.addr.text(), conf_.listens.front().address.addr.text(), local_.port);
  if (!upstream_.empty()) line += fmt::format(", upstream: \"{}\"", upstream_);
  line += fmt::format(", bytes from/to client:{}/{}, bytes from/to upstream:{}/{}", received_, sent_,
                      upstream_received_, upstream_sent_);
  worker_.error(conf_.error_logs, level, line);
}

// Of the last server, behind those that were tried in vain.
std::string StreamBase::behind_tries(std::uint64_t bytes) const {
  std::string text;
  for (const char c : addresses_)
    if (c == ',') text += "0, ";
  return text + std::to_string(bytes);
}

std::string StreamBase::variable(const Piece& piece) const {
  const base::Time now = worker_.day_time();
  switch (piece.variable) {
    case Variable::bytes_received: return std::to_string(received_);
    case Variable::bytes_sent: return std::to_string(sent_);
    case Variable::connection: return std::to_string(number_);
    case Variable::hostname: return worker_.host().name();
    case Variable::msec: return seconds_text(now);
    case Variable::nginx_version: return std::string(kVersion.substr(kVersion.find('/') + 1));
    case Variable::pid: return std::to_string(worker_.pid());
    case Variable::protocol: return udp_ ? "UDP" : "TCP";
    case Variable::remote_addr: return remote_.addr.text();
    case Variable::remote_port: return std::to_string(remote_.port);
    case Variable::server_addr: return local_.addr.text();
    case Variable::server_port: return std::to_string(local_.port);
    case Variable::session_time: return seconds_text(worker_.now() - since_);
    case Variable::status: return fmt::format("{:03}", status_);
    case Variable::time_iso8601: return iso_date(now);
    case Variable::time_local: return access_log_date(now);
    case Variable::upstream_addr: return addresses_;
    case Variable::upstream_bytes_received: return behind_tries(upstream_received_);
    case Variable::upstream_bytes_sent: return behind_tries(upstream_sent_);
    case Variable::upstream_connect_time: return connect_times_;
    case Variable::upstream_response_time: return seconds_text(worker_.now() - asked_);
    default: return {};
  }
}

void StreamBase::log(unsigned status) {
  status_ = status;
  const auto& formats = worker_.generation().conf().stream->formats;
  for (const AccessLogConf& log : conf_.access_logs.value_or(std::vector<AccessLogConf>{})) {
    if (log.condition) {
      const std::string wanted = log.condition->value([this](const Piece& piece) { return variable(piece); });
      if (wanted.empty() || wanted == "0") continue;
    }
    const auto format = std::ranges::find(formats, log.format, &LogFormat::name);
    if (format == formats.end()) continue;
    worker_.logs().access(log, worker_.pid(),
                          log_line(*format, [this](const Piece& piece) { return variable(piece); }));
  }
}

}  // namespace lvs::nginx
