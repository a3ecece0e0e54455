// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-eth-remote-cable.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ns3/abort.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-frame-batch.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#ifdef LVS_MPI
#include "ns3/mpi-interface.h"
#include "ns3/mpi-receiver.h"
#endif

namespace ns3 {

NS_OBJECT_ENSURE_REGISTERED(LvsEthRemoteCable);

namespace {

// ns-3's MAX_MPI_MSG_SIZE, which no header of it says, less what it puts before a packet's bytes.
constexpr uint32_t kMessage = 2000 - 100;

// What is on its way from this process to others: state of the process, as MpiInterface is.
class Outbound {
 public:
  static Outbound& Get() {
    static Outbound only;
    return only;
  }

  // A batch waits as long as the shortest cable allows that a frame of it may have taken.
  void Shortest(const LvsEthRemoteCable& cable) {
    const int64_t wait = cable.GetDelay().GetTimeStep() - cable.GetLookAhead().GetTimeStep() - 1;
    NS_ABORT_MSG_IF(wait < 0, "LvsEthRemoteCable: a delay of 2 ns is the least");
    m_wait = std::min(m_wait, wait);
  }

  void Send(uint32_t rank, const LvsFrameArrival& at, const lvs::host::Packet& frame) {
    Waiting& waiting = m_ranks[rank];
    LvsFrameBatch& batch = waiting.batch;
    if (!batch.Add(at, frame)) {
      if (!batch.IsEmpty()) Flush(batch);
      NS_ABORT_MSG_UNLESS(batch.Add(at, frame), "LvsEthRemoteCable: a frame of "
                                                    << frame.size()
                                                    << " bytes does not go into an MPI message of ns-3");
    }
    ++m_counters.frames;
    if (batch.GetFrames() != 1) return;
    waiting.due = Simulator::Now() + TimeStep(static_cast<uint64_t>(m_wait));
    LvsScheduleWithContext(Simulator::NO_CONTEXT, TimeStep(static_cast<uint64_t>(m_wait)), [this, &waiting] {
      // One that was full has gone before its time; what waits now has an event of its own.
      if (!waiting.batch.IsEmpty() && waiting.due == Simulator::Now()) Flush(waiting.batch);
    });
  }

  // An end of a cable that frames come to from other processes.
  void AddEnd(LvsEthNetDevice& end) { m_ends[KeyOf(end.GetNodeId(), end.GetIfIndex())] = &end; }
  LvsEthNetDevice* FindEnd(const LvsFrameArrival& at) const {
    const auto end = m_ends.find(KeyOf(at.node, at.interface));
    return end == m_ends.end() ? nullptr : end->second;
  }

  const LvsRemoteCounters& GetCounters() const { return m_counters; }

 private:
  struct Waiting {
    LvsFrameBatch batch{kMessage};
    Time due;
  };

  static uint64_t KeyOf(uint32_t node, uint32_t interface) { return uint64_t{node} << 32 | interface; }

  void Flush(LvsFrameBatch& batch) {
    const auto bytes = batch.GetBytes();
    ++m_counters.messages;
    m_counters.bytes += bytes.size();
#ifdef LVS_MPI
    const LvsFrameArrival& first = batch.GetFirst();
    // A tick early: each frame's own event is there before its time comes, and has its place among those of that time.
    MpiInterface::SendPacket(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                             TimeStep(static_cast<uint64_t>(first.time - 1)), first.node, first.interface);
#endif
    batch.Clear();
  }

  std::map<uint32_t, Waiting> m_ranks;  // by the process they go to; entries stay where they are
  std::unordered_map<uint64_t, LvsEthNetDevice*> m_ends;
  int64_t m_wait = INT64_MAX;  // ticks
  LvsRemoteCounters m_counters;
};

#ifdef LVS_MPI
void TakeBatch(Ptr<Packet> message) {
  std::vector<uint8_t> bytes(message->GetSize());
  message->CopyData(bytes.data(), message->GetSize());
  const bool whole = LvsFrameBatch::ForEach(bytes, [](const LvsFrameArrival& at, lvs::host::PacketPtr frame) {
    LvsEthNetDevice* end = Outbound::Get().FindEnd(at);
    NS_ABORT_MSG_IF(end == nullptr, "LvsEthRemoteCable: node " << at.node << " has other devices elsewhere");
    LvsEthRemoteCable::Arrive(*end, std::move(frame), at.time);
  });
  NS_ABORT_MSG_UNLESS(whole, "LvsEthRemoteCable: a message that is none of ours");
}
#endif

}  // namespace

TypeId LvsEthRemoteCable::GetTypeId() {
  static TypeId tid = [] {
    // What ns-3's engine asks a channel for is "Delay": declared before LvsEthCable becomes the parent, as LvsSwitch
    // does.
    TypeId t("ns3::LvsEthRemoteCable");
    t.SetParent<Object>().SetGroupName("Lvs").AddConstructor<LvsEthRemoteCable>().AddAttribute(
        "Delay", "Set: propagation delay, 2 ns or more. Read: what of it is left for processes to run ahead, half.",
        TypeId::ATTR_GET | TypeId::ATTR_SET, TimeValue(MicroSeconds(1)),
        MakeTimeAccessor(&LvsEthRemoteCable::SetPropagation, &LvsEthRemoteCable::GetLookAhead),
        MakeTimeChecker(TimeStep(1)));
    return t.SetParent<LvsEthCable>();
  }();
  return tid;
}

LvsEthRemoteCable::LvsEthRemoteCable() = default;
LvsEthRemoteCable::~LvsEthRemoteCable() = default;

void LvsEthRemoteCable::Open() {
#ifdef LVS_MPI
  NS_ABORT_MSG_UNLESS(MpiInterface::IsEnabled(), "nodes of several system ids: MpiInterface::Enable() comes first");
  for (std::size_t i = 0; i < GetNDevices(); ++i) {
    Ptr<LvsEthNetDevice> end = DynamicCast<LvsEthNetDevice>(GetDevice(i));
    if (end->GetNode()->GetSystemId() != MpiInterface::GetSystemId()) continue;
    Outbound::Get().AddEnd(*end);
    Ptr<MpiReceiver> receiver = CreateObject<MpiReceiver>();
    receiver->SetReceiveCallback(MakeCallback(&TakeBatch));
    end->AggregateObject(receiver);
  }
  Outbound::Get().Shortest(*this);
#else
  NS_ABORT_MSG("nodes of several system ids need an ns-3 with MPI (docs/scale.md)");
#endif
}

void LvsEthRemoteCable::Transmit(LvsEthNetDevice& from, lvs::host::PacketPtr frame, Time lastBit) {
  const LvsEthNetDevice& to = *GetPeer(from);
  const Time arrival = Simulator::Now() + lastBit + GetDelay();
  Outbound::Get().Send(to.GetNode()->GetSystemId(), {to.GetNodeId(), to.GetIfIndex(), arrival.GetTimeStep()}, *frame);
}

void LvsEthRemoteCable::Arrive(LvsEthNetDevice& to, lvs::host::PacketPtr frame, int64_t time) {
  ScheduleArrival(*to.GetPeer(), to, std::move(frame), TimeStep(static_cast<uint64_t>(time)) - Simulator::Now());
}

const LvsRemoteCounters& LvsEthRemoteCable::GetCounters() { return Outbound::Get().GetCounters(); }

}  // namespace ns3
