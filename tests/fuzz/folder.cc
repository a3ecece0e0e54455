// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's folder as a whole, as lvs-lab check takes it: files behind each other, parsed, each line compiled, the lab
// run on the machines of the model and looked at. NAME newline text NUL for each file.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"

using namespace lvs::control;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  LabFiles files;
  while (!text.empty()) {
    const std::string_view file = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(file.size() + 1, text.size()));
    const std::size_t name = file.find('\n');
    if (name == std::string_view::npos || name > 100) continue;
    files[std::string(file.substr(0, name))] = file.substr(name + 1);
  }
  const LabReading reading = parse_lab(files);
  constexpr std::size_t kMostHosts = 12;
  if (!reading.ok() || reading.lab.hosts.size() > kMostHosts || !check_commands(reading.lab).empty()) return 0;
  for (const LabFinding& finding : diagnose(reading.lab).findings) static_cast<void>(finding.sentence());
  return 0;
}
