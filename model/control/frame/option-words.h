// SPDX-License-Identifier: GPL-2.0-or-later
// Options of IP and TCP in words: "mss:1460,sackok,ts:1:0,nop,ws:7", "rr:4:0.0.0.0", "x:94040000" for any bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/frame/layers.h"

namespace lvs::control::frame {

enum class OptionsOf : std::uint8_t { ip, tcp };

// Nothing where a part of the text is no option; forty bytes at most.
std::optional<Bytes> parse_options(OptionsOf of, std::string_view text);
std::string options_text(OptionsOf of, const Bytes& options);
// What the words of `of` are, for messages.
std::string known_options(OptionsOf of);

}  // namespace lvs::control::frame
