// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace lvs::keepalived {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMostRounds = 65536;  // of one sequence; keepalived knows no bound

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size())); }

// strtol(3) with base 0, for the small numbers of sequences.
bool take_number(std::string_view& text, std::int64_t& value) {
  skip_blanks(text);
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.starts_with('0')) {
    base = 8;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || value > 1'000'000'000) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (negative) value = -value;
  skip_blanks(text);
  return true;
}

// One value or {one, for, each} of a ~LST; false when it is not closed.
bool take_set(std::string_view& text, std::string_view ends, std::vector<std::string>& set) {
  skip_blanks(text);
  const bool braces = text.starts_with('{');
  if (braces) text.remove_prefix(1);
  while (true) {
    skip_blanks(text);
    const std::size_t end = std::min(text.find_first_of(" \t,})"), text.size());
    set.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    skip_blanks(text);
    if (text.empty()) return false;
    if (braces && text.front() == '}') {
      text.remove_prefix(1);
      skip_blanks(text);
      return true;
    }
    if (!braces) return ends.find(text.front()) != std::string_view::npos;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

}  // namespace

ConfDefinitions::ConfDefinitions(ConfReport& report, const std::string& id) : report_(report) {
  definitions_["_HASH"].lines = {"#"};
  definitions_["_BANG"].lines = {"!"};
  definitions_["_INSTANCE"].lines = {id};
  definitions_["_PWD"].lines = {""};
}

bool ConfDefinitions::define(std::string_view line) {
  if (line.size() < 2 || line[0] != '$' || !begins_name(line[1])) return false;
  std::size_t end = 2;
  while (end < line.size() && in_name(line[end])) ++end;
  if (end == line.size() || line[end] != '=') return false;
  Definition& definition = definitions_[std::string(line.substr(1, end - 1))];
  std::string_view text = line.substr(end + 1);
  skip_blanks(text);
  definition = {};
  if (text.ends_with('\\')) {
    text.remove_suffix(1);
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    definition.multiline = true;
    open_ = &definition;
    if (!text.empty()) definition.lines.emplace_back(text);
  } else {
    definition.lines.emplace_back(text);
  }
  return true;
}

void ConfDefinitions::more(std::string_view line) {
  const bool goes_on = line.ends_with('\\');
  if (goes_on) {
    line.remove_suffix(1);
    line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
  }
  if (!line.empty()) open_->lines.emplace_back(line);
  if (goes_on) return;
  if (open_->lines.empty()) *open_ = {{std::string()}, false};
  open_ = nullptr;
}

std::optional<ConfDefinitions::Use> ConfDefinitions::find_use(std::string_view line, std::size_t dollar) const {
  std::size_t at = dollar + 1;
  const bool braces = at < line.size() && line[at] == '{';
  if (braces) ++at;
  if (at >= line.size() || !begins_name(line[at])) return std::nullopt;
  std::size_t end = at;
  while (end < line.size() && in_name(line[end])) ++end;
  const std::string_view name = line.substr(at, end - at);
  if (name == "_RANDOM") report_.refuse("_RANDOM", "it is drawn from the time of day");
  if (braces) {
    if (end == line.size() || line[end] != '}') return std::nullopt;
    ++end;
  } else if (end < line.size() && std::string_view(" \t,)").find(line[end]) == std::string_view::npos) {
    return std::nullopt;
  }
  const auto found = definitions_.find(name);
  if (found == definitions_.end()) return std::nullopt;
  // One of several lines stands at the end of a line only.
  if (found->second.multiline && end != line.size()) return std::nullopt;
  return Use{&found->second, end - dollar, std::string(name)};
}

bool ConfDefinitions::replace(std::string& line) {
  constexpr std::size_t kMost = 4096;  // keepalived's longest line
  bool replaced = false;
  std::size_t at = 0;
  while ((at = line.find('$', at)) != std::string::npos) {
    const auto use = find_use(line, at);
    if (!use) {
      ++at;
      continue;
    }
    const auto& lines = use->definition->lines;
    const std::string first = lines.empty() ? std::string() : lines.front();
    if (line.size() + first.size() > kMost) {
      report_.log(fmt::format("Parameter substitution on line '{}' would exceed maximum line length", line));
      return false;
    }
    if (use->definition->multiline && lines.size() > 1) {
      pending_.insert(pending_.begin(), lines.begin() + 1, lines.end());
      if (pending_.size() > kMost) pending_.resize(kMost);
      pending_depth_ = sequences_.size();
    }
    line.replace(at, use->length, first);
    replaced = true;
    if (first.starts_with('~')) break;
    at += first.find('$') == std::string::npos ? first.size() : 0;
    // A definition that names itself would go on for ever.
    if (first.find("$" + use->name) != std::string::npos || first.find("${" + use->name) != std::string::npos) break;
  }
  return replaced;
}

bool ConfDefinitions::read_numbers(std::string_view text, Sequence& sequence, std::string_view whole) {
  std::int64_t numbers[3] = {};
  int count = 0;
  while (true) {
    if (count == 3 || !take_number(text, numbers[count])) {
      report_.error(fmt::format("Invalid ~SEQ definition '{}'", whole));
      return false;
    }
    ++count;
    if (text.starts_with(')')) break;
    if (!text.starts_with(',')) {
      report_.error(fmt::format("Invalid ~SEQ definition '{}'", whole));
      return false;
    }
    text.remove_prefix(1);
  }
  if (count == 1) {
    sequence.last = numbers[0];
    sequence.step = numbers[0] < 1 ? -1 : 1;
    sequence.next = numbers[0] < 0 ? -1 : 1;
    return true;
  }
  sequence.next = numbers[0];
  sequence.last = numbers[count - 1];
  sequence.step = count == 3 ? numbers[1] : sequence.next <= sequence.last ? 1 : -1;
  const bool wrong = sequence.step == 0 || (sequence.next < sequence.last && sequence.step < 0) ||
                     (sequence.next > sequence.last && sequence.step > 0);
  if (wrong) report_.error(fmt::format("Invalid ~SEQ values '{}'", whole));
  return !wrong;
}

bool ConfDefinitions::add_seq(std::string_view line) {
  Sequence sequence;
  std::string_view rest = line.substr(4);
  if (rest.starts_with('x')) {
    sequence.hex = true;
    rest.remove_prefix(1);
  }
  skip_blanks(rest);
  if (!rest.starts_with('(')) return false;
  rest.remove_prefix(1);
  skip_blanks(rest);
  const std::size_t end = std::min(rest.find_first_of(" \t,)"), rest.size());
  sequence.names.emplace_back(rest.substr(0, end));
  rest.remove_prefix(end);
  skip_blanks(rest);
  const std::size_t close = rest.find(')');
  if (close == std::string_view::npos || !rest.starts_with(',') || sequence.names.front().empty()) {
    report_.error(fmt::format("Invalid ~SEQ definition '{}'", line));
    return false;
  }
  std::string numbers(rest.substr(1, close));
  replace(numbers);
  if (!read_numbers(numbers, sequence, line)) return false;
  if (sequence.hex && (sequence.next < 0 || sequence.last < 0)) {
    report_.error(fmt::format("~SEQx is only valid for positive numbers '{}'", line));
    return false;
  }
  rest.remove_prefix(close + 1);
  skip_blanks(rest);
  sequence.text = rest;
  sequences_.push_back(std::move(sequence));
  return true;
}

bool ConfDefinitions::add_list(std::string_view line) {
  Sequence sequence;
  std::string_view rest = line.substr(4);
  skip_blanks(rest);
  if (!rest.starts_with('(')) return false;
  rest.remove_prefix(1);
  if (!take_set(rest, ",", sequence.names)) return false;
  do {
    if (!rest.starts_with(',')) return false;
    rest.remove_prefix(1);
    std::vector<std::string> values;
    if (!take_set(rest, ",)", values)) return false;
    if (values.size() > sequence.names.size()) {
      report_.error(fmt::format("~LST specification has too many values '{}'", line));
      return false;
    }
    values.resize(sequence.names.size());
    sequence.values.push_back(std::move(values));
  } while (!rest.starts_with(')') && !rest.empty());
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  skip_blanks(rest);
  sequence.text = rest;
  sequences_.push_back(std::move(sequence));
  return true;
}

bool ConfDefinitions::sequence(std::string_view line) {
  if (line.starts_with("~SEQ")) {
    if (!add_seq(line)) report_.error(fmt::format("Invalid ~SEQ specification '{}'", line));
    return true;
  }
  if (line.starts_with("~LST")) {
    if (!add_list(line)) report_.error(fmt::format("Invalid ~LST specification '{}'", line));
    return true;
  }
  return false;
}

std::optional<std::string> ConfDefinitions::next_round() {
  Sequence& sequence = sequences_.back();
  std::string text = sequence.text;
  const std::size_t round = sequence.round++;
  bool last = sequence.round >= kMostRounds;
  if (sequence.values.empty()) {
    definitions_[sequence.names.front()] = {
        {sequence.hex ? fmt::format("{:x}", sequence.next) : fmt::format("{}", sequence.next)}, false};
    sequence.next += sequence.step;
    last |= sequence.step > 0 ? sequence.next > sequence.last : sequence.next < sequence.last;
  } else {
    for (std::size_t i = 0; i < sequence.names.size(); ++i)
      definitions_[sequence.names[i]] = {{sequence.values[round][i]}, false};
    last |= sequence.round == sequence.values.size();
  }
  if (last) sequences_.pop_back();
  return text;
}

std::optional<std::string> ConfDefinitions::next_line() {
  if (!pending_.empty() && sequences_.size() <= pending_depth_) {
    std::string line = std::move(pending_.front());
    pending_.pop_front();
    return line;
  }
  if (!sequences_.empty()) return next_round();
  return std::nullopt;
}

}  // namespace lvs::keepalived
