// SPDX-License-Identifier: GPL-2.0-or-later
// The tables of a host and its connection tracker, each made when first asked for, as the kernel makes those of a
// network namespace: a host whose administrator never called the tool has none.
#pragma once

#include <memory>

#include "host/netfilter/arptables.h"
#include "host/netfilter/conntrack.h"
#include "host/netfilter/iptables.h"

namespace lvs::host {

class IpSets;  // ipset.h

class NetfilterTables {
 public:
  explicit NetfilterTables(Stack& host) : host_(host) {}

  ArpTables& arptables() {
    if (arptables_ == nullptr) arptables_ = std::make_unique<ArpTables>(host_);
    return *arptables_;
  }
  IpTables& iptables() {
    if (iptables_ == nullptr) iptables_ = std::make_unique<IpTables>(host_, conntrack());
    return *iptables_;
  }
  Conntrack& conntrack() {
    if (conntrack_ == nullptr) conntrack_ = std::make_unique<Conntrack>(host_);
    return *conntrack_;
  }
  IpSets& ipsets();  // ipset.cc
  // nullptr while nobody has asked for it.
  Conntrack* known_conntrack() const { return conntrack_.get(); }

 private:
  Stack& host_;
  std::shared_ptr<IpSets> ipsets_;
  std::unique_ptr<ArpTables> arptables_;
  std::unique_ptr<Conntrack> conntrack_;
  std::unique_ptr<IpTables> iptables_;
};

}  // namespace lvs::host
