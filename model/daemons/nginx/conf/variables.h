// SPDX-License-Identifier: GPL-2.0-or-later
// Texts with variables in them, as "$remote_addr:$http_host" (nginx: ngx_http_complex_value_t).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::nginx {

enum class Variable : std::uint8_t {
  none,     // a literal
  nothing,  // not found here: there is no TLS, no cache, and nothing is compressed
  arg,
  args,
  binary_remote_addr,
  body_bytes_sent,
  bytes_sent,
  capture,  // $1
  connection,
  connection_requests,
  connections_active,
  connections_reading,
  connections_waiting,
  connections_writing,
  content_length,
  content_type,
  cookie,
  document_root,
  document_uri,
  host,
  hostname,
  http,  // $http_NAME
  is_args,
  limit_conn_status,
  limit_req_status,
  msec,
  nginx_version,
  pid,
  proxy_add_x_forwarded_for,
  proxy_host,
  proxy_port,
  proxy_protocol_addr,
  proxy_protocol_port,
  proxy_protocol_server_addr,
  proxy_protocol_server_port,
  query_string,
  realip_remote_addr,
  realip_remote_port,
  remote_addr,
  remote_port,
  remote_user,
  request,
  request_filename,
  request_length,
  request_method,
  request_time,
  request_uri,
  scheme,
  sent_http,
  server_addr,
  server_name,
  server_port,
  server_protocol,
  status,
  time_iso8601,
  time_local,
  upstream_addr,
  upstream_bytes_received,
  upstream_bytes_sent,
  upstream_connect_time,
  upstream_header_time,
  upstream_http,
  upstream_response_length,
  upstream_response_time,
  upstream_status,
  uri,
  // of stream
  protocol,
  bytes_received,
  session_time,
  user,  // of set, map or geo
  // known and not modelled
  refused,
};

struct Piece {
  Variable variable = Variable::none;
  std::string text;  // the literal; of a variable, its name or the part of it behind the prefix
};

struct ComplexText {
  std::string source;
  std::vector<Piece> pieces;

  bool empty() const { return source.empty(); }
  std::string value(const std::function<std::string(const Piece&)>& variable) const;
};

// Takes `text` apart. Names that are in braces or not; false with the text of nginx's error in `error`.
bool take_apart(std::string_view text, ComplexText& to, std::string& error);
// What a name means; none: nginx does not know it either.
Variable http_variable(std::string_view name, std::string& rest);
Variable stream_variable(std::string_view name);

}  // namespace lvs::nginx
