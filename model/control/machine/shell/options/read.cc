// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/read.h"

#include <algorithm>

namespace lvs::control {
namespace {

// read [-r] [-p TEXT] NAMES: one line; white space cuts it, the last name takes the rest.
class ReadRunner final : public Runner {
 public:
  ReadRunner(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), in_(streams.in), root_(root) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].text == "-r")
        raw_ = true;
      else if (words[i].text == "-p")
        ++i;
      else
        names_.push_back(words[i].text);
    }
    if (names_.empty()) names_.emplace_back("REPLY");
  }

  bool advance() override {
    for (;;) {
      const std::string_view ready = in_->ready();
      const std::size_t end = ready.find('\n');
      if (end == std::string_view::npos && !in_->ended()) {
        in_->watch([&root = root_] { root.wake(); });
        return false;
      }
      line_ += ready.substr(0, end);
      in_->take(std::min(end == std::string_view::npos ? ready.size() : end + 1, ready.size()));
      const bool continues = !raw_ && end != std::string_view::npos && line_.ends_with('\\');
      if (continues) {
        line_.pop_back();
        continue;
      }
      assign();
      scope_.status = end == std::string_view::npos ? 1 : 0;
      return true;
    }
  }

 private:
  void assign() {
    const auto ifs = scope_.variables.find("IFS");
    const std::string separators = ifs == scope_.variables.end() ? " \t\n" : ifs->second;
    std::string blanks;
    for (const char c : separators)
      if (c == ' ' || c == '\t' || c == '\n') blanks += c;
    std::string_view rest = line_;
    const auto skip = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size())); };
    for (std::size_t i = 0; i < names_.size(); ++i) {
      skip();
      std::string value;
      std::size_t at = 0;
      const bool last = i + 1 == names_.size();
      for (; at < rest.size() && (last || separators.find(rest[at]) == std::string::npos); ++at) {
        if (!raw_ && rest[at] == '\\' && at + 1 < rest.size()) ++at;
        value += rest[at];
      }
      rest.remove_prefix(at);
      skip();
      if (!rest.empty() && separators.find(rest[0]) != std::string::npos) rest.remove_prefix(1);
      if (last) value.erase(value.find_last_not_of(blanks) + 1);
      scope_.variables[names_[i]] = value;
    }
  }

  ShellScope& scope_;
  InputPtr in_;
  ShellRoot& root_;
  std::vector<std::string> names_;
  std::string line_;
  bool raw_ = false;
};

}  // namespace

std::unique_ptr<Runner> run_read(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root) {
  return std::make_unique<ReadRunner>(words, scope, streams, root);
}

}  // namespace lvs::control
