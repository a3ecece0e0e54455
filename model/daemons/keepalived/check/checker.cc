// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/checker.h"

#include <fmt/format.h>

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
