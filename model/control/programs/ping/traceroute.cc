// SPDX-License-Identifier: GPL-2.0-or-later
// traceroute (Debian's, 2.1.2): its command line.
#include "control/programs/ping/traceroute.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/numbers.h"
#include "control/machine/usual/parsers.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnownOptions = "-4 -F -f -I -i -m -N -n -p -q -s -U -w HOST [LENGTH]";

class TraceCommand final : public Command {
 public:
  explicit TraceCommand(TraceOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_trace(machine, io, std::move(done), options_);
  }

 private:
  TraceOptions options_;
};

class TraceReader {
 public:
  explicit TraceReader(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    std::vector<std::size_t> operands;
    for (std::size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i].text;
      if (word.size() < 2 || word[0] != '-') {
        operands.push_back(i);
        continue;
      }
      for (std::size_t at = 1; at < word.size(); ++at) {
        if (flag(word[at])) continue;
        if (std::string_view("fimNpqsw").find(word[at]) == std::string_view::npos)
          return base::Error{SyntaxError{words_[i].column, word, "this option of traceroute is not modelled",
                                         std::string(kKnownOptions)}};
        const bool within = at + 1 < word.size();
        if (!within && i + 1 >= words_.size())
          return refusal(
              2, fmt::format("Option `-{}' (argc {}) requires an argument: `-{} ...'\n", word[at], i, word[at]));
        const std::string value = within ? word.substr(at + 1) : words_[++i].text;
        if (auto refused = take(word[at], value)) return std::move(*refused);
        break;
      }
    }
    return finish(operands);
  }

 private:
  bool flag(char letter) {
    if (letter == 'n') options_.numeric = true;
    if (letter == 'I') options_.echo = true;
    if (letter == 'F') options_.dont_fragment = true;
    return std::string_view("4nIFU").find(letter) != std::string_view::npos;
  }

  std::optional<CommandResultOrError> take(char letter, const std::string& value) {
    if (letter == 'i') return options_.device = value, std::nullopt;
    if (letter == 's') {
      if (base::Ipv4Addr::parse(value)) return options_.source = value, std::nullopt;
      return base::Error{SyntaxError{words_.front().column, value, "an IPv4 address is needed behind -s", {}}};
    }
    if (letter == 'w') return waits(value);
    const auto number = base::number<unsigned>(value);
    if (!number) return base::Error{SyntaxError{words_.front().column, value, "a number is needed here", {}}};
    constexpr unsigned kMostHops = 255, kMostQueries = 10;
    if (letter == 'f') options_.first = *number;
    if (letter == 'm') options_.hops = *number;
    if (letter == 'N') options_.at_once = *number;
    if (letter == 'q') options_.queries = *number;
    if (letter == 'p') options_.port = static_cast<std::uint16_t>(*number);
    if (letter == 'f' && (*number < 1 || *number > options_.hops)) return refusal(2, "first hop out of range\n");
    if (letter == 'm' && *number > kMostHops) return refusal(2, "max hops cannot be more than 255\n");
    if (letter == 'q' && (*number < 1 || *number > kMostQueries)) return refusal(2, "no more than 10 probes per hop\n");
    if (letter == 'N' && *number < 1) return refusal(2, "at least one probe at once\n");
    return std::nullopt;
  }

  // MAX[,HERE[,NEAR]]
  std::optional<CommandResultOrError> waits(const std::string& text) {
    double* const values[] = {&options_.wait, &options_.here, &options_.near};
    std::string_view rest = text;
    for (double* const value : values) {
      const auto number = base::take_number<double>(rest);
      if (!number || *number < 0)
        return base::Error{SyntaxError{words_.front().column, text, "seconds are needed behind -w", "MAX,HERE,NEAR"}};
      *value = *number;
      if (value == values[0]) options_.here = options_.near = 0;
      if (rest.empty()) return std::nullopt;
      rest.remove_prefix(1);
    }
    return std::nullopt;
  }

  CommandResultOrError finish(const std::vector<std::size_t>& operands) {
    if (operands.empty())
      return base::Error{
          SyntaxError{words_[0].column, words_[0].text, "a host is missing", std::string(kKnownOptions)}};
    const Word& target = words_[operands.front()];
    if (looks_like_ipv6(target.text)) return base::Error{ipv6_error(target)};
    if (operands.size() > 1) {
      const auto length = base::number<std::uint32_t>(words_[operands[1]].text);
      constexpr std::uint32_t kMost = 65000, kLeast = 28;
      if (!length || *length > kMost || operands.size() > 2)
        return base::Error{SyntaxError{words_[operands[1]].column, words_[operands[1]].text, "not modelled here",
                                       std::string(kKnownOptions)}};
      options_.length = std::max(*length, kLeast);
    }
    options_.host = target.text;
    const auto address = host_address(target.text);
    options_.named = !address;
    if (address) options_.target = address->is_any() ? base::Ipv4Addr::of(127, 0, 0, 1) : *address;
    return CommandPtr(std::make_shared<TraceCommand>(std::move(options_)));
  }

  const std::vector<Word>& words_;
  TraceOptions options_;
};

}  // namespace

CommandResultOrError parse_traceroute(const std::vector<Word>& words) { return TraceReader(words).run(); }

}  // namespace lvs::control
