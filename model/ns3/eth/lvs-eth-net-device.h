// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "host/packet/packet.h"
#include "ns3/callback.h"
#include "ns3/data-rate.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"
#include "trace/drop.h"

namespace ns3 {

class ErrorModel;
class LvsEthCable;
class LvsEthNetDevice;
class NetDeviceQueueInterface;

/** Takes a device's frames in place of ns-3's stack: a host of the core, a switch, a test. */
class LvsFrameReceiver {
 public:
  virtual ~LvsFrameReceiver() = default;
  /** \p frame begins with its Ethernet header. May send on any device at once. */
  virtual void ReceiveFrame(LvsEthNetDevice& device, lvs::host::PacketPtr frame) = 0;
};

/** Watches a device without making ns3::Packets of its frames: captures, statistics. Frames are there to be read. */
class LvsFrameObserver {
 public:
  virtual ~LvsFrameObserver() = default;
  /** The first bit leaves now. */
  virtual void FrameSent(LvsEthNetDevice&, const lvs::host::Packet&) {}
  /** The last bit has come in; also frames for other stations. */
  virtual void FrameReceived(LvsEthNetDevice&, const lvs::host::Packet&) {}
  virtual void FrameDropped(LvsEthNetDevice&, const lvs::host::Packet&, lvs::trace::Drop) {}
};

/** Frames and bytes since the start; bytes from the Ethernet header on, without padding and FCS. */
struct LvsEthCounters {
  uint64_t txPackets = 0, txBytes = 0;
  uint64_t txDropped = 0;  ///< queue full, no link, too large
  uint64_t txLost = 0;     ///< on their way when the link went down
  uint64_t rxPackets = 0, rxBytes = 0;
  uint64_t rxErrors = 0;   ///< taken by the error model
  uint64_t rxDropped = 0;  ///< shorter than an Ethernet header
};

/**
 * A full-duplex Ethernet NIC.
 *
 * A frame occupies the line for preamble (8 bytes), frame (padded to 60), FCS (4) and inter-frame gap (12) at DataRate
 * (IEEE 802.3 clauses 3 and 4.2.3); the receiver has it when the last bit of its FCS is there. One frame is on the line
 * and up to TxQueueLimit wait. Departures are computed when a frame is queued, so a frame costs one event a cable; a
 * TxQueue object to exchange does not exist.
 *
 * Frames travel as packets of the core. An ns3::Packet is made where somebody asks for one: an ns-3 stack on the node,
 * a connected trace source, an error model. Frames are never padded and carry no FCS, in captures neither.
 *
 * Trace sources fire when things happen: PhyTxBegin and the sniffers at the first bit, PhyTxEnd after the last.
 */
class LvsEthNetDevice : public NetDevice {
 public:
  static TypeId GetTypeId();
  LvsEthNetDevice();
  ~LvsEthNetDevice() override;

  /** Plugs in a cable. Once. */
  void Attach(Ptr<LvsEthCable> cable);
  /** \returns the device at the other end of the cable, nullptr if there is none. */
  Ptr<LvsEthNetDevice> GetPeer() const;

  // --- frames of the core ---
  /**
   * What a receiver wants of a frame: complete headers in the head (a host), or the Ethernet header alone (a switch, to
   * which frames of an ns-3 stack then go without a look at the rest).
   */
  enum class Headers { COMPLETE, ETHERNET };
  /**
   * Frames go to \p receiver instead of ns-3's stack; nullptr: back to that. The receiver lives as long as it is set.
   * A frame for a receiver of complete headers knows nothing of the host that sent it (engine/forget-host.h).
   */
  void SetFrameReceiver(LvsFrameReceiver* receiver, Headers headers = Headers::COMPLETE);
  /** \returns true if the frame was sent or queued. data() is the Ethernet header; no padding, no FCS. */
  bool SendFrame(lvs::host::PacketPtr frame);
  /** Gives \p frame to ns-3's stack on this node, as if there were no receiver: what a receiver has no handler for. */
  void ReceiveByNode(lvs::host::PacketPtr frame);
  /** One at a time; nullptr: none. */
  void SetFrameObserver(LvsFrameObserver* observer) { m_observer = observer; }
  /** From the cable: the last bit is there. */
  void Receive(lvs::host::PacketPtr frame);
  /** From the cable: the link went down under a frame that this device sent. */
  void LostOnLine(lvs::host::PacketPtr frame);

  // --- link ---
  /** Up or down by this end's will (ip link set ... up). Down, it sends and takes nothing, and the peer sees no
   * carrier. */
  void SetEnabled(bool enabled);
  bool IsEnabled() const { return m_enabled; }
  /** \returns true if the cable is up and the device at its other end enabled. */
  bool HasCarrier() const;
  /** Something that IsLinkUp() depends on has changed. */
  void UpdateLink();
  /** Counts the times that the link went down: a frame sent in another period is lost. */
  uint32_t GetLinkPeriod() const { return m_linkPeriod; }

  void SetDataRate(DataRate rate);
  DataRate GetDataRate() const { return m_rate; }
  /** \returns how long a frame of \p size bytes (from the Ethernet header on, without padding) holds the line. */
  Time GetLineTime(uint32_t size) const;
  /** \returns frames that wait behind the one on the line. */
  uint32_t GetTxQueueSize() const;
  /** \returns time until the line is free. */
  Time GetTxBacklog() const;
  const LvsEthCounters& GetCounters() const { return m_counters; }
  uint32_t GetNodeId() const { return m_nodeId; }

