// SPDX-License-Identifier: GPL-2.0-or-later
// Words and texts of the matches that few set-ups ask: sctp, statistic, set, tos, dscp, iprange, length, pkttype, and
// of -m conntrack what is neither state, direction nor address.
#pragma once

#include "control/programs/iptables/iptables.h"

namespace lvs::control {

using ExtensionComplaint = std::optional<std::string>;

host::xt::Match make_rare_match(std::string_view name);

ExtensionComplaint take_option(host::xt::Sctp& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::Statistic& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::Set& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::Tos& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::Dscp& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::IpRange& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::Length& m, const ExtensionValue& v);
ExtensionComplaint take_option(host::xt::PktType& m, const ExtensionValue& v);
ExtensionComplaint take_tracked(host::xt::Conntrack& m, const ExtensionValue& v);
// "sport" of tcp and sctp: "80", "80:90".
ExtensionComplaint take_ports(const std::string& text, std::string_view protocol, bool invert, host::xt::Ports& ports);
ExtensionComplaint dscp_of(const ExtensionValue& v, std::string_view extension, std::uint32_t most, std::uint8_t& dscp);
ExtensionComplaint dscp_class_of(std::string_view name, std::uint8_t& dscp);

// When all words have been seen; the others need none.
ExtensionComplaint check_seen(const host::xt::Statistic& m, std::uint32_t seen);
ExtensionComplaint check_seen(const host::xt::Set& m, std::uint32_t seen);
ExtensionComplaint check_seen(const host::xt::Dscp& m, std::uint32_t seen);
ExtensionComplaint check_seen(const host::xt::IpRange& m, std::uint32_t seen);
template <class M>
ExtensionComplaint check_seen(const M&, std::uint32_t) {
  return std::nullopt;
}

// In -L and in -S.
std::string listed_text(const host::xt::Sctp& m, bool numeric);
std::string listed_text(const host::xt::Statistic& m, bool numeric);
std::string listed_text(const host::xt::Set& m, bool numeric);
std::string listed_text(const host::xt::Tos& m, bool numeric);
std::string listed_text(const host::xt::Dscp& m, bool numeric);
std::string listed_text(const host::xt::IpRange& m, bool numeric);
std::string listed_text(const host::xt::Length& m, bool numeric);
std::string listed_text(const host::xt::PktType& m, bool numeric);
std::string saved_text(const host::xt::Sctp& m);
std::string saved_text(const host::xt::Statistic& m);
std::string saved_text(const host::xt::Set& m);
std::string saved_text(const host::xt::Tos& m);
std::string saved_text(const host::xt::Dscp& m);
std::string saved_text(const host::xt::IpRange& m);
std::string saved_text(const host::xt::Length& m);
std::string saved_text(const host::xt::PktType& m);
// `prefix` is "--" in saved rules.
std::string tracked_protocol_text(const host::xt::Conntrack& m, std::string_view prefix);
std::string tracked_text(const host::xt::Conntrack& m, std::string_view prefix);

// Chunks of SCTP by number; empty: none of that number.
std::string_view sctp_chunk_name(unsigned type);
// The letters of a chunk's flags, the lowest bit last: "----IUBE".
std::string_view sctp_flag_letters(unsigned type);

}  // namespace lvs::control
