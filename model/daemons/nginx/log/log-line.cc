// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/log/log-line.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace lvs::nginx {
namespace {

std::string escaped(LogFormat::Escape escape, const std::string& value) {
  if (escape == LogFormat::Escape::none) return value;
  const bool json = escape == LogFormat::Escape::json;
  if (value.empty()) return json ? "" : "-";
  std::string result;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view kFrom = "\n\r\t\b\f", kTo = "nrtbf";
    if (json) {
      if (c == '"' || c == '\\') {
        result += '\\';
        result += c;
      } else if (const std::size_t which = kFrom.find(c); which != std::string_view::npos) {
        result += '\\';
        result += kTo[which];
      } else if (byte < 0x20) {
        result += fmt::format("\\u{:04X}", byte);
      } else {
        result += c;
      }
    } else if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
      result += fmt::format("\\x{:02X}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

// Those of the configuration too, whatever they hold: there is no "-" for them.
bool is_always_there(Variable variable) {
  return variable == Variable::user || variable == Variable::is_args || variable == Variable::server_name;
}

}  // namespace

const LogFormat& combined_format() {
  static const LogFormat kCombined = [] {
    LogFormat format;
    format.name = "combined";
    const auto literal = [&](const char* text) { format.text.pieces.push_back({Variable::none, text}); };
    const auto variable = [&](Variable which, const char* rest) { format.text.pieces.push_back({which, rest}); };
    variable(Variable::remote_addr, "");
    literal(" - ");
    variable(Variable::remote_user, "");
    literal(" [");
    variable(Variable::time_local, "");
    literal("] \"");
    variable(Variable::request, "");
    literal("\" ");
    variable(Variable::status, "");
    literal(" ");
    variable(Variable::body_bytes_sent, "");
    literal(" \"");
    variable(Variable::http, "referer");
    literal("\" \"");
    variable(Variable::http, "user_agent");
    literal("\"");
    return format;
  }();
  return kCombined;
}

std::string log_line(const LogFormat& format, const std::function<std::string(const Piece&)>& variable) {
  std::string line;
  for (const Piece& piece : format.text.pieces) {
    if (piece.variable == Variable::none) {
      line += piece.text;
      continue;
    }
    const std::string value = variable(piece);
    if (!is_always_there(piece.variable) || !value.empty()) line += escaped(format.escape, value);
  }
  return line + "\n";
}

std::size_t log_slack(Variable variable, std::size_t digits) {
  constexpr std::size_t kNumber = 20, kTime = kNumber + 4;
  switch (variable) {
    case Variable::body_bytes_sent:
    case Variable::bytes_sent:
    case Variable::request_length:
    case Variable::status: return kNumber - std::min(digits, kNumber);
    case Variable::msec:
    case Variable::request_time: return kTime - std::min(digits, kTime);
    default: return 0;
  }
}

}  // namespace lvs::nginx
