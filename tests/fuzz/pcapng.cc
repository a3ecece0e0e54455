// SPDX-License-Identifier: GPL-2.0-or-later
// The pcapng reader: any bytes end in blocks, a cut-off file or an error with its place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trace/pcapng/pcapng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lvs::trace::pcapng::Reader reader({data, size});
  std::size_t before = 0;
  while (reader.next()) {
    if (reader.position() <= before) std::abort();  // no progress
    before = reader.position();
  }
  return 0;
}
