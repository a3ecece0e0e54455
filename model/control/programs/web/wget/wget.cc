// SPDX-License-Identifier: GPL-2.0-or-later
// wget 1.21.3: its command line, as far as HTTP in labs needs it.
#include "control/programs/web/wget/wget.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/command.h"
#include "control/machine/files.h"
#include "control/programs/web/http-url.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnownOfWget =
    "-q -nv -O -S -T -t -U -w --spider --header --timeout --connect-timeout --read-timeout --tries --max-redirect "
    "--waitretry --retry-connrefused --content-on-error --no-check-certificate --no-proxy -4";

class WgetCommand final : public Command {
 public:
  explicit WgetCommand(WgetOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_wget(machine, io, std::move(done), options_);
  }

 private:
  WgetOptions options_;
};

class WgetParser {
 public:
  explicit WgetParser(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    for (at_ = 1; at_ < words_.size() && !result_; ++at_) {
      const std::string& word = words_[at_].text;
      if (word.size() < 2 || word[0] != '-') {
        url(words_[at_]);
      } else if (word.starts_with("--")) {
        long_option(word.substr(2));
      } else {
        letters(word);
      }
    }
    if (result_) return std::move(*result_);
    if (options_.urls.empty())
      return refusal(1, "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
    if (auto reason = options_.output.empty() ? std::nullopt : Files::unmodelled(options_.output);
        reason && options_.output != "-")
      return refused(words_[0], std::move(*reason));
    return CommandPtr(std::make_shared<WgetCommand>(std::move(options_)));
  }

 private:
  static CommandResultOrError refused(const Word& word, std::string why) {
    return base::Error{SyntaxError{word.column, word.text, std::move(why), std::string(kKnownOfWget)}};
  }
  void refuse(std::string why) { result_ = refused(words_[std::min(at_, words_.size() - 1)], std::move(why)); }

  void url(const Word& word) {
    WgetUrl url;
    if (auto reason = parse_wget_url(word.text, url)) {
      result_ = base::Error{SyntaxError{word.column, word.text, std::move(*reason), "http://HOST/PATH"}};
      return;
    }
    options_.urls.push_back(std::move(url));
  }

  // The value of an option: attached, or the next word.
  std::string value(std::string attached) {
    if (!attached.empty()) return attached;
    if (at_ + 1 == words_.size()) {
      refuse("an argument is missing behind this");
      return {};
    }
    return words_[++at_].text;
  }

  void letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size() && !result_; ++i) {
      const std::string rest = word.substr(i + 1);
      switch (word[i]) {
        case 'q': options_.quiet = true; break;
        case 'S': options_.headers = true; break;
        case 'n':
          if (!rest.starts_with('v')) return refuse("this option of wget is not modelled");
          options_.brief = true;
          ++i;
          break;
        case '4': break;
        case 'v': break;
        case 'O': options_.output = value(rest); return;
        case 'T': return times(value(rest), true, true);
        case 't': return tries(value(rest));
        case 'U': options_.agent = value(rest); return;
        default: return refuse("this option of wget is not modelled");
      }
    }
  }

  void long_option(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string attached = equals == std::string::npos ? std::string() : text.substr(equals + 1);
    if (name == "quiet") {
      options_.quiet = true;
    } else if (name == "no-verbose") {
      options_.brief = true;
    } else if (name == "spider") {
      options_.spider = true;
    } else if (name == "server-response") {
      options_.headers = true;
    } else if (name == "content-on-error") {
      options_.content_on_error = true;
    } else if (name == "retry-connrefused") {
      options_.retry_refused = true;
    } else if (name == "no-check-certificate" || name == "no-proxy" || name == "inet4-only" || name == "verbose") {
      return;
    } else if (name == "output-document") {
      options_.output = value(attached);
    } else if (name == "timeout") {
      times(value(attached), true, true);
    } else if (name == "connect-timeout") {
      times(value(attached), true, false);
    } else if (name == "read-timeout") {
      times(value(attached), false, true);
    } else if (name == "waitretry") {
      options_.longest_wait = seconds(value(attached));
    } else if (name == "tries") {
      tries(value(attached));
    } else if (name == "max-redirect") {
      options_.redirects = number(value(attached));
    } else if (name == "user-agent") {
      options_.agent = value(attached);
    } else if (name == "header") {
      options_.fields.push_back(value(attached));
      if (!result_ && options_.fields.back().find(':') == std::string::npos) refuse("NAME: VALUE is needed");
    } else {
      refuse("this option of wget is not modelled");
    }
  }

  unsigned number(const std::string& text) {
    const auto value = base::number<unsigned>(text);
    if (!value && !result_) refuse("a number is needed");
    return value.value_or(0);
  }
  base::Time seconds(const std::string& text) {
    const auto value = base::number<double>(text);
    if ((!value || !(*value >= 0 && *value < 1e9)) && !result_) refuse("seconds are needed");
    return result_ ? base::Time{} : std::chrono::duration_cast<base::Time>(std::chrono::duration<double>(*value));
  }
  void tries(const std::string& text) { options_.tries = text == "inf" ? 0 : number(text); }
  void times(const std::string& text, bool connect, bool read) {
    const base::Time most = seconds(text);
    if (connect) options_.connect_most = most;
    if (read) options_.read_most = most;
  }

  const std::vector<Word>& words_;
  std::size_t at_ = 1;
  WgetOptions options_;
  std::optional<CommandResultOrError> result_;
};

}  // namespace

std::optional<std::string> parse_wget_url(std::string_view text, WgetUrl& url) {
  HttpUrlParts parts;
  if (auto refused = split_http_url(text, parts)) return refused;
  if (!parts.path.empty()) url.path = parts.path;
  if (parts.port) {
    const auto port = base::number<std::uint16_t>(*parts.port);
    if (!port || *port == 0) return "a port number is needed";
    url.port = *port;
  }
  if (parts.host.empty()) return "a host is needed";
  url.host = parts.host;
  url.whole = fmt::format("http://{}{}", url.authority(), url.path);
  return std::nullopt;
}

std::string WgetUrl::file_name() const {
  const std::string name = path.substr(path.rfind('/', path.find('?')) + 1);
  return name.empty() || name[0] == '?' ? "index.html" + name : name;
}

CommandResultOrError parse_wget(const std::vector<Word>& words) { return WgetParser(words).run(); }

}  // namespace lvs::control
