// SPDX-License-Identifier: GPL-2.0-or-later
// What a command of iproute2 lists, in words or, with -j, as JSON (iproute2 6.1 lib/json_print.c, lib/json_writer.c).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

struct JsonNull {};
using JsonValue = std::variant<std::string, std::uint64_t, bool, JsonNull>;

// What iproute2 paints (lib/color.c): names of interfaces, MAC addresses, IP addresses, states.
enum class Paint : std::uint8_t { none, name, mac, inet, up, down };

// `text` in this colour, if `color`.
std::string painted(bool color, Paint paint, std::string_view text);

class Listing {
 public:
  explicit Listing(const Options& options)
      : json_(options.json), pretty_(options.pretty), color_(options.color && !options.json) {}

  std::string paint(Paint paint, std::string_view text) const { return painted(color_, paint, text); }

  bool json() const { return json_; }
  // Words, of which JSON knows nothing.
  void words(std::string_view text) {
    if (!json_) text_ += text;
  }
  // `text` stands in words for what JSON has as `key`.
  void put(std::string_view key, const JsonValue& value, std::string_view text);
  // An element of an array.
  void element(const JsonValue& value, std::string_view text);
  // "" has no name: an element. In words nothing.
  void open_object(std::string_view key = {}) { open(key, '{'); }
  void close_object() { close('}'); }
  void open_array(std::string_view key = {}) { open(key, '['); }
  void close_array() { close(']'); }

  // Everything so far, JSON with its last newline, and a new start.
  std::string take();

 private:
  void open(std::string_view key, char bracket);
  void close(char bracket);
  void begin_value(std::string_view key);
  void end_line();
  void write(const JsonValue& value);
  void quote(std::string_view text);

  bool json_, pretty_, color_;
  std::string text_;
  unsigned depth_ = 0;
  bool first_ = true;  // nothing yet in this object or array
};

}  // namespace lvs::control::ip
