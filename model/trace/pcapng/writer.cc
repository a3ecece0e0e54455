// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "trace/pcapng/block.h"
#include "trace/pcapng/codes.h"
#include "trace/pcapng/pcapng.h"

namespace lvs::trace::pcapng {

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
