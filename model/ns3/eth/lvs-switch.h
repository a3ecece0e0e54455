// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "engine/learning-table.h"
#include "ns3/bridge-net-device.h"
#include "ns3/lvs-eth-net-device.h"

namespace ns3 {

/**
 * A learning Ethernet switch that decides as Linux's bridge does (net/bridge, STP off), with LvsEthNetDevice as ports.
 *
 * A frame goes out of the port where its destination was last seen as a source, never back out of the port that it came
 * in by, and to all other ports where the destination is a group or unknown. Ports are flooded newest first: br_flood()
 * walks a list at whose head new ports are put, which decides who answers first to a broadcast. Frames from a group or
 * zero address and for 01:80:C2:00:00:01 to :0F go nowhere; a learned address that shows up at another port moves; a
 * port that loses its link forgets what was learned there. Frames are forwarded when they are there as a whole (store
 * and forward), without further delay; each port has the queue of its device.
 *
 * It is a BridgeNetDevice, so that ns-3's global routing sees through it, and can have an IP address of its own.
 */
class LvsSwitch : public BridgeNetDevice, public LvsFrameReceiver {
 public:
  static TypeId GetTypeId();
  LvsSwitch();
  ~LvsSwitch() override;

  /** Adds a port, an LvsEthNetDevice of the switch's node with its cable plugged in; hides BridgeNetDevice's, which
   * forwards by its own rules. */
  void AddBridgePort(Ptr<NetDevice> port);
  /** \returns where \p address was learned and is not yet forgotten; nullptr: it is unknown. */
  Ptr<LvsEthNetDevice> Lookup(Mac48Address address) const;
  /** As if a frame from \p address had come in by \p port just now (`bridge fdb add ... master dynamic`). */
  void Learn(Mac48Address address, Ptr<NetDevice> port);
  /** \returns frames that went out by all ports. */
  uint64_t GetFloodedFrames() const { return m_flooded; }
  void ReceiveFrame(LvsEthNetDevice& port, lvs::host::PacketPtr frame) override;

  bool Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) override;
  bool SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest, uint16_t protocolNumber) override;
  void SetReceiveCallback(NetDevice::ReceiveCallback callback) override;
  void SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback callback) override;

 protected:
  void DoDispose() override;

 private:
  static constexpr uint32_t kNoPort = lvs::engine::LearningTable::kNone;

  // Out of the right ports, never of `from`.
  void Forward(uint32_t from, uint64_t destination, lvs::host::PacketPtr frame);
  void Flood(uint32_t from, lvs::host::PacketPtr frame);
  void PassUp(const lvs::host::Packet& frame, PacketType type);
  void PortLinkChanged(uint32_t port);
  static lvs::base::Time Now();
  lvs::base::Time OldestValid() const;

  std::vector<LvsEthNetDevice*> m_ports;  // by index; the bridge holds the references
  std::vector<uint32_t> m_portOfDevice;   // by interface index on the node
  lvs::engine::LearningTable m_table;
  Time m_ageingTime;
  bool m_learning = true;
  uint64_t m_flooded = 0;
  NetDevice::ReceiveCallback m_rxUp;
  NetDevice::PromiscReceiveCallback m_promiscUp;
};

}  // namespace ns3
