// SPDX-License-Identifier: GPL-2.0-or-later
// PCRE2's objects, which free themselves: for commands and daemons whose real programs match by that library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace lvs::control {

template <auto release>
struct PcreRelease {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using PcreCode = std::unique_ptr<pcre2_code, PcreRelease<pcre2_code_free>>;
using PcreMatchData = std::unique_ptr<pcre2_match_data, PcreRelease<pcre2_match_data_free>>;
using PcreMatchContext = std::unique_ptr<pcre2_match_context, PcreRelease<pcre2_match_context_free>>;
using PcreStack = std::unique_ptr<pcre2_jit_stack, PcreRelease<pcre2_jit_stack_free>>;

inline PCRE2_SPTR pcre_units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

// What is wrong with a pattern, in PCRE2's words, and where.
struct PcreError {
  std::string text;
  std::size_t offset = 0;
};

// Nothing, with an error, where it cannot be compiled.
inline PcreCode pcre_compile(std::string_view pattern, std::uint32_t options, PcreError& error) {
  int number = 0;
  PcreCode code(pcre2_compile(pcre_units(pattern), pattern.size(), options, &number, &error.offset, nullptr));
  if (!code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(number, text.data(), text.size());
    error.text = reinterpret_cast<const char*>(text.data());
  }
  return code;
}

inline PcreMatchData pcre_match_data_for(const PcreCode& code) {
  return PcreMatchData(pcre2_match_data_create_from_pattern(code.get(), nullptr));
}

}  // namespace lvs::control
