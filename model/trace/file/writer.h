// SPDX-License-Identifier: GPL-2.0-or-later
// Writes what hosts report as a trace file (docs/trace-format.md): pcapng that Wireshark opens.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "trace/event.h"
#include "trace/run-info.h"

namespace lvs::trace {

struct TraceOptions {
  // Payload bytes kept of a packet on a wire, and at the other stages.
  std::uint32_t wire_payload = 65535;
  std::uint32_t inside_payload = 64;
  std::size_t buffer = 256 * 1024;  // bytes gathered before they are given out
};

class TraceWriter final : public Sink {
 public:
  // Takes whole blocks; false: they could not be written, and nothing more is tried.
  using Output = std::function<bool(std::string_view)>;

  TraceWriter(const RunInfo& info, Output output, TraceOptions options = {});
  ~TraceWriter() override;  // flushes

  void packet(const PacketEvent& event) override;
  void journal(const JournalEvent& event) override;
  // The run's description has become another: addresses, roles, hosts. Written if it differs from the last one.
  void describe(const RunInfo& info, base::Time at);
  // Gives out what was gathered: at the end, and whenever somebody reads along.
  void flush();

  bool failed() const { return failed_; }
  std::uint64_t records() const { return records_; }

 private:
  struct Walk {
    WalkId id = 0;
    std::uint64_t connection = 0;
    std::uint16_t step = 0;
  };
  // Of a host's walks the latest are known, as a ring: whoever traces for days must not remember each packet.
  static constexpr std::size_t kWalks = 1 << 17;
  // The bytes of a packet as they were last, for the list of changes.
  struct Last {
    WalkId walk = 0;
    PartId part = 0;
    bool link = false;
    std::uint8_t size = 0;
    std::array<std::uint8_t, 192> bytes;
  };
  static constexpr std::size_t kLast = 4096;
  static constexpr std::size_t kStages = 32;

  void write_section();
  void write_names();
  std::uint32_t interface_for(HostId host, Stage stage);
  Walk& walk_of(WalkId id);
  std::string_view host_name(HostId id);
  void comment(const PacketEvent& event, std::uint16_t step);
  void changes(const PacketEvent& event, std::uint8_t& flags);
  void maybe_flush();

  RunInfo info_;
  Output output_;
  TraceOptions options_;
  std::string buffer_, comment_, changes_, described_;
  std::unordered_map<HostId, std::vector<Walk>> walks_;
  std::unordered_map<HostId, std::array<std::uint32_t, kStages>> interfaces_;  // +1; 0: not described yet
  std::unordered_map<HostId, std::string> names_;
  std::unordered_set<std::uint32_t> named_;  // addresses with a name in the file
  std::vector<Last> last_;
  std::uint32_t next_interface_ = 0;
  std::uint64_t records_ = 0;
  bool failed_ = false;
};

}  // namespace lvs::trace
