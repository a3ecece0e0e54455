// SPDX-License-Identifier: GPL-2.0-or-later
// Words and texts of the matches and targets of host/netfilter/xtables-large.h: recent, connlimit, string, hashlimit,
// tcpmss; NETMAP, NFLOG.
#pragma once

#include "control/programs/iptables/iptables.h"

namespace lvs::control {

const std::vector<ExtensionWords>& large_matches();
// The match of this name; nothing: it is none of these.
std::optional<host::xt::Match> make_large_match(std::string_view name);
std::optional<std::string> take_option(host::xt::BoxedMatch& m, const ExtensionValue& v);
std::optional<std::string> check_seen(const host::xt::BoxedMatch& m, std::uint32_t seen);
std::string listed_text(const host::xt::BoxedMatch& m, bool numeric);
std::string saved_text(const host::xt::BoxedMatch& m);

const std::vector<ExtensionWords>& large_targets();
std::optional<host::xt::Target> make_large_target(std::string_view name);
std::optional<std::string> take_target(host::xt::BoxedTarget& t, const ExtensionValue& v);
std::string_view name_of(const host::xt::BoxedTarget& t);
std::string target_text(const host::xt::BoxedTarget& t);
std::string target_words(const host::xt::BoxedTarget& t);

// A rule's own copies: what they keep begins with the rule. An error if the kernel lacks an algorithm.
std::optional<IpTablesEnd> copy_large_matches(host::IpRule& rule);

}  // namespace lvs::control
