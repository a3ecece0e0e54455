// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/tale.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "models/session/packet-list-model.h"
#include "models/session/vrrp.h"
#include "models/walk/arp-round.h"
#include "models/walk/roles.h"
#include "models/walk/why-text.h"

namespace lvs::view {

namespace {

using trace::Stage;
using Kind = Beat::Kind;

QString worded(const char* text) { return QCoreApplication::translate("Tale", text); }

const Step& stepAt(const Walk& walk, int i) { return walk.steps[static_cast<std::size_t>(i)]; }

// The last stage of this kind that the beat has; nullptr: none.
const Step* lastOf(const Walk& walk, const Beat& beat, Stage stage) {
  for (int i = beat.last; i >= beat.first; --i) {
    if (stepAt(walk, i).data.stage == stage) return &stepAt(walk, i);
  }
  return nullptr;
}

QString listed(const QStringList& names) {
  if (names.size() < 2) return names.join(QString());
  return worded(QT_TRANSLATE_NOOP("Tale", "%1 and %2"))
      .arg(names.mid(0, names.size() - 1).join(worded(QT_TRANSLATE_NOOP("Tale", ", "))), names.back());
}

// A host by its name, an address that several have by its role.
QString named(Session& session, base::Ipv4Addr address) {
  const trace::HostInfo* owner = nullptr;
  int owners = 0;
  for (const trace::HostInfo& host : session.info().hosts) {
    const bool has = std::ranges::any_of(host.interfaces, [&](const trace::InterfaceInfo& interface) {
      return std::ranges::any_of(interface.addresses, [&](const auto& prefix) { return prefix.addr == address; });
    });
    if (!has) continue;
    owner = &host;
    ++owners;
  }
  const bool virtualService = roleOf(session.info(), address).kind == Role::Kind::virtualService;
  return owners == 1 && !virtualService ? QString::fromStdString(owner->name) : shortName(session.info(), address);
}

// Whom a frame is for.
QString takerOf(Session& session, const Step& sent) {
  if (!sent.headers.macDst) return {};
  if (sent.headers.macDst->is_broadcast()) return worded(QT_TRANSLATE_NOOP("Tale", "everybody on the segment"));
  const trace::HostInfo* owner = hostOf(session.info(), *sent.headers.macDst);
  return owner != nullptr ? QString::fromStdString(owner->name) : QString::fromStdString(sent.headers.macDst->text());
}

QString tellArp(Session& session, const Walk& walk, const Beat& beat) {
  const ArpRound round = arpRoundOf(walk, beat.first, beat.last);
  const QString target = named(session, round.target);
  QStringList answers;
  for (const ArpRound::Host& host : round.hosts) {
    if (host.does == ArpRound::Does::answers) answers += session.hostName(host.host);
  }
  if (!round.asked) {
    const bool kept = stepAt(walk, beat.at).data.why.id == trace::WhyId::neigh_kept;
    return kept ? worded(QT_TRANSLATE_NOOP("Tale", "Another answer for %1 comes too late: the cache keeps the first"))
                      .arg(target)
                : worded(QT_TRANSLATE_NOOP("Tale", "The cache of %1 learns where %2 is"))
                      .arg(session.hostName(stepAt(walk, beat.at).data.host), target);
  }
  const QString asker = session.hostName(round.asker);
  if (answers.isEmpty())
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 asks who has %2: nobody answers")).arg(asker, target);
  const QString said =
      answers.size() == 1
          ? worded(QT_TRANSLATE_NOOP("Tale", "%1 answers")).arg(answers.front())
          : worded(QT_TRANSLATE_NOOP("Tale", "%1 answer, and the first answer counts")).arg(listed(answers));
  return worded(QT_TRANSLATE_NOOP("Tale", "%1 asks who has %2: %3")).arg(asker, target, said);
}

// Why the scheduler took this server, from the journal: what stands behind the semicolon of its first line.
QString reasonOf(Session& session, const Step& step) {
  for (const JournalLine& line :
       session.journal().caused(session.index(), step.data.host, step.data.walk, step.record)) {
    if (line.kind != "schedule") continue;
    const QString first = line.text.section('\n', 0, 0);
    return first.contains("; ") ? first.section("; ", 1) : first.section(QString::fromUtf8("；"), 1);
  }
  return {};
}

QString tellDecision(Session& session, const Step& step) {
  const QString host = session.hostName(step.data.host);
  const base::Ipv4Addr server{static_cast<std::uint32_t>(step.data.why.args[0])};
  if (step.data.why.id == trace::WhyId::ipvs_scheduled) {
    const QString reason = reasonOf(session, step);
    return reason.isEmpty()
               ? worded(QT_TRANSLATE_NOOP("Tale", "%1 picks %2")).arg(host, named(session, server))
               : worded(QT_TRANSLATE_NOOP("Tale", "%1 picks %2 (%3)")).arg(host, named(session, server), reason);
  }
  if (step.data.why.id == trace::WhyId::ipvs_conn) {
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 knows the connection: it belongs to %2"))
        .arg(host, named(session, server));
  }
  return sentenceOf(step.data);
}

// With the numbers, where a packet is too large: the error that it causes has the MTU.
QString tellDrop(Session& session, const Walk& walk, const Step& step) {
  const QString host = session.hostName(step.data.host);
  if (step.outside) return worded(QT_TRANSLATE_NOOP("Tale", "%1 has no address: the frame ends there")).arg(host);
  if (step.data.drop == trace::Drop::pkt_too_big) {
    constexpr std::uint32_t kLink = 14;
    for (const Step& other : walk.steps) {
      for (const Section& section : other.headers.sections) {
        const auto mtu =
            std::ranges::find_if(section.fields, [](const Field& field) { return QLatin1String(field.name) == "mtu"; });
        if (section.layer != Layer::icmp || mtu == section.fields.end()) continue;
        return worded(QT_TRANSLATE_NOOP("Tale", "%1 drops it: %2 bytes do not fit into an MTU of %3"))
            .arg(host)
            .arg(step.data.original_length - kLink)
            .arg(mtu->value);
      }
    }
  }
  if (step.data.hook_name.starts_with("ip_vs_"))
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 drops it, in IPVS")).arg(host);
  return worded(QT_TRANSLATE_NOOP("Tale", "%1 drops it")).arg(host);
}

QString tellRewrite(Session& session, const Step& step) {
  const QString host = session.hostName(step.data.host);
  const auto address = [&](std::size_t at) {
    return named(session, base::Ipv4Addr{static_cast<std::uint32_t>(step.data.why.args[at])});
  };
  switch (step.data.why.id) {
    case trace::WhyId::ipvs_masq:
      return worded(QT_TRANSLATE_NOOP("Tale", "%1 writes a new destination: %2 instead of %3"))
          .arg(host, address(2), address(0));
    case trace::WhyId::ipvs_masq_reply:
      return worded(QT_TRANSLATE_NOOP("Tale", "%1 writes a new source: %2 instead of %3"))
          .arg(host, address(2), address(0));
    case trace::WhyId::ipvs_droute:
      return worded(QT_TRANSLATE_NOOP("Tale", "%1 leaves all addresses: only the frame will be for %2"))
          .arg(host, address(0));
    case trace::WhyId::ipvs_tunnel:
      return worded(QT_TRANSLATE_NOOP("Tale", "%1 puts an outer header in front, for %2")).arg(host, address(1));
    case trace::WhyId::tunnel_taken:
      return worded(QT_TRANSLATE_NOOP("Tale", "%1 takes the outer header off")).arg(host);
    default: return host + worded(QT_TRANSLATE_NOOP("Tale", ": ")) + sentenceOf(step.data);
  }
}

// What HTTP says in this packet: "GET / HTTP/1.1"; empty: nothing.
QString httpLine(const Step& step) {
  for (const Section& section : step.headers.sections) {
    if (section.layer != Layer::payload || section.fields.empty()) continue;
    const QString line = section.fields.front().value;
    if (line.startsWith("HTTP/1.") || line.contains(" HTTP/1.")) return line;
  }
  return {};
}

// A packet that begins here, of a connection that carries HTTP; empty: it says nothing.
QString tellHttp(Session& session, const Walk& walk, const Step& first) {
  const QString host = session.hostName(first.data.host), to = named(session, first.headers.dst->address);
  const RelayPart* const part = session.relayPart(walk.number);
  const QString line = httpLine(first);
  if (part != nullptr && part->kind == RelayPart::Kind::opens)
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 opens a connection of its own, to %2")).arg(host, to);
  if (line.isEmpty()) return {};
  if (part != nullptr && part->kind == RelayPart::Kind::passed_on)
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 asks %2 in turn, on its own connection: %3")).arg(host, to, line);
  if (part != nullptr && part->kind == RelayPart::Kind::returned)
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 passes the answer on to %2: %3")).arg(host, to, line);
  return line.startsWith("HTTP/") ? worded(QT_TRANSLATE_NOOP("Tale", "%1 answers %2: %3")).arg(host, to, line)
                                  : worded(QT_TRANSLATE_NOOP("Tale", "%1 asks %2: %3")).arg(host, to, line);
}

// A socket takes what HTTP says.
QString tellHttpTaken(Session& session, const Walk& walk, const Step& step) {
  const RelayPart* const part = session.relayPart(walk.number);
  if (part == nullptr) return {};
  const QString host = session.hostName(step.data.host);
  if (part->kind == RelayPart::Kind::asked || part->kind == RelayPart::Kind::passed_on)
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 takes the request and reads it: %2")).arg(host, part->line);
  if (part->kind == RelayPart::Kind::answered || part->kind == RelayPart::Kind::returned)
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 takes the answer: %2")).arg(host, part->line);
  return {};
}

QString tellPass(Session& session, const Walk& walk, const Beat& beat) {
  const Step& shown = stepAt(walk, beat.at);
  const QString host = session.hostName(shown.data.host);
  const Step* came = lastOf(walk, beat, Stage::wire_in);
  const Step* left = lastOf(walk, beat, Stage::wire_out);
  if (shown.headers.arp && shown.data.stage == Stage::arp_in) {
    if (shown.headers.arpSender == shown.headers.arpTarget)
      return worded(QT_TRANSLATE_NOOP("Tale", "The cache of %1 learns where %2 is"))
          .arg(host, named(session, shown.headers.arpSender));
    const QString about = named(session, shown.headers.arpRequest ? shown.headers.arpTarget : shown.headers.arpSender);
    return shown.headers.arpRequest ? worded(QT_TRANSLATE_NOOP("Tale", "%1 answers for %2")).arg(host, about)
                                    : worded(QT_TRANSLATE_NOOP("Tale", "%1 hears an answer for %2")).arg(host, about);
  }
  if (shown.headers.arp && beat.first == 0 && shown.headers.arpSender == shown.headers.arpTarget) {
    const QString address = shortName(session.info(), shown.headers.arpSender);
    const base::Time silence = silenceBefore(session, shown.data.host, walk.steps.front().record);
    return silence < base::Time{0}
               ? worded(QT_TRANSLATE_NOOP("Tale", "%1 tells everybody that %2 is here")).arg(host, address)
               : worded(QT_TRANSLATE_NOOP("Tale", "%1 takes %2 over, %3 ms after the last advert of the other"))
                     .arg(host, address, milliseconds(silence));
  }
  if (shown.headers.arp && beat.first == 0) {
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 asks everybody: who has %2?"))
        .arg(host, named(session, shown.headers.arpTarget));
  }
  if (lastOf(walk, beat, Stage::socket) != nullptr && came != nullptr) {
    if (const QString http = tellHttpTaken(session, walk, shown); !http.isEmpty()) return http;
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 takes it: the packet is for one of its sockets")).arg(host);
  }
  const Step& first = stepAt(walk, beat.first);
  if (first.before < 0 && first.data.stage != Stage::wire_in && first.headers.dst) {
    if (const QString http = tellHttp(session, walk, first); !http.isEmpty()) return http;
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 sends %2 to %3"))
        .arg(session.hostName(first.data.host), first.headers.info, named(session, first.headers.dst->address));
  }
  if (came != nullptr && left != nullptr) {
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 passes it on to %2")).arg(host, takerOf(session, *left));
  }
  if (came != nullptr) return worded(QT_TRANSLATE_NOOP("Tale", "It comes to %1")).arg(host);
  if (left != nullptr) {
    return worded(QT_TRANSLATE_NOOP("Tale", "%1 puts it on the wire, to the MAC address of %2"))
        .arg(host, takerOf(session, *left));
  }
  return sentenceOf(shown.data);
}

}  // namespace

QString tellBeat(Session& session, const Walk& walk, const Beat& beat) {
  const Step& shown = stepAt(walk, beat.at);
  const QString host = session.hostName(shown.data.host);
  switch (beat.kind) {
    case Kind::arp: return tellArp(session, walk, beat);
    case Kind::decide: return tellDecision(session, shown);
    case Kind::drop:
      return shown.silent() ? worded(QT_TRANSLATE_NOOP("Tale", "%1 keeps silent about %2"))
                                  .arg(host, named(session, shown.headers.arpTarget))
                            : tellDrop(session, walk, shown);
    case Kind::pass: return tellPass(session, walk, beat);
    case Kind::rewrite: break;
  }
  return tellRewrite(session, shown);
}

}  // namespace lvs::view
