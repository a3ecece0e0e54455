// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/load.h"

#include <iostream>

#include "base/printable.h"
#include "common/units.h"
#include "tools/console/folders.h"

namespace lvs::scenarios {

void complain(const std::string& text) {
  for (const std::string& line : split(text, '\n')) std::cerr << "lvs-lab: " << base::printable(line) << '\n';
}

std::string text_of_messages(const std::vector<control::LabMessage>& messages) {
  std::string text;
  for (const auto& message : messages) text += (text.empty() ? "" : "\n") + message.text();
  return text;
}

control::Lab load_lab(const std::string& name, bool notices) {
  const auto folder = find_lab(name);
  if (!folder)
    fail("{}: no such lab (a folder with a lab.conf, or a name that 'lvs-lab list' shows)", name.empty() ? "''" : name);
  control::LabReading reading = control::read_lab(*folder);
  if (!reading.ok()) throw Failure{text_of_messages(reading.errors)};
  if (notices) {
    for (const auto& notice : reading.notices) complain("notice: " + notice.text());
  }
  return std::move(reading.lab);
}

control::LabScript compile_lab(const control::Lab& lab) {
  auto script = control::parse_script(lab);
  if (!script) throw Failure{text_of_messages(script.error())};
  return std::move(*script);
}

}  // namespace lvs::scenarios
