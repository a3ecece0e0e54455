// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-eth-helper.h"

#include "ns3/abort.h"
#include "ns3/error-model.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-remote-cable.h"
#include "ns3/lvs-packet.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsEthHelper");

namespace {

// One line of an ascii trace; `what` is its first character.
void WriteLine(Ptr<OutputStreamWrapper> stream, char what, const std::string& context, Ptr<const Packet> frame) {
  std::ostream& os = *stream->GetStream();
  os << what << ' ' << Simulator::Now().GetSeconds() << ' ';
  if (!context.empty()) os << context << ' ';
  LvsPacket::Print(os, frame);
  os << '\n';
}

// 06:NN:NN:NN:II:II: locally administered, and apart from Mac48Address::Allocate(), so that switches shift nobody's.
Mac48Address PortAddress(Ptr<const Node> node) {
  const uint32_t id = node->GetId();
  const uint32_t index = node->GetNDevices();
  const uint8_t bytes[6] = {6,
                            static_cast<uint8_t>(id >> 16),
                            static_cast<uint8_t>(id >> 8),
                            static_cast<uint8_t>(id),
                            static_cast<uint8_t>(index >> 8),
                            static_cast<uint8_t>(index)};
  Mac48Address address;
  address.CopyFrom(bytes);
  return address;
}

}  // namespace

LvsEthHelper::LvsEthHelper() {
  m_deviceFactory.SetTypeId("ns3::LvsEthNetDevice");
  m_cableFactory.SetTypeId("ns3::LvsEthCable");
  m_switchFactory.SetTypeId("ns3::LvsSwitch");
}

void LvsEthHelper::SetDeviceAttribute(const std::string& name, const AttributeValue& value) {
  m_deviceFactory.Set(name, value);
}
void LvsEthHelper::SetCableAttribute(const std::string& name, const AttributeValue& value) {
  m_cableFactory.Set(name, value);
}
void LvsEthHelper::SetSwitchAttribute(const std::string& name, const AttributeValue& value) {
  m_switchFactory.Set(name, value);
}

Ptr<LvsEthNetDevice> LvsEthHelper::MakeDevice(Ptr<Node> node) const {
  Ptr<LvsEthNetDevice> device = m_deviceFactory.Create<LvsEthNetDevice>();
  if (Mac48Address::ConvertFrom(device->GetAddress()) == Mac48Address()) device->SetAddress(Mac48Address::Allocate());
  node->AddDevice(device);
  return device;
}

Ptr<LvsEthNetDevice> LvsEthHelper::MakePort(Ptr<LvsSwitch> bridge) const {
  Ptr<LvsEthNetDevice> port = m_deviceFactory.Create<LvsEthNetDevice>();
  Ptr<Node> node = bridge->GetNode();
  port->SetAddress(PortAddress(node));
  node->AddDevice(port);
  return port;
}

void LvsEthHelper::Connect(Ptr<LvsEthNetDevice> a, Ptr<LvsEthNetDevice> b) const {
  if (a->GetNode()->GetSystemId() == b->GetNode()->GetSystemId()) {
    Ptr<LvsEthCable> cable = m_cableFactory.Create<LvsEthCable>();
    a->Attach(cable);
    b->Attach(cable);
    return;
  }
  ObjectFactory factory = m_cableFactory;
  factory.SetTypeId("ns3::LvsEthRemoteCable");
  Ptr<LvsEthRemoteCable> cable = factory.Create<LvsEthRemoteCable>();
  a->Attach(cable);
  b->Attach(cable);
  cable->Open();
}

NetDeviceContainer LvsEthHelper::Install(Ptr<Node> a, Ptr<Node> b) const {
  Ptr<LvsEthNetDevice> first = MakeDevice(a);
  Ptr<LvsEthNetDevice> second = MakeDevice(b);
  Connect(first, second);
  NetDeviceContainer devices(first);
  devices.Add(second);
  return devices;
}

NetDeviceContainer LvsEthHelper::Install(const NodeContainer& pair) const {
  NS_ABORT_MSG_UNLESS(pair.GetN() == 2, "LvsEthHelper: a cable has two ends; more nodes need a switch");
  return Install(pair.Get(0), pair.Get(1));
}

Ptr<LvsSwitch> LvsEthHelper::InstallSwitch(Ptr<Node> node) const {
  Ptr<LvsSwitch> bridge = m_switchFactory.Create<LvsSwitch>();
  node->AddDevice(bridge);
  return bridge;
}

