// SPDX-License-Identifier: GPL-2.0-or-later
// One block of a pcapng file on its way into a string; a part of the writers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "trace/pcapng/codes.h"
#include "trace/pcapng/pcapng.h"

namespace lvs::trace::pcapng {

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

}  // namespace lvs::trace::pcapng
