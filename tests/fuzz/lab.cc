// SPDX-License-Identifier: GPL-2.0-or-later
// The lab parser: any bytes as lab.conf, a startup file and a timeline give a lab or errors; a lab can be written and
// read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "control/lab/lab.h"

using namespace lvs::control;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto first = text.find('\0');
  const auto second = first == std::string::npos ? first : text.find('\0', first + 1);
  LabFiles files{{"lab.conf", text.substr(0, first)}};
  if (first != std::string::npos) files["a.startup"] = text.substr(first + 1, second - first - 1);
  if (second != std::string::npos) files["lab.timeline"] = text.substr(second + 1);
  const LabReading reading = parse_lab(files);
  if (!reading.ok()) return 0;
  if (!parse_lab(write_lab(reading.lab)).ok()) std::abort();
  return 0;
}
