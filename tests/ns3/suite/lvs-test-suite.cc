// SPDX-License-Identifier: GPL-2.0-or-later
// The module's suite for ns-3's own test runner (`./test.py -s lvs`), in an ns-3 tree; suite-test.cc runs it here.
#include <string>

#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

namespace ns3 {
namespace {

class PingCase : public TestCase {
 public:
  PingCase() : TestCase("two machines on a cable ping each other") {}

 private:
  void DoRun() override {
    LvsHostHelper hosts;
    const Ptr<Node> first = CreateObject<Node>(), second = CreateObject<Node>();
    const Ptr<LvsHost> a = hosts.Install(first), b = hosts.Install(second);
    LvsEthHelper().Install(first, second);
    a->MustRun("ip addr add 10.0.0.1/24 dev eth0");
    b->MustRun("ip addr add 10.0.0.2/24 dev eth0");
    std::string out;
    a->RunAt(Seconds(1), "ping -c 3 10.0.0.2", [&](const LvsCommandResult& result) { out = result.out; });
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    NS_TEST_ASSERT_MSG_NE(out.find("3 packets transmitted, 3 received, 0% packet loss"), std::string::npos, out);
    Simulator::Destroy();
  }
};

class ClusterCase : public TestCase {
 public:
  explicit ClusterCase(LvsMethod method)
      : TestCase(std::string("a cluster serves by ") + LvsMethodName(method)), m_method(method) {}

 private:
  void DoRun() override {
    LvsClusterConfig config;
    config.method = m_method;
    config.servers = 4;
    LvsCluster cluster = LvsClusterHelper(config).Build();
    const LvsLoadProfile profile = LvsLoadProfile::Tcp(300, 10000);
    cluster.InstallLoadServers(profile);
    cluster.InstallLoadClients(profile, 1000, MilliSeconds(1));
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    const LvsLoadCounters clients = cluster.GetClientCounters();
    NS_TEST_ASSERT_MSG_GT(clients.completed, 990u, "requests are answered");
    NS_TEST_ASSERT_MSG_EQ(clients.timeouts + clients.refused, 0u, "and none is lost");
    for (const Ptr<LvsLoadServer>& server : cluster.loadServers) {
      NS_TEST_ASSERT_MSG_EQ_TOL(static_cast<double>(server->GetCounters().requests), 250.0, 3.0, "in turn");
    }
    Simulator::Destroy();
  }

  LvsMethod m_method;
};

class LvsTestSuite : public TestSuite {
 public:
  LvsTestSuite() : TestSuite("lvs") {
    AddTestCase(new PingCase);
    for (const LvsMethod method : {LvsMethod::NAT, LvsMethod::DR, LvsMethod::TUN}) AddTestCase(new ClusterCase(method));
  }
};

const LvsTestSuite g_suite;  // registers itself with the runner

}  // namespace
}  // namespace ns3
