// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/cure.h"

#include <QCoreApplication>

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

}  // namespace

std::optional<Cure> cureOf(Session& session, const Step& step) {
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

}  // namespace lvs::view
