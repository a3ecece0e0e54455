// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/compare-model.h"

#include <QCoreApplication>
#include <algorithm>

#include "models/session/still.h"
#include "models/walk/roles.h"

namespace lvs::view {

namespace {

using trace::Stage;

// Few packets tell; a long trace is not read to its end.
constexpr std::uint32_t kLookAt = 400;

QString worded(const char* text) { return QCoreApplication::translate("Compare", text); }

const trace::HostInfo* firstOf(const trace::RunInfo& info, HostKind kind) {
  const auto at = std::ranges::find_if(info.hosts, [&](const trace::HostInfo& h) { return kindOf(h) == kind; });
  return at == info.hosts.end() ? nullptr : &*at;
}

// Client first, servers last; a router and the director between.
int rank(const trace::RunInfo& info, trace::HostId id) {
  const trace::HostInfo* host = info.host(id);
  if (host == nullptr) return 4;
  switch (kindOf(*host)) {
    case HostKind::client: return 0;
    case HostKind::router: return 1;
    case HostKind::director: return 2;
    case HostKind::server: return 3;
    case HostKind::other: break;
  }
  // As in the topology: where the clients are, or below the servers.
  const auto centre = std::ranges::find_if(info.hosts, [](const trace::HostInfo& each) {
    return kindOf(each) == HostKind::router || kindOf(each) == HostKind::director;
  });
  return centre == info.hosts.end() || host < &*centre ? 1 : 4;
}

// The last record: what tables said then is how the lab was set.
std::uint32_t lastRecord(Session& session) {
  return session.index().size() == 0 ? 0 : static_cast<std::uint32_t>(session.index().size() - 1);
}

// What the servers of this trace have for the method: their gateway, or where the VIP is and whether they keep still.
QString serversHave(Session& session, Method method) {
  const trace::HostInfo* server = firstOf(session.info(), HostKind::server);
  if (server == nullptr) return {};
  if (method == Method::nat) {
    const QString gateway = gatewayOf(session, server->id, lastRecord(session));
    if (gateway.isEmpty()) return worded(QT_TRANSLATE_NOOP("Compare", "no default gateway"));
    const auto address = base::Ipv4Addr::parse(gateway.toStdString());
    return worded(QT_TRANSLATE_NOOP("Compare", "default gateway = %1"))
        .arg(address ? shortName(session.info(), *address) : gateway);
  }
  for (const trace::InterfaceInfo& interface : server->interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      if (roleOf(session.info(), prefix.addr).kind != Role::Kind::virtualService) continue;
      const QString name = QString::fromStdString(interface.name);
      return keepsStill(session, server->id, lastRecord(session))
                 ? worded(QT_TRANSLATE_NOOP("Compare", "VIP on %1, no ARP for it")).arg(name)
                 : worded(QT_TRANSLATE_NOOP("Compare", "VIP on %1, and ARP would be answered")).arg(name);
    }
  }
  return worded(QT_TRANSLATE_NOOP("Compare", "no VIP"));
}

// What a hop of a walk shows: who sent what to whom, and what the sender made of it. Nothing: it is none to show.
std::optional<Rung> rungOf(const Walk& walk, std::uint32_t number, const Hop& hop, trace::HostId origin, bool withArp) {
  if (hop.out < 0 || hop.in < 0) return {};
  const trace::PartId part = walk.steps.front().data.part;
  const trace::HostId sender = walk.steps.front().data.host;
  const Step& sent = walk.steps[static_cast<std::size_t>(hop.out)];
  const Step& got = walk.steps[static_cast<std::size_t>(hop.in)];
  const bool arp = got.headers.arp;
  if ((arp ? !withArp : got.data.part != part) || got.dropped()) return {};
  // Within a walk a socket may answer: an echo reply goes back.
  const bool answers = !arp && got.headers.dst && walk.steps.front().headers.src &&
                       got.headers.dst->address == walk.steps.front().headers.src->address;
  Rung rung{.from = sent.data.host,
            .to = got.data.host,
            .moment = {number, hop.in},
            .reply = sender != origin || answers,
            .arp = arp,
            .headers = got.headers};
  for (const int i : walk.visits[static_cast<std::size_t>(sent.visit)].steps) {
    const Step& before = walk.steps[static_cast<std::size_t>(i)];
    if (!before.diff.first) rung.bits |= before.diff.bits;
  }
  // What the sender of all built is no change.
  if (sent.data.host == sender) rung.bits = 0;
  for (const int i : walk.visits[static_cast<std::size_t>(got.visit)].steps) {
    const Step& then = walk.steps[static_cast<std::size_t>(i)];
    if (!then.failed() || arp) continue;
    rung.dropped = true;
    rung.reason = QString::fromStdString(std::string(trace::name_of(then.data.drop)));
  }
  return rung;
}

void addRungs(Session& session, std::uint32_t firstWalk, int packets, Ladder& out) {
  const trace::TraceIndex& index = session.index();
  const std::uint64_t connection = index.walks()[firstWalk].connection;
  std::optional<trace::HostId> origin;
  int taken = 0;
  const auto end = std::min(static_cast<std::uint32_t>(index.walks().size()), firstWalk + kLookAt);
  for (std::uint32_t number = firstWalk; number < end && taken < packets; ++number) {
    const trace::WalkEntry& entry = index.walks()[number];
    if (connection == 0 && number != firstWalk) break;
    if ((index.entry(entry.first).flags & trace::entry_flag::arp) != 0) continue;
    // A reply belongs to the connection from the director on, before that to the flow of the server's addresses.
    const Walk& walk = session.walk(number);
    const bool belongs =
        connection == 0 || entry.connection == connection ||
        std::ranges::any_of(walk.steps, [&](const Step& s) { return s.data.connection == connection; });
    if (walk.steps.empty() || !belongs) continue;
    ++taken;
    if (!origin) origin = walk.steps.front().data.host;
    for (const Hop& hop : hopsOf(walk)) {
      auto rung = rungOf(walk, number, hop, *origin, connection == 0);
      if (!rung) continue;
      // What a segment carries to all is one rung.
      const bool broadcast = rung->headers.macDst && rung->headers.macDst->is_broadcast();
      if (broadcast && !out.rungs.empty() && out.rungs.back().from == rung->from && !out.rungs.back().hearers.empty()) {
        out.rungs.back().hearers.push_back(rung->to);
        out.rungs.back().to = rung->to;
        if (std::ranges::find(out.hosts, rung->to) == out.hosts.end()) out.hosts.push_back(rung->to);
        continue;
      }
      if (broadcast) rung->hearers.push_back(rung->to);
      for (const trace::HostId host : {rung->from, rung->to}) {
        if (std::ranges::find(out.hosts, host) == out.hosts.end()) out.hosts.push_back(host);
      }
      out.rungs.push_back(std::move(*rung));
    }
  }
}

QString rewritesText(unsigned forth, unsigned back) {
  if (forth & changed::encapsulated) return worded(QT_TRANSLATE_NOOP("Compare", "adds an outer IP header"));
  if (!(forth & changed::rewritten)) return worded(QT_TRANSLATE_NOOP("Compare", "MAC only, IP addresses untouched"));
  return back & changed::rewritten
             ? worded(QT_TRANSLATE_NOOP("Compare", "%1 out, %2 back")).arg(badgeOf(forth), badgeOf(back))
             : worded(QT_TRANSLATE_NOOP("Compare", "%1 out")).arg(badgeOf(forth));
}

// Which way the replies of the rungs took, or where they ended; "": there were none.
QString replyPath(Session& session, const Ladder& ladder) {
  const auto isDirector = [&](trace::HostId id) {
    const trace::HostInfo* host = session.info().host(id);
    return host != nullptr && kindOf(*host) == HostKind::director;
  };
  bool any = false, through = false;
  for (const Rung& rung : ladder.rungs) {
    if (!rung.reply || rung.arp) continue;
    any = true;
    through = through || isDirector(rung.from) || isDirector(rung.to);
    if (rung.dropped)
      return worded(QT_TRANSLATE_NOOP("Compare", "ends on %1: %2")).arg(session.hostName(rung.to), rung.reason);
  }
  if (!any) return {};
  return through ? worded(QT_TRANSLATE_NOOP("Compare", "through the director"))
                 : worded(QT_TRANSLATE_NOOP("Compare", "direct, past the director"));
}

// What the rungs say about the method, where a director takes part.
// Of a question that all hear: who answers, in which order, and who was told to keep silent.
void addArpFacts(Session& session, Ladder& out) {
  const auto asked =
      std::ranges::find_if(out.rungs, [](const Rung& rung) { return rung.arp && rung.headers.arpRequest; });
  if (asked == out.rungs.end()) return;
  std::vector<trace::HostId> answered;
  QStringList answers, silent;
  for (const Rung& rung : out.rungs) {
    if (!rung.arp || rung.headers.arpRequest || rung.headers.arpSender != asked->headers.arpTarget) continue;
    answered.push_back(rung.from);
    answers += session.hostName(rung.from);
  }
  std::vector<trace::HostId> heard = asked->hearers;
  if (heard.empty()) heard.push_back(asked->to);
  const std::uint32_t record = session.index().walks()[asked->moment.walk].first;
  for (const trace::HostId host : heard) {
    if (std::ranges::find(answered, host) == answered.end() && keepsStill(session, host, record))
      silent += session.hostName(host);
  }
  const QString nobody = worded(QT_TRANSLATE_NOOP("Compare", "nobody"));
  const QString comma = worded(QT_TRANSLATE_NOOP("Compare", ", "));
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Answers, in this order")),
                         answers.isEmpty() ? nobody : answers.join(comma));
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Keeps silent (arp_ignore)")),
                         silent.isEmpty() ? nobody : silent.join(comma));
}

