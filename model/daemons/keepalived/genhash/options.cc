// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/genhash/options.h"

#include <fmt/format.h>

#include <utility>

#include "base/numbers.h"
#include "control/words/word.h"

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

const std::vector<control::LongOption>& hash_names() {
  using A = control::LongOption::Argument;
  static const std::vector<control::LongOption> kNames{
      {"use-ssl", A::none, 'S'},      {"use-sni", A::none, 'I'},    {"server", A::required, 's'},
      {"port", A::required, 'p'},     {"url", A::required, 'u'},    {"use-virtualhost", A::required, 'V'},
      {"verbose", A::none, 'v'},      {"help", A::none, 'h'},       {"fwmark", A::required, 'm'},
      {"protocol", A::required, 'P'}, {"timeout", A::required, 't'}};
  return kNames;
}

class HashWords {
 public:
  HashWords(const std::vector<Word>& words, HashOptions& options)
      : options_(options), count_(words.size()), reader_(words, "SIs:p:u:V:vhm:P:t:", hash_names()) {}

  std::optional<SyntaxError> run() {
    if (count_ <= 2) usage({});
    while (!options_.status && !refused_) {
      auto option = reader_.next();
      if (!option) break;
      option_ = std::move(*option);
      take();
    }
    if (refused_ || options_.status) return std::move(refused_);
    if (!bad_ && !others_.empty()) said_ = "Unexpected argument(s):" + others_ + "\n", bad_ = true;
    const HashRequest& request = options_.request;
    if (bad_ || request.server.addr.is_any() || request.server.port == 0 || request.url.empty()) usage({});
    return std::nullopt;
  }

 private:
  // Behind what was said before it.
  void usage(const std::string& why) {
    options_.err = said_ + why + std::string(kGenhashUsage);
    options_.status = 1;
  }

  void take() {
    HashRequest& request = options_.request;
    const std::string& value = option_.value;
    switch (option_.code) {
      case control::LongGetopt::kWord: others_ += " " + value; return;
      case ':':
      case '?': return mistake();
      case 'S': request.tls = true; return;
      case 'I': request.sni = true; return;
      case 'v': request.verbose = true; return;
      case 'h': bad_ = true; return;
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
        if (value != "1.0" && value != "1.0c" && value != "1.0C" && value != "1.1")
          return usage(fmt::format("invalid HTTP protocol version '{}'\n", value));
        request.http_minor = value == "1.1" ? 1 : 0;
        request.connection_close = value != "1.0";
        return;
      default: return timeout(value);
    }
  }

  // genhash goes on, and shows its usage at the end of the words.
  void mistake() {
    said_ += option_mistake(option_);
    bad_ = true;
  }

  void server(const std::string& value) {
    if (const auto address = base::Ipv4Addr::parse(value)) {
      options_.request.server.addr = *address;
    } else if (control::looks_like_ipv6(value)) {
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
    refused_ = SyntaxError{option_.column, option_.text, why, "-s -p -u -V -v -S -I -P -t"};
  }

  HashOptions& options_;
  std::size_t count_;
  control::LongGetopt reader_;
  control::LongGetopt::Option option_;
  std::string said_, others_;
  bool bad_ = false;
  std::optional<SyntaxError> refused_;
};

}  // namespace

// The name of a long option without its value is read from before the table (longindex -1): bytes that are no text,
// left out here.
std::string option_mistake(const control::LongGetopt::Option& option) {
  const bool long_name = option.text.starts_with("--");
  if (option.code == ':')
    return fmt::format("Missing parameter for option -{}\n", long_name ? '-' : static_cast<char>(option.asked));
  return fmt::format("Unknown option {}\n", long_name ? option.text : "-" + option.value);
}

std::optional<SyntaxError> parse_hash_options(const std::vector<Word>& words, HashOptions& options) {
  return HashWords(words, options).run();
}

}  // namespace lvs::keepalived
