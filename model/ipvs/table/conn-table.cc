// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/table/conn-table.h"

#include <new>

namespace lvs::ipvs {

ConnTable::~ConnTable() {
  for (Conn* block : blocks_) base::free_big(block);
}

Conn* ConnTable::find_in_exact(const Tuple& tuple) const {
  if (table_.empty()) return nullptr;
  const std::uint32_t hash = hash_of(tuple.from, tuple.from_port, tuple.protocol);
  for (std::size_t i = hash & mask_; table_[i].number != 0; i = (i + 1) & mask_) {
    if (table_[i].hash != hash) continue;
    Conn* conn = at(table_[i].number - 1);
    __builtin_prefetch(reinterpret_cast<const char*>(conn) + 63);  // where the entry begins in mid-line
    if (conn->cport == tuple.from_port && conn->vport == tuple.to_port && conn->caddr == tuple.from &&
        conn->vaddr == tuple.to && conn->protocol == tuple.protocol &&
        (tuple.from_port == 0) == conn->has(conn_flag::no_client_port)) {
      return conn;
    }
  }
  return nullptr;
}

Conn* ConnTable::find_out_slowly(const Tuple& tuple) const {
  if (table_.empty()) return nullptr;
  const std::uint32_t hash = hash_of(tuple.to, tuple.to_port, tuple.protocol);
  bool absent = true;
  for (std::size_t i = hash & mask_; table_[i].number != 0; i = (i + 1) & mask_) {
    if (table_[i].hash != hash) continue;
    absent = false;
    Conn* conn = at(table_[i].number - 1);
    const bool masq = conn->method() == ForwardMethod::masq;
    if (conn->cport == tuple.to_port && conn->caddr == tuple.to && conn->protocol == tuple.protocol &&
        (masq ? conn->dport : conn->vport) == tuple.from_port && (masq ? conn->daddr : conn->vaddr) == tuple.from) {
      return conn;
    }
  }
  if (absent) absent_ = {tuple.to, tuple.to_port, tuple.protocol, insertions_};
  return nullptr;
}

Conn* ConnTable::create(base::Timer::Fire fire, Core* owner) {
  void* memory;
  std::uint32_t number;
  if (free_ != nullptr) {
    memory = free_;
    number = free_->number;
    free_ = free_->control;
  } else {
    if (fresh_ + kFirstBlock == kFirstBlock << blocks_.size()) {
      blocks_.push_back(static_cast<Conn*>(base::allocate_big((kFirstBlock << blocks_.size()) * sizeof(Conn))));
    }
    number = fresh_++;
    memory = at(number);
  }
  Conn* conn = new (memory) Conn(fire);
  conn->owner = owner;
  conn->number = number;
  ++size_;
  return conn;
}

void ConnTable::destroy(Conn& conn) {
  conn.control = free_;
  free_ = &conn;
  --size_;
}

// At the very start of its run: what lies there moves up by one, and stays reachable.
void ConnTable::place(Slot slot) {
  for (std::size_t i = slot.hash & mask_;; i = (i + 1) & mask_) {
    std::swap(table_[i], slot);
    if (slot.number == 0) return;
  }
}

void ConnTable::grow() {
  base::BigArray<Slot> old(table_.empty() ? 256 : table_.size() * 2);
  old.swap(table_);
  mask_ = table_.size() - 1;
  if (old.empty()) return;
  std::size_t empty = 0;
  while (old[empty].number != 0) ++empty;
  // Backwards from an empty slot, so that place() restores "newest first" within each run.
  const std::size_t old_mask = old.size() - 1;
  for (std::size_t i = (empty - 1) & old_mask; i != empty; i = (i - 1) & old_mask) {
    if (old[i].number != 0) place(old[i]);
  }
}

void ConnTable::hash(Conn& conn) {
  if (conn.has(conn_flag::hashed)) return;
  if ((hashed_ + 1) * 4 > table_.size() * 3) grow();
  place({hash_of(conn.caddr, conn.cport, conn.protocol), conn.number + 1});
  conn.set(conn_flag::hashed);
  ++hashed_;
  ++insertions_;
}

void ConnTable::unhash(Conn& conn) {
  if (!conn.has(conn_flag::hashed)) return;
  const std::uint32_t hash = hash_of(conn.caddr, conn.cport, conn.protocol);
  std::size_t hole = hash & mask_;
  while (table_[hole].number != conn.number + 1) hole = (hole + 1) & mask_;
  // Close the gap: whatever may stand here without leaving its run moves down.
  for (std::size_t i = (hole + 1) & mask_; table_[i].number != 0; i = (i + 1) & mask_) {
    const std::size_t home = table_[i].hash & mask_;
    if (((i - home) & mask_) < ((i - hole) & mask_)) continue;
    table_[hole] = table_[i];
    hole = i;
  }
  table_[hole] = {0, 0};
  conn.clear(conn_flag::hashed);
  --hashed_;
}

std::size_t ConnTable::bytes() const { return fresh_ * sizeof(Conn) + table_.size() * sizeof(Slot); }

}  // namespace lvs::ipvs
