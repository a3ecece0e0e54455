// SPDX-License-Identifier: GPL-2.0-or-later
// What ns-3 users see of a link: trace sources, pcap and ascii files, the Config paths.
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "eth-fixture.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/error-model.h"
#include "ns3/pcap-file.h"
#include "ns3/pointer.h"

namespace ns3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EthTraceTest : public EthTest {
 protected:
  // Times and sizes of what a trace source gives.
  void Watch(Ptr<LvsEthNetDevice> device, const std::string& source) {
    ASSERT_TRUE(device->TraceConnectWithoutContext(
        source, Callback<void, Ptr<const Packet>>([this, source](Ptr<const Packet> packet) {
          seen[source].push_back(Simulator::Now().GetNanoSeconds());
          bytes[source] = BytesOf(*packet);
        })));
  }
  std::map<std::string, std::vector<int64_t>> seen;
  std::map<std::string, std::vector<uint8_t>> bytes;
};

// NetAnim (AnimationInterface::ConnectCallbacks()) looks for this source, with these parameters, on every channel.
TEST_F(EthTraceTest, NetAnimSeesFramesOnCables) {
  Connect();
  std::vector<int64_t> moments;
  Config::Connect(
      "/ChannelList/*/TxRxPointToPoint",
      Callback<void, std::string, Ptr<const Packet>, Ptr<NetDevice>, Ptr<NetDevice>, Time, Time>(
          [&](std::string, Ptr<const Packet> packet, Ptr<NetDevice> from, Ptr<NetDevice> to, Time sent, Time received) {
            EXPECT_EQ(from, a);
            EXPECT_EQ(to, b);
            moments.insert(moments.end(), {packet->GetSize(), sent.GetNanoSeconds(), received.GetNanoSeconds()});
          }));
  a->SendFrame(MakeFrame(1, 2, 1000));
  Simulator::Run();
  EXPECT_THAT(moments, ElementsAre(1000, (1000 + 12) * 8, (1000 + 12) * 8 + 1000));
}

TEST_F(EthTraceTest, SendingSideFiresWhenThingsHappen) {
  Connect();
  for (const char* source : {"MacTx", "PhyTxBegin", "PhyTxEnd", "Sniffer", "PromiscSniffer"}) Watch(a, source);
  a->SendFrame(MakeFrame(1, 2, 60));
  a->SendFrame(MakeFrame(1, 2, 100));
  Simulator::Run();
  EXPECT_THAT(seen["MacTx"], ElementsAre(0, 0));
  EXPECT_THAT(seen["PhyTxBegin"], ElementsAre(0, 672));
  EXPECT_THAT(seen["PhyTxEnd"], ElementsAre(576, 672 + 896));
  EXPECT_THAT(seen["Sniffer"], ElementsAre(0, 672));
  EXPECT_THAT(seen["PromiscSniffer"], ElementsAre(0, 672));
  for (const auto& [source, last] : bytes) EXPECT_EQ(last, BytesOf(*MakeFrame(1, 2, 100))) << source;
}

TEST_F(EthTraceTest, ReceivingSideTellsFramesForOthersApart) {
  Connect();
  for (const char* source : {"PhyRxEnd", "MacPromiscRx", "PromiscSniffer", "MacRx", "Sniffer"}) Watch(b, source);
  a->SendFrame(MakeFrame(1, 2));
  a->SendFrame(MakeFrame(1, 9));
  a->SendFrame(MakeFrame(1, 0xff));
  Simulator::Run();
  for (const char* source : {"PhyRxEnd", "MacPromiscRx", "PromiscSniffer"}) EXPECT_EQ(seen[source].size(), 3u);
  for (const char* source : {"MacRx", "Sniffer"}) EXPECT_THAT(seen[source], ElementsAre(1576, 1576 + 2 * 672));
}

TEST_F(EthTraceTest, DropsFire) {
  helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(0));
  Connect();
  for (const char* source : {"MacTxDrop", "PhyTxDrop"}) Watch(a, source);
  for (const char* source : {"PhyRxDrop", "MacRxDrop"}) Watch(b, source);
  Ptr<ReceiveListErrorModel> errors = CreateObject<ReceiveListErrorModel>();
  errors->SetList({0});
  b->SetAttribute("ReceiveErrorModel", PointerValue(errors));
  a->SendFrame(MakeFrame(1, 2));
  a->SendFrame(MakeFrame(1, 2));
  Simulator::Schedule(MicroSeconds(10), [&] {
    lvs::host::PacketPtr runt = lvs::host::Packet::create();
    runt->put(5);
    a->SendFrame(std::move(runt));
  });
  Simulator::Schedule(MicroSeconds(20), [&] {
    a->SendFrame(MakeFrame(1, 2));
    b->SetEnabled(false);
  });
  Simulator::Run();
  EXPECT_THAT(seen["MacTxDrop"], ElementsAre(0));
  EXPECT_THAT(seen["PhyRxDrop"], ElementsAre(1576));
  EXPECT_THAT(seen["MacRxDrop"], ElementsAre(11576));
  EXPECT_THAT(seen["PhyTxDrop"], ElementsAre(21576));
}

