// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/story.h"

#include <algorithm>

#include "models/walk/noise.h"

namespace lvs::view {

namespace {

using trace::Stage;
using Kind = Beat::Kind;

constexpr std::size_t kFewHosts = 8;  // of more, those that keep silent are left out

const Step& stepAt(const Walk& walk, int i) { return walk.steps[static_cast<std::size_t>(i)]; }

bool inVain(const Walk& walk, const Step& step) {
  const Step& last = stepAt(walk, walk.visits[static_cast<std::size_t>(step.visit)].steps.back());
  return last.noise();
}

Kind kindOf(const Walk& walk, const Step& step) {
  if (step.headers.arp && !walk.steps.front().headers.arp) return Kind::arp;
  if (step.dropped()) return Kind::drop;
  switch (step.data.stage) {
    case Stage::ipvs_in: return Kind::decide;
    case Stage::ipvs_out:
    case Stage::ipvs_xmit:
    case Stage::tunnel_in:
    case Stage::tunnel_out: return Kind::rewrite;
    case Stage::neighbour: return step.data.verdict == trace::Verdict::queue ? Kind::arp : Kind::pass;
    default: return Kind::pass;
  }
}

bool holds(const Walk& walk, const Beat& beat, Stage stage) {
  for (int i = beat.first; i <= beat.last; ++i) {
    if (stepAt(walk, i).data.stage == stage && !inVain(walk, stepAt(walk, i))) return true;
  }
  return false;
}

bool joins(const Walk& walk, const Beat& beat, Kind kind, const Step& step) {
  if (beat.kind != kind || kind == Kind::drop || kind == Kind::decide || kind == Kind::rewrite) return false;
  return kind == Kind::arp || stepAt(walk, beat.last).visit == step.visit;
}

// The stage that shows what a beat is about.
int shownBy(const Walk& walk, const Beat& beat) {
  int at = -1;
  for (int i = beat.first; i <= beat.last; ++i) {
    const Step& step = stepAt(walk, i);
    if (inVain(walk, step)) continue;
    if (beat.kind == Kind::arp) {
      // The answer that fills the cache; without one, the question.
      const bool answer = step.data.stage == Stage::arp_in && !step.headers.arpRequest;
      if (answer && (at < 0 || stepAt(walk, at).data.stage != Stage::arp_in)) at = i;
      if (at < 0 && step.data.stage == Stage::arp_out) at = i;
    } else if (step.headers.arp && step.data.stage == Stage::arp_in) {
      return i;
    } else {
      at = i;
    }
  }
  return at < 0 ? beat.last : at;
}

// What a host does right before it asks belongs to the question, unless the packet begins there.
void foldLeadIns(const Walk& walk, std::vector<Beat>& beats) {
  for (std::size_t i = 1; i + 1 < beats.size(); ++i) {
    const Beat& beat = beats[i];
    Beat& next = beats[i + 1];
    const bool leaving = beat.kind == Kind::pass && next.kind == Kind::arp && !holds(walk, beat, Stage::wire_in) &&
                         !holds(walk, beat, Stage::wire_out) &&
                         stepAt(walk, beat.last).visit == stepAt(walk, next.first).visit;
    if (!leaving) continue;
    next.first = beat.first;
    beats.erase(beats.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// An error message about a packet leaves before the packet is dropped, as in the kernel. It is told the other way
// round.
void tellCausesFirst(const Walk& walk, std::vector<Beat>& beats) {
  for (std::size_t i = 1; i < beats.size(); ++i) {
    if (beats[i].kind != Kind::drop) continue;
    const Step& end = stepAt(walk, beats[i].last);
    std::size_t error = i;
    while (error > 0) {
      const Step& before = stepAt(walk, beats[error - 1].first);
      if (before.data.part == end.data.part || before.data.host != end.data.host || before.data.at != end.data.at)
        break;
      --error;
    }
    if (error == i || stepAt(walk, beats[error].first).before >= 0) continue;
    std::rotate(beats.begin() + static_cast<std::ptrdiff_t>(error), beats.begin() + static_cast<std::ptrdiff_t>(i),
                beats.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

}  // namespace

std::vector<Beat> beatsOf(const Walk& walk) {
  std::vector<Beat> beats;
  for (int i = 0; i < static_cast<int>(walk.steps.size()); ++i) {
    const Step& step = stepAt(walk, i);
    if (!beats.empty() && inVain(walk, step)) {
      beats.back().last = i;
      continue;
    }
    const Kind kind = kindOf(walk, step);
    // A host that keeps silent, or ends the packet, says so in the beat in which it got it.
    const bool ends = kind == Kind::drop && !beats.empty() && beats.back().kind == Kind::pass &&
                      stepAt(walk, beats.back().last).visit == step.visit;
    if (ends) beats.back().kind = Kind::drop;
    if (ends || (!beats.empty() && joins(walk, beats.back(), kind, step))) {
      beats.back().last = i;
    } else {
      beats.push_back({kind, i, i, i});
    }
  }
  foldLeadIns(walk, beats);
  tellCausesFirst(walk, beats);
  for (Beat& beat : beats) beat.at = shownBy(walk, beat);
  return beats;
}

int beatAt(const std::vector<Beat>& beats, int step) {
  const auto at =
      std::ranges::find_if(beats, [&](const Beat& beat) { return step >= beat.first && step <= beat.last; });
  return at == beats.end() ? -1 : static_cast<int>(at - beats.begin());
}

bool isFolded(const trace::TraceIndex& index, const trace::IndexEntry& first, const trace::IndexEntry& entry) {
  // Routers' adverts and reports of groups come all the time: one box each.
  constexpr std::uint8_t kIgmp = 2, kVrrp = 112;
  if (first.protocol == kIgmp || first.protocol == kVrrp) return &entry != &first;
  if (cameInVain(index, entry)) return true;
  const bool aside = (entry.flags & trace::entry_flag::arp) != 0 && (first.flags & trace::entry_flag::arp) == 0;
  const bool many = index.hosts().size() > kFewHosts && keptSilent(entry);
  return aside && (many || (entry.stage != Stage::arp_in && entry.stage != Stage::arp_out));
}

}  // namespace lvs::view
