// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/capture.h"

#include <fstream>

#include "trace/pcapng/pcapng.h"

namespace lvs::control {

std::string capture_pcapng(const LabRun& run, const LabCapture& capture) {
  namespace pcapng = trace::pcapng;
  std::string file;
  const std::string description = capture.interface + " of " + capture.host;
  pcapng::append(file, pcapng::Section{{}, run.engine, "lvs-lab", {}});
  pcapng::append(file, pcapng::Interface{capture.interface, description, pcapng::kEthernet, pcapng::kSnapLength, {}});
  pcapng::Packet packet;
  for (const CapturedFrame& frame : capture.frames) {
    packet.at = run.epoch + frame.at;
    packet.bytes = frame.bytes;
    packet.direction = frame.outbound ? pcapng::Direction::outbound : pcapng::Direction::inbound;
    pcapng::append(file, packet);
  }
  return file;
}

std::string capture_name(const LabCapture& capture) { return capture.host + "-" + capture.interface + ".pcapng"; }

void write_captures(const LabRun& run, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const LabCapture& capture : run.captures) {
    const std::filesystem::path path = folder / capture_name(capture);
    const std::string file = capture_pcapng(run, capture);
    std::ofstream out(path, std::ios::binary);
    out.write(file.data(), static_cast<std::streamsize>(file.size())).flush();
    if (!out) throw std::ios_base::failure(path.string() + ": cannot be written");
  }
}

}  // namespace lvs::control
