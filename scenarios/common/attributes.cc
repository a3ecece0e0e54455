// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/attributes.h"

#include <fmt/format.h>
#include <ns3/config.h>
#include <ns3/string.h>
#include <ns3/type-id.h>

#include <ostream>

namespace lvs::scenarios {

std::string check_attribute(const std::string& name, const std::string& value) {
  const auto colons = name.rfind("::");
  const std::string type = name.substr(0, colons);
  ns3::TypeId id;
  if (!ns3::TypeId::LookupByNameFailSafe(type, &id)) return fmt::format("no type {} in ns-3", type);
  ns3::TypeId::AttributeInformation info;
  const std::string attribute = name.substr(colons + 2);
  if (!id.LookupAttributeByName(attribute, &info)) return fmt::format("{} has no attribute {}", type, attribute);
  if (info.checker->CreateValidValue(ns3::StringValue(value)) == nullptr) {
    return fmt::format("'{}' is no value for {}", value, info.checker->GetUnderlyingTypeInformation());
  }
  return {};
}

void set_attribute(const std::string& name, const std::string& value) {
  ns3::Config::SetDefault(name, ns3::StringValue(value));
}

void print_attributes(std::ostream& out) {
  for (std::uint16_t i = 0; i < ns3::TypeId::GetRegisteredN(); ++i) {
    const ns3::TypeId id = ns3::TypeId::GetRegistered(i);
    if (!id.GetName().starts_with("ns3::Lvs")) continue;
    for (std::size_t k = 0; k < id.GetAttributeN(); ++k) {
      const auto info = id.GetAttribute(k);
      out << fmt::format("--{}::{}=[{}]\n    {}\n", id.GetName(), info.name,
                         info.initialValue->SerializeToString(info.checker), info.help);
    }
  }
}

}  // namespace lvs::scenarios
