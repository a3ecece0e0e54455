// SPDX-License-Identifier: GPL-2.0-or-later
// What stands in an nginx.conf, as values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "daemons/nginx/conf/report.h"
#include "daemons/nginx/conf/variables.h"
#include "host/socket/base/socket.h"

namespace lvs::nginx {

// Regular expressions, which are PCRE2's, as they are nginx's (nginx: ngx_regex.c).
class PerlRegex {
 public:
  // Null, and `error` told in nginx's words, where the pattern is wrong.
  static std::shared_ptr<const PerlRegex> compile(const std::string& pattern, bool ignore_case, std::string& error);
  ~PerlRegex();
  PerlRegex(const PerlRegex&) = delete;
  PerlRegex& operator=(const PerlRegex&) = delete;

  // What the whole and each group have matched; "" of one that took no part.
  std::optional<std::vector<std::string>> match(std::string_view subject) const;
  bool captures() const { return captures_; }  // it has groups
  bool found_in(std::string_view subject) const { return match(subject).has_value(); }

  // (?<name>...): variables of nginx, and the numbers of their groups.
  const std::vector<std::pair<std::string, std::size_t>>& names() const { return names_; }

 private:
  struct Code;
  PerlRegex();

  std::vector<std::pair<std::string, std::size_t>> names_;
  bool captures_ = false;
  std::unique_ptr<Code> code_;
};

// expires: what a client may keep, and how long.
struct ExpiresConf {
  enum class Kind : std::uint8_t { off, epoch, max, after };
  Kind kind = Kind::off;
  base::Time time{};  // of `after`: it may be negative
};

struct ErrorLogConf {
  std::string path;  // empty: standard error
  LogLevel level = LogLevel::error;
};

struct AccessLogConf {
  std::string path;
  std::string format = "combined";
  std::uint64_t buffer = 0;  // bytes of lines that wait
  base::Time flush{};        // and how long they do; 0: until there is no room
  std::optional<ComplexText> condition;
};

struct UpstreamServer {
  std::string written;  // as in the configuration
  std::string name;     // as logged: "10.0.0.1:80"
  host::SocketAddress address;
  unsigned weight = 1, max_fails = 1, max_conns = 0;
  base::Time fail_timeout = std::chrono::seconds(10);
  bool down = false, backup = false;
};

enum class Balance : std::uint8_t { round_robin, least_conn, ip_hash, hash, consistent, random, random_two };

struct UpstreamConf {
  std::string name;
  ConfPlace place;
  bool implicit = false;   // named by a proxy_pass alone
  std::uint16_t port = 0;  // of an implicit one
  std::vector<UpstreamServer> servers;
  std::optional<Balance> balance;
  ComplexText key;
  std::optional<unsigned> keepalive;  // connections
  std::optional<std::uint64_t> keepalive_requests;
  std::optional<base::Time> keepalive_time, keepalive_timeout;
};

// Reasons to ask the next server (NGX_HTTP_UPSTREAM_FT_*).
namespace next_on {
inline constexpr unsigned kError = 0x2, kTimeout = 0x4, kInvalidHeader = 0x8, k500 = 0x10, k502 = 0x20, k503 = 0x40,
                          k504 = 0x80, k403 = 0x100, k404 = 0x200, k429 = 0x400, kNonIdempotent = 0x4000,
                          kOff = 0x80000000;
}  // namespace next_on

struct ProxyPass {
  std::string upstream;     // name of the group, or host of an implicit one
  std::uint16_t port = 80;  // as written; of a group without meaning
  bool has_port = false;
  bool has_uri = false;
  std::string uri;  // replaces the name of the location
  std::string url;  // as written
  ConfPlace place;
  ComplexText variable;   // the whole URL, where it has variables
  std::size_t group = 0;  // index into HttpConf::upstreams, once all is read
};

struct ReturnConf {
  unsigned status = 0;
  bool has_text = false;
  ComplexText text;
};

// What is true of a request ("if").
struct Condition {
  enum class Kind : std::uint8_t { set, equal, matches, file, folder, exists } kind = Kind::set;
  bool negated = false;
  ComplexText left, right;
  std::shared_ptr<const PerlRegex> regex;
};

// set, rewrite, return, break and if, in their order (nginx: ngx_http_rewrite_module).
struct RewriteStep {
  enum class Kind : std::uint8_t { set, rewrite, answer, stop, check } kind = Kind::stop;
  std::string name;   // of the variable
  ComplexText value;  // what is set; the new URI
  std::shared_ptr<const PerlRegex> regex;
  enum class Then : std::uint8_t { go_on, last, stop } then = Then::go_on;
  unsigned moved = 0;  // the status of a redirection, 0: none
  bool keeps_args = true;
  ReturnConf answer;
  Condition condition;
  std::vector<RewriteStep> inside;
};

struct AccessRule {
  base::Ipv4Prefix prefix;
  bool allow = false;
};

// real_ip_header: what a trusted proxy says of its client.
struct RealIpHeader {
  enum class From : std::uint8_t { proxy_protocol, forwarded, field } from = From::field;
  std::string name = "X-Real-IP";  // of the field
};

// limit_req_zone and limit_conn_zone: what is counted by.
struct LimitZoneConf {
  std::string name;
  ComplexText key;
  std::uint64_t size = 0;  // bytes
  std::uint64_t rate = 0;  // thousandths of a request a second
};

struct RateLimitConf {
  std::string zone;
  std::uint64_t burst = 0, delay = 0;  // thousandths of a request
};

struct ConnectionLimitConf {
  std::string zone;
  unsigned most = 0;
};

// map and geo: a variable whose value hangs on another.
struct MapConf {
  std::string name;
  bool geo = false;
  ComplexText source;
  std::map<std::string, ComplexText> values;  // of texts in lower case
  std::vector<std::pair<std::shared_ptr<const PerlRegex>, ComplexText>> expressions;
  std::vector<std::pair<base::Ipv4Prefix, std::string>> networks;
  std::optional<ComplexText> otherwise;
};

struct ErrorPage {
  unsigned status = 0;
  int answer = -1;  // "=200"; -1: the status stays; 0: that of the page ("=")
  ComplexText uri;
};

struct HeaderConf {
  std::string name;
  ComplexText value;
  bool always = false;
};

// Values that a location takes from what is around it.
struct Settings {
  std::optional<std::string> root;
  bool alias = false;
  std::optional<std::vector<std::string>> index;
  std::optional<std::string> default_type;
  std::optional<std::string> charset;                               // "off" too
  std::shared_ptr<const std::map<std::string, std::string>> types;  // by suffix
  std::optional<std::uint64_t> client_max_body_size, client_body_buffer_size;
  std::optional<std::string> client_body_temp_path;
  std::optional<base::Time> client_body_timeout, send_timeout;
  std::optional<base::Time> keepalive_timeout, keepalive_header, keepalive_time;
  std::optional<std::uint64_t> keepalive_requests;
  std::optional<bool> server_tokens, log_not_found, msie_padding, chunked;
  std::optional<bool> absolute_redirect, port_in_redirect, server_name_in_redirect, tcp_nodelay, etag;
  std::vector<ErrorPage> error_pages;
  std::optional<ExpiresConf> expires;
  std::vector<HeaderConf> add_headers;
  std::optional<std::vector<AccessLogConf>> access_logs;  // empty: off
  std::vector<ErrorLogConf> error_logs;
  std::vector<AccessRule> access;         // the first that matches decides
  std::vector<base::Ipv4Prefix> trusted;  // set_real_ip_from
  std::optional<RealIpHeader> real_ip_header;
  std::optional<bool> real_ip_recursive;
  std::vector<RateLimitConf> rate_limits;
  std::vector<ConnectionLimitConf> connection_limits;
  std::optional<unsigned> rate_status, connections_status;
  std::optional<LogLevel> rate_log_level, connections_log_level;
  std::optional<bool> rate_dry_run, connections_dry_run;

