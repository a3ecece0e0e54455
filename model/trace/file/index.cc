// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "trace/file/source.h"
#include "trace/pcapng/codes.h"
#include "trace/pcapng/journal-fields.h"
#include "trace/pcapng/metadata.h"
#include "trace/pcapng/pcapng.h"
#include "trace/pcapng/view.h"
#include "trace/phrases.h"
#include "trace/summary.h"

namespace lvs::trace {
namespace {

using pcapng::ByteOrder;
using pcapng::kFrameOfBlock;

constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kLongestBlock = 256 << 20;  // none of ours comes near

// What else begins with these bytes; "" when nobody knows.
std::string_view known_format(std::uint32_t magic) {
  switch (magic) {
    case 0xa1b2c3d4:
    case 0xd4c3b2a1:
    case 0xa1b23c4d:
    case 0x4d3cb2a1: return "an old pcap capture";
    default: return {};
  }
}

}  // namespace

TraceIndex::TraceIndex() { hook_names_.emplace_back(); }
TraceIndex::~TraceIndex() = default;

void TraceIndex::fail(std::string text) {
  if (error_.empty()) error_ = path_ + ": " + std::move(text);
}

void TraceIndex::damaged(std::uint64_t at, std::string_view what) {
  fail(fmt::format("damaged at byte {}: {}", at, what));
}

bool TraceIndex::open(const std::string& path) {
  path_ = path == "-" ? "standard input" : path;
  std::string why;
  source_ = TraceSource::open(path, why);
  if (source_ == nullptr) fail(std::move(why));
  return source_ != nullptr;
}

// A section header says in which order its bytes are; a file begins with one. False: it is none of ours.
bool TraceIndex::begins_section(const std::uint8_t* block, std::uint64_t offset) {
  std::uint32_t type;
  std::memcpy(&type, block, sizeof type);
  if (type == pcapng::kSectionBlock) {
    std::uint32_t magic;
    std::memcpy(&magic, block + 8, sizeof magic);
    if (magic != pcapng::kByteOrderMagic && magic != __builtin_bswap32(pcapng::kByteOrderMagic)) {
      damaged(offset, "a section header without the byte order magic");
      return false;
    }
    swapped_ = magic != pcapng::kByteOrderMagic;
  } else if (offset == 0) {
    const std::string_view format = known_format(type);
    fail(format.empty() ? std::string("no pcapng file") : fmt::format("{}, not a pcapng file", format));
    return false;
  }
  return true;
}

// Takes in the whole blocks that `chunk` begins with, and gives their length.
std::size_t TraceIndex::scan_blocks(base::ByteView chunk) {
  std::size_t at = 0;
  while (chunk.size() - at >= kFrameOfBlock && error_.empty()) {
    const std::uint8_t* block = chunk.data() + at;
    const std::uint64_t offset = position_ + at;
    if (!begins_section(block, offset)) break;
    const std::size_t length = ByteOrder{swapped_}.load32(block + 4);
    if (length < kFrameOfBlock || length % 4 != 0 || length > kLongestBlock) {
      damaged(offset, fmt::format("a block of {} bytes is impossible", length));
      break;
    }
    if (length > chunk.size() - at) break;
    if (ByteOrder{swapped_}.load32(block + length - 4) != length) {
      damaged(offset, "the two lengths of the block differ");
      break;
    }
    if (!scan(chunk.subspan(at, length), offset)) break;
    at += length;
  }
  return at;
}

std::size_t TraceIndex::update(std::size_t bytes) {
  if (source_ == nullptr || !error_.empty()) return 0;
  const std::size_t before = entries_.size() + journal_.size();
  const std::uint64_t size = source_->size();
  if (size < position_) {
    fail(fmt::format("has become shorter: {} bytes, and {} were read", size, position_));
    return 0;
  }
  const std::uint64_t until = size - position_ > bytes ? position_ + bytes : size;
  cut_off_ = false;
  if (chunk_.size() < kChunk) chunk_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size)));
  while (position_ < until && !cut_off_ && error_.empty()) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_.size(), size - position_));
    const std::size_t got = source_->read(position_, {chunk_.data(), wanted});
    if (got < kFrameOfBlock) {
      cut_off_ = true;
      break;
    }
    const std::size_t at = scan_blocks({chunk_.data(), got});
    position_ += at;
    if (at != 0 || !error_.empty()) continue;
    // Not one whole block: it is longer than the chunk, or not all there.
    const std::size_t length = ByteOrder{swapped_}.load32(chunk_.data() + 4);
    if (got < wanted || length > size - position_) {
      cut_off_ = true;
    } else {
      chunk_.resize(length);
    }
  }
  return entries_.size() + journal_.size() - before;
}

