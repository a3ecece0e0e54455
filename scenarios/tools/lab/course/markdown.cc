// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/course/markdown.h"

#include <algorithm>
#include <vector>

#include "common/units.h"

namespace lvs::scenarios {
namespace {

// `code`, **strong**, [text](https://address); other links are their text.
std::string inline_html(std::string_view text) {
  std::string out;
  const auto between = [&](std::string_view mark, const char* tag) {
    const std::size_t end = text.find(mark, mark.size());
    if (!text.starts_with(mark) || end == std::string_view::npos) return false;
    const std::string_view inside = text.substr(mark.size(), end - mark.size());
    out += std::string("<") + tag + ">" + (mark == "`" ? html_escaped(inside) : inline_html(inside)) + "</" + tag + ">";
    text.remove_prefix(end + mark.size());
    return true;
  };
  const auto link = [&] {
    const std::size_t middle = text.find("]("), end = text.find(')', middle);
    if (!text.starts_with('[') || middle == std::string_view::npos || end == std::string_view::npos) return false;
    if (text.substr(0, middle).find('\n') != std::string_view::npos) return false;
    const std::string_view name = text.substr(1, middle - 1), where = text.substr(middle + 2, end - middle - 2);
    const std::string shown = inline_html(name);
    out += where.starts_with("https://") ? "<a href=\"" + html_escaped(where) + "\">" + shown + "</a>" : shown;
    text.remove_prefix(end + 1);
    return true;
  };
  while (!text.empty()) {
    if (between("`", "code") || between("**", "strong") || link()) continue;
    out += html_escaped(text.substr(0, 1));
    text.remove_prefix(1);
  }
  return out;
}

class Writer {
 public:
  std::string write(std::string_view text) {
    for (const std::string& line : split(text, '\n')) take(line);
    end_block();
    return std::move(out_);
  }

 private:
  void take(const std::string& line) {
    if (line.starts_with("    ") && (kind_ == Kind::none || kind_ == Kind::code))
      return add(Kind::code, line.substr(4));
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos) {
      if (kind_ != Kind::code)
        end_block();
      else
        lines_.emplace_back();
      return;
    }
    const std::string rest = line.substr(first);
    if (rest.starts_with('#')) return heading(rest);
    if (rest.starts_with('|')) return add(Kind::table, rest);
    if (rest.starts_with("- ") || rest.starts_with("* ")) return add(Kind::list, rest.substr(2));
    if (kind_ == Kind::list && first > 0) {
      lines_.back() += ' ' + rest;
      return;
    }
    add(Kind::paragraph, rest);
  }

  void heading(const std::string& line) {
    end_block();
    const std::size_t level = line.find_first_not_of('#');
    if (level == std::string::npos) return;
    if (level > 1) out_ += "<h3>" + inline_html(line.substr(level + 1)) + "</h3>\n";
  }

  enum class Kind : unsigned char { none, paragraph, code, list, table };
  void add(Kind kind, std::string line) {
    if (kind != kind_) end_block();
    kind_ = kind;
    lines_.push_back(std::move(line));
  }

  static std::string row(std::string line, const char* cell) {
    line = line.substr(1, line.find_last_of('|') - 1);
    std::string out = "<tr>";
    for (const std::string& each : split(line, '|'))
      out += std::string("<") + cell + ">" + inline_html(each) + "</" + cell + ">";
    return out + "</tr>\n";
  }

  void end_block() {
    std::string inside;
    const bool first_heads = lines_.size() > 1 && lines_[1].find_first_not_of("|-: ") == std::string::npos;
    while (kind_ == Kind::code && !lines_.empty() && lines_.back().empty()) lines_.pop_back();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      switch (kind_) {
        case Kind::paragraph: inside += (i == 0 ? "" : "\n") + lines_[i]; break;
        case Kind::code: inside += html_escaped(lines_[i]) + "\n"; break;
        case Kind::list: inside += "<li>" + inline_html(lines_[i]) + "</li>\n"; break;
        case Kind::table:
          if (!first_heads || i != 1) inside += row(lines_[i], first_heads && i == 0 ? "th" : "td");
          break;
        case Kind::none: break;
      }
    }
    switch (kind_) {
      case Kind::paragraph: out_ += "<p>" + inline_html(inside) + "</p>\n"; break;
      case Kind::code: out_ += "<pre>" + inside + "</pre>\n"; break;
      case Kind::list: out_ += "<ul>" + inside + "</ul>\n"; break;
      case Kind::table: out_ += "<div class=\"wide\"><table>" + inside + "</table></div>\n"; break;
      case Kind::none: break;
    }
    kind_ = Kind::none;
    lines_.clear();
  }

  std::string out_;
  Kind kind_ = Kind::none;
  std::vector<std::string> lines_;
};

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string html_of_markdown(std::string_view text) { return Writer().write(text); }

}  // namespace lvs::scenarios
