// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/vrrp.h"

#include <algorithm>
#include <map>

namespace lvs::view {

namespace {

using Kind = VrrpState::Kind;

// "VI vrid 51 MASTER priority 125 on eth0"
bool read(const QString& text, QString& instance, Kind& kind) {
  const QStringList words = text.split(' ', Qt::SkipEmptyParts);
  const auto vrid = words.indexOf("vrid");
  if (vrid < 0 || vrid + 2 >= words.size()) return false;
  instance = words[vrid + 1];
  const QString& state = words[vrid + 2];
  kind = state == "MASTER" ? Kind::master : state == "BACKUP" ? Kind::backup : Kind::fault;
  return true;
}

constexpr std::uint8_t kVrrp = 112;

// Its number; 0: the host sends none.
std::uint32_t lastAdvert(Session& session, trace::HostId host) {
  const trace::TraceIndex& index = session.index();
  for (std::size_t i = index.size(); i-- > 0;) {
    const trace::IndexEntry& entry = index.entry(i);
    if (entry.protocol == kVrrp && entry.stage == trace::Stage::wire_out && index.hosts()[entry.host] == host)
      return static_cast<std::uint32_t>(i);
  }
  return 0;
}

bool anotherIsMasterAfter(Session& session, trace::HostId host, std::uint32_t record) {
  return std::ranges::any_of(session.info().hosts, [&](const trace::HostInfo& other) {
    if (other.id == host) return false;
    const auto entries = session.journal().all(session.index(), other.id, "vrrp");
    return std::ranges::any_of(entries, [&](const Journal::Since& entry) {
      return entry.record > record && entry.line.text.contains(" MASTER ");
    });
  });
}

}  // namespace

std::vector<VrrpState> vrrpStatesOf(Session& session, trace::HostId host) {
  std::vector<VrrpState> out;
  std::map<QString, Kind> instances;
  for (const Journal::Since& entry : session.journal().all(session.index(), host, "vrrp")) {
    QString instance;
    Kind kind{};
    if (!read(entry.line.text, instance, kind)) continue;
    instances[instance] = kind;
    const auto any = [&](Kind wanted) {
      return std::ranges::any_of(instances, [&](const auto& each) { return each.second == wanted; });
    };
    out.push_back({entry.record, entry.line.at,
                   any(Kind::master)  ? Kind::master
                   : any(Kind::fault) ? Kind::fault
                                      : Kind::backup});
  }
  if (!out.empty() && out.back().kind == Kind::master) {
    const std::uint32_t last = lastAdvert(session, host);
    if (last > out.back().record && anotherIsMasterAfter(session, host, last)) {
      out.push_back({last + 1, session.index().entry(last).at, Kind::lost});
    }
  }
  return out;
}

const VrrpState* stateAt(const std::vector<VrrpState>& states, std::uint32_t record) {
  const auto after = std::ranges::upper_bound(states, record, {}, &VrrpState::record);
  return after == states.begin() ? nullptr : &*(after - 1);
}

base::Time silenceBefore(Session& session, trace::HostId host, std::uint32_t record) {
  constexpr base::Time kNone{-1};
  constexpr std::uint32_t kLookAt = 100'000;  // records back
  const std::vector<VrrpState> states = vrrpStatesOf(session, host);
  const trace::TraceIndex& index = session.index();
  // It says so in its journal in the same moment, before or after it tells the segment.
  const bool taking = std::ranges::any_of(
      states, [&](const VrrpState& state) { return state.kind == Kind::master && state.at == index.entry(record).at; });
  if (!taking) return kNone;
  // It tells the segment several times: the first is the takeover.
  for (std::uint32_t i = record; i-- > 0 && index.entry(i).at == index.entry(record).at;) {
    const trace::IndexEntry& entry = index.entry(i);
    if ((entry.flags & trace::entry_flag::arp) != 0 && entry.stage == trace::Stage::wire_out &&
        index.hosts()[entry.host] == host)
      return kNone;
  }
  for (std::uint32_t i = record; i-- > 0 && record - i < kLookAt;) {
    const trace::IndexEntry& entry = index.entry(i);
    // The last that it heard: one may have been lost on a cable that was cut.
    if (entry.protocol == kVrrp && entry.stage == trace::Stage::wire_in && index.hosts()[entry.host] == host)
      return index.entry(record).at - entry.at;
  }
  return kNone;
}

}  // namespace lvs::view
