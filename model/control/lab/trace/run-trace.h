// SPDX-License-Identifier: GPL-2.0-or-later
// A run that writes a trace: everything its machines report, their tables whenever these have changed, and who they
// are in the figures of LVS (client, director, VIP, RIP1, ...).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "trace/file/writer.h"
#include "trace/run-info.h"

namespace lvs::control {

class Machine;
class MachineTrace;

// Who was what at any time of the run: a server that a health check has taken out is one all the same.
struct RolesSeen {
  std::vector<base::Ipv4Addr> virtuals, balanced;  // in the order in which they came
  std::set<trace::HostId> directors;
  std::set<trace::HostId> serving;                           // wait for connections or questions
  std::map<base::Ipv4Addr, std::set<trace::HostId>> owners;  // of each address

  void look(Machine& machine);
};

class RunTrace {
 public:
  // `info` with program, title, engine, seed, epoch and segments; hosts are added below.
  RunTrace(trace::RunInfo info, trace::TraceWriter::Output output, trace::TraceOptions options = {});
  ~RunTrace();
  RunTrace(const RunTrace&) = delete;
  RunTrace& operator=(const RunTrace&) = delete;

  // Before begin(). `segments`: where eth0, eth1, ... are plugged in, as indexes of RunInfo::segments, -1: nowhere.
  // The machine must outlive the trace, or finish() be called before it dies. What it reports goes into the sink.
  trace::Sink& add(Machine& machine, std::vector<int> segments);
  // A machine that is not modelled: only its frames are seen, on the other ends of the cables.
  void add_real(trace::HostInfo host);

  // Writes the description.
  void begin();
  // Entries of the journal that are about the run as a whole (trace/file/carried.h), behind begin().
  void tell(const std::vector<std::pair<std::string, std::string>>& entries);
  // The timeline starts here: record times are shown from now on as times since then.
  void mark_timeline(base::Time at);
  // The last tables; everything is given out.
  void finish();
  void flush();
  // Output could not be written.
  bool failed() const;
  std::uint64_t records() const;

 private:
  friend class MachineTrace;
  void describe(base::Time at);

  trace::RunInfo info_;
  RolesSeen seen_;
  trace::TraceWriter::Output output_;
  trace::TraceOptions options_;
  std::unique_ptr<trace::TraceWriter> writer_;
  std::vector<std::unique_ptr<MachineTrace>> machines_;
};

// Fills in roles of hosts and addresses from what the machines are configured to do, and were. Where nothing is
// balanced, addresses that several machines have or had are the virtual ones.
void describe_roles(const std::vector<Machine*>& machines, RolesSeen& seen, trace::RunInfo& info);

}  // namespace lvs::control
