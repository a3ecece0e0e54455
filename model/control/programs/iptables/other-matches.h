// SPDX-License-Identifier: GPL-2.0-or-later
// Words and texts of the matches and targets of host/netfilter/xtables-other.h: recent, connlimit, string, hashlimit;
// NETMAP, NFLOG.
#pragma once

#include "control/programs/iptables/iptables.h"

namespace lvs::control {

const std::vector<ExtensionWords>& other_matches();
// The match of this name; nothing: it is none of these.
std::optional<host::xt::Match> make_other_match(std::string_view name);
std::optional<std::string> take_more(host::xt::Other& m, const ExtensionValue& v);
std::optional<std::string> check_more(const host::xt::Other& m, std::uint32_t seen);
std::string more_text(const host::xt::Other& m, bool numeric);
std::string more_words(const host::xt::Other& m);

const std::vector<ExtensionWords>& other_targets();
std::optional<host::xt::Target> make_other_target(std::string_view name);
std::optional<std::string> take_target(host::xt::Extra& t, const ExtensionValue& v);
std::string_view name_of(const host::xt::Extra& t);
std::string target_text(const host::xt::Extra& t);
std::string target_words(const host::xt::Extra& t);

// A rule's own copies: what they keep begins with the rule. An error if the kernel lacks an algorithm.
std::optional<IpTablesEnd> copy_other_matches(host::IpRule& rule);

}  // namespace lvs::control
