// SPDX-License-Identifier: GPL-2.0-or-later
// curl 7.88.1: its command line, as far as HTTP in labs needs it.
#include "control/programs/web/curl/curl.h"
#include "control/programs/web/http-url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/files.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/web/curl/glob.h"
#include "control/programs/web/curl/text.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown =
    "-4 -A -b -d -f -g -H -I -i -k -L -m -N -o -O -s -S -u -v -w -X -0 --connect-timeout --interface --local-port "
    "--max-redirs --keepalive-time --no-keepalive --noproxy --resolve --retry --retry-delay --retry-max-time "
    "--retry-connrefused --retry-all-errors --tcp-nodelay";
constexpr std::string_view kTry = "curl: try 'curl --help' or 'curl --manual' for more information\n";

struct Spelling {
  char letter;
  std::string_view name;
  bool takes;
};
// Letters of ours for long options that have none.
constexpr char kConnectTimeout = '\1', kInterface = '\2', kLocalPort = '\3', kMaxRedirects = '\4', kResolve = '\5',
               kNothing = '\6', kNothingOf = '\7', kKeepAliveTime = '\10', kNoKeepAlive = '\13', kRetry = '\16',
               kRetryDelay = '\17', kRetryMost = '\20', kRetryRefused = '\21', kRetryAll = '\22';
constexpr auto kSpellings = std::to_array<Spelling>({{'4', "ipv4", false},
                                                     {'0', "http1.0", false},
                                                     {'A', "user-agent", true},
                                                     {'f', "fail", false},
                                                     {'g', "globoff", false},
                                                     {'H', "header", true},
                                                     {'I', "head", false},
                                                     {'i', "include", false},
                                                     {'m', "max-time", true},
                                                     {'o', "output", true},
                                                     {'O', "remote-name", false},
                                                     {'s', "silent", false},
                                                     {'S', "show-error", false},
                                                     {'v', "verbose", false},
                                                     {'w', "write-out", true},
                                                     {'X', "request", true},
                                                     {'d', "data", true},
                                                     {'d', "data-ascii", true},
                                                     {'d', "data-raw", true},
                                                     {'k', "insecure", false},
                                                     {'L', "location", false},
                                                     {'u', "user", true},
                                                     {kMaxRedirects, "max-redirs", true},
                                                     {kResolve, "resolve", true},
                                                     {kNothing, "http1.1", false},
                                                     {'N', "no-buffer", false},
                                                     {'b', "cookie", true},
                                                     {kNothing, "tcp-nodelay", false},
                                                     {kNoKeepAlive, "no-keepalive", false},
                                                     {kKeepAliveTime, "keepalive-time", true},
                                                     {kNothingOf, "noproxy", true},
                                                     {kConnectTimeout, "connect-timeout", true},
                                                     {kInterface, "interface", true},
                                                     {kLocalPort, "local-port", true},
                                                     {kRetry, "retry", true},
                                                     {kRetryDelay, "retry-delay", true},
                                                     {kRetryMost, "retry-max-time", true},
                                                     {kRetryRefused, "retry-connrefused", false},
                                                     {kRetryAll, "retry-all-errors", false}});

class CurlCommand final : public Command {
 public:
  explicit CurlCommand(CurlOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_curl(machine, io, std::move(done), options_);
  }

 private:
  CurlOptions options_;
};

std::optional<base::Time> seconds(const std::string& text) {
  const auto value = base::number<double>(text);
  if (!value || !(*value >= 0 && *value < 1e9)) return std::nullopt;
  return std::chrono::duration_cast<base::Time>(std::chrono::duration<double>(*value));
}

