// SPDX-License-Identifier: GPL-2.0-or-later
// Packets a second over two hops, client - router - server: ns-3's links and this project's, under the same ns-3
// stacks, in one run; and this project's links alone, with frames in place of stacks.
//   bench-ns3-link [--packets=N] [--size=BYTES] [--rounds=N] [--scheduler=ns3::MapScheduler] [--only=TEXT]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "ns3/bridge-helper.h"
#include "ns3/command-line.h"
#include "ns3/csma-helper.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/lvs-packet.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simple-net-device-helper.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/type-id.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

using namespace ns3;

namespace {

struct Load {
  uint32_t packets = 200000;
  uint32_t size = 1000;  // bytes of UDP payload
};

struct Outcome {
  uint32_t received = 0;
  double seconds = 0;
  double events = 0;
  double Rate() const { return received / seconds; }
};

// 80 % of the line.
Time Gap(const Load& load) { return NanoSeconds(static_cast<uint64_t>((load.size + 42 + 24) * 10)); }

// The simulation is one thread: on a machine with a core to spare this is wall time, and on a busy one still right.
double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Outcome Run(uint32_t& received) {
  const double begin = CpuSeconds();
  Simulator::Run();
  Outcome outcome;
  outcome.seconds = CpuSeconds() - begin;
  outcome.received = received;
  outcome.events = static_cast<double>(Simulator::GetEventCount()) / std::max(1u, received);
  Simulator::Destroy();
  return outcome;
}

// One hop of a topology: the devices on the two nodes.
using Hop = std::function<NetDeviceContainer(Ptr<Node>, Ptr<Node>)>;

template <typename Helper>
Helper MakeHelper() {
  Helper helper;
  helper.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
  helper.SetChannelAttribute("Delay", StringValue("1us"));
  return helper;
}

NetDeviceContainer PointToPoint(Ptr<Node> a, Ptr<Node> b) { return MakeHelper<PointToPointHelper>().Install(a, b); }

CsmaHelper MakeCsma() {
  CsmaHelper helper;
  helper.SetChannelAttribute("DataRate", StringValue("1Gbps"));
  helper.SetChannelAttribute("Delay", StringValue("1us"));
  return helper;
}

NetDeviceContainer Csma(Ptr<Node> a, Ptr<Node> b) { return MakeCsma().Install(NodeContainer(a, b)); }

template <typename Helper>
NetDeviceContainer Bridged(const Helper& helper, Ptr<Node> a, Ptr<Node> b) {
  Ptr<Node> node = CreateObject<Node>();
  const NetDeviceContainer left = helper.Install(NodeContainer(a, node));
  const NetDeviceContainer right = helper.Install(NodeContainer(b, node));
  BridgeHelper().Install(node, NetDeviceContainer(left.Get(1), right.Get(1)));
  NetDeviceContainer ends(left.Get(0));
  ends.Add(right.Get(0));
  return ends;
}

NetDeviceContainer CsmaBridge(Ptr<Node> a, Ptr<Node> b) { return Bridged(MakeCsma(), a, b); }
NetDeviceContainer SimpleBridge(Ptr<Node> a, Ptr<Node> b) { return Bridged(MakeHelper<SimpleNetDeviceHelper>(), a, b); }
NetDeviceContainer EthCable(Ptr<Node> a, Ptr<Node> b) { return LvsEthHelper().Install(a, b); }
NetDeviceContainer EthSwitch(Ptr<Node> a, Ptr<Node> b) {
  return LvsEthHelper().Install(CreateObject<Node>(), NodeContainer(a, b));
}

void RemoveQueueDiscs(const NetDeviceContainer& devices) {
  for (auto device = devices.Begin(); device != devices.End(); ++device) {
    const auto control = (*device)->GetNode()->GetObject<TrafficControlLayer>();
    if (control->GetRootQueueDiscOnDevice(*device) != nullptr) TrafficControlHelper().Uninstall(*device);
  }
}

// UDP between sockets of ns-3's.
// \param linux on Linux hosts; else on ns-3's own stacks, without queue discs
Outcome RunStacks(const Hop& hop, const Load& load, bool linux) {
  NodeContainer nodes;
  nodes.Create(3);
  const NetDeviceContainer left = hop(nodes.Get(0), nodes.Get(1));
  const NetDeviceContainer right = hop(nodes.Get(1), nodes.Get(2));
  if (linux) {
    LvsStackHelper().Install(nodes);
  } else {
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(nodes);
  }
  Ipv4AddressHelper address("10.0.0.0", "255.255.255.0");
  const Ipv4InterfaceContainer near = address.Assign(left);
  address.SetBase("10.0.1.0", "255.255.255.0");
  const Ipv4InterfaceContainer far = address.Assign(right);
  if (linux) {
    nodes.Get(0)->GetObject<LvsHost>()->MustRun("ip route add default via 10.0.0.2");
    nodes.Get(1)->GetObject<LvsHost>()->MustRun("sysctl -w net.ipv4.ip_forward=1");
  } else {
    RemoveQueueDiscs(left);
    RemoveQueueDiscs(right);
    const Ipv4StaticRoutingHelper routing;
    routing.GetStaticRouting(nodes.Get(0)->GetObject<Ipv4>())->SetDefaultRoute(near.GetAddress(1), 1);
  }

  uint32_t received = 0;
  const TypeId udp = TypeId::LookupByName("ns3::UdpSocketFactory");
  Ptr<Socket> server = Socket::CreateSocket(nodes.Get(2), udp);
  server->Bind(InetSocketAddress(Ipv4Address::GetAny(), 9));
  server->SetRecvCallback(Callback<void, Ptr<Socket>>([&received](Ptr<Socket> socket) {
    while (socket->Recv() != nullptr) ++received;
  }));
  Ptr<Socket> client = Socket::CreateSocket(nodes.Get(0), udp);
  client->Bind();
  client->Connect(InetSocketAddress(far.GetAddress(1), 9));
  uint32_t sent = 0;
  const Time gap = Gap(load);
  std::function<void()> tick = [&] {
    client->Send(Create<Packet>(load.size));
    if (++sent < load.packets) Simulator::Schedule(gap, [&tick] { tick(); });
  };
  Simulator::ScheduleWithContext(nodes.Get(0)->GetId(), Seconds(1), [&tick] { tick(); });
  return Run(received);
}

// Frames of the core; the router changes addresses and sends on, the server counts.
struct Router : LvsFrameReceiver {
  Ptr<LvsEthNetDevice> out;
  lvs::base::MacAddr next;
  void ReceiveFrame(LvsEthNetDevice&, lvs::host::PacketPtr frame) override {
    lvs::base::MacAddr own;
    Mac48Address::ConvertFrom(out->GetAddress()).CopyTo(own.bytes.data());
    lvs::wire::Ethernet{frame->data()}.set(next, own, lvs::wire::EtherType::ipv4);
    out->SendFrame(std::move(frame));
  }
};
struct Server : LvsFrameReceiver {
  uint32_t received = 0;
  void ReceiveFrame(LvsEthNetDevice&, lvs::host::PacketPtr) override { ++received; }
};

lvs::base::MacAddr MacOf(Ptr<NetDevice> device) {
  lvs::base::MacAddr mac;
  Mac48Address::ConvertFrom(device->GetAddress()).CopyTo(mac.bytes.data());
  return mac;
}

// An IPv4 and UDP packet whose payload nobody allocates.
lvs::host::PacketPtr MakeFrame(uint32_t payload, const lvs::base::MacAddr& to, const lvs::base::MacAddr& from) {
  lvs::host::PacketPtr frame = lvs::host::Packet::create();
  lvs::wire::Ethernet{frame->put(14)}.set(to, from, lvs::wire::EtherType::ipv4);
  const lvs::wire::Ipv4 ip{frame->put(20)};
  ip.init(0, static_cast<uint16_t>(28 + payload), 1, 0, 64, lvs::wire::IpProto::udp,
          lvs::base::Ipv4Addr::of(10, 0, 0, 2), lvs::base::Ipv4Addr::of(10, 0, 1, 2));
  ip.refresh_checksum();
  uint8_t* udp = frame->put(8);
  lvs::base::store_be16(udp, 1000);
  lvs::base::store_be16(udp + 2, 9);
  lvs::base::store_be16(udp + 4, static_cast<uint16_t>(8 + payload));
  lvs::base::store_be16(udp + 6, 0);
  frame->payload = lvs::host::Payload::zeros(payload);
  frame->has_link_header = true;
  return frame;
}

// \param linux the router is a Linux host that forwards; else it changes the addresses and does nothing more
Outcome RunFrames(const Hop& hop, const Load& load, bool linux) {
  NodeContainer nodes;
  nodes.Create(3);
  const NetDeviceContainer left = hop(nodes.Get(0), nodes.Get(1));
  const NetDeviceContainer right = hop(nodes.Get(1), nodes.Get(2));
  const auto device = [](const NetDeviceContainer& from, uint32_t i) {
    return DynamicCast<LvsEthNetDevice>(from.Get(i));
  };
  Router router;
  if (linux) {
    LvsHostHelper()
        .Install(nodes.Get(1))
        ->MustRun(
            "ip addr add 10.0.0.1/24 dev eth0\nip addr add 10.0.1.1/24 dev eth1\n"
            "sysctl -w net.ipv4.ip_forward=1\n"
            "ip neigh add 10.0.1.2 lladdr " +
            MacOf(right.Get(1)).text() + " dev eth1");
  } else {
    router.out = device(right, 0);
    router.next = MacOf(right.Get(1));
    device(left, 1)->SetFrameReceiver(&router);
  }
  Server server;
  device(right, 1)->SetFrameReceiver(&server);
  Server ignore;
  device(left, 0)->SetFrameReceiver(&ignore);
  // The switches learn where everybody is.
  for (Ptr<LvsEthNetDevice> d : {device(left, 1), device(right, 1)}) {
    Simulator::Schedule(MilliSeconds(1),
                        [d] { d->SendFrame(MakeFrame(18, lvs::base::MacAddr::broadcast(), MacOf(d))); });
  }
  Simulator::Schedule(MilliSeconds(2), [&server] { server.received = 0; });

  uint32_t sent = 0;
  const Time gap = Gap(load);
  Ptr<LvsEthNetDevice> client = device(left, 0);
  const lvs::host::PacketPtr frame = MakeFrame(load.size, MacOf(left.Get(1)), MacOf(client));
  std::function<void()> tick = [&] {
    client->SendFrame(frame->clone());
    if (++sent < load.packets) Simulator::Schedule(gap, [&tick] { tick(); });
  };
  Simulator::ScheduleWithContext(nodes.Get(0)->GetId(), Seconds(1), [&tick] { tick(); });
  return Run(server.received);
}

struct Case {
  std::string name;
  std::function<Outcome(const Load&)> run;
  std::vector<Outcome> outcomes;
};

}  // namespace

