// SPDX-License-Identifier: GPL-2.0-or-later
// The virtual services of a host, by what names them (kernel: ip_vs_svc_table, ip_vs_svc_fwm_table).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/env/sysctl.h"
#include "ipvs/table/service.h"

namespace lvs::ipvs {

class ServiceTable {
 public:
  explicit ServiceTable(const host::Sysctls& sysctls) : sysctls_(sysctls) {}

  VirtualService* find(const ServiceKey& key) const;
  // The service for a packet: fwmark, address and port, FTP data, any port (kernel: ip_vs_service_find()).
  VirtualService* find(std::uint32_t mark, IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) const;

  void add(std::unique_ptr<VirtualService> service);
  void remove(VirtualService& service);
  // Its persistence engine is another one.
  void set_engine(VirtualService& service, const std::string& name);

  bool empty() const { return count_ == 0; }
  // Some have an engine that opens connections for servers.
  bool has_sip() const { return sip_ != 0; }
  // nullptr: none is left.
  VirtualService* first() const;
  // In the kernel's order: by address and port, then by fwmark, each by hash bucket, newest first.
  template <class F>
  void each(F&& f) const {
    for (const Table* table : {&by_address_, &by_mark_}) {
      for (const Bucket& bucket : *table) {
        for (const auto& service : bucket) f(*service);
      }
    }
  }

 private:
  static constexpr std::size_t kBuckets = 256;
  using Bucket = std::vector<std::unique_ptr<VirtualService>>;  // newest first
  using Table = std::vector<Bucket>;  // of kBuckets; none before the first service: most hosts have none

  static std::size_t bucket_of(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port);
  Bucket& bucket_of(const ServiceKey& key);
  static Bucket& bucket_at(Table& table, std::size_t at);
  VirtualService* find_by_address(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) const;
  VirtualService* find_by_mark(std::uint32_t mark) const;
  void count(const VirtualService& service, std::size_t by);

  const host::Sysctls& sysctls_;
  Table by_address_;
  Table by_mark_;
  std::size_t count_ = 0;
  // Lookups that most hosts can do without.
  std::size_t ftp_ = 0;       // on port 21
  std::size_t any_port_ = 0;  // on port 0
  std::size_t sip_ = 0;
};

}  // namespace lvs::ipvs
