// SPDX-License-Identifier: GPL-2.0-or-later
// The part of LvsIpv4L3Protocol that is about addresses and links: they are the host's, and ns-3's Ipv4Interface
// objects, which its sockets look at, are kept in step.
#include <algorithm>

#include "ns3/ipv4-interface.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-ipv4-l3-protocol.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsIpv4Config");

using ::lvs::host::Conf;
using ::lvs::host::ConfigError;
using ::lvs::host::Device;

namespace {

Ipv4InterfaceAddress ToNs3(const ::lvs::host::InterfaceAddress& address) {
  Ipv4InterfaceAddress result(Ipv4Address(address.prefix.addr.value), Ipv4Mask(address.prefix.mask()));
  if (!address.broadcast.is_any()) LvsSetBroadcast(result, Ipv4Address(address.broadcast.value));
  switch (address.scope) {
    case ::lvs::host::Scope::host: result.SetScope(Ipv4InterfaceAddress::HOST); break;
    case ::lvs::host::Scope::link: result.SetScope(Ipv4InterfaceAddress::LINK); break;
    default: result.SetScope(Ipv4InterfaceAddress::GLOBAL); break;
  }
  if (address.secondary) result.SetSecondary();
  return result;
}

}  // namespace

Device* LvsIpv4L3Protocol::GetDevice(uint32_t interface) const {
  if (interface == 0) return &m_host->GetHost().loopback();
  return m_host->GetInterface(GetInterface(interface)->GetDevice());
}

std::vector<Device*> LvsIpv4L3Protocol::GetDevices(uint32_t interface) const {
  if (interface != 0) return {GetDevice(interface)};
  std::vector<Device*> devices;
  for (const auto& device : m_host->GetHost().devices()) {
    if (device->kind() != ::lvs::host::DeviceKind::ethernet) devices.push_back(device.get());
  }
  return devices;
}

uint32_t LvsIpv4L3Protocol::GetInterfaceIndex(const Device* interface) const {
  if (interface == nullptr) return 0;
  Ptr<NetDevice> device = m_host->GetNetDevice(*interface);
  return device == nullptr ? 0 : static_cast<uint32_t>(std::max(GetInterfaceForDevice(device), 0));
}

// --- keeping in step -------------------------------------------------------------------------------------------------

void LvsIpv4L3Protocol::Follow() const {
  // What the host does to addresses, links and routes voids cached routes: one number tells whether anything changed.
  if (m_host == nullptr || m_following || m_host->GetHost().fib.generation() == m_generation) return;
  // ns-3 asks by const functions; what its base class knows is a copy that is brought up to date before an answer.
  LvsIpv4L3Protocol& self = const_cast<LvsIpv4L3Protocol&>(*this);
  self.m_following = true;
  self.m_generation = m_host->GetHost().fib.generation();
  for (const auto& port : m_host->GetPorts()) {
    if (Ipv4L3Protocol::GetInterfaceForDevice(port->GetNetDevice()) < 0) {
      self.Ipv4L3Protocol::AddInterface(port->GetNetDevice());
    }
  }
  for (uint32_t i = 0; i < Ipv4L3Protocol::GetNInterfaces(); ++i) self.FollowInterface(i);
  self.m_following = false;
}

void LvsIpv4L3Protocol::FollowInterface(uint32_t index) {
  Ptr<Ipv4Interface> interface = GetInterface(index);
  std::vector<Ipv4InterfaceAddress> wanted;
  bool up = false;
  for (const Device* device : GetDevices(index)) {
    if (device == nullptr) return;  // a device of ns-3's that is none of the host's
    for (const auto& address : device->addresses) wanted.push_back(ToNs3(address));
    up |= device->up;
  }
  bool same = wanted.size() == interface->GetNAddresses();
  for (uint32_t i = 0; same && i < wanted.size(); ++i) same = interface->GetAddress(i) == wanted[i];
  if (!same) {
    while (interface->GetNAddresses() > 0) interface->RemoveAddress(0u);
    for (const Ipv4InterfaceAddress& address : wanted) interface->AddAddress(address);
  }
  if (up != interface->IsUp()) up ? interface->SetUp() : interface->SetDown();
}

// --- asking ----------------------------------------------------------------------------------------------------------

uint32_t LvsIpv4L3Protocol::GetNInterfaces() const {
  Follow();
  return Ipv4L3Protocol::GetNInterfaces();
}

int32_t LvsIpv4L3Protocol::GetInterfaceForAddress(Ipv4Address address) const {
  Follow();
  return Ipv4L3Protocol::GetInterfaceForAddress(address);
}

int32_t LvsIpv4L3Protocol::GetInterfaceForPrefix(Ipv4Address address, Ipv4Mask mask) const {
  Follow();
  return Ipv4L3Protocol::GetInterfaceForPrefix(address, mask);
}

int32_t LvsIpv4L3Protocol::GetInterfaceForDevice(Ptr<const NetDevice> device) const {
  Follow();
  return Ipv4L3Protocol::GetInterfaceForDevice(device);
}

bool LvsIpv4L3Protocol::IsDestinationAddress(Ipv4Address address, uint32_t iif) const {
  Follow();
  return Ipv4L3Protocol::IsDestinationAddress(address, iif);
}

Ipv4InterfaceAddress LvsIpv4L3Protocol::GetAddress(uint32_t interface, uint32_t index) const {
  Follow();
  return Ipv4L3Protocol::GetAddress(interface, index);
}

uint32_t LvsIpv4L3Protocol::GetNAddresses(uint32_t interface) const {
  Follow();
  return Ipv4L3Protocol::GetNAddresses(interface);
}