  std::optional<base::Time> connect_timeout, proxy_send_timeout, read_timeout;
  std::optional<bool> http11;
  std::optional<unsigned> next_upstream;
  std::optional<std::uint64_t> next_tries;
  std::optional<base::Time> next_timeout;
  std::vector<HeaderConf> set_headers;
  std::optional<bool> buffering, redirect, intercept_errors, ignore_client_abort;
  std::optional<std::uint64_t> buffer_size;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> buffers;  // how many, and of what size
  std::vector<std::string> hide_headers, pass_headers;
  std::optional<std::uint64_t> temp_file_size;

  void inherit(const Settings& from);

 private:
  void inherit_proxy(const Settings& from);
};

struct LocationConf {
  enum class Kind : std::uint8_t { server, prefix, no_regex, exact, regex, named };
  Kind kind = Kind::server;
  std::string name;
  ConfPlace place;
  bool ignore_case = false;
  std::shared_ptr<const PerlRegex> regex;
  bool internal = false, status_page = false;
  Settings settings;
  std::optional<ProxyPass> pass;
  std::vector<RewriteStep> steps;
  std::vector<ComplexText> try_files;  // the last: where to go
  int try_status = 0;                  // "=404"
  std::vector<std::unique_ptr<LocationConf>> inside;
};

struct ListenConf {
  host::SocketAddress address;
  std::string text;  // "0.0.0.0:80"
  bool default_server = false;
  unsigned backlog = 511;
  bool udp = false, proxy_protocol = false;
  bool six = false;  // all of IPv6, which is off: nobody comes
  ConfPlace place;
};

struct ServerName {
  std::string text;
  std::shared_ptr<const PerlRegex> regex;
};

struct ServerConf {
  std::vector<ListenConf> listens;
  std::vector<ServerName> names;
  std::optional<base::Time> client_header_timeout;
  std::optional<std::uint64_t> header_buffer;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> large_buffers;
  std::optional<bool> underscores, ignore_invalid, merge_slashes;
  LocationConf base;

