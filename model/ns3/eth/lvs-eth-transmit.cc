// SPDX-License-Identifier: GPL-2.0-or-later
// The sending half of LvsEthNetDevice: when a frame leaves is arithmetic, not events.
#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-packet.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsEthTransmit");

namespace {

// IEEE 802.3: bytes on the line that no capture shows.
constexpr uint32_t kMinFrame = 60;
constexpr uint32_t kPreamble = 8;
constexpr uint32_t kFcs = 4;
constexpr uint32_t kGap = 12;

int64_t NowTicks() { return Simulator::Now().GetTimeStep(); }

}  // namespace

void LvsEthNetDevice::Departures::push(int64_t at) {
  if (m_size == m_ring.size()) {
    std::rotate(m_ring.begin(), m_ring.begin() + static_cast<std::ptrdiff_t>(m_first), m_ring.end());
    m_first = 0;
    m_ring.resize(std::max<std::size_t>(16, 2 * m_ring.size()));
  }
  m_ring[(m_first + m_size++) & (m_ring.size() - 1)] = at;
}

uint32_t LvsEthNetDevice::Departures::CountAfter(int64_t now) const {
  uint32_t past = 0;
  while (past < m_size && m_ring[(m_first + past) & (m_ring.size() - 1)] <= now) ++past;
  return m_size - past;
}

// A bit's time as a fraction, so that rates that do not divide a nanosecond are exact in the long run.
void LvsEthNetDevice::ComputeTicksPerBit() const {
  const int64_t ticks = Seconds(1).GetTimeStep();
  const auto rate = static_cast<int64_t>(m_rate.GetBitRate());
  const int64_t common = std::gcd(ticks, rate);
  m_bitTicks = ticks / common;
  m_bitDivisor = rate / common;
}

Time LvsEthNetDevice::GetLineTime(uint32_t size) const {
  if (m_bitTicks == 0) ComputeTicksPerBit();
  return TimeStep(
      static_cast<uint64_t>((std::max(size, kMinFrame) + kPreamble + kFcs + kGap) * 8 * m_bitTicks / m_bitDivisor));
}

uint32_t LvsEthNetDevice::GetTxQueueSize() const { return m_waiting.CountAfter(NowTicks()); }

Time LvsEthNetDevice::GetTxBacklog() const {
  return TimeStep(static_cast<uint64_t>(std::max<int64_t>(0, m_busyUntil - NowTicks())));
}

bool LvsEthNetDevice::SendFrame(lvs::host::PacketPtr frame) {
  const uint32_t size = frame->size();
  if (!m_macTxTrace.IsEmpty()) m_macTxTrace(LvsPacket::ToNs3(*frame));
  if (!m_linkUp) return DropOnSend(*frame, lvs::trace::Drop::dev_down);
  if (size > m_maxFrame && frame->gso_size == 0) return DropOnSend(*frame, lvs::trace::Drop::pkt_too_big);

  const int64_t now = NowTicks();
  int64_t start = now;
  int64_t rest = 0;
  while (m_waiting.size() != 0 && m_waiting.front() <= now) m_waiting.pop();
  if (m_busyUntil >= now) {
    start = m_busyUntil;
    rest = m_busyRest;
    if (start > now) {
      if (m_waiting.size() >= m_txQueueLimit) return DropOnSend(*frame, lvs::trace::Drop::qdisc_drop);
      m_waiting.push(start);
    }
  }

  if (m_bitTicks == 0) ComputeTicksPerBit();
  int64_t lastBit = rest + (std::max(size, kMinFrame) + kPreamble + kFcs) * 8 * m_bitTicks;
  int64_t free = lastBit + kGap * 8 * m_bitTicks;
  if (m_bitDivisor != 1) {
    lastBit /= m_bitDivisor;
    m_busyRest = free % m_bitDivisor;
    free /= m_bitDivisor;
  }
  m_busyUntil = start + free;

  ++m_counters.txPackets;
  m_counters.txBytes += size;
  TraceTransmission(*frame, now, start, start + lastBit);
  m_cable->Transmit(*this, std::move(frame), TimeStep(static_cast<uint64_t>(start + lastBit - now)));

  if (m_queueInterface != nullptr && m_waiting.size() >= m_txQueueLimit) {
    m_queueInterface->GetTxQueue(0)->Stop();
    const int64_t room = m_waiting.size() != 0 ? m_waiting.front() : m_busyUntil;
    Simulator::Schedule(TimeStep(static_cast<uint64_t>(room - now)), &LvsEthNetDevice::WakeQueue, this);
  }
  return true;
}

void LvsEthNetDevice::WakeQueue() {
  if (m_queueInterface != nullptr) m_queueInterface->GetTxQueue(0)->Wake();
}

bool LvsEthNetDevice::DropOnSend(const lvs::host::Packet& frame, lvs::trace::Drop reason) {
  NS_LOG_LOGIC("drop: " << lvs::trace::name_of(reason));
  ++m_counters.txDropped;
  if (m_observer != nullptr) m_observer->FrameDropped(*this, frame, reason);
  if (!m_macTxDropTrace.IsEmpty()) m_macTxDropTrace(LvsPacket::ToNs3(frame));
  return false;
}

void LvsEthNetDevice::LostOnLine(lvs::host::PacketPtr frame) {
  NS_LOG_LOGIC("lost: the link went down");
  ++m_counters.txLost;
  if (m_observer != nullptr) m_observer->FrameDropped(*this, *frame, lvs::trace::Drop::link_loss);
  if (!m_phyTxDropTrace.IsEmpty()) m_phyTxDropTrace(LvsPacket::ToNs3(*frame));
}

void LvsEthNetDevice::TraceTransmission(const lvs::host::Packet& frame, int64_t now, int64_t start, int64_t end) {
  const bool begins = !m_phyTxBeginTrace.IsEmpty() || !m_snifferTrace.IsEmpty() || !m_promiscSnifferTrace.IsEmpty();
  const bool ends = !m_phyTxEndTrace.IsEmpty();
  if (m_observer == nullptr && !begins && !ends) return;

  const auto after = [now](int64_t at) { return TimeStep(static_cast<uint64_t>(at - now)); };
  if (m_observer != nullptr) {
    if (start == now) {
      m_observer->FrameSent(*this, frame);
    } else {
      LvsSchedule(after(start), [this, period = m_linkPeriod, copy = std::shared_ptr(frame.clone())] {
        if (period == m_linkPeriod && m_observer != nullptr) m_observer->FrameSent(*this, *copy);
      });
    }
  }
  if (!begins && !ends) return;
  const Ptr<const Packet> packet = LvsPacket::ToNs3(frame);
  if (begins) {
    if (start == now) {
      TraceTxBegin(packet, m_linkPeriod);
    } else {
      Simulator::Schedule(after(start), &LvsEthNetDevice::TraceTxBegin, this, packet, m_linkPeriod);
    }
  }
  if (ends) Simulator::Schedule(after(end), &LvsEthNetDevice::TraceTxEnd, this, packet, m_linkPeriod);
}

void LvsEthNetDevice::TraceTxBegin(Ptr<const Packet> packet, uint32_t period) {
  if (period != m_linkPeriod) return;
  m_phyTxBeginTrace(packet);
  m_snifferTrace(packet);
  m_promiscSnifferTrace(packet);
}

void LvsEthNetDevice::TraceTxEnd(Ptr<const Packet> packet, uint32_t period) {
  if (period == m_linkPeriod) m_phyTxEndTrace(packet);
}

}  // namespace ns3
