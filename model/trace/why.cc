// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/why.h"

#include <algorithm>
#include <span>

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

std::string_view template_of(WhyId id) {
  return id < WhyId::count_ ? kEntries[static_cast<std::size_t>(id)].text : "unknown";
}

namespace {

// 16 bytes, zeros at the end. A control character may come from a damaged file alone.
void append_word(std::string& out, std::uint64_t first, std::uint64_t second) {
  for (int i = 0; i < 16; ++i) {
    const auto byte = static_cast<std::uint8_t>((i < 8 ? first : second) >> (56 - 8 * (i % 8)));
    if (byte == 0) return;
    out += byte < ' ' || byte == 0x7f ? '?' : static_cast<char>(byte);
  }
}

void append_argument(std::string& out, char kind, std::span<const std::uint64_t> args, DropText drop_text) {
  const std::uint64_t arg = args.front();
  switch (kind) {
    case 'n': append_word(out, arg, args.size() > 1 ? args[1] : 0); return;
    case 'r': {
      const auto drop = static_cast<Drop>(std::min<std::uint64_t>(arg, static_cast<std::uint64_t>(Drop::count_)));
      out += drop_text != nullptr ? drop_text(drop) : std::string(text_of(drop));
      return;
    }
    case 'a': out += base::Ipv4Addr{static_cast<std::uint32_t>(arg)}.text(); return;
    case 'p': {
      const auto length = static_cast<unsigned>(arg & 0xff);
      const base::Ipv4Addr network{static_cast<std::uint32_t>(arg >> 8)};
      out += length == 0 ? "default" : length >= 32 ? network.text() : base::Ipv4Prefix{network, length}.text();
      return;
    }
    case 'm': {
      base::MacAddr mac;
      for (std::size_t i = 0; i < 6; ++i) mac.bytes[i] = static_cast<std::uint8_t>(arg >> (40 - 8 * i));
      out += mac.text();
      return;
    }
    case 't': out += arg == 255 ? "local" : arg == 254 ? "main" : arg == 253 ? "default" : std::to_string(arg); return;
    default: out += std::to_string(arg);
  }
}

}  // namespace

std::string fill(std::string_view text, const std::array<std::uint64_t, 4>& args, DropText drop_text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open + 1);
    const std::size_t close = text.find('}');
    // "{0}", or a letter for the kind in front of the number; anything else is no place for an argument.
    const bool typed = close == 2 && text[0] >= 'a' && text[0] <= 'z';
    const char number = close == 1 ? text[0] : typed ? text[1] : '\0';
    if (number < '0' || number > '3') {
      out += '{';
      continue;
    }
    append_argument(out, typed ? text[0] : '\0', std::span(args).subspan(static_cast<std::size_t>(number - '0')),
                    drop_text);
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string text_of(const Why& why) { return fill(template_of(why.id), why.args); }

}  // namespace lvs::trace
