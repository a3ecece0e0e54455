// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/grade/sentence-parser.h"

#include <algorithm>

#include "control/lab/diagnose/diagnose.h"
#include "control/lab/text.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {
namespace {

constexpr unsigned kMostPoints = 1000, kMostRequests = 1000;
constexpr const char* kKnown =
    "expected a check: HOST can fetch URL, HOST can ping ADDRESS, HOST `COMMAND` prints TEXT, replies of URL to HOST "
    "do not pass HOST, no host but HOST answers ARP for ADDRESS, at most N of M requests fail, lvs-lab check finds "
    "nothing";

std::string joined(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const std::string_view word = lab_text::take_word(line);
    out += (out.empty() ? "" : " ") + std::string(word);
  }
  return out;
}

void check_command(const CheckWord& word) {
  const auto parsed = parse_line(word.text);
  if (!parsed) throw SentenceFault{word.column, "`" + word.text + "`: " + parsed.error().text()};
}

}  // namespace

std::string SentenceParser::host(Sentence& words) const {
  const CheckWord& word = words.next("a host");
  if (word.kind != CheckWord::Kind::word || lab_.find_host(word.text) == nullptr)
    Sentence::fail_at(word, "there is no such host in lab.conf");
  return word.text;
}

base::Ipv4Addr SentenceParser::address(Sentence& words) const {
  const CheckWord& word = words.next("an address");
  const auto value = base::Ipv4Addr::parse(word.text);
  if (!value) Sentence::fail_at(word, "expected an IPv4 address");
  return *value;
}

std::string SentenceParser::url(Sentence& words) const {
  const CheckWord& word = words.next("a URL");
  const bool plain = word.text.find_first_of(" \t'\"\\$`;&|<>(){}*?[]") == std::string::npos;
  if (!word.text.starts_with("http://") || word.text.size() < 8 || !plain)
    Sentence::fail_at(word, "expected a URL such as http://10.0.0.100/");
  return word.text;
}

base::Time SentenceParser::seconds(Sentence& words) const {
  const CheckWord& word = words.next("a time");
  const auto value = lab_text::seconds(word.text);
  if (!value || *value > std::chrono::hours(1)) Sentence::fail_at(word, "expected a time in seconds, up to 3600");
  words.expect("s");
  return *value;
}

unsigned SentenceParser::sentence(std::string_view line, const std::string* lines, Check& check) {
  unsigned points = 1;
  std::size_t skipped = 0;
  if (line.starts_with('[')) {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) throw SentenceFault{1, "this [ is never closed"};
    auto inside = words_of_check(line.substr(1, end - 1), {});
    if (!inside) throw inside.error();
    Sentence words(std::move(*inside), end);
    points = words.number("points", kMostPoints);
    if (!words.take("points")) words.expect("point");
    if (!words.done()) words.fail("expected \"]\"");
    skipped = end + 1;
    line.remove_prefix(skipped);
  }
  try {
    const std::size_t hint = line.find(" hint: ");
    if (hint != std::string_view::npos) {
      check.hint = std::string(lab_text::trim(line.substr(hint + 7))) + (check.hint.empty() ? "" : " " + check.hint);
      line = line.substr(0, hint);
    }
    check.text = joined(with_addresses(line, names));
    auto split = words_of_check(line, names);
    if (!split) throw split.error();
    Sentence words(std::move(*split), line.size() + 1);
    if (words.take("at") && !words.take("most")) {
      check.at = seconds(words);
      words.take(":");
      subject(words, lines, check);
    } else {
      Sentence again(std::move(*words_of_check(line, names)), line.size() + 1);
      subject(again, lines, check);
      if (!again.done()) again.fail("not expected here");
      return points;
    }
    if (!words.done()) words.fail("not expected here");
  } catch (const SentenceFault& fault) {
    throw SentenceFault{fault.column + skipped, fault.reason};
  }
  return points;
}