  // --- NetDevice ---
  void SetIfIndex(const uint32_t index) override { m_ifIndex = index; }
  uint32_t GetIfIndex() const override { return m_ifIndex; }
  Ptr<Channel> GetChannel() const override;
  void SetAddress(Address address) override { m_address = Mac48Address::ConvertFrom(address); }
  Address GetAddress() const override { return m_address; }
  bool SetMtu(const uint16_t mtu) override;
  uint16_t GetMtu() const override { return m_mtu; }
  bool IsLinkUp() const override { return m_linkUp; }
  void AddLinkChangeCallback(Callback<void> callback) override;
  bool IsBroadcast() const override { return true; }
  Address GetBroadcast() const override { return Mac48Address::GetBroadcast(); }
  bool IsMulticast() const override { return true; }
  Address GetMulticast(Ipv4Address group) const override { return Mac48Address::GetMulticast(group); }
  Address GetMulticast(Ipv6Address group) const override { return Mac48Address::GetMulticast(group); }
  bool IsBridge() const override { return false; }
  /** True at a remote cable only: that is how ns-3's distributed simulator finds its lookahead. */
  bool IsPointToPoint() const override;
  bool Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) override;
  bool SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest, uint16_t protocolNumber) override;
  Ptr<Node> GetNode() const override;
  void SetNode(Ptr<Node> node) override;
  bool NeedsArp() const override { return true; }
  void SetReceiveCallback(ReceiveCallback callback) override { m_rxCallback = callback; }
  void SetPromiscReceiveCallback(PromiscReceiveCallback callback) override { m_promiscRxCallback = callback; }
  bool SupportsSendFrom() const override { return true; }

 protected:
  void DoDispose() override;
  void NotifyNewAggregate() override;

 private:
  // Times in ticks of ns-3's clock. A ring of a power of two that grows to what is used.
  class Departures {
   public:
    uint32_t size() const { return m_size; }
    int64_t front() const { return m_ring[m_first]; }
    void push(int64_t at);
    void pop() {
      m_first = (m_first + 1) & (m_ring.size() - 1);
      --m_size;
    }
    void clear() { m_size = 0; }
    /** \returns how many are after \p now. */
    uint32_t CountAfter(int64_t now) const;

   private:
    std::vector<int64_t> m_ring;
    std::size_t m_first = 0;
    uint32_t m_size = 0;
  };

  void ComputeTicksPerBit() const;
  PacketType Classify(const uint8_t* destination) const;
  bool DropOnSend(const lvs::host::Packet& frame, lvs::trace::Drop reason);
  // Posts or fires what the traces of one transmission ask for.
  void TraceTransmission(const lvs::host::Packet& frame, int64_t now, int64_t start, int64_t end);
  void TraceTxBegin(Ptr<const Packet> packet, uint32_t period);
  void TraceTxEnd(Ptr<const Packet> packet, uint32_t period);
  void TraceReception(const lvs::host::Packet& frame, PacketType type);
  void GiveToPromiscuous(const lvs::host::Packet& frame, PacketType type);
  void WakeQueue();

  Ptr<LvsEthCable> m_cable;
  LvsFrameReceiver* m_receiver = nullptr;
  LvsFrameObserver* m_observer = nullptr;
  uint32_t m_nodeId;
  uint32_t m_linkPeriod = 0;
  uint32_t m_txQueueLimit = 100;
  uint32_t m_maxFrame = 1514;
  bool m_linkUp = false;
  bool m_enabled = true;
  bool m_promiscuous = true;
  bool m_completeHeaders = true;
  bool m_flowControl = false;
  uint16_t m_mtu = 1500;

  // The line is free at m_busyUntil ticks and m_busyRest / m_bitDivisor of a tick.
  mutable int64_t m_bitTicks = 0;  // one bit takes m_bitTicks / m_bitDivisor ticks; 0: not computed yet
  mutable int64_t m_bitDivisor = 1;
  int64_t m_busyUntil = 0;
  int64_t m_busyRest = 0;
  Departures m_waiting;
  LvsEthCounters m_counters;

  Ptr<Node> m_node;
  Ptr<ErrorModel> m_receiveErrorModel;
  Ptr<NetDeviceQueueInterface> m_queueInterface;
  DataRate m_rate;
  Mac48Address m_address;
  uint32_t m_ifIndex = 0;
  ReceiveCallback m_rxCallback;
  PromiscReceiveCallback m_promiscRxCallback;
  TracedCallback<> m_linkChange;

  using FrameTrace = TracedCallback<Ptr<const Packet>>;
  FrameTrace m_macTxTrace, m_macTxDropTrace, m_phyTxBeginTrace, m_phyTxEndTrace, m_phyTxDropTrace;
  FrameTrace m_phyRxEndTrace, m_phyRxDropTrace, m_macPromiscRxTrace, m_macRxTrace, m_macRxDropTrace;
  FrameTrace m_snifferTrace, m_promiscSnifferTrace;
};

}  // namespace ns3
