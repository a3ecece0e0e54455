// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/header-diff.h"

#include <QStringList>
#include <algorithm>
#include <cstring>

#include "trace/field-changes.h"

namespace lvs::view {

namespace {

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

using Changes = std::vector<trace::FieldChange>;
using Side = trace::HeaderField trace::FieldChange::*;
constexpr Side kBefore = &trace::FieldChange::before, kAfter = &trace::FieldChange::after;

// What the trace library says of the field whose bytes stand there; nullptr: it is the same on both sides.
const trace::FieldChange* changeAt(const Changes& changes, Side side, int offset) {
  const auto at = std::ranges::find_if(changes, [&](const trace::FieldChange& change) {
    return !(change.*side).layer.empty() && (change.*side).offset == offset;
  });
  return at == changes.end() ? nullptr : &*at;
}

// The whole header stands on this side alone.
bool alone(const Section& section, const Changes& changes, Side side) {
  const Side other = side == kAfter ? kBefore : kAfter;
  return std::ranges::all_of(section.fields, [&](const Field& field) {
    const trace::FieldChange* change = changeAt(changes, side, field.offset);
    return change != nullptr && (change->*other).layer.empty();
  });
}

Field fieldAt(const Headers& headers, const trace::HeaderField& place, const Field& like) {
  for (const Section& section : headers.sections) {
    for (const Field& field : section.fields) {
      if (!place.layer.empty() && field.offset == place.offset) return field;
    }
  }
  return {like.name, {}, {}, like.weight};
}

// The payload's text of before; the same where it had none: then it is the packet's own from here on.
Field textBefore(const Headers& before, std::size_t row, const Field& now) {
  for (const Section& section : before.sections) {
    if (section.layer == Layer::payload && row < section.fields.size()) return section.fields[row];
  }
  return now;
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

DiffSection both(const Section& section, const Headers& before, const Changes& changes, HeaderDiff& diff) {
  DiffSection out{section.layer, Change::same, {}};
  for (const Field& field : section.fields) {
    DiffField row{field, field, Change::same};
    if (field.value.isEmpty()) {
      row.change = Change::absent;
    } else if (section.layer == Layer::payload) {
      row.before = textBefore(before, static_cast<std::size_t>(&field - section.fields.data()), field);
      // Records hold the beginning of a long packet, with or without its frame.
      constexpr qsizetype kMayBeCut = 48;
      const qsizetype known = std::min(row.before.value.size(), field.value.size());
      const bool cut = known >= kMayBeCut && row.before.value.left(known) == field.value.left(known);
      if (row.before.value != field.value && !cut) {
        row.change = Change::changed;
        diff.bits |= changed::payload;
        ++diff.fields;
      }
    } else if (const trace::FieldChange* change = changeAt(changes, kAfter, field.offset)) {
      row.before = fieldAt(before, change->before, field);
      row.change = Change::changed;
      diff.bits |= bitOf(section.layer, field.name);
      ++diff.fields;
    }
    out.fields.push_back(std::move(row));
  }
  return out;
}

}  // namespace

HeaderDiff diffOf(const Headers& before, const Headers& after) {
  const Changes changes = trace::header_changes(before.all, after.all, true);
  HeaderDiff out;
  for (const Section& section : after.sections) {
    if (!alone(section, changes, kAfter)) {
      out.sections.push_back(both(section, before, changes, out));
    } else {
      out.sections.push_back(whole(section, Change::added));
      if (section.layer == Layer::outerIp) out.bits |= changed::encapsulated;
      out.fields += static_cast<int>(std::ranges::count(section.fields, Field::Weight::key, &Field::weight));
    }
  }
  for (std::size_t i = 0; i < before.sections.size(); ++i) {
    const Section& section = before.sections[i];
    if (!alone(section, changes, kBefore)) continue;
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

void compareLink(const Headers& frame, HeaderDiff& diff) {
  const auto linkOf = [](auto& sections) {
    return std::ranges::find(sections, Layer::ethernet, [](const auto& section) { return section.layer; });
  };
  const auto was = linkOf(frame.sections);
  const auto is = linkOf(diff.sections);
  if (was == frame.sections.end() || is == diff.sections.end()) return;
  for (DiffField& row : is->fields) {
    const auto old = std::ranges::find_if(
        was->fields, [&](const Field& field) { return std::strcmp(field.name, row.after.name) == 0; });
    if (old == was->fields.end() || old->value == row.after.value) continue;
    if (row.change != Change::changed) ++diff.fields;
    row.before = *old;
    row.change = Change::changed;
    diff.bits |= changed::mac;
  }
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
  if (bits & payload) out += "payload";
  if (!out.isEmpty()) return out.join(", ");
  if (bits & mac) return "MAC";
  if (bits & ttl) return "TTL";
  return {};
}

}  // namespace lvs::view
