// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/zone-check.h"

#include <fmt/format.h>

namespace lvs::named {
namespace {

using wire::DnsType;

std::string name_in(std::string_view data, std::size_t before) {
  wire::DnsRecord record;
  record.type = number_of(DnsType::ns);
  record.data = data.substr(before);
  return record.target().value_or("");
}

bool has_address(const Node& node) { return node.find(DnsType::a) != nullptr || node.find(DnsType::aaaa) != nullptr; }

// Servers and mailers below the zone's top must be there. False: a server of the zone itself is not.
bool check_targets(const Zone& zone, const Node& node, const RrSet& set, std::vector<std::string>& lines) {
  const std::string shown = fmt::format("zone {}/IN", zone.origin());
  const bool top = folded(node.name) == folded(zone.origin()), ns = set.type == number_of(DnsType::ns);
  bool good = true;
  for (const std::string& data : set.data) {
    const std::string target = name_in(data, set.type == number_of(DnsType::mx) ? 2 : 0);
    if (!wire::dns_name_below(target, zone.origin())) continue;
    // Another delegation's names are its own, but for those that are needed to get there.
    const bool glue = ns && !top && wire::dns_name_below(target, node.name);
    const Zone::Found found = zone.find(target);
    if (!glue && found.kind == Zone::Found::Kind::delegation) continue;
    const Node* const there = glue || found.kind == Zone::Found::Kind::delegation ? zone.node(target) : found.node;
    if (there != nullptr && there->find(DnsType::cname) != nullptr) {
      if (!ns || !top) {
        lines.push_back(fmt::format("{}: {}/{} '{}' is a CNAME (illegal)", shown, node.name,
                                    wire::dns_type_name(set.type), target));
        continue;
      }
      lines.push_back(fmt::format("{}: NS '{}' is a CNAME (illegal)", shown, target));
      good = false;
    } else if (there == nullptr || !has_address(*there)) {
      const char* const what =
          glue ? "has no REQUIRED GLUE address records (A or AAAA)" : "has no address records (A or AAAA)";
      if (ns && top) {
        lines.push_back(fmt::format("{}: NS '{}' {}", shown, target, what));
        good = false;
      } else {
        lines.push_back(
            fmt::format("{}: {}/{} '{}' {}", shown, node.name, wire::dns_type_name(set.type), target, what));
      }
    }
  }
  return good;
}

}  // namespace

bool check_zone(const Zone& zone, std::vector<std::string>& lines) {
  const std::string shown = fmt::format("zone {}/IN", zone.origin());
  const Node* const top = zone.top();
  if (top == nullptr || top->find(DnsType::soa) == nullptr) {
    lines.push_back(shown + ": has 0 SOA records");
    if (top == nullptr || top->find(DnsType::ns) == nullptr) lines.push_back(shown + ": has no NS records");
    return false;
  }
  if (top->find(DnsType::ns) == nullptr) {
    lines.push_back(shown + ": has no NS records");
    return false;
  }
  bool good = true;
  for (const auto& [key, node] : zone.nodes())
    for (const RrSet& set : node.sets)
      if (set.type == number_of(DnsType::ns) || set.type == number_of(DnsType::mx))
        good = check_targets(zone, node, set, lines) && good;
  return good;
}

}  // namespace lvs::named
