// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/zone.h"

#include <algorithm>
#include <cctype>
#include <ranges>

#include "base/bytes.h"

namespace lvs::named {

std::string folded(std::string_view name) {
  std::string result(name);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string_view parent_of(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      ++i;
    } else if (name[i] == '.') {
      return name.substr(i + 1);
    }
  }
  return {};
}

void RrSet::add(std::string bytes) {
  const auto unsigned_less = [](const std::string& a, const std::string& b) {
    return std::ranges::lexicographical_compare(
        a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
        [](char c) { return static_cast<unsigned char>(c); });
  };
  const auto at = std::ranges::lower_bound(data, bytes, unsigned_less);
  if (at == data.end() || *at != bytes) data.insert(at, std::move(bytes));
}

const RrSet* Node::find(std::uint16_t type) const {
  const auto found = std::ranges::find(sets, type, &RrSet::type);
  return found == sets.end() ? nullptr : &*found;
}

const Node* Zone::node(std::string_view name) const {
  const auto found = nodes_.find(folded(name));
  return found == nodes_.end() ? nullptr : &found->second;
}

Node& Zone::make(const std::string& name) {
  const std::string key = folded(name);
  Node& node = nodes_[key];
  if (node.name.empty()) node.name = name;
  for (std::string_view each = key; there_.emplace(each).second && each.size() > origin_.size();)
    each = parent_of(each);
  return node;
}

Zone::Found Zone::find(std::string_view name) const {
  const std::string key = folded(name);
  // From the top downwards: what is below a delegation is somebody else's.
  std::vector<std::string_view> names;
  for (std::string_view each = key; each.size() > origin_.size(); each = parent_of(each)) names.push_back(each);
  for (const std::string_view each : names | std::views::reverse) {
    const auto at = nodes_.find(each);
    if (at != nodes_.end() && at->second.find(wire::DnsType::ns) != nullptr)
      return {Found::Kind::delegation, &at->second, false};
  }
  if (there_.contains(key)) return {Found::Kind::node, node(key), false};
  std::string_view encloser = parent_of(key);
  while (!there_.contains(encloser) && encloser.size() > origin_.size()) encloser = parent_of(encloser);
  const Node* const wild = node(encloser.empty() ? std::string("*") : "*." + std::string(encloser));
  if (wild != nullptr) return {Found::Kind::node, wild, true};
  return {};
}

std::uint32_t Zone::serial() const {
  const Node* const node = top();
  const RrSet* const soa = node == nullptr ? nullptr : node->find(wire::DnsType::soa);
  if (soa == nullptr || soa->data.front().size() < 20) return 0;
  const std::string& data = soa->data.front();
  return base::load_be32(reinterpret_cast<const std::uint8_t*>(data.data() + data.size() - 20));
}

std::vector<const RrSet*> Zone::in_order() const {
  std::vector<const RrSet*> all;
  for (const auto& [key, node] : nodes_)
    for (const RrSet& set : node.sets) all.push_back(&set);
  std::ranges::sort(all, {}, [](const RrSet* set) { return set->number; });
  return all;
}

}  // namespace lvs::named
