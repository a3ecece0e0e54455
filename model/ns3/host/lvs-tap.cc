// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-tap.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "host/packet/offload.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-switch.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/uinteger.h"
#include "wire/ethernet.h"

namespace ns3 {

NS_OBJECT_ENSURE_REGISTERED(LvsTap);

namespace {

constexpr std::size_t kLargest = 65536 + 64;
// IEEE 802.3: bytes on the line that no capture shows.
constexpr uint32_t kMinFrame = 60;
constexpr uint32_t kLineOverhead = 8 + 4 + 12;

}  // namespace

/** In place of a cable: what the port sends is written, and what was read is received by the port. */
class LvsTap::Line final : public LvsEthCable {
 public:
  explicit Line(LvsTap& tap) : m_tap(&tap) {}
  void Transmit(LvsEthNetDevice&, lvs::host::PacketPtr frame, Time) override {
    lvs::host::complete_checksum(*frame);
    if (m_tap != nullptr) m_tap->Write(*frame);
  }
  void Close() { m_tap = nullptr; }

 private:
  LvsTap* m_tap;
};

TypeId LvsTap::GetTypeId() {
  static TypeId tid = TypeId("ns3::LvsTap").SetParent<Object>().SetGroupName("Lvs").AddConstructor<LvsTap>();
  return tid;
}

LvsTap::LvsTap() = default;
LvsTap::~LvsTap() = default;

void LvsTap::Open(const lvs::os::TapOptions& options) {
  lvs::os::TapOptions plain = options;
  plain.offload = false;
  m_tap = std::make_unique<lvs::os::Tap>(plain);
}

void LvsTap::Plug(Ptr<LvsSwitch> bridge, DataRate rate) {
  m_rate = rate;
  // The other end is nobody: it is there because a link has two ends.
  const auto make = [](Ptr<Node> node) {
    Ptr<LvsEthNetDevice> device = CreateObject<LvsEthNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetDataRate(DataRate(uint64_t{1'000'000'000'000}));  // the TAP's own pace counts
    device->SetMtu(65000);
    node->AddDevice(device);
    return device;
  };
  Ptr<Line> line = CompleteConstruct(new Line(*this));  // 3.47: Create<> is not for objects
  m_port = make(bridge->GetNode());
  m_outside = make(CreateObject<Node>());
  m_port->Attach(line);
  m_outside->Attach(line);
  bridge->AddBridgePort(m_port);
}

void LvsTap::DoDispose() {
  if (m_port != nullptr) DynamicCast<Line>(m_port->GetChannel())->Close();
  m_port = nullptr;
  m_outside = nullptr;
  Object::DoDispose();
}

void LvsTap::Read(Batch& batch, std::size_t most) const {
  thread_local std::vector<uint8_t> frame(kLargest);
  while (most-- > 0) {
    const auto size = ::read(m_tap->fd(), frame.data(), frame.size());
    if (size <= 0) {
      batch.gone = batch.gone || (size < 0 && (errno == EBADFD || errno == ENODEV));
      return;
    }
    batch.bytes.insert(batch.bytes.end(), frame.begin(), frame.begin() + size);
    batch.sizes.push_back(static_cast<uint32_t>(size));
  }
}

Time LvsTap::Receive(const Batch& batch, std::size_t& frame, std::size_t& byte, std::size_t most) {
  ++m_counters.batches;
  if (batch.gone) m_gone = true;
  uint64_t bits = 0;
  for (; frame < batch.sizes.size() && most > 0; ++frame, --most) {
    const uint32_t size = batch.sizes[frame];
    const std::span<const uint8_t> bytes(batch.bytes.data() + byte, size);
    byte += size;
    bits += (std::max(size, kMinFrame) + kLineOverhead) * 8;
    if (size < lvs::wire::Ethernet::kSize || m_port == nullptr) {
      ++m_counters.malformed;
      continue;
    }
    ++m_counters.framesIn;
    m_counters.bytesIn += size;
    m_port->Receive(lvs::host::Packet::from_frame(bytes));
  }
  return NanoSeconds(static_cast<double>(bits) * 1e9 / static_cast<double>(m_rate.GetBitRate()));
}

void LvsTap::Write(const lvs::host::Packet& frame) {
  static thread_local std::vector<uint8_t> bytes(kLargest);
  const std::size_t size = frame.size();
  if (m_gone || size > bytes.size()) {
    ++(m_gone ? m_counters.down : m_counters.refused);
    return;
  }
  frame.copy_to({bytes.data(), size});
  if (::write(m_tap->fd(), bytes.data(), size) >= 0) {
    ++m_counters.framesOut;
    m_counters.bytesOut += size;
    return;
  }
  switch (errno) {
    case EIO: ++m_counters.down; break;
    case EBADFD:
    case ENODEV:
      ++m_counters.down;
      m_gone = true;
      break;
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM: ++m_counters.full; break;
    default: ++m_counters.refused; break;
  }
}

}  // namespace ns3
