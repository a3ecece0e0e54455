// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/variables.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lvs::nginx {
namespace {

struct Named {
  std::string_view name;
  Variable variable;
};

constexpr auto kHttp = std::to_array<Named>({
    {"args", Variable::args},
    {"binary_remote_addr", Variable::binary_remote_addr},
    {"body_bytes_sent", Variable::body_bytes_sent},
    {"bytes_sent", Variable::bytes_sent},
    {"connection", Variable::connection},
    {"connection_requests", Variable::connection_requests},
    {"connections_active", Variable::connections_active},
    {"connections_reading", Variable::connections_reading},
    {"connections_waiting", Variable::connections_waiting},
    {"connections_writing", Variable::connections_writing},
    {"content_length", Variable::content_length},
    {"content_type", Variable::content_type},
    {"document_root", Variable::document_root},
    {"document_uri", Variable::document_uri},
    {"gzip_ratio", Variable::nothing},
    {"host", Variable::host},
    {"hostname", Variable::hostname},
    {"is_args", Variable::is_args},
    {"limit_conn_status", Variable::limit_conn_status},
    {"limit_req_status", Variable::limit_req_status},
    {"msec", Variable::msec},
    {"nginx_version", Variable::nginx_version},
    {"pid", Variable::pid},
    {"proxy_add_x_forwarded_for", Variable::proxy_add_x_forwarded_for},
    {"proxy_host", Variable::proxy_host},
    {"proxy_port", Variable::proxy_port},
    {"proxy_protocol_addr", Variable::proxy_protocol_addr},
    {"proxy_protocol_port", Variable::proxy_protocol_port},
    {"proxy_protocol_server_addr", Variable::proxy_protocol_server_addr},
    {"proxy_protocol_server_port", Variable::proxy_protocol_server_port},
    {"query_string", Variable::query_string},
    {"realip_remote_addr", Variable::realip_remote_addr},
    {"realip_remote_port", Variable::realip_remote_port},
    {"remote_addr", Variable::remote_addr},
    {"remote_port", Variable::remote_port},
    {"remote_user", Variable::remote_user},
    {"request", Variable::request},
    {"request_filename", Variable::request_filename},
    {"request_length", Variable::request_length},
    {"request_method", Variable::request_method},
    {"request_time", Variable::request_time},
    {"request_uri", Variable::request_uri},
    {"scheme", Variable::scheme},
    {"server_addr", Variable::server_addr},
    {"server_name", Variable::server_name},
    {"server_port", Variable::server_port},
    {"server_protocol", Variable::server_protocol},
    {"ssl_cipher", Variable::nothing},
    {"ssl_protocol", Variable::nothing},
    {"ssl_server_name", Variable::nothing},
    {"status", Variable::status},
    {"time_iso8601", Variable::time_iso8601},
    {"time_local", Variable::time_local},
    {"upstream_addr", Variable::upstream_addr},
    {"upstream_bytes_received", Variable::upstream_bytes_received},
    {"upstream_bytes_sent", Variable::upstream_bytes_sent},
    {"upstream_cache_status", Variable::nothing},
    {"upstream_connect_time", Variable::upstream_connect_time},
    {"upstream_header_time", Variable::upstream_header_time},
    {"upstream_response_length", Variable::upstream_response_length},
    {"upstream_response_time", Variable::upstream_response_time},
    {"upstream_status", Variable::upstream_status},
    {"uri", Variable::uri},
});

constexpr auto kPrefixes = std::to_array<Named>({
    {"upstream_http_", Variable::upstream_http},
    {"sent_http_", Variable::sent_http},
    {"http_", Variable::http},
    {"cookie_", Variable::cookie},
    {"arg_", Variable::arg},
});

constexpr auto kRefused = std::to_array<std::string_view>({
    "ancient_browser",
    "connection_time",
    "date_gmt",
    "date_local",
    "fastcgi_path_info",
    "fastcgi_script_name",
    "http2",
    "https",
    "invalid_referer",
    "limit_rate",
    "memcached_key",
    "modern_browser",
    "msie",
    "pipe",
    "realpath_root",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_id",
    "secure_link",
    "secure_link_expires",
    "slice_range",
    "tcpinfo_rcv_space",
    "tcpinfo_rtt",
    "tcpinfo_rttvar",
    "tcpinfo_snd_cwnd",
    "uid_got",
    "uid_reset",
    "uid_set",
});
constexpr auto kRefusedPrefixes = std::to_array<std::string_view>(
    {"ssl_", "sent_trailer_", "upstream_trailer_", "upstream_cookie_", "proxy_protocol_tlv_"});

constexpr auto kStream = std::to_array<Named>({
    {"bytes_received", Variable::bytes_received},
    {"bytes_sent", Variable::bytes_sent},
    {"connection", Variable::connection},
    {"hostname", Variable::hostname},
    {"msec", Variable::msec},
    {"nginx_version", Variable::nginx_version},
    {"pid", Variable::pid},
    {"protocol", Variable::protocol},
    {"remote_addr", Variable::remote_addr},
    {"remote_port", Variable::remote_port},
    {"server_addr", Variable::server_addr},
    {"server_port", Variable::server_port},
    {"session_time", Variable::session_time},
    {"status", Variable::status},
    {"time_iso8601", Variable::time_iso8601},
    {"time_local", Variable::time_local},
    {"upstream_addr", Variable::upstream_addr},
    {"upstream_bytes_received", Variable::upstream_bytes_received},
    {"upstream_bytes_sent", Variable::upstream_bytes_sent},
    {"upstream_connect_time", Variable::upstream_connect_time},
    {"upstream_first_byte_time", Variable::upstream_header_time},
    {"upstream_session_time", Variable::upstream_response_time},
});
constexpr auto kStreamRefused = std::to_array<std::string_view>(
    {"binary_remote_addr", "proxy_protocol_addr", "proxy_protocol_port", "proxy_protocol_server_addr",
     "proxy_protocol_server_port", "realip_remote_addr", "realip_remote_port"});

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::string ComplexText::value(const std::function<std::string(const Piece&)>& variable) const {
  std::string result;
  for (const Piece& piece : pieces) result += piece.variable == Variable::none ? piece.text : variable(piece);
  return result;
}

// The variables are not looked up yet: their names stand in `text` (nginx: ngx_http_script_compile()).
bool take_apart(std::string_view text, ComplexText& to, std::string& error) {
  to.source = text;
  to.pieces.clear();
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) to.pieces.push_back({Variable::none, std::move(literal)});
    literal.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      literal += text[i++];
      continue;
    }
    if (++i == text.size()) return error = "invalid variable name", false;
    if (text[i] >= '1' && text[i] <= '9') {
      flush();
      to.pieces.push_back({Variable::capture, std::string(1, text[i++])});
      continue;
    }
    const bool brace = text[i] == '{';
    if (brace) ++i;
    const std::size_t begin = i;
    while (i < text.size() && in_name(text[i])) ++i;
    const std::string_view name = text.substr(begin, i - begin);
    if (brace) {
      if (i == text.size() || text[i] != '}') {
        error = "the closing bracket in \"" + std::string(name) + "\" variable is missing";
        return false;
      }
      ++i;
    }
    if (name.empty()) return error = "invalid variable name", false;
    flush();
    to.pieces.push_back({Variable::refused, std::string(name)});
  }
  flush();
  return true;
}

Variable http_variable(std::string_view name, std::string& rest) {
  const auto* const found = std::ranges::find(kHttp, name, &Named::name);
  if (found != kHttp.end()) return found->variable;
  if (std::ranges::find(kRefused, name) != kRefused.end()) return Variable::refused;
  for (const Named& each : kPrefixes) {
    if (!name.starts_with(each.name)) continue;
    rest = name.substr(each.name.size());
    return each.variable;
  }
  for (const std::string_view each : kRefusedPrefixes)
    if (name.starts_with(each)) return Variable::refused;
  return Variable::none;
}

Variable stream_variable(std::string_view name) {
  const auto* const found = std::ranges::find(kStream, name, &Named::name);
  if (found != kStream.end()) return found->variable;
  if (std::ranges::find(kStreamRefused, name) != kStreamRefused.end() || name.starts_with("ssl_"))
    return Variable::refused;
  return Variable::none;
}

}  // namespace lvs::nginx
