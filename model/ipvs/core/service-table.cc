// SPDX-License-Identifier: GPL-2.0-or-later
// Finding services (kernel: the lookups of ip_vs_ctl.c).
#include "ipvs/core/service-table.h"

#include "ipvs/sched/scheduler.h"
#include "ipvs/table/ports.h"

namespace lvs::ipvs {

std::string_view name_of(ForwardMethod method) {
  switch (method) {
    case ForwardMethod::localnode: return "Local";
    case ForwardMethod::ipip: return "Tunnel";
    case ForwardMethod::droute: return "Route";
    default: return "Masq";
  }
}

VirtualService::VirtualService() = default;
VirtualService::~VirtualService() = default;

std::string_view VirtualService::scheduler_name() const { return scheduler == nullptr ? "none" : scheduler->name(); }

// Kernel: ip_vs_svc_hashkey().
std::size_t ServiceTable::bucket_of(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) {
  return (static_cast<std::uint32_t>(protocol) ^ addr.value ^ (port >> 8u) ^ port) & (kBuckets - 1);
}

ServiceTable::Bucket& ServiceTable::bucket_at(Table& table, std::size_t at) {
  if (table.empty()) table.resize(kBuckets);
  return table[at];
}

ServiceTable::Bucket& ServiceTable::bucket_of(const ServiceKey& key) {
  return key.fwmark != 0 ? bucket_at(by_mark_, key.fwmark & (kBuckets - 1))
                         : bucket_at(by_address_, bucket_of(key.protocol, key.addr, key.port));
}

VirtualService* ServiceTable::find_by_address(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) const {
  if (by_address_.empty()) return nullptr;
  for (const auto& service : by_address_[bucket_of(protocol, addr, port)]) {
    if (service->key.addr == addr && service->key.port == port && service->key.protocol == protocol) {
      return service.get();
    }
  }
  return nullptr;
}

VirtualService* ServiceTable::find_by_mark(std::uint32_t mark) const {
  if (by_mark_.empty()) return nullptr;
  for (const auto& service : by_mark_[mark & (kBuckets - 1)]) {
    if (service->key.fwmark == mark) return service.get();
  }
  return nullptr;
}

VirtualService* ServiceTable::find(const ServiceKey& key) const {
  return key.fwmark != 0 ? find_by_mark(key.fwmark) : find_by_address(key.protocol, key.addr, key.port);
}

VirtualService* ServiceTable::find(std::uint32_t mark, IpProto protocol, base::Ipv4Addr addr,
                                   std::uint16_t port) const {
  if (mark != 0) {
    if (VirtualService* service = find_by_mark(mark)) return service;
  }
  VirtualService* service = find_by_address(protocol, addr, port);
  if (service == nullptr && protocol == IpProto::tcp && ftp_ != 0 &&
      (port == kFtpDataPort || port >= sysctls_.get(host::Ipv4Key::ip_unprivileged_port_start))) {
    service = find_by_address(protocol, addr, kFtpPort);
  }
  if (service == nullptr && any_port_ != 0) service = find_by_address(protocol, addr, 0);
  return service;
}

VirtualService* ServiceTable::first() const {
  for (const Table* table : {&by_address_, &by_mark_}) {
    for (const Bucket& bucket : *table) {
      if (!bucket.empty()) return bucket.front().get();
    }
  }
  return nullptr;
}

// `by`: 1, or -1 as the counters' type has it.
void ServiceTable::count(const VirtualService& service, std::size_t by) {
  count_ += by;
  if (service.key.port == kFtpPort) ftp_ += by;
  if (service.key.port == 0) any_port_ += by;
  if (service.pe_name == "sip") sip_ += by;
}

void ServiceTable::add(std::unique_ptr<VirtualService> service) {
  count(*service, 1);
  Bucket& bucket = bucket_of(service->key);
  bucket.insert(bucket.begin(), std::move(service));
}

void ServiceTable::remove(VirtualService& service) {
  count(service, std::size_t(-1));
  std::erase_if(bucket_of(service.key), [&](const auto& entry) { return entry.get() == &service; });
}

void ServiceTable::set_engine(VirtualService& service, const std::string& name) {
  count(service, std::size_t(-1));
  service.pe_name = name;
  count(service, 1);
}

}  // namespace lvs::ipvs
