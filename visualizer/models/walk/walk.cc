// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/walk.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>

#include "models/walk/noise.h"

namespace lvs::view {

using trace::Stage;

namespace {

const Step* lastOn(const Walk& walk, const trace::Record& now) {
  for (auto step = walk.steps.rbegin(); step != walk.steps.rend(); ++step) {
    if (step->data.part == now.part && step->data.host == now.host) return &*step;
  }
  return nullptr;
}

// A frame comes in. One that is thrown away at once has a second record there.
bool arrives(const Walk& walk, const trace::Record& now) {
  if (now.stage != Stage::wire_in) return false;
  const Step* last = lastOn(walk, now);
  return now.verdict != trace::Verdict::drop || last == nullptr || last->data.stage != Stage::wire_in;
}

// The step whose bytes this one continues: the packet's last on this host, or for a frame that comes in, the one sent.
int stepBefore(const Walk& walk, const trace::Record& now) {
  const bool arriving = arrives(walk, now);
  int sent = -1;
  for (int i = static_cast<int>(walk.steps.size()) - 1; i >= 0; --i) {
    const trace::Record& then = walk.steps[static_cast<std::size_t>(i)].data;
    if (then.part != now.part) continue;
    if (!arriving) {
      // What a socket sends is no rewriting of what it got.
      if (then.host == now.host) return then.stage == Stage::socket ? -1 : i;
    } else if (then.stage == Stage::wire_out) {
      if (then.bytes == now.bytes) return i;
      if (sent < 0) sent = i;
    }
  }
  return sent;
}

// The frame that a packet came in with, where this step puts another one in its place; -1: it does not.
int replacedFrame(const Walk& walk, const Step& now) {
  if (!now.headers.hasLink || now.headers.arp || now.data.stage == Stage::wire_in) return -1;
  for (int i = now.before; i >= 0; i = walk.steps[static_cast<std::size_t>(i)].before) {
    const Step& then = walk.steps[static_cast<std::size_t>(i)];
    if (then.data.host != now.data.host) return -1;
    if (then.data.stage == Stage::wire_in) return then.headers.macDst != now.headers.macDst ? i : -1;
    if (then.data.stage == Stage::neighbour && then.data.verdict == trace::Verdict::accept) return -1;
  }
  return -1;
}

bool flooded(const Walk& walk, const Step& arrival) {
  const Visit& visit = walk.visits[static_cast<std::size_t>(arrival.visit)];
  const Step& last = walk.steps[static_cast<std::size_t>(visit.steps.back())];
  return last.noise();
}

}  // namespace

bool Step::noise() const {
  const auto to = headers.dst ? headers.dst->address : base::Ipv4Addr{};
  return dropped() && trace::is_noise(data.drop, data.why.id, to);
}

Walk walkOf(trace::TraceIndex& index, std::uint32_t number) {
  Walk walk;
  walk.number = number;
  if (number >= index.walks().size()) return walk;
  std::vector<std::uint32_t> records = index.records_of(number);
  if (records.size() > kMaxSteps) {
    records.resize(kMaxSteps);
    walk.cutShort = true;
  }
  std::map<std::pair<trace::HostId, trace::PartId>, int> open;  // visits that may go on
  for (const std::uint32_t record : records) {
    Step step;
    step.record = record;
    if (!index.record(record, step.data)) break;
    const auto here = static_cast<std::uint32_t>(step.data.bytes.size());
    const std::uint32_t whole = step.data.original_length;
    step.headers = headersOf(step.data.bytes, whole > here ? whole - here : 0);
    step.before = stepBefore(walk, step.data);
    step.diff = step.before < 0 ? diffOf(step.headers)
                                : diffOf(walk.steps[static_cast<std::size_t>(step.before)].headers, step.headers);
    if (const int frame = replacedFrame(walk, step); frame >= 0) {
      step.newMac = true;
      compareLink(walk.steps[static_cast<std::size_t>(frame)].headers, step.diff);
    }
    step.outside = hasNoAddress(index.info(), step.data.host);
    const auto key = std::pair(step.data.host, step.data.part);
    const auto found = open.find(key);
    if (found == open.end() || arrives(walk, step.data)) {
      step.visit = static_cast<int>(walk.visits.size());
      walk.visits.push_back({step.data.host, step.data.part, step.headers.arp, {}});
      open[key] = step.visit;
    } else {
      step.visit = found->second;
    }
    walk.visits[static_cast<std::size_t>(step.visit)].steps.push_back(static_cast<int>(walk.steps.size()));
    walk.steps.push_back(std::move(step));
  }
  return walk;
}

std::vector<trace::HostId> Walk::path() const {
  std::vector<trace::HostId> hosts;
  for (const Step& step : steps) {
    if (step.data.part != steps.front().data.part) continue;
    if (hosts.empty() || hosts.back() != step.data.host) hosts.push_back(step.data.host);
  }
  return hosts;
}

std::vector<Hop> hopsOf(const Walk& walk) {
  std::vector<Hop> hops;
  std::vector<bool> taken(walk.steps.size());
  for (int i = 0; i < static_cast<int>(walk.steps.size()); ++i) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    if (step.data.stage != Stage::wire_in || step.before < 0) continue;
    if (walk.steps[static_cast<std::size_t>(step.before)].data.stage != Stage::wire_out) continue;
    taken[static_cast<std::size_t>(step.before)] = true;
    if (!flooded(walk, step)) hops.push_back({step.before, i});
  }
  for (int i = 0; i < static_cast<int>(walk.steps.size()); ++i) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    if (step.data.stage == Stage::wire_out && !taken[static_cast<std::size_t>(i)]) hops.push_back({i, -1});
    if (step.data.stage == Stage::wire_in && step.before < 0) hops.push_back({-1, i});
  }
  std::ranges::sort(hops, {}, [](const Hop& hop) { return std::pair(hop.out < 0 ? hop.in : hop.out, hop.in); });
  return hops;
}

