// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/generate/generate.h"

#include <fmt/format.h>

#include <stdexcept>

#include "referee/generate/sketch.h"

namespace lvs::referee {

control::Lab drawn_lab(const control::LabFiles& files, std::string name) {
  control::LabReading reading = control::parse_lab(files);
  if (!reading.ok()) throw std::logic_error("generated lab: " + reading.errors.front().text());
  reading.lab.name = std::move(name);
  return std::move(reading.lab);
}

unsigned around(Dice& dice, unsigned seconds) {
  constexpr unsigned kSecond = 100;
  return seconds * kSecond - kSecond / 2 + dice.below(kSecond);
}

namespace {

void draw_timeline(Sketch& s) {
  for (unsigned i = 0; i < s.clients; ++i) {
    if (!s.dice.chance(40)) continue;
    const base::Ipv4Addr target = s.dice.chance(70) ? Sketch::vip() : Sketch::front(254);
    s.at(fmt::format("{} ping -c 1 -W 1 {}", Sketch::client(i), target.text()));
  }
  for (unsigned i = 0, n = 6 + s.dice.below(6); i < n; ++i) {
    if (s.dice.chance(86)) {
      draw_event(s);
    } else {
      draw_edit(s);
    }
  }
  s.at("director ipvsadm -Lnc");
  // Not --stats: the kernel brings those up to date every two seconds.
  s.at(s.dice.one_of({"director ipvsadm -Ln", "director ipvsadm -Ln --thresholds",
                      "director ipvsadm -Ln --persistent-conn", "director ipvsadm -Sn"}));
  if (s.dice.chance(50) && !s.nobody) s.at("director ip neigh");  // resolution that fails takes three seconds
}

}  // namespace

control::Lab generate_lab(std::uint64_t seed) {
  Sketch sketch(seed);
  draw_topology(sketch);
  draw_hosts(sketch);
  draw_services(sketch);
  draw_timeline(sketch);
  return drawn_lab(sketch.files, fmt::format("seed-{}", seed));
}

}  // namespace lvs::referee
