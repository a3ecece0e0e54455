// SPDX-License-Identifier: GPL-2.0-or-later
// Every directive that Debian's nginx 1.22.1 knows, modelled or not: where it may stand and how many words it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lvs::nginx {

// Whose directives are read in a block; `any`: everywhere.
enum class Module : std::uint8_t { any, core, event, http, stream, stream_block };

// Where a directive may stand, by nginx's bits. A bit's meaning depends on the module.
namespace place {
inline constexpr std::uint32_t kMain = 0x01000000;                                // core
inline constexpr std::uint32_t kEvent = 0x02000000;                               // event
inline constexpr std::uint32_t kTop = 0x02000000, kServer = 0x04000000;           // http, stream
inline constexpr std::uint32_t kLocation = 0x08000000;                            // http
inline constexpr std::uint32_t kUpstream = 0x10000000;                            // http
inline constexpr std::uint32_t kServerIf = 0x20000000, kLocationIf = 0x40000000;  // http, within "if"
inline constexpr std::uint32_t kStreamUpstream = 0x08000000;                      // stream
}  // namespace place

struct DirectiveRule {
  Module module;
  std::uint32_t bits;

  bool is_block() const { return (bits & 0x100) != 0; }
  // `words`: the name included.
  bool takes(std::size_t words) const;
};

// The rules of a name in nginx's order of modules; empty: it is unknown. Those of the stream module are known once it
// has been loaded.
std::span<const DirectiveRule> rules_of(std::string_view name);

}  // namespace lvs::nginx
