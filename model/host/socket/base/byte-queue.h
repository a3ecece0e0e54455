// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of a stream, first in, first out. Keeps its memory while it is used.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lvs::host {

class ByteQueue {
 public:
  std::size_t size() const { return bytes_.size() - begin_; }
  bool empty() const { return size() == 0; }
  const std::uint8_t* data() const { return bytes_.data() + begin_; }

  void push(base::ByteView more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  // Room for `n` more bytes at the end, to be filled.
  std::uint8_t* grow(std::size_t n) {
    bytes_.resize(bytes_.size() + n);
    return bytes_.data() + bytes_.size() - n;
  }
  void pop(std::size_t n) {
    begin_ += n;
    if (begin_ == bytes_.size()) {
      bytes_.clear();
      begin_ = 0;
    } else if (begin_ > kSlack && begin_ > size()) {  // each byte is moved once at most
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
    }
  }
  void clear() {
    bytes_ = {};
    begin_ = 0;
  }

 private:
  static constexpr std::size_t kSlack = 65536;
  std::vector<std::uint8_t> bytes_;
  std::size_t begin_ = 0;
};

}  // namespace lvs::host