TEST_F(EthTraceTest, ConfigPathsReachDevicesAndSwitches) {
  nodes.Create(2);
  Ptr<Node> hub = CreateObject<Node>();
  helper.Install(hub, nodes);
  Config::Set("/NodeList/*/DeviceList/*/$ns3::LvsEthNetDevice/TxQueueLimit", UintegerValue(7));
  Config::Set("/NodeList/*/DeviceList/*/$ns3::LvsSwitch/ExpirationTime", StringValue("15s"));
  UintegerValue limit;
  nodes.Get(1)->GetDevice(0)->GetAttribute("TxQueueLimit", limit);
  EXPECT_EQ(limit.Get(), 7u);
  int fired = 0;
  Config::ConnectWithoutContext("/NodeList/*/DeviceList/*/$ns3::LvsEthNetDevice/MacTx",
                                Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++fired; }));
  DynamicCast<LvsEthNetDevice>(nodes.Get(0)->GetDevice(0))->SendFrame(MakeFrame(1, 0xff));
  Simulator::Run();
  EXPECT_EQ(fired, 2);
}

TEST_F(EthTraceTest, DelayOfZeroIsRefused) {
  Ptr<LvsEthCable> cable = CreateObject<LvsEthCable>();
  EXPECT_FALSE(cable->SetAttributeFailSafe("Delay", StringValue("0ns")));
  EXPECT_TRUE(cable->SetAttributeFailSafe("Delay", StringValue("1ns")));
}

class EthFileTest : public EthTraceTest {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "lvs-eth-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string Prefix() const { return (folder / "t").string(); }
  std::string Text(const std::string& name) const {
    std::ifstream in(folder / name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  // Time in ns and bytes of each record.
  std::vector<std::pair<int64_t, std::vector<uint8_t>>> Records(const std::string& name) const {
    PcapFile file;
    file.Open((folder / name).string(), std::ios::in);
    EXPECT_EQ(file.GetDataLinkType(), 1u);
    std::vector<std::pair<int64_t, std::vector<uint8_t>>> records;
    for (;;) {
      uint8_t data[2048];
      uint32_t seconds, fraction, included, original, read;
      file.Read(data, sizeof data, seconds, fraction, included, original, read);
      if (file.Fail() || file.Eof()) return records;
      EXPECT_EQ(included, original);
      records.push_back(
          {int64_t{seconds} * 1000000000 + int64_t{fraction} * (file.IsNanoSecMode() ? 1 : 1000), {data, data + read}});
    }
  }
  std::filesystem::path folder;
};

TEST_F(EthFileTest, PcapHoldsFramesAsTheyAre) {
  Connect();
  helper.EnablePcap(Prefix(), NetDeviceContainer(a), true);
  helper.EnablePcap((folder / "own.pcap").string(), Ptr<NetDevice>(b), false, true);
  a->SendFrame(MakeFrame(1, 2, 42));
  a->SendFrame(MakeFrame(1, 9, 700));
  Simulator::Schedule(MicroSeconds(50), [&] { b->SendFrame(MakeFrame(2, 1, 1514)); });
  Simulator::Run();
  Simulator::Destroy();
  a = b = nullptr;
  const auto all = Records("t-0-0.pcap");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], std::pair(int64_t{0}, BytesOf(*MakeFrame(1, 2, 42))));
  EXPECT_EQ(all[1].second, BytesOf(*MakeFrame(1, 9, 700)));
  EXPECT_EQ(all[2].second, BytesOf(*MakeFrame(2, 1, 1514)));
  const auto own = Records("own.pcap");
  ASSERT_EQ(own.size(), 2u);
  EXPECT_EQ(own[1].first, 50000);
}

TEST_F(EthFileTest, PcapInNanoseconds) {
  Config::SetDefault("ns3::PcapFileWrapper::NanosecMode", BooleanValue(true));
  Connect();
  helper.EnablePcapAll(Prefix(), true);
  Config::SetDefault("ns3::PcapFileWrapper::NanosecMode", BooleanValue(false));
  a->SendFrame(MakeFrame(1, 2, 60));
  Simulator::Run();
  Simulator::Destroy();
  a = b = nullptr;
  const auto records = Records("t-1-0.pcap");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].first, 1576);
}

TEST_F(EthFileTest, TcpdumpReadsIt) {
  if (std::system("command -v tcpdump >/dev/null 2>&1") != 0) GTEST_SKIP() << "no tcpdump here";
  Connect();
  helper.EnablePcap(Prefix(), NetDeviceContainer(a), true);
  a->SendFrame(MakeFrame(1, 2, 60));
  Simulator::Run();
  Simulator::Destroy();
  a = b = nullptr;
  const std::string command = "tcpdump -e -nn -r '" + (folder / "t-0-0.pcap").string() + "' 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 4096> text{};
  const std::size_t n = fread(text.data(), 1, text.size() - 1, pipe);
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_THAT(std::string(text.data(), n),
              HasSubstr("02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype Unknown (0x88b5), length 60"));
}

TEST_F(EthFileTest, AsciiTraceHasNs3sForm) {
  Connect();
  helper.EnableAscii(Prefix(), Both());
  AsciiTraceHelper ascii;
  helper.EnableAsciiAll(ascii.CreateFileStream((folder / "all.tr").string()));
  a->SendFrame(MakeFrame(1, 2, 60));
  Simulator::Run();
  Simulator::Destroy();
  a = b = nullptr;
  const std::string frame =
      "ns3::EthernetHeader ( length/type=0x88b5, source=02:00:00:00:00:01, destination=02:00:00:00:00:02) "
      "Payload (size=46)\n";
  EXPECT_EQ(Text("t-0-0.tr"), "+ 0 " + frame + "- 0 " + frame);
  EXPECT_EQ(Text("t-1-0.tr"), "r 1.576e-06 " + frame);
  EXPECT_THAT(Text("all.tr"), HasSubstr("r 1.576e-06 /NodeList/1/DeviceList/0/$ns3::LvsEthNetDevice/MacRx ns3::"));
}

}  // namespace
}  // namespace ns3
