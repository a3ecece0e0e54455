// SPDX-License-Identifier: GPL-2.0-or-later
// Taken from the tables of commands (ngx_command_t) in Debian's /usr/sbin/nginx and ngx_stream_module.so, 1.22.1.
#include "daemons/nginx/conf/directives.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

namespace lvs::nginx {
namespace {

struct Group {
  Module module;
  std::uint32_t bits;
  std::string_view names;
};

constexpr auto kGroups = std::to_array<Group>({
    {Module::core, 0x01010200, "daemon master_process pcre_jit"},
    {Module::core, 0x01010002,
     "timer_resolution pid lock_file worker_processes debug_points worker_priority worker_rlimit_nofile "
     "worker_rlimit_core worker_shutdown_timeout working_directory env load_module ssl_engine"},
    {Module::core, 0x01010006, "user"},
    {Module::core, 0x01010800, "worker_cpu_affinity"},
    {Module::core, 0x01000800, "error_log"},
    {Module::any, 0xff000002, "include"},
    {Module::core, 0x01000101, "events http"},
    {Module::event, 0x02000002,
     "worker_connections use accept_mutex_delay debug_connection epoll_events worker_aio_requests"},
    {Module::event, 0x02000200, "multi_accept accept_mutex"},
    {Module::core, 0x0101000c, "thread_pool"},
    {Module::http, 0x06000002,
     "max_headers connection_pool_size request_pool_size client_header_timeout client_header_buffer_size "
     "http2_pool_size http2_max_concurrent_streams http2_max_concurrent_pushes http2_max_requests "
     "http2_max_field_size http2_max_header_size http2_body_preread_size http2_streams_index_size "
     "http2_recv_timeout http2_idle_timeout ssl_certificate ssl_certificate_key ssl_password_file "
     "ssl_dhparam ssl_ecdh_curve ssl_ciphers ssl_buffer_size ssl_verify_client ssl_verify_depth "
     "ssl_client_certificate ssl_trusted_certificate ssl_session_ticket_key ssl_session_timeout ssl_crl "
     "ssl_ocsp_responder ssl_ocsp_cache ssl_stapling_file ssl_stapling_responder"},
    {Module::http, 0x02000002,
     "variables_hash_max_size variables_hash_bucket_size server_names_hash_max_size "
     "server_names_hash_bucket_size http2_recv_buffer_size map_hash_max_size map_hash_bucket_size"},
    {Module::http, 0x02000101, "server"},
    {Module::http, 0x06000004, "large_client_header_buffers ssl_conf_command"},
    {Module::http, 0x06000200,
     "ignore_invalid_headers merge_slashes underscores_in_headers ssl ssl_prefer_server_ciphers "
     "ssl_session_tickets ssl_ocsp ssl_stapling ssl_stapling_verify ssl_early_data ssl_reject_handshake"},
    {Module::http, 0x0c000106, "location"},
    {Module::http, 0x04000800, "listen server_name"},
    {Module::http, 0x0e000002,
     "types_hash_max_size types_hash_bucket_size default_type client_max_body_size "
     "client_body_buffer_size client_body_timeout client_body_in_file_only sendfile_max_chunk "
     "subrequest_output_buffer_size aio read_ahead directio directio_alignment send_timeout send_lowat "
     "postpone_output keepalive_time keepalive_requests satisfy auth_delay lingering_close "
     "lingering_time lingering_timeout server_tokens if_modified_since max_ranges open_file_cache_valid "
     "open_file_cache_min_uses resolver_timeout gzip_http_version gzip_comp_level gzip_window gzip_hash "
     "postpone_gzipping gzip_min_length ssi_min_file_chunk ssi_value_length add_before_body "
     "add_after_body userid userid_service userid_name userid_domain userid_path userid_expires "
     "userid_p3p userid_mark slice http2_chunk_size http2_push gzip_static min_delete_depth "
     "autoindex_format mirror auth_request limit_conn_log_level limit_conn_status limit_req_log_level "
     "limit_req_status set_real_ip_from real_ip_header proxy_store proxy_connect_timeout "
     "proxy_send_timeout proxy_send_lowat proxy_headers_hash_max_size proxy_headers_hash_bucket_size "
     "proxy_set_body proxy_method proxy_buffer_size proxy_read_timeout proxy_busy_buffers_size "
     "proxy_limit_rate proxy_cache proxy_cache_key proxy_cache_min_uses proxy_cache_max_range_offset "
     "proxy_cache_lock_timeout proxy_cache_lock_age proxy_max_temp_file_size proxy_temp_file_write_size "
     "proxy_next_upstream_tries proxy_next_upstream_timeout proxy_pass_header proxy_hide_header "
     "proxy_http_version proxy_ssl_ciphers proxy_ssl_name proxy_ssl_verify_depth "
     "proxy_ssl_trusted_certificate proxy_ssl_crl proxy_ssl_certificate proxy_ssl_certificate_key "
     "proxy_ssl_password_file fastcgi_index fastcgi_split_path_info fastcgi_store "
     "fastcgi_connect_timeout fastcgi_send_timeout fastcgi_send_lowat fastcgi_buffer_size "
     "fastcgi_read_timeout fastcgi_busy_buffers_size fastcgi_limit_rate fastcgi_cache fastcgi_cache_key "
     "fastcgi_cache_min_uses fastcgi_cache_max_range_offset fastcgi_cache_lock_timeout "
     "fastcgi_cache_lock_age fastcgi_max_temp_file_size fastcgi_temp_file_write_size "
     "fastcgi_next_upstream_tries fastcgi_next_upstream_timeout fastcgi_pass_header fastcgi_hide_header "
     "fastcgi_catch_stderr uwsgi_modifier1 uwsgi_modifier2 uwsgi_store uwsgi_connect_timeout "
     "uwsgi_send_timeout uwsgi_buffer_size uwsgi_read_timeout uwsgi_busy_buffers_size uwsgi_limit_rate "
     "uwsgi_cache uwsgi_cache_key uwsgi_cache_min_uses uwsgi_cache_max_range_offset "
     "uwsgi_cache_lock_timeout uwsgi_cache_lock_age uwsgi_cache_background_update "
     "uwsgi_max_temp_file_size uwsgi_temp_file_write_size uwsgi_next_upstream_tries "
     "uwsgi_next_upstream_timeout uwsgi_string uwsgi_pass_header uwsgi_hide_header uwsgi_ssl_ciphers "
     "uwsgi_ssl_name uwsgi_ssl_verify_depth uwsgi_ssl_trusted_certificate uwsgi_ssl_crl "
     "uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_password_file scgi_store "
     "scgi_connect_timeout scgi_send_timeout scgi_buffer_size scgi_read_timeout scgi_busy_buffers_size "
     "scgi_limit_rate scgi_cache scgi_cache_key scgi_cache_min_uses scgi_cache_max_range_offset "
     "scgi_cache_lock_timeout scgi_cache_lock_age scgi_max_temp_file_size scgi_temp_file_write_size "
     "scgi_next_upstream_tries scgi_next_upstream_timeout scgi_pass_header scgi_hide_header "
     "grpc_connect_timeout grpc_send_timeout grpc_buffer_size grpc_read_timeout grpc_next_upstream_tries "
     "grpc_next_upstream_timeout grpc_pass_header grpc_hide_header grpc_ssl_ciphers grpc_ssl_name "
     "grpc_ssl_verify_depth grpc_ssl_trusted_certificate grpc_ssl_crl grpc_ssl_certificate "
     "grpc_ssl_certificate_key grpc_ssl_password_file memcached_connect_timeout memcached_send_timeout "
     "memcached_buffer_size memcached_read_timeout memcached_next_upstream_tries "
     "memcached_next_upstream_timeout memcached_gzip_flag modern_browser_value ancient_browser_value "
     "secure_link secure_link_md5 secure_link_secret mp4_buffer_size mp4_max_buffer_size"},
    {Module::http, 0x0e000101, "types"},
    {Module::http, 0x4e000002, "root limit_rate limit_rate_after post_action charset source_charset"},
    {Module::http, 0x08000002, "alias"},
    {Module::http, 0x08000900, "limit_except"},
    {Module::http, 0x0e00001e,
     "client_body_temp_path open_log_file_cache proxy_cookie_flags proxy_temp_path fastcgi_temp_path "
     "uwsgi_temp_path scgi_temp_path"},
    {Module::http, 0x0e000200,
     "client_body_in_single_buffer aio_write tcp_nopush tcp_nodelay reset_timedout_connection "
     "absolute_redirect server_name_in_redirect port_in_redirect msie_padding msie_refresh log_not_found "
     "log_subrequest recursive_error_pages chunked_transfer_encoding etag open_file_cache_errors "
     "open_file_cache_events gzip_vary gzip_no_buffer ssi_silent_errors ssi_ignore_recycled_buffers "
     "ssi_last_modified sub_filter_once sub_filter_last_modified gunzip http2_push_preload "
     "create_full_put_path autoindex autoindex_localtime autoindex_exact_size mirror_request_body "
     "limit_conn_dry_run limit_req_dry_run real_ip_recursive proxy_buffering proxy_request_buffering "
     "proxy_ignore_client_abort proxy_socket_keepalive proxy_intercept_errors proxy_pass_request_headers "
     "proxy_pass_request_body proxy_force_ranges proxy_cache_lock proxy_cache_revalidate "
     "proxy_cache_convert_head proxy_cache_background_update proxy_ssl_session_reuse "
     "proxy_ssl_server_name proxy_ssl_verify fastcgi_buffering fastcgi_request_buffering "
     "fastcgi_ignore_client_abort fastcgi_socket_keepalive fastcgi_pass_request_headers "
     "fastcgi_pass_request_body fastcgi_intercept_errors fastcgi_force_ranges fastcgi_cache_lock "
     "fastcgi_cache_revalidate fastcgi_cache_background_update fastcgi_keep_conn uwsgi_buffering "
     "uwsgi_request_buffering uwsgi_ignore_client_abort uwsgi_socket_keepalive "
     "uwsgi_pass_request_headers uwsgi_pass_request_body uwsgi_intercept_errors uwsgi_force_ranges "
     "uwsgi_cache_lock uwsgi_cache_revalidate uwsgi_ssl_session_reuse uwsgi_ssl_server_name "
     "uwsgi_ssl_verify scgi_buffering scgi_request_buffering scgi_ignore_client_abort "
     "scgi_socket_keepalive scgi_pass_request_headers scgi_pass_request_body scgi_intercept_errors "
     "scgi_force_ranges scgi_cache_lock scgi_cache_revalidate scgi_cache_background_update "
     "grpc_socket_keepalive grpc_intercept_errors grpc_ssl_session_reuse grpc_ssl_server_name "
     "grpc_ssl_verify memcached_socket_keepalive mp4_start_key_frame"},
    {Module::http, 0x4e000200, "sendfile gzip ssi override_charset"},
    {Module::http, 0x0e000006,
     "keepalive_timeout keepalive_disable open_file_cache disable_symlinks proxy_redirect "
     "proxy_cookie_domain proxy_cookie_path proxy_bind fastcgi_bind uwsgi_bind scgi_bind grpc_bind "
     "memcached_bind modern_browser"},
    {Module::http, 0x08000001, "internal empty_gif flv mp4"},
    {Module::http, 0x4e001000, "error_page"},
    {Module::http, 0x0e000800,
     "error_log resolver gzip_proxied gzip_disable gzip_types ssi_types charset_types sub_filter_types "
     "addition_types dav_methods index proxy_cache_bypass proxy_no_cache proxy_cache_valid "
     "proxy_cache_use_stale proxy_cache_methods proxy_next_upstream proxy_ignore_headers "
     "proxy_ssl_protocols fastcgi_cache_bypass fastcgi_no_cache fastcgi_cache_valid "
     "fastcgi_cache_use_stale fastcgi_cache_methods fastcgi_next_upstream fastcgi_ignore_headers "
     "uwsgi_cache_bypass uwsgi_no_cache uwsgi_cache_valid uwsgi_cache_use_stale uwsgi_cache_methods "
     "uwsgi_next_upstream uwsgi_ignore_headers uwsgi_ssl_protocols scgi_cache_bypass scgi_no_cache "
     "scgi_cache_valid scgi_cache_use_stale scgi_cache_methods scgi_next_upstream scgi_ignore_headers "
     "grpc_next_upstream grpc_ignore_headers grpc_ssl_protocols memcached_next_upstream ancient_browser"},
    {Module::http, 0x02001000, "log_format proxy_cache_path fastcgi_cache_path uwsgi_cache_path scgi_cache_path"},
    {Module::http, 0xce000800, "access_log"},
    {Module::http, 0x02000102, "upstream"},
    {Module::http, 0x10000800, "server"},
    {Module::http, 0x0e000004,
     "gzip_buffers sub_filter gunzip_buffers output_buffers auth_request_set limit_conn proxy_set_header "
     "proxy_buffers proxy_ssl_conf_command fastcgi_buffers uwsgi_buffers uwsgi_ssl_conf_command "
     "scgi_buffers grpc_set_header grpc_ssl_conf_command"},
    {Module::http, 0x02000104, "charset_map map split_clients"},
    {Module::http, 0x0e00000e,
     "userid_flags dav_access limit_req proxy_store_access fastcgi_store_access uwsgi_store_access "
     "scgi_store_access"},
    {Module::http, 0x4e000006, "expires"},
    {Module::http, 0x4e00000c, "add_header add_trailer"},
    {Module::http, 0x08000200, "random_index"},
    {Module::http, 0x0c001000, "try_files"},
    {Module::http, 0x8e000002, "auth_basic auth_basic_user_file allow deny"},
    {Module::http, 0x02000004, "limit_conn_zone"},
    {Module::http, 0x02000008, "limit_req_zone"},
    {Module::http, 0x02000106, "geo"},
    {Module::http, 0x0c000800, "valid_referers"},
    {Module::http, 0x0c000002, "referer_hash_max_size referer_hash_bucket_size"},
    {Module::http, 0x6c00000c, "rewrite"},
    {Module::http, 0x6c000006, "return"},
    {Module::http, 0x6c000001, "break"},
    {Module::http, 0x0c000900, "if"},
    {Module::http, 0x6c000004, "set"},
    {Module::http, 0x6e000200, "rewrite_log uninitialized_variable_warn"},
    {Module::http, 0x06000800, "ssl_protocols"},
    {Module::http, 0x06000006, "ssl_session_cache"},
    {Module::http, 0xc8000002, "proxy_pass"},
    {Module::http, 0x48000002, "fastcgi_pass uwsgi_pass scgi_pass grpc_pass memcached_pass"},
    {Module::http, 0x0e00000c, "fastcgi_param uwsgi_param scgi_param"},
    {Module::http, 0x10000006, "hash zone"},
    {Module::http, 0x10000001, "ip_hash least_conn"},
    {Module::http, 0x10000007, "random"},
    {Module::http, 0x10000002, "keepalive keepalive_time keepalive_timeout keepalive_requests"},
    {Module::http, 0x0c000003, "stub_status"},
    {Module::stream_block, 0x01000101, "stream"},
    {Module::stream, 0x02000002,
     "variables_hash_max_size variables_hash_bucket_size map_hash_max_size map_hash_bucket_size"},
    {Module::stream, 0x02000101, "server"},
    {Module::stream, 0x04000800, "listen"},
    {Module::stream, 0x06000800, "error_log resolver access_log proxy_ssl_protocols ssl_protocols ssl_alpn"},
    {Module::stream, 0x06000002,
     "resolver_timeout proxy_protocol_timeout preread_buffer_size preread_timeout proxy_connect_timeout "
     "proxy_timeout proxy_buffer_size proxy_downstream_buffer proxy_upstream_buffer proxy_upload_rate "
     "proxy_download_rate proxy_requests proxy_responses proxy_next_upstream_tries "
     "proxy_next_upstream_timeout proxy_ssl_ciphers proxy_ssl_name proxy_ssl_verify_depth "
     "proxy_ssl_trusted_certificate proxy_ssl_crl proxy_ssl_certificate proxy_ssl_certificate_key "
     "proxy_ssl_password_file ssl_handshake_timeout ssl_certificate ssl_certificate_key "
     "ssl_password_file ssl_dhparam ssl_ecdh_curve ssl_ciphers ssl_verify_client ssl_verify_depth "
     "ssl_client_certificate ssl_trusted_certificate ssl_session_ticket_key ssl_session_timeout ssl_crl "
     "set_real_ip_from limit_conn_log_level allow deny"},
    {Module::stream, 0x06000200,
     "tcp_nodelay proxy_socket_keepalive proxy_next_upstream proxy_protocol proxy_half_close proxy_ssl "
     "proxy_ssl_session_reuse proxy_ssl_server_name proxy_ssl_verify ssl_prefer_server_ciphers "
     "ssl_session_tickets limit_conn_dry_run ssl_preread"},
    {Module::stream, 0x02001000, "log_format"},
    {Module::stream, 0x0600001e, "open_log_file_cache"},
    {Module::stream, 0x04000002, "proxy_pass return"},
    {Module::stream, 0x06000006, "proxy_bind ssl_session_cache"},
    {Module::stream, 0x06000004, "proxy_ssl_conf_command ssl_conf_command limit_conn"},
    {Module::stream, 0x02000102, "upstream"},
    {Module::stream, 0x08000800, "server"},
    {Module::stream, 0x02000004, "limit_conn_zone"},
    {Module::stream, 0x02000106, "geo"},
    {Module::stream, 0x02000104, "map split_clients"},
    {Module::stream, 0x04000004, "set"},
    {Module::stream, 0x08000006, "hash zone"},
    {Module::stream, 0x08000001, "least_conn"},
    {Module::stream, 0x08000007, "random"},
});

std::map<std::string_view, std::vector<DirectiveRule>> index_groups() {
  std::map<std::string_view, std::vector<DirectiveRule>> rules;
  for (const Group& group : kGroups) {
    std::string_view names = group.names;
    while (!names.empty()) {
      const std::size_t end = std::min(names.find(' '), names.size());
      if (end != 0) rules[names.substr(0, end)].push_back({group.module, group.bits});
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }
  return rules;
}

}  // namespace

bool DirectiveRule::takes(std::size_t words) const {
  constexpr std::uint32_t kFlag = 0x200, kAny = 0x400, kOneOrMore = 0x800, kTwoOrMore = 0x1000;
  constexpr std::size_t kMostCounted = 8;
  if ((bits & kAny) != 0) return true;
  if ((bits & kFlag) != 0) return words == 2;
  if ((bits & kOneOrMore) != 0) return words >= 2;
  if ((bits & kTwoOrMore) != 0) return words >= 3;
  return words <= kMostCounted && (bits & (1U << (words - 1))) != 0;
}

std::span<const DirectiveRule> rules_of(std::string_view name) {
  static const auto rules = index_groups();
  const auto found = rules.find(name);
  if (found == rules.end()) return {};
  return found->second;
}

}  // namespace lvs::nginx
