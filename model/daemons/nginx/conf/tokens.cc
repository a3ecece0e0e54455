// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/tokens.h"

#include <fmt/format.h>

#include <string_view>

namespace lvs::nginx {
namespace {

constexpr std::size_t kBuffer = 4096;  // NGX_CONF_BUFFER: the longest word

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

ConfTokens::Kind ConfTokens::fail(std::string text) {
  error_ = std::move(text);
  return Kind::error;
}

ConfTokens::Kind ConfTokens::at_end(const std::vector<std::string>& words, bool within) {
  if (words.empty() && !within) return Kind::file_end;
  return fail("unexpected end of file, expecting \";\" or \"}\"");
}

std::string ConfTokens::word(std::size_t start, std::size_t end) const {
  std::string result;
  for (std::size_t i = start; i < end; ++i) {
    if (text_[i] == '\\' && i + 1 < end) {
      const std::string_view from = "\"'\\trn", to = "\"'\\\t\r\n";
      if (const std::size_t which = from.find(text_[i + 1]); which != std::string_view::npos) {
        result += to[which];
        ++i;
        continue;
      }
    }
    result += text_[i];
  }
  return result;
}

// One character after the other, with what the real one remembers between them.
ConfTokens::Kind ConfTokens::next(std::vector<std::string>& words) {
  words.clear();
  char quote = 0;
  bool escaped = false, need_space = false, last_space = true, comment = false, variable = false;
  std::size_t start = at_, start_line = line_;
  for (;;) {
    if (at_ >= text_.size()) return at_end(words, !last_space || need_space);
    if (!last_space && at_ - start >= kBuffer) {
      line_ = start_line;
      if (quote != 0)
        return fail(fmt::format("too long parameter, probably missing terminating \"{}\" character", quote));
      return fail(fmt::format("too long parameter \"{}...\" started", text_.substr(start, 10)));
    }
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      comment = false;
    }
    if (comment) continue;
    if (escaped) {
      escaped = false;
      continue;
    }
    if (need_space) {
      if (c == ';') return Kind::simple;
      if (c == '{') return Kind::block_begin;
      if (is_blank(c)) {
        last_space = true;
        need_space = false;
        continue;
      }
      if (c != ')') return fail(fmt::format("unexpected \"{}\"", c));
      last_space = true;
      need_space = false;
    }
    if (last_space) {
      if (is_blank(c)) continue;
      start = at_ - 1;
      start_line = line_;
      if (c == ';' || c == '{') {
        if (words.empty()) return fail(fmt::format("unexpected \"{}\"", c));
        return c == '{' ? Kind::block_begin : Kind::simple;
      }
      if (c == '}') return words.empty() ? Kind::block_end : fail("unexpected \"}\"");
      if (c == '#') {
        comment = true;
        continue;
      }
      last_space = false;
      escaped = c == '\\';
      variable = c == '$';
      if (c == '"' || c == '\'') {
        quote = c;
        ++start;
      }
      continue;
    }
    if (c == '{' && variable) continue;
    variable = false;
    if (c == '\\' || c == '$') {
      (c == '$' ? variable : escaped) = true;
      continue;
    }
    const bool ends = quote != 0 ? c == quote : is_blank(c) || c == ';' || c == '{';
    if (!ends) continue;
    words.push_back(word(start, at_ - 1));
    (quote != 0 ? need_space : last_space) = true;
    if (quote == 0 && c == ';') return Kind::simple;
    if (quote == 0 && c == '{') return Kind::block_begin;
    quote = 0;
  }
}

}  // namespace lvs::nginx
