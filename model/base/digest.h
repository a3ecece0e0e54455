// SPDX-License-Identifier: GPL-2.0-or-later
// Digests of bytes, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace lvs::base {

// Two hexadecimal digits a byte.
std::string hex_digits(std::string_view bytes);

class Digest {
 public:
  // "md5", "sha1", "sha224", "sha256", "sha384" or "sha512".
  explicit Digest(const char* kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void add(std::string_view bytes);
  // Of all that was added, as bytes and as hexadecimal digits. Nothing can be added any more.
  std::string bytes();
  std::string digits() { return hex_digits(bytes()); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lvs::base