Ptr<NetDevice> LvsIpv4L3Protocol::GetNetDevice(uint32_t interface) {
  Follow();
  return Ipv4L3Protocol::GetNetDevice(interface);
}

bool LvsIpv4L3Protocol::IsUp(uint32_t interface) const {
  Follow();
  return Ipv4L3Protocol::IsUp(interface);
}

uint16_t LvsIpv4L3Protocol::GetMtu(uint32_t interface) const {
  return static_cast<uint16_t>(std::min<uint32_t>(GetDevice(interface)->mtu, 65535));
}

Ipv4Address LvsIpv4L3Protocol::SourceAddressSelection(uint32_t interface, Ipv4Address destination) {
  return SelectSourceAddress(Ipv4L3Protocol::GetNetDevice(interface), destination, Ipv4InterfaceAddress::GLOBAL);
}

Ipv4Address LvsIpv4L3Protocol::SelectSourceAddress(Ptr<const NetDevice> device, Ipv4Address destination,
                                                   Ipv4InterfaceAddress::InterfaceAddressScope_e scope) {
  const Device* out = device == nullptr ? nullptr : m_host->GetInterface(device);
  const auto core = scope == Ipv4InterfaceAddress::HOST   ? ::lvs::host::Scope::host
                    : scope == Ipv4InterfaceAddress::LINK ? ::lvs::host::Scope::link
                                                          : ::lvs::host::Scope::global;
  return Ipv4Address(m_host->GetHost().fib.select_address(out, {destination.Get()}, core).value);
}

// --- changing --------------------------------------------------------------------------------------------------------

uint32_t LvsIpv4L3Protocol::AddInterface(Ptr<NetDevice> device) {
  if (m_host->GetInterface(device) == nullptr) m_host->AddDevice(device);
  Follow();
  const int32_t index = Ipv4L3Protocol::GetInterfaceForDevice(device);
  // A device that carries no Ethernet frames has an interface that nothing comes through.
  return index >= 0 ? static_cast<uint32_t>(index) : Ipv4L3Protocol::AddInterface(device);
}

bool LvsIpv4L3Protocol::AddAddress(uint32_t interface, Ipv4InterfaceAddress address) {
  Device* device = GetDevice(interface);
  if (device == nullptr) return false;
  const LvsHost::Entry entry(*m_host);
  ::lvs::host::InterfaceAddress wanted;
  wanted.prefix = {{address.GetLocal().Get()}, address.GetMask().GetPrefixLength()};
  if (address.GetScope() == Ipv4InterfaceAddress::HOST) wanted.scope = ::lvs::host::Scope::host;
  if (address.GetScope() == Ipv4InterfaceAddress::LINK) wanted.scope = ::lvs::host::Scope::link;
  if (wanted.prefix.length < 31) wanted.broadcast = wanted.prefix.directed_broadcast();  // as `brd +`
  const ConfigError error = m_host->GetHost().add_address(*device, wanted);
  Follow();
  return error == ConfigError::none || error == ConfigError::exists;
}

bool LvsIpv4L3Protocol::RemoveAddress(uint32_t interface, uint32_t index) {
  Follow();
  if (index >= Ipv4L3Protocol::GetNAddresses(interface)) return false;
  return RemoveAddress(interface, Ipv4L3Protocol::GetAddress(interface, index).GetLocal());
}

bool LvsIpv4L3Protocol::RemoveAddress(uint32_t interface, Ipv4Address address) {
  const LvsHost::Entry entry(*m_host);
  for (Device* device : GetDevices(interface)) {
    if (device == nullptr) continue;
    const auto found = std::find_if(device->addresses.begin(), device->addresses.end(),
                                    [&](const auto& each) { return each.prefix.addr.value == address.Get(); });
    if (found == device->addresses.end()) continue;
    const bool removed = m_host->GetHost().remove_address(*device, found->prefix) == ConfigError::none;
    Follow();
    return removed;
  }
  return false;
}

void LvsIpv4L3Protocol::SetUp(uint32_t interface) {
  Device* device = GetDevice(interface);
  if (device == nullptr || device->up) return;
  {
    const LvsHost::Entry entry(*m_host);
    m_host->GetHost().set_up(*device, true);
  }
  m_host->FollowDevices();
  Follow();
}

void LvsIpv4L3Protocol::SetDown(uint32_t interface) {
  Device* device = GetDevice(interface);
  if (device == nullptr || !device->up) return;
  {
    const LvsHost::Entry entry(*m_host);
    m_host->GetHost().set_up(*device, false);
  }
  m_host->FollowDevices();
  Follow();
}

bool LvsIpv4L3Protocol::IsForwarding(uint32_t interface) const {
  const Device* device = GetDevice(interface);
  return device != nullptr && m_host->GetHost().forwarding(*device);
}

void LvsIpv4L3Protocol::SetForwarding(uint32_t interface, bool forward) {
  if (Device* device = GetDevice(interface)) m_host->GetHost().set_conf(*device, Conf::forwarding, forward ? 1 : 0);
}

void LvsIpv4L3Protocol::SetIpForward(bool forward) {
  // ns-3 sets the attribute's default, true, before there is a host; Linux begins with 0.
  if (m_host != nullptr) m_host->GetHost().set_sysctl(::lvs::host::Ipv4Key::ip_forward, forward ? 1 : 0);
}

bool LvsIpv4L3Protocol::GetIpForward() const {
  return m_host != nullptr && m_host->GetHost().sysctls.get(::lvs::host::Ipv4Key::ip_forward) != 0;
}

}  // namespace ns3