void SentenceParser::subject(Sentence& words, const std::string* lines, Check& check) {
  if (lines != nullptr && (words.peek() == nullptr || lab_.find_host(words.peek()->text) == nullptr))
    words.fail("lines below a check go with HOST `COMMAND` has the lines, or is");
  if (words.take("replies")) return void(check.what = reply(words));
  if (words.take("no host but")) return void(check.what = arp(words));
  if (words.take("at most")) return void(check.what = failures(words));
  if (words.take("lvs-lab check finds")) return void(check.what = diagnosis(words));
  if (words.peek() == nullptr || lab_.find_host(words.peek()->text) == nullptr) words.fail(kKnown);
  const std::string who = host(words);
  const CheckWord* const verb = words.peek();
  if (verb != nullptr && verb->kind == CheckWord::Kind::command) {
    check.what = command(words, who, lines);
  } else if (lines != nullptr) {
    words.fail("lines below a check go with HOST `COMMAND` has the lines, or is");
  } else if (words.take("can fetch")) {
    check.what = fetch(words, who, true);
  } else if (words.take("cannot fetch")) {
    check.what = fetch(words, who, false);
  } else if (words.take("can ping")) {
    check.what = PingCheck{who, address(words), true};
  } else if (words.take("cannot ping")) {
    check.what = PingCheck{who, address(words), false};
  } else {
    words.fail("expected can fetch, cannot fetch, can ping, cannot ping or a command in backquotes");
  }
}

FetchCheck SentenceParser::fetch(Sentence& words, std::string client, bool can) {
  FetchCheck check{std::move(client), url(words), can, can ? 1u : 2u, {}};
  client_ = check.client;
  url_ = check.url;
  if (can) answers(words, check);
  return check;
}

void SentenceParser::answers(Sentence& words, FetchCheck& fetch) const {
  const CheckWord* const next = words.peek();
  bool counted = false;
  if (next != nullptr && next->text != "from") {
    fetch.times = words.number("how many times", kMostRequests);
    if (fetch.times == 0) Sentence::fail_at(*next, "expected a number above 0");
    words.expect("times");
    counted = true;
  }
  const bool shares = words.take(":");
  if (!shares && !words.take("from")) return;
  if (!shares && (words.take("both servers") || words.take("all servers"))) {
    if (servers.empty()) words.fail("no line \"servers: rs1 rs2\" says which those are");
    for (const std::string& server : servers) fetch.from.emplace_back(server, std::nullopt);
  } else {
    do {
      std::string server = host(words);
      std::optional<unsigned> share;
      if (shares) share = words.number("how many of them", kMostRequests);
      fetch.from.emplace_back(std::move(server), share);
      words.take("and");
    } while (!words.done());
  }
  if (!counted) fetch.times = static_cast<unsigned>(fetch.from.size()) * 3;
}

void SentenceParser::of_last_fetch(Sentence& words, std::string& client, std::string& url) const {
  if (client_.empty() && client.empty()) words.fail("say which requests: no check above says \"HOST can fetch URL\"");
  if (client.empty()) client = client_;
  if (url.empty()) url = url_;
  if (url.empty()) words.fail("say which requests: \"of URL\"");
}

CommandCheck SentenceParser::command(Sentence& words, std::string host, const std::string* lines) const {
  using How = CommandCheck::How;
  const CheckWord& word = words.next("a command");
  check_command(word);
  CommandCheck check{std::move(host), word.text, How::succeeds, {}};
  const bool any_order = words.take("has lines");
  if (any_order || words.take("is")) {
    words.take(":");
    if (lines == nullptr) words.fail("expected lines below that begin with \"|\"");
    check.how = any_order ? How::lines : How::text;
    check.text = *lines;
    return check;
  }
  if (lines != nullptr) words.fail("lines below a check go with: has the lines, is");
  if (words.take("succeeds")) return check;
  if (words.take("fails")) {
    check.how = How::fails;
  } else if (words.take("prints nothing")) {
    check.how = How::prints_nothing;
  } else {
    check.how = words.take("does not print") ? How::lacks : How::prints;
    if (check.how == How::prints) words.expect("prints");
    check.text = words.next("a text").text;
    if (check.text.empty()) words.fail("the text is empty");
  }
  return check;
}

