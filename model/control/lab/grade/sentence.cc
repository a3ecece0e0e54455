// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/grade/sentence.h"

#include "base/numbers.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace {

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string with_addresses(std::string_view text, const CheckNames& names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_name_part(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const auto known = word.empty() ? names.end() : names.find(word);
    out += known == names.end() ? word : std::string_view(known->second);
    at = end;
    if (at < text.size()) out += text[at++];
  }
  return out;
}

base::Result<std::vector<CheckWord>, SentenceFault> words_of_check(std::string_view line, const CheckNames& names) {
  std::vector<CheckWord> words;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    CheckWord word{{}, at + 1};
    if (line[at] == '`' || line[at] == '"') {
      const char quote = line[at];
      const std::size_t end = line.find(quote, at + 1);
      if (end == std::string_view::npos)
        return base::Error{SentenceFault{at + 1, quote == '`' ? "this ` is never closed" : "this \" is never closed"}};
      word.kind = quote == '`' ? CheckWord::Kind::command : CheckWord::Kind::text;
      word.text = with_addresses(line.substr(at + 1, end - at - 1), names);
      at = end + 1;
      words.push_back(std::move(word));
      continue;
    }
    std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    const bool mark = line[end - 1] == ',' || line[end - 1] == ':';
    if (mark && end - at > 1) --end;
    word.text = with_addresses(line.substr(at, end - at), names);
    at = end;
    if (word.text != "the" && word.text != ",") words.push_back(std::move(word));
  }
  return words;
}

bool Sentence::take(std::string_view phrase) {
  std::size_t at = at_;
  for (std::string_view rest = phrase; !rest.empty(); ++at) {
    const std::string_view word = lab_text::take_word(rest);
    if (at == words_.size() || words_[at].kind != CheckWord::Kind::word || words_[at].text != word) return false;
  }
  at_ = at;
  return true;
}

void Sentence::expect(std::string_view phrase) {
  if (!take(phrase)) fail("expected \"" + std::string(phrase) + "\"");
}

const CheckWord& Sentence::next(std::string_view what) {
  if (done()) fail("expected " + std::string(what));
  return words_[at_++];
}

unsigned Sentence::number(std::string_view what, unsigned most) {
  const CheckWord& word = next(what);
  const auto value = base::number_up_to<unsigned>(word.text, most);
  if (!value) fail_at(word, "expected " + std::string(what) + ", a number up to " + std::to_string(most));
  return *value;
}

void Sentence::fail(const std::string& reason) const {
  if (done()) throw SentenceFault{end_, reason + " where the line ends"};
  throw SentenceFault{words_[at_].column, reason + ", found \"" + words_[at_].text + "\""};
}

void Sentence::fail_at(const CheckWord& word, const std::string& reason) {
  throw SentenceFault{word.column, reason + ", found \"" + word.text + "\""};
}

}  // namespace lvs::control
