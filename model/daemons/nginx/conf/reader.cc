// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/reader.h"

#include <fnmatch.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

constexpr unsigned kDeepest = 60;  // blocks, and files, one within the other
constexpr unsigned kMostFiles = 200;
bool is_rewriting(std::string_view name) {
  return name == "set" || name == "rewrite" || name == "return" || name == "break";
}

constexpr std::size_t kMostBytes = 8 << 20, kMostDirectives = 100'000;

}  // namespace

void ConfReader::read(const std::string& path, const std::string& given) {
  prefix_ = path.substr(0, path.rfind('/') + 1);
  if (!given.empty()) {
    Source source{{}, ConfTokens(given)};
    read_source(source, true);
    if (report_.failed()) return;
  }
  const auto file = host_.read(path);
  if (file.error != 0) return report_.fail(fmt::format("open() \"{}\" failed ({})", path, errno_text(file.error)));
  place_ = {path, 1};
  read_file(path);
}

void ConfReader::read_file(const std::string& path) {
  auto file = host_.read(path);
  if (file.error != 0) return fail(fmt::format("open() \"{}\" failed ({})", path, errno_text(file.error)));
  bytes_ += file.text.size();
  if (++files_ > kMostFiles || bytes_ > kMostBytes || depth_ >= kDeepest)
    return refuse(path, "more files than are read");
  Source source{path, ConfTokens(std::move(file.text))};
  ++depth_;
  read_source(source, false);
  --depth_;
}

void ConfReader::read_source(Source& source, bool command_line) {
  Source* const outer = std::exchange(source_, &source);
  const ConfPlace place = place_;
  place_ = {source.name, command_line ? 0U : 1U};
  read_directives(false);
  place_ = place;
  source_ = outer;
}

// False: the block, or the file, has ended.
bool ConfReader::next(bool in_block, ConfTokens::Kind& kind) {
  if (report_.failed() || ++directives_ > kMostDirectives) return false;
  kind = source_->tokens.next(words_);
  if (place_.line != 0) place_.line = source_->tokens.line();
  using Kind = ConfTokens::Kind;
  switch (kind) {
    case Kind::error:
      // What follows -g has no ";" of its own.
      if (place_.line == 0 && !words_.empty()) {
        fail("unexpected end of parameter, expecting \";\"");
        return false;
      }
      fail(source_->tokens.error());
      return false;
    case Kind::block_end:
      if (!in_block) fail("unexpected \"}\"");
      return false;
    case Kind::file_end:
      if (in_block) fail("unexpected end of file, expecting \"}\"");
      return false;
    case Kind::block_begin:
      if (place_.line == 0) {
        fail("block directives are not supported in -g option");
        return false;
      }
      return true;
    case Kind::simple: return true;
  }
  return false;
}

void ConfReader::read_directives(bool in_block) {
  ConfTokens::Kind kind{};
  while (next(in_block, kind)) directive(kind);
}

bool ConfReader::is_mistaken(const DirectiveRule& rule, ConfTokens::Kind kind) {
  const bool opens = kind == ConfTokens::Kind::block_begin;
  if (!rule.is_block() && opens) {
    fail(fmt::format("directive \"{}\" is not terminated by \";\"", words_[0]));
  } else if (rule.is_block() && !opens) {
    fail(fmt::format("directive \"{}\" has no opening \"{{\"", words_[0]));
  } else if (!rule.takes(words_.size())) {
    fail(fmt::format("invalid number of arguments in \"{}\" directive", words_[0]));
  }
  return report_.failed();
}

void ConfReader::directive(ConfTokens::Kind kind) {
  bool known = false;
  for (const DirectiveRule& rule : rules_of(words_[0])) {
    if ((rule.module == Module::stream || rule.module == Module::stream_block) && !conf_.stream_loaded) continue;
    known = true;
    const Module module = rule.module == Module::stream_block ? Module::core : rule.module;
    if (module != Module::any && module != level_.module) continue;
    if ((rule.bits & level_.bits) == 0) continue;
    if (is_mistaken(rule, kind)) return;
    if (level_.steps != nullptr && rule.module == Module::http && !is_rewriting(words_[0])) {
      refuse(words_[0], "within \"if\" only set, rewrite, return and break are modelled");
      if (rule.is_block()) skip_block();
      return;
    }
    const Handler* const handler = handler_of(rule.module, words_[0], level_.bits);
    if (handler != nullptr) return handler->take(*this);
    refuse(words_[0], "this directive of nginx is not modelled");
    if (rule.is_block()) skip_block();
    return;
  }
  fail(known ? fmt::format("\"{}\" directive is not allowed here", words_[0])
             : fmt::format("unknown directive \"{}\"", words_[0]));
}

