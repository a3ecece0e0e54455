// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/admin/options.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "control/words/addresses.h"
#include "control/words/libc-numbers.h"
#include "control/words/long-getopt.h"
#include "control/words/service-names.h"
#include "daemons/ktcpvs/admin/help.h"

namespace lvs::ktcpvs {
namespace {

using control::LongOption;
using control::SyntaxError;
using control::Word;

constexpr int kAddRule = 256, kRemoveRule = 257, kStart = 258, kStop = 259, kListen = 260;

// The help and the manual have -w; the letters of the source's copy have not.
constexpr std::string_view kLetters = "AEDFaedLf:hi:s:l:P:r:w:p:m:n";

const std::vector<LongOption>& long_options() {
  using A = LongOption::Argument;
  static const std::vector<LongOption> kOptions{{"add-service", A::none, 'A'},
                                                {"edit-service", A::none, 'E'},
                                                {"delete-service", A::none, 'D'},
                                                {"flush", A::none, 'F'},
                                                {"list", A::none, 'L'},
                                                {"add-server", A::none, 'a'},
                                                {"edit-server", A::none, 'e'},
                                                {"delete-server", A::none, 'd'},
                                                {"add-rule", A::none, kAddRule},
                                                {"del-rule", A::none, kRemoveRule},
                                                {"start", A::none, kStart},
                                                {"stop", A::none, kStop},
                                                {"help", A::none, 'h'},
                                                {"ident", A::required, 'i'},
                                                {"listen", A::none, kListen},
                                                {"port", A::required, 'P'},
                                                {"scheduler", A::required, 's'},
                                                {"real-server", A::required, 'r'},
                                                {"weight", A::required, 'w'},
                                                {"pattern", A::required, 'p'},
                                                {"match", A::required, 'm'},
                                                {"numeric", A::none, 'n'},
                                                {"load-configfile", A::required, 'f'}};
  return kOptions;
}

std::optional<Verb> verb_of(int code) {
  switch (code) {
    case 'A': return Verb::add;
    case 'E': return Verb::edit;
    case 'D': return Verb::remove;
    case 'F': return Verb::flush;
    case 'L': return Verb::list;
    case 'a': return Verb::add_server;
    case 'e': return Verb::edit_server;
    case 'd': return Verb::remove_server;
    case kAddRule: return Verb::add_rule;
    case kRemoveRule: return Verb::remove_rule;
    case kStart: return Verb::start;
    case kStop: return Verb::stop;
    case 'f': return Verb::load;
    default: return std::nullopt;
  }
}

enum Bit : unsigned {
  kNumeric = 1,
  kIdent = 2,
  kScheduler = 4,
  kPort = 16,
  kServer = 32,
  kWeight = 64,
  kPattern = 128,
  kGroup = 256,
  kListens = 512,
};
constexpr std::array<std::string_view, 11> kNames{"numeric",     "ident",  "scheduler", "serveraddr", "serverport",
                                                  "real-server", "weight", "pattern",   "match",      "listen"};

// The source's commands_v_options and the names beside it, in its own order: edit-server has the row and the name of
// delete-server, and the other way round.
struct Row {
  std::string_view command, may;  // '+' must, ' ' may, 'x' must not, '1' one of these
};
constexpr std::array<Row, 13> kRows{{{"add-service", "x+   xxxx x"},
                                     {"edit-service", "x+   xxxxxx"},
                                     {"delele-service", "x+xxxxxxxxx"},
                                     {"flush", "xxxxxxxxxxx"},
                                     {"list", "  xxxxxxxxx"},
                                     {"add-server", "x+xxx+ xxxx"},
                                     {"delete-server", "x+xxx+xxxxx"},
                                     {"edit-server", "x+xxx+ xxxx"},
                                     {"add-rule", "x+xxx+x+ xx"},
                                     {"del-rule", "x+xxx+x+xxx"},
                                     {"start", "x1xxxxxxxxx"},
                                     {"stop", "x1xxxxxxxxx"},
                                     {"load-configfile", "xxxxxxxxxxx"}}};

class Reader {
 public:
  explicit Reader(const std::vector<Word>& words)
      : words_(words), program_(words.front().text), getopt_(words, kLetters, long_options()) {}

  using Reading = base::Result<std::variant<Request, Refusal>, SyntaxError>;
  Reading run() {
    if (words_.size() == 1) return std::variant<Request, Refusal>(request_);
    auto option = next();
    if (option && option->code == 'h') return Answered(Refusal{0, {}, help_text(program_)});
    const auto verb = option ? verb_of(option->code) : std::nullopt;
    if (!verb) {
      if (option && (option->code == '?' || option->code == ':')) error_ += complaint(*option);
      return Answered(try_help());
    }
    request_.verb = *verb;
    if (option->code == 'f') {
      if (option->value.size() > 127) return base::Error{not_modelled(*option, "a name of more than 127 characters")};
      request_.file = option->value;
    }
    while ((option = next())) {
      if (auto error = take(*option)) return base::Error{std::move(*error)};
      if (refusal_) return Answered(std::move(*refusal_));
    }
    if (more_words_) fail("unknown arguments found in command line");
    if (!refusal_) check();
    if (refusal_) return Answered(std::move(*refusal_));
    return std::variant<Request, Refusal>(std::move(request_));
  }

 private:
  using Answered = std::variant<Request, Refusal>;

  // getopt_long(3): words that are none stand where they are and are counted.
  std::optional<control::LongGetopt::Option> next() {
    while (auto option = getopt_.next()) {
      if (option->code != control::LongGetopt::kWord) return option;
      more_words_ = true;
    }
    return std::nullopt;
  }

