// SPDX-License-Identifier: GPL-2.0-or-later
// The main block and events.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

void take_workers(ConfReader& r) {
  if (r.conf().workers) return r.fail_directive("is duplicate");
  constexpr std::uint64_t kMost = 64;
  const auto count = r.word(1) == "auto" ? std::optional<std::uint64_t>(1) : conf_number(r.word(1));
  if (!count || *count == 0) return r.fail_directive("invalid value");
  if (*count > kMost) return r.refuse(r.word(1), "so many workers are not modelled");
  r.conf().workers = static_cast<unsigned>(*count);
}

void take_user(ConfReader& r) {
  if (r.conf().user) return r.fail_directive("is duplicate");
  constexpr auto kUsers = std::to_array<std::string_view>({"root", "www-data", "nobody", "daemon", "nginx"});
  r.conf().user = r.word(1);
  if (r.word(1) == "nginx" || std::ranges::find(kUsers, r.word(1)) == kUsers.end())
    r.fail(fmt::format("getpwnam(\"{}\") failed", r.word(1)));
}

void take_master(ConfReader& r) {
  r.flag(r.conf().master);
  if (r.conf().master == false) r.refuse("off", "one process for master and worker is not modelled");
}

void take_load_module(ConfReader& r) {
  const std::string& file = r.word(1);
  if (file.ends_with("/ngx_stream_module.so")) {
    if (r.conf().stream_loaded) return r.fail("module \"ngx_stream_module\" is already loaded");
    r.conf().stream_loaded = true;
    return;
  }
  r.refuse(file, "this module of nginx is not modelled");
}

void take_events(ConfReader& r) {
  if (r.conf().events) return r.fail_directive("is duplicate");
  r.conf().events = true;
  r.block({.module = Module::event, .bits = place::kEvent});
}

void take_most_files(ConfReader& r) {
  if (r.once()) r.number(r.conf().most_files);
}

void take_connections(ConfReader& r) {
  if (r.conf().connections) return r.fail_directive("is duplicate");
  r.conf().connections = conf_number(r.word(1));
  if (!r.conf().connections) r.fail(fmt::format("invalid number \"{}\"", r.word(1)));
}

void take_use(ConfReader& r) {
  constexpr auto kMethods = std::to_array<std::string_view>({"epoll", "poll", "select"});
  if (std::ranges::find(kMethods, r.word(1)) == kMethods.end())
    return r.fail(fmt::format("invalid event type \"{}\"", r.word(1)));
  if (r.word(1) != "epoll") r.refuse(r.word(1), "only epoll is modelled");
}

void take_http(ConfReader& r) {
  if (r.conf().http) return r.fail_directive("is duplicate");
  r.conf().http = std::make_unique<HttpConf>();
  HttpConf& http = *r.conf().http;
  r.block({.module = Module::http, .bits = place::kTop, .server = &http.top, .location = &http.top.base});
  if (!r.report().failed()) complete_http(r);
}

void take_stream(ConfReader& r) {
  if (r.conf().stream) return r.fail_directive("is duplicate");
  r.conf().stream = std::make_unique<StreamConf>();
  r.block({.module = Module::stream, .bits = place::kTop, .stream = &r.conf().stream->top});
  if (!r.report().failed()) complete_stream(r);
}

constexpr auto kMain = std::to_array<Handler>({
    {Module::any, "include", [](ConfReader& r) { r.include(r.word(1)); }},
    {Module::core, "daemon", [](ConfReader& r) { r.flag(r.conf().daemon); }},
    {Module::core, "master_process", take_master},
    {Module::core, "pid", [](ConfReader& r) { r.text(r.conf().pid); }},
    {Module::core, "user", take_user},
    {Module::core, "worker_processes", take_workers},
    {Module::core, "error_log", [](ConfReader& r) { read_error_log(r, r.conf().error_logs); }},
    {Module::core, "load_module", take_load_module},
    {Module::core, "events", take_events},
    {Module::core, "http", take_http},
    {Module::stream_block, "stream", take_stream},
    {Module::event, "worker_connections", take_connections},
    {Module::event, "use", take_use},
});

void idle_flag(ConfReader& r) {
  std::optional<bool> value;
  if (r.once()) r.flag(value);
}
void idle_number(ConfReader& r) {
  std::optional<std::uint64_t> value;
  if (r.once()) r.number(value);
}
void idle_size(ConfReader& r) {
  std::optional<std::uint64_t> value;
  if (r.once()) r.size(value);
}
void idle_time(ConfReader& r) {
  std::optional<base::Time> value;
  if (r.once()) r.time(value);
}
void idle_buffers(ConfReader& r) {
  std::optional<std::pair<std::uint64_t, std::uint64_t>> value;
  if (r.once()) r.buffers(value);
}
void idle_text(ConfReader& r) { r.once(); }
void idle_words(ConfReader&) {}
// Of caches, which are off: their variables have to be there.
void idle_texts(ConfReader& r) {
  ComplexText text;
  for (std::size_t i = 1; i < r.words().size(); ++i)
    if (!r.complex(r.word(i), text)) return;
}
// Read where it is off: the model has it so.
void only_off(ConfReader& r) {
  if (!r.once()) return;
  if (r.word(1) != "off") r.refuse(r.word(0), "only \"off\" is modelled");
}

