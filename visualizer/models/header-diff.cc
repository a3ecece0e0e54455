// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/header-diff.h"

#include <QStringList>
#include <algorithm>
#include <cstring>

namespace lvs::view {

namespace {

const Section* find(const Headers& headers, Layer layer) {
  const auto at = std::ranges::find(headers.sections, layer, &Section::layer);
  return at == headers.sections.end() ? nullptr : &*at;
}

unsigned bitOf(Layer layer, const char* name) {
  const auto is = [&](const char* other) { return std::strcmp(name, other) == 0; };
  switch (layer) {
    case Layer::ethernet: return is("type") ? changed::otherField : changed::mac;
    case Layer::quotedIp:
    case Layer::quotedPorts: return is("ttl") ? changed::ttl : is("csum") ? changed::checksum : changed::quoted;
    default: break;
  }
  if (layer == Layer::ip && is("src")) return changed::source;
  if (layer == Layer::ip && is("dst")) return changed::destination;
  if ((layer == Layer::tcp || layer == Layer::udp) && is("sport")) return changed::sourcePort;
  if ((layer == Layer::tcp || layer == Layer::udp) && is("dport")) return changed::destinationPort;
  if (is("ttl")) return changed::ttl;
  if (is("csum")) return changed::checksum;
  return changed::otherField;
}

DiffSection whole(const Section& section, Change change) {
  DiffSection out{section.layer, change, {}};
  for (const Field& field : section.fields) {
    DiffField row{{field.name, {}, {}, field.weight}, {field.name, {}, {}, field.weight}, change};
    (change == Change::removed ? row.before : row.after) = field;
    if (change == Change::same) row.before = field;
    if (field.value.isEmpty()) row.change = Change::absent;
    out.fields.push_back(std::move(row));
  }
  return out;
}

DiffSection both(const Section& before, const Section& after, HeaderDiff& diff) {
  DiffSection out{after.layer, Change::same, {}};
  for (const Field& field : after.fields) {
    const auto old = std::ranges::find_if(before.fields,
                                          [&](const Field& other) { return std::strcmp(other.name, field.name) == 0; });
    DiffField row{old == before.fields.end() ? Field{field.name, {}, {}, field.weight} : *old, field, Change::same};
    if (field.value.isEmpty()) {
      row.change = Change::absent;
    } else if (row.before.value != field.value) {
      row.change = Change::changed;
      diff.bits |= bitOf(after.layer, field.name);
      ++diff.fields;
    }
    out.fields.push_back(std::move(row));
  }
  return out;
}

}  // namespace

HeaderDiff diffOf(const Headers& before, const Headers& after) {
  HeaderDiff out;
  for (const Section& section : after.sections) {
    if (const Section* old = find(before, section.layer)) {
      out.sections.push_back(both(*old, section, out));
    } else {
      out.sections.push_back(whole(section, Change::added));
      if (section.layer == Layer::outerIp) out.bits |= changed::encapsulated;
      out.fields += static_cast<int>(std::ranges::count(section.fields, Field::Weight::key, &Field::weight));
    }
  }
  for (std::size_t i = 0; i < before.sections.size(); ++i) {
    const Section& section = before.sections[i];
    if (find(after, section.layer) != nullptr) continue;
    if (section.layer == Layer::outerIp) out.bits |= changed::decapsulated;
    out.fields += static_cast<int>(std::ranges::count(section.fields, Field::Weight::key, &Field::weight));
    const auto at = out.sections.begin() + static_cast<std::ptrdiff_t>(std::min(i, out.sections.size()));
    out.sections.insert(at, whole(section, Change::removed));
  }
  return out;
}

HeaderDiff diffOf(const Headers& after) {
  HeaderDiff out;
  out.first = true;
  for (const Section& section : after.sections) out.sections.push_back(whole(section, Change::same));
  return out;
}

QString badgeOf(unsigned bits) {
  using namespace changed;
  QStringList out;
  if (bits & encapsulated) out += "+ IPIP";
  if (bits & decapsulated) out += "− IPIP";
  if (!out.isEmpty()) return out.join(", ");
  if (bits & source) out += "IP src";
  if (bits & destination) out += "IP dst";
  if (bits & (sourcePort | destinationPort) && out.isEmpty()) out += "port";
  if (bits & quoted) out += "quoted";
  if (!out.isEmpty()) return out.join(", ");
  if (bits & mac) return "MAC";
  if (bits & ttl) return "TTL";
  return {};
}

}  // namespace lvs::view
