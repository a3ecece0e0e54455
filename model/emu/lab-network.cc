// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/lab-network.h"

#include <fmt/format.h>

#include "control/lab/cpu-preset.h"

namespace lvs::emu {
namespace {

std::string names_of(const std::vector<control::LabSegment>& segments) {
  std::string names;
  for (const auto& segment : segments) names += (names.empty() ? "" : ", ") + segment.name;
  return names;
}

bool is_usual(const control::LabSegment& segment) {
  return segment.rate == control::LabSegment::kDefaultRate && segment.delay == control::LabSegment::kDefaultDelay &&
         segment.queue == control::LabSegment::kDefaultQueue && segment.loss <= 0;
}

// What is at one end of a segment.
struct End {
  FrameSink* out;  // what is to leave the segment here
  StationPort* port = nullptr;
  TapPort* tap = nullptr;

  void plug(FrameSink* into) {
    if (port != nullptr) port->set_cable(into);
    if (tap != nullptr) tap->set_peer(into);
  }
};

// Frames that come in where nobody is.
class Nowhere final : public FrameSink {
 public:
  void take(std::span<host::PacketPtr> frames) override {
    for (host::PacketPtr& frame : frames) frame.reset();
  }
};

void join(Engine& engine, const control::LabSegment& segment, std::vector<End>& ends) {
  static Nowhere nowhere;
  const bool usual = is_usual(segment);
  // Each interface of a host has a cable of the segment's kind; a TAP is plugged into the switch itself.
  for (End& end : ends) {
    if (!usual && end.port != nullptr) end.out = &engine.add_line(segment, *end.out);
  }
  const auto plug = [&](End& end, FrameSink& into) {
    end.plug(usual || end.port == nullptr ? &into : &engine.add_line(segment, into));
  };
  if (ends.size() == 1) {
    plug(ends[0], nowhere);
  } else if (ends.size() == 2) {
    plug(ends[0], *ends[1].out);
    plug(ends[1], *ends[0].out);
  } else if (!ends.empty()) {
    Switch& in_between = engine.add_switch();
    for (End& end : ends) plug(end, in_between.add_port(*end.out));
  }
}

}  // namespace

std::vector<std::string> check_network(const control::Lab& lab, const std::vector<os::TapPlug>& taps,
                                       const RealHosts& real) {
  std::vector<std::string> errors;
  std::set<std::string> joined, interfaces;
  for (const os::TapPlug& plug : taps) {
    const bool known =
        std::ranges::any_of(lab.segments, [&](const auto& segment) { return segment.name == plug.where; });
    if (!known) {
      errors.push_back(fmt::format("--tap {}={}: the lab has no segment '{}'; it has: {}", plug.where, plug.tap.name,
                                   plug.where, names_of(lab.segments)));
    }
    if (!interfaces.insert(plug.tap.netns + "/" + plug.tap.name).second) {
      errors.push_back(fmt::format("--tap {}={}: that interface is taken already", plug.where, plug.tap.name));
    }
    joined.insert(plug.where);
  }
  for (const std::string& name : real) {
    const control::LabHost* host = lab.find_host(name);
    if (host == nullptr) {
      errors.push_back(fmt::format("--real {}: the lab has no such host", name));
      continue;
    }
    const bool reachable = std::ranges::any_of(
        host->interfaces, [&](const auto& interface) { return joined.contains(lab.segments[interface.segment].name); });
    if (!reachable) errors.push_back(fmt::format("--real {}: none of its segments is joined to a TAP (--tap)", name));
  }
  return errors;
}

std::vector<Station*> make_network(Engine& engine, const control::Lab& lab, const std::vector<os::TapPlug>& taps,
                                   const RealHosts& real) {
  std::vector<Station*> stations;
  std::vector<std::vector<End>> ends(lab.segments.size());
  for (const auto& spec : lab.hosts) {
    if (real.contains(spec.name)) {
      stations.push_back(nullptr);
      continue;
    }
    Station& station = engine.add_station(spec.name);
    stations.push_back(&station);
    control::set_cpu(station.host().cpu.model, spec);
    for (const auto& interface : spec.interfaces) {
      StationPort& port = station.add_interface(interface.name(), interface.mac);
      ends[interface.segment].push_back({.out = &port, .port = &port});
    }
  }
  for (const os::TapPlug& plug : taps) {
    for (std::size_t i = 0; i < lab.segments.size(); ++i) {
      if (lab.segments[i].name != plug.where) continue;
      TapPort& tap = engine.add_tap(plug.where, os::Tap(plug.tap));
      ends[i].push_back({.out = &tap, .tap = &tap});
    }
  }
  for (std::size_t i = 0; i < ends.size(); ++i) join(engine, lab.segments[i], ends[i]);
  return stations;
}

}  // namespace lvs::emu
