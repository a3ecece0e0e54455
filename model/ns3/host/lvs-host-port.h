// SPDX-License-Identifier: GPL-2.0-or-later
// Between a host's interface and the ns-3 device that carries its frames.
#pragma once

#include <memory>

#include "host/env/device.h"
#include "host/host.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/traffic-control-layer.h"

namespace ns3 {

class LvsHost;

/** An interface of a host and its NetDevice. */
class LvsHostPort : public ::lvs::host::Port {
 public:
  /** \returns a port for \p device: any with 48-bit addresses and broadcast. nullptr if it is no such device. */
  static std::unique_ptr<LvsHostPort> Create(LvsHost& host, Ptr<NetDevice> device);
  ~LvsHostPort() override = default;

  /** The interface; set once, before the first frame. */
  void SetInterface(::lvs::host::Device& interface) {
    m_interface = &interface;
    if (!m_device->NeedsArp()) interface.noarp = true;  // a point-to-point link
  }
  ::lvs::host::Device& GetInterface() const { return *m_interface; }
  Ptr<NetDevice> GetNetDevice() const { return m_device; }

  /** Lets no more frames in or out, for good. */
  virtual void Close() {
    m_device = nullptr;
    m_traffic = nullptr;
  }
  /** Brings interface and device in step: who changed address or MTU last is right; up is the interface's, carrier the
   * device's. */
  void Follow();
  /** From now on frames pass the root queue disc that \p traffic has for this device, if any. */
  void UseQueueDisc(Ptr<TrafficControlLayer> traffic);

 protected:
  LvsHostPort(LvsHost& host, Ptr<NetDevice> device) : m_host(host), m_device(device) {}
  virtual void SetEnabled(bool) {}
  /**
   * Gives \p frame to the device's root queue disc. \returns false, and takes nothing, if there is none or the frame is
   * nothing that it could classify (IPv4 without options, ARP).
   */
  bool Enqueue(const ::lvs::host::Packet& frame);

  LvsHost& m_host;
  Ptr<NetDevice> m_device;
  ::lvs::host::Device* m_interface = nullptr;

 private:
  Ptr<TrafficControlLayer> m_traffic;  // only where there is a queue disc
  // What both last agreed on.
  ::lvs::base::MacAddr m_mac;
  uint32_t m_mtu = 0;
};

}  // namespace ns3
