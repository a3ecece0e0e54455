// SPDX-License-Identifier: GPL-2.0-or-later
// What a server with zones answers (RFC 1034, 4.3.2; BIND: bin/named/query.c), from its zones alone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemons/named/zone.h"

namespace lvs::named {

enum class Minimal : std::uint8_t { no_auth_recursive, yes, no };

// A zone of the configuration; nothing in `zone`: it could not be loaded.
struct ServedZone {
  std::string origin, file;
  std::shared_ptr<const Zone> zone;
};

struct Answering {
  Minimal minimal = Minimal::no_auth_recursive;
  // The records of a set in the order in which they are sent.
  std::function<std::vector<std::string>(const RrSet& set)> order;
};

struct AnswerFound {
  enum class Kind : std::uint8_t {
    answer,
    elsewhere,  // no zone has it
  } kind = Kind::answer;
  // Of elsewhere: who is to be asked next, where a CNAME of a zone led there.
  std::string name;
};

// The most special zone that has the name; nullptr: none.
const ServedZone* zone_of(const std::vector<ServedZone>& zones, std::string_view name);

// Puts into `reply`, which has the question and the flags of the request, what the zones know.
AnswerFound answer(const std::vector<ServedZone>& zones, const Answering& how, wire::DnsMessage& reply);

}  // namespace lvs::named
