// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as tcpdump 4.99 prints them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/time.h"
#include "control/programs/capture/tcpdump-names.h"
#include "trace/dissect/dissect.h"

namespace lvs::control {

struct TcpdumpFormat {
  // None of -t, -t, -tt ...: the time of day, none, since 1970, since the frame before, day and time, since the first.
  unsigned times = 0;
  bool link_header = false;   // -e
  bool quick = false;         // -q
  int verbose = 0;            // how many -v
  bool absolute_seq = false;  // -S
  bool ascii = false;         // -A
  unsigned hex = 0;           // -x, -xx: the link header too
  bool hex_text = false;      // -X: characters beside the digits
};

// Where a frame was met, of a capture on all interfaces.
struct TcpdumpPlace {
  std::string interface;
  std::uint32_t index = 0;
  bool outbound = false;
  std::uint8_t kind = 0;  // as sll_pkttype: 0 to us, 1 broadcast, 2 multicast, 3 to others, 4 from us

  std::string_view word() const;
};

class TcpdumpText {
 public:
  explicit TcpdumpText(TcpdumpFormat format) : format_(format) {}
  // Names in place of numbers.
  NameOfHost name_of;

  // The lines of one frame, ended by a newline. `at`: since 1970.
  std::string of(base::Time at, base::ByteView frame, const TcpdumpPlace* place = nullptr);

 private:
  // The first numbers seen of a connection.
  struct Origin {
    std::uint32_t seq = 0, ack = 0;
    base::Ipv4Addr from;
    std::uint16_t port = 0;
  };
  using Key = std::tuple<base::Ipv4Addr, std::uint16_t, base::Ipv4Addr, std::uint16_t>;

  // Sequence numbers as they are printed: from the first ones of their connection on.
  void count_from_first(base::ByteView frame, trace::DissectStyle& style);

  std::string time_of(base::Time at);

  TcpdumpFormat format_;
  std::optional<base::Time> first_, last_;
  std::map<Key, Origin> origins_;
};

}  // namespace lvs::control
