// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/pattern.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "control/machine/files.h"

namespace lvs::control {
namespace {

constexpr std::string_view kPatternSigns = "*?[";

// [:space:] and its sisters within brackets. Nothing: there is none of that name.
std::optional<bool> in_class(std::string_view name, char sign) {
  const auto c = static_cast<unsigned char>(sign);
  if (name == "alnum") return std::isalnum(c) != 0;
  if (name == "alpha") return std::isalpha(c) != 0;
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "cntrl") return std::iscntrl(c) != 0;
  if (name == "digit") return std::isdigit(c) != 0;
  if (name == "graph") return std::isgraph(c) != 0;
  if (name == "lower") return std::islower(c) != 0;
  if (name == "print") return std::isprint(c) != 0;
  if (name == "punct") return std::ispunct(c) != 0;
  if (name == "space") return std::isspace(c) != 0;
  if (name == "upper") return std::isupper(c) != 0;
  if (name == "xdigit") return std::isxdigit(c) != 0;
  return std::nullopt;
}

// A bracket expression at the front: how long it is, 0 if it is none, and whether it takes `c`.
std::size_t bracket(std::string_view pattern, char c, bool& takes) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  const std::size_t first = at;
  for (; at < pattern.size() && (pattern[at] != ']' || at == first); ++at) {
    if (pattern.substr(at).starts_with("[:")) {
      const std::size_t end = pattern.find(":]", at + 2);
      const auto holds = end == pattern.npos ? std::nullopt : in_class(pattern.substr(at + 2, end - at - 2), c);
      if (holds) {
        found = found || *holds;
        at = end + 1;
        continue;
      }
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      found = found || (pattern[at] <= c && c <= pattern[at + 2]);
      at += 2;
    } else {
      found = found || pattern[at] == c;
    }
  }
  if (at >= pattern.size()) return 0;
  takes = found != negated;
  return at + 1;
}

}  // namespace

// The last star is tried again with one character more; no recursion, at most pattern times text steps.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    bool fits = false;
    std::size_t step = 1;
    if (p < pattern.size()) {
      const char c = pattern[p];
      if (c == '*') {
        star = p++;
        mark = t;
        continue;
      }
      if (c == '?') {
        fits = true;
      } else if (c == '[') {
        const std::size_t length = bracket(pattern.substr(p), text[t], fits);
        if (length == 0)
          fits = text[t] == '[';
        else
          step = length;
      } else if (c == '\\' && p + 1 < pattern.size()) {
        fits = pattern[p + 1] == text[t];
        step = 2;
      } else {
        fits = c == text[t];
      }
    }
    if (fits) {
      p += step;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_pattern(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '*' || pattern[i] == '?' ||
               (pattern[i] == '[' && pattern.find(']', i) != std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

bool has_pattern(const ShellWord& word) {
  return std::ranges::any_of(word.parts, [](const WordPart& part) {
    return part.kind == WordPart::Kind::text && !part.quoted && is_pattern(part.text);
  });
}

std::string plain_pattern(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || kPatternSigns.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string without_backslashes(std::string_view pattern) {
  std::string result;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    result += pattern[i];
  }
  return result;
}

std::vector<std::string> matching_files(Files& files, std::string_view folder, std::string_view pattern) {
  constexpr std::size_t kMost = 4096;  // names
  std::vector<std::string> found{pattern.starts_with('/') ? "/" : ""};
  std::string_view rest = pattern;
  while (!rest.empty() && !found.empty()) {
    while (rest.starts_with('/')) rest.remove_prefix(1);
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    const bool last = rest.find_first_not_of('/') == std::string_view::npos;
    std::vector<std::string> next;
    for (const std::string& base : found) {
      const std::string in = Files::absolute(base.empty() ? "." : base, folder);
      if (!is_pattern(part)) {
        const std::string name = base + without_backslashes(part);
        if (files.status(Files::absolute(name, folder)).exists()) next.push_back(name);
      } else {
        for (const std::string& name : files.list(in))
          if ((name[0] != '.' || part.starts_with('.')) && matches(part, name)) next.push_back(base + name);
      }
      if (next.size() > kMost) return {};
    }
    if (last) return next;
    for (std::string& each : next) each += '/';
    found = std::move(next);
  }
  return {};
}

std::string without_match(std::string_view text, std::string_view pattern, bool suffix, bool longest) {
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const std::size_t length = longest ? text.size() - i : i;
    const std::string_view piece = suffix ? text.substr(text.size() - length) : text.substr(0, length);
    if (matches(pattern, piece))
      return std::string(suffix ? text.substr(0, text.size() - length) : text.substr(length));
  }
  return std::string(text);
}

}  // namespace lvs::control
