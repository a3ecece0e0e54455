// SPDX-License-Identifier: GPL-2.0-or-later
// The part of a keepalived.conf that the checker child needs: virtual servers and how their real servers are checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemons/keepalived/conf/http-regex.h"
#include "daemons/keepalived/conf/values.h"
#include "host/socket/base/socket.h"

namespace lvs::keepalived {

enum class CheckKind : std::uint8_t { tcp, http, misc, smtp, dns, udp, ping, file };

struct CheckUrl {
  std::string path;
  std::string digest;                                   // 32 hexadecimal digits, or empty
  std::vector<std::pair<unsigned, unsigned>> statuses;  // ranges; empty: 200 to 299
  std::string virtualhost;
  std::shared_ptr<const HttpRegex> regex;
  bool regex_no_match = false;
  std::size_t regex_min_offset = 0;
  std::size_t regex_beyond = 0;  // regex_max_offset and 1; 0: none
  bool regex_use_stack = false;
};

// A checker of a real server, with what is common to all kinds.
struct CheckerConf {
  CheckKind kind = CheckKind::tcp;
  ConfPlace place;
  host::SocketAddress to;
  host::SocketAddress from;
  std::optional<Time> connect_timeout, delay_before_retry, warmup, delay_loop;
  std::optional<unsigned> retry;
  std::optional<bool> alpha;
  bool log_all_failures = false;
  unsigned default_retry = 1;
  Time default_delay_before_retry = std::chrono::seconds(1);  // 0: the delay_loop

  // HTTP_GET, SSL_GET
  bool tls = false, sni = false;
  std::vector<CheckUrl> urls;
  std::string virtualhost;
  int http_minor = 0;
  bool http_connection_close = false;
  bool fast_recovery = false;
  // MISC_CHECK
  ConfScript script;
  Time misc_timeout{};
  bool misc_dynamic = false;
  bool own_user = false;  // user root
  bool removed = false;   // its user is not there
  bool insecure = false;
  // SMTP_CHECK
  std::string helo_name;
  // DNS_CHECK
  std::uint16_t dns_type = 6;
  std::string dns_name = ".";
  // UDP_CHECK
  std::string payload;
  bool has_payload = false;
  bool require_reply = false;
  std::string reply, reply_mask;
  bool reply_given = false;
  unsigned min_reply = 0, max_reply = 255;
  // FILE_CHECK
  std::string file, file_path;  // the track_file's name, and where it is
  int weight = 1;
  bool weight_reverse = false;
};

enum class ServerMethod : std::uint8_t { unset, nat, dr, tunnel };

struct RealServerConf {
  ConfPlace place;
  base::Ipv4Addr address;
  std::uint16_t port = 0;
  std::optional<int> weight;
  ServerMethod method = ServerMethod::unset;
  unsigned uthreshold = 0, lthreshold = 0;
  std::optional<bool> inhibit, alpha;
  ConfScript notify_up, notify_down;
  std::optional<Time> delay_loop, warmup, connect_timeout, delay_before_retry;
  std::optional<unsigned> retry;
  std::string virtualhost;
  std::optional<bool> smtp_alert;
  std::vector<CheckerConf> checkers;
};

struct ServerGroupConf {
  std::string name;
  struct Range {
    base::Ipv4Addr first, last;
    std::uint16_t port = 0;
  };
  std::vector<Range> ranges;
  std::vector<std::uint32_t> marks;
};

struct VirtualServerConf {
  ConfPlace place;
  std::string group;  // name, or empty
  std::uint32_t mark = 0;
  base::Ipv4Addr address;
  std::uint16_t port = 0;
  std::uint8_t protocol = 0;  // 0: not set
  std::string scheduler;
  bool one_packet = false;
  std::uint32_t scheduler_flags = 0;  // 1, 2 and 4 for flag-1 to flag-3
  ServerMethod method = ServerMethod::unset;
  std::uint32_t persistence = 0;  // seconds
  std::optional<std::uint32_t> granularity;
  std::string persistence_engine;
  Time delay_loop = std::chrono::seconds(60);
  std::optional<Time> warmup, delay_before_retry;
  Time connect_timeout = std::chrono::seconds(5);
  std::optional<unsigned> retry;
  bool ha_suspend = false;
  bool alpha = false, omega = false, inhibit = false;
  int weight = 1;
  unsigned quorum = 1, hysteresis = 0;
  ConfScript quorum_up, quorum_down;
  std::string virtualhost;
  std::optional<bool> smtp_alert;
  std::optional<RealServerConf> sorry;
  std::vector<RealServerConf> servers;
};

struct CheckConf {
  std::vector<ServerGroupConf> groups;
  std::vector<VirtualServerConf> servers;
  std::optional<RegexStack> regex_stack;  // the largest of all regex_stack
};

}  // namespace lvs::keepalived
