// SPDX-License-Identifier: GPL-2.0-or-later
// Filter expressions of tcpdump (pcap-filter): hosts, networks, ports and protocols with and, or, not, parentheses.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "control/machine/command.h"

namespace lvs::control {

class FrameFilter {
 public:
  virtual ~FrameFilter() = default;
  // `frame` begins with an Ethernet header; any bytes will do.
  virtual bool takes(base::ByteView frame) const = 0;
};
using FrameFilterPtr = std::shared_ptr<const FrameFilter>;

// No words: everything.
base::Result<FrameFilterPtr, SyntaxError> parse_filter(const std::vector<Word>& words);

}  // namespace lvs::control
