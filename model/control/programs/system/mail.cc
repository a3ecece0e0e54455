// SPDX-License-Identifier: GPL-2.0-or-later
// mail (bsd-mailx, mailx) and sendmail as scripts call them: a message is taken and goes nowhere, as in the queue of a
// machine that reaches no mail server. Nothing is printed.

namespace lvs::control {
namespace {

CommandResultOrError taken(const std::vector<Word>& words, std::string_view plain, std::string_view with_value,
                           bool needs_reader) {
  bool reader = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() < 2 || word[0] != '-') {
      reader = true;
      continue;
    }
    if (with_value.find(word[1]) != std::string_view::npos) {
      if (word.size() == 2) ++i;
    } else if (plain.find(word[1]) == std::string_view::npos) {
      return base::Error{SyntaxError{words[i].column, word, "not modelled here", "-s SUBJECT ADDRESS"}};
    }
  }
  if (needs_reader && !reader)
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "reading mail is not modelled", "-s SUBJECT ADDRESS"}};
  return instant_reader([](Machine&, Io& io) {
    io.in->take_all();
    return 0;
  });
}

}  // namespace

CommandResultOrError parse_mail(const std::vector<Word>& words) { return taken(words, "Einv", "acbqrsS", true); }
CommandResultOrError parse_sendmail(const std::vector<Word>& words) { return taken(words, "itv", "BFfor", false); }

}  // namespace lvs::control