NetDeviceContainer LvsEthHelper::Install(Ptr<LvsSwitch> bridge, const NodeContainer& nodes) const {
  NetDeviceContainer devices;
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) {
    Ptr<LvsEthNetDevice> device = MakeDevice(*node);
    Ptr<LvsEthNetDevice> port = MakePort(bridge);
    Connect(device, port);
    bridge->AddBridgePort(port);
    devices.Add(device);
  }
  return devices;
}

NetDeviceContainer LvsEthHelper::Install(Ptr<LvsSwitch> bridge, Ptr<Node> node) const {
  return Install(bridge, NodeContainer(node));
}

NetDeviceContainer LvsEthHelper::Install(Ptr<Node> switchNode, const NodeContainer& nodes) const {
  for (uint32_t i = 0; i < switchNode->GetNDevices(); ++i) {
    if (Ptr<LvsSwitch> bridge = DynamicCast<LvsSwitch>(switchNode->GetDevice(i))) return Install(bridge, nodes);
  }
  return Install(InstallSwitch(switchNode), nodes);
}

NetDeviceContainer LvsEthHelper::Install(Ptr<LvsSwitch> a, Ptr<LvsSwitch> b) const {
  Ptr<LvsEthNetDevice> first = MakePort(a);
  Ptr<LvsEthNetDevice> second = MakePort(b);
  Connect(first, second);
  a->AddBridgePort(first);
  b->AddBridgePort(second);
  NetDeviceContainer devices(first);
  devices.Add(second);
  return devices;
}

int64_t LvsEthHelper::AssignStreams(const NetDeviceContainer& devices, int64_t stream) const {
  const int64_t first = stream;
  for (auto device = devices.Begin(); device != devices.End(); ++device) {
    PointerValue value;
    if (!(*device)->GetAttributeFailSafe("ReceiveErrorModel", value)) continue;
    Ptr<ErrorModel> model = value.Get<ErrorModel>();
    if (Ptr<RateErrorModel> rate = DynamicCast<RateErrorModel>(model)) stream += rate->AssignStreams(stream);
    if (Ptr<BurstErrorModel> burst = DynamicCast<BurstErrorModel>(model)) stream += burst->AssignStreams(stream);
  }
  return stream - first;
}

void LvsEthHelper::EnablePcapInternal(std::string prefix, Ptr<NetDevice> nd, bool promiscuous, bool explicitFilename) {
  Ptr<LvsEthNetDevice> device = DynamicCast<LvsEthNetDevice>(nd);
  if (device == nullptr) {
    NS_LOG_INFO("device " << nd << " is no LvsEthNetDevice");
    return;
  }
  PcapHelper pcap;
  const std::string name = explicitFilename ? prefix : pcap.GetFilenameFromDevice(prefix, device);
  pcap.HookDefaultSink<LvsEthNetDevice>(device, promiscuous ? "PromiscSniffer" : "Sniffer",
                                        pcap.CreateFile(name, std::ios::out, PcapHelper::DLT_EN10MB));
}

void LvsEthHelper::EnableAsciiInternal(Ptr<OutputStreamWrapper> stream, std::string prefix, Ptr<NetDevice> nd,
                                       bool explicitFilename) {
  Ptr<LvsEthNetDevice> device = DynamicCast<LvsEthNetDevice>(nd);
  if (device == nullptr) {
    NS_LOG_INFO("device " << nd << " is no LvsEthNetDevice");
    return;
  }
  // A file of its own needs no paths in its lines; in a shared stream they say where a line comes from.
  std::string path;
  if (stream == nullptr) {
    AsciiTraceHelper ascii;
    stream = ascii.CreateFileStream(explicitFilename ? prefix : ascii.GetFilenameFromDevice(prefix, device));
  } else {
    path = "/NodeList/" + std::to_string(nd->GetNode()->GetId()) + "/DeviceList/" + std::to_string(nd->GetIfIndex()) +
           "/$ns3::LvsEthNetDevice/";
  }
  const auto hook = [&](const std::string& source, char what) {
    const std::string context = path.empty() ? "" : path + source;
    device->TraceConnectWithoutContext(
        source, LvsCallback(std::function<void(Ptr<const Packet>)>(
                    [stream, what, context](Ptr<const Packet> frame) { WriteLine(stream, what, context, frame); })));
  };
  hook("MacTx", '+');
  hook("PhyTxBegin", '-');
  hook("MacRx", 'r');
  for (const char* drop : {"MacTxDrop", "PhyTxDrop", "MacRxDrop", "PhyRxDrop"}) hook(drop, 'd');
}

}  // namespace ns3
