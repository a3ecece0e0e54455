// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/cure.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <array>

#include "models/walk/roles.h"

namespace lvs::view {

namespace {

using trace::Drop;
using trace::WhyId;

QString worded(const char* text) { return QCoreApplication::translate("Cure", text); }

bool isServer(Session& session, trace::HostId host) {
  const trace::HostInfo* info = session.info().host(host);
  return info != nullptr && kindOf(*info) == HostKind::server;
}

QString interfaceOf(Session& session, const Step& step) {
  const std::string_view name = session.info().interface_name(step.data.host, step.data.ifindex);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

// A real server that answers for the VIP takes its packets away from the director.
std::optional<Cure> ofArp(Session& session, const Step& step, const QString& host) {
  const Headers& headers = step.headers;
  const bool vip = roleOf(session.info(), headers.arpTarget).kind == Role::Kind::virtualService;
  if (step.data.stage == trace::Stage::arp_in && headers.arpRequest && vip && !step.dropped() &&
      isServer(session, step.data.host)) {
    return Cure{host, "sysctl -w net.ipv4.conf.all.arp_ignore=1",
                worded(QT_TRANSLATE_NOOP("Cure", "with the VIP on lo, only the director answers for it"))};
  }
  const bool announced = roleOf(session.info(), headers.arpSender).kind == Role::Kind::virtualService;
  if (step.data.stage == trace::Stage::arp_out && headers.arpRequest && announced &&
      isServer(session, step.data.host)) {
    return Cure{host, "sysctl -w net.ipv4.conf.all.arp_announce=2",
                worded(QT_TRANSLATE_NOOP("Cure", "its questions then name its own address as the sender"))};
  }
  return {};
}

// Where the reason is the packet's and not the set-up's.
std::optional<Cure> ofStage(Session& session, const Step& step) {
  const QString host = session.hostName(step.data.host);
  if (step.headers.arp) return ofArp(session, step, host);
  if (!step.failed()) return {};
  const QString port =
      step.headers.dst && step.headers.dst->port ? QString::number(*step.headers.dst->port) : QString();
  const bool udp = step.headers.protocol == 17;
  switch (step.data.drop) {
    case Drop::ip_forwarding_off:
      return Cure{host, "sysctl -w net.ipv4.ip_forward=1",
                  worded(QT_TRANSLATE_NOOP("Cure", "the host then passes on what is not for itself"))};
    case Drop::ip_rpfilter: {
      const QString name = interfaceOf(session, step);
      return Cure{host,
                  QString("sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.%1.rp_filter=0")
                      .arg(name.isEmpty() ? QString("tunl0") : name),
                  worded(QT_TRANSLATE_NOOP("Cure", "the way back may then be another one"))};
    }
    case Drop::tunnel_no_device:
      return Cure{host, "ip link set tunl0 up",
                  worded(QT_TRANSLATE_NOOP("Cure", "tunl0 then takes tunnelled packets"))};
    case Drop::ipvs_no_destination: {
      const auto& dst = step.headers.dst;
      if (!dst) return {};
      return Cure{host,
                  QString("ipvsadm -a -%1 %2:%3 -r SERVER -m")
                      .arg(udp ? "u" : "t", QString::fromStdString(dst->address.text()), port),
                  worded(QT_TRANSLATE_NOOP("Cure", "the service then has a server; or give one a weight above 0"))};
    }
    case Drop::no_socket:
      if (port != "80") return {};
      return Cure{host, "service httpd start", worded(QT_TRANSLATE_NOOP("Cure", "somebody then listens on port 80"))};
    default: return {};
  }
}

// An answer that check blames its host for.
bool isBlamedAnswer(Session& session, const Step& step) {
  const Headers& headers = step.headers;
  if (!headers.arp || step.dropped()) return false;
  const bool in = step.data.stage == trace::Stage::arp_in && headers.arpRequest;
  const base::Ipv4Addr about = in ? headers.arpTarget : headers.arpSender;
  return (in || step.data.stage == trace::Stage::arp_out) &&
         roleOf(session.info(), about).kind == Role::Kind::virtualService && isServer(session, step.data.host);
}

// How well a finding fits what has happened here, 0: not at all.
int fitOf(Session& session, const Step& step, const trace::CarriedFinding& finding) {
  const QString host = session.hostName(step.data.host);
  const QString said = QString::fromStdString(finding.sentence);
  const auto walk = trace::walk_of(session.index(), finding);
  const bool same = walk && session.index().walks()[*walk].id == step.data.walk;
  if (isBlamedAnswer(session, step))
    return finding.rule.starts_with("arp-") && finding.host == host.toStdString() ? (same ? 3 : 2) : 0;
  if (!step.failed()) return 0;
  const std::string_view drop = trace::name_of(step.data.drop);
  const QString where = QString("dropped at %1 (").arg(host);
  const bool here =
      said.contains(where) && said.contains(QString::fromUtf8(drop.data(), static_cast<int>(drop.size())));
  return !here ? 0 : same ? 3 : finding.host == host.toStdString() ? 2 : 1;
}

}  // namespace

const trace::CarriedFinding* findingAt(Session& session, const Step& step) {
  const trace::CarriedFinding* best = nullptr;
  int most = 0;
  for (const trace::CarriedFinding& finding : session.carried().findings) {
    const int fit = fitOf(session, step, finding);
    if (fit > most) best = &finding;
    most = std::max(most, fit);
  }
  return best;
}

QString mistakeText(const trace::CarriedFinding& finding) {
  return QCoreApplication::translate("Rule", finding.mistake.c_str());
}

QString commandsIn(const QString& cure) {
  static const std::array kWords{"arptables", "ifconfig", "ip", "ipvsadm", "iptables", "route", "service", "sysctl"};
  QStringList commands;
  for (QString part : cure.split(QRegularExpression("; and |; |: |, or | or | and "))) {
    part = part.section(" (", 0, 0).section(", ", 0, 0).trimmed();
    const QString word = part.section(' ', 0, 0);
    if (part.contains(' ') && std::ranges::any_of(kWords, [&](const char* each) { return word == each; }))
      commands += part;
  }
  return commands.join("; ");
}

std::optional<Cure> cureOf(Session& session, const Step& step) {
  const trace::CarriedFinding* finding = findingAt(session, step);
  if (finding == nullptr) return ofStage(session, step);
  const QString cure = QString::fromStdString(finding->cure), commands = commandsIn(cure);
  return Cure{QString::fromStdString(finding->host), commands.isEmpty() ? cure : commands,
              mistakeText(*finding) + "\n" + QString::fromStdString(finding->sentence),
              QString::fromStdString(finding->rule), !commands.isEmpty()};
}

}  // namespace lvs::view