ReplyCheck SentenceParser::reply(Sentence& words) const {
  ReplyCheck check;
  if (words.take("of")) check.url = url(words);
  if (words.take("to")) check.client = host(words);
  check.pass = !words.take("do not pass");
  if (check.pass) words.expect("pass");
  of_last_fetch(words, check.client, check.url);
  check.host = host(words);
  return check;
}

ArpCheck SentenceParser::arp(Sentence& words) const {
  ArpCheck check;
  check.owner = host(words);
  check.uses = words.take("uses");
  if (!check.uses) words.expect("answers ARP for");
  check.address = address(words);
  if (check.uses) {
    words.expect("in ARP");
    of_last_fetch(words, check.client, check.url);
    return check;
  }
  std::string asker;
  if (words.take("asked by")) asker = host(words);
  const LabHost& owner = *lab_.find_host(check.owner);
  for (const LabInterface& mine : owner.interfaces) {
    // Servers are those that may answer: where there is somebody else, he asks.
    for (const bool servers_ask : {false, true}) {
      const auto asks = [&](const LabHost& other) {
        const bool server = std::ranges::find(servers, other.name) != servers.end();
        if (other.name == owner.name || (!asker.empty() && other.name != asker)) return false;
        return asker.empty() ? server == servers_ask : servers_ask;
      };
      const std::size_t before = check.questions.size();
      for (const LabHost& other : lab_.hosts) {
        if (check.questions.size() != before || !asks(other)) continue;
        const auto theirs = std::ranges::find(other.interfaces, mine.segment, &LabInterface::segment);
        if (theirs != other.interfaces.end()) check.questions.emplace_back(other.name, theirs->name());
      }
      if (check.questions.size() != before) break;
    }
  }
  if (check.questions.empty()) words.fail("nobody is on a segment of " + check.owner + " to ask");
  return check;
}

// "lb1 dies at 10 s", "lb1 eth0 is cut at 10 s", "lb1 runs `killall keepalived` at 10 s".
LabEvent SentenceParser::event(Sentence& words) const {
  LabEvent event;
  const LabHost& who = *lab_.find_host(host(words));
  event.host = static_cast<std::size_t>(&who - lab_.hosts.data());
  if (words.take("dies")) {
    event.what = LabPower{false};
  } else if (words.take("runs")) {
    const CheckWord& word = words.next("a command in backquotes");
    if (word.kind != CheckWord::Kind::command) Sentence::fail_at(word, "expected a command in backquotes");
    check_command(word);
    event.what = LabCommand{word.text};
  } else {
    const CheckWord& word = words.next("dies, runs or an interface");
    const auto found = std::ranges::find(who.interfaces, word.text, &LabInterface::name);
    if (found == who.interfaces.end()) Sentence::fail_at(word, "expected dies, runs or an interface of " + who.name);
    words.expect("is cut");
    event.what = LabCable{found->number, false};
  }
  words.expect("at");
  event.at = seconds(words);
  return event;
}

FailCheck SentenceParser::failures(Sentence& words) const {
  FailCheck check;
  check.most = words.number("how many requests", kMostRequests);
  if (words.take("of")) {
    check.requests = words.number("how many requests", kMostRequests);
    if (check.requests == 0) words.fail("0 requests show nothing");
  }
  if (!words.take("requests")) words.expect("request");
  if (words.take("of")) check.url = url(words);
  if (words.take("by")) check.client = host(words);
  of_last_fetch(words, check.client, check.url);
  if (!words.take("fail")) words.expect("fails");
  if (words.take("after") || words.take("when")) check.event = event(words);
  return check;
}

DiagnosisCheck SentenceParser::diagnosis(Sentence& words) const {
  if (words.take("nothing")) return {};
  words.expect("no");
  const CheckWord& word = words.next("a rule");
  const auto rules = lab_rules();
  if (std::ranges::find(rules, word.text, &LabRule::name) == rules.end())
    Sentence::fail_at(word, "no such rule (lvs-lab check --rules)");
  return {word.text};
}

}  // namespace lvs::control
