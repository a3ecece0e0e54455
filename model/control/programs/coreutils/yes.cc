// SPDX-License-Identifier: GPL-2.0-or-later
// yes (coreutils): a line over and over, until nobody reads.
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {
namespace {

// A pipe holds no more than its reader takes: some lines at a time, with a pause, so that a run without a reader ends.
class Yes final : public Task {
 public:
  Yes(Machine& machine, Io& io, std::string text)
      : io_(io), text_(std::move(text)), alarm_(machine.host(), [this] { write(); }) {
    alarm_.set_after(base::Time{0});
  }

 private:
  static constexpr base::Time kPause = std::chrono::milliseconds(1);

  void write() {
    alarm_.set_after(kPause);
    io_.print(text_);  // what a broken pipe sends may end this
  }

  Io& io_;
  std::string text_;
  Alarm alarm_;
};

class YesCommand final : public Command {
 public:
  explicit YesCommand(std::string text) : text_(std::move(text)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done) const override {
    return std::make_unique<Yes>(machine, io, text_);
  }

 private:
  std::string text_;
};

}  // namespace

CommandResultOrError parse_yes(const std::vector<Word>& words) {
  constexpr std::size_t kBlock = 1024;  // a write of the real one's has 8 KiB
  std::string line;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (i == 1 && word.size() > 1 && word[0] == '-' && word != "--")
      return base::Error{SyntaxError{words[i].column, word, "no option of yes is modelled", {}}};
    if (i > 1 || word != "--") line += (line.empty() ? "" : " ") + word;
  }
  line = (words.size() == 1 ? "y" : line) + "\n";
  std::string text;
  while (text.size() < kBlock) text += line;
  return CommandPtr(std::make_shared<YesCommand>(std::move(text)));
}

}  // namespace lvs::control
