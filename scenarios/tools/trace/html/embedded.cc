// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/html/embedded.h"

#include <array>
#include <utility>

namespace lvs::scenarios {
namespace {

#if __has_include("walk-page.inc")
constexpr unsigned char kPage[] = {
#include "walk-page.inc"
};
constexpr unsigned char kReasons[] = {
#include "reasons-zh.inc"
};
#else
constexpr unsigned char kPage[] = {0}, kReasons[] = {0};
#endif

template <std::size_t size>
std::string_view text_of(const unsigned char (&bytes)[size]) {
  if (size <= 1) return {};
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const auto& [entity, meant] : kEntities) {
      if (!text.starts_with(entity)) continue;
      taken = entity.size();
      c = meant;
    }
    out += c;
    text.remove_prefix(taken);
  }
  return out;
}

// What stands between <NAME> and </NAME>, taken off `text` with all before it; false at its end.
bool take_element(std::string_view& text, std::string_view open, std::string_view close, std::string& into) {
  const std::size_t begin = text.find(open);
  const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin);
  if (end == std::string_view::npos) return false;
  into = unescaped(text.substr(begin + open.size(), end - begin - open.size()));
  text.remove_prefix(end);
  return true;
}

}  // namespace

std::string_view page_template() { return text_of(kPage); }

Chinese::Chinese() {
  std::string_view text = text_of(kReasons);
  std::string source, translation;
  while (take_element(text, "<source>", "</source>", source) &&
         take_element(text, "<translation>", "</translation>", translation))
    texts_.emplace(source, translation);
}

const std::string& Chinese::of(std::string_view english) const {
  static const std::string none;
  const auto found = texts_.find(std::string(english));
  return found == texts_.end() ? none : found->second;
}

std::string Chinese::of(const trace::Why& why) const {
  const std::string& words = of(trace::template_of(why.id));
  return words.empty() ? trace::text_of(why) : trace::fill(words, why.args);
}

std::string Chinese::of(const trace::Advice& advice) const {
  const std::string& words = of(trace::template_of(advice.id));
  return words.empty() ? trace::text_of(advice) : trace::filled(words, advice);
}

}  // namespace lvs::scenarios
