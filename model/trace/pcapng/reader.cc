// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "trace/pcapng/codes.h"
#include "trace/pcapng/pcapng.h"
#include "trace/pcapng/view.h"

namespace lvs::trace::pcapng {
std::uint16_t Reader::load16(base::ByteView bytes, std::size_t at) const {
  return ByteOrder{swapped_}.load16(bytes.data() + at);
}

std::uint32_t Reader::load32(base::ByteView bytes, std::size_t at) const {
  return ByteOrder{swapped_}.load32(bytes.data() + at);
}

std::optional<Block> Reader::fail(std::string_view reason) {
  error_ = fmt::format("byte {}: {}", position_, reason);
  return {};
}

std::optional<Block> Reader::next() {
  const base::ByteView rest = file_.subspan(position_);
  if (rest.empty() || cut_off_ || !error_.empty()) return {};
  if (rest.size() < kFrameOfBlock) {
    cut_off_ = true;
    return {};
  }
  const bool starts_section = load32(rest, 0) == kSectionBlock;
  if (position_ == 0 && !starts_section) return fail("not a pcapng file");
  if (starts_section) {
    std::uint32_t magic;
    std::memcpy(&magic, rest.data() + 8, sizeof magic);
    if (magic != kByteOrderMagic && magic != __builtin_bswap32(kByteOrderMagic))
      return fail("a section header without the byte order magic");
    swapped_ = magic != kByteOrderMagic;
  }
  const std::uint32_t length = load32(rest, 4);
  if (length < kFrameOfBlock || length % 4 != 0) return fail(fmt::format("a block of {} bytes is impossible", length));
  if (length > rest.size()) {
    cut_off_ = true;
    return {};
  }
  if (load32(rest, length - 4) != length) return fail("the two lengths of the block differ");
  const base::ByteView body = rest.subspan(8, length - kFrameOfBlock);
  std::optional<Block> block;
  switch (const std::uint32_t type = load32(rest, 0)) {
    case kSectionBlock: block = section(body); break;
    case kInterfaceBlock: block = interface(body); break;
    case kPacketBlock: block = packet(body); break;
    case kNamesBlock: block = names(body); break;
    case kJournalBlock: {
      std::string_view text = text_of(body);
      text = text.substr(0, text.find_last_not_of('\0') + 1);  // padding
      block = Journal{text};
      break;
    }
    default: block = Other{type};
  }
  if (block) position_ += length;
  return block;
}

template <class Use>
bool Reader::options(base::ByteView bytes, Use use) const {
  return ByteOrder{swapped_}.options(bytes, use);
}

bool Reader::extra(Extras& extras, std::uint16_t code, base::ByteView value) const {
  const bool custom = code == kCustomText || code == kCustomBytes;
  const bool ours = custom && value.size() >= 4 && load32(value, 0) == kEnterprise;
  if (code == kComment)
    extras.comments.push_back(text_of(value));
  else if (ours && code == kCustomText)
    extras.custom_texts.push_back(text_of(value.subspan(4)));
  else if (ours)
    extras.custom_bytes.push_back(value.subspan(4));
  return code == kComment || custom;
}

std::optional<Block> Reader::section(base::ByteView body) {
  if (body.size() < 16) return fail("a section header that is too short");
  if (load16(body, 4) != 1) return fail(fmt::format("pcapng version {} is not known", load16(body, 4)));
  clocks_.clear();
  Section result;
  const bool whole = options(body.subspan(16), [&](std::uint16_t code, base::ByteView value) {
    if (extra(result.extras, code, value)) return;
    if (code == kHardware) result.hardware = text_of(value);
    if (code == kSystem) result.system = text_of(value);
    if (code == kApplication) result.application = text_of(value);
  });
  if (!whole) return fail("an option runs past the end of its section header");
  return result;
}

std::optional<Block> Reader::interface(base::ByteView body) {
  if (body.size() < 8) return fail("an interface description that is too short");
  Interface result;
  Clock clock;
  result.link_type = load16(body, 0);
  result.snap_length = load32(body, 4);
  const bool whole = options(body.subspan(8), [&](std::uint16_t code, base::ByteView value) {
    if (extra(result.extras, code, value)) return;
    if (code == kInterfaceName) result.name = text_of(value);
    if (code == kInterfaceDescription) result.description = text_of(value);
    if (code == kInterfaceResolution && value.size() == 1) clock.resolution = value[0];
    if (code == kInterfaceOffset && value.size() == 8) {
      const std::uint64_t first = load32(value, 0), second = load32(value, 4);
      clock.offset = static_cast<std::int64_t>(swapped_ ? first << 32 | second : second << 32 | first);
    }
  });
  if (!whole) return fail("an option runs past the end of its interface description");
  clocks_.push_back(clock);
  return result;
}

std::optional<Block> Reader::packet(base::ByteView body) {
  if (body.size() < 20) return fail("a packet block that is too short");
  Packet result;
  result.interface = load32(body, 0);
  if (result.interface >= clocks_.size()) return fail(fmt::format("interface {} is not described", result.interface));
  const std::size_t captured = load32(body, 12);
  if (captured > body.size() - 20) return fail("a packet runs past the end of its block");
  const Clock& clock = clocks_[result.interface];
  const std::uint64_t ticks = std::uint64_t{load32(body, 4)} << 32 | load32(body, 8);
  const std::uint64_t offset = static_cast<std::uint64_t>(clock.offset) * 1'000'000'000u;
  result.at =
      base::Time(static_cast<std::int64_t>(static_cast<std::uint64_t>(nanoseconds(ticks, clock.resolution)) + offset));
  result.bytes = body.subspan(20, captured);
  result.original_length = load32(body, 16);
  const std::size_t end = std::min(20 + padded(captured), body.size());
  const bool whole = options(body.subspan(end), [&](std::uint16_t code, base::ByteView value) {
    if (extra(result.extras, code, value)) return;
    if (code == kPacketFlags && value.size() == 4) result.direction = static_cast<Direction>(load32(value, 0) & 3);
    if (code == kPacketId && value.size() == 8) {
      const std::uint64_t first = load32(value, 0), second = load32(value, 4);
      result.id = swapped_ ? first << 32 | second : second << 32 | first;
    }
  });
  if (!whole) return fail("an option runs past the end of its packet block");
  if (result.direction > Direction::outbound) result.direction = Direction::unknown;
  return result;
}

std::optional<Block> Reader::names(base::ByteView body) {
  Names result;
  const bool whole = options(body, [&](std::uint16_t code, base::ByteView value) {
    if (code != kNameIpv4 || value.size() < 5) return;
    const base::Ipv4Addr address{base::load_be32(value.data())};
    std::string_view list = text_of(value.subspan(4));  // names, each ended by a zero byte
    while (!list.empty()) {
      const std::size_t end = std::min(list.find('\0'), list.size());
      if (end > 0) result.records.push_back({address, list.substr(0, end)});
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  });
  if (!whole) return fail("a record runs past the end of its name block");
  return result;
}

}  // namespace lvs::trace::pcapng
