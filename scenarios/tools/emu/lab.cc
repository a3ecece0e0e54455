// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/emu/lab.h"

#include <algorithm>

#include "base/input-file.h"
#include "base/numbers.h"
#include "os/fd.h"
#include "tools/console/folders.h"

namespace lvs::scenarios {
namespace {

using Lines = std::vector<std::string>;

// "eth3" is 3.
std::optional<unsigned> interface_number(const std::string& name) {
  if (!name.starts_with("eth")) return std::nullopt;
  return base::number_up_to(std::string_view(name).substr(3), 255u);
}

// ipvsadm -S prints its rules without the word in front.
std::string as_command(std::string_view line) {
  return line.starts_with("-") ? "ipvsadm " + std::string(line) : std::string(line);
}

// A lab of which the file is HOST.startup: continuation lines and comments are as there.
base::Result<control::Lab, Lines> director_alone(const EmuOptions& options) {
  std::string conf = "LAB_NAME=director\n";
  for (const os::TapPlug& plug : options.taps) {
    const auto number = interface_number(plug.where);
    if (!number) {
      return base::Error{Lines{"--tap " + plug.where + "=" + plug.tap.name +
                               ": without a lab, WHERE is an interface of "
                               "the director: eth0, eth1, ..."}};
    }
    conf += "director[" + std::to_string(*number) + "]=\"" + plug.where + "\"\n";
  }
  const auto read = base::read_input(options.commands);
  if (!read) return base::Error{Lines{options.commands + ": " + read.error()}};
  const std::string& text = *read;
  std::string startup;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    startup += as_command(std::string_view(text).substr(from, end - from)) + "\n";
    from = end + 1;
  }
  control::LabReading reading =
      control::parse_lab({{"lab.conf", conf}, {"director.startup", startup}, {"lab.timeline", ""}});
  Lines errors;
  for (control::LabMessage& error : reading.errors) {
    if (error.place.file == "director.startup") error.place.file = options.commands;
    errors.push_back(error.text());
  }
  if (!errors.empty()) return base::Error{errors};
  for (control::LabHost& host : reading.lab.hosts) {
    for (control::LabLine& line : host.startup) line.place.file = options.commands;
  }
  return std::move(reading.lab);
}

}  // namespace

base::Result<control::Lab, Lines> load_emu_lab(const EmuOptions& options, Lines& notices) {
  if (options.lab.empty()) return director_alone(options);
  const auto folder = find_lab(options.lab);
  if (!folder)
    return base::Error{Lines{options.lab + ": no such lab (a folder with a lab.conf, or a shipped lab's name)"}};
  control::LabReading reading = control::read_lab(*folder);
  for (const auto& notice : reading.notices) notices.push_back(notice.text());
  if (reading.ok()) return std::move(reading.lab);
  Lines errors;
  for (const auto& error : reading.errors) errors.push_back(error.text());
  return base::Error{errors};
}

}  // namespace lvs::scenarios
