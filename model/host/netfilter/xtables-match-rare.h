// SPDX-License-Identifier: GPL-2.0-or-later
// The matches that few set-ups ask: sampling, sets, SCTP, ranges. One function a match (kernel:
// net/netfilter/xt_NAME.c).
#pragma once

#include "host/netfilter/iptables.h"

namespace lvs::host {

bool rare_matches(const xt::Sctp& m, MatchContext& c);
bool rare_matches(xt::Statistic& m, MatchContext& c);
bool rare_matches(const xt::Set& m, MatchContext& c);
bool rare_matches(const xt::Tos& m, MatchContext& c);
bool rare_matches(const xt::Dscp& m, MatchContext& c);
bool rare_matches(const xt::IpRange& m, MatchContext& c);
bool rare_matches(const xt::Length& m, MatchContext& c);
bool rare_matches(const xt::PktType& m, MatchContext& c);
bool rare_matches(const xt::BoxedMatch& m, MatchContext& c);

// What -m conntrack asks besides states, direction and addresses.
bool tracked_matches(const xt::Conntrack& m, const ConntrackEntry& entry, base::Time now);

}  // namespace lvs::host
