// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "ns3/attribute.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-switch.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"
#include "ns3/trace-helper.h"

namespace ns3 {

/**
 * Makes Ethernet: cables between two nodes, segments around a switch.
 *
 * \code
 *   LvsEthHelper eth;
 *   eth.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
 *   eth.SetCableAttribute("Delay", StringValue("5us"));
 *   NetDeviceContainer cable = eth.Install(client, router);
 *   NetDeviceContainer segment = eth.Install(switchNode, NodeContainer(director, server));
 *   eth.EnablePcap("lab", segment, true);  // true: as tcpdump; false: as tcpdump -p
 * \endcode
 *
 * Captures hold frames without padding and FCS, in microseconds, or in nanoseconds after
 * Config::SetDefault("ns3::PcapFileWrapper::NanosecMode", BooleanValue(true)). Ascii traces have ns-3's format: + for
 * MacTx, - for PhyTxBegin, r for MacRx, d for a drop.
 */
class LvsEthHelper : public PcapHelperForDevice, public AsciiTraceHelperForDevice {
 public:
  LvsEthHelper();

  /** Attributes of the LvsEthNetDevice, LvsEthCable and LvsSwitch that are made from now on; a port is a device. */
  void SetDeviceAttribute(const std::string& name, const AttributeValue& value);
  void SetCableAttribute(const std::string& name, const AttributeValue& value);
  void SetSwitchAttribute(const std::string& name, const AttributeValue& value);

  /** A cable. \returns the device on \p a and the one on \p b. A device without an address gets the next free one. */
  NetDeviceContainer Install(Ptr<Node> a, Ptr<Node> b) const;
  /** A cable between the two nodes of \p pair. */
  NetDeviceContainer Install(const NodeContainer& pair) const;
  /** Puts a switch on \p node, which may have several. */
  Ptr<LvsSwitch> InstallSwitch(Ptr<Node> node) const;
  /**
   * A cable from each node to a port of its own on \p bridge, in the order of \p nodes; the last one is flooded first.
   * Ports have addresses of their own, made of node and interface number, 06:NN:NN:NN:II:II.
   * \returns the devices on \p nodes.
   */
  NetDeviceContainer Install(Ptr<LvsSwitch> bridge, const NodeContainer& nodes) const;
  NetDeviceContainer Install(Ptr<LvsSwitch> bridge, Ptr<Node> node) const;
  /** As above, around the first switch on \p switchNode; made if there is none. */
  NetDeviceContainer Install(Ptr<Node> switchNode, const NodeContainer& nodes) const;
  /** A cable between two switches. \returns its ports. */
  NetDeviceContainer Install(Ptr<LvsSwitch> a, Ptr<LvsSwitch> b) const;
  /** A cable between two devices that have none; where the system ids of their nodes differ, an LvsEthRemoteCable. */
  void Connect(Ptr<LvsEthNetDevice> a, Ptr<LvsEthNetDevice> b) const;

  /**
   * Fixes the random streams of the devices' error models.
   * \returns how many streams were used
   */
  int64_t AssignStreams(const NetDeviceContainer& devices, int64_t stream) const;

 private:
  Ptr<LvsEthNetDevice> MakeDevice(Ptr<Node> node) const;
  Ptr<LvsEthNetDevice> MakePort(Ptr<LvsSwitch> bridge) const;

  void EnablePcapInternal(std::string prefix, Ptr<NetDevice> nd, bool promiscuous, bool explicitFilename) override;
  void EnableAsciiInternal(Ptr<OutputStreamWrapper> stream, std::string prefix, Ptr<NetDevice> nd,
                           bool explicitFilename) override;

  ObjectFactory m_deviceFactory;
  ObjectFactory m_cableFactory;
  ObjectFactory m_switchFactory;
};

}  // namespace ns3
