// SPDX-License-Identifier: GPL-2.0-or-later
// A request's rewriting, who may come in, and variables of the configuration's own (nginx: the phases REWRITE and
// ACCESS).
#include <fmt/format.h>

#include <algorithm>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/forwarded.h"
#include "daemons/nginx/http/uri.h"
#include "daemons/nginx/upstream/map-value.h"

namespace lvs::nginx {

using Step = RewriteStep;
using FileKind = control::Files::Kind;

// nginx: ngx_http_regex_exec().
bool Exchange::match(const PerlRegex& regex, const std::string& text) const {
  auto groups = regex.match(text);
  if (!groups) return false;
  captures_ = std::move(*groups);
  for (const auto& [name, group] : regex.names()) set_[name] = captures_[group];
  return true;
}

bool Exchange::holds(const Condition& condition) {
  const std::string left = value(condition.left);
  bool holds = false;
  switch (condition.kind) {
    case Condition::Kind::set: holds = !left.empty() && left != "0"; break;
    case Condition::Kind::equal: holds = left == value(condition.right); break;
    case Condition::Kind::matches: holds = match(*condition.regex, left); break;
    case Condition::Kind::file: holds = worker().computer().files().status(left).kind == FileKind::file; break;
    case Condition::Kind::folder: holds = worker().computer().files().status(left).kind == FileKind::folder; break;
    case Condition::Kind::exists: holds = worker().computer().files().status(left).kind != FileKind::none; break;
  }
  return holds != condition.negated;
}

Exchange::Stepped Exchange::rewrite_uri(const Step& step, bool& changed, bool& find_again) {
  if (!match(*step.regex, uri_)) return Stepped::go_on;
  std::string to = value(step.value);
  const std::size_t question = to.find('?');
  std::string args = question == std::string::npos ? std::string() : to.substr(question + 1);
  if (question != std::string::npos) to.resize(question);
  if (step.keeps_args && !args_.empty()) args += (args.empty() ? "" : "&") + args_;
  if (step.moved != 0) {
    moved_to_ = to + (args.empty() ? "" : "?" + args);
    keep_ = may_keep();
    finish(step.moved);
    return Stepped::answered;
  }
  uri_ = to;
  args_ = args;
  rewritten_ = changed = true;
  if (step.then == Step::Then::go_on) find_again = true;
  if (step.then == Step::Then::last) find_again = true;
  if (step.then == Step::Then::stop) find_again = false;
  return step.then == Step::Then::go_on ? Stepped::go_on : Stepped::stop;
}

Exchange::Stepped Exchange::run_steps(const std::vector<Step>& steps, bool& changed, bool& find_again) {
  for (const Step& step : steps) {
    Stepped stepped = Stepped::go_on;
    switch (step.kind) {
      case Step::Kind::set: set_[step.name] = value(step.value); break;
      case Step::Kind::answer: answer_return(step.answer); return Stepped::answered;
      case Step::Kind::stop: return Stepped::stop;
      case Step::Kind::rewrite: stepped = rewrite_uri(step, changed, find_again); break;
      case Step::Kind::check:
        if (holds(step.condition)) stepped = run_steps(step.inside, changed, find_again);
        break;
    }
    if (stepped != Stepped::go_on) return stepped;
  }
  return Stepped::go_on;
}

Exchange::Rewritten Exchange::rewrite(const std::vector<Step>& steps) {
  bool changed = false, find_again = false;
  if (run_steps(steps, changed, find_again) == Stepped::answered) return Rewritten::answered;
  return changed && find_again ? Rewritten::find_again : Rewritten::go_on;
}

std::string Exchange::user_value(const std::string& name) const {
  if (const auto found = set_.find(name); found != set_.end()) return found->second;
  const HttpConf& http = *worker().generation().conf().http;
  const MapReader reader{[this](const ComplexText& text) { return value(text); },
                         [this](const PerlRegex& regex, const std::string& text) { return match(regex, text); }};
  return map_value(http.maps, name, reader, map_depth_);
}

const host::SocketAddress& Exchange::client() const { return client_ ? *client_ : session_.remote(); }

// ngx_http_realip_handler()
void Exchange::find_client() {
  const Settings& conf = settings();
  if (client_ || conf.trusted.empty()) return;
  const RealIpHeader header = conf.real_ip_header.value_or(RealIpHeader{});
  using From = RealIpHeader::From;
  std::vector<std::string> said;
  if (header.from == From::proxy_protocol) {
    if (session_.proxy_header().addr.empty()) return;
    said.push_back(session_.proxy_header().addr);
  }
  for (const Header& each : head_.headers) {
    if (header.from == From::proxy_protocol || !same_name(each.name, header.name)) continue;
    if (header.from == From::forwarded || said.empty()) said.push_back(each.value);
  }
  client_ = forwarded_for(session_.remote(), said, conf.trusted, conf.real_ip_recursive.value_or(false));
  if (client_ && header.from == From::proxy_protocol) client_->port = session_.proxy_header().port;
}

// False: it has been answered.
bool Exchange::may_enter() {
  const base::Ipv4Addr client = this->client().addr;
  for (const AccessRule& rule : settings().access) {
    if (!rule.prefix.contains(client)) continue;
    if (rule.allow) return true;
    error(LogLevel::error, "access forbidden by rule");
    finish(403);
    return false;
  }
  return true;
}

}  // namespace lvs::nginx
