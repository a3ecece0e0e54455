// SPDX-License-Identifier: GPL-2.0-or-later
// The captures of a run as files.
#pragma once

#include <filesystem>
#include <string>

#include "control/lab/run.h"

namespace lvs::control {

// One interface's frames as a pcapng file: direction in epb_flags, times since 1970.
std::string capture_pcapng(const LabRun& run, const LabCapture& capture);

// "HOST-IFACE.pcapng".
std::string capture_name(const LabCapture& capture);

// Writes FOLDER/HOST-IFACE.pcapng for every interface of the run; makes the folder if need be.
// Throws std::filesystem::filesystem_error or std::ios_base::failure, naming the file.
void write_captures(const LabRun& run, const std::filesystem::path& folder);

}  // namespace lvs::control