QString stageTitle(Stage stage) {
  const auto worded = [](const char* text) { return QCoreApplication::translate("Stage", text); };
  switch (stage) {
    case Stage::wire_in: return worded(QT_TRANSLATE_NOOP("Stage", "receive"));
    case Stage::pre_routing: return "PREROUTING";
    case Stage::routing: return worded(QT_TRANSLATE_NOOP("Stage", "routing"));
    case Stage::local_in: return "INPUT";
    case Stage::forward: return "FORWARD";
    case Stage::local_out: return "OUTPUT";
    case Stage::post_routing: return "POSTROUTING";
    case Stage::ipvs_in: return worded(QT_TRANSLATE_NOOP("Stage", "IPVS in"));
    case Stage::ipvs_out: return worded(QT_TRANSLATE_NOOP("Stage", "IPVS reply"));
    case Stage::ipvs_xmit: return worded(QT_TRANSLATE_NOOP("Stage", "IPVS transmit"));
    case Stage::tunnel_in: return worded(QT_TRANSLATE_NOOP("Stage", "tunnel in"));
    case Stage::tunnel_out: return worded(QT_TRANSLATE_NOOP("Stage", "tunnel out"));
    case Stage::socket: return worded(QT_TRANSLATE_NOOP("Stage", "socket"));
    case Stage::neighbour: return worded(QT_TRANSLATE_NOOP("Stage", "neighbour"));
    case Stage::arp_in: return worded(QT_TRANSLATE_NOOP("Stage", "ARP in"));
    case Stage::arp_out: return worded(QT_TRANSLATE_NOOP("Stage", "ARP out"));
    case Stage::wire_out: return worded(QT_TRANSLATE_NOOP("Stage", "transmit"));
  }
  return {};
}

QString titleOf(const trace::Record& record) {
  const bool hook =
      record.stage == Stage::local_in || record.stage == Stage::forward || record.stage == Stage::local_out;
  if (!hook || !record.hook_name.starts_with("ip_vs_")) return stageTitle(record.stage);
  return QCoreApplication::translate("Stage", "IPVS on %1").arg(stageTitle(record.stage));
}

QString verdictName(trace::Verdict verdict) {
  const std::string_view name = trace::name_of(verdict);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toUpper();
}

}  // namespace lvs::view
