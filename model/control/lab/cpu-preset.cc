// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/cpu-preset.h"

#include <array>

namespace lvs::control {
namespace {

using namespace std::chrono_literals;

constexpr std::array kPresets{
    CpuPreset{"pentium166-nat", 60us, 60us, 60us, 60us,
              "calculation of the LVS papers (Zhang, about 1999): 60 us to rewrite a packet on a Pentium. They give no "
              "figure for DR and TUN; charging these the same 60 us a packet favours NAT"},
    CpuPreset{
        "router-2002", 60us, 60us, 60us, 60us,
        "P. Brady, 2002-05-29, LVS-HOWTO chapter 32: 60 us a packet as a plain router; hardware not given. Charged for "
        "every method"},
    CpuPreset{"director-2002", 80us, 80us, 80us, 60us,
              "P. Brady, 2002-05-29, LVS-HOWTO chapter 32: 80 us a packet as a director, 60 us as a plain router; "
              "hardware and "
              "method not given"},
    CpuPreset{
        "p4-dr", 13600ns, 13600ns, 13600ns, 13600ns,
        "LVS on FreeBSD 5.3, Pentium 4 2.4 GHz: DR 73,382 packets/s of 60 bytes; not Linux. Charged for every method"},
    CpuPreset{
        "p4-tun", 16100ns, 16100ns, 16100ns, 16100ns,
        "LVS on FreeBSD 5.3, Pentium 4 2.4 GHz: TUN 62,223 packets/s of 60 bytes; not Linux. Charged for every method"},
    CpuPreset{
        "dpvs-1core-tcp-fnat", 830ns, 830ns, 830ns, 830ns,
        "DPVS 1.9.2, one E5-2650 v4 core, FullNAT TCP: 1.21 million packets/s; a user-space director, not Linux IPVS"},
    CpuPreset{"dpvs-1core-udp", 340ns, 340ns, 340ns, 340ns,
              "DPVS 1.9.2, one E5-2650 v4 core, UDP: 2.90 million packets/s; a user-space director, not Linux IPVS"},
};

}  // namespace

host::CpuModel cpu_model(const CpuPreset& preset) {
  return {.enabled = true,
          .receive = preset.route,
          .route = preset.route,
          .rewrite = preset.rewrite,
          .droute = preset.droute,
          .encapsulate = preset.encapsulate,
          .backlog = 1000};
}

void set_cpu(host::CpuModel& model, const LabHost& host) {
  if (!host.preset.empty()) model = cpu_model(*find_cpu_preset(host.preset));
  if (host.cost) {
    model = {.enabled = true,
             .receive = *host.cost,
             .route = *host.cost,
             .rewrite = *host.cost,
             .droute = *host.cost,
             .encapsulate = *host.cost};
  }
  model.backlog = host.queue;
}

std::span<const CpuPreset> cpu_presets() { return kPresets; }

const CpuPreset* find_cpu_preset(std::string_view name) {
  for (const CpuPreset& preset : kPresets) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

}  // namespace lvs::control
