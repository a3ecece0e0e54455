// SPDX-License-Identifier: GPL-2.0-or-later
// Capture files as tcpdump -w writes them (pcap), and as it reads them (pcap and pcapng).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace lvs::control {

struct FileFrame {
  base::Time at{};  // since 1970
  std::vector<std::uint8_t> bytes;
};

std::string pcap_header();
std::string pcap_record(base::Time at, base::ByteView frame);

// The frames of a file, up to its end or its first damage; `error` then says which, in tcpdump's words.
std::vector<FileFrame> read_capture(std::string_view file, std::string& error);

}  // namespace lvs::control
