// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/ranks.h"

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string_view>

#include "base/numbers.h"
#include "ns3/global-value.h"
#include "ns3/string.h"
#ifdef LVS_MPI
#include <mpi.h>

#include "ns3/mpi-interface.h"
#endif

namespace lvs::scenarios {
namespace {

// What Open MPI, and MPICH and its kin, tell the processes that they start.
std::uint32_t processes_started() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    if (const auto number = base::number<std::uint32_t>(value)) return *number;
  }
  return 1;
}

double waited_seconds = 0;  // of this process, as its clock is

}  // namespace

double Ranks::waited() { return waited_seconds; }

#ifdef LVS_MPI
Ranks::Ranks(int& argc, char**& argv) {
  if (processes_started() == 1) return;
  ns3::GlobalValue::Bind("SimulatorImplementationType", ns3::StringValue("ns3::DistributedSimulatorImpl"));
  ns3::MpiInterface::Enable(&argc, &argv);
  rank_ = ns3::MpiInterface::GetSystemId();
  size_ = ns3::MpiInterface::GetSize();
}

Ranks::~Ranks() {
  if (size_ > 1) ns3::MpiInterface::Disable();
}

namespace {

template <class T>
void reduce(bool first, std::vector<T>& values, MPI_Datatype type, MPI_Op op) {
  const int count = static_cast<int>(values.size());
  if (first) {
    MPI_Reduce(MPI_IN_PLACE, values.data(), count, type, op, 0, ns3::MpiInterface::GetCommunicator());
  } else {
    MPI_Reduce(values.data(), nullptr, count, type, op, 0, ns3::MpiInterface::GetCommunicator());
  }
}

}  // namespace

void Ranks::sum(std::vector<std::uint64_t>& values) const {
  if (size_ > 1) reduce(first(), values, MPI_UINT64_T, MPI_SUM);
}
void Ranks::least(std::vector<std::int64_t>& values) const {
  if (size_ > 1) reduce(first(), values, MPI_INT64_T, MPI_MIN);
}
void Ranks::most(std::vector<std::int64_t>& values) const {
  if (size_ > 1) reduce(first(), values, MPI_INT64_T, MPI_MAX);
}

std::vector<double> Ranks::gather(const std::vector<double>& values) const {
  if (size_ == 1) return values;
  const int count = static_cast<int>(values.size());
  std::vector<double> all(values.size() * size_);
  MPI_Gather(values.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, 0, ns3::MpiInterface::GetCommunicator());
  return all;
}

bool Ranks::all_of(bool here) const {
  if (size_ == 1) return here;
  int mine = here ? 1 : 0, all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_LAND, ns3::MpiInterface::GetCommunicator());
  return all != 0;
}

void Ranks::meet() const {
  if (size_ > 1) MPI_Barrier(ns3::MpiInterface::GetCommunicator());
}
#else
Ranks::Ranks(int&, char**&) {
  if (processes_started() == 1) return;
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank == nullptr || std::string_view(rank) == "0") {
    std::cerr << "lvs-cluster: several processes, but this ns-3 has no MPI (./waf ns3-mpi builds one; docs/scale.md)\n";
  }
  std::exit(2);
}
Ranks::~Ranks() = default;
void Ranks::sum(std::vector<std::uint64_t>&) const {}
void Ranks::least(std::vector<std::int64_t>&) const {}
void Ranks::most(std::vector<std::int64_t>&) const {}
std::vector<double> Ranks::gather(const std::vector<double>& values) const { return values; }
bool Ranks::all_of(bool here) const { return here; }
void Ranks::meet() const {}
#endif

}  // namespace lvs::scenarios

#ifdef LVS_MPI
// MPI's profiling interface: the program's own function is called in place of MPI's, here by ns-3's engine at the end
// of each window of time, where a process that has nothing to do waits in a loop.
extern "C" int MPI_Allgather(const void* send, int send_count, MPI_Datatype send_type, void* receive, int receive_count,
                             MPI_Datatype receive_type, MPI_Comm communicator) {
  timespec before, after;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  const int result = PMPI_Allgather(send, send_count, send_type, receive, receive_count, receive_type, communicator);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  lvs::scenarios::waited_seconds +=
      static_cast<double>(after.tv_sec - before.tv_sec) + static_cast<double>(after.tv_nsec - before.tv_nsec) * 1e-9;
  return result;
}
#endif
