// SPDX-License-Identifier: GPL-2.0-or-later
// The node's devices as the host's interfaces, and the ports that ns-3's transports ask for.
#include "control/machine/machine.h"
#include "ns3/lvs-host.h"
#include "ns3/node.h"

namespace ns3 {

void LvsHost::OnDeviceAdded(Ptr<NetDevice> device) {
  if (FindPort(device) == nullptr) AddDevice(device);
}

::lvs::host::Device* LvsHost::AddDevice(Ptr<NetDevice> device, const std::string& name) {
  std::unique_ptr<LvsHostPort> port = LvsHostPort::Create(*this, device);
  if (port == nullptr) return nullptr;
  ::lvs::host::Host& host = GetHost();
  ::lvs::base::MacAddr mac;
  Mac48Address::ConvertFrom(device->GetAddress()).CopyTo(mac.bytes.data());
  ::lvs::host::Device& interface =
      host.add_ethernet(name.empty() ? "eth" + std::to_string(m_ports.size()) : name, mac, port.get());
  port->SetInterface(interface);
  device->AddLinkChangeCallback(MakeCallback(&LvsHost::FollowDevices, this));
  m_ports.push_back(std::move(port));
  const Entry entry(*this);
  host.set_up(interface, true);
  m_ports.back()->Follow();
  // As a veth counts: no carrier while it is made, then, with its other end, one.
  interface.counters.carrier_changes = interface.carrier ? 2 : 1;
  return &interface;
}

LvsHostPort* LvsHost::FindPort(Ptr<const NetDevice> device) const {
  for (const auto& port : m_ports) {
    if (port->GetNetDevice() == device) return port.get();
  }
  return nullptr;
}

::lvs::host::Device* LvsHost::GetInterface(Ptr<const NetDevice> device) const {
  LvsHostPort* port = FindPort(device);
  return port == nullptr ? nullptr : &port->GetInterface();
}

Ptr<NetDevice> LvsHost::GetNetDevice(const ::lvs::host::Device& interface) const {
  for (const auto& port : m_ports) {
    if (&port->GetInterface() == &interface) return port->GetNetDevice();
  }
  return nullptr;
}

void LvsHost::FindInterfaces() {
  GetHost().events.add(&LvsHost::OnHostEvent, this);
  std::size_t next = 0;  // they were added in the order of the ports
  for (const auto& device : GetHost().devices()) {
    if (device->kind() == ::lvs::host::DeviceKind::ethernet && next < m_ports.size())
      m_ports[next++]->SetInterface(*device);
  }
}

// An interface that goes up has its carrier at once: the next command of the line sees it.
void LvsHost::OnHostEvent(void* self, const ::lvs::host::HostEvent& event) {
  if (event.kind == ::lvs::host::HostEvent::Kind::link) static_cast<LvsHost*>(self)->FollowDevices();
}

void LvsHost::FollowDevices() {
  if (m_machine == nullptr || m_following) return;
  m_following = true;  // what one end does changes the other's carrier, which comes back here
  const Entry entry(*this);
  for (const auto& port : m_ports) port->Follow();
  m_following = false;
}

void LvsHost::Receive(::lvs::host::Device& interface, ::lvs::host::PacketPtr frame) {
  const Entry entry(*this);
  m_machine->host().receive(interface, std::move(frame));
}

LvsPortDemux& LvsHost::GetPortDemux(uint8_t protocol) {
  NS_ABORT_MSG_IF(protocol != 6 && protocol != 17, "ports are those of TCP (6) and UDP (17), not of " << +protocol);
  std::unique_ptr<LvsPortDemux>& demux = protocol == 6 ? m_tcpDemux : m_udpDemux;
  if (demux == nullptr) demux = std::make_unique<LvsPortDemux>(GetHost(), protocol);
  return *demux;
}

}  // namespace ns3
