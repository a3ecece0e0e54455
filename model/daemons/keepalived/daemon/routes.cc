// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/routes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/registry.h"

namespace lvs::keepalived {
namespace {

// The reasons that ip(8) tells in words.
constexpr auto kReasons = std::to_array<std::pair<std::string_view, int>>({
    {"RTNETLINK answers: File exists\n", EEXIST},
    {"RTNETLINK answers: No such process\n", ESRCH},
    {"RTNETLINK answers: No such device\n", ENODEV},
    {"RTNETLINK answers: Network is down\n", ENETDOWN},
    {"Error: Device for nexthop is not up.\n", ENETDOWN},
    {"Error: Nexthop has invalid gateway.\n", ENETUNREACH},
});

int reason_of(std::string_view said) {
  const auto found = std::ranges::find(kReasons, said, &decltype(kReasons)::value_type::first);
  return found == kReasons.end() ? EINVAL : found->second;
}

}  // namespace

int change_route(control::Machine& machine, control::Pid pid, const ConfRoute& route, bool add) {
  // One beside another of the same destination goes in front of it, unless it is said otherwise (NLM_F_EXCL is not
  // set).
  std::string_view change = add ? "prepend" : "del";
  std::vector<control::Word> words{{"ip", 1}, {"route", 1}, {"", 1}};
  for (const std::string& word : route.words) {
    const bool mode = word == "add" || word == "append" || word == "prepend";
    if (mode && add) change = word;
    if (!mode) words.push_back({word, 1});
  }
  words[2] = {std::string(change), 1};
  const auto has = [&](std::string_view word) { return std::ranges::find(route.words, word) != route.words.end(); };
  if (!has("proto") && !has("protocol"))
    for (const char* word : {"proto", "keepalived"}) words.push_back({word, 1});
  // It asks for the scope that it knows, where ip makes one of its own of a route without a gateway.
  if (!has("scope"))
    for (const char* word : {"scope", "global"}) words.push_back({word, 1});
  const auto command = control::parse_command(words);
  if (!command) return EINVAL;
  control::Io io;
  io.in = std::make_shared<control::TextInput>();
  const auto said = std::make_shared<control::TextOutput>();
  io.out = io.err = said;
  io.pid = pid;
  int status = 0;
  (*command)->start(machine, io, [&status](int ended) { status = ended; });
  return status == 0 ? 0 : reason_of(said->text());
}

}  // namespace lvs::keepalived
