// SPDX-License-Identifier: GPL-2.0-or-later
// What a block takes from the one around it (nginx: ngx_conf_merge_*()).
#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {
namespace {

template <class T>
void take(std::optional<T>& to, const std::optional<T>& from) {
  if (!to) to = from;
}
template <class T>
void take(std::shared_ptr<T>& to, const std::shared_ptr<T>& from) {
  if (!to) to = from;
}
// Lists are taken whole or not at all.
template <class T>
void take(std::vector<T>& to, const std::vector<T>& from) {
  if (to.empty()) to = from;
}

}  // namespace

void Settings::inherit(const Settings& from) {
  if (!root) {
    root = from.root;
    alias = from.alias;
  }
  take(index, from.index);
  take(default_type, from.default_type);
  take(charset, from.charset);
  take(types, from.types);
  take(client_max_body_size, from.client_max_body_size);
  take(client_body_buffer_size, from.client_body_buffer_size);
  take(client_body_temp_path, from.client_body_temp_path);
  take(client_body_timeout, from.client_body_timeout);
  take(send_timeout, from.send_timeout);
  take(keepalive_timeout, from.keepalive_timeout);
  take(keepalive_header, from.keepalive_header);
  take(keepalive_time, from.keepalive_time);
  take(keepalive_requests, from.keepalive_requests);
  take(server_tokens, from.server_tokens);
  take(log_not_found, from.log_not_found);
  take(msie_padding, from.msie_padding);
  take(chunked, from.chunked);
  take(absolute_redirect, from.absolute_redirect);
  take(port_in_redirect, from.port_in_redirect);
  take(server_name_in_redirect, from.server_name_in_redirect);
  take(tcp_nodelay, from.tcp_nodelay);
  take(etag, from.etag);
  take(error_pages, from.error_pages);
  take(expires, from.expires);
  take(add_headers, from.add_headers);
  take(access_logs, from.access_logs);
  take(error_logs, from.error_logs);
  take(access, from.access);
  take(trusted, from.trusted);
  take(real_ip_header, from.real_ip_header);
  take(real_ip_recursive, from.real_ip_recursive);
  take(rate_limits, from.rate_limits);
  take(connection_limits, from.connection_limits);
  take(rate_status, from.rate_status);
  take(connections_status, from.connections_status);
  take(rate_log_level, from.rate_log_level);
  take(connections_log_level, from.connections_log_level);
  take(rate_dry_run, from.rate_dry_run);
  take(connections_dry_run, from.connections_dry_run);
  inherit_proxy(from);
}

void Settings::inherit_proxy(const Settings& from) {
  take(connect_timeout, from.connect_timeout);
  take(proxy_send_timeout, from.proxy_send_timeout);
  take(read_timeout, from.read_timeout);
  take(http11, from.http11);
  take(next_upstream, from.next_upstream);
  take(next_tries, from.next_tries);
  take(next_timeout, from.next_timeout);
  take(set_headers, from.set_headers);
  take(buffering, from.buffering);
  take(redirect, from.redirect);
  take(intercept_errors, from.intercept_errors);
  take(ignore_client_abort, from.ignore_client_abort);
  take(buffer_size, from.buffer_size);
  take(buffers, from.buffers);
  take(hide_headers, from.hide_headers);
  take(pass_headers, from.pass_headers);
  take(temp_file_size, from.temp_file_size);
}

void ServerConf::inherit(const ServerConf& from) {
  take(client_header_timeout, from.client_header_timeout);
  take(header_buffer, from.header_buffer);
  take(large_buffers, from.large_buffers);
  take(underscores, from.underscores);
  take(ignore_invalid, from.ignore_invalid);
  take(merge_slashes, from.merge_slashes);
  base.settings.inherit(from.base.settings);
}

void StreamServerConf::inherit(const StreamServerConf& from) {
  take(connect_timeout, from.connect_timeout);
  take(timeout, from.timeout);
  take(next_upstream, from.next_upstream);
  take(half_close, from.half_close);
  take(tcp_nodelay, from.tcp_nodelay);
  take(proxy_protocol, from.proxy_protocol);
  take(next_tries, from.next_tries);
  take(responses, from.responses);
  take(requests, from.requests);
  take(buffer_size, from.buffer_size);
  take(next_timeout, from.next_timeout);
  take(access_logs, from.access_logs);
  take(error_logs, from.error_logs);
}

}  // namespace lvs::nginx