void addFacts(Session& session, Method method, Ladder& out) {
  bool director = false;
  unsigned forth = 0, back = 0;
  for (const Rung& rung : out.rungs) {
    const trace::HostInfo* host = session.info().host(rung.from);
    const bool byDirector = host != nullptr && kindOf(*host) == HostKind::director && !rung.arp;
    director = director || byDirector;
    if (byDirector) (rung.reply ? back : forth) |= rung.bits;
  }
  if (method == Method::unknown) return addArpFacts(session, out);
  if (!director) return;
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Rewrites")), rewritesText(forth, back));
  if (const QString path = replyPath(session, out); !path.isEmpty())
    out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Reply path")), path);
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Real servers have")), serversHave(session, method));
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Allows")),
                         method == Method::nat ? worded(QT_TRANSLATE_NOOP("Compare", "any port mapping"))
                         : method == Method::dr
                             ? worded(QT_TRANSLATE_NOOP("Compare", "same L2 segment, same port"))
                             : worded(QT_TRANSLATE_NOOP("Compare", "any network, same port, MTU −20")));
}

}  // namespace

Method methodOf(Session& session) {
  trace::TraceIndex& index = session.index();
  const auto walks = std::min<std::uint32_t>(static_cast<std::uint32_t>(index.walks().size()), kLookAt);
  trace::Record record;
  for (std::uint32_t walk = 0; walk < walks; ++walk) {
    for (std::uint32_t i = index.walks()[walk].first; i != trace::kNoRecord; i = index.entry(i).next) {
      if (index.entry(i).stage != Stage::ipvs_xmit || !index.record(i, record)) continue;
      const std::string& name = record.hook_name;
      if (name.find("nat") != std::string::npos) return Method::nat;
      if (name.find("dr") != std::string::npos) return Method::dr;
      if (name.find("tunnel") != std::string::npos) return Method::tun;
    }
  }
  return Method::unknown;
}

