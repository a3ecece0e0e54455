// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/checker.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemons/keepalived/check/datagram-checkers.h"
#include "daemons/keepalived/check/file-checker.h"
#include "daemons/keepalived/check/http-checker.h"
#include "daemons/keepalived/check/misc-checker.h"
#include "daemons/keepalived/check/smtp-checker.h"
#include "daemons/keepalived/check/tcp-checker.h"
#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {

Checker::Checker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : conf_(conf), real_(real), services_(services), world_(world), next_(world.computer().host(), [this] {
        begin();
      }) {
  // Without alpha one failure is enough at first.
  tries_ = *conf.retry;
  if (*conf.alpha) {
    up_ = false;
    services.fail_at_start(real);
  }
}

bool Checker::same_as(const Checker& old) const {
  const CheckerConf &a = conf_, &b = old.conf_;
  if (a.kind != b.kind) return false;
  if (a.kind == CheckKind::misc) return a.misc_dynamic == b.misc_dynamic && a.script.words == b.script.words;
  if (a.kind == CheckKind::file)
    return a.file == b.file && a.weight == b.weight && a.weight_reverse == b.weight_reverse;
  const auto address = [](const host::SocketAddress& x, const host::SocketAddress& y) {
    return x.addr == y.addr && x.port == y.port;
  };
  if (!address(a.to, b.to) || !address(a.from, b.from) || a.connect_timeout != b.connect_timeout) return false;
  const auto url = [](const CheckUrl& u, const CheckUrl& w) {
    return u.path == w.path && u.digest == w.digest && u.statuses == w.statuses && u.virtualhost == w.virtualhost &&
           u.regex_no_match == w.regex_no_match && !u.regex == !w.regex && u.regex_min_offset == w.regex_min_offset &&
           u.regex_beyond == w.regex_beyond;
  };
  return std::ranges::equal(a.urls, b.urls, url) && a.virtualhost == b.virtualhost && a.helo_name == b.helo_name &&
         a.dns_type == b.dns_type && a.dns_name == b.dns_name && a.payload == b.payload && a.reply == b.reply;
}

void Checker::migrate(const Checker& old) {
  if (old.has_run_) up_ = old.up_;
  has_run_ = old.has_run_;
  const unsigned retry = *conf_.retry;
  if (old.tries_ != 0 && retry != 0) tries_ = std::min(old.tries_, retry - (old.tries_ >= retry ? 1 : 0));
}

void Checker::begin() {
  if (enabled_) return check();
  again(*conf_.delay_loop);
}

void Checker::says(bool alive, std::string_view mail, bool always) {
  const bool was_up = up_, was_alive = real_.alive;
  says(alive);
  const MailConf& mails = services_.conf().global.mail;
  if ((was_up == alive && !always) || !mails.wanted(real_.conf->smtp_alert, mails.alert_checker, true) ||
      (was_alive == real_.alive && mails.no_checkers))
    return;
  world_.mail(fmt::format("Realserver {} of virtual server {} - {}", name(), name_of(*real_.service->conf),
                          real_.alive ? "UP" : "DOWN"),
              fmt::format("=> {} <=", mail));
}

std::string Checker::name() const { return name_of(*real_.conf, *real_.service->conf); }

std::unique_ptr<Checker> make_checker(const CheckerConf& conf, RealServer& real, Services& services,
                                      CheckWorld& world) {
  switch (conf.kind) {
    case CheckKind::tcp: return std::make_unique<TcpChecker>(conf, real, services, world);
    case CheckKind::http: return std::make_unique<HttpChecker>(conf, real, services, world);
    case CheckKind::misc: return std::make_unique<MiscChecker>(conf, real, services, world);
    case CheckKind::smtp: return std::make_unique<SmtpChecker>(conf, real, services, world);
    case CheckKind::udp: return std::make_unique<UdpChecker>(conf, real, services, world);
    case CheckKind::dns: return std::make_unique<DnsChecker>(conf, real, services, world);
    case CheckKind::ping: return std::make_unique<PingChecker>(conf, real, services, world);
    case CheckKind::file: return std::make_unique<FileChecker>(conf, real, services, world);
  }
  return nullptr;
}

}  // namespace lvs::keepalived