bool port_number(std::string_view text, std::uint16_t& port) {
  const auto value = base::number<std::uint16_t>(text);
  port = value.value_or(port);
  return value.has_value();
}

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    for (at_ = 1; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_].text;
      if (word.size() < 2 || word[0] != '-') {
        urls_.push_back(&words_[at_]);
      } else if (word[1] == '-') {
        long_option(word.substr(2));
      } else {
        letters(word);
      }
      if (result_) return std::move(*result_);
    }
    if (urls_.empty()) return refusal(2, std::string(kTry));
    for (const Word* const word : urls_) {
      if (!globbed(*word)) return std::move(*result_);
    }
    if (options_.follow && options_.verbose) return error(words_.front(), "-L", "not modelled together with -v");
    for (CurlUrl& url : options_.urls) use_resolved(url);
    // In front of the headers that are typed.
    if (!cookies_.empty()) options_.headers.insert(options_.headers.begin(), "Cookie: " + cookies_);
    for (const std::string& file : options_.outputs) {
      if (auto reason = Files::unmodelled(file)) return error(words_.front(), file, std::move(*reason));
    }
    return CommandPtr(std::make_shared<CurlCommand>(std::move(options_)));
  }

 private:
  static CommandResultOrError error(const Word& word, const std::string& text, std::string reason,
                                    std::string known = {}) {
    return base::Error{SyntaxError{word.column, text, std::move(reason), std::move(known)}};
  }
  void refuse(const std::string& option, std::string_view reason) {
    result_ = refusal(2, fmt::format("curl: option {}: {}\n{}", option, reason, kTry));
  }

  void long_option(const std::string& name) {
    const auto spelling = std::ranges::find(kSpellings, name, &Spelling::name);
    if (spelling == kSpellings.end()) {
      result_ = error(words_[at_], words_[at_].text, "this option of curl is not modelled", std::string(kKnown));
      return;
    }
    if (!spelling->takes) return take(*spelling, words_[at_].text, {});
    if (at_ + 1 == words_.size()) return refuse(words_[at_].text, "requires parameter");
    const std::string option = words_[at_].text;
    take(*spelling, option, words_[++at_].text);
  }

  void letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size() && !result_; ++i) {
      const auto spelling = std::ranges::find(kSpellings, word[i], &Spelling::letter);
      if (spelling == kSpellings.end()) {
        result_ = error(words_[at_], word, "this option of curl is not modelled", std::string(kKnown));
        return;
      }
      if (!spelling->takes) {
        take(*spelling, word, {});
        continue;
      }
      if (i + 1 < word.size()) return take(*spelling, word, word.substr(i + 1));
      if (at_ + 1 == words_.size()) return refuse(word, "requires parameter");
      return take(*spelling, word, words_[++at_].text);
    }
  }

  void cookie(const std::string& value) {
    if (value.find('=') == std::string::npos)
      result_ = error(words_[at_], value, "cookies of a file are not modelled", "-b NAME=VALUE");
    cookies_ += (cookies_.empty() ? "" : ";") + value;
  }

  // FIRST or FIRST-LAST
  void local_ports(const std::string& option, const std::string& value) {
    const std::size_t dash = value.find('-');
    std::uint16_t last = 0;
    if (!port_number(std::string_view(value).substr(0, dash), options_.local_port) || options_.local_port == 0)
      return refuse(option, "expected a proper numerical parameter");
    if (dash != std::string::npos && port_number(std::string_view(value).substr(dash + 1), last) &&
        last >= options_.local_port)
      options_.local_ports = static_cast<std::uint16_t>(last - options_.local_port + 1);
  }

  // curl: str2unum().
  std::optional<unsigned> whole_number(const std::string& option, const std::string& value) {
    const auto number = base::number<unsigned>(value);
    if (!number)
      refuse(option, value.starts_with('-') ? "expected a positive numerical parameter"
                                            : "expected a proper numerical parameter");
    return number;
  }

  void keep_alive_time(const std::string& option, const std::string& value) {
    const auto number = whole_number(option, value);
    if (number && *number != 0 && options_.keep_alive) options_.keep_alive = std::chrono::seconds(*number);
  }

  void retry(char letter, const std::string& option, const std::string& value) {
    const auto number = whole_number(option, value);
    if (!number) return;
    const base::Time seconds = std::chrono::seconds(*number);
    CurlRetry& retry = options_.retry;
    if (letter == kRetry) retry.times = *number;
    if (letter == kRetryMost) retry.most = seconds;
    if (letter == kRetryDelay) retry.delay = *number == 0 ? std::nullopt : std::optional(seconds);
  }

  void write_out(const std::string& value) {
    options_.write_out = value;
    if (const auto name = unmodelled_write_out(value))
      result_ =
          error(words_[at_], *name, "this variable of -w is not modelled", "http_code, time_total and their like");
  }

  void take(const Spelling& spelling, const std::string& option, const std::string& value) {
    switch (spelling.letter) {
      case '4':
      case 'k':
      case 'N':
      case kNothing:
      case kNothingOf: break;
      case 'b': return cookie(value);
      case 'd': return data(option, value);
      case 'L': options_.follow = true; break;
      case 'u':
        if (value.find(':') == std::string::npos) {
          result_ = error(words_[at_], value, "a password is not asked for here", "-u NAME:PASSWORD");
          return;
        }
        options_.user = value;
        break;
      case kMaxRedirects: {
        const auto number = base::number<unsigned>(value);
        if (!number) return refuse(option, "expected a proper numerical parameter");
        options_.redirects = *number;
        break;
      }
      case kNoKeepAlive: options_.keep_alive.reset(); break;
      case kKeepAliveTime: return keep_alive_time(option, value);
      case kResolve: return resolve(value);
      case '0': options_.http10 = true; break;
      case 'A': options_.agent = value; break;
      case 'g': options_.glob = false; break;
      case 'f': options_.fail = true; break;
      case 'H': options_.headers.push_back(value); break;
      case 'I': options_.head = true; break;
      case 'i': options_.include = true; break;
      case 'm':
      case kConnectTimeout: {
        const auto time = seconds(value);
        if (!time) return refuse(option, "expected a proper numerical parameter");
        (spelling.letter == 'm' ? options_.most : options_.connect_most) = *time;
        break;
      }
      case 'o': options_.outputs.push_back(value); break;
      case 'O': options_.remote_name = true; break;
      case 's': options_.silent = true; break;
      case 'S': options_.show_error = true; break;
      case 'v': options_.verbose = true; break;
      case 'w': return write_out(value);
      case 'X': options_.method = value; break;
      case kRetry:
      case kRetryDelay:
      case kRetryMost: return retry(spelling.letter, option, value);
      case kRetryRefused: options_.retry.refused = true; break;
      case kRetryAll: options_.retry.all = true; break;
      case kInterface: options_.interface = value; break;
      case kLocalPort: return local_ports(option, value);
      default: break;
    }
  }

  void data(const std::string& option, const std::string& value) {
    if (value.starts_with('@') && option != "--data-raw")
      result_ = error(words_[at_], value, "data from a file are not modelled", "-d TEXT");
    options_.data = options_.data ? *options_.data + "&" + value : value;
  }

  // HOST:PORT:ADDRESS
  void resolve(const std::string& value) {
    const std::size_t first = value.find(':');
    const std::size_t second = first == std::string::npos ? first : value.find(':', first + 1);
    CurlOptions::Resolved entry;
    const auto address =
        second == std::string::npos ? std::nullopt : base::Ipv4Addr::parse(std::string_view(value).substr(second + 1));
    if (!address || !port_number(std::string_view(value).substr(first + 1, second - first - 1), entry.port)) {
      result_ = error(words_[at_], value, "not modelled", "--resolve HOST:PORT:ADDRESS");
      return;
    }
    entry.host = value.substr(0, first);
    entry.address = *address;
    options_.resolved.push_back(std::move(entry));
  }
  void use_resolved(CurlUrl& url) const {
    for (const auto& each : options_.resolved) {
      if (each.host != url.host || each.port != url.port) continue;
      url.address = each.address;
      url.resolved = true;
    }
  }

  bool globbed(const Word& word) {
    if (!options_.glob) return url(word, {word.text, {}});
    const CurlGlob glob = expand_curl_glob(word.text);
    if (glob.too_many) {
      result_ = error(word, word.text,
                      fmt::format("more than {} URLs, or {} MiB of them, are not modelled", CurlGlob::kMost,
                                  CurlGlob::kMostBytes >> 20));
      return false;
    }
    if (!glob.complaint.empty()) {
      const bool told = !options_.silent || options_.show_error;
      result_ = refusal(3, told ? fmt::format("curl: (3) {}\n", glob.complaint) : std::string());
      return false;
    }
    return std::ranges::all_of(glob.urls, [&](const CurlGlobbed& each) { return url(word, each); });
  }

  bool url(const Word& word, const CurlGlobbed& globbed) {
    CurlUrl url;
    std::string complaint;
    if (auto reason = parse_curl_url(globbed.url, url, complaint)) {
      result_ = error(word, word.text, std::move(*reason), "http://HOST[:PORT][/PATH]");
      return false;
    }
    if (!complaint.empty()) {
      result_ = refusal(3, std::move(complaint));
      return false;
    }
    url.word = static_cast<std::size_t>(std::ranges::find(urls_, &word) - urls_.begin());
    url.parts = globbed.parts;
    options_.urls.push_back(std::move(url));
    return true;
  }
  const std::vector<Word>& words_;
  std::size_t at_ = 1;
  std::string cookies_;
  std::vector<const Word*> urls_;
  CurlOptions options_;
  std::optional<CommandResultOrError> result_;
};

}  // namespace

std::optional<std::string> parse_curl_url(std::string_view text, CurlUrl& url, std::string& complaint) {
  constexpr std::string_view kBad = "curl: (3) URL using bad/illegal format or missing URL\n";
  url.typed = text;
  HttpUrlParts parts;
  if (auto refused = split_http_url(text, parts)) return refused;
  if (!parts.path.empty()) url.path = parts.path;
  if (parts.port) {
    url.port_given = port_number(*parts.port, url.port);
    if (!url.port_given) complaint = kBad;
  }
  if (parts.host.empty()) complaint = kBad;
  url.host = parts.host;
  url.whole = fmt::format("http://{}{}{}", url.host, url.port_given ? fmt::format(":{}", url.port) : "", url.path);
  if (const auto address = host_address(url.host)) {
    url.address = *address;
    url.resolved = true;
  }
  return std::nullopt;
}

CommandResultOrError parse_curl(const std::vector<Word>& words) { return Parser(words).run(); }

}  // namespace lvs::control
