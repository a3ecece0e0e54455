// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "host/packet/packet.h"
#include "ns3/lvs-eth-cable.h"

namespace ns3 {

/** What went to other processes since the start. */
struct LvsRemoteCounters {
  uint64_t frames = 0, messages = 0, bytes = 0;
};

/**
 * \brief A cable whose ends are simulated by two processes (ranks of ns-3's MPI engine, DistributedSimulatorImpl).
 *
 * LvsEthHelper takes it where the nodes' system ids differ. Both processes make both ends; the one that is not theirs
 * does nothing. Frames come in when an LvsEthCable would have them come in, to the nanosecond, and with
 * LvsScheduler::ArrivalsFirst in the same order, so a run gives the same on any number of processes.
 *
 * Several frames share a message: those that this process sends another within half of the delay. The other half is how
 * far ns-3's engine lets the processes run ahead of each other: the engine reads it as this channel's Delay. A cable
 * that is always up: link state does not cross it, and a change of it ends the program. So does a frame that an MPI
 * message of ns-3 (2,000 bytes) cannot hold, which segments for a NIC to cut (TSO) are.
 */
class LvsEthRemoteCable : public LvsEthCable {
 public:
  static TypeId GetTypeId();
  LvsEthRemoteCable();
  ~LvsEthRemoteCable() override;

  void Transmit(LvsEthNetDevice& from, lvs::host::PacketPtr frame, Time lastBit) override;
  bool IsRemote() const override { return true; }
  /** Both ends are plugged in: messages for the end on this process find it. */
  void Open();
  /** \returns how far a process may run ahead: half of the delay. */
  Time GetLookAhead() const { return TimeStep(static_cast<uint64_t>(GetDelay().GetTimeStep() / 2)); }
  /** A frame for \p to, an end of such a cable, that comes in at \p time; from another process. */
  static void Arrive(LvsEthNetDevice& to, lvs::host::PacketPtr frame, int64_t time);

  /** \returns what this process sent to others. */
  static const LvsRemoteCounters& GetCounters();

 private:
  void SetPropagation(Time delay) { SetDelay(delay); }
};

}  // namespace ns3
