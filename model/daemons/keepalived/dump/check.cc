// SPDX-License-Identifier: GPL-2.0-or-later
// What the checker child writes (keepalived: check_data.c, check_api.c, check_*.c).
#include <algorithm>

#include "daemons/keepalived/check/file-checker.h"
#include "daemons/keepalived/conf/checker-words.h"
#include "daemons/keepalived/conf/names.h"
#include "daemons/keepalived/dump/dump.h"
#include "daemons/keepalived/dump/text.h"

namespace lvs::keepalived {
namespace {

std::string decimal(Time time) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  return fmt::format("{}.{:06}", us / 1'000'000, us % 1'000'000);
}
long long micro(Time time) { return std::chrono::duration_cast<std::chrono::microseconds>(time).count(); }

const char* method_text(ServerMethod method) {
  switch (method) {
    case ServerMethod::dr: return "DR";
    case ServerMethod::tunnel: return "TUN, type = IPIP";
    default: return "NAT";
  }
}

void group_entry_end(DumpText& d, bool reloaded) { d.line("     reloaded = {}", reloaded ? "True" : "False"); }

void server_group(DumpText& d, const ServerGroupConf& group, const Services& services, bool reloaded) {
  d.line(" ------< Virtual server group >------");
  d.line(" Virtual Server Group = {}, IPv4 = {}, IPv6 = no", group.name, group.ranges.empty() ? "no" : "yes");
  const auto user = std::ranges::find(services.all(), &group, &Service::group);
  const GroupUse use = user != services.all().end()
                           ? *(*user)->use
                           : GroupUse{std::vector<std::array<unsigned, 3>>(group.ranges.size()),
                                      std::vector<unsigned>(group.marks.size())};
  for (std::size_t i = 0; i < group.ranges.size(); ++i) {
    const ServerGroupConf::Range& range = group.ranges[i];
    if (range.first == range.last) {
      d.line("   VIP = {}, VPORT = {}", range.first.text(), range.port);
    } else {
      d.line("   VIP Range = {}-{}, VPORT = {}", range.first.text(), range.last.text(), range.port);
    }
    d.line("     Alive: {} tcp, {} udp, {} sctp", use.ranges[i][0], use.ranges[i][1], use.ranges[i][2]);
    group_entry_end(d, reloaded);
  }
  for (std::size_t i = 0; i < group.marks.size(); ++i) {
    d.line("   FWMARK = {}", group.marks[i]);
    d.line("     Alive: {} IPv4, 0 IPv6", use.marks[i]);
    group_entry_end(d, reloaded);
  }
}

void flags(DumpText& d, const VirtualServerConf& s) {
  const auto abled = [&](const char* name, std::uint32_t bit) {
    d.line("   {} = {}abled", name, (s.scheduler_flags & bit) != 0 ? "en" : "dis");
  };
  d.line("   Hashed = disabled");
  if (s.scheduler == "sh" || s.scheduler == "mh") {
    const bool sh = s.scheduler == "sh";
    abled(sh ? "sh-port" : "mh-port", sh ? 2 : 2);
    abled(sh ? "sh-fallback" : "mh-fallback", 1);
  } else {
    abled("flag-1", 1);
    abled("flag-2", 2);
    abled("flag-3", 4);
  }
  d.line("   One packet scheduling = {}abled", s.one_packet ? "en" : "dis");
}

void retries(DumpText& d, const std::optional<unsigned>& retry, const std::optional<Time>& delay,
             const std::optional<Time>& warmup) {
  if (retry) d.line("   Retry count = {}", *retry);
  if (delay) d.line("   Retry delay = {}", decimal(*delay));
  if (warmup) d.line("   Warmup = {}", decimal(*warmup));
}

void virtual_server(DumpText& d, const Service& service, const MailConf& mails, bool reloaded) {
  const VirtualServerConf& s = *service.conf;
  d.line(" ------< Virtual server >------");
  if (!s.group.empty()) {
    d.line(" VS GROUP = {}", name_of(s));
  } else if (s.mark != 0) {
    d.line(" VS FWMARK = {}", s.mark);
  } else {
    d.line(" VS VIP = {}, VPORT = {}", s.address.text(), s.port);
  }
  if (!s.virtualhost.empty()) d.line("   VirtualHost = {}", s.virtualhost);
  d.line("   Address family = inet");
  d.line("   connection timeout = {}", decimal(s.connect_timeout));
  d.line("   delay_loop = {}", decimal(s.delay_loop));
  d.line("   lvs_sched = {}", s.scheduler);
  flags(d, s);
  if (s.persistence != 0) d.line("   persistence timeout = {}", s.persistence);
  if (s.granularity && *s.granularity != 0xffffffff)
    d.line("   persistence granularity = {}", base::Ipv4Addr{*s.granularity}.text());
  d.line("   protocol = {}", s.protocol == 6 ? "TCP" : s.protocol == 17 ? "UDP" : s.protocol == 132 ? "SCTP" : "none");
  d.line("   alpha is {}", on_off(s.alpha));
  d.line("   omega is {}", on_off(s.omega));
  retries(d, s.retry, s.delay_before_retry, s.warmup);
  d.line("   Inhibit on failure is {}", on_off(s.inhibit));
  d.line("   quorum = {}, hysteresis = {}", s.quorum, s.hysteresis);
  d.script("   Quorum up notify script", s.quorum_up);
  d.script("   Quorum down notify script", s.quorum_down);
  if (s.ha_suspend) d.line("   Using HA suspend");
  d.line("   Using smtp notification = {}", yes_no(mails.wanted(s.smtp_alert, mails.alert_checker, false)));
  d.line("   default forwarding method = {}", method_text(s.method));
  if (s.sorry) {
    d.line("   sorry server {}= {}", service.sorry_is_server ? "(duplicates rs) " : "", name_of(*s.sorry, s));
    d.line("     forwarding method = {}", method_text(s.sorry->method));
    d.line("     Inhibit on failure is {}", on_off(s.sorry->inhibit.value_or(false)));
  }
  d.line("   alive = {}", service.alive ? 1 : 0);
  d.line("   quorum_state_up = {}", service.quorum_up ? 1 : 0);
  d.line("   reloaded = {}", reloaded ? 1 : 0);
}

void real_server(DumpText& d, const RealServer& real, const MailConf& mails, bool reloaded) {
  const RealServerConf& conf = *real.conf;
  const long long weight = std::clamp(real.weight, 0LL, 0x7fffffffLL);
  d.line("   ------< Real server >------");
  d.line("   RIP = {}, RPORT = {}, WEIGHT = {} EFF WEIGHT = {}", conf.address.text(), conf.port, weight, real.weight);
  d.line("   forwarding method = {}", method_text(conf.method));
  d.line("   Alpha is {}", on_off(conf.alpha.value_or(false)));
  d.line("   connection timeout = {}", decimal(*conf.connect_timeout));
  d.line("   connection limit range = {} -> {}", conf.lthreshold, conf.uthreshold);
  d.line("   Delay loop = {}", decimal(*conf.delay_loop));
  retries(d, conf.retry, conf.delay_before_retry, conf.warmup);
  d.line("   Inhibit on failure is {}", on_off(real.inhibit()));
  d.script("     RS up notify script", conf.notify_up);
  d.script("     RS down notify script", conf.notify_down);
  if (!conf.virtualhost.empty()) d.line("    VirtualHost = '{}'", conf.virtualhost);
  d.line("   Using smtp notification = {}", yes_no(mails.wanted(conf.smtp_alert, mails.alert_checker, true)));
  d.line("   initial weight = {}", conf.weight.value_or(1));
  d.line("   effective weight = {}", real.weight);
  d.line("   previous effective_weight = {}", real.reloaded ? real.weight_before : 0);
  d.line("   alive = {}", real.alive ? 1 : 0);
  d.line("   num failed checkers = {}", real.failed);
  d.line("   RS set = {}", real.set ? 1 : 0);
  d.line("   reloaded = {}", reloaded ? 1 : 0);
  bool any = false;
  for (const CheckerConf& checker : conf.checkers) {
    if (checker.kind != CheckKind::file) continue;
    if (!std::exchange(any, true)) d.line("   Tracked Files");
    d.line("     {}, weight {}{}", checker.file, checker.weight, checker.weight_reverse ? " reverse" : "");
  }
}

// URLs that ask for the same have one pattern.
std::size_t users(const HttpRegex& regex, const CheckConf& all) {
  std::size_t count = 0;
  for (const VirtualServerConf& service : all.servers) {
    for (const RealServerConf& real : service.servers) {
      for (const CheckerConf& checker : real.checkers)
        count += static_cast<std::size_t>(std::ranges::count_if(checker.urls, [&](const CheckUrl& url) {
          return url.regex && url.regex->pattern() == regex.pattern() && url.regex->options() == regex.options();
        }));
    }
  }
  return count;
}

void regex(DumpText& d, const CheckUrl& url, const CheckConf& all) {
  d.line("     Regex = \"{}\"", url.regex->pattern());
  if (url.regex_no_match) d.line("     Regex no match");
  if (url.regex_beyond != 0) {
    d.line("     Regex min offset = {}, max_offset = {}", url.regex_min_offset, url.regex_beyond - 1);
  } else if (url.regex_min_offset != 0) {
    d.line("     Regex min offset = {}", url.regex_min_offset);
  }
  d.line("     Regex options:{}", regex_options_text(url.regex->options()));
  d.line("     Regex ref count = {}", users(*url.regex, all));
  if (url.regex_use_stack && all.regex_stack)
    d.line("     Regex stack start {}, max {}", all.regex_stack->start, all.regex_stack->most);
}

void url(DumpText& d, const CheckUrl& url, const CheckConf& all) {
  d.line("   Checked url = {}", url.path);
  if (!url.digest.empty()) d.line("     digest = {}", url.digest);
  d.line("     HTTP Status Code(s)");
  std::vector<bool> wanted(600);
  if (url.statuses.empty()) std::fill(wanted.begin() + 200, wanted.begin() + 300, true);
  for (const auto& [first, last] : url.statuses) {
    for (unsigned code = first; code <= last && code < wanted.size(); ++code) wanted[code] = true;
  }
  for (std::size_t code = 100; code < wanted.size(); ++code) {
    if (!wanted[code]) continue;
    const std::size_t first = code;
    while (code + 1 < wanted.size() && wanted[code + 1]) ++code;
    if (first == code) {
      d.line("       {}", first);
    } else {
      d.line("       {}-{}", first, code);
    }
  }
  if (!url.virtualhost.empty()) d.line("     Virtual host = {}", url.virtualhost);
  if (url.regex) regex(d, url, all);
}

void http(DumpText& d, const Checker& checker, const CheckConf& all) {
  const CheckerConf& conf = checker.conf();
  d.line("   Keepalive method = {}_GET, http protocol {}", conf.tls ? "SSL" : "HTTP",
         conf.http_minor == 1         ? "1.1"
         : conf.http_connection_close ? "1.0C"
                                      : "1.0");
  if (!conf.virtualhost.empty()) d.line("   Virtualhost = {}", conf.virtualhost);
  d.line("   Enable SNI {}set", conf.sni ? "" : "un");
  d.line("   Fast recovery {}set", conf.fast_recovery ? "" : "un");
  for (const CheckUrl& each : conf.urls) url(d, each, all);
  if (!checker.failed_url().empty()) d.line("   Failed URL = {}", checker.failed_url());
}

void misc(DumpText& d, control::Machine& machine, const Checker& checker) {
  const CheckerConf& conf = checker.conf();
  d.line("   Keepalive method = MISC_CHECK");
  d.line("   script = {}", conf.script.text());
  d.line("   timeout = {}", micro(conf.misc_timeout) / 1'000'000);
  d.line("   dynamic = {}", conf.misc_dynamic ? "YES" : "NO");
  d.line("   uid:gid = 0:0");
  const Time ran = checker.ran_at();
  d.line("   Last ran = {}", moment_text(ran == Time{} ? ran : machine.epoch + ran));
  d.line("   Last status = {}", checker.last_status());
}

void udp(DumpText& d, const CheckerConf& conf) {
  d.line("   Keepalive method = UDP_CHECK");
  if (conf.has_payload) {
    d.line("   Payload len = {}", conf.payload.size());
  } else {
    d.line("   Payload specified = no");
  }
  d.line("   Require reply = {}", yes_no(conf.require_reply));
  if (!conf.require_reply) return;
  d.line("     Min reply length = {}", conf.min_reply);
  d.line("     Max reply length = {}", conf.max_reply);
  d.line("     Reply data len = {}", conf.reply.size());
  if (!conf.reply.empty()) d.line("     Reply data mask = {}", yes_no(!conf.reply_mask.empty()));
}

void method(DumpText& d, control::Machine& machine, const Checker& checker, const CheckConf& all) {
  const CheckerConf& conf = checker.conf();
  switch (conf.kind) {
    case CheckKind::tcp: return d.line("   Keepalive method = TCP_CHECK");
    case CheckKind::ping: return d.line("   Keepalive method = PING_CHECK");
    case CheckKind::http: return http(d, checker, all);
    case CheckKind::misc: return misc(d, machine, checker);
    case CheckKind::udp: return udp(d, conf);
    case CheckKind::smtp:
      d.line("   Keepalive method = SMTP_CHECK");
      return d.line("   helo = {}", conf.helo_name.empty() ? "smtpchecker.keepalived.org" : conf.helo_name);
    case CheckKind::dns:
      d.line("   Keepalive method = DNS_CHECK");
      d.line("   Type = {}", dns_type_name(conf.dns_type));
      return d.line("   Name = {}", conf.dns_name);
    case CheckKind::file:
      d.line("   Keepalive method = FILE_CHECK");
      d.line("     Tracked file = {}", conf.file);
      return d.line("     Reloaded = No");
  }
}

void one_checker(DumpText& d, control::Machine& machine, const Checker& checker, const CheckConf& all) {
  const CheckerConf& conf = checker.conf();
  const VirtualServerConf& server = *checker.real().service->conf;
  const bool connects = conf.kind != CheckKind::misc && conf.kind != CheckKind::file;
  d.line(" {} -> {}", name_of(server), name_of(*checker.real().conf, server));
  d.line("   Enabled = {}", yes_no(checker.enabled()));
  d.line("   Up = {}", yes_no(checker.is_up()));
  d.line("   Has run = {}", yes_no(checker.has_run()));
  d.line("   Current weight = {}", checker.own_weight());
  if (conf.kind != CheckKind::file) {
    d.line("   Alpha = {}", yes_no(*conf.alpha));
    d.line("   Delay loop = {} us", micro(*conf.delay_loop));
    d.line("   Warmup = {} us", micro(*conf.warmup));
    d.line("   Retries = {}", *conf.retry);
    if (*conf.retry != 0) {
      d.line("   Delay before retry = {} us", micro(*conf.delay_before_retry));
      d.line("   Retries iterations = {}", checker.tries());
    }
    d.line("   Default delay before retry = {} us", micro(conf.default_delay_before_retry));
  }
  d.line("   Log all failures = {}", yes_no(conf.log_all_failures));
  if (connects) {
    d.line("   Connection");
    d.line("     Dest = [{}]:{}", conf.to.addr.text(), conf.to.port);
    if (!conf.from.addr.is_any() || conf.from.port != 0)
      d.line("     Bind to = [{}]:{}", conf.from.addr.text(), conf.from.port);
    d.line("     Timeout = {:f}", std::chrono::duration<double>(*conf.connect_timeout).count());
  }
  method(d, machine, checker, all);
}

void track_file(DumpText& d, const TrackFileConf& file, const std::vector<std::unique_ptr<Checker>>& checkers) {
  std::vector<const FileChecker*> users;
  for (const auto& checker : checkers) {
    if (checker->conf().file == file.name) users.push_back(static_cast<const FileChecker*>(checker.get()));
  }
  d.line(" Track file = {}", file.name);
  d.line("   File = {}", file.file);
  d.line("   Status = {}", users.empty() ? 0 : users.front()->value());
  d.line("   Weight = {}{}", file.weight, file.weight_reverse ? " reverse" : "");
  if (!users.empty()) d.line("   Tracking instances :");
  for (const FileChecker* each : users) {
    const VirtualServerConf& server = *each->real().service->conf;
    d.line("     {} -> {}, weight {}{}", name_of(server), name_of(*each->real().conf, server), each->conf().weight,
           each->conf().weight_reverse ? " reverse" : "");
  }
}

}  // namespace

std::string dump_check(control::Machine& machine, const Conf& conf, const Services& services,
                       const std::vector<std::unique_ptr<Checker>>& checkers, bool reloaded) {
  DumpText d;
  d.text = dump_global(conf.global, false);
  if (std::ranges::any_of(checkers, [](const auto& checker) { return checker->conf().tls; })) {
    d.line("------< SSL definitions >------");
    d.line(" Using autogen SSL context");
  }
  if (!services.all().empty()) {
    d.line("------< LVS Topology >------");
    d.line(" System is compiled with LVS v1.2.1");
    for (const ServerGroupConf& group : conf.check.groups) server_group(d, group, services, reloaded);
    for (const auto& service : services.all()) {
      virtual_server(d, *service, conf.global.mail, reloaded);
      for (const auto& real : service->servers) real_server(d, *real, conf.global.mail, reloaded);
    }
  }
  if (!checkers.empty()) d.line("------< Health checkers >------");
  for (const auto& checker : checkers) one_checker(d, machine, *checker, conf.check);
  if (!conf.vrrp.files.empty()) d.line("------< Checker track files >------");
  for (const TrackFileConf& file : conf.vrrp.files) track_file(d, file, checkers);
  return std::move(d.text);
}

}  // namespace lvs::keepalived
