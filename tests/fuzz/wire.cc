// SPDX-License-Identifier: GPL-2.0-or-later
// Wire formats and their text: any bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "host/packet/packet.h"
#include "trace/dissect/dissect.h"
#include "wire/arp.h"
#include "wire/head-length.h"

using namespace lvs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes{data, size};
  const std::size_t head = wire::head_length(bytes, host::Packet::kHeadMax);
  if (head > size || head > host::Packet::kHeadMax) std::abort();
  if (const auto arp = wire::Arp::parse(bytes)) {
    std::uint8_t again[wire::Arp::kSize];
    arp->emit(again);
    if (wire::Arp::parse(again) != arp) std::abort();
  }
  const host::PacketPtr packet = host::Packet::from_frame(bytes);
  if (packet->size() != size) std::abort();
  static_cast<void>(trace::dissect_line(bytes));
  static_cast<void>(trace::dissect(bytes));
  return 0;
}
