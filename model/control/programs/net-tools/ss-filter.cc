// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/net-tools/ss-filter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

using host::TcpState;
using SocketTest = std::function<bool(const SocketLine&)>;

constexpr std::string_view kKnownFilters =
    "state NAME, exclude NAME, sport|dport = :PORT, src|dst ADDRESS[/N][:PORT], = != < > <= >=, and, or, not, ( )";
constexpr unsigned kDeepestFilter = 40;

constexpr std::pair<std::string_view, TcpState> kStates[] = {{"established", TcpState::established},
                                                             {"syn-sent", TcpState::syn_sent},
                                                             {"syn-recv", TcpState::syn_recv},
                                                             {"fin-wait-1", TcpState::fin_wait1},
                                                             {"fin-wait-2", TcpState::fin_wait2},
                                                             {"time-wait", TcpState::time_wait},
                                                             {"closed", TcpState::close},
                                                             {"close-wait", TcpState::close_wait},
                                                             {"last-ack", TcpState::last_ack},
                                                             {"listening", TcpState::listen},
                                                             {"listen", TcpState::listen},
                                                             {"closing", TcpState::closing}};

std::set<TcpState> states_of(std::string_view name) {
  std::set<TcpState> result;
  const auto none_of = [](TcpState state, std::initializer_list<TcpState> others) {
    return std::ranges::find(others, state) == others.end();
  };
  for (const auto& [each, state] : kStates) {
    const bool connected = none_of(state, {TcpState::close, TcpState::listen});
    const bool wanted = name == each || name == "all" || (name == "connected" && connected) ||
                        (name == "synchronized" && connected && state != TcpState::syn_sent) ||
                        (name == "bucket" && !none_of(state, {TcpState::syn_recv, TcpState::time_wait})) ||
                        (name == "big" && none_of(state, {TcpState::syn_recv, TcpState::time_wait}));
    if (wanted) result.insert(state);
  }
  return result;
}

class SsFilterParser {
 public:
  explicit SsFilterParser(std::vector<Word> words) : words_(std::move(words)) {}

  base::Result<SsFilter, SyntaxError> run() {
    while (!error_ && (peek() == "state" || peek() == "exclude")) states();
    filter_.takes = [](const SocketLine&) { return true; };
    if (!error_ && next_ < words_.size()) filter_.takes = any_of();
    if (!error_ && next_ < words_.size()) fail("not expected here");
    if (error_) return base::Error{*error_};
    return std::move(filter_);
  }

 private:
  std::string peek() const { return next_ < words_.size() ? words_[next_].text : std::string(); }
  bool take(std::string_view a, std::string_view b = {}, std::string_view c = {}) {
    const std::string word = peek();
    if (next_ >= words_.size() || (word != a && (b.empty() || word != b) && (c.empty() || word != c))) return false;
    ++next_;
    return true;
  }
  SocketTest fail(std::string reason) {
    if (!error_) {
      const Word& at = next_ < words_.size() ? words_[next_] : words_.back();
      error_ = SyntaxError{at.column, at.text, std::move(reason), std::string(kKnownFilters)};
    }
    next_ = words_.size();
    return [](const SocketLine&) { return false; };
  }

  void states() {
    const bool exclude = take("exclude");
    if (!exclude) take("state");
    const std::set<TcpState> named = states_of(peek());
    if (named.empty()) {
      fail("a state is needed");
      return;
    }
    ++next_;
    if (exclude && filter_.states.empty()) filter_.states = states_of("all");
    for (const TcpState state : named) exclude ? void(filter_.states.erase(state)) : void(filter_.states.insert(state));
  }

  SocketTest any_of() {
    SocketTest left = all_of();
    while (take("or", "|", "||")) left = [a = left, b = all_of()](const SocketLine& s) { return a(s) || b(s); };
    return left;
  }
  SocketTest all_of() {
    SocketTest left = one();
    for (;;) {
      const bool named = take("and", "&", "&&");
      if (!named && (next_ >= words_.size() || peek() == ")" || peek() == "or" || peek() == "|" || peek() == "||"))
        return left;
      left = [a = left, b = one()](const SocketLine& s) { return a(s) && b(s); };
    }
  }
  SocketTest one() {
    if (++depth_ > kDeepestFilter) return fail("nested too deeply");
    SocketTest test = primitive();
    --depth_;
    return test;
  }

