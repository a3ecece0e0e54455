// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/attributes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <ns3/config.h>
#include <ns3/string.h>
#include <ns3/type-id.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <string_view>

namespace lvs::scenarios {

namespace {

// Some of ns-3's values abort the program when they cannot read a text: tried in a process of its own.
bool takes(const ns3::TypeId::AttributeInformation& info, const std::string& value) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    _exit(info.checker->CreateValidValue(ns3::StringValue(value)) == nullptr ? 1 : 0);
  }
  int status = 1;
  return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What the programs make. An attribute of anything else would change nothing.
constexpr std::array<std::string_view, 6> kUsed{"ns3::LvsHost",   "ns3::LvsEthNetDevice", "ns3::LvsEthCable",
                                                "ns3::LvsSwitch", "ns3::LvsLoadClient",   "ns3::LvsLoadServer"};

struct Taken {
  std::string_view attribute, by;
};
// What the programs set themselves, and the option that says to what.
constexpr Taken kTaken[] = {
    {"ns3::LvsHost::Name", ""},
    {"ns3::LvsHost::CpuEnabled", ""},
    {"ns3::LvsHost::ReceiveCost", "--director-cost"},
    {"ns3::LvsHost::RouteCost", "--director-cost"},
    {"ns3::LvsHost::RewriteCost", "--director-cost"},
    {"ns3::LvsHost::DirectRouteCost", "--director-cost"},
    {"ns3::LvsHost::EncapsulationCost", "--director-cost"},
    {"ns3::LvsHost::UtilizationWindow", ""},  // a trace that nobody listens to
    {"ns3::LvsEthNetDevice::DataRate", "--nic or --link-rate"},
    {"ns3::LvsEthNetDevice::TxQueueLimit", "--queue"},
    {"ns3::LvsEthNetDevice::Address", ""},
    {"ns3::LvsEthNetDevice::FlowControl", ""},  // no traffic control layer
    {"ns3::LvsEthCable::Delay", "--delay"},
    {"ns3::LvsLoadClient::RemoteAddress", ""},
    {"ns3::LvsLoadClient::RemotePort", ""},
    {"ns3::LvsLoadClient::RequestRate", "--server-rate"},
    {"ns3::LvsLoadClient::Poisson", "--arrivals"},
    {"ns3::LvsLoadClient::Phase", ""},
    {"ns3::LvsLoadClient::Flows", ""},
    {"ns3::LvsLoadClient::FirstPort", ""},
    {"ns3::LvsLoadServer::Port", ""},
};

bool used(std::string_view type) { return std::ranges::find(kUsed, type) != kUsed.end(); }
const Taken* taken(std::string_view attribute) {
  const auto* at = std::ranges::find(kTaken, attribute, &Taken::attribute);
  return at == std::end(kTaken) ? nullptr : at;
}

}  // namespace

std::string check_attribute(const std::string& name, const std::string& value) {
  const auto colons = name.rfind("::");
  const std::string type = name.substr(0, colons);
  ns3::TypeId id;
  if (!ns3::TypeId::LookupByNameFailSafe(type, &id)) return fmt::format("no type {} in ns-3", type);
  ns3::TypeId::AttributeInformation info;
  const std::string attribute = name.substr(colons + 2);
  if (!id.LookupAttributeByName(attribute, &info)) return fmt::format("{} has no attribute {}", type, attribute);
  if (!used(type)) return fmt::format("this program makes no {}", type);
  if (const Taken* given = taken(name)) {
    return given->by.empty() ? "has no effect in this program"
                             : fmt::format("this program sets it itself, by {}", given->by);
  }
  if (takes(info, value)) return {};
  const std::string kind = info.checker->GetUnderlyingTypeInformation();
  return fmt::format("'{}' is no value for {}", value, kind.empty() ? info.checker->GetValueTypeName() : kind);
}

void set_attribute(const std::string& name, const std::string& value) {
  ns3::Config::SetDefault(name, ns3::StringValue(value));
}

void print_attributes(std::ostream& out) {
  for (std::uint16_t i = 0; i < ns3::TypeId::GetRegisteredN(); ++i) {
    const ns3::TypeId id = ns3::TypeId::GetRegistered(i);
    if (!used(id.GetName())) continue;
    for (std::size_t k = 0; k < id.GetAttributeN(); ++k) {
      const auto info = id.GetAttribute(k);
      if (taken(id.GetName() + "::" + info.name) != nullptr) continue;
      out << fmt::format("--{}::{}=[{}]\n    {}\n", id.GetName(), info.name,
                         info.initialValue->SerializeToString(info.checker), info.help);
    }
  }
}

}  // namespace lvs::scenarios
