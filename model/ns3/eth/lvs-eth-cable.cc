// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-eth-cable.h"

#include <new>
#include <utility>

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/lvs-arrival-event.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-packet.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsEthCable");
NS_OBJECT_ENSURE_REGISTERED(LvsEthCable);

namespace {

// A frame at the far end of a cable. An event class of its own can own the frame, which a bound callback (copyable)
// cannot; the pool saves a tenth of what is left, the scheduler's work.
class Arrival final : public LvsArrivalEvent {
 public:
  Arrival(LvsEthNetDevice& from, LvsEthNetDevice& to, lvs::host::PacketPtr frame)
      : m_from(from),
        m_to(to),
        m_period(from.GetLinkPeriod()),
        m_interface(to.GetIfIndex()),
        m_frame(std::move(frame)) {}

  uint32_t GetInterface() const override { return m_interface; }

  static void* operator new(std::size_t size) {
    FreeList& free = GetFreeList();
    if (free.head == nullptr) return ::operator new(size);
    return std::exchange(free.head, free.head->next);
  }
  static void operator delete(void* memory) {
    FreeList& free = GetFreeList();
    free.head = new (memory) Link{free.head};
  }

 protected:
  void Notify() override {
    if (m_period == m_from.GetLinkPeriod()) {
      m_to.Receive(std::move(m_frame));
    } else {
      m_from.LostOnLine(std::move(m_frame));
    }
  }

 private:
  struct Link {
    Link* next;
  };
  // An allocator's cache, one a thread: no state that a run could see.
  struct FreeList {
    Link* head = nullptr;
    ~FreeList() {
      while (head != nullptr) ::operator delete(std::exchange(head, head->next));
    }
  };
  static FreeList& GetFreeList() {
    thread_local FreeList list;
    return list;
  }

  LvsEthNetDevice& m_from;
  LvsEthNetDevice& m_to;
  uint32_t m_period;
  uint32_t m_interface;  // asked for also when the device is gone, at the end of a simulation
  lvs::host::PacketPtr m_frame;
};

}  // namespace

TypeId LvsEthCable::GetTypeId() {
  static TypeId tid = TypeId("ns3::LvsEthCable")
                          .SetParent<Channel>()
                          .SetGroupName("Lvs")
                          .AddConstructor<LvsEthCable>()
                          .AddAttribute("Delay", "Propagation delay; above zero.", TimeValue(MicroSeconds(1)),
                                        MakeTimeAccessor(&LvsEthCable::m_delay), MakeTimeChecker(TimeStep(1)))
                          .AddTraceSource("TxRxPointToPoint",
                                          "A frame on its way: sender, receiver, from now until its last bit has left, "
                                          "and until it has arrived. NetAnim connects to it.",
                                          MakeTraceSourceAccessor(&LvsEthCable::m_txRxTrace),
                                          "ns3::PointToPointChannel::TxRxAnimationCallback");
  return tid;
}

LvsEthCable::LvsEthCable() = default;
LvsEthCable::~LvsEthCable() = default;

void LvsEthCable::Attach(Ptr<LvsEthNetDevice> device) {
  NS_LOG_FUNCTION(this << device);
  NS_ABORT_MSG_IF(m_ends[1] != nullptr, "LvsEthCable: both ends are taken");
  m_ends[m_ends[0] == nullptr ? 0 : 1] = device;
}

std::size_t LvsEthCable::GetNDevices() const { return m_ends[1] != nullptr ? 2 : m_ends[0] != nullptr ? 1 : 0; }
Ptr<NetDevice> LvsEthCable::GetDevice(std::size_t i) const { return m_ends.at(i); }

void LvsEthCable::SetUp(bool up) {
  NS_LOG_FUNCTION(this << up);
  NS_ABORT_MSG_IF(IsRemote(), "a cable to another process is always up: its far end would not see the change");
  m_up = up;
  for (const auto& end : m_ends) {
    if (end != nullptr) end->UpdateLink();
  }
}

void LvsEthCable::Transmit(LvsEthNetDevice& from, lvs::host::PacketPtr frame, Time lastBit) {
  LvsEthNetDevice& to = *GetPeer(from);
  if (!m_txRxTrace.IsEmpty()) m_txRxTrace(LvsPacket::ToNs3(*frame), &from, &to, lastBit, lastBit + m_delay);
  ScheduleArrival(from, to, std::move(frame), lastBit + m_delay);
}

void LvsEthCable::ScheduleArrival(LvsEthNetDevice& from, LvsEthNetDevice& to, lvs::host::PacketPtr frame, Time delay) {
  Simulator::ScheduleWithContext(to.GetNodeId(), delay, new Arrival(from, to, std::move(frame)));
}

void LvsEthCable::DoDispose() {
  m_ends = {};
  Channel::DoDispose();
}

}  // namespace ns3
