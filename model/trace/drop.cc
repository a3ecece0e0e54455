// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/drop.h"

#include <array>

namespace lvs::trace {
namespace {

struct Entry {
  std::string_view name;
  std::string_view text;
};

constexpr auto kEntries = std::to_array<Entry>({
#define LVS_DROP_ENTRY(name, text) {#name, text},
    LVS_DROP_REASONS(LVS_DROP_ENTRY)
#undef LVS_DROP_ENTRY
});

}  // namespace

std::string_view name_of(Drop drop) {
  return drop < Drop::count_ ? kEntries[static_cast<std::size_t>(drop)].name : "unknown";
}

std::string_view text_of(Drop drop) {
  return drop < Drop::count_ ? kEntries[static_cast<std::size_t>(drop)].text : "unknown";
}

}  // namespace lvs::trace
