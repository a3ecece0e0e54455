// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "trace/pcapng-codes.h"
#include "trace/pcapng.h"

namespace lvs::trace::pcapng {
namespace {

// Opens a block on construction and closes it (padding, both lengths) when it goes out of scope.
class BlockWriter {
 public:
  BlockWriter(std::string& out, std::uint32_t type) : out_(out), start_(out.size()) {
    u32(type);
    u32(0);
  }
  ~BlockWriter() {
    pad();
    const auto length = static_cast<std::uint32_t>(out_.size() - start_ + 4);
    u32(length);
    std::memcpy(out_.data() + start_ + 4, &length, sizeof length);
  }
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  void u16(std::uint16_t value) { raw(&value, sizeof value); }
  void u32(std::uint32_t value) { raw(&value, sizeof value); }
  void u64(std::uint64_t value) { raw(&value, sizeof value); }
  void raw(const void* bytes, std::size_t size) { out_.append(static_cast<const char*>(bytes), size); }
  void pad() { out_.append((4 - (out_.size() - start_) % 4) % 4, '\0'); }

  void option(std::uint16_t code, const void* value, std::size_t size, std::size_t prefix = 0) {
    // An option holds 65535 bytes at most; longer text is cut rather than the file broken.
    size = std::min<std::size_t>(size, 65535 - prefix);
    u16(code);
    u16(static_cast<std::uint16_t>(size + prefix));
    if (prefix != 0) u32(kEnterprise);
    raw(value, size);
    pad();
    any_ = true;
  }
  void text(std::uint16_t code, std::string_view value) {
    if (!value.empty()) option(code, value.data(), value.size());
  }
  void extras(const Extras& extras) {
    for (const std::string_view comment : extras.comments) option(kComment, comment.data(), comment.size());
    for (const std::string_view custom : extras.custom_texts)
      option(kCustomText, custom.data(), custom.size(), sizeof kEnterprise);
    for (const base::ByteView custom : extras.custom_bytes)
      option(kCustomBytes, custom.data(), custom.size(), sizeof kEnterprise);
  }
  void end_options() {
    if (any_) u32(0);
  }

 private:
  std::string& out_;
  std::size_t start_;
  bool any_ = false;
};

}  // namespace

void append(std::string& out, const Section& section) {
  BlockWriter block(out, kSectionBlock);
  block.u32(kByteOrderMagic);
  block.u16(1);  // version 1.0
  block.u16(0);
  block.u64(~std::uint64_t{0});  // length unknown: the file can be read while it grows
  block.text(kHardware, section.hardware);
  block.text(kSystem, section.system);
  block.text(kApplication, section.application);
  block.extras(section.extras);
  block.end_options();
}

void append(std::string& out, const Interface& interface) {
  constexpr std::uint8_t nanoseconds = 9;
  BlockWriter block(out, kInterfaceBlock);
  block.u16(interface.link_type);
  block.u16(0);
  block.u32(interface.snap_length);
  block.text(kInterfaceName, interface.name);
  block.text(kInterfaceDescription, interface.description);
  block.option(kInterfaceResolution, &nanoseconds, sizeof nanoseconds);
  block.extras(interface.extras);
  block.end_options();
}

void append(std::string& out, const Packet& packet) {
  BlockWriter block(out, kPacketBlock);
  const auto at = static_cast<std::uint64_t>(packet.at.count());
  const auto captured = static_cast<std::uint32_t>(packet.bytes.size());
  block.u32(packet.interface);
  block.u32(static_cast<std::uint32_t>(at >> 32));
  block.u32(static_cast<std::uint32_t>(at));
  block.u32(captured);
  block.u32(packet.original_length == 0 ? captured : packet.original_length);
  block.raw(packet.bytes.data(), packet.bytes.size());
  block.pad();
  if (packet.direction != Direction::unknown) {
    const std::uint32_t flags = packet.direction == Direction::inbound ? 1 : 2;
    block.option(kPacketFlags, &flags, sizeof flags);
  }
  if (packet.id) block.option(kPacketId, &*packet.id, sizeof *packet.id);
  block.extras(packet.extras);
  block.end_options();
}

void append(std::string& out, const Journal& journal) {
  BlockWriter block(out, kJournalBlock);
  block.raw(journal.text.data(), journal.text.size());
}

void append(std::string& out, const Names& names) {
  BlockWriter block(out, kNamesBlock);
  for (const Names::Record& record : names.records) {
    const std::string_view name = record.name.substr(0, 65000);
    std::uint8_t address[4];
    base::store_be32(address, record.address.value);
    block.u16(kNameIpv4);
    block.u16(static_cast<std::uint16_t>(sizeof address + name.size() + 1));
    block.raw(address, sizeof address);
    block.raw(name.data(), name.size());
    block.raw("", 1);
    block.pad();
  }
  block.u32(0);  // the record that ends the list
}

std::string journal_text(base::Time at, std::string_view host, std::string_view text) {
  std::string message(text);
  std::ranges::replace(message, '\n', ' ');  // a plain field ends at its line
  return fmt::format("__REALTIME_TIMESTAMP={}\n_HOSTNAME={}\nMESSAGE={}\n", at.count() / 1000, host, message);
}

}  // namespace lvs::trace::pcapng