// How files are read: nothing of it is seen.
void aio(ConfReader& r) {
  if (!r.once()) return;
  const std::string& word = r.word(1);
  if (word == "on") return r.fail("\"aio on\" is unsupported on this platform");
  if (word != "off" && word != "threads" && !word.starts_with("threads=")) r.fail_directive("invalid value");
}
void directio(ConfReader& r) {
  if (r.once() && r.word(1) != "off" && !conf_size(r.word(1))) r.fail_directive("invalid value");
}

// Of a cache that there is not; what begins with X-Accel works.
void ignore_headers(ConfReader& r) {
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    const std::string& word = r.word(i);
    if (word.starts_with("X-Accel-")) return r.refuse(word, "headers of this kind are always followed");
    if (word != "Expires" && word != "Cache-Control" && word != "Set-Cookie" && word != "Vary")
      return r.fail("invalid value \"" + word + "\"");
  }
}

constexpr auto kIdle = std::to_array<Idle>({
    {Module::core, "pcre_jit", idle_flag},
    {Module::core, "worker_priority", idle_number},
    {Module::core, "worker_rlimit_nofile", take_most_files},
    {Module::core, "worker_rlimit_core", idle_size},
    {Module::core, "worker_cpu_affinity lock_file working_directory env", idle_words},
    {Module::core, "worker_shutdown_timeout", idle_time},
    {Module::event, "multi_accept accept_mutex", idle_flag},
    {Module::event, "accept_mutex_delay", idle_time},
    {Module::event, "epoll_events worker_aio_requests", idle_number},
    {Module::http, "sendfile tcp_nopush log_subrequest recursive_error_pages aio_write", idle_flag},
    {Module::http, "client_body_in_single_buffer proxy_socket_keepalive rewrite_log", idle_flag},
    {Module::http, "uninitialized_variable_warn ssl_session_tickets ssl_prefer_server_ciphers gzip_vary", idle_flag},
    {Module::http, "server_names_hash_max_size server_names_hash_bucket_size types_hash_max_size", idle_number},
    {Module::http, "types_hash_bucket_size variables_hash_max_size variables_hash_bucket_size", idle_number},
    {Module::http, "map_hash_max_size map_hash_bucket_size proxy_headers_hash_max_size", idle_number},
    {Module::http, "proxy_headers_hash_bucket_size gzip_comp_level", idle_number},
    {Module::stream, "variables_hash_max_size variables_hash_bucket_size map_hash_max_size map_hash_bucket_size",
     idle_number},
    {Module::http, "connection_pool_size request_pool_size postpone_output send_lowat", idle_size},
    {Module::http, "proxy_busy_buffers_size proxy_temp_file_write_size read_ahead sendfile_max_chunk", idle_size},
    {Module::http, "gzip_min_length", idle_size},
    {Module::http, "output_buffers gzip_buffers", idle_buffers},
    {Module::http, "proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path", idle_text},
    {Module::http, "ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout ssl_ecdh_curve ssl_dhparam",
     idle_words},
    {Module::http, "gzip_types gzip_disable gzip_proxied gzip_http_version", idle_words},
    {Module::http, "gzip", idle_flag},  // docs/nginx.md: nobody here asks for it
    {Module::http, "gzip_static gunzip open_file_cache open_log_file_cache disable_symlinks", only_off},
    {Module::http, "proxy_ignore_headers", ignore_headers},
    {Module::http, "proxy_cache_bypass proxy_no_cache proxy_cache_key", idle_texts},
    {Module::http, "aio", aio},
    {Module::http, "directio", directio},
    {Module::http, "autoindex ssi ssl proxy_cache proxy_store reset_timedout_connection auth_basic", only_off},
    {Module::stream, "variables_hash_max_size variables_hash_bucket_size", idle_number},
    {Module::stream, "proxy_ssl", only_off},
    {Module::stream, "proxy_socket_keepalive", idle_flag},
});

using Key = std::pair<Module, std::string_view>;

std::multimap<Key, Handler> index_handlers() {
  std::multimap<Key, Handler> all;
  for (const auto part : {main_handlers(), http_handlers(), location_handlers(), limit_handlers(), rewrite_handlers(),
                          proxy_handlers(), upstream_handlers(), log_handlers(), stream_handlers()})
    for (const Handler& each : part) all.emplace(Key{each.module, each.name}, each);
  for (const Idle& each : idle_directives()) {
    std::string_view names = each.names;
    while (!names.empty()) {
      const std::string_view name = names.substr(0, names.find(' '));
      all.emplace(Key{each.module, name}, Handler{each.module, name, each.take});
      names.remove_prefix(std::min(name.size() + 1, names.size()));
    }
  }
  return all;
}

}  // namespace

std::string Conf::too_many_connections() const {
  constexpr std::uint64_t kUsual = 1024;  // of a shell, and of a service
  const std::uint64_t most = most_files.value_or(kUsual);
  if (!connections || *connections <= kUsual || *connections <= most) return {};
  return fmt::format("{} worker_connections exceed open file resource limit: {}", *connections, most);
}

std::span<const Handler> main_handlers() { return kMain; }
std::span<const Idle> idle_directives() { return kIdle; }

const Handler* handler_of(Module module, std::string_view name, std::uint32_t where) {
  static const auto all = index_handlers();
  const auto [begin, end] = all.equal_range({module, name});
  for (auto at = begin; at != end; ++at)
    if ((at->second.where & where) != 0) return &at->second;
  return nullptr;
}

}  // namespace lvs::nginx
