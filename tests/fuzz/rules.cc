// SPDX-License-Identifier: GPL-2.0-or-later
// Any text as a set of rules for iptables-restore, and lines of iptables behind an empty line; then packets pass. What
// iptables-save prints can be restored, and saves as the same text.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/machine.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

using namespace lvs;

namespace {

struct Clock final : base::Clock {
  base::Time now() const override { return {}; }
  void wake_at(base::Time) override {}
};

struct Nowhere final : host::Port {
  void transmit(host::PacketPtr) override {}
};

std::string output_of(control::Machine& machine, std::string_view text) {
  const auto line = control::parse_line(text);
  if (!line) return {};
  const control::LineRun& run = machine.start(*line);
  std::string out = run.out();
  machine.end(run);
  return out;
}

void pass(control::Machine& machine, std::uint8_t protocol, std::uint32_t target) {
  constexpr std::size_t kSize = wire::Ethernet::kSize + wire::Ipv4::kMinSize + 20;
  std::vector<std::uint8_t> frame(kSize);
  wire::Ethernet{frame.data()}.set({{2, 0, 0, 0, 1, 0}}, {{2, 0, 0, 0, 2, 0}}, wire::EtherType::ipv4);
  const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
  ip.init(0, kSize - wire::Ethernet::kSize, 1, 0, 64, static_cast<wire::IpProto>(protocol), {0x0a000001}, {target});
  frame[wire::Ethernet::kSize + wire::Ipv4::kMinSize + 3] = 80;
  frame[wire::Ethernet::kSize + wire::Ipv4::kMinSize + 12] = 0x50;
  frame[wire::Ethernet::kSize + wire::Ipv4::kMinSize + 13] = 2;
  machine.host().receive(*machine.host().device("eth0"), host::Packet::from_frame(frame));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Clock clock;
  Nowhere port;
  control::Machine machine("m", 1, 1, clock);
  machine.host().set_up(machine.host().add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &port), true);
  machine.run_script("ip addr add 10.0.0.2/24 dev eth0\nsysctl -w net.ipv4.ip_forward=1\n");

  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t empty = std::min(text.find("\n\n"), text.size());
  machine.files().append("/tmp/rules", text.substr(0, empty));
  output_of(machine, "iptables-restore /tmp/rules");
  std::string_view lines = text.substr(std::min(empty + 2, text.size()));
  for (int count = 0; !lines.empty() && count < 50; ++count) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    output_of(machine, "iptables " + std::string(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  for (const std::uint8_t protocol : {1, 6, 17})
    for (const std::uint32_t target : {0x0a000002u, 0x0a000009u}) pass(machine, protocol, target);

  // Comments hold counters of the tool itself.
  const std::string saved = output_of(machine, "iptables-save | cat");
  machine.files().truncate("/tmp/saved");
  machine.files().append("/tmp/saved", saved);
  output_of(machine, "iptables-restore /tmp/saved");
  const std::string again = output_of(machine, "iptables-save | cat");
  const auto rules = [](const std::string& all) {
    std::string kept;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find('\n', at), all.size() - 1) + 1;
      if (all[at] == '-') kept += all.substr(at, end - at);
      at = end;
    }
    return kept;
  };
  if (rules(saved) != rules(again)) {
    std::fprintf(stderr, "saved:\n%s\nagain:\n%s\n", saved.c_str(), again.c_str());
    std::abort();
  }
  return 0;
}
