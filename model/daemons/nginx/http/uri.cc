// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/uri.h"

#include <fmt/format.h>

#include <cctype>

namespace lvs::nginx {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode(std::string_view text, std::string& to) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      to += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
    to += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

// One part between slashes after the other. False: it leads out of the root.
bool resolve(std::string_view path, bool merge, std::string& to) {
  to.clear();
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view part = path.substr(at + 1, end - at - 1);
    const bool last = end == path.size();
    if (part == "..") {
      if (to.empty()) return false;
      to.erase(to.rfind('/'));
      if (last) to += '/';
    } else if (part == ".") {
      if (last) to += '/';
    } else if (!part.empty() || last || !merge) {
      to += '/';
      to += part;
    }
    at = end;
  }
  if (to.empty()) to = "/";
  return true;
}

}  // namespace

std::optional<UriParts> take_uri(std::string_view sent, bool merge_slashes) {
  UriParts parts;
  const std::size_t end = std::min(sent.find_first_of("?#"), sent.size());
  const std::string_view path = sent.substr(0, end);
  if (end < sent.size() && sent[end] == '?') {
    parts.has_args = true;
    parts.args = sent.substr(end + 1);
    parts.args.erase(std::min(parts.args.find('#'), parts.args.size()));
  }
  std::string decoded;
  if (!path.starts_with('/') || !decode(path, decoded) || !resolve(decoded, merge_slashes, parts.path))
    return std::nullopt;
  parts.changed = parts.path != path;
  return parts;
}

std::string escape_uri(std::string_view path) {
  std::string result;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '#' || c == '%' || c == '<' || c == '>' || c == '?' ||
        c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}') {
      result += fmt::format("%{:02X}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace lvs::nginx
