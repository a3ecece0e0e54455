// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ns3/data-rate.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "os/tap.h"

namespace ns3 {

class LvsSwitch;

/** What went through a TAP, and what did not. */
struct LvsTapCounters {
  uint64_t framesIn = 0, bytesIn = 0;    ///< from the machine
  uint64_t framesOut = 0, bytesOut = 0;  ///< to the machine
  uint64_t batches = 0;                  ///< simulator events that brought frames
  uint64_t malformed = 0;                ///< in: shorter than an Ethernet header
  uint64_t down = 0;                     ///< out: the interface was down or gone
  uint64_t full = 0;                     ///< out: the kernel had no room
  uint64_t refused = 0;                  ///< out: the kernel would not have the frame
};

/**
 * A TAP interface of the machine at a port of an LvsSwitch, for runs under RealtimeSimulatorImpl: frames of real
 * machines among those of the simulation. A batch of frames is one simulator event, and a frame out is written at once:
 * there is no cable between. Frames are plain (no virtio header): the kernel makes checksums and cuts segments first.
 *
 * LvsRealtime reads; this object lives in the simulator's thread but for Read().
 */
class LvsTap : public Object {
 public:
  static TypeId GetTypeId();
  LvsTap();
  ~LvsTap() override;

  /** Opens the interface; throws what os::Tap throws. */
  void Open(const lvs::os::TapOptions& options);
  /**
   * Makes the port.
   * \param rate of the segment: real machines have no faster cable to it than modelled ones
   */
  void Plug(Ptr<LvsSwitch> bridge, DataRate rate);
  const std::string& GetName() const { return m_tap->name(); }
  int GetFd() const { return m_tap->fd(); }
  const lvs::os::Tap& GetTap() const { return *m_tap; }
  const LvsTapCounters& GetCounters() const { return m_counters; }
  bool IsGone() const { return m_gone; }

  /** Frames that were read together. */
  struct Batch {
    std::vector<uint8_t> bytes;
    std::vector<uint32_t> sizes;
    bool gone = false;  ///< the interface was deleted
    void Clear() {
      bytes.clear();
      sizes.clear();
    }
  };
  /** Appends up to \p most frames that are there; any thread. */
  void Read(Batch& batch, std::size_t most) const;
  /**
   * Gives frames of a batch to the switch, in the simulator's thread.
   * \param frame the first, and after the call the next one
   * \param byte where its bytes are, and the next one's
   * \param most how many
   * \returns how long they would hold a cable of the segment's rate
   */
  Time Receive(const Batch& batch, std::size_t& frame, std::size_t& byte, std::size_t most);

 protected:
  void DoDispose() override;

 private:
  class Line;
  void Write(const lvs::host::Packet& frame);

  std::unique_ptr<lvs::os::Tap> m_tap;
  Ptr<LvsEthNetDevice> m_port;
  Ptr<LvsEthNetDevice> m_outside;
  DataRate m_rate;
  LvsTapCounters m_counters;
  bool m_gone = false;
};

}  // namespace ns3
