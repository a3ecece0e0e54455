// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/generate/shrink.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lvs::referee {
namespace {

// What can be left out of a lab, by its place in the whole lab.
struct Item {
  enum class Kind { host, event, line } kind;
  std::size_t index;     // of the host, or of the event
  std::size_t line = 0;  // of the host's startup
  friend auto operator<=>(const Item&, const Item&) = default;
};
using Items = std::set<Item>;

std::vector<Item> items_of(const control::Lab& lab) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < lab.hosts.size(); ++i) items.push_back({Item::Kind::host, i});
  for (std::size_t i = 0; i < lab.timeline.size(); ++i)
    if (!std::holds_alternative<control::LabEnd>(lab.timeline[i].what)) items.push_back({Item::Kind::event, i});
  for (std::size_t i = 0; i < lab.hosts.size(); ++i)
    for (std::size_t n = 0; n < lab.hosts[i].startup.size(); ++n) items.push_back({Item::Kind::line, i, n});
  return items;
}

control::Lab without(const control::Lab& lab, const Items& left_out) {
  control::Lab result = lab;
  result.hosts.clear();
  result.timeline.clear();
  std::vector<std::size_t> places(lab.hosts.size());
  for (std::size_t i = 0; i < lab.hosts.size(); ++i) {
    places[i] = result.hosts.size();
    if (left_out.contains({Item::Kind::host, i})) continue;
    control::LabHost host = lab.hosts[i];
    host.startup.clear();
    for (std::size_t n = 0; n < lab.hosts[i].startup.size(); ++n)
      if (!left_out.contains({Item::Kind::line, i, n})) host.startup.push_back(lab.hosts[i].startup[n]);
    result.hosts.push_back(std::move(host));
  }
  for (std::size_t i = 0; i < lab.timeline.size(); ++i) {
    const control::LabEvent& event = lab.timeline[i];
    const bool ends = std::holds_alternative<control::LabEnd>(event.what);
    if (left_out.contains({Item::Kind::event, i}) || (!ends && left_out.contains({Item::Kind::host, event.host})))
      continue;
    result.timeline.push_back(event);
    result.timeline.back().host = ends ? 0 : places[event.host];
  }
  return result;
}

Items joined(Items a, const Items& b) {
  a.insert(b.begin(), b.end());
  return a;
}

class Shrinking {
 public:
  Shrinking(const control::Lab& lab, const LabTrial& trial, unsigned trials)
      : lab_(lab), trial_(trial), left_(trials) {}

  control::Lab run() {
    std::size_t group = std::max<std::size_t>(items_of(lab_).size() / 4, 1);
    for (;;) {
      const bool less = pass(group);
      if (left_ == 0 || (!less && group == 1)) break;
      if (!less) group = std::max<std::size_t>(group / 3, 1);
    }
    return without(lab_, out_);
  }

 private:
  // Tries to leave out each group of what is left; then as many of those groups as possible together.
  bool pass(std::size_t group) {
    std::vector<Item> rest;
    for (const Item& item : items_of(lab_))
      if (!gone(item)) rest.push_back(item);
    std::vector<Items> groups;
    for (std::size_t i = 0; i < rest.size(); i += group)
      groups.emplace_back(rest.begin() + static_cast<std::ptrdiff_t>(i),
                          rest.begin() + static_cast<std::ptrdiff_t>(std::min(i + group, rest.size())));
    const std::vector<Items> good = those_that_show_it(groups);
    if (good.empty()) return false;
    std::vector<Items> sums{good.front()};
    for (std::size_t i = 1; i < good.size(); ++i) sums.push_back(joined(sums.back(), good[i]));
    const std::vector<Items> together = those_that_show_it({sums.begin() + 1, sums.end()});
    out_ = joined(out_, together.empty() ? good.front() : together.back());
    return true;
  }

  bool gone(const Item& item) const {
    if (out_.contains(item) || (item.kind == Item::Kind::line && out_.contains({Item::Kind::host, item.index})))
      return true;
    return item.kind == Item::Kind::event && out_.contains({Item::Kind::host, lab_.timeline[item.index].host});
  }

  std::vector<Items> those_that_show_it(const std::vector<Items>& candidates) {
    if (candidates.empty() || left_ == 0) return {};
    --left_;
    std::vector<control::Lab> labs;
    for (const Items& candidate : candidates) labs.push_back(without(lab_, joined(out_, candidate)));
    const std::vector<bool> shows = trial_(labs);
    std::vector<Items> good;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (shows[i]) good.push_back(candidates[i]);
    return good;
  }

  const control::Lab& lab_;
  const LabTrial& trial_;
  unsigned left_;
  Items out_;
};

}  // namespace

control::Lab shrink(const control::Lab& lab, const LabTrial& trial, unsigned trials) {
  return Shrinking(lab, trial, trials).run();
}

}  // namespace lvs::referee
