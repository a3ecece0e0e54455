// SPDX-License-Identifier: GPL-2.0-or-later
// ipset 7.17, parsed. Files: parse.cc the words, elements.cc what stands in sets, run.cc what it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/command.h"
#include "host/netfilter/ipset.h"

namespace lvs::control::ipset {

enum class Verb { create, add, del, test, list, save, flush, destroy, rename, swap, restore, version };

struct Line {
  Verb verb = Verb::list;
  std::string name, second;  // `second`: of rename and swap
  bool exist = false, quiet = false;
  bool names_only = false, terse = false;
  const host::IpSet::Type* type = nullptr;
  std::string element;        // of add, del, test: read when the set's type is known
  std::vector<Word> options;  // behind the element, or behind the type
};

// What the words say; what the tool says and its status; or what is not modelled.
struct Parsed {
  Line line;
  std::optional<std::string> problem;
  int status = 1;
  std::optional<SyntaxError> unmodelled;
};
// Without the program's name.
Parsed parse(const std::vector<Word>& words);

// "10.0.0.1,tcp:80" as keys of a set: one, or all of a range. The complaint, or nothing.
std::optional<std::string> read_element(const host::IpSet& set, const std::string& text, bool testing,
                                        std::vector<host::IpSetKey>& keys);
std::string element_text(const host::IpSet& set, const host::IpSetKey& key);

// Options of `create` into the set; the complaint, or nothing.
std::optional<std::string> read_create_options(const std::vector<Word>& options, host::IpSet& set,
                                               std::optional<SyntaxError>& unmodelled);
struct ElementOptions {
  host::IpSetElement element;
  std::optional<std::uint32_t> timeout;
};
std::optional<std::string> read_element_options(const std::vector<Word>& options, const host::IpSet& set,
                                                ElementOptions& result, std::optional<SyntaxError>& unmodelled);

int run(Machine& machine, Io& io, const Line& line);

}  // namespace lvs::control::ipset
