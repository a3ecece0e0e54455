// SPDX-License-Identifier: GPL-2.0-or-later
// All connection entries of a host, found by either direction's addresses (kernel: ip_vs_conn_tab).
//
// One open-addressing table of (hash, entry number) pairs, keyed by the client's address and port in both directions,
// and the entries in blocks that never move. A lookup reads one line of the table and then, nearly always, the right
// entry.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/big-array.h"
#include "ipvs/table/conn.h"

namespace lvs::ipvs {

// The addresses by which a packet asks for its connection: `from` is the packet's source.
struct Tuple {
  base::Ipv4Addr from;
  base::Ipv4Addr to;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
  std::uint8_t protocol = 0;

  Tuple reversed() const { return {to, from, to_port, from_port, protocol}; }
};

class ConnTable {
 public:
  // `seed` makes the order of the table unpredictable, as the kernel's ip_vs_conn_rnd.
  explicit ConnTable(std::uint64_t seed) : seed_(seed | 1) {}
  ~ConnTable();
  ConnTable(const ConnTable&) = delete;
  ConnTable& operator=(const ConnTable&) = delete;

  // Request direction: the packet comes from the client (kernel: ip_vs_conn_in_get()).
  Conn* find_in(const Tuple& tuple) const {
    Conn* conn = find_in_exact(tuple);
    if (conn == nullptr && without_client_port != 0) {
      Tuple any_port = tuple;
      any_port.from_port = 0;
      conn = find_in_exact(any_port);
    }
    return conn;
  }
  // Reply direction: the packet comes from the server (kernel: ip_vs_conn_out_get()).
  Conn* find_out(const Tuple& tuple) const {
    // Requests ask too, and their virtual address is nobody's client.
    if (absent_.insertions == insertions_ && absent_.addr == tuple.to && absent_.port == tuple.to_port &&
        absent_.protocol == tuple.protocol) {
      return nullptr;
    }
    return find_out_slowly(tuple);
  }
  // Kernel: ip_vs_ct_in_get().
  Conn* find_template(const Tuple& tuple) const {
    return find_template_if(tuple, [](const Conn&) { return true; });
  }
  // The newest of the templates with these addresses that `wanted` takes.
  template <class F>
  Conn* find_template_if(const Tuple& tuple, F&& wanted) const {
    if (table_.empty()) return nullptr;
    const std::uint32_t hash = hash_of(tuple.from, tuple.from_port, tuple.protocol);
    for (std::size_t i = hash & mask_; table_[i].number != 0; i = (i + 1) & mask_) {
      if (table_[i].hash != hash) continue;
      Conn* conn = at(table_[i].number - 1);
      if (conn->caddr == tuple.from && conn->vaddr == tuple.to && conn->vport == tuple.to_port &&
          conn->cport == tuple.from_port && conn->has(conn_flag::template_) && conn->protocol == tuple.protocol &&
          wanted(*conn)) {
        return conn;
      }
    }
    return nullptr;
  }

  // Asks memory for what a lookup of this client will read: step 0 the table's line, step 1 the entry it leads to.
  // (always_inline, or g++ 12 takes it for a pure function and leaves the calls out.)
  [[gnu::always_inline]] void prefetch(base::Ipv4Addr client, std::uint16_t port, std::uint8_t protocol,
                                       int step) const {
    if (table_.empty()) return;
    const std::uint32_t hash = hash_of(client, port, protocol);
    const Slot* slot = &table_[hash & mask_];
    if (step == 0) {
      __builtin_prefetch(slot);
      return;
    }
    constexpr std::size_t kLook = 4;  // slots; further ones are rare
    for (std::size_t i = hash & mask_, n = 0; n < kLook && table_[i].number != 0; i = (i + 1) & mask_, ++n) {
      if (table_[i].hash != hash) continue;
      const char* conn = reinterpret_cast<const char*>(at(table_[i].number - 1));
      __builtin_prefetch(conn);
      __builtin_prefetch(conn + 63);
      __builtin_prefetch(conn + sizeof(Conn) - 1);
      return;
    }
  }

  // A new entry, not yet found by anybody; memory comes from a block, seldom from the system.
  Conn* create(base::Timer::Fire fire, Core* owner);
  // The timer must be idle and the entry not hashed.
  void destroy(Conn& conn);
  // Newest first among equal keys. Sets and clears conn_flag::hashed.
  void hash(Conn& conn);
  void unhash(Conn& conn);

  // Entries, hashed or not.
  std::size_t size() const { return size_; }
  std::size_t slots() const { return table_.size(); }
  // The entry in slot `i`, nullptr when it is empty.
  Conn* in_slot(std::size_t i) const { return table_[i].number == 0 ? nullptr : at(table_[i].number - 1); }
  // Bytes of the table and of the entries that were ever in use.
  std::size_t bytes() const;
  // Entries with conn_flag::no_client_port; while there are none, a lookup is over after the first try.
  std::uint32_t without_client_port = 0;

 private:
  // Block k holds kFirstBlock << k entries.
  static constexpr std::uint32_t kFirstBits = 8;
  static constexpr std::uint32_t kFirstBlock = 1u << kFirstBits;

  struct Slot {
    std::uint32_t hash;
    std::uint32_t number;  // of the entry, plus one; 0: empty
  };

  std::uint32_t hash_of(base::Ipv4Addr client, std::uint16_t port, std::uint8_t protocol) const {
    const std::uint64_t key = std::uint64_t{client.value} << 24 ^ std::uint64_t{port} << 8 ^ protocol;
    const std::uint64_t mixed = (key ^ seed_) * 0x9e3779b97f4a7c15ull;
    return static_cast<std::uint32_t>((mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9ull >> 32);
  }
  Conn* at(std::uint32_t index) const {
    const std::uint32_t n = index + kFirstBlock;
    const auto block = static_cast<std::uint32_t>(std::bit_width(n)) - kFirstBits - 1;
    return blocks_[block] + (n - (kFirstBlock << block));
  }
  Conn* find_in_exact(const Tuple& tuple) const;
  Conn* find_out_slowly(const Tuple& tuple) const;
  void place(Slot slot);
  void grow();

  std::uint64_t seed_;
  std::size_t mask_ = 0;
  base::BigArray<Slot> table_;
  std::vector<Conn*> blocks_;  // never move
  Conn* free_ = nullptr;       // linked by `control`
  std::uint32_t fresh_ = 0;    // entries of blocks_ that have been in use
  std::size_t size_ = 0;
  std::size_t hashed_ = 0;
  // A client without any entry, as found after so many insertions.
  struct Absent {
    base::Ipv4Addr addr;
    std::uint16_t port = 0;
    std::uint8_t protocol = 0;
    std::uint64_t insertions = ~std::uint64_t{0};
  };
  mutable Absent absent_;
  std::uint64_t insertions_ = 0;
};

}  // namespace lvs::ipvs
