// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/probe.h"

#include <fmt/format.h>

#include "control/lab/diagnose/proof.h"

namespace lvs::control::diagnosis {
namespace {

std::string client_line(const Concern& concern) {
  if (concern.protocol == ipvs::IpProto::udp)
    return fmt::format("echo probe | nc -u -w 2 {} {}", concern.dst.text(), concern.port);
  return fmt::format("nc -z -w 2 {} {}", concern.dst.text(), concern.port);
}

// The service sends everything to one of its destinations.
void leave_only(Machine& director, const Concern::Chosen& chosen) {
  const ipvs::VirtualService* const service = director.ipvs().find_service(chosen.service);
  if (service == nullptr) return;
  std::string script;
  for (const ipvs::Destination* each : service->destinations)
    if (each->addr != chosen.addr)
      script += fmt::format("ipvsadm -d {} -r {}\n", option_of(chosen.service), text_of(*each));
  director.run_script(script);
}

}  // namespace

bool can_probe(const Concern& concern) {
  return concern.may_probe && concern.port != 0 &&
         (concern.protocol == ipvs::IpProto::tcp || concern.protocol == ipvs::IpProto::udp);
}

bool same_probe(const Concern& one, const Concern& other) {
  const auto key = [](const Concern& of) {
    return std::tuple(of.client, of.dst, of.protocol, of.port, of.chosen ? of.chosen->addr : base::Ipv4Addr{});
  };
  return key(one) == key(other);
}

std::string probe_text(const Lab& lab, const Concern& concern) {
  std::string text = fmt::format("\"{}\" on {}", client_line(concern), lab.hosts[concern.client].name);
  if (concern.chosen)
    text += fmt::format(", {} being the only destination of {}", concern.chosen->addr.text(),
                        text_of(concern.chosen->service));
  return text;
}

std::optional<LabEvidence> probe(const LabScript& script, std::size_t event, base::Time at, const Concern& concern,
                                 const Findings::Each& suspected) {
  Lab lab = *script.lab;
  lab.timeline.erase(lab.timeline.begin() + static_cast<std::ptrdiff_t>(event), lab.timeline.end());
  lab.timeline.push_back({{"probe", 1}, at, concern.client, LabCommand{client_line(concern)}});
  const auto parsed = parse_script(lab);
  if (!parsed) return std::nullopt;
  LabModel model(*parsed);
  Record record(model);
  std::size_t lines = 0;
  base::Time begin = at;
  model.before_event = [&](const LabEvent&, base::Time now) {
    record.attach();
    if (++lines < lab.timeline.size()) return;
    begin = now;
    if (concern.chosen) leave_only(model.machine(concern.chosen->director), *concern.chosen);
  };
  model.run();
  std::optional<LabEvidence> shown = Proof(record, lab, model.zero()).find(suspected, begin);
  record.detach();
  if (shown) {
    shown->walk.clear();
    shown->probe = probe_text(lab, concern);
  }
  return shown;
}

std::string said_on_copy(const LabScript& script, base::Time at, std::size_t host, const std::string& command) {
  Lab lab = *script.lab;
  std::erase_if(lab.timeline, [&](const LabEvent& event) { return event.at > at; });
  lab.timeline.push_back({{"probe", 1}, at, host, LabCommand{command}});
  const auto parsed = parse_script(lab);
  if (!parsed) return {};
  LabModel model(*parsed);
  std::string said;
  model.on_result = [&](const CommandResult& result) {
    if (result.command == command) said = result.out;
  };
  model.run();
  return said;
}

}  // namespace lvs::control::diagnosis