std::string TraceIndex::notice() const {
  std::string text;
  if (cut_off_) {
    text =
        fmt::format("{}: ends within a block, at byte {}: still being written, or cut off; what came before is shown",
                    path_, position_);
  }
  if (ignored_ != 0) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: {} packets or entries of other programs are not shown", path_, ignored_);
  }
  return text;
}

double TraceIndex::progress() const {
  const std::uint64_t size = source_ == nullptr ? 0 : source_->size();
  return size == 0 ? 1 : std::min(1.0, static_cast<double>(position_) / static_cast<double>(size));
}

bool TraceIndex::wait(int milliseconds) { return source_ != nullptr && source_->wait(milliseconds); }

base::Time TraceIndex::zero() const {
  if (zero_ != base::kNever) return zero_;
  return entries_.empty() ? base::Time{} : entries_.front().at;
}

std::vector<std::uint32_t> TraceIndex::records_of(std::uint32_t walk) const {
  std::vector<std::uint32_t> records;
  if (walk >= walks_.size()) return records;
  records.reserve(walks_[walk].count);
  for (std::uint32_t i = walks_[walk].first; i != kNoRecord; i = entries_[i].next) records.push_back(i);
  return records;
}

bool TraceIndex::read_block(std::uint64_t offset) {
  constexpr std::size_t kGuess = 2048;
  block_.resize(kGuess);
  std::size_t got = source_->read(offset, block_);
  const std::size_t length = got < kFrameOfBlock ? 0 : ByteOrder{swapped_}.load32(block_.data() + 4);
  if (length > got && length <= kLongestBlock) {
    block_.resize(length);
    got = source_->read(offset, block_);
  }
  // What was indexed was whole; if it is not any more, somebody has changed the file.
  if (length < kFrameOfBlock || length > got || ByteOrder{swapped_}.load32(block_.data() + length - 4) != length) {
    fail(fmt::format("has changed: no block at byte {} any more", offset));
    return false;
  }
  block_.resize(length);
  return true;
}

bool TraceIndex::record(std::size_t i, Record& record) {
  const IndexEntry& entry = entries_[i];
  if (!read_block(entry.offset)) return false;
  const ByteOrder order{swapped_};
  const base::ByteView body = base::ByteView(block_).subspan(8, block_.size() - kFrameOfBlock);
  const std::size_t captured = body.size() < 20 ? 0 : order.load32(body.data() + 12);
  if (body.size() < 20 || captured > body.size() - 20) {
    fail(fmt::format("has changed: no record at byte {} any more", entry.offset));
    return false;
  }
  record.at = entry.at;
  record.walk = walks_[entry.walk].id;
  record.connection = walks_[entry.walk].connection;
  record.bytes.assign(body.begin() + 20, body.begin() + 20 + static_cast<std::ptrdiff_t>(captured));
  record.original_length = order.load32(body.data() + 16);
  record.comment.clear();
  record.changes.clear();
  Metadata metadata;
  int comments = 0;
  const std::size_t end = std::min(20 + pcapng::padded(captured), body.size());
  order.options(body.subspan(end), [&](std::uint16_t code, base::ByteView value) {
    if (code == pcapng::kComment) {
      if (comments == 0) record.comment = pcapng::text_of(value);
      if (comments == 1) record.changes = pcapng::text_of(value);
      ++comments;
    }
    if (code == pcapng::kCustomBytes && value.size() > 4 && order.load32(value.data()) == pcapng::kEnterprise) {
      metadata.decode(value.subspan(4));
    }
  });
  record.host = metadata.host;
  record.part = metadata.part;
  record.step = metadata.step;
  record.stage = metadata.stage;
  record.verdict = metadata.verdict;
  record.drop = metadata.drop;
  record.why = metadata.why;
  record.hook_name = metadata.hook_name;
  record.ifindex = metadata.ifindex;
  record.has_link_header = (metadata.flags & Metadata::link_header) != 0;
  record.passage = (entry.flags & entry_flag::wire_in) != 0    ? Passage::wire_in
                   : (entry.flags & entry_flag::wire_out) != 0 ? Passage::wire_out
                                                               : Passage::inside;
  return true;
}

bool TraceIndex::journal_record(std::size_t i, JournalRecord& record) {
  const JournalEntry& entry = journal_[i];
  if (!read_block(entry.offset)) return false;
  JournalFields fields;
  if (!fields.parse(pcapng::text_of(base::ByteView(block_).subspan(8, block_.size() - kFrameOfBlock)))) {
    fail(fmt::format("has changed: no journal entry at byte {} any more", entry.offset));
    return false;
  }
  record.at = fields.at;
  record.host = fields.host;
  record.walk = fields.walk;
  record.kind = fields.kind;
  record.text = fields.decoded();
  record.said = decoded_phrases(fields.said);
  return true;
}

}  // namespace lvs::trace
