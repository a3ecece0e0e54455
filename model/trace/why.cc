// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/why.h"

namespace lvs::trace {
namespace {

struct Entry {
  std::string_view name;
  std::string_view text;
};

constexpr auto kEntries = std::to_array<Entry>({
#define LVS_WHY_ENTRY(name, text) {#name, text},
    LVS_WHY_IDS(LVS_WHY_ENTRY)
#undef LVS_WHY_ENTRY
});

}  // namespace

std::string_view name_of(WhyId id) {
  return id < WhyId::count_ ? kEntries[static_cast<std::size_t>(id)].name : "unknown";
}

std::string text_of(const Why& why) {
  if (why.id >= WhyId::count_) return "unknown";
  std::string out;
  const std::string_view text = kEntries[static_cast<std::size_t>(why.id)].text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out += text[i];
      continue;
    }
    const bool address = text[++i] == 'a';
    if (address) ++i;
    const std::uint64_t arg = why.args[static_cast<std::size_t>(text[i] - '0')];
    out += address ? base::Ipv4Addr{static_cast<std::uint32_t>(arg)}.text() : std::to_string(arg);
    ++i;  // the closing brace
  }
  return out;
}

}  // namespace lvs::trace
