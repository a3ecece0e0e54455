// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/frame/option-words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.h"
#include "base/numbers.h"
#include "control/words/hex.h"

namespace lvs::control::frame {
namespace {

struct Form {
  std::string_view name;
  std::uint8_t kind;
  std::string_view values;  // sizes of its numbers, "a" an address; "*": the last goes on
};

constexpr std::size_t kMost = 40;
constexpr std::uint8_t kLastSingle = 1;  // kinds 0 and 1 have no length
constexpr auto kIp = std::to_array<Form>(
    {{"end", 0, ""}, {"nop", 1, ""}, {"rr", 7, "1a*"}, {"lsrr", 131, "1a*"}, {"ssrr", 137, "1a*"}, {"ra", 148, "2"}});
constexpr auto kTcp = std::to_array<Form>({{"end", 0, ""},
                                           {"nop", 1, ""},
                                           {"mss", 2, "2"},
                                           {"ws", 3, "1"},
                                           {"sackok", 4, ""},
                                           {"sack", 5, "4*"},
                                           {"ts", 8, "44"}});

std::span<const Form> forms(OptionsOf of) {
  return of == OptionsOf::ip ? std::span<const Form>(kIp) : std::span<const Form>(kTcp);
}

std::string_view take_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

constexpr std::size_t size_of(char value) { return value == 'a' ? 4 : static_cast<std::size_t>(value - '0'); }

// The next value of a form; the last but a star stays.
char next_value(std::string_view& values) {
  if (values.empty()) return 0;
  const char value = values[0];
  if (values.substr(1) != "*") values.remove_prefix(1);
  return value;
}

bool add_value(char kind, std::string_view text, Bytes& to) {
  std::optional<std::uint32_t> value;
  if (kind == 'a') {
    if (const auto addr = base::Ipv4Addr::parse(text)) value = addr->value;
  } else if (kind != 0) {
    value = base::number<std::uint32_t>(text);
  }
  if (!value || (size_of(kind) < 4 && *value >> 8 * size_of(kind) != 0)) return false;
  for (std::size_t i = size_of(kind); i-- > 0;) to.push_back(static_cast<std::uint8_t>(*value >> 8 * i));
  return true;
}

bool add_option(std::span<const Form> known, std::string_view text, Bytes& to) {
  if (text.starts_with("x:")) {
    const auto bytes = parse_hex(text.substr(2));
    if (bytes) to.insert(to.end(), bytes->begin(), bytes->end());
    return bytes.has_value();
  }
  const std::string_view name = take_part(text, ':');
  const auto form = std::ranges::find(known, name, &Form::name);
  if (form == known.end()) return false;
  to.push_back(form->kind);
  if (form->kind <= kLastSingle) return text.empty();
  const std::size_t length_at = to.size();
  to.push_back(0);
  std::string_view values = form->values;
  while (!text.empty())
    if (!add_value(next_value(values), take_part(text, ':'), to)) return false;
  to[length_at] = static_cast<std::uint8_t>(to.size() - length_at + 1);
  return values.empty() || values.ends_with('*');
}

std::string value_text(char kind, const std::uint8_t* p) {
  if (kind == 'a') return base::Ipv4Addr{base::load_be32(p)}.text();
  return fmt::format("{}", kind == '1' ? p[0] : kind == '2' ? base::load_be16(p) : base::load_be32(p));
}

// One option with its length; the bytes where that is no known form.
std::string option_text(std::span<const Form> known, base::ByteView option) {
  const auto form = std::ranges::find(known, option[0], &Form::kind);
  const std::string bytes = "x:" + hex_text(Bytes(option.begin(), option.end()));
  if (form == known.end()) return bytes;
  std::string text(form->name);
  std::string_view values = form->values;
  for (base::ByteView rest = option.subspan(2); !rest.empty();) {
    const char kind = next_value(values);
    if (kind == 0 || size_of(kind) > rest.size()) return bytes;
    text += ':' + value_text(kind, rest.data());
    rest = rest.subspan(size_of(kind));
  }
  return values.empty() || values.ends_with('*') ? text : bytes;
}

}  // namespace

std::optional<Bytes> parse_options(OptionsOf of, std::string_view text) {
  Bytes options;
  while (!text.empty())
    if (!add_option(forms(of), take_part(text, ','), options) || options.size() > kMost) return std::nullopt;
  return options;
}

std::string options_text(OptionsOf of, const Bytes& options) {
  std::string text;
  for (base::ByteView rest = options; !rest.empty();) {
    const std::uint8_t kind = rest[0];
    std::size_t size = 1;
    if (kind > kLastSingle) size = rest.size() > 1 && rest[1] >= 2 && rest[1] <= rest.size() ? rest[1] : rest.size();
    const bool known = kind <= kLastSingle || (size > 1 && rest[1] == size);
    if (!text.empty()) text += ',';
    if (kind <= kLastSingle)
      text += kind == 0 ? "end" : "nop";
    else if (known)
      text += option_text(forms(of), rest.first(size));
    else
      text += "x:" + hex_text(Bytes(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size)));
    rest = rest.subspan(size);
  }
  return text;
}

std::string known_options(OptionsOf of) {
  std::string text;
  for (const Form& form : forms(of)) text += std::string(form.name) + ' ';
  return text + "x:HEX";
}

}  // namespace lvs::control::frame
