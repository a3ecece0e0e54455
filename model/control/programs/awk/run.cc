// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/programs/awk/format.h"

namespace lvs::control::awk {

Run::Run(const Program& program, Machine& machine, Io& io)
    : program_(program),
      machine_(machine),
      io_(io),
      variables_(program.variables.size()),
      arrays_(program.arrays.size()),
      within_(program.rules.size()) {
  special(Special::NR) = special(Special::NF) = special(Special::FNR) = Value(0.0);
  special(Special::FS) = special(Special::OFS) = Value(std::string(" "));
  special(Special::ORS) = special(Special::RS) = Value(std::string("\n"));
  special(Special::SUBSEP) = Value(std::string("\034"));
  special(Special::CONVFMT) = special(Special::OFMT) = Value(std::string("%.6g"));
  special(Special::RSTART) = Value(0.0);
  special(Special::RLENGTH) = Value(-1.0);
}

bool Run::spend(std::size_t bytes) {
  bytes_ += bytes;
  if (++steps_ <= kMostSteps && bytes_ <= kMostBytes) return !over_;
  if (!over_) fatal("not modelled: a program of awk that works for so long");
  return false;
}

void Run::fatal(const std::string& why, int status) {
  if (over_) return;
  over_ = true;
  status_ = status;
  io_.print(out_);
  out_.clear();
  io_.complain(fmt::format("awk: {}\n", why));
}

void Run::set(int slot, const std::string& value) {
  if (slot >= 0) store(slot, Value::input(value));
}

bool Run::begin() {
  rules(Rule::When::begin);
  return !over_ && !ended_;
}

bool Run::take_record(std::string_view& text, std::string& record) const {
  const std::string separator = variables_[static_cast<std::size_t>(Special::RS)].text();
  if (separator.empty()) {  // paragraphs
    text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
    if (text.empty()) return false;
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    record = text.substr(0, end);
    text.remove_prefix(end);
    while (record.ends_with('\n')) record.pop_back();
    return true;
  }
  if (text.empty()) return false;
  const std::size_t end = std::min(text.find(separator[0]), text.size());
  record = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return true;
}

bool Run::input(const std::string& name, std::string_view text) {
  special(Special::FILENAME) = Value(name);
  special(Special::FNR) = Value(0.0);
  std::string record;
  while (!over_ && !ended_ && take_record(text, record)) {
    special(Special::NR) = Value(special(Special::NR).number() + 1);
    special(Special::FNR) = Value(special(Special::FNR).number() + 1);
    set_record(std::move(record));
    rules(Rule::When::line);
  }
  return !over_ && !ended_;
}

int Run::end() {
  if (!over_) {
    ended_ = false;
    rules(Rule::When::end);
  }
  io_.print(out_);
  return status_;
}

std::vector<std::string> Run::pieces(std::string_view text, const std::string& separator) {
  std::vector<std::string> result;
  spend(text.size());
  if (separator == " ") {
    for (;;) {
      text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
      if (text.empty()) return result;
      const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
      result.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
  if (text.empty()) return result;
  if (separator.empty()) {
    for (const char c : text) result.emplace_back(1, c);
    return result;
  }
  const Regex* const by = separator.size() == 1 ? nullptr : expression(separator);
  std::size_t at = 0;
  for (;;) {
    std::size_t begin = text.find(separator, at), end = begin + separator.size();
    if (by != nullptr) {
      const auto match = by->search(text, at);
      begin = match && match->end > match->begin ? match->begin : std::string_view::npos;
      end = match ? match->end : 0;
    }
    if (begin == std::string_view::npos) break;
    result.emplace_back(text.substr(at, begin - at));
    at = end;
  }
  result.emplace_back(text.substr(at));
  return result;
}

void Run::set_record(std::string record) {
  record_ = std::move(record);
  split_record();
}

void Run::split_record() {
  std::string separator = special_text(Special::FS);
  if (special_text(Special::RS).empty() && separator != " ") separator = "[\n]|" + separator;
  fields_ = pieces(record_, separator);
  special(Special::NF) = Value(static_cast<double>(fields_.size()));
}

void Run::join_fields() {
  const std::string between = special_text(Special::OFS);
  record_.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i != 0) record_ += between;
    record_ += fields_[i];
  }
  spend(record_.size());
}

bool Run::selected(std::size_t index) {
  const Rule& rule = program_.rules[index];
  if (rule.pattern == nullptr) return true;
  if (rule.when != Rule::When::range) return eval(*rule.pattern).holds();
  if (!within_[index] && !eval(*rule.pattern).holds()) return false;
  within_[index] = !eval(*rule.last).holds();
  return true;
}

void Run::rules(Rule::When when) {
  for (std::size_t i = 0; i < program_.rules.size() && !over_ && !ended_; ++i) {
    const Rule& rule = program_.rules[i];
    const bool of_line = rule.when == Rule::When::line || rule.when == Rule::When::range;
    if (when == Rule::When::line ? !of_line : rule.when != when) continue;
    if (!spend() || !selected(i)) continue;
    if (rule.bare) {
      out_ += record_ + special_text(Special::ORS);
      continue;
    }
    const Flow flow = run(rule.action);
    if (flow == Flow::exit) ended_ = true;
    if (flow == Flow::next) return;
  }
}

Run::Flow Run::run(const Block& block) {
  for (const Statement& statement : block) {
    if (!spend()) return Flow::exit;
    if (const Flow flow = run(statement); flow != Flow::go) return flow;
  }
  return over_ ? Flow::exit : Flow::go;
}

Run::Flow Run::run(const Statement& statement) {
  switch (statement.kind) {
    case Statement::Kind::expression:
      for (const NodePtr& kid : statement.kids) eval(*kid);
      return Flow::go;
    case Statement::Kind::print:
    case Statement::Kind::printf: print(statement); return Flow::go;
    case Statement::Kind::branch: return run(eval(*statement.condition).holds() ? statement.body : statement.otherwise);
    case Statement::Kind::loop:
    case Statement::Kind::do_loop: return loop(statement);
    case Statement::Kind::each: return each(statement);
    case Statement::Kind::next: return Flow::next;
    case Statement::Kind::exit:
      if (statement.condition != nullptr) status_ = static_cast<int>(eval(*statement.condition).number()) & 255;
      return Flow::exit;
    case Statement::Kind::stop: return Flow::stop;
    case Statement::Kind::again: return Flow::again;
    case Statement::Kind::erase: erase(statement); return Flow::go;
    case Statement::Kind::block: return run(statement.body);
  }
  return Flow::go;
}

Run::Flow Run::loop(const Statement& statement) {
  if (const Flow flow = run(statement.first); flow != Flow::go) return flow;
  bool first = statement.kind == Statement::Kind::do_loop;
  while (first || statement.condition == nullptr || eval(*statement.condition).holds()) {
    first = false;
    if (!spend()) return Flow::exit;
    const Flow flow = run(statement.body);
    if (flow == Flow::stop) break;
    if (flow == Flow::next || flow == Flow::exit) return flow;
    if (statement.step != nullptr) eval(*statement.step);
  }
  return Flow::go;
}

Run::Flow Run::each(const Statement& statement) {
  for (const std::string& name : arrays_[static_cast<std::size_t>(statement.array)].keys()) {
    if (!spend()) return Flow::exit;
    store(statement.slot, Value::input(name));
    const Flow flow = run(statement.body);
    if (flow == Flow::stop) break;
    if (flow == Flow::next || flow == Flow::exit) return flow;
  }
  return Flow::go;
}

void Run::erase(const Statement& statement) {
  Array& array = arrays_[static_cast<std::size_t>(statement.array)];
  if (statement.kids.empty()) return array.clear();
  array.erase(key(statement.kids));
}

void Run::print(const Statement& statement) {
  std::string text;
  if (statement.kind == Statement::Kind::printf) {
    std::vector<Value> values;
    for (const NodePtr& kid : statement.kids) values.push_back(eval(*kid));
    const std::string spec = values[0].text();
    if (!format_values(spec, std::span(values).subspan(1), special_text(Special::CONVFMT), text))
      return fatal(fmt::format("run time error: {}", text));
  } else if (statement.kids.empty()) {
    text = record_;
  } else {
    const std::string format = special_text(Special::OFMT);
    for (const NodePtr& kid : statement.kids) {
      if (&kid != &statement.kids.front()) text += special_text(Special::OFS);
      text += eval(*kid).text(format);
    }
  }
  if (statement.kind == Statement::Kind::print) text += special_text(Special::ORS);
  if (spend(text.size())) put(statement, text);
}

void Run::put(const Statement& statement, const std::string& text) {
  if (statement.target == Statement::Target::standard) {
    out_ += text;
    return;
  }
  const std::string path = eval(*statement.file).text();
  if (path == "/dev/stderr" || path == "/dev/stdout" || path == "-") {
    if (path != "/dev/stderr") {
      out_ += text;
      return;
    }
    io_.print(out_);  // both may be the same file
    out_.clear();
    return io_.complain(text);
  }
  if (auto reason = Files::unmodelled(path)) return fatal(fmt::format("not modelled: {}: {}", path, *reason));
  Files& files = machine_.files();
  if (!files_[path]) {
    files_[path] = true;
    if (const FileError error = files.can_write(path); error != FileError::none)
      return fatal(fmt::format("cannot open \"{}\" for output ({})", path, text_of(error)));
    if (statement.target == Statement::Target::file) files.truncate(path);
  }
  if (const FileError error = files.append(path, text); error != FileError::none)
    fatal(fmt::format("write failure ({})", text_of(error)));
}

}  // namespace lvs::control::awk