  static SyntaxError not_modelled(const control::LongGetopt::Option& option, std::string_view what) {
    return {option.column, option.text, fmt::format("{} is not modelled", what), {}};
  }

  std::string complaint(const control::LongGetopt::Option& option) const {
    const std::string& word = option.text;
    if (option.code == ':') {
      if (word.starts_with("--")) {
        for (const LongOption& each : long_options())
          if (each.code == option.asked)
            return fmt::format("{}: option '--{}' requires an argument\n", program_, each.name);
      }
      return fmt::format("{}: option requires an argument -- '{}'\n", program_, static_cast<char>(option.asked));
    }
    if (!word.starts_with("--")) return fmt::format("{}: invalid option -- '{}'\n", program_, option.value);
    const std::string_view name = std::string_view(word).substr(0, word.find('='));
    std::string like;
    for (const LongOption& each : long_options()) {
      const std::string full = fmt::format("--{}", each.name);
      if (full == name) return fmt::format("{}: option '{}' doesn't allow an argument\n", program_, name);
      if (full.starts_with(name)) like += fmt::format(" '{}'", full);
    }
    if (like.empty()) return fmt::format("{}: unrecognized option '{}'\n", program_, word);
    return fmt::format("{}: option '{}' is ambiguous; possibilities:{}\n", program_, word, like);
  }

  Refusal try_help() const {
    return {255, error_ + fmt::format("Try `{0} -h' or '{0} --help' for more information.\n", program_), {}};
  }

  void fail(std::string_view text) {
    if (!refusal_) refusal_ = Refusal{2, error_ + std::string(text) + "\n", {}};
  }

  bool set(unsigned bit) {
    if ((bits_ & bit) != 0) {
      unsigned place = 0;
      while ((bit >> place) > 1) ++place;
      fail(fmt::format("multiple '{}' options specified", kNames[place]));
      return false;
    }
    bits_ |= bit;
    return true;
  }

  std::optional<SyntaxError> take(const control::LongGetopt::Option& option) {
    const std::string& value = option.value;
    switch (option.code) {
      case 'i':
        if (!set(kIdent)) break;
        if (value.size() >= kNameSize) return not_modelled(option, "a name of more than 15 characters");
        request_.name = value;
        break;
      case 's':
        if (!set(kScheduler)) break;
        if (value == "chttp") return not_modelled(option, "the scheduler chttp");
        request_.config.scheduler = value;
        break;
      case 'p':
        if (!set(kPattern)) break;
        if (value.size() >= kPatternSize) return not_modelled(option, "a pattern of more than 255 characters");
        request_.pattern = value;
        break;
      case 'm':
        if (!set(kGroup)) break;
        if (const auto number = control::strtol_between(value, 0, 10, 10)) {
          if (*number == 10) return not_modelled(option, "group 10, which no expression has,");
          request_.group = static_cast<unsigned>(*number);
        } else {
          fail("illegal match number specified");
        }
        break;
      case kListen:
        return not_modelled(option, "--listen (the source's tcpvsadm falls over it; -l ADDRESS:PORT works)");
      default: take_option(option);
    }
    return std::nullopt;
  }

  void take_option(const control::LongGetopt::Option& option) {
    switch (option.code) {
      case 'P':
        if (!set(kPort)) break;
        if (const auto number = control::strtol_between(option.value, 1, 65534, 10))
          request_.config.listen.port = static_cast<std::uint16_t>(*number);
        else
          fail("illegal server port specified");
        break;
      case 'l':
        if (set(kListens) && !read_address(option.value, request_.config.listen))
          fail("illegal address:port specified");
        break;
      case 'r':
        if (set(kServer) && !read_address(option.value, request_.server)) fail("illegal address:port specified");
        break;
      case 'w':
        if (!set(kWeight)) break;
        if (const auto number = control::strtol_between(option.value, 0, 65535, 10))
          request_.weight = static_cast<int>(*number);
        else
          fail("illegal weight specified");
        break;
      case 'n':
        if (set(kNumeric)) request_.numeric = true;
        break;
      default:
        if (option.code == '?' || option.code == ':') error_ += complaint(option);
        fail("invalid option");
    }
  }

  void check() {
    const Row& row = kRows[static_cast<std::size_t>(request_.verb)];
    for (std::size_t place = 0; place < kNames.size(); ++place) {
      const bool given = (bits_ >> place & 1) != 0;
      if (!given && row.may[place] == '+')
        return fail(fmt::format("You need to supply the '{}' option for the '{}' command", kNames[place], row.command));
      if (given && row.may[place] == 'x')
        return fail(fmt::format("Illegal '{}' option with the '{}' command", kNames[place], row.command));
    }
  }

  const std::vector<Word>& words_;
  std::string program_;
  control::LongGetopt getopt_;
  Request request_;
  std::string error_;
  std::optional<Refusal> refusal_;
  unsigned bits_ = 0;
  bool more_words_ = false;
};

}  // namespace

bool read_address(std::string_view text, host::SocketAddress& address) {
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  auto found = control::inet_aton_of(host);
  if (!found) found = control::host_address(host);
  if (!found) return false;
  address.addr = *found;
  if (colon == std::string_view::npos) return true;
  const std::string port(text.substr(colon + 1));
  if (const auto number = control::strtol_between(port, 0, 65535, 10)) {
    address.port = static_cast<std::uint16_t>(*number);
    return true;
  }
  const auto named = control::service_port(port, "tcp");
  if (named) address.port = *named;
  return named.has_value();
}

base::Result<std::variant<Request, Refusal>, control::SyntaxError> parse_options(
    const std::vector<control::Word>& words) {
  return Reader(words).run();
}

}  // namespace lvs::ktcpvs
