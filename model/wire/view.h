// SPDX-License-Identifier: GPL-2.0-or-later
// What the views of headers have in common. A view is a pointer to a header's first byte, with accessors. For a header
// X, BasicX<Byte> has what reads; ConstX is BasicX over bytes that may not be written, X adds what writes. An X is a
// ConstX wherever one is asked for; the other way there is none.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace lvs::wire {

template <class Byte>
concept HeaderByte = std::same_as<std::remove_const_t<Byte>, std::uint8_t>;

}  // namespace lvs::wire
