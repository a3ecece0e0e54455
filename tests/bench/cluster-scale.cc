// SPDX-License-Identifier: GPL-2.0-or-later
// Large DR clusters on one core: how long they take to build, what a server takes of memory, how many frames cross a
// cable in a second of CPU time.
//   bench-cluster-scale [--servers=20,1000,10000] [--seconds=0.2] [--rate=80e3] [--neighbours=pinned|raised]
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include "ns3/command-line.h"
#include "ns3/global-value.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-scheduler.h"
#include "ns3/node-list.h"
#include "ns3/simulator.h"
#include "ns3/type-id.h"

using namespace ns3;

namespace {

struct Options {
  double seconds = 0.2;
  double rate = 80e3;  // bytes a second offered to a server
  std::string neighbours = "pinned", scheduler = "ns3::LvsScheduler";
};

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Bytes of this process in memory.
double Resident() {
  std::ifstream in("/proc/self/statm");
  double all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

uint64_t FramesReceived() {
  uint64_t frames = 0;
  for (auto node = NodeList::Begin(); node != NodeList::End(); ++node) {
    for (uint32_t i = 0; i < (*node)->GetNDevices(); ++i) {
      if (const auto nic = DynamicCast<LvsEthNetDevice>((*node)->GetDevice(i))) frames += nic->GetCounters().rxPackets;
    }
  }
  return frames;
}

void Run(uint32_t servers, const Options& options) {
  GlobalValue::Bind("SchedulerType", TypeIdValue(TypeId::LookupByName(options.scheduler)));
  LvsClusterConfig config;
  config.method = LvsMethod::DR;
  config.servers = servers;
  config.addressesPerClient = 16;
  config.udp = true;
  config.pinNeighbours = options.neighbours == "pinned";
  config.raiseNeighbourLimits = options.neighbours == "raised";
  config.directorRate = DataRate("100Gbps");
  const double empty = Resident();
  const double begin = CpuSeconds();
  LvsCluster cluster = LvsClusterHelper(config).Build();
  const LvsLoadProfile profile = LvsLoadProfile::Raw(536, std::vector<uint16_t>(15, 536));
  cluster.InstallLoadServers(profile);
  cluster.InstallLoadClients(profile, servers * options.rate / static_cast<double>(profile.GetExchangeBytes()),
                             MilliSeconds(1), LvsLoadClient::EXACT, std::max<uint32_t>(1000, 5 * servers));
  const double built = CpuSeconds(), builtMemory = Resident();
  Simulator::Stop(Seconds(options.seconds));
  Simulator::Run();
  const double ran = CpuSeconds() - built;
  const auto frames = static_cast<double>(FramesReceived());
  const LvsLoadCounters clients = cluster.GetClientCounters();
  std::printf("%8u %10.2f %12.1f %12.1f %10.2f %12.0f %14.2f %10lu %10lu\n", servers, built - begin,
              (builtMemory - empty) / servers / 1e3, (Resident() - empty) / servers / 1e3, ran, frames,
              frames / ran / 1e6, static_cast<unsigned long>(clients.requests),
              static_cast<unsigned long>(clients.completed));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string servers = "20,100,1000,10000";
  CommandLine command(__FILE__);
  command.AddValue("servers", "numbers of real servers, one cluster each", servers);
  command.AddValue("seconds", "simulated time", options.seconds);
  command.AddValue("rate", "bytes a second offered to a server", options.rate);
  command.AddValue("neighbours", "pinned, or raised: learned by ARP in tables that are large enough",
                   options.neighbours);
  command.AddValue("scheduler", "ns-3's event scheduler", options.scheduler);
  command.Parse(argc, argv);
  LvsScheduler::GetTypeId();  // for LookupByName()
  std::printf("DR, neighbours %s, %g s, %g bytes/s a server, %s\n\n", options.neighbours.c_str(), options.seconds,
              options.rate, options.scheduler.c_str());
  std::printf("%8s %10s %12s %12s %10s %12s %14s %10s %10s\n", "servers", "built, s", "built, KB", "run, KB", "run, s",
              "frames", "M frames/CPU s", "requests", "answered");
  std::fflush(stdout);
  std::istringstream numbers(servers);
  for (std::string number; std::getline(numbers, number, ',');) {
    // A process each: memory that was used once stays with it.
    const pid_t child = fork();
    if (child == 0) {
      Run(static_cast<uint32_t>(std::stoul(number)), options);
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
  return 0;
}
