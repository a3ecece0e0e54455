// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/conf-tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::named {
namespace {

constexpr unsigned kDeepest = 20, kMostFiles = 100;
constexpr std::size_t kMostWords = 200'000;

class TreeReader {
 public:
  explicit TreeReader(const ReadFile& read) : read_(read) {}

  void file(const std::string& path, std::vector<ConfStatement>& to) {
    auto text = read_(path);
    if (!text) {
      error_ = fmt::format("open: {}: file not found", path);
      return;
    }
    if (++files_ > kMostFiles || depth_ >= kDeepest) {
      error_ = fmt::format("{}: more files than are read", path);
      return;
    }
    const Source outer = std::exchange(source_, Source{path, std::move(*text), 0, 1});
    ++depth_;
    statements(to, false);
    --depth_;
    source_ = outer;
  }
  std::string take_error() { return std::move(error_); }

 private:
  struct Source {
    std::string name, text;
    std::size_t at = 0, line = 1;
  };
  enum class Kind : unsigned char { word, open, close, semicolon, end };

  bool failed() const { return !error_.empty(); }
  void fail(std::size_t line, const std::string& text) {
    if (error_.empty()) error_ = fmt::format("{}:{}: {}", source_.name, line, text);
  }

  void skip() {
    std::string& text = source_.text;
    std::size_t& at = source_.at;
    while (at < text.size()) {
      const std::string_view rest = std::string_view(text).substr(at);
      if (rest[0] == '\n') {
        ++source_.line;
        ++at;
      } else if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r') {
        ++at;
      } else if (rest[0] == '#' || rest.starts_with("//")) {
        at = std::min(text.find('\n', at), text.size());
      } else if (rest.starts_with("/*")) {
        const std::size_t end = text.find("*/", at + 2);
        if (end == std::string::npos)
          return fail(source_.line, "unbalanced comment near end of file"), void(at = text.size());
        source_.line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                                            text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        at = end + 2;
      } else {
        return;
      }
    }
  }

  Kind next(ConfWord& word) {
    skip();
    std::string& text = source_.text;
    std::size_t& at = source_.at;
    word = {{}, false, source_.name, source_.line};
    if (at >= text.size() || failed() || ++words_ > kMostWords) return Kind::end;
    switch (text[at]) {
      case '{': return ++at, Kind::open;
      case '}': return ++at, Kind::close;
      case ';': return ++at, Kind::semicolon;
      case '"':
        word.quoted = true;
        for (++at; at < text.size() && text[at] != '"'; ++at) {
          if (text[at] == '\n') return fail(source_.line, "unbalanced quotes near end of line"), Kind::end;
          if (text[at] == '\\' && at + 1 < text.size()) ++at;
          word.text += text[at];
        }
        ++at;
        return Kind::word;
      default:
        if (text[at] == '!') {
          word.text = "!";
          ++at;
          return Kind::word;
        }
        while (at < text.size() && std::string_view(" \t\r\n{};\"").find(text[at]) == std::string_view::npos)
          word.text += text[at++];
        return Kind::word;
    }
  }

  void statements(std::vector<ConfStatement>& to, bool in_block) {
    ConfStatement statement;
    ConfWord word;
    const auto begun = [&] { return statement.has_block || !statement.words.empty(); };
    while (!failed()) {
      const Kind kind = next(word);
      if (failed()) return;
      if (!begun()) {
        statement.file = source_.name;
        statement.line = word.line;
      }
      switch (kind) {
        case Kind::word:
          // Behind a block only few statements go on.
          if (statement.has_block && statement.behind.empty() && word.text != "keys" && word.text != "port" &&
              word.text != "dscp")
            return fail(word.line, fmt::format("missing ';' before '{}'", word.text));
          (statement.has_block ? statement.behind : statement.words).push_back(word);
          break;
        case Kind::open:
          if (statement.has_block && statement.behind.empty()) return fail(word.line, "missing ';' before '{'");
          if (++depth_ > kDeepest) return fail(word.line, "blocks so deep within each other are not read");
          statement.has_block = true;
          statements(statement.block, true);
          --depth_;
          break;
        case Kind::close:
          if (begun()) return fail(word.line, "missing ';' before '}'");
          if (!in_block) return fail(word.line, "unknown option '}'");
          return;
        case Kind::semicolon:
          if (!begun()) break;  // the one behind a block's
          take(std::move(statement), to);
          statement = {};
          break;
        case Kind::end:
          if (in_block) return fail(word.line, "'}' expected near end of file");
          if (begun()) return fail(word.line, "syntax error near end of file");
          return;
      }
    }
  }

  void take(ConfStatement statement, std::vector<ConfStatement>& to) {
    if (statement.name() == "include" && statement.words.size() == 2 && !statement.has_block)
      return file(statement.words[1].text, to);
    to.push_back(std::move(statement));
  }

  const ReadFile& read_;
  Source source_;
  std::string error_;
  unsigned depth_ = 0, files_ = 0;
  std::size_t words_ = 0;
};

}  // namespace

ConfTree read_conf_tree(const std::string& path, const ReadFile& read) {
  ConfTree tree;
  TreeReader reader(read);
  reader.file(path, tree.statements);
  tree.error = reader.take_error();
  return tree;
}

}  // namespace lvs::named
