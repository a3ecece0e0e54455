// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/head-lines.h"

#include <algorithm>
#include <cctype>

namespace lvs::nginx {

bool HeadLines::look(std::string_view received) {
  const std::size_t end = received.find('\n', std::max(begin_, searched_));
  length_ = std::min(end, received.size()) - begin_;
  if (end == std::string_view::npos) searched_ = received.size();
  return end != std::string_view::npos;
}

std::string_view HeadLines::take(std::string_view received) {
  std::string_view line = received.substr(begin_, length_);
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ = searched_ = begin_ + length_ + 1;
  return line;
}

HeaderLine split_header(std::string_view line) {
  HeaderLine header;
  const std::size_t colon = line.find(':');
  header.name = line.substr(0, colon);
  header.has_colon = colon != std::string_view::npos;
  if (!header.has_colon) return header;
  header.value = line.substr(colon + 1);
  while (header.value.starts_with(' ')) header.value.remove_prefix(1);
  while (header.value.ends_with(' ')) header.value.remove_suffix(1);
  return header;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<bool> wants_to_keep(std::string_view connection) {
  const std::string word = lower_case(connection);
  if (word.find("close") != std::string::npos) return false;
  if (word.find("keep-alive") != std::string::npos) return true;
  return std::nullopt;
}

}  // namespace lvs::nginx
