// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/run-info.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/json-writer.h"
#include "trace/json.h"

namespace lvs::trace {

const HostInfo* RunInfo::host(HostId id) const {
  const auto at = std::ranges::find(hosts, id, &HostInfo::id);
  return at == hosts.end() ? nullptr : &*at;
}

const HostInfo* RunInfo::host(std::string_view name) const {
  const auto at = std::ranges::find(hosts, name, &HostInfo::name);
  return at == hosts.end() ? nullptr : &*at;
}

std::string RunInfo::host_name(HostId id) const {
  const HostInfo* known = host(id);
  return known == nullptr || known->name.empty() ? fmt::format("host {}", id) : known->name;
}

std::string_view RunInfo::interface_name(HostId id, std::uint32_t ifindex) const {
  const HostInfo* known = host(id);
  if (known == nullptr) return {};
  const auto at = std::ranges::find(known->interfaces, ifindex, &InterfaceInfo::ifindex);
  return at == known->interfaces.end() ? std::string_view() : std::string_view(at->name);
}

std::string_view RunInfo::role_of(base::Ipv4Addr address) const {
  const auto at = std::ranges::find(roles, address, &AddressRole::address);
  return at == roles.end() ? std::string_view() : std::string_view(at->role);
}

namespace {

template <class Number>
Number clamp_to(std::uint64_t value) {
  return static_cast<Number>(std::min<std::uint64_t>(value, std::numeric_limits<Number>::max()));
}

InterfaceInfo read_interface(const Json& json, std::size_t segments) {
  InterfaceInfo interface;
  interface.name = json["name"].string();
  interface.ifindex = clamp_to<std::uint32_t>(json["ifindex"].natural());
  const std::int64_t segment = json["segment"].integer(-1);
  if (segment >= 0 && segment < static_cast<std::int64_t>(segments)) interface.segment = static_cast<int>(segment);
  if (const auto mac = base::MacAddr::parse(json["mac"].string())) interface.mac = *mac;
  for (const Json& address : json["addresses"].items()) {
    if (const auto prefix = base::Ipv4Prefix::parse(address.string())) interface.addresses.push_back(*prefix);
  }
  return interface;
}

}  // namespace

std::string to_json(const RunInfo& info) {
  std::string out;
  base::JsonWriter json(out);
  json.open('{').number("format", info.format).text("program", info.program).text("title", info.title);
  json.text("description", info.description).text("engine", info.engine).number("seed", info.seed);
  json.number("epoch", info.epoch.count()).open('[', "hosts");
  for (const HostInfo& host : info.hosts) {
    json.open('{').number("id", host.id).text("name", host.name).text("role", host.role);
    json.number("modelled", host.modelled).open('[', "interfaces");
    for (const InterfaceInfo& interface : host.interfaces) {
      json.open('{').text("name", interface.name).number("ifindex", interface.ifindex);
      json.number("segment", interface.segment).text("mac", interface.mac.text()).open('[', "addresses");
      for (const base::Ipv4Prefix& address : interface.addresses) json.text({}, address.text());
      json.close(']').close('}');
    }
    json.close(']').close('}');
  }
  json.close(']').open('[', "segments");
  for (const SegmentInfo& segment : info.segments) {
    json.open('{').text("name", segment.name).number("rate", segment.rate).number("delay", segment.delay.count());
    json.close('}');
  }
  json.close(']').open('[', "roles");
  for (const AddressRole& role : info.roles) {
    json.open('{').text("address", role.address.text()).text("role", role.role).close('}');
  }
  json.close(']').close('}');
  return out;
}

bool from_json(std::string_view text, RunInfo& info, std::string& error) {
  const auto json = Json::parse(text, error);
  if (!json) return false;
  const std::int64_t format = (*json)["format"].integer();
  if (format < 1) {
    error = "it has no format number";
    return false;
  }
  if (format > kTraceFormat) {
    error = fmt::format("its format is {}, and this program knows {} at most", format, kTraceFormat);
    return false;
  }
  RunInfo read;
  read.format = static_cast<int>(format);
  read.program = (*json)["program"].string();
  read.title = (*json)["title"].string();
  read.description = (*json)["description"].string();
  read.engine = (*json)["engine"].string();
  read.seed = (*json)["seed"].natural();
  read.epoch = base::Time((*json)["epoch"].integer());
  for (const Json& segment : (*json)["segments"].items()) {
    read.segments.push_back(
        {std::string(segment["name"].string()), segment["rate"].natural(), base::Time(segment["delay"].integer())});
  }
  for (const Json& host : (*json)["hosts"].items()) {
    HostInfo& known = read.hosts.emplace_back();
    known.id = clamp_to<HostId>(host["id"].natural());
    known.name = host["name"].string();
    known.role = host["role"].string();
    known.modelled = host["modelled"].boolean(true);
    for (const Json& interface : host["interfaces"].items()) {
      known.interfaces.push_back(read_interface(interface, read.segments.size()));
    }
  }
  for (const Json& role : (*json)["roles"].items()) {
    const auto address = base::Ipv4Addr::parse(role["address"].string());
    if (address) read.roles.push_back({*address, std::string(role["role"].string())});
  }
  info = std::move(read);
  return true;
}

}  // namespace lvs::trace