  SocketTest primitive() {
    if (take("not", "!")) return [a = one()](const SocketLine& s) { return !a(s); };
    if (take("(")) {
      SocketTest inner = any_of();
      if (!take(")")) return fail("a parenthesis is not closed");
      return inner;
    }
    const bool ports = peek() == "sport" || peek() == "dport";
    const bool local = peek() == "sport" || peek() == "src";
    if (!ports && peek() != "src" && peek() != "dst") return fail("this filter of ss is not modelled");
    ++next_;
    const std::string how = comparison();
    return ports ? port(local, how) : address(local, how);
  }

  std::string comparison() {
    constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"=", "="}, {"==", "="}, {"eq", "="},  {"!=", "!="}, {"ne", "!="},  {"neq", "!="}, {"<", "<"},   {"lt", "<"},
        {">", ">"}, {"gt", ">"}, {"<=", "<="}, {"le", "<="}, {"leq", "<="}, {">=", ">="},  {"ge", ">="}, {"geq", ">="}};
    for (const auto& [sign, meaning] : kSigns)
      if (take(sign)) return std::string(meaning);
    return "=";
  }

  static std::optional<std::uint16_t> port_of(std::string_view text) {
    if (text.starts_with(':')) text.remove_prefix(1);
    if (const auto number = base::number<std::uint16_t>(text)) return number;
    return service_port(text, "tcp");
  }

  SocketTest port(bool local, const std::string& how) {
    const auto value = port_of(peek());
    if (!value) return fail("a port is needed");
    ++next_;
    return [local, how, n = *value](const SocketLine& s) {
      const std::uint16_t port = local ? s.local.port : s.remote.port;
      if (how == "!=") return port != n;
      if (how == "<") return port < n;
      if (how == ">") return port > n;
      if (how == "<=") return port <= n;
      if (how == ">=") return port >= n;
      return port == n;
    };
  }

  SocketTest address(bool local, const std::string& how) {
    const std::string word = peek();
    const std::size_t colon = word.find(':');
    const auto port = colon == std::string::npos ? std::nullopt : port_of(std::string_view(word).substr(colon));
    const std::string text = word.substr(0, colon);
    const auto prefix = base::Ipv4Prefix::parse(text.empty() || text == "*" ? "0.0.0.0/0" : text);
    if (!prefix || (colon != std::string::npos && !port) || (how != "=" && how != "!="))
      return fail("an address is needed");
    ++next_;
    return [local, port, prefix = *prefix, negated = how == "!="](const SocketLine& s) {
      const host::SocketAddress& end = local ? s.local : s.remote;
      return (prefix.contains(end.addr) && (!port || *port == end.port)) != negated;
    };
  }

  std::vector<Word> words_;
  std::size_t next_ = 0;
  unsigned depth_ = 0;
  SsFilter filter_;
  std::optional<SyntaxError> error_;
};

// Quoted filters are one word of the shell and many of the filter.
std::vector<Word> filter_words(const std::vector<Word>& words) {
  std::vector<Word> result;
  for (const Word& word : words) {
    std::string current;
    const auto end = [&] {
      if (!current.empty()) result.push_back({std::exchange(current, {}), word.column});
    };
    for (const char c : word.text) {
      if (c == ' ' || c == '\t' || c == '(' || c == ')') end();
      if (c == '(' || c == ')') result.push_back({std::string(1, c), word.column});
      if (c != ' ' && c != '\t' && c != '(' && c != ')') current += c;
    }
    end();
  }
  return result;
}

}  // namespace

base::Result<SsFilter, SyntaxError> parse_ss_filter(const std::vector<Word>& words) {
  return SsFilterParser(filter_words(words)).run();
}

}  // namespace lvs::control
