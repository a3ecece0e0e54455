// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/ip/table-names.h"

#include <map>
#include <sstream>

#include "base/numbers.h"
#include "control/machine/machine.h"

namespace lvs::control::ip {
namespace {

constexpr std::string_view kFile = "/etc/iproute2/rt_tables";

using Names = std::map<std::string, std::string>;  // by name, and by number

// "200 custom" lines; "#" begins a comment.
Names names_of(Machine& machine) {
  Names names;
  const auto file = machine.files().read(kFile);
  if (file.error != FileError::none) return names;
  std::istringstream lines(file.text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string number, name;
    if (!(words >> number >> name)) continue;
    const auto value = base::c_number(number, 0xffffffff);
    if (!value) continue;
    names[name] = std::to_string(*value);
    names[std::to_string(*value)] = name;
  }
  return names;
}

// What stands behind "table " and "lookup " in a text, or has that name in JSON.
std::string with_names(const std::string& text, const Names& names) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t next = std::string::npos, begin = next;
    for (const std::string_view key : {"table ", "lookup ", "\"table\":\"", "\"table\": \""}) {
      const std::size_t found = text.find(key, at);
      if (found >= next) continue;
      next = found;
      begin = found + key.size();
    }
    if (next == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \n\"", begin), text.size());
    const auto name = names.find(text.substr(begin, end - begin));
    result.append(text, at, begin - at);
    result += name == names.end() ? text.substr(begin, end - begin) : name->second;
    at = end;
  }
  return result.append(text, std::min(at, text.size()));
}

class NamedTables final : public Command {
 public:
  NamedTables(std::vector<Word> words, CommandPtr parsed, IpParser parse)
      : words_(std::move(words)), parsed_(std::move(parsed)), parse_(parse) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const Names names = names_of(machine);
    if (names.empty()) return parsed_->start(machine, io, std::move(done));
    std::vector<Word> words = words_;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i].text != "table" && words[i].text != "lookup") continue;
      const auto number = names.find(words[i + 1].text);
      if (number != names.end() && !base::c_number(words[i + 1].text, 0xffffffff)) words[i + 1].text = number->second;
    }
    auto parsed = parse_(words);
    if (!parsed) {
      io.complain("not modelled: " + parsed.error().text() + "\n");
      done(2);
      return nullptr;
    }
    // These commands take no time.
    const auto printed = std::make_shared<TextOutput>();
    Io inner = io;
    inner.out = printed;
    int status = 0;
    (*parsed)->start(machine, inner, [&](int ended) { status = ended; });
    if (!printed->text().empty()) io.print(with_names(printed->text(), names));
    done(status);
    return nullptr;
  }

 private:
  std::vector<Word> words_;
  CommandPtr parsed_;
  IpParser parse_;
};

}  // namespace

CommandPtr with_table_names(const std::vector<Word>& words, CommandPtr parsed, IpParser parse) {
  return std::make_shared<NamedTables>(words, std::move(parsed), parse);
}

}  // namespace lvs::control::ip
