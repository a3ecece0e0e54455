// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ipvs-sync.h"

namespace lvs::wire {
namespace {

using base::load_be16;
using base::load_be32;

constexpr std::size_t kConn0 = 24, kConn1 = 36, kConn1V6 = 72, kSeqs = 24;
constexpr std::uint8_t kTypeV6 = 1;
constexpr unsigned kVersionShift = 12, kSizeMask = 0x0fff;
constexpr std::uint8_t kSeqData = 1, kPeData = 2, kPeName = 3, kMayBeUnknown = 0x40;
constexpr std::size_t kOptionHeader = 2, kMostPeName = 16;

std::uint8_t* bytes_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

std::uint32_t load_le32(const std::uint8_t* p) { return __builtin_bswap32(load_be32(p)); }
void store_le32(std::uint8_t* p, std::uint32_t v) { base::store_be32(p, __builtin_bswap32(v)); }

using Load = std::uint32_t (*)(const std::uint8_t*);
void load_seqs(const std::uint8_t* p, IpvsSyncConn& conn, Load load) {
  conn.has_seq = true;
  conn.in_seq = {load(p), load(p + 4), load(p + 8)};
  conn.out_seq = {load(p + 12), load(p + 16), load(p + 20)};
}
using Store = void (*)(std::uint8_t*, std::uint32_t);
void store_seqs(std::uint8_t* p, const IpvsSyncConn& conn, Store store) {
  for (const IpvsSeq* seq : {&conn.in_seq, &conn.out_seq}) {
    store(p, seq->initial);
    store(p + 4, seq->delta);
    store(p + 8, seq->previous_delta);
    p += kSeqs / 2;
  }
}

void put_v0(std::uint8_t* p, const IpvsSyncConn& conn) {
  p[1] = conn.protocol;
  base::store_be16(p + 2, conn.cport);
  base::store_be16(p + 4, conn.vport);
  base::store_be16(p + 6, conn.dport);
  base::store_be32(p + 8, conn.caddr.value);
  base::store_be32(p + 12, conn.vaddr.value);
  base::store_be32(p + 16, conn.daddr.value);
  base::store_be16(p + 20, static_cast<std::uint16_t>(conn.flags));
  base::store_be16(p + 22, conn.state);
  // As they lie in memory, which is little-endian on the machines that matter.
  if (conn.has_seq) store_seqs(p + kConn0, conn, &store_le32);
}

std::uint8_t* put_option(std::uint8_t* p, std::uint8_t type, std::string_view value) {
  p[0] = type;
  p[1] = static_cast<std::uint8_t>(value.size());
  std::memcpy(p + kOptionHeader, value.data(), value.size());
  return p + kOptionHeader + value.size();
}

void put_v1(std::uint8_t* p, const IpvsSyncConn& conn, std::size_t size) {
  p[1] = conn.protocol;
  base::store_be16(p + 2, static_cast<std::uint16_t>(size & kSizeMask));
  base::store_be32(p + 4, conn.flags);
  base::store_be16(p + 8, conn.state);
  base::store_be16(p + 10, conn.cport);
  base::store_be16(p + 12, conn.vport);
  base::store_be16(p + 14, conn.dport);
  base::store_be32(p + 16, conn.mark);
  base::store_be32(p + 20, conn.timeout);
  base::store_be32(p + 24, conn.caddr.value);
  base::store_be32(p + 28, conn.vaddr.value);
  base::store_be32(p + 32, conn.daddr.value);
  p += kConn1;
  if (conn.has_seq) {
    p[0] = kSeqData;
    p[1] = kSeqs;
    store_seqs(p + kOptionHeader, conn, &base::store_be32);
    p += kOptionHeader + kSeqs;
  }
  if (conn.pe_data.empty()) return;
  p = put_option(p, kPeData, conn.pe_data);
  if (!conn.pe_name.empty()) put_option(p, kPeName, conn.pe_name);
}

}  // namespace

std::size_t ipvs_sync_size(const IpvsSyncConn& conn, int version) {
  if (version == 0) return conn.has_seq ? kConn0 + kSeqs : kConn0;
  std::size_t size = kConn1;
  if (conn.has_seq) size += kOptionHeader + kSeqs;
  if (!conn.pe_data.empty()) {
    size += kOptionHeader + conn.pe_data.size();
    if (!conn.pe_name.empty()) size += kOptionHeader + conn.pe_name.size();
  }
  return size;
}

void begin_ipvs_sync(std::string& bytes, int version, std::uint8_t syncid) {
  bytes.assign(ipvs_sync_header_size(version), '\0');
  std::uint8_t* const p = bytes_of(bytes);
  p[1] = syncid;
  base::store_be16(p + 2, static_cast<std::uint16_t>(bytes.size()));
  if (version != 0) p[5] = 1;
}

std::size_t ipvs_sync_padding(std::size_t size, int version) { return version == 0 ? 0 : (4 - size % 4) % 4; }

void put_ipvs_sync(std::string& bytes, const IpvsSyncConn& conn, int version) {
  const std::size_t size = ipvs_sync_size(conn, version);
  const std::size_t at = bytes.size() + ipvs_sync_padding(bytes.size(), version);
  bytes.resize(at + size, '\0');
  std::uint8_t* const p = bytes_of(bytes);
  if (version == 0) {
    put_v0(p + at, conn);
    ++p[0];
  } else {
    put_v1(p + at, conn, size);
    ++p[4];
  }
  base::store_be16(p + 2, static_cast<std::uint16_t>(bytes.size()));
}

IpvsSyncReader::IpvsSyncReader(base::ByteView bytes) : bytes_(bytes) {
  if (bytes.size() < kIpvsSyncHeader0) {
    problem_ = "message header too short";
    return;
  }
  if (bytes.size() != load_be16(bytes.data() + 2)) {
    problem_ = "bogus message size";
    return;
  }
  header_.syncid = bytes[1];
  const bool v1 =
      bytes.size() >= kIpvsSyncHeader1 && bytes[5] == 1 && bytes[0] == 0 && load_be16(bytes.data() + 6) == 0;
  header_.version = v1 ? 1 : 0;
  header_.count = v1 ? bytes[4] : bytes[0];
  at_ = ipvs_sync_header_size(header_.version);
  left_ = header_.count;
}

IpvsSyncReader::Step IpvsSyncReader::next(IpvsSyncConn& conn) {
  if (left_ == 0) return Step::end;
  --left_;
  conn = {};
  const Step step = header_.version == 0 ? next_v0(conn) : next_v1(conn);
  if (step == Step::broken) left_ = 0;
  return step;
}

// Kernel: ip_vs_process_message_v0().
IpvsSyncReader::Step IpvsSyncReader::next_v0(IpvsSyncConn& conn) {
  if (at_ + kConn0 > bytes_.size()) return stop("bogus conn");
  const std::uint8_t* const p = bytes_.data() + at_;
  conn.protocol = p[1];
  conn.cport = load_be16(p + 2);
  conn.vport = load_be16(p + 4);
  conn.dport = load_be16(p + 6);
  conn.caddr.value = load_be32(p + 8);
  conn.vaddr.value = load_be32(p + 12);
  conn.daddr.value = load_be32(p + 16);
  conn.flags = load_be16(p + 20);
  conn.state = load_be16(p + 22);
  at_ += kConn0;
  if ((conn.flags & ipvs_sync_flag::seq_mask) != 0) {
    if (at_ + kSeqs > bytes_.size()) return stop("bogus conn options");
    load_seqs(bytes_.data() + at_, conn, &load_le32);
    at_ += kSeqs;
  }
  return Step::conn;
}

// Kernel: ip_vs_process_message(), ip_vs_proc_sync_conn().
IpvsSyncReader::Step IpvsSyncReader::next_v1(IpvsSyncConn& conn) {
  if (at_ + kConn1 > bytes_.size()) return stop("too small");
  const std::uint8_t* const p = bytes_.data() + at_;
  const std::size_t size = load_be16(p + 2) & kSizeMask, end = at_ + size;
  if (end > bytes_.size()) return stop("msg > buffer");
  if (load_be16(p + 2) >> kVersionShift != 0) return stop("Unknown version");
  const bool v6 = (p[0] & kTypeV6) != 0;
  if (!v6 && p[0] != 0) return stop("Err: -10 in decoding");
  const std::size_t options_at = at_ + (v6 ? kConn1V6 : kConn1);
  if (options_at > end) return stop("Err: -20 in decoding");
  conn.protocol = p[1];
  conn.flags = load_be32(p + 4);
  conn.state = load_be16(p + 8);
  conn.cport = load_be16(p + 10);
  conn.vport = load_be16(p + 12);
  conn.dport = load_be16(p + 14);
  conn.mark = load_be32(p + 16);
  conn.timeout = load_be32(p + 20);
  conn.caddr.value = load_be32(p + 24);
  conn.vaddr.value = load_be32(p + 28);
  conn.daddr.value = load_be32(p + 32);
  const Step step = options(conn, options_at, end);
  at_ += (size + 3) & ~std::size_t{3};
  return v6 && step == Step::conn ? skip("IPv6 msg received") : step;
}

IpvsSyncReader::Step IpvsSyncReader::options(IpvsSyncConn& conn, std::size_t at, std::size_t end) {
  unsigned seen = 0;
  while (at < end) {
    if (at + kOptionHeader > end) return stop("Err: -30 in decoding");
    const std::uint8_t type = bytes_[at];
    const std::size_t size = bytes_[at + 1];
    at += kOptionHeader;
    if (size == 0 || at + size > end) return stop("Err: -40 in decoding");
    const std::uint8_t* const value = bytes_.data() + at;
    const auto known = static_cast<std::uint8_t>(type & ~kMayBeUnknown);
    const bool again = known < 8 && (seen >> known & 1) != 0;
    const std::string_view text(reinterpret_cast<const char*>(value), size);
    switch (known) {
      case kSeqData:
        if (size != kSeqs || again) return stop("Err: -50 in decoding");
        load_seqs(value, conn, &load_be32);
        break;
      case kPeData:
        if (again) return stop("Err: -60 in decoding");
        conn.pe_data = text;
        break;
      case kPeName:
        if (size > kMostPeName || again) return stop("Err: -70 in decoding");
        conn.pe_name = text;
        break;
      default:
        if ((type & kMayBeUnknown) == 0) return skip("Unknown mandatory param found");
        break;
    }
    if (known < 8) seen |= 1u << known;
    at += size;
  }
  return Step::conn;
}

}  // namespace lvs::wire