std::uint32_t firstConnection(Session& session) {
  trace::TraceIndex& index = session.index();
  const auto count = static_cast<std::uint32_t>(index.walks().size());
  std::uint32_t plain = count;
  for (std::uint32_t walk = 0; walk < count; ++walk) {
    bool arpFirst = (index.entry(index.walks()[walk].first).flags & trace::entry_flag::arp) != 0;
    if (!arpFirst && plain == count) plain = walk;
    if (walk > kLookAt) break;
    for (std::uint32_t i = index.walks()[walk].first; i != trace::kNoRecord; i = index.entry(i).next) {
      if (index.entry(i).stage == Stage::ipvs_xmit) return walk;
    }
  }
  return plain == count ? 0 : plain;
}

Ladder ladderOf(Session& session, std::uint32_t firstWalk, int packets) {
  Ladder out;
  if (firstWalk >= session.index().walks().size()) return out;
  const Method method = methodOf(session);
  out.title = method == Method::nat   ? QString("VS/NAT")
              : method == Method::dr  ? QString("VS/DR")
              : method == Method::tun ? QString("VS/TUN")
                                      : QString::fromStdString(session.info().title);
  addRungs(session, firstWalk, packets, out);
  std::ranges::stable_sort(out.hosts, {}, [&](trace::HostId host) { return rank(session.info(), host); });
  addFacts(session, method, out);
  return out;
}

}  // namespace lvs::view
