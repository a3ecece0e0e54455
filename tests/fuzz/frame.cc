// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a frame have words that make them again; any text as words is a frame or an error with its column.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "control/frame/frame.h"

using namespace lvs::control;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 4096;
  constexpr std::size_t kEthernet = 14;
  if (size > kMost) return 0;
  const frame::Names names{{{2, 0, 0, 0, 1, 0}}, {{"director", {{2, 0, 0, 0, 2, 0}}}}, {}};
  static_cast<void>(frame::parse(std::string_view(reinterpret_cast<const char*>(data), size), 1, names));
  if (size < kEthernet) return 0;
  const frame::Bytes bytes(data, data + size);
  const auto again = frame::parse(frame::text_of(bytes, names), 1, names);
  if (!again || *again != bytes) std::abort();
  return 0;
}
