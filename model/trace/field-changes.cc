// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/field-changes.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::trace {
namespace {

// Headers of tunnels in front of the innermost packet, quotes apart: IPIP, GRE, or UDP with a packet inside (GUE).
int tunnels_in(const std::vector<HeaderField>& fields) {
  int tunnels = 0;
  std::string_view last;
  for (const HeaderField& field : fields) {
    if (field.layer == "ICMP") break;
    if (field.layer == "IP" && field.name == "protocol" && (field.text == "4" || field.text == "47")) ++tunnels;
    if (field.layer == "IP" && last == "UDP") ++tunnels;
    last = field.layer;
  }
  return tunnels;
}

void deepen(std::vector<HeaderField>& fields, int by) {
  for (HeaderField& field : fields) {
    if (field.layer != "Ethernet") field.depth = static_cast<std::uint8_t>(field.depth + by);
  }
}

bool same_place(const HeaderField& a, const HeaderField& b) {
  return a.depth == b.depth && a.layer == b.layer && a.name == b.name;
}

const HeaderField* find(const std::vector<HeaderField>& fields, const HeaderField& like, std::size_t guess) {
  if (guess < fields.size() && same_place(fields[guess], like)) return &fields[guess];
  const auto at = std::ranges::find_if(fields, [&](const HeaderField& field) { return same_place(field, like); });
  return at == fields.end() ? nullptr : &*at;
}

}  // namespace

std::vector<FieldChange> header_changes(base::ByteView before, bool before_link, base::ByteView after,
                                        bool after_link) {
  return header_changes(header_fields(before, before_link), header_fields(after, after_link),
                        before_link && after_link);
}

std::vector<FieldChange> header_changes(std::vector<HeaderField> old, std::vector<HeaderField> now, bool links) {
  const int deeper = tunnels_in(now) - tunnels_in(old);
  if (deeper > 0) deepen(old, deeper);
  if (deeper < 0) deepen(now, -deeper);
  const auto ignored = [&](const HeaderField& field) { return field.layer == "Ethernet" && !links; };

  std::vector<FieldChange> changes;
  // Headers that are gone, before what else changed: they stood outside.
  std::size_t guess = 0;
  for (const HeaderField& field : old) {
    if (!ignored(field) && find(now, field, guess++) == nullptr) changes.push_back({field, {}});
  }
  guess = 0;
  for (const HeaderField& field : now) {
    if (ignored(field)) continue;
    const HeaderField* was = find(old, field, guess++);
    if (was == nullptr) {
      changes.push_back({{}, field});
    } else if (was->text != field.text) {
      changes.push_back({*was, field});
    }
  }
  return changes;
}

namespace {

void part(std::string& out, std::string_view text) {
  if (!out.empty()) out += ", ";
  out += text;
}

// "+IP 10.0.0.2 > 10.1.0.1" of a header that came (or went) as a whole.
std::string header_text(const std::vector<FieldChange>& changes, std::size_t first, HeaderField FieldChange::*side,
                        char sign) {
  const HeaderField& begin = changes[first].*side;
  std::string src, dst;
  for (std::size_t i = first; i < changes.size(); ++i) {
    const HeaderField& field = changes[i].*side;
    if (field.layer != begin.layer || field.depth != begin.depth) break;
    if (field.kind != FieldKind::address) continue;
    if (field.name == "src") src = field.text;
    if (field.name == "dst") dst = field.text;
  }
  std::string out = sign + std::string(begin.layer);
  if (!src.empty()) out += ' ' + src + " > " + dst;
  return out;
}

}  // namespace

std::string changes_text(const std::vector<FieldChange>& changes) {
  std::string out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& [before, after] = changes[i];
    if (!before.layer.empty() && !after.layer.empty()) {
      if (after.kind == FieldKind::checksum) continue;
      part(out, fmt::format("{} {} {} > {}", after.layer, after.name, before.text, after.text));
      continue;
    }
    const bool came = before.layer.empty();
    HeaderField FieldChange::*const side = came ? &FieldChange::after : &FieldChange::before;
    const HeaderField& field = changes[i].*side;
    // The fields of one header stand together.
    const HeaderField* previous = i == 0 ? nullptr : &(changes[i - 1].*side);
    if (previous != nullptr && previous->layer == field.layer && previous->depth == field.depth &&
        (changes[i - 1].before.layer.empty() == came)) {
      continue;
    }
    part(out, header_text(changes, i, side, came ? '+' : '-'));
  }
  return out;
}

}  // namespace lvs::trace
