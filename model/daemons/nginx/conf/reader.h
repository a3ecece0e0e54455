// SPDX-License-Identifier: GPL-2.0-or-later
// Reads an nginx.conf directive by directive (nginx: ngx_conf_parse(), ngx_conf_handler()).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemons/nginx/conf/directives.h"
#include "daemons/nginx/conf/host.h"
#include "daemons/nginx/conf/report.h"
#include "daemons/nginx/conf/tokens.h"
#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

class ConfReader;

// What is done with a directive that is modelled.
struct Handler {
  Module module;
  std::string_view name;
  void (*take)(ConfReader& reader);
  std::uint32_t where = 0xff000000;  // of several with one name: that of this place
};

// The block that is being read.
struct Level {
  Module module = Module::core;
  std::uint32_t bits = place::kMain;
  ServerConf* server = nullptr;
  LocationConf* location = nullptr;
  UpstreamConf* upstream = nullptr;
  StreamServerConf* stream = nullptr;
  std::vector<RewriteStep>* steps = nullptr;  // within "if"
  unsigned serial = 0;                        // of the block
};

class ConfReader {
 public:
  ConfReader(const ConfHost& host, ConfReport& report, Conf& conf) : host_(host), report_(report), conf_(conf) {}

  // The file and all that it includes; `given`: the directives of -g, in front.
  void read(const std::string& path, const std::string& given);

  // --- for handlers ---
  const std::vector<std::string>& words() const { return words_; }
  const std::string& word(std::size_t i) const { return words_[i]; }
  const Level& level() const { return level_; }
  Conf& conf() { return conf_; }
  ConfReport& report() { return report_; }
  const ConfPlace& place() const { return place_; }
  Settings& settings() { return level_.location->settings; }
  // With the place of the directive behind it.
  void fail(std::string text) { report_.fail_at(place_, std::move(text)); }
  void fail_directive(std::string_view why) { fail("\"" + words_[0] + "\" directive " + std::string(why)); }
  void warn(std::string text) { report_.warn(std::move(text) + " in " + place_.text()); }
  void refuse(std::string_view word, std::string reason) { report_.refuse(place_, word, std::move(reason)); }
  // Reads the block behind the directive.
  void block(const Level& level);
  // A block whose lines are no directives ("types"). `take` gets the words of each.
  void each_line(void (*take)(ConfReader& reader, void* to), void* to);
  void skip_block();
  void include(const std::string& pattern);

  // False, and nginx's error: the directive stands in this block already.
  bool once();
  // Values of one word (nginx: ngx_conf_set_*_slot()).
  void flag(std::optional<bool>& to);
  void number(std::optional<std::uint64_t>& to);
  void size(std::optional<std::uint64_t>& to, bool giga = false);
  void time(std::optional<base::Time>& to, bool seconds = false);
  void text(std::optional<std::string>& to);
  void buffers(std::optional<std::pair<std::uint64_t, std::uint64_t>>& to);
  // A text with variables; nothing is taken where one is not modelled.
  bool complex(const std::string& text, ComplexText& to);

 private:
  struct Source {
    std::string name;
    ConfTokens tokens;
  };

  void read_file(const std::string& path);
  void read_source(Source& source, bool command_line);
  void read_directives(bool in_block);
  bool next(bool in_block, ConfTokens::Kind& kind);
  void directive(ConfTokens::Kind kind);
  void unknown(bool known_elsewhere);
  bool is_mistaken(const DirectiveRule& rule, ConfTokens::Kind kind);
  bool resolve(ComplexText& to);

  const ConfHost& host_;
  ConfReport& report_;
  Conf& conf_;
  Level level_;
  Source* source_ = nullptr;
  std::string prefix_;  // what names of files begin with that are not whole
  std::vector<std::string> words_;
  ConfPlace place_;
  std::set<std::pair<unsigned, std::string>> seen_;  // blocks, and directives that have been in them
  unsigned depth_ = 0, files_ = 0, blocks_ = 0;
  std::size_t bytes_ = 0, directives_ = 0;
};

// nullptr: known to nginx, not modelled.
const Handler* handler_of(Module module, std::string_view name, std::uint32_t where);

}  // namespace lvs::nginx
