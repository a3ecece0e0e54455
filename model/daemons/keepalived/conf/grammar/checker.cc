// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_CHECK and its relatives inside of a real_server (keepalived: check_*.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>

#include "daemons/keepalived/conf/address.h"
#include "daemons/keepalived/conf/checker-words.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/flags.h"
#include "daemons/keepalived/conf/grammar/grammar.h"
#include "daemons/keepalived/conf/grammar/times.h"

namespace lvs::keepalived {
namespace {

using C = CheckerConf;

RealServerConf& rs(ConfReader& r) { return r.conf.check.servers.back().servers.back(); }
C& last(ConfReader& r) { return rs(r).checkers.back(); }

template <CheckKind kind>
void take_check(ConfReader& r, const ConfWords& w) {
  C checker;
  checker.kind = kind;
  checker.place = r.report.place;
  checker.to = {rs(r).address, rs(r).port};
  if (kind == CheckKind::http) checker.default_delay_before_retry = std::chrono::seconds(3);
  if (kind == CheckKind::misc) checker.default_retry = 0;
  if (kind == CheckKind::dns) {
    checker.default_retry = 3;
    checker.default_delay_before_retry = Time{};
  }
  checker.tls = w[0] == "SSL_GET";
  rs(r).checkers.push_back(std::move(checker));
}

// --- common to all ---
void take_connect_ip(ConfReader& r, const ConfWords& w) {
  if (const auto a = read_host_address(r, r.word(w, 1), "Invalid connect_ip address {} - ignoring"))
    last(r).to.addr = *a;
}
void take_bind_ip(ConfReader& r, const ConfWords& w) {
  if (const auto a = read_host_address(r, r.word(w, 1), "Invalid bindto address {} - ignoring")) last(r).from.addr = *a;
}
void take_port(ConfReader& r, const ConfWords& w) {
  const auto port = r.numbers.natural(r.word(w, 1), 1, 65535, true);
  if (!port) return r.report.error(fmt::format("Invalid checker {} '{}'", w[0], r.word(w, 1)));
  (w[0] == "connect_port" ? last(r).to : last(r).from).port = static_cast<std::uint16_t>(*port);
}
void take_timeout(ConfReader& r, const ConfWords& w) {
  read_time(r, w, last(r).connect_timeout, 1, kMostUnsigned, "connect_timeout {} invalid - ignoring");
}
void take_before_retry(ConfReader& r, const ConfWords& w) {
  read_time(r, w, last(r).delay_before_retry, 0, kMostTimer, "Invalid delay_before_retry connection value '{}'");
}
void take_warmup(ConfReader& r, const ConfWords& w) {
  read_time(r, w, last(r).warmup, 0, kMostTimer, "Invalid warmup connection value '{}'");
}
void take_loop(ConfReader& r, const ConfWords& w) {
  read_time(r, w, last(r).delay_loop, 1, kMostTimer, "delay_loop '{}' is invalid - ignoring");
}
void take_alpha(ConfReader& r, const ConfWords& w) { read_flag(r, w, last(r).alpha); }
void take_log_all(ConfReader& r, const ConfWords& w) { read_flag(r, w, last(r).log_all_failures); }

// --- MISC_CHECK ---
void take_misc_path(ConfReader& r, const ConfWords&) { last(r).script = read_script(r); }
void take_misc_timeout(ConfReader& r, const ConfWords& w) {
  if (const auto value = r.numbers.natural(r.word(w, 1), 0, kMostUnsigned / 1'000'000, true)) {
    last(r).misc_timeout = std::chrono::seconds(*value);
  } else {
    r.report.error(fmt::format("Invalid misc_timeout value '{}'", r.word(w, 1)));
  }
}
void take_misc_dynamic(ConfReader& r, const ConfWords&) { last(r).misc_dynamic = true; }
void take_misc_user(ConfReader& r, const ConfWords& w) {
  last(r).own_user = set_script_user(r, r.word(w, 1), w.size() > 2 ? w[2] : std::string());
  last(r).removed = !last(r).own_user;
  if (last(r).removed)
    r.report.error(fmt::format("Failed to set uid/gid for misc checker script {} - removing", last(r).script.text()));
}
void end_misc(ConfReader& r) {
  if (last(r).removed) {
    // It has been said why.
  } else if (last(r).script.empty()) {
    r.report.error("No script path has been specified for MISC_CHECKER - skipping");
  } else if (!last(r).own_user && !has_script_user(r)) {
    r.report.error(fmt::format("Unable to set default user for misc script {} - removing", last(r).script.text()));
  } else {
    return;
  }
  rs(r).checkers.pop_back();
}

// --- SMTP_CHECK, DNS_CHECK, UDP_CHECK, FILE_CHECK ---
void take_helo(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("SMTP_CHECK helo name missing");
  last(r).helo_name = w[1];
}
void take_dns_type(ConfReader& r, const ConfWords& w) {
  if (const auto type = dns_type(r.word(w, 1))) {
    last(r).dns_type = *type;
  } else {
    r.report.error(fmt::format("Unknown DNS check type {} - ignoring", r.word(w, 1)));
  }
}
void take_dns_name(ConfReader& r, const ConfWords& w) {
  const std::string& name = r.word(w, 1);
  if (last(r).dns_name != ".") return r.report.error("DNS_CHECK name already specified - ignoring");
  if ((name.starts_with('.') && name.size() > 1) || name.find("..") != std::string::npos)
    return r.report.error(fmt::format("DNS_CHECK name '{}' has empty label - ignoring", name));
  last(r).dns_name = name;
}
void take_payload(ConfReader& r, const ConfWords& w) {
  if (w.size() == 1) return r.report.error("UDP_CHECK payload requires a payload");
  const auto bytes = read_hex(w, 1, nullptr);
  if (!bytes) return r.report.error("Invalid hex string for UDP_CHECK payload");
  last(r).payload = *bytes;
  last(r).has_payload = true;
}
void take_reply(ConfReader& r, const ConfWords& w) {
  last(r).require_reply = true;
  if (w.size() == 1) return;
  const auto bytes = read_hex(w, 1, &last(r).reply_mask);
  if (!bytes) return r.report.error("Invalid hex string for UDP_CHECK reply");
  last(r).reply = *bytes;
  last(r).reply_given = true;
}
void take_length(ConfReader& r, const ConfWords& w) {
  const bool least = w[0] == "min_reply_length";
  const auto value = r.numbers.natural(r.word(w, 1), 0, 65535, false);
  if (!value)
    return r.report.error(fmt::format("UDP_CHECK {} length {} not valid - must be between 0 & 65535",
                                      least ? "min" : "max", r.word(w, 1)));
  (least ? last(r).min_reply : last(r).max_reply) = static_cast<unsigned>(*value);
}
void end_udp(ConfReader& r) {
  if (last(r).min_reply > last(r).max_reply)
    r.report.error(fmt::format("UDP_CHECK min_reply length {} > max_reply_length {} - will always fail",
                               last(r).min_reply, last(r).max_reply));
}
constexpr int kNoWeight = -0x7fffffff - 1;  // as the file's own

void take_file_check(ConfReader& r, const ConfWords& w) {
  take_check<CheckKind::file>(r, w);
  last(r).weight = kNoWeight;
}
void take_file(ConfReader& r, const ConfWords& w) {
  const auto& files = r.conf.vrrp.files;
  if (std::ranges::find(files, r.word(w, 1), &TrackFileConf::name) == files.end())
    return r.report.error(fmt::format("track_file {} not found", r.word(w, 1)));
  last(r).file = w[1];
}
void take_file_weight(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("track file weight missing");
  const auto weight = r.numbers.integer(w[1], -65535, 65535, true);
  if (!weight) return r.report.error("weight for track file must be in [-65535..65535] inclusive. Ignoring...");
  if (w.size() > 2 && w[2] != "reverse" && w[2] != "noreverse")
    return r.report.error(fmt::format("unknown track file weight option {} - ignoring", w[2]));
  last(r).weight = static_cast<int>(*weight);
  last(r).weight_reverse = w.size() > 2 && w[2] == "reverse";
}
void end_file(ConfReader& r) {
  if (last(r).file.empty()) {
    r.report.error("FILE_CHECK has no track_file specified - ignoring");
    rs(r).checkers.pop_back();
    return;
  }
  last(r).alpha = false;
  const auto file = std::ranges::find(r.conf.vrrp.files, last(r).file, &TrackFileConf::name);
  last(r).file_path = file->file;
  if (last(r).weight != kNoWeight) return;
  last(r).weight = file->weight;
  last(r).weight_reverse = file->weight_reverse;
}

constexpr Keyword kConnects[] = {
    {.name = "connect_ip", .take = take_connect_ip},
    {.name = "connect_port", .take = take_port},
    {.name = "bindto", .take = take_bind_ip},
    {.name = "bind_port", .take = take_port},
    {.name = "bind_if", .refused = "sockets that are bound to an interface are not modelled"},
    {.name = "connect_timeout", .take = take_timeout},
    {.name = "fwmark", .refused = "marks of sockets are not modelled"},
};
constexpr Keyword kCommon[] = {
    {.name = "retry", .take = take_check_retry}, {.name = "delay_before_retry", .take = take_before_retry},
    {.name = "warmup", .take = take_warmup},     {.name = "delay_loop", .take = take_loop},
    {.name = "alpha", .take = take_alpha},       {.name = "log_all_failures", .take = take_log_all},
};
constexpr Keyword kMisc[] = {
    {.name = "misc_path", .take = take_misc_path},
    {.name = "misc_timeout", .take = take_misc_timeout},
    {.name = "misc_dynamic", .take = take_misc_dynamic},
    {.name = "user", .take = take_misc_user},
};
constexpr Keyword kSmtp[] = {
    {.name = "helo_name", .take = take_helo},
    {.name = "host", .refused = "hosts of SMTP_CHECK are not modelled: use one checker a host"},
};
constexpr Keyword kDns[] = {
    {.name = "type", .take = take_dns_type},
    {.name = "name", .take = take_dns_name},
};
constexpr Keyword kUdp[] = {
    {.name = "payload", .take = take_payload},
    {.name = "require_reply", .take = take_reply},
    {.name = "min_reply_length", .take = take_length},
    {.name = "max_reply_length", .take = take_length},
};
constexpr Keyword kFile[] = {
    {.name = "track_file", .take = take_file},
    {.name = "weight", .take = take_file_weight},
};

std::vector<Keyword> joined(std::initializer_list<std::span<const Keyword>> lists) {
  std::vector<Keyword> all;
  for (const auto list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

void take_check_retry(ConfReader& r, const ConfWords& w) {
  if (w[0] == "nb_get_retry") r.report.error("nb_get_retry is deprecated - please use 'retry'");
  if (const auto value = r.numbers.natural(r.word(w, 1), 0, kMostUnsigned, true)) {
    last(r).retry = static_cast<unsigned>(*value);
  } else {
    r.report.error(w[0] == "retry" ? fmt::format("Invalid retry connection value '{}'", r.word(w, 1))
                                   : fmt::format("Invalid nb_get_retry value '{}'", r.word(w, 1)));
  }
}

std::span<const Keyword> checker_keywords() {
  static const auto connects = joined({kConnects, kCommon});
  static const auto http = joined({kConnects, kCommon, http_keywords()});
  static const auto misc = joined({kCommon, kMisc});
  static const auto smtp = joined({kConnects, kCommon, kSmtp});
  static const auto dns = joined({kConnects, kCommon, kDns});
  static const auto udp = joined({kConnects, kCommon, kUdp});
  static const Keyword all[] = {
      {.name = "TCP_CHECK", .take = take_check<CheckKind::tcp>, .inside = connects, .block = true},
      {.name = "HTTP_GET", .take = take_check<CheckKind::http>, .inside = http, .block = true, .end = end_http_check},
      {.name = "SSL_GET", .take = take_check<CheckKind::http>, .inside = http, .block = true, .end = end_http_check},
      {.name = "MISC_CHECK", .take = take_check<CheckKind::misc>, .inside = misc, .block = true, .end = end_misc},
      {.name = "SMTP_CHECK", .take = take_check<CheckKind::smtp>, .inside = smtp, .block = true},
      {.name = "DNS_CHECK", .take = take_check<CheckKind::dns>, .inside = dns, .block = true},
      {.name = "UDP_CHECK", .take = take_check<CheckKind::udp>, .inside = udp, .block = true, .end = end_udp},
      {.name = "PING_CHECK", .take = take_check<CheckKind::ping>, .inside = connects, .block = true},
      {.name = "FILE_CHECK", .take = take_file_check, .inside = kFile, .block = true, .end = end_file},
      {.name = "BFD_CHECK", .refused = "BFD is not modelled"},
  };
  return all;
}

}  // namespace lvs::keepalived
