// SPDX-License-Identifier: GPL-2.0-or-later
// pcapng files (draft-ietf-opsawg-pcapng): the blocks as values, a writer and a reader.
//
// The values are views: the writer copies what they show, the reader's point into the bytes it was given.
// Not written, because Wireshark 4.0 damages or misreads them when it saves a file: epb_verdict, epb_hash, epb_queue,
// custom blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/time.h"

namespace lvs::trace::pcapng {

// The private enterprise number reserved for documentation (RFC 5612); it owns our custom options.
inline constexpr std::uint32_t kEnterprise = 32473;
inline constexpr std::uint16_t kEthernet = 1;         // LINKTYPE_ETHERNET
inline constexpr std::uint32_t kSnapLength = 262144;  // one for all interfaces, or tcpdump refuses the file

// What any block can carry beside its own options.
struct Extras {
  std::vector<std::string_view> comments;      // opt_comment, UTF-8
  std::vector<std::string_view> custom_texts;  // option 2988 of kEnterprise, UTF-8
  std::vector<base::ByteView> custom_bytes;    // option 2989 of kEnterprise
};

struct Section {
  std::string_view hardware, system, application;  // empty: not written
  Extras extras;
};

struct Interface {
  std::string_view name, description;
  std::uint16_t link_type = kEthernet;
  std::uint32_t snap_length = kSnapLength;
  Extras extras;
};

enum class Direction : std::uint8_t { unknown, inbound, outbound };

struct Packet {
  std::uint32_t interface = 0;  // counts the section's Interface blocks from 0
  base::Time at{};              // since 1970
  base::ByteView bytes;
  std::uint32_t original_length = 0;  // on the wire; 0 when written: all of `bytes`
  Direction direction = Direction::unknown;
  std::optional<std::uint64_t> id;  // epb_packetid
  Extras extras;
};

// systemd journal export entry: one FIELD=VALUE a line. Wireshark shows a row of its own.
struct Journal {
  std::string_view text;
};

struct Names {
  struct Record {
    base::Ipv4Addr address;
    std::string_view name;
  };
  std::vector<Record> records;
};

// A block of a type that is not used here.
struct Other {
  std::uint32_t type = 0;
};

using Block = std::variant<Section, Interface, Packet, Journal, Names, Other>;

// Appends blocks to `out`; a file starts with a Section, and an Interface comes before its packets.
void append(std::string& out, const Section& section);
void append(std::string& out, const Interface& interface);
void append(std::string& out, const Packet& packet);
void append(std::string& out, const Journal& journal);
void append(std::string& out, const Names& names);

// A journal entry with the fields that Wireshark lists: time, host and text. `text` may have lines of its own.
std::string journal_text(base::Time at, std::string_view host, std::string_view text);

// Reads the blocks in order, of either byte order and any number of sections. The bytes must outlive the blocks.
class Reader {
 public:
  explicit Reader(base::ByteView file) : file_(file) {}

  // Nothing at the end of the file, at a block that is cut off, and at damage.
  std::optional<Block> next();

  // Where the next block starts.
  std::size_t position() const { return position_; }
  // The file ends inside a block: it is still being written, or its writer was killed. What came before is whole.
  bool cut_off() const { return cut_off_; }
  // "byte N: reason", empty while there is no damage.
  const std::string& error() const { return error_; }

 private:
  struct Clock {
    std::uint8_t resolution = 6;  // if_tsresol
    std::int64_t offset = 0;      // if_tsoffset, seconds
  };
  std::uint16_t load16(base::ByteView bytes, std::size_t at) const;
  std::uint32_t load32(base::ByteView bytes, std::size_t at) const;
  std::optional<Block> fail(std::string_view reason);
  std::optional<Block> section(base::ByteView body);
  std::optional<Block> interface(base::ByteView body);
  std::optional<Block> packet(base::ByteView body);
  std::optional<Block> names(base::ByteView body);
  // Calls use(code, value) for each option; false if they do not fit into `bytes`.
  template <class Use>
  bool options(base::ByteView bytes, Use use) const;
  bool extra(Extras& extras, std::uint16_t code, base::ByteView value) const;

  base::ByteView file_;
  std::size_t position_ = 0;
  bool swapped_ = false;
  bool cut_off_ = false;
  std::vector<Clock> clocks_;  // of the section's interfaces
  std::string error_;
};

}  // namespace lvs::trace::pcapng
