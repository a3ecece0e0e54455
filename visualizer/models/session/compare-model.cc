// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/compare-model.h"

#include <QCoreApplication>
#include <algorithm>

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
    case HostKind::other: return 1;
  }
  return 4;
}

// Where the servers have the VIP, and whether they keep still about it.
QString serverNeeds(Session& session, Method method) {
  if (method == Method::nat) return worded(QT_TRANSLATE_NOOP("Compare", "default gateway = DIP"));
  const trace::HostInfo* server = firstOf(session.info(), HostKind::server);
  if (server == nullptr) return {};
  for (const trace::InterfaceInfo& interface : server->interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      if (roleOf(session.info(), prefix.addr).kind != Role::Kind::virtualService) continue;
      const QString name = QString::fromStdString(interface.name);
      return method == Method::tun ? worded(QT_TRANSLATE_NOOP("Compare", "%1 up with the VIP, no ARP for it")).arg(name)
                                   : worded(QT_TRANSLATE_NOOP("Compare", "VIP on %1, no ARP for it")).arg(name);
    }
  }
  return {};
}

// What a hop of a walk shows: who sent what to whom, and what the sender made of it. Nothing: it is none to show.
std::optional<Rung> rungOf(const Walk& walk, std::uint32_t number, const Hop& hop, trace::HostId origin) {
  if (hop.out < 0 || hop.in < 0) return {};
  const trace::PartId part = walk.steps.front().data.part;
  const trace::HostId sender = walk.steps.front().data.host;
  const Step& sent = walk.steps[static_cast<std::size_t>(hop.out)];
  const Step& got = walk.steps[static_cast<std::size_t>(hop.in)];
  if (got.data.part != part || got.headers.arp || got.dropped()) return {};
  Rung rung{sent.data.host, got.data.host, {number, hop.in}, sender != origin, false, got.headers, 0};
  for (const int i : walk.visits[static_cast<std::size_t>(sent.visit)].steps) {
    const Step& before = walk.steps[static_cast<std::size_t>(i)];
    if (!before.diff.first) rung.bits |= before.diff.bits;
  }
  // What the sender of all built is no change.
  if (sent.data.host == sender) rung.bits = 0;
  for (const int i : walk.visits[static_cast<std::size_t>(got.visit)].steps) {
    rung.dropped = rung.dropped || walk.steps[static_cast<std::size_t>(i)].dropped();
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
      auto rung = rungOf(walk, number, hop, *origin);
      if (!rung) continue;
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

// What the rungs say about the method, where a director takes part.
void addFacts(Session& session, Method method, Ladder& out) {
  bool director = false, directReply = true, answered = false;
  unsigned forth = 0, back = 0;
  for (const Rung& rung : out.rungs) {
    const trace::HostInfo* host = session.info().host(rung.from);
    const bool byDirector = host != nullptr && kindOf(*host) == HostKind::director;
    director = director || byDirector;
    if (rung.reply) answered = true;
    if (rung.reply && byDirector) directReply = false;
    if (byDirector) (rung.reply ? back : forth) |= rung.bits;
  }
  if (!director) return;
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Rewrites")), rewritesText(forth, back));
  if (answered) {
    out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Reply path")),
                           directReply ? worded(QT_TRANSLATE_NOOP("Compare", "direct, past the director"))
                                       : worded(QT_TRANSLATE_NOOP("Compare", "through the director")));
  }
  if (method == Method::unknown) return;
  out.facts.emplace_back(worded(QT_TRANSLATE_NOOP("Compare", "Real server needs")), serverNeeds(session, method));
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
