// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/map-value.h"

#include <algorithm>
#include <cctype>

namespace lvs::nginx {
namespace {

constexpr unsigned kDeepestMap = 10;

// The longest prefix that has the address.
const std::string* in_networks(const MapConf& map, const std::string& source) {
  const auto address = base::Ipv4Addr::parse(source);
  const std::string* found = nullptr;
  int best = -1;
  for (const auto& [prefix, text] : map.networks) {
    if (!address || !prefix.contains(*address) || static_cast<int>(prefix.length) <= best) continue;
    best = static_cast<int>(prefix.length);
    found = &text;
  }
  return found;
}

const ComplexText* in_values(const MapConf& map, const std::string& source, const MapReader& reader) {
  std::string key = source;
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto exact = map.values.find(key);
  if (exact != map.values.end()) return &exact->second;
  const auto fits = [&](const auto& each) { return reader.match(*each.first, source); };
  const auto regex = std::ranges::find_if(map.expressions, fits);
  return regex != map.expressions.end() ? &regex->second : nullptr;
}

}  // namespace

std::string map_value(const std::vector<MapConf>& maps, const std::string& name, const MapReader& reader,
                      unsigned& depth) {
  const auto map = std::ranges::find(maps, name, &MapConf::name);
  if (map == maps.end() || depth >= kDeepestMap) return {};
  ++depth;
  const std::string source = reader.value(map->source);
  std::string result = map->otherwise ? reader.value(*map->otherwise) : std::string();
  if (map->geo) {
    if (const std::string* const text = in_networks(*map, source)) result = *text;
  } else if (const ComplexText* const text = in_values(*map, source, reader)) {
    result = reader.value(*text);
  }
  --depth;
  return result;
}

}  // namespace lvs::nginx
