// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/costs.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "common/units.h"

namespace lvs::scenarios {
namespace {

using namespace std::chrono_literals;
using Model = host::CpuModel;

// A packet that is sent on is received and sent.
Model machine(std::chrono::nanoseconds half) {
  Model model;
  model.enabled = true;
  model.receive = model.send = half;
  model.route = model.droute = model.rewrite = model.encapsulate = 2 * half;
  return model;
}

// nginx as a web server on one CPU: 145,551 requests a second over kept connections are 6.87 us each, 34,344 new
// connections a second 29.1 us each. With 1 us for a packet received or sent, 3 packets and 9 packets, there are left
// 3.9 us for one waking and two calls, and for a connection that is accepted 12 us beside its two wakings and its four
// calls.
Model xeon() {
  Model model = machine(1us);
  model.rewrite = 2600ns;
  model.encapsulate = 2400ns;
  model.user = {.wake = 1500ns, .call = 1200ns, .connection = 12200ns, .kilobyte = 200ns};
  model.kernel = {.wake = 1500ns, .call = 300ns, .connection = 12200ns, .kilobyte = 100ns};
  return model;
}

Model pentium() {
  Model model = machine(30us);
  model.user = {.wake = 20us, .call = 10us, .connection = 100us, .kilobyte = 20us};
  model.kernel = {.wake = 20us, .call = 3us, .connection = 100us, .kilobyte = 10us};
  return model;
}

constexpr std::array kPresets{
    CostPreset{
        "xeon-nginx", xeon, 50ms, 150ms,
        "nginx.com's test of nginx as a web server, one CPU: 34,344 new connections/s, 145,551 requests/s over "
        "kept ones. How these 29.1 us and 6.87 us divide into packets, wakings, calls and the connection is "
        "assumed; rewrite and encapsulation are dearer than a plain packet as in P. Brady's 80 to 60 us (LVS-HOWTO, "
        "2002) and the FreeBSD port's 16.1 to 13.6 us; copying 5 GB/s is assumed; a thread of the kernel is "
        "assumed to save three quarters of a call and one of two copies (KTCPVS has published no figure)"},
    CostPreset{
        "pentium166", pentium, 600ms, 2000ms,
        "the LVS papers' 60 us for a packet rewritten on a Pentium (Zhang, about 1999), charged for every way to "
        "send a packet on, half of it for a packet received or sent; all else is assumed: no figure of that time "
        "for a proxy on such a machine is known to us"},
};

constexpr std::array kFields{
    CostField{"receive-cost", "a packet for the machine itself", [](Model& m) -> base::Time& { return m.receive; }},
    CostField{"send-cost", "a packet that the machine sends itself", [](Model& m) -> base::Time& { return m.send; }},
    CostField{"route-cost", "a packet sent on unchanged", [](Model& m) -> base::Time& { return m.route; }},
    CostField{"dr-cost", "a packet sent on by LVS/DR", [](Model& m) -> base::Time& { return m.droute; }},
    CostField{"nat-cost", "a packet rewritten by LVS/NAT, each direction",
              [](Model& m) -> base::Time& { return m.rewrite; }},
    CostField{"tun-cost", "a packet sent on by LVS/TUN", [](Model& m) -> base::Time& { return m.encapsulate; }},
    CostField{"wake-cost", "a program is told that a socket is ready",
              [](Model& m) -> base::Time& { return m.user.wake; }},
    CostField{"call-cost", "a program's accept, connect, read, write or close",
              [](Model& m) -> base::Time& { return m.user.call; }},
    CostField{"connection-cost", "a connection that a program accepts or opens, beside the call",
              [](Model& m) -> base::Time& { return m.user.connection; }},
    CostField{"copy-cost", "1000 bytes that a program reads or writes",
              [](Model& m) -> base::Time& { return m.user.kilobyte; }},
    CostField{"kernel-wake-cost", "the same of a thread of the kernel (KTCPVS)",
              [](Model& m) -> base::Time& { return m.kernel.wake; }},
    CostField{"kernel-call-cost", "", [](Model& m) -> base::Time& { return m.kernel.call; }},
    CostField{"kernel-connection-cost", "", [](Model& m) -> base::Time& { return m.kernel.connection; }},
    CostField{"kernel-copy-cost", "", [](Model& m) -> base::Time& { return m.kernel.kilobyte; }},
};

}  // namespace

std::span<const CostField> cost_fields() { return kFields; }
std::span<const CostPreset> cost_presets() { return kPresets; }

const CostPreset* find_cost_preset(std::string_view name) {
  const auto found = std::ranges::find(kPresets, name, &CostPreset::name);
  return found == kPresets.end() ? nullptr : found;
}

void print_costs(std::ostream& out, const host::CpuModel& model) {
  host::CpuModel copy = model;
  std::string line;
  for (const CostField& field : kFields) {
    std::string part =
        fmt::format("{} {}", field.option.substr(0, field.option.rfind("-cost")), text_of_duration(field.of(copy)));
    if (line.size() + part.size() > 110) {
      fmt::print(out, "  {},\n", line);
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + part;
  }
  fmt::print(out, "  {}\n", line);
}

}  // namespace lvs::scenarios
