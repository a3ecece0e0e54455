// SPDX-License-Identifier: GPL-2.0-or-later
// Servers, variables and logs of stream sessions.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/daemon/stream-session.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/log/log-line.h"
#include "daemons/nginx/upstream/map-value.h"

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

Group& StreamBase::group() const { return own_group_ ? own_group_->group : worker_.generation().stream_group(group_); }

// ngx_stream_proxy_eval(), ngx_stream_proxy_handler()
bool StreamBase::find_pass() {
  group_ = conf_.pass->group;
  if (conf_.pass->variable.empty()) return true;
  const std::string url = conf_.pass->variable.value([this](const Piece& piece) { return variable(piece); });
  const ConfUrl parsed = parse_url(url, 0, UrlOf::server);
  const auto refuse = [&](const std::string& why) { return error(LogLevel::error, why, {}), false; };
  const std::string wrong = !parsed.error.empty() ? parsed.error : parsed.host.empty() ? "no host" : "";
  if (!wrong.empty()) return refuse(fmt::format("{} in upstream \"{}\"", wrong, url));
  const auto& groups = worker_.generation().conf().stream->upstreams;
  const auto group = named_group(groups, parsed);
  group_ = static_cast<std::size_t>(group - groups.begin());
  if (group != groups.end()) return true;
  if (parsed.port == 0) return refuse(fmt::format("no port in upstream \"{}\"", parsed.host));
  if (!parsed.resolved) return refuse(fmt::format("no resolver defined to resolve {}", parsed.host));
  own_group_ = std::make_unique<OwnGroup>(parsed, url);
  return true;
}

void StreamBase::make_choice() {
  choice_.emplace(group(), remote_.addr,
                  group().conf().key.value([this](const Piece& piece) { return variable(piece); }),
                  conf_.next_tries.value_or(0), worker_.host().rng);
}

const UpstreamServer* StreamBase::next_server() {
  const UpstreamServer* const server = choice_->next(worker_.seconds());
  asked_.push_back({.address = server == nullptr ? group().conf().name : server->name, .since = worker_.now()});
  if (server == nullptr) error(LogLevel::error, "no live upstreams", "connecting to upstream");
  return server;
}

// ngx_stream_proxy_next_upstream()
bool StreamBase::may_go_on(bool timed_out) {
  asked_.back().end = worker_.now() - asked_.back().since;
  if (timed_out) error(LogLevel::error, "upstream timed out (110: Connection timed out)", "connecting to upstream");
  if (choice_->release(Choice::Verdict::failed, worker_.seconds()))
    error(LogLevel::warn, "upstream server temporarily disabled", "connecting to upstream");
  const base::Time most = conf_.next_timeout.value_or(base::Time{0});
  if (choice_->tries() == 0 || !conf_.next_upstream.value_or(true)) return false;
  return most == base::Time{0} || worker_.now() - since_ < most;
}

void StreamBase::error(LogLevel level, std::string_view text, std::string_view doing) {
  std::string line =
      fmt::format("*{} {}{}{}, {}client: {}, server: {}:{}", number_, text, doing.empty() ? "" : " while ", doing,
                  udp_ ? "udp " : "", remote_.addr.text(), conf_.listens.front().address.addr.text(), local_.port);
  const Asked last = asked_.empty() ? Asked{} : asked_.back();
  if (!asked_.empty()) line += fmt::format(", upstream: \"{}\"", last.address);
  line += fmt::format(", bytes from/to client:{}/{}, bytes from/to upstream:{}/{}", received_, sent_, last.received,
                      last.sent);
  worker_.error(conf_.error_logs, level, line);
}

void StreamBase::note_answer(std::uint64_t bytes) {
  Asked& asked = asked_.back();
  if (bytes != 0 && !asked.first_byte) asked.first_byte = worker_.now() - asked.since;
}

// One value a server asked, with ", " between.
std::string StreamBase::asked_values(Variable variable) const {
  const auto time = [](const std::optional<base::Time>& value) {
    return value ? seconds_text(*value) : std::string("-");
  };
  std::string result;
  for (const Asked& each : asked_) {
    if (&each != &asked_.front()) result += ", ";
    switch (variable) {
      case Variable::upstream_addr: result += each.address; break;
      case Variable::upstream_bytes_received: result += std::to_string(each.received); break;
      case Variable::upstream_bytes_sent: result += std::to_string(each.sent); break;
      case Variable::upstream_connect_time: result += time(each.connect); break;
      case Variable::upstream_header_time: result += time(each.first_byte); break;
      case Variable::upstream_response_time: result += time(each.end); break;
      default: break;
    }
  }
  return result;
}

std::string StreamBase::user_value(const std::string& name) const {
  const auto piece_value = [this](const Piece& piece) { return variable(piece); };
  const MapReader reader{[&](const ComplexText& text) { return text.value(piece_value); },
                         [this](const PerlRegex& regex, const std::string& text) {
                           auto groups = regex.match(text);
                           if (groups) captures_ = std::move(*groups);
                           return groups.has_value();
                         }};
  return map_value(worker_.generation().conf().stream->maps, name, reader, map_depth_);
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
    case Variable::capture: {
      const auto number = static_cast<std::size_t>(piece.text.front() - '0');
      return number < captures_.size() ? captures_[number] : std::string();
    }
    case Variable::user: return user_value(piece.text);
    default: return asked_values(piece.variable);
  }
}

void StreamBase::log(unsigned status) {
  status_ = status;
  if (!asked_.empty() && !asked_.back().end) asked_.back().end = worker_.now() - asked_.back().since;
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
