// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/admin/config-file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "control/words/libc-numbers.h"
#include "daemons/ktcpvs/admin/options.h"

namespace lvs::ktcpvs {
namespace {

constexpr std::size_t kLine = 511;  // fgets() of 512
constexpr std::size_t kMostServices = 1000, kMostEntries = 10000;

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// Words between blanks, or in quotes; "#" in place of a word: the rest of the line is nobody's.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  unsigned line() const { return line_; }  // as the source counts: the first is 2
  bool at_end() const { return end_; }     // feof(3)
  const std::string& token() const { return token_; }

  bool next() {
    for (;; ++at_) {
      if (at_ >= now_.size()) {
        if (!read_line()) return false;
        at_ = 0;
      }
      const char c = now_[at_];
      if (is_space(c)) continue;
      if (c == '#') {
        at_ = now_.size();
        continue;
      }
      return c == '"' ? quoted() : plain();
    }
  }

 private:
  bool read_line() {
    if (text_.empty()) {
      end_ = true;
      return false;
    }
    const std::size_t newline = text_.find('\n');
    const std::size_t size = std::min({newline == std::string_view::npos ? text_.size() : newline + 1, kLine});
    now_ = text_.substr(0, size);
    text_.remove_prefix(size);
    // fgets() meets the end where it looks for a newline.
    if (text_.empty() && now_.back() != '\n' && size < kLine) end_ = true;
    ++line_;
    return true;
  }

  bool quoted() {
    token_.clear();
    for (++at_; at_ < now_.size() && now_[at_] != '"';) {
      token_ += now_[at_++];
      if (token_.back() == '\\' && at_ < now_.size() && now_[at_] == '"') token_ += now_[at_++];
      if (at_ >= now_.size()) return false;
    }
    if (at_ >= now_.size()) return false;
    ++at_;
    return true;
  }

  bool plain() {
    const std::size_t from = at_;
    while (at_ < now_.size() && !is_space(now_[at_])) ++at_;
    token_ = now_.substr(from, at_ - from);
    return true;
  }

  std::string_view text_, now_;
  std::size_t at_ = 0;
  unsigned line_ = 1;
  bool end_ = false;
  std::string token_;
};

class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : tokens_(text), name_(name) {}

  FileReading run() {
    bool handled = false;  // of the word read last
    while (!tokens_.at_end() && going()) {
      if (tokens_.next()) {
        handled = lower(tokens_.token()) == "virtual";
        if (handled && !service()) syntax("parse_service error");
      }
      if (!handled && going()) reading_.error = fmt::format("invalid command {}", tokens_.token());
    }
    return std::move(reading_);
  }

 private:
  bool going() const { return reading_.error.empty() && reading_.unmodelled.empty(); }
  void syntax(std::string_view what) {
    if (going())
      reading_.error = fmt::format("Syntax error in the config file {} (line {}): {}", name_, tokens_.line(), what);
  }
  void refuse(std::string_view what) {
    if (going()) reading_.unmodelled = fmt::format("{}: line {}: {} is not modelled", name_, tokens_.line() - 1, what);
  }

  bool service() {
    reading_.services.emplace_back();
    FileService& service = reading_.services.back();
    if (reading_.services.size() > kMostServices) refuse("so many services");
    if (!tokens_.next()) return false;
    service.name = tokens_.token();
    if (service.name.size() >= kNameSize) refuse("a name of more than 15 characters");
    if (!tokens_.next() || tokens_.token() != "{") return false;
    bool handled = true;
    while (!tokens_.at_end() && going()) {
      if (tokens_.next()) handled = entry(service);
      if (!handled) break;
    }
    return !going() || tokens_.token().starts_with('}');
  }

  // False: no word of a service's.
  bool entry(FileService& service) {
    using Read = bool (Parser::*)(FileService&);
    struct Command {
      std::string_view name;
      Read read;
      std::string_view error;
    };
    static constexpr auto kCommands = std::to_array<Command>({
        {"listen", &Parser::listen, "parsing listen address error"},
        {"scheduler", &Parser::scheduler, "parsing scheduler error"},
        {"startservers", &Parser::start_servers, "parsing startservers error"},
        {"maxclients", &Parser::max_clients, "parsing maxclients error"},
        {"minspareservers", &Parser::min_spare, "parsing minspareservers error"},
        {"maxspareservers", &Parser::max_spare, "parsing maxspareservers error"},
        {"redirect", &Parser::redirect, "parsing redirect address error"},
        {"server", &Parser::server, "parsing server error"},
        {"rule", &Parser::rule, "parsing rule error"},
    });
    const auto command = std::ranges::find(kCommands, lower(tokens_.token()), &Command::name);
    if (command == kCommands.end()) return false;
    if (!tokens_.next() || tokens_.token() != "=" || !(this->*command->read)(service)) syntax(command->error);
    if (service.servers.size() + service.rules.size() > kMostEntries) refuse("so many servers and rules");
    return true;
  }

  bool number(int& value) {
    if (!tokens_.next()) return false;
    const auto read = control::strtol_between(tokens_.token(), 1, 65535, 10);
    if (read) value = static_cast<int>(*read);
    return read.has_value();
  }
  bool start_servers(FileService& service) { return number(service.config.start_servers); }
  bool max_clients(FileService& service) { return number(service.config.max_clients); }
  bool min_spare(FileService& service) { return number(service.config.min_spare); }
  bool max_spare(FileService& service) { return number(service.config.max_spare); }

  bool listen(FileService& service) { return tokens_.next() && read_address(tokens_.token(), service.config.listen); }
  bool scheduler(FileService& service) {
    if (!tokens_.next()) return false;
    service.config.scheduler = tokens_.token();
    if (tokens_.token() == "chttp") refuse("the scheduler chttp");
    return true;
  }
  bool redirect(FileService&) {
    host::SocketAddress address;
    if (!tokens_.next() || !read_address(tokens_.token(), address)) return false;
    refuse("redirect");
    return true;
  }
  bool server(FileService& service) {
    FileServer entry;
    if (!tokens_.next() || !read_address(tokens_.token(), entry.address) || !number(entry.weight)) return false;
    service.servers.push_back(entry);
    return true;
  }
  bool word(std::string_view wanted) { return tokens_.next() && lower(tokens_.token()) == wanted; }
  bool rule(FileService& service) {
    FileRule entry;
    if (!word("pattern") || !tokens_.next()) return false;
    entry.pattern = tokens_.token();
    if (entry.pattern.size() >= kPatternSize) refuse("a pattern of more than 255 characters");
    if (!tokens_.next()) return false;
    if (lower(tokens_.token()) == "match") {
      if (!tokens_.next()) return false;
      const auto group = control::strtol_between(tokens_.token(), 0, 10, 10);
      if (group == 10) refuse("group 10, which no expression has,");
      entry.group = static_cast<unsigned>(group.value_or(0));
      if (!tokens_.next()) return false;
    }
    if (lower(tokens_.token()) != "use" || !word("server")) return false;
    if (!tokens_.next() || !read_address(tokens_.token(), entry.server)) return false;
    service.rules.push_back(std::move(entry));
    return true;
  }

  Tokens tokens_;
  std::string_view name_;
  FileReading reading_;
};

}  // namespace

FileReading read_config(std::string_view text, std::string_view name) { return Parser(text, name).run(); }

}  // namespace lvs::ktcpvs