  void inherit(const ServerConf& from);
};

struct LogFormat {
  std::string name;
  ComplexText text;
  enum class Escape : std::uint8_t { standard, json, none } escape = Escape::standard;
};

struct HttpConf {
  ServerConf top;  // what servers take their values from
  std::vector<std::unique_ptr<ServerConf>> servers;
  std::vector<UpstreamConf> upstreams;
  std::vector<LogFormat> formats;
  std::vector<MapConf> maps;
  std::vector<LimitZoneConf> rate_zones, connection_zones;
  std::map<std::string, bool> limits_of;  // the zones that are named; true: of requests
  std::set<std::string> set_names;        // of variables that "set" knows
  std::vector<std::string> asked;         // variables that must be there once all is read
};

struct StreamServerConf {
  std::vector<ListenConf> listens;
  std::optional<ProxyPass> pass;
  std::optional<base::Time> connect_timeout, timeout;
  std::optional<bool> next_upstream, half_close, tcp_nodelay, proxy_protocol;
  std::optional<std::uint64_t> next_tries, responses, requests, buffer_size;
  std::optional<base::Time> next_timeout;
  std::optional<ComplexText> answer;
  std::optional<std::vector<AccessLogConf>> access_logs;
  std::vector<ErrorLogConf> error_logs;
  ConfPlace place;

  void inherit(const StreamServerConf& from);
};

struct StreamConf {
  StreamServerConf top;
  std::vector<std::unique_ptr<StreamServerConf>> servers;
  std::vector<UpstreamConf> upstreams;
  std::vector<MapConf> maps;
  std::vector<std::string> asked;  // variables that have to be those of maps
  std::vector<LogFormat> formats;
};

struct Conf {
  std::optional<bool> daemon, master;
  std::optional<std::string> pid, user;
  std::optional<unsigned> workers;
  std::optional<std::uint64_t> connections, most_files;  // worker_connections, worker_rlimit_nofile
  // What nginx says of more connections than a process may have files; empty: they are fewer.
  std::string too_many_connections() const;
  std::vector<ErrorLogConf> error_logs;
  bool events = false, stream_loaded = false;
  std::unique_ptr<HttpConf> http;
  std::unique_ptr<StreamConf> stream;
};

}  // namespace lvs::nginx
