// SPDX-License-Identifier: GPL-2.0-or-later
// What the objects of `ip` (iproute2 6.1) share. Internal to the ip commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "control/machine/command.h"
#include "control/words/interface-name.h"
#include "host/host.h"

namespace lvs::control::ip {

// What stands between "ip" and the object.
struct Options {
  int stats = 0;         // -s, as often as given
  bool ipv4 = false;     // -4: addresses only, nothing of the link
  bool oneline = false;  // -o
  bool brief = false;    // -br
  bool details = false;  // -d
  bool json = false;     // -j
  bool pretty = false;   // -p: of JSON
  bool human = false;    // -h: counters in thousands
  bool binary = false;   // -iec: in 1024s
  bool color = false;    // -c
};

// The kinds of objects that are modelled, sorted.
std::vector<std::string_view> modelled_objects();

// Each takes the arguments behind the object's name.
CommandResultOrError parse_addr(Args& args, const Options& options);
CommandResultOrError parse_link(Args& args, const Options& options);
CommandResultOrError parse_neigh(Args& args, const Options& options);
CommandResultOrError parse_route(Args& args, const Options& options);
CommandResultOrError parse_rule(Args& args, const Options& options);
CommandResultOrError parse_tunnel(Args& args, const Options& options);

// iproute2's matches(): `word` is `name` or begins it.
inline bool abbreviates(std::string_view word, std::string_view name) {
  return !word.empty() && name.starts_with(word);
}

// --- values ---
// "global", "link", "host", "nowhere", "site" or a number.
std::optional<host::Scope> scope_of(std::string_view text);
std::string text_of(host::Scope scope);
// "local", "main", "default" or a number above 0.
std::optional<std::uint32_t> table_of(std::string_view text);
std::string text_of_table(std::uint32_t table);
std::optional<host::RouteProto> proto_of(std::string_view text);
std::string text_of(host::RouteProto proto);

// "default" or a number: /etc/iproute2/group has no other name.
std::optional<std::uint32_t> group_of(std::string_view text);
std::string group_text(std::uint32_t group);
// "tcp", as /etc/protocols has it, or a number.
std::optional<std::uint8_t> protocol_number(std::string_view text);
std::string protocol_text(std::uint8_t protocol);

// --- messages ---
// Of arguments, before the kernel is asked: status 1 or 255, as iproute2's invarg(), missarg() and duparg().
CommandPtr invalid_argument(std::string_view word, std::string_view reason);    // 255
CommandPtr missing_argument(std::string_view name);                             // 255
CommandPtr duplicate_or_garbage(std::string_view what, std::string_view word);  // 255
CommandPtr bad_prefix(std::string_view word);                                   // 1
CommandPtr bad_address(std::string_view word);                                  // 1
CommandPtr bad_inet_address(std::string_view word);                             // 1, where a family is known
// The command line ends where iproute2's NEXT_ARG() wants a word.
CommandPtr incomplete();  // 255

// Prints and gives the status of the kernel's refusal: 2.
int rtnetlink_error(Io& io, std::string_view reason);
int config_error(Io& io, host::ConfigError error);
int no_device(Io& io, std::string_view name);  // Cannot find device "eth9", status 1

std::string device_name(const host::Device& dev);       // with what follows "@" for tunnels
std::string tunnel_link_name(const host::Device& dev);  // what a tunnel is bound to; empty: nothing
std::string state_of(const host::Device& dev);          // "UP"
std::string flags_of(const host::Device& dev);          // "<LOOPBACK,UP,LOWER_UP>"

}  // namespace lvs::control::ip
