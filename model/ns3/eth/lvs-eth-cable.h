// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

#include "host/packet/packet.h"
#include "ns3/channel.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

namespace ns3 {

class LvsEthNetDevice;
class NetDevice;
class Packet;

/**
 * A full-duplex Ethernet cable between two LvsEthNetDevice. It loses nothing and reorders nothing; a receiver's error
 * model does that. Its delay is above zero, so that a topology may be split over processes at any cable.
 */
class LvsEthCable : public Channel {
 public:
  static TypeId GetTypeId();
  LvsEthCable();
  ~LvsEthCable() override;

  /** Plugs \p device in; at most two. Called by LvsEthNetDevice::Attach. */
  void Attach(Ptr<LvsEthNetDevice> device);
  std::size_t GetNDevices() const override;
  Ptr<NetDevice> GetDevice(std::size_t i) const override;
  /** \returns the device at the other end, nullptr if there is none. */
  LvsEthNetDevice* GetPeer(const LvsEthNetDevice& device) const {
    return PeekPointer(m_ends[m_ends[0] == &device ? 1 : 0]);
  }

  /** A cable that is not up carries nothing and its ends see no carrier; what is on its way is lost. */
  void SetUp(bool up);
  bool IsUp() const { return m_up; }
  Time GetDelay() const { return m_delay; }

  /**
   * Takes a frame from one end to the other.
   * \param from the end that sends
   * \param frame the frame, from the Ethernet header on, without padding and FCS
   * \param lastBit from now until its last bit leaves \p from
   */
  virtual void Transmit(LvsEthNetDevice& from, lvs::host::PacketPtr frame, Time lastBit);
  /** \returns true if the other end is simulated by another process. */
  virtual bool IsRemote() const { return false; }

 protected:
  void DoDispose() override;
  void SetDelay(Time delay) { m_delay = delay; }
  /** A frame that \p from sent comes in at \p to in \p delay, unless the link went down meanwhile. */
  static void ScheduleArrival(LvsEthNetDevice& from, LvsEthNetDevice& to, lvs::host::PacketPtr frame, Time delay);

 private:
  std::array<Ptr<LvsEthNetDevice>, 2> m_ends;
  Time m_delay;
  bool m_up = true;
  // As PointToPointChannel's, which is what NetAnim looks for.
  TracedCallback<Ptr<const Packet>, Ptr<NetDevice>, Ptr<NetDevice>, Time, Time> m_txRxTrace;
};

}  // namespace ns3
