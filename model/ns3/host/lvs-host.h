// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/host.h"
#include "ns3/lvs-clock.h"
#include "ns3/lvs-host-port.h"
#include "ns3/lvs-port-demux.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"
#include "trace/event.h"

namespace lvs::control {
class Machine;
}
namespace lvs::ipvs {
class IpVs;
}

namespace ns3 {

class Node;
class Packet;

/** What a command left behind: as sh and Linux have it. */
struct LvsCommandResult {
  int status = 0;   ///< $?: 0 if all is well
  std::string out;  ///< standard output
  std::string err;  ///< standard error
};

/**
 * \brief A Linux machine on an ns-3 Node: interfaces, ARP, routing, netfilter, IPVS, configured by the real commands.
 *
 * Aggregate it to a Node. The node's Ethernet-like devices become eth0, eth1, ... in the order in which they are added,
 * before or after; they are up, without addresses, as in a lab. Then
 * \code
 *   host->Run("ip addr add 10.0.0.2/24 dev eth0");
 *   host->Run("ipvsadm -A -t 10.0.0.100:80 -s rr");
 * \endcode
 * To run ns-3's sockets and applications on it, aggregate an LvsIpv4L3Protocol too (LvsStackHelper does all of this).
 */
class LvsHost : public Object, private ::lvs::trace::Sink {
 public:
  static TypeId GetTypeId();
  LvsHost();
  ~LvsHost() override;

  // --- the machine ---------------------------------------------------------------------------------------------------
  /** \returns the host of the core. */
  ::lvs::host::Host& GetHost();
  const ::lvs::host::Host& GetHost() const;
  ::lvs::ipvs::IpVs& GetIpVs();
  ::lvs::control::Machine& GetMachine() { return *m_machine; }
  /**
   * Runs shell lines now. A command that waits for something (ping, curl) goes on in virtual time.
   * \param lines sh text with Linux commands: ip, ipvsadm, sysctl, arp, ifconfig, ... A line that is not modelled has
   *        status 2 and a message.
   * \returns what a terminal would have shown so far; the status of the last line, kRunning while one goes on
   */
  LvsCommandResult Run(const std::string& lines);
  static constexpr int kRunning = -1;
  /** Runs shell lines that must succeed; ends the program with the command's message if one does not. */
  void MustRun(const std::string& lines);
  /**
   * Runs a shell line at \p delay from now.
   * \param done called when its foreground commands have ended; without it a status other than 0 is logged as a warning
   */
  void RunAt(Time delay, const std::string& line, std::function<void(const LvsCommandResult&)> done = {});

  // --- interfaces ----------------------------------------------------------------------------------------------------
  /**
   * Makes an interface of a device of this node; devices of the node are added without being asked for.
   * \param name of the interface; empty: the next free ethN
   * \returns nullptr if \p device is none that carries Ethernet frames
   */
  ::lvs::host::Device* AddDevice(Ptr<NetDevice> device, const std::string& name = "");
  /** \returns the interface of \p device, or nullptr. */
  ::lvs::host::Device* GetInterface(Ptr<const NetDevice> device) const;
  /** \returns the device under \p interface; nullptr for lo and tunnels. */
  Ptr<NetDevice> GetNetDevice(const ::lvs::host::Device& interface) const;
  /** Devices in the order of their interfaces. */
  const std::vector<std::unique_ptr<LvsHostPort>>& GetPorts() const { return m_ports; }
  /** A frame from a device; for ports. */
  void Receive(::lvs::host::Device& interface, ::lvs::host::PacketPtr frame);
  /** The machine has crashed: its interfaces are new ones, of the old names. */
  void FindInterfaces();
  /** Takes over what devices and interfaces say of each other; done at every command and change of either. */
  void FollowDevices();

  // --- transport -----------------------------------------------------------------------------------------------------
  /** Ports of TCP (6) or UDP (17) whose segments go to a handler of their own. */
  LvsPortDemux& GetPortDemux(uint8_t protocol);

