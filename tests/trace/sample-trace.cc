// SPDX-License-Identifier: GPL-2.0-or-later
#include "sample-trace.h"

#include <array>

#include "trace/file/writer.h"
#include "trace/flow.h"
#include "trace/phrases.h"

namespace lvs::trace {
namespace {

using namespace std::chrono_literals;

// A SYN from 10.0.0.1:4000 to 10.0.0.100:80, IP header first.
std::array<std::uint8_t, 40> syn(std::uint8_t last_of_destination = 100, std::uint8_t ttl = 64) {
  return {0x45, 0,    0, 40, 0, 1, 0x40, 0, ttl, 6, 0, 0, 10,   0, 0,    1,    10, 0, 0, last_of_destination,
          0x0f, 0xa0, 0, 80, 0, 0, 0,    1, 0,   0, 0, 0, 0x50, 2, 0xff, 0xff, 0,  0, 0, 0};
}

}  // namespace

RunInfo sample_info() {
  RunInfo info;
  info.program = "lvs-lab";
  info.title = "a \"lab\"";
  info.description =
      "Gr\xc3\xbc\xc3\x9f"
      "e";
  info.engine = "simulation";
  info.seed = 18446744073709551615u;
  info.epoch = 946684800s;
  info.segments = {{"lan", 1'000'000'000, 10us}};
  info.hosts = {
      {1, "client", "client", true, {{"eth0", 3, 0, {{2, 0, 0, 0, 1, 0}}, {{base::Ipv4Addr::of(10, 0, 0, 1), 24}}}}},
      {2, "director", "director", false, {}}};
  info.roles = {{base::Ipv4Addr::of(10, 0, 0, 100), "VIP"}};
  return info;
}

std::string sample_trace() {
  std::string file;
  {
    TraceWriter writer(sample_info(), [&](std::string_view bytes) {
      file += bytes;
      return true;
    });
    const auto before = syn(), after = syn(11, 63);
    PacketEvent event{};
    event.walk = WalkId{1} << 40 | 1;
    event.payload_size = 100;
    const auto at = [&](base::Time when, HostId host, Stage stage, Verdict verdict, base::ByteView head) {
      event.at = when;
      event.host = host;
      event.stage = stage;
      event.verdict = verdict;
      event.head = head;
      writer.packet(event);
    };
    at(1ms, 1, Stage::local_out, Verdict::accept, before);
    event.ifindex = 3;
    at(2ms, 1, Stage::wire_out, Verdict::accept, before);
    event.ifindex = 0;
    event.connection = flow_id(6, base::Ipv4Addr::of(10, 0, 0, 1), 4000, base::Ipv4Addr::of(10, 0, 0, 100), 80);
    event.hook_name = "ip_vs_nat_xmit";
    event.why = {WhyId::ipvs_masq, {0x0a000064, 80, 0x0a00000b, 80}};
    at(3ms, 2, Stage::ipvs_xmit, Verdict::stolen, after);
    writer.journal({3ms, 2, event.walk, "conn", "TCP\nwith a \\ and lines"});
    event.hook_name = {};
    event.why = {};
    event.drop = Drop::ip_ttl;
    at(4ms, 2, Stage::forward, Verdict::drop, after);
    const Phrases said{{WhyId::loser, {0x0a00000b, 80}}, {WhyId::lost_weight, {1, 2}}, {WhyId::none}, {WhyId::lost}};
    writer.journal({4ms, 2, event.walk, "schedule", text_of(said), said});
    writer.journal({5ms, 1, 0, "table", "ip neigh\n10.0.0.2 dev eth0"});
  }
  return file;
}

}  // namespace lvs::trace
