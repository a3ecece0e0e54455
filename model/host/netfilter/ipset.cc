// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/ipset.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/addr.h"
#include "base/bytes.h"
#include "host/netfilter/tables.h"

namespace lvs::host {

namespace {

using Part = IpSet::Part;

// The protocol and port that a set compares (kernel: ip_set_get_ip4_port()); false: the packet has none.
bool port_of(const Packet& packet, bool source, IpSetKey& key) {
  const auto ip = packet.ip();
  if (ip.fragment_offset() != 0) return false;
  std::uint8_t bytes[4];
  const auto at = static_cast<std::uint32_t>(packet.network_offset()) + ip.header_size();
  if (packet.size() < at + sizeof bytes) return false;
  packet.read(at, bytes);
  key.protocol = static_cast<std::uint8_t>(ip.protocol());
  switch (ip.protocol()) {
    case wire::IpProto::tcp:
    case wire::IpProto::udp:
    case wire::IpProto::sctp: key.port = base::load_be16(bytes + (source ? 0 : 2)); return true;
    case wire::IpProto::icmp: key.port = base::load_be16(bytes); return true;  // type and code
    default: return false;
  }
}

bool has(const IpSet::Type& type, Part part) { return std::ranges::find(type.parts, part) != type.parts.end(); }
bool has_network(const IpSet::Type& type) { return has(type, Part::network) || has(type, Part::second_network); }

}  // namespace

const std::vector<IpSet::Type>& IpSet::types() {
  static const std::vector<Type> all{
      {"hash:ip", {Part::address}, false, 5},
      {"hash:net", {Part::network}, false, 7},
      {"hash:ip,port", {Part::address, Part::port}, false, 6},
      {"hash:net,port", {Part::network, Part::port}, false, 8},
      {"hash:ip,port,ip", {Part::address, Part::port, Part::second}, false, 6},
      {"hash:ip,port,net", {Part::address, Part::port, Part::second_network}, false, 8},
      {"bitmap:port", {Part::port}, true, 3},
  };
  return all;
}

const IpSet::Type* IpSet::type_of(std::string_view name) {
  const auto at = std::ranges::find(types(), name, &Type::name);
  return at == types().end() ? nullptr : &*at;
}

IpSetKey IpSet::normal(IpSetKey key) const {
  if (has(*type, Part::network)) {
    key.addr &= base::Ipv4Prefix::mask_of(key.prefix);
  } else if (has(*type, Part::second_network)) {
    key.second &= base::Ipv4Prefix::mask_of(key.prefix);
  } else {
    key.addr &= base::Ipv4Prefix::mask_of(netmask);
    key.prefix = 32;
  }
  if (type->bitmap) key.protocol = 0;
  return key;
}

IpSet::Added IpSet::add(const IpSetKey& key, const IpSetElement& element, base::Time now, bool replace) {
  const IpSetKey place = normal(key);
  const auto at = elements_.find(place);
  if (at != elements_.end() && alive(at->second, now)) {
    if (!replace) return Added::there;
    at->second = element;
    return Added::yes;
  }
  if (at == elements_.end() && !type->bitmap && elements_.size() >= max_elements) {
    std::erase_if(elements_, [&](const auto& each) { return !alive(each.second, now); });
    if (elements_.size() >= max_elements) return Added::full;
  }
  elements_[place] = element;
  return Added::yes;
}

bool IpSet::remove(const IpSetKey& key, base::Time now) {
  const auto at = elements_.find(normal(key));
  if (at == elements_.end()) return false;
  const bool was_there = alive(at->second, now);
  elements_.erase(at);
  return was_there;
}

// An address in networks from the narrowest, a network as it is (kernel: mtype_test(), mtype_test_cidrs()).
template <class Elements>
auto IpSet::lookup(Elements& elements, const IpSetKey& key, base::Time now) const {
  const auto at = [&](const IpSetKey& place) {
    const auto found = elements.find(place);
    return found == elements.end() || !alive(found->second, now) ? elements.end() : found;
  };
  if (!has_network(*type) || key.prefix != 32) return at(normal(key));
  for (int length = key.prefix; length >= 0; --length) {
    IpSetKey wider = key;
    wider.prefix = static_cast<std::uint8_t>(length);
    if (const auto found = at(normal(wider)); found != elements.end()) return found;
  }
  return elements.end();
}

const IpSetElement* IpSet::find(const IpSetKey& key, base::Time now) const {
  const auto found = lookup(elements_, key, now);
  return found == elements_.end() ? nullptr : &found->second;
}

bool IpSet::matches(const Packet& packet, const std::vector<bool>& source, base::Time now) {
  if (source.size() < type->parts.size()) return false;  // kernel: opt->dim < set->type->dimension
  const auto ip = packet.ip();
  IpSetKey key;
  for (std::size_t i = 0; i < type->parts.size(); ++i) {
    const std::uint32_t addr = source[i] ? ip.src().value : ip.dst().value;
    switch (type->parts[i]) {
      case Part::address:
      case Part::network: key.addr = addr; break;
      case Part::second:
      case Part::second_network: key.second = addr; break;
      case Part::port:
        if (!port_of(packet, source[i], key)) return false;
        if (!type->bitmap) break;
        if (key.port < first_port || key.port > last_port) return false;
        break;
    }
  }
  const auto found = lookup(elements_, key, now);
  if (found == elements_.end() || found->second.nomatch) return false;
  ++found->second.packets;
  found->second.bytes += packet.size();
  return true;
}

std::vector<std::pair<IpSetKey, const IpSetElement*>> IpSet::elements(base::Time now) const {
  std::vector<std::pair<IpSetKey, const IpSetElement*>> list;
  for (const auto& [key, element] : elements_)
    if (alive(element, now)) list.emplace_back(key, &element);
  const auto in_order = [](const auto& each) {
    const IpSetKey& key = each.first;
    return std::tuple(key.addr, key.protocol, key.port, key.second, key.prefix);
  };
  if (has(*type, Part::second_network)) std::ranges::sort(list, {}, in_order);
  return list;
}

void IpSet::swap_content(IpSet& other) {
  std::swap(*this, other);
  std::swap(name, other.name);
}

IpSet* IpSets::find(std::string_view name) const {
  const auto at = std::ranges::find_if(sets_, [&](const auto& set) { return set->name == name; });
  return at == sets_.end() ? nullptr : at->get();
}

std::shared_ptr<IpSet> IpSets::reference(std::string_view name) const {
  const auto at = std::ranges::find_if(sets_, [&](const auto& set) { return set->name == name; });
  return at == sets_.end() ? nullptr : *at;
}

IpSet& IpSets::create(std::shared_ptr<IpSet> set) {
  sets_.push_back(std::move(set));
  return *sets_.back();
}

std::size_t IpSets::references(const IpSet& set) const {
  const auto at = std::ranges::find(sets_, &set, [](const auto& each) { return each.get(); });
  return at == sets_.end() ? 0 : static_cast<std::size_t>(at->use_count() - 1);
}

void IpSets::destroy(const IpSet& set) {
  std::erase_if(sets_, [&](const auto& each) { return each.get() == &set; });
}

IpSets& NetfilterTables::ipsets() {
  if (ipsets_ == nullptr) ipsets_ = std::make_shared<IpSets>();
  return *ipsets_;
}

}  // namespace lvs::host