  // --- CPU -----------------------------------------------------------------------------------------------------------
  /** Switches the CPU model on or off; off, packets cost no time. */
  void SetCpuEnabled(bool enabled);
  bool GetCpuEnabled() const;
  /** Sets the same cost for every stage and switches the model on; zero switches it off. */
  void SetCpuCost(Time cost);
  /** \returns the share of the time since ResetCpuCounters() (or the start) that the CPU served, 0 to 1. */
  double GetCpuUtilization() const;
  /** \returns frames that wait for the CPU. */
  uint32_t GetCpuBacklog() const;
  /** \returns the counters since ResetCpuCounters(). */
  ::lvs::host::CpuCounters GetCpuCounters() const;
  void ResetCpuCounters();

  // --- randomness, tracing -------------------------------------------------------------------------------------------
  /**
   * Fixes the random numbers of this host from now on (ARP times, schedulers); by default the stream is the node's
   * number. \returns the number of streams used: 1
   */
  int64_t AssignStreams(int64_t stream);
  /** Everything that happens in this host goes to \p sink too; the sink outlives its membership. */
  void AddSink(::lvs::trace::Sink& sink);
  void RemoveSink(::lvs::trace::Sink& sink);
  /** \returns the sum of packets dropped, whatever the reason. */
  uint64_t GetDrops() const;

  /** Callers into the host hold one of these: time is read once, and traces are switched on if somebody listens. */
  class Entry {
   public:
    explicit Entry(LvsHost& host) : m_host(host), m_moment(host.m_clock) { host.UpdateSink(); }
    ~Entry() { m_host.Leave(); }

   private:
    LvsHost& m_host;
    LvsClock::Moment m_moment;
  };

  /**
   * \param reason a drop reason, spelled as the kernel's skb_drop_reason ("ip_rpfilter")
   * \param stage where ("routing")
   * \param packet the packet: its headers, and zeros for the rest
   */
  typedef void (*DropTracedCallback)(const std::string& reason, const std::string& stage, Ptr<const Packet> packet);
  /** \param text one line */
  typedef void (*TextTracedCallback)(const std::string& text);
  /** \param busy share of the last window, 0 to 1 */
  typedef void (*UtilizationTracedCallback)(double busy);

 protected:
  void NotifyNewAggregate() override;
  void DoInitialize() override;
  void DoDispose() override;

 private:
  void packet(const ::lvs::trace::PacketEvent& event) override;
  void journal(const ::lvs::trace::JournalEvent& event) override;
  void settled(::lvs::trace::HostId host) override;

  static void Wake(void* self);
  static void OnHostEvent(void* self, const ::lvs::host::HostEvent& event);
  void OnDeviceAdded(Ptr<NetDevice> device);
  void UpdateSink();
  void Leave();
  uint64_t MakeSeed(int64_t stream) const;
  void ApplyCpuModel();
  void SampleUtilization();
  void StartLine(const std::string& line, std::function<void(const LvsCommandResult&)> done);
  LvsHostPort* FindPort(Ptr<const NetDevice> device) const;
  // Attributes of the CPU model.
  using CpuCost = ::lvs::base::Time(::lvs::host::CpuModel::*);
  template <CpuCost Cost>
  void SetCost(Time cost);
  template <CpuCost Cost>
  Time GetCost() const;
  void SetBacklogLimit(uint32_t frames);
  uint32_t GetBacklogLimit() const;

  std::string m_name;
  int64_t m_stream = -1;
  LvsClock m_clock;
  std::unique_ptr<::lvs::control::Machine> m_machine;
  Ptr<Node> m_node;
  std::vector<std::unique_ptr<LvsHostPort>> m_ports;
  std::unique_ptr<LvsPortDemux> m_tcpDemux, m_udpDemux;

  ::lvs::host::CpuModel m_cpuModel;
  ::lvs::host::CpuCounters m_cpuBase;
  Time m_cpuBaseTime;
  Time m_utilizationWindow;
  ::lvs::base::Time m_windowBusy{};

  std::vector<::lvs::trace::Sink*> m_sinks;
  bool m_sinkSet = false;
  bool m_following = false;
  TracedValue<uint32_t> m_cpuBacklog = 0;
  TracedCallback<double> m_utilizationTrace;
  TracedCallback<const std::string&, const std::string&, Ptr<const Packet>> m_dropTrace;
  TracedCallback<const std::string&> m_hookTrace;
  TracedCallback<const std::string&> m_journalTrace;
};

}  // namespace ns3