int main(int argc, char** argv) {
  Load load;
  uint32_t rounds = 3;
  std::string scheduler = "ns3::MapScheduler";
  CommandLine command(__FILE__);
  command.AddValue("packets", "packets of a run", load.packets);
  command.AddValue("size", "bytes of UDP payload", load.size);
  command.AddValue("rounds", "runs of each case; the median counts", rounds);
  command.AddValue("scheduler", "ns-3's event scheduler", scheduler);
  std::string only;
  command.AddValue("only", "run the cases whose name has this in it", only);
  command.Parse(argc, argv);
  GlobalValue::Bind("SchedulerType", TypeIdValue(TypeId::LookupByName(scheduler)));

  std::vector<Case> cases;
  const auto stacks = [&](const std::string& name, Hop hop, bool linux) {
    cases.push_back({name, [hop, linux](const Load& l) { return RunStacks(hop, l, linux); }, {}});
  };
  const auto frames = [&](const std::string& name, Hop hop, bool linux) {
    cases.push_back({name, [hop, linux](const Load& l) { return RunFrames(hop, l, linux); }, {}});
  };
  stacks("ns-3 stacks, PointToPoint", PointToPoint, false);
  stacks("ns-3 stacks, Csma", Csma, false);
  stacks("ns-3 stacks, Csma and Bridge", CsmaBridge, false);
  stacks("ns-3 stacks, SimpleNetDevice and Bridge", SimpleBridge, false);
  stacks("ns-3 stacks, LvsEth cables", EthCable, false);
  stacks("ns-3 stacks, LvsEth and LvsSwitch", EthSwitch, false);
  stacks("LvsHost stacks, LvsEth cables", EthCable, true);
  stacks("LvsHost stacks, LvsEth and LvsSwitch", EthSwitch, true);
  frames("frames, LvsEth cables", EthCable, false);
  frames("frames, LvsEth and LvsSwitch", EthSwitch, false);
  frames("frames, LvsHost forwards, LvsSwitch", EthSwitch, true);

  std::erase_if(cases, [&](const Case& c) { return c.name.find(only) == std::string::npos; });

  // Round by round, so that a slow moment of the machine meets all cases.
  for (uint32_t round = 0; round < rounds; ++round) {
    for (Case& c : cases) c.outcomes.push_back(c.run(load));
  }
  std::printf("%u packets of %u bytes, 1 Gb/s, two hops, %s\n\n", load.packets, load.size, scheduler.c_str());
  std::printf("%-42s %12s %10s %10s %10s\n", "", "packets/s", "ns/packet", "events", "received");
  for (Case& c : cases) {
    std::ranges::sort(c.outcomes, {}, &Outcome::Rate);
    const Outcome& median = c.outcomes[c.outcomes.size() / 2];
    std::printf("%-42s %12.0f %10.0f %10.2f %10u\n", c.name.c_str(), median.Rate(), 1e9 / median.Rate(), median.events,
                median.received);
  }
  return 0;
}
