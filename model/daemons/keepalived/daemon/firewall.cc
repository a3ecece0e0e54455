// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/firewall.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace lvs::keepalived {
namespace {

constexpr host::Hook kHooks[] = {host::Hook::NF_INET_LOCAL_IN, host::Hook::NF_INET_LOCAL_OUT};
constexpr std::string_view kHookName = "nft_do_chain";

}  // namespace

struct Firewall::Table {
  Table(host::Netfilter& of, std::string its, int priority) : netfilter(of), name(std::move(its)) {
    for (const host::Hook hook : kHooks) netfilter.add(hook, {priority, kHookName, &Table::judge, this});
  }
  ~Table() {
    for (const host::Hook hook : kHooks) netfilter.remove(hook, kHookName, this);
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  bool holds(base::Ipv4Addr address) const { return std::ranges::find(addresses, address) != addresses.end(); }

  static host::HookResult judge(void* self, host::Hook hook, host::PacketPtr& packet) {
    const auto ip = packet->ip();
    const auto address = hook == host::Hook::NF_INET_LOCAL_IN ? ip.dst() : ip.src();
    return static_cast<const Table*>(self)->holds(address) ? host::HookResult::dropped(trace::Drop::netfilter_drop)
                                                           : host::HookResult::accept();
  }

  host::Netfilter& netfilter;
  std::string name;
  std::vector<base::Ipv4Addr> addresses;
};

void Firewall::destroy(const std::string& name) {
  std::vector<const Table*> found;
  for (const host::Netfilter::Entry& entry : machine_.host().netfilter.chain(kHooks[0])) {
    if (entry.function != &Table::judge) continue;
    const auto* const table = static_cast<const Table*>(entry.self);
    if (table->name == name) found.push_back(table);
  }
  for (const Table* table : found) {
    if (table != table_) log_(fmt::format("Deleting old ip {} table", name));
    machine_.remove_last_words(table);
  }
  table_ = nullptr;
}

void Firewall::make(const std::string& name, int priority) {
  destroy(name);
  // The kernel's tables stay when processes end: the machine keeps this one as long as it runs.
  auto table = std::make_shared<Table>(machine_.host().netfilter, name, priority);
  table_ = table.get();
  machine_.add_last_words([table] {}, table_);
}

void Firewall::add(const std::vector<base::Ipv4Addr>& addresses, const std::string& table, int priority) {
  if (addresses.empty()) return;
  if (table_ == nullptr) make(table, priority);
  for (const base::Ipv4Addr address : addresses) {
    if (!table_->holds(address)) table_->addresses.push_back(address);
  }
}

void Firewall::remove(const std::vector<base::Ipv4Addr>& addresses) {
  if (table_ == nullptr) return;
  for (const base::Ipv4Addr address : addresses) std::erase(table_->addresses, address);
}

void Firewall::end() {
  if (table_ != nullptr) destroy(std::string(table_->name));
}

}  // namespace lvs::keepalived
