// SPDX-License-Identifier: GPL-2.0-or-later
// What a packet knows of its connection: a counted handle on the tracker's entry and where the packet stands in it
// (kernel: skb->_nfct, enum ip_conntrack_info). What an entry is stands in netfilter/conntrack-entry.h.
#pragma once

#include <cstdint>
#include <utility>

namespace lvs::host {

class ConntrackEntry;
void retain(ConntrackEntry& entry);
void release(ConntrackEntry& entry);

// The kernel's values: from 3 on the packet goes in the direction of the reply.
enum class CtInfo : std::uint8_t {
  established = 0,
  related = 1,
  fresh = 2,  // IP_CT_NEW
  established_reply = 3,
  related_reply = 4,
  untracked = 7,
};

enum class CtDir : std::uint8_t { original, reply };
inline CtDir other(CtDir dir) { return dir == CtDir::original ? CtDir::reply : CtDir::original; }
inline CtDir direction_of(CtInfo info) {
  return info >= CtInfo::established_reply && info != CtInfo::untracked ? CtDir::reply : CtDir::original;
}

class ConntrackRef {
 public:
  ConntrackRef() = default;
  ConntrackRef(const ConntrackRef& other) : entry_(other.entry_), info_(other.info_) {
    if (entry_ != nullptr) retain(*entry_);
  }
  ConntrackRef& operator=(const ConntrackRef& other) {
    ConntrackRef copy(other);
    std::swap(entry_, copy.entry_);
    std::swap(info_, copy.info_);
    return *this;
  }
  ~ConntrackRef() {
    if (entry_ != nullptr) release(*entry_);
  }

  // nullptr: nobody has looked at the packet, or it is invalid, or untracked().
  ConntrackEntry* get() const { return entry_; }
  CtInfo info() const { return info_; }
  bool untracked() const { return entry_ == nullptr && info_ == CtInfo::untracked; }
  void set(ConntrackEntry& entry, CtInfo info) {
    retain(entry);
    reset();
    entry_ = &entry;
    info_ = info;
  }
  void set_info(CtInfo info) { info_ = info; }
  void set_untracked() {
    reset();
    info_ = CtInfo::untracked;
  }
  void reset() {
    if (entry_ != nullptr) release(*entry_);
    entry_ = nullptr;
    info_ = CtInfo::established;
  }

 private:
  ConntrackEntry* entry_ = nullptr;
  CtInfo info_ = CtInfo::established;
};

}  // namespace lvs::host
