// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/lab/trace/run-trace.h"
#include "ns3/lvs-host.h"
#include "ns3/node-container.h"
#include "trace/file/writer.h"

namespace ns3 {

/**
 * \brief Writes the walk of every packet through the machines of a topology, for lvs-visualizer, lvs-trace and
 * Wireshark.
 *
 * \code
 *   LvsTraceHelper trace("my-program", "NAT with two servers", "walk.pcapng");
 *   trace.Install(nodes);  // built, cabled and configured
 *   Simulator::Run();
 *   trace.Finish();        // before Simulator::Destroy()
 * \endcode
 * What stands on the cables (segments) is read off the devices; who is who (director, VIP, RIP1) off the configuration.
 */
class LvsTraceHelper {
 public:
  /** To a file; one that cannot be written ends the program with the reason. */
  LvsTraceHelper(const std::string& program, const std::string& title, const std::string& file);
  /** To anywhere: \p output takes whole blocks and says whether it could. */
  LvsTraceHelper(const std::string& program, const std::string& title, ::lvs::trace::TraceWriter::Output output,
                 ::lvs::trace::TraceOptions options = {});
  ~LvsTraceHelper();

  /** A sentence for people; before Install(). */
  void SetDescription(const std::string& description) { m_info.description = description; }
  /** Traces the machines on \p nodes from now on. Once. */
  void Install(const NodeContainer& nodes);
  /** The last tables; the file is whole then. \returns false if it could not be written */
  bool Finish();

 private:
  int SegmentOf(Ptr<NetDevice> device);

  ::lvs::trace::RunInfo m_info;
  ::lvs::trace::TraceWriter::Output m_output;
  ::lvs::trace::TraceOptions m_options;
  std::unique_ptr<::lvs::control::RunTrace> m_trace;
  std::vector<std::pair<Ptr<LvsHost>, ::lvs::trace::Sink*>> m_hosts;
  std::vector<const void*> m_segments;  // a switch, or one end of a cable
};

}  // namespace ns3
