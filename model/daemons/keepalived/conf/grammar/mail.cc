// SPDX-License-Identifier: GPL-2.0-or-later
// Mails of global_defs, and smtp_alert elsewhere (keepalived: core/global_parser.c).
#include <fmt/format.h>

#include "control/names/hosts.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"
#include "daemons/keepalived/conf/server-address.h"

namespace lvs::keepalived {
namespace {

MailConf& mails(ConfReader& r) { return r.conf.global.mail; }

void take_mail_from(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("emailfrom missing - ignoring");
  mails(r).from = w[1];
}
void take_mail_to(ConfReader& r, const ConfWords& w) {
  bool any = false;
  r.each_line(w, [&](const ConfWords& line) {
    any = true;
    mails(r).to.insert(mails(r).to.end(), line.begin(), line.end());
  });
  if (!any) r.report.error("Warning - empty notification_email block");
}
// By address, or by a name of /etc/hosts.
void take_mail_server(ConfReader& r, const ConfWords& w) {
  const std::string port = w.size() > 2 ? w[2] : "25";
  const std::string& name = r.word(w, 1);
  mails(r).server = read_server_address(r, name, port);
  if (mails(r).server) return;
  // As a name, with its port once more.
  constexpr unsigned kMostPort = 65535;
  if (!r.numbers.natural(port, 1, kMostPort, true))
    return r.report.error(fmt::format("Invalid smtp server {} {}", name, port));
  const auto named = control::addresses_in_hosts(r.host.read("/etc/hosts").value_or(""), name);
  if (!named.empty()) mails(r).server = read_server_address(r, named.front().text(), port);
  if (mails(r).server) return;
  // A machine without name servers finds no other name; where there are some, keepalived asks them while it reads.
  if (r.host.read("/etc/resolv.conf").value_or("").find("nameserver") != std::string::npos) {
    r.report.refuse(name, "a mail server is an address of IPv4 or a name of /etc/hosts");
  } else {
    r.report.error(fmt::format("Invalid smtp server {} {}", name, port));
  }
}
void take_mail_helo(ConfReader& r, const ConfWords& w) {
  if (w.size() > 1) mails(r).helo = w[1];
}
void take_mail_timeout(ConfReader& r, const ConfWords& w) {
  constexpr std::uint64_t kMost = kMostUnsigned / 1'000'000;
  const auto seconds = r.numbers.natural(r.word(w, 1), 0, kMost, true);
  if (!seconds)
    return r.report.error(fmt::format("smtp_connect_timeout '{}' must be in [0, {}] - ignoring", r.word(w, 1), kMost));
  if (*seconds == 0) r.report.error("smtp_conect_timeout must be greater than 0, setting to 1");
  mails(r).timeout = std::chrono::seconds(*seconds == 0 ? 1 : *seconds);
  mails(r).timeout_given = true;
}
template <std::optional<bool> MailConf::*member>
void take_alert(ConfReader& r, const ConfWords& w) {
  if (const auto on = r.flag(w)) {
    mails(r).*member = *on;
  } else {
    r.report.error(fmt::format("Invalid value '{}' for global {} specified", w[1], w[0]));
  }
}
void take_no_faults(ConfReader& r, const ConfWords&) { mails(r).no_faults = true; }
void take_no_checkers(ConfReader& r, const ConfWords& w) {
  if (const auto on = r.flag(w)) {
    mails(r).no_checkers = *on;
  } else {
    r.report.error(fmt::format("Invalid value '{}' for global no_checker_emails specified", w[1]));
  }
}

constexpr Keyword kMails[] = {
    {.name = "notification_email_from", .take = take_mail_from},
    {.name = "smtp_server", .take = take_mail_server},
    {.name = "smtp_helo_name", .take = take_mail_helo},
    {.name = "smtp_connect_timeout", .take = take_mail_timeout},
    {.name = "notification_email", .take = take_mail_to},
    {.name = "smtp_alert", .take = take_alert<&MailConf::alert>},
    {.name = "smtp_alert_vrrp", .take = take_alert<&MailConf::alert_vrrp>},
    {.name = "smtp_alert_checker", .take = take_alert<&MailConf::alert_checker>},
    {.name = "no_email_faults", .take = take_no_faults},
    {.name = "no_checker_emails", .take = take_no_checkers},
};

}  // namespace

std::span<const Keyword> mail_keywords() { return kMails; }

void take_smtp_alert(ConfReader& r, const ConfWords& w, std::optional<bool>& to, std::string_view whose) {
  if (const auto on = r.flag(w)) {
    to = *on;
  } else {
    r.report.error(fmt::format("Invalid {} smtp_alert parameter {}", whose, w[1]));
  }
}

}  // namespace lvs::keepalived
