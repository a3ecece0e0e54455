// SPDX-License-Identifier: GPL-2.0-or-later
// Frames in words: "eth dst director ip src 203.0.113.7 dst 10.0.0.1 tcp 4000 > 80 S seq 1000". The grammar is in
// docs/labs.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/frame/layers.h"
#include "control/words/word.h"

namespace lvs::control::frame {

// What stands for addresses, as the interface sees it that sends the frame: "director", "director:eth1".
struct Names {
  base::MacAddr own;
  std::map<std::string, base::MacAddr, std::less<>> macs;
  std::map<std::string, base::Ipv4Addr, std::less<>> addresses;
};

inline constexpr std::size_t kMostBytes = 65549;  // with the greatest MTU of a veth

// Does the text begin as frames in words do?
bool is_words(std::string_view text);

// The frame. `column`: where `text` begins in its line.
base::Result<Bytes, SyntaxError> parse(std::string_view text, std::size_t column, const Names& names);

// The words that parse() makes the same bytes of, which hold an Ethernet header at least.
std::string text_of(const Bytes& bytes, const Names& names);

}  // namespace lvs::control::frame
