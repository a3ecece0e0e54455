// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/genhash/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"

namespace lvs::keepalived {
namespace {

using control::SyntaxError;
using control::Word;

constexpr std::string_view kGenhashUsage =
    "Usage: genhash COMMAND [OPTIONS]\n"
    "Commands:\n"
    "   -s server-address -p port -u url\n"
    "   -S -s server-address -p port -u url\n"
    "   -h\n"
    "\n"
    "Options:\n"
    "Either long or short options are allowed.\n"
    "   --use-ssl         -S       Use SSL connection to remote server.\n"
    "   --use-sni         -I       Use SNI during SSL handshake (uses virtualhost setting; see -V).\n"
    "   --server          -s       Use the specified remote server address.\n"
    "   --port            -p       Use the specified remote server port.\n"
    "   --url             -u       Use the specified remote server url.\n"
    "   --use-virtualhost -V       Use the specified virtualhost in GET query.\n"
    "   --verbose         -v       Use verbose mode output.\n"
    "   --help            -h       Display this short inlined help screen.\n"
    "   --fwmark          -m       Use the specified FW mark.\n"
    "   --protocol        -P       Use the specified HTTP protocol - '1.0', 1.0c', '1.1'.\n"
    "                                1.0c means 1.0 with 'Connection: close'\n"
    "   --timeout         -t       Timeout in seconds\n";

struct LongName {
  std::string_view name;
  char letter;
};
constexpr auto kNames = std::to_array<LongName>({{"use-ssl", 'S'},
                                                 {"use-sni", 'I'},
                                                 {"server", 's'},
                                                 {"port", 'p'},
                                                 {"url", 'u'},
                                                 {"use-virtualhost", 'V'},
                                                 {"verbose", 'v'},
                                                 {"help", 'h'},
                                                 {"fwmark", 'm'},
                                                 {"protocol", 'P'},
                                                 {"timeout", 't'}});
constexpr std::string_view kTakeValues = "spuVmPt";

class HashWords {
 public:
  HashWords(const std::vector<Word>& words, HashOptions& options) : words_(words), options_(options) {}

  std::optional<SyntaxError> run() {
    for (at_ = 1; at_ < words_.size() && !options_.status && !refused_; ++at_) {
      const std::string& text = words_[at_].text;
      if (text.starts_with("--") && text.size() > 2)
        named(text);
      else if (text.starts_with('-') && text.size() > 1)
        letters(text);
      else
        others_.push_back(text);
    }
    if (refused_ || options_.status) return std::move(refused_);
    if (!others_.empty())
      usage(fmt::format("Unexpected argument(s): {}\n", fmt::join(others_, " ")));
    else if (options_.request.server.addr.is_any() || options_.request.server.port == 0 || options_.request.url.empty())
      usage({});
    return std::nullopt;
  }

 private:
  void usage(const std::string& why) {
    options_.err = why + std::string(kGenhashUsage);
    options_.status = 1;
  }

  void named(const std::string& text) {
    const std::size_t equal = text.find('=');
    const std::string name = text.substr(2, equal == std::string::npos ? equal : equal - 2);
    const auto* const found = std::ranges::find(kNames, name, &LongName::name);
    if (found == kNames.end()) return usage(fmt::format("Unknown option {}\n", text));
    std::string value;
    if (equal != std::string::npos)
      value = text.substr(equal + 1);
    else if (takes_value(found->letter) && !next(value))
      return usage(fmt::format("Missing parameter for option {}\n", text));
    take(found->letter, value);
  }

  void letters(const std::string& text) {
    for (std::size_t i = 1; i < text.size() && !options_.status && !refused_; ++i) {
      const char letter = text[i];
      if (std::ranges::find(kNames, letter, &LongName::letter) == kNames.end())
        return usage(fmt::format("Unknown option -{}\n", letter));
      if (!takes_value(letter)) {
        take(letter, {});
        continue;
      }
      std::string value = text.substr(i + 1);
      if (value.empty() && !next(value)) return usage(fmt::format("Missing parameter for option -{}\n", letter));
      return take(letter, value);
    }
  }

  static bool takes_value(char letter) { return kTakeValues.find(letter) != std::string_view::npos; }
  bool next(std::string& value) {
    if (at_ + 1 >= words_.size()) return false;
    value = words_[++at_].text;
    return true;
  }

  void take(char letter, const std::string& value) {
    HashRequest& request = options_.request;
    switch (letter) {
      case 'S': request.tls = true; return;
      case 'I': request.sni = true; return;
      case 'v': request.verbose = true; return;
      case 'h': return usage({});
      case 'u': request.url = value; return;
      case 'V': request.virtualhost = value; return;
      case 's': return server(value);
      case 'p': {
        const auto port = base::number<std::uint16_t>(value);
        if (!port || *port == 0) return usage(fmt::format("invalid port number '{}'\n", value));
        request.server.port = *port;
        return;
      }
      case 'm':
        if (!base::number<std::uint32_t>(value)) return usage(fmt::format("invalid fwmark '{}'\n", value));
        if (value != "0") refuse("marks of genhash are not modelled");
        return;
      case 'P':
        if (value != "1.0" && value != "1.0c" && value != "1.1")
          return usage(fmt::format("invalid HTTP protocol version '{}'\n", value));
        request.http_minor = value == "1.1" ? 1 : 0;
        request.connection_close = value != "1.0";
        return;
      default: return timeout(value);
    }
  }

  void server(const std::string& value) {
    if (const auto address = base::Ipv4Addr::parse(value)) {
      options_.request.server.addr = *address;
    } else if (value.find(':') != std::string::npos) {
      refuse("IPv6 is not modelled");
    } else {
      usage(fmt::format("server should be an IP, not {}\n", value));
    }
  }

  void timeout(const std::string& value) {
    const auto seconds = base::number<std::uint32_t>(value);
    if (!seconds) return usage(fmt::format("invalid timeout '{}'\n", value));
    if (*seconds == 0) return refuse("no time at all is not modelled");
    options_.request.timeout = std::chrono::seconds(*seconds);
  }

  void refuse(const char* why) {
    refused_ = SyntaxError{words_[at_].column, words_[at_].text, why, "-s -p -u -V -v -S -I -P -t"};
  }

  const std::vector<Word>& words_;
  HashOptions& options_;
  std::size_t at_ = 1;
  std::vector<std::string> others_;
  std::optional<SyntaxError> refused_;
};

}  // namespace

std::optional<SyntaxError> parse_hash_options(const std::vector<Word>& words, HashOptions& options) {
  return HashWords(words, options).run();
}

}  // namespace lvs::keepalived
