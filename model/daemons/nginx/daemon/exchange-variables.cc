// SPDX-License-Identifier: GPL-2.0-or-later
// The variables of a request.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"

namespace lvs::nginx {
namespace {

std::string header_value(const Headers& headers, std::string_view variable) {
  std::string result;
  for (const Header& each : headers) {
    if (!is_variable_of(variable, each.name)) continue;
    if (!result.empty()) result += variable == "cookie" ? "; " : ", ";
    result += each.value;
  }
  return result;
}

std::string port_text(std::uint16_t port) { return port == 0 ? std::string() : std::to_string(port); }

// "a=1&b=2"; "a=1; b=2"
std::string pair_value(std::string_view text, std::string_view name, char between) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(between), text.size());
    std::string_view pair = text.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equal = pair.find('=');
    if (equal != std::string_view::npos && same_name(pair.substr(0, equal), name))
      return std::string(pair.substr(equal + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace

std::string Exchange::value(const ComplexText& text) const {
  return text.value([this](const Piece& piece) { return variable(piece); });
}

std::string Exchange::request_value(const Piece& piece) const {
  const auto header = [&](std::string_view name) {
    const std::string* const found = find_header(head_.headers, name);
    return found == nullptr ? std::string() : *found;
  };
  switch (piece.variable) {
    case Variable::arg: return pair_value(args_, piece.text, '&');
    case Variable::args:
    case Variable::query_string: return args_;
    case Variable::capture: {
      const auto i = static_cast<std::size_t>(piece.text[0] - '0');
      return i < captures_.size() ? captures_[i] : std::string();
    }
    case Variable::content_length: return head_.chunked ? body_length() : header("Content-Length");
    case Variable::content_type: return header("Content-Type");
    case Variable::cookie: return pair_value(header_value(head_.headers, "cookie"), piece.text, ';');
    case Variable::document_root: return settings().root.value_or("/usr/share/nginx/html");
    case Variable::document_uri:
    case Variable::uri: return uri_;
    case Variable::host:
      if (!head_.host.empty()) return head_.host;
      return server_->names.empty() ? std::string() : server_->names.front().text;
    case Variable::http: return header_value(head_.headers, piece.text);
    case Variable::is_args: return args_.empty() ? "" : "?";
    case Variable::request: return head_.line;
    case Variable::request_filename: return path_of(uri_);
    case Variable::request_method: return method_;
    case Variable::request_uri: return head_.target;
    case Variable::request_length: return std::to_string(head_.size + session_.body_bytes());
    case Variable::scheme: return "http";
    case Variable::server_name: return server_->names.empty() ? std::string() : server_->names.front().text;
    case Variable::server_protocol: return fmt::format("HTTP/{}.{}", head_.version / 10, head_.version % 10);
    case Variable::user: return user_value(piece.text);
    default: return connection_value(piece);
  }
}

std::string Exchange::connection_value(const Piece& piece) const {
  const base::Time now = worker().day_time();
  switch (piece.variable) {
    case Variable::body_bytes_sent: {
      const std::uint64_t all = session_.sent() - sent_before_;
      return std::to_string(all > head_size_ ? all - head_size_ : 0);
    }
    case Variable::binary_remote_addr: {
      const std::uint32_t address = client().addr.value;
      std::string bytes;
      for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(address >> shift & 0xff);
      return bytes;
    }
    case Variable::bytes_sent: return std::to_string(session_.sent() - sent_before_);
    case Variable::connection: return std::to_string(session_.number());
    case Variable::connection_requests: return std::to_string(session_.requests());
    case Variable::connections_active: return std::to_string(worker().counts().active);
    case Variable::connections_reading: return std::to_string(worker().counts().reading);
    case Variable::connections_waiting: return std::to_string(worker().counts().waiting);
    case Variable::connections_writing: return std::to_string(worker().counts().writing);
    case Variable::limit_conn_status: return std::string(admission_.connection_status());
    case Variable::limit_req_status: return std::string(admission_.rate_status());
    case Variable::hostname: return worker().host().name();
    case Variable::msec: return seconds_text(now);
    case Variable::nginx_version: return std::string(kVersion.substr(kVersion.find('/') + 1));
    case Variable::pid: return std::to_string(worker().pid());
    case Variable::proxy_protocol_addr: return session_.proxy_header().addr;
    case Variable::proxy_protocol_port: return port_text(session_.proxy_header().port);
    case Variable::proxy_protocol_server_addr: return session_.proxy_header().server_addr;
    case Variable::proxy_protocol_server_port: return port_text(session_.proxy_header().server_port);
    case Variable::realip_remote_addr: return session_.remote().addr.text();
    case Variable::realip_remote_port: return std::to_string(session_.remote().port);
    case Variable::remote_addr: return client().addr.text();
    case Variable::remote_port: return port_text(client().port);
    case Variable::request_time: return seconds_text(worker().now() - since_);
    case Variable::sent_http: return header_value(answer_headers_, piece.text);
    case Variable::server_addr: return session_.local().addr.text();
    case Variable::server_port: return std::to_string(session_.local().port);
    case Variable::status: return fmt::format("{:03}", error_status_.value_or(status_));
    case Variable::time_iso8601: return iso_date(now);
    case Variable::time_local: return access_log_date(now);
    default: return {};
  }
}

// One value a server asked, with ", " between.
std::string Exchange::asked_values(const Piece& piece) const {
  std::string result;
  const auto time = [](const std::optional<base::Time>& value) {
    return value ? seconds_text(*value) : std::string("-");
  };
  for (const Asked& each : asked_) {
    if (&each != &asked_.front()) result += ", ";
    switch (piece.variable) {
      case Variable::upstream_addr: result += each.address; break;
      case Variable::upstream_status: result += each.status == 0 ? "-" : std::to_string(each.status); break;
      case Variable::upstream_connect_time: result += time(each.connect); break;
      case Variable::upstream_header_time: result += time(each.header); break;
      case Variable::upstream_response_time: result += time(each.response); break;
      case Variable::upstream_response_length: result += std::to_string(each.length); break;
      case Variable::upstream_bytes_received: result += std::to_string(each.received); break;
      case Variable::upstream_bytes_sent: result += std::to_string(each.sent); break;
      default: break;
    }
  }
  return result;
}

std::string Exchange::variable(const Piece& piece) const {
  switch (piece.variable) {
    case Variable::upstream_addr:
    case Variable::upstream_status:
    case Variable::upstream_connect_time:
    case Variable::upstream_header_time:
    case Variable::upstream_response_time:
    case Variable::upstream_response_length:
    case Variable::upstream_bytes_received:
    case Variable::upstream_bytes_sent: return asked_values(piece);
    case Variable::upstream_http:
      return proxying_ ? header_value(proxying_->answer().headers, piece.text) : std::string();
    case Variable::proxy_host: return location_->pass ? proxy_host(location_->pass.value()) : std::string();
    case Variable::proxy_port: return location_->pass ? std::to_string(location_->pass->port) : std::string();
    case Variable::proxy_add_x_forwarded_for: {
      const std::string before = header_value(head_.headers, "x_forwarded_for");
      const std::string client = this->client().addr.text();
      return before.empty() ? client : before + ", " + client;
    }
    default: return request_value(piece);
  }
}

}  // namespace lvs::nginx
