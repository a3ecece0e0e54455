// SPDX-License-Identifier: GPL-2.0-or-later
// The messages by which IPVS directors tell each other of connections, versions 0 and 1 (kernel: ip_vs_sync.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/addr.h"
#include "base/bytes.h"

namespace lvs::wire {

inline constexpr std::uint16_t kIpvsSyncPort = 8848;
inline constexpr base::Ipv4Addr kIpvsSyncGroup = base::Ipv4Addr::of(224, 0, 0, 81);

// Kernel: IP_VS_CONN_F_*, as the messages have them.
namespace ipvs_sync_flag {
inline constexpr std::uint32_t method_mask = 0x7, synced = 0x20, hashed = 0x40, no_output = 0x80, inactive = 0x100,
                               out_seq = 0x200, in_seq = 0x400, seq_mask = 0x600, no_client_port = 0x800,
                               template_ = 0x1000, one_packet = 0x2000, keep_conntrack = 0x10000;
// What a receiver takes of a version 1 message (IP_VS_CONN_F_BACKUP_MASK).
inline constexpr std::uint32_t taken = method_mask | no_output | inactive | seq_mask | no_client_port | template_;
// What it takes for an entry that it has (IP_VS_CONN_F_BACKUP_UPD_MASK).
inline constexpr std::uint32_t updated = inactive | seq_mask;
}  // namespace ipvs_sync_flag

// How far a stream's numbers are shifted (kernel: struct ip_vs_seq).
struct IpvsSeq {
  std::uint32_t initial = 0, delta = 0, previous_delta = 0;
  friend bool operator==(const IpvsSeq&, const IpvsSeq&) = default;
};

// One connection of a message. Version 0 has no mark, no timeout and no persistence data.
struct IpvsSyncConn {
  std::uint8_t protocol = 0;
  std::uint32_t flags = 0;  // ipvs_sync_flag
  std::uint16_t state = 0;
  std::uint16_t cport = 0, vport = 0, dport = 0;
  std::uint32_t mark = 0;
  std::uint32_t timeout = 0;  // seconds
  base::Ipv4Addr caddr, vaddr, daddr;
  bool has_seq = false;
  IpvsSeq in_seq, out_seq;
  std::string_view pe_name, pe_data;  // of the message's bytes, where it was read
};

struct IpvsSyncHeader {
  int version = 1;
  std::uint8_t syncid = 0;
  std::uint8_t count = 0;
};
inline constexpr std::size_t kIpvsSyncHeader0 = 4, kIpvsSyncHeader1 = 8;

// --- writing ---
inline constexpr std::size_t ipvs_sync_header_size(int version) {
  return version == 0 ? kIpvsSyncHeader0 : kIpvsSyncHeader1;
}
std::size_t ipvs_sync_size(const IpvsSyncConn& conn, int version);
// Begins a message: `bytes` becomes a header without connections.
void begin_ipvs_sync(std::string& bytes, int version, std::uint8_t syncid);
// The zeros that stand between what is there and the next connection.
std::size_t ipvs_sync_padding(std::size_t size, int version);
// One more; the header counts it.
void put_ipvs_sync(std::string& bytes, const IpvsSyncConn& conn, int version);

// --- reading: any bytes will do ---
class IpvsSyncReader {
 public:
  explicit IpvsSyncReader(base::ByteView bytes);

  // "message header too short", "bogus message size"; empty: header() is good.
  std::string_view problem() const { return problem_; }
  const IpvsSyncHeader& header() const { return header_; }

  enum class Step : std::uint8_t { conn, skipped, end, broken };
  // conn: the next one. skipped: one that this host cannot take (IPv6, an option that must be understood); others may
  // follow. broken: nothing behind it is looked at. problem() says why (kernel: ip_vs_process_message()).
  Step next(IpvsSyncConn& conn);

 private:
  Step next_v0(IpvsSyncConn& conn);
  Step next_v1(IpvsSyncConn& conn);
  Step options(IpvsSyncConn& conn, std::size_t at, std::size_t end);
  Step stop(std::string_view problem) {
    problem_ = problem;
    return Step::broken;
  }
  Step skip(std::string_view problem) {
    problem_ = problem;
    return Step::skipped;
  }

  base::ByteView bytes_;
  std::size_t at_ = 0;
  unsigned left_ = 0;
  IpvsSyncHeader header_;
  std::string_view problem_;
};

}  // namespace lvs::wire
