// SPDX-License-Identifier: GPL-2.0-or-later
// Traces: records written a second, and what opening a large file costs (warm: it was just written).
//   bench-trace [--records=N] [--file=NAME]
#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>

#include "trace/file/index.h"
#include "trace/file/writer.h"
#include "trace/why.h"

namespace {

using namespace lvs;
using trace::Stage;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The walks of NAT requests: client, director with its rewriting, server, twelve records each.
void write_walks(trace::TraceWriter& writer, std::uint64_t records) {
  constexpr std::array kStages{Stage::local_out,   Stage::post_routing, Stage::wire_out, Stage::wire_in,
                               Stage::pre_routing, Stage::routing,      Stage::local_in, Stage::ipvs_in,
                               Stage::ipvs_xmit,   Stage::post_routing, Stage::wire_out, Stage::wire_in};
  std::array<std::uint8_t, 14 + 40> frame{
      2, 0, 0, 0,  1, 0, 2,   0,    0,    0, 2,  0, 8, 0, 0x45, 0, 0, 140, 0, 1,    0x40, 0,    64,   6, 0, 0, 10,
      0, 0, 1, 10, 0, 0, 100, 0x0f, 0xa0, 0, 80, 0, 0, 0, 1,    0, 0, 0,   0, 0x50, 0x10, 0xff, 0xff, 0, 0, 0, 0};
  const std::array<std::uint8_t, 100> payload{};
  for (std::uint64_t i = 0; i < records; ++i) {
    const std::uint64_t step = i % kStages.size(), walk = i / kStages.size() + 1;
    const bool wire = kStages[step] == Stage::wire_in || kStages[step] == Stage::wire_out;
    frame[33] = step >= 8 ? 11 : 100;
    frame[22] = step >= 8 ? 63 : 64;
    frame[34] = static_cast<std::uint8_t>(walk);
    trace::PacketEvent event{};
    event.at = base::Time(static_cast<std::int64_t>(i) * 1000);
    event.host = step < 3 ? 1 : step < 11 ? 2 : 3;
    event.walk = trace::WalkId{1} << 40 | walk;
    event.stage = kStages[step];
    event.has_link_header = wire;
    event.head = base::ByteView(frame).subspan(wire ? 0 : 14);
    event.payload_size = 100;
    event.payload = payload;
    event.why = {trace::WhyId::ipvs_masq, {0x0a000064, 80, 0x0a00000b, 80}};
    writer.packet(event);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t records = 1'000'000;
  std::string name = (std::filesystem::temp_directory_path() / "lvs-bench-trace.pcapng").string();
  bool keep = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg.starts_with("--records=")) {
      records = std::strtoull(arg.data() + 10, nullptr, 10);
    } else if (arg.starts_with("--file=")) {
      name = arg.substr(7);
      keep = true;
    } else {
      fmt::print(stderr, "bench-trace: unknown option {}\n", arg);
      return 2;
    }
  }
  trace::RunInfo info;
  info.program = "bench-trace";
  info.hosts = {
      {1, "client", "client", true, {}}, {2, "director", "director", true, {}}, {3, "server", "server", true, {}}};
  std::FILE* file = std::fopen(name.c_str(), "wb");
  if (file == nullptr) {
    fmt::print(stderr, "bench-trace: cannot write {}\n", name);
    return 1;
  }
  const double began = cpu_seconds();
  {
    trace::TraceWriter writer(
        info, [&](std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size(); });
    write_walks(writer, records);
  }
  std::fclose(file);
  const double writing = cpu_seconds() - began;
  const double megabytes = static_cast<double>(std::filesystem::file_size(name)) / 1e6;
  fmt::print("written: {} records, {:.0f} MB, {:.2f} M records/s, {:.0f} ns a record\n", records, megabytes,
             static_cast<double>(records) / writing / 1e6, writing / static_cast<double>(records) * 1e9);

  const auto opened = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  trace::TraceIndex index;
  if (!index.open(name)) return 1;
  while (index.update() != 0) {
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - opened).count();
  fmt::print(
      "indexed: {} records, {} walks in {:.0f} ms ({:.0f} ms CPU), {:.0f} bytes a record\n", index.size(),
      index.walks().size(), wall * 1e3, (cpu_seconds() - cpu) * 1e3,
      static_cast<double>(index.size() * sizeof(trace::IndexEntry) + index.walks().size() * sizeof(trace::WalkEntry)) /
          static_cast<double>(index.size()));
  const double before = cpu_seconds();
  trace::Record record;
  constexpr std::size_t kDecoded = 100'000;
  for (std::size_t i = 0; i < kDecoded; ++i) index.record(i * 7919 % index.size(), record);
  fmt::print("decoded: {:.2f} us a record\n", (cpu_seconds() - before) / kDecoded * 1e6);
  if (!keep) std::filesystem::remove(name);
  return 0;
}
