// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/arp-round.h"

#include <algorithm>

namespace lvs::view {

namespace {

using trace::Stage;
using trace::WhyId;

ArpRound::Host& hostOf(ArpRound& round, trace::HostId host) {
  const auto at = std::ranges::find(round.hosts, host, &ArpRound::Host::host);
  return at != round.hosts.end() ? *at : round.hosts.emplace_back(ArpRound::Host{host});
}

void decided(ArpRound& round, const Step& step, int number) {
  ArpRound::Host& host = hostOf(round, step.data.host);
  if (host.step >= 0) return;  // asked again: the first time counts
  host.step = number;
  const WhyId why = step.data.why.id;
  if (!step.dropped()) {
    host.does = ArpRound::Does::answers;
  } else if (why == WhyId::arp_not_ours) {
    host.does = ArpRound::Does::notMine;
  } else {
    host.does = ArpRound::Does::silent;
    if (why == WhyId::arp_ignore) host.level = static_cast<int>(step.data.why.args[0]);
  }
}

// Whose frame it is that a host looks at: that of the first stage of the same packet.
trace::HostId senderOf(const Walk& walk, int step) {
  trace::HostId sender = walk.steps[static_cast<std::size_t>(step)].data.host;
  for (int i = step; i >= 0; i = walk.steps[static_cast<std::size_t>(i)].before) {
    sender = walk.steps[static_cast<std::size_t>(i)].data.host;
  }
  return sender;
}

}  // namespace

ArpRound arpRoundOf(const Walk& walk, int first, int last) {
  ArpRound round;
  const int count = static_cast<int>(walk.steps.size());
  for (int i = first; i <= std::min(last, count - 1); ++i) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    if (!step.headers.arp) continue;
    if (step.headers.arpRequest && step.data.stage == Stage::arp_out) {
      round.asked = true;
      round.asker = step.data.host;
      round.question = i;
      round.target = step.headers.arpTarget;
      break;
    }
    if (!step.headers.arpRequest && round.target.is_any()) round.target = step.headers.arpSender;
  }
  if (!round.asked) return round;
  int arrivals = 0;
  for (int i = round.question; i < count; ++i) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    const Headers& headers = step.headers;
    if (!headers.arp || step.data.stage != Stage::arp_in) continue;
    if (headers.arpRequest && headers.arpTarget == round.target && step.data.host != round.asker) {
      decided(round, step, i);
    } else if (!headers.arpRequest && headers.arpSender == round.target && step.data.host == round.asker) {
      const auto sender = std::ranges::find_if(round.hosts, [&](const ArpRound::Host& host) {
        return host.rank == 0 && host.does == ArpRound::Does::answers && host.host == senderOf(walk, i);
      });
      if (sender == round.hosts.end()) continue;
      sender->rank = ++arrivals;
      sender->arrived = i;
      sender->taken = step.data.why.id == WhyId::arp_learned;
      sender->mac = headers.macSrc.value_or(base::MacAddr{});
    }
  }
  return round;
}

}  // namespace lvs::view
