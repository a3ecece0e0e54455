// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/arptables/options.h"

namespace lvs::control::arptables {

using Argument = LongOption::Argument;

std::vector<LongOption> base_options() {
  return {{"append", Argument::required, 'A'},
          {"delete", Argument::required, 'D'},
          {"insert", Argument::required, 'I'},
          {"replace", Argument::required, 'R'},
          {"list", Argument::optional, 'L'},
          {"flush", Argument::optional, 'F'},
          {"zero", Argument::optional, 'Z'},
          {"new-chain", Argument::required, 'N'},
          {"delete-chain", Argument::optional, 'X'},
          {"rename-chain", Argument::required, 'E'},
          {"policy", Argument::required, 'P'},
          {"source-ip", Argument::required, 's'},
          {"destination-ip", Argument::required, 'd'},
          {"src-ip", Argument::required, 's'},
          {"dst-ip", Argument::required, 'd'},
          {"source-mac", Argument::required, kSourceMac},
          {"destination-mac", Argument::required, kTargetMac},
          {"src-mac", Argument::required, kSourceMac},
          {"dst-mac", Argument::required, kTargetMac},
          {"h-length", Argument::required, 'l'},
          {"p-length", Argument::required, kProtocolLength},
          {"opcode", Argument::required, kOpcode},
          {"h-type", Argument::required, kHardwareType},
          {"proto-type", Argument::required, kProtocolType},
          {"in-interface", Argument::required, 'i'},
          {"jump", Argument::required, 'j'},
          {"table", Argument::required, 't'},
          {"match", Argument::required, 'm'},
          {"numeric", Argument::none, 'n'},
          {"out-interface", Argument::required, 'o'},
          {"verbose", Argument::none, 'v'},
          {"exact", Argument::none, 'x'},
          {"version", Argument::none, 'V'},
          {"help", Argument::optional, 'h'},
          {"line-numbers", Argument::none, '0'},
          {"modprobe", Argument::required, 'M'},
          {"set-counters", Argument::required, 'c'}};
}

std::vector<LongOption> mangle_options() {
  return {{"mangle-ip-s", Argument::required, kMangleSourceIp},
          {"mangle-ip-d", Argument::required, kMangleTargetIp},
          {"mangle-mac-s", Argument::required, kMangleSourceMac},
          {"mangle-mac-d", Argument::required, kMangleTargetMac},
          {"mangle-target", Argument::required, kMangleTarget}};
}

}  // namespace lvs::control::arptables