void ConfReader::block(const Level& level) {
  const Level outer = std::exchange(level_, level);
  level_.serial = ++blocks_;
  const auto words = words_;
  if (++depth_ > kDeepest) {
    refuse(words_[0], "blocks so deep within each other are not read");
    skip_block();
  } else {
    read_directives(true);
  }
  --depth_;
  level_ = outer;
  words_ = words;
}

void ConfReader::each_line(void (*take)(ConfReader& reader, void* to), void* to) {
  const auto words = words_;
  ConfTokens::Kind kind{};
  while (next(true, kind)) {
    if (words_[0] == "include" && words_.size() == 2) {
      refuse("include", "within a block of words it is not modelled");
      continue;
    }
    take(*this, to);
  }
  words_ = words;
}

void ConfReader::skip_block() {
  const auto words = words_;
  unsigned open = 1;
  while (open > 0 && !report_.failed() && ++directives_ <= kMostDirectives) {
    switch (source_->tokens.next(words_)) {
      case ConfTokens::Kind::block_begin: ++open; break;
      case ConfTokens::Kind::block_end: --open; break;
      case ConfTokens::Kind::simple: break;
      case ConfTokens::Kind::error:
      case ConfTokens::Kind::file_end:
        place_.line = source_->tokens.line();
        fail(source_->tokens.error().empty() ? "unexpected end of file, expecting \"}\"" : source_->tokens.error());
        break;
    }
  }
  words_ = words;
}

// Relative to the folder of nginx.conf; names with patterns in the order of the alphabet, or none at all.
void ConfReader::include(const std::string& pattern) {
  const std::string path = pattern.starts_with('/') ? pattern : prefix_ + pattern;
  if (path.find_first_of("*?[") == std::string::npos) return read_file(path);
  const std::size_t slash = path.rfind('/');
  const std::string folder = path.substr(0, slash), names = path.substr(slash + 1);
  if (folder.find_first_of("*?[") != std::string::npos) return refuse(pattern, "a pattern for folders is not modelled");
  for (const std::string& name : host_.list(folder)) {
    if (report_.failed()) return;
    if (::fnmatch(names.c_str(), name.c_str(), FNM_PERIOD) == 0) read_file(folder + "/" + name);
  }
}

bool ConfReader::once() {
  if (seen_.emplace(level_.serial, words_[0]).second) return true;
  fail_directive("is duplicate");
  return false;
}

void ConfReader::flag(std::optional<bool>& to) {
  if (to) return fail_directive("is duplicate");
  if (words_[1] != "on" && words_[1] != "off") {
    return fail(
        fmt::format("invalid value \"{}\" in \"{}\" directive, it must be \"on\" or \"off\"", words_[1], words_[0]));
  }
  to = words_[1] == "on";
}

void ConfReader::number(std::optional<std::uint64_t>& to) {
  if (to) return fail_directive("is duplicate");
  to = conf_number(words_[1]);
  if (!to) fail_directive("invalid number");
}

void ConfReader::size(std::optional<std::uint64_t>& to, bool giga) {
  if (to) return fail_directive("is duplicate");
  to = conf_size(words_[1], giga);
  if (!to) fail_directive("invalid value");
}

void ConfReader::time(std::optional<base::Time>& to, bool seconds) {
  if (to) return fail_directive("is duplicate");
  to = conf_time(words_[1], seconds);
  if (!to) fail_directive("invalid value");
}

void ConfReader::text(std::optional<std::string>& to) {
  if (to) return fail_directive("is duplicate");
  to = words_[1];
}

void ConfReader::buffers(std::optional<std::pair<std::uint64_t, std::uint64_t>>& to) {
  if (to) return fail_directive("is duplicate");
  const auto count = conf_number(words_[1]);
  const auto each = conf_size(words_[2]);
  if (!count || *count == 0 || !each || *each == 0) return fail_directive("invalid value");
  to = {*count, *each};
}

bool ConfReader::complex(const std::string& text, ComplexText& to) {
  std::string error;
  if (!take_apart(text, to, error)) {
    fail(std::move(error));
    return false;
  }
  return resolve(to);
}

// nginx says what it does not know at the end of the block, without a place.
bool ConfReader::resolve(ComplexText& to) {
  for (Piece& piece : to.pieces) {
    if (piece.variable != Variable::refused) continue;
    const std::string name = std::move(piece.text);
    piece.variable = level_.module == Module::stream ? stream_variable(name) : http_variable(name, piece.text);
    if (piece.variable == Variable::none) {
      // Of set, map or geo, which may stand behind it.
      piece = {Variable::user, name};
      (level_.module == Module::stream ? conf_.stream->asked : conf_.http->asked).push_back(name);
      continue;
    }
    if (piece.variable == Variable::refused) {
      refuse("$" + name, "this variable of nginx is not modelled");
      piece = {Variable::none, {}};
    }
  }
  return true;
}

}  // namespace lvs::nginx
