// SPDX-License-Identifier: GPL-2.0-or-later
// What a TAP with a virtio header brings: any header before any frame, through a director of each method, and cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "control/machine/machine.h"
#include "emu/virtio-header.h"
#include "host/packet/offload.h"

using namespace lvs;

namespace {

class Clock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{0}; }
  void wake_at(base::Time) override {}
};

// As a TAP without offloads sends: cut, completed, copied.
class Port final : public host::Port {
 public:
  void transmit(host::PacketPtr frame) override {
    if (frame->gso_size != 0) {
      if (!emu::needs_software_segmentation(*frame)) static_cast<void>(emu::make_virtio_header(*frame));
      host::PacketQueue segments;
      if (!host::segment(*frame, segments)) return;
      while (host::PacketPtr each = segments.pop()) transmit(std::move(each));
      return;
    }
    host::complete_checksum(*frame);
    std::uint8_t bytes[70000];
    if (frame->size() > sizeof bytes) std::abort();
    frame->copy_to({bytes, frame->size()});
  }
};

void run(const char* method, base::ByteView bytes) {
  Clock clock;
  Port port;
  control::Machine director("director", 1, 1, clock);
  host::Host& host = director.host();
  host::Device& eth0 = host.add_ethernet("eth0", base::MacAddr{{2, 0, 0, 0, 1, 0}}, &port);
  host.set_up(eth0, true);
  static_cast<void>(
      director.run_script("ip addr add 10.0.0.1/24 dev eth0; ip neigh add 10.0.0.3 lladdr 02:00:00:00:03:00 dev eth0\n"
                          "echo 1 > /proc/sys/net/ipv4/ip_forward; sysctl -w net.ipv4.vs.sloppy_tcp=1\n"
                          "ipvsadm -A -t 10.0.0.1:80 -s rr; ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.3:80 " +
                          std::string(method)));
  emu::VirtioHeader header;
  std::memcpy(&header, bytes.data(), emu::kVirtioHeader);
  host::PacketPtr frame = host::Packet::from_frame(bytes.subspan(emu::kVirtioHeader));
  if (emu::apply_virtio_header(header, *frame)) host.receive(eth0, std::move(frame));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < emu::kVirtioHeader || size > 66000) return 0;
  for (const char* method : {"-m", "-g", "-i"}) run(method, {data, size});
  return 0;
}
