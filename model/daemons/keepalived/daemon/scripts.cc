// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/scripts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/shell/statements/script-names.h"
#include "daemons/keepalived/conf/complete/scripts.h"

namespace lvs::keepalived {
namespace {

std::string in_quotes(std::string_view word) {
  std::string text = "'";
  for (const char c : word) text.append(c == '\'' ? "'\\''" : std::string(1, c));
  return text + "'";
}

}  // namespace

Scripts::~Scripts() {
  for (const auto& each : runs_)
    if (each->line != nullptr) machine_.end(*each->line);
}

// Runs that have ended are forgotten from the next call on: never from within their own end, nor from within their own
// beginning, where a line that ends at once lets another script begin.
void Scripts::clean() {
  std::erase_if(runs_, [&](const std::unique_ptr<Run>& each) {
    if (!each->ended || each->line == nullptr) return false;
    machine_.end(*each->line);
    return true;
  });
}

std::uint64_t Scripts::run(const ConfScript& script, const std::vector<std::string>& more, Done done) {
  clean();
  // A program or a script: the machine's shell knows what the file is.
  std::string text;
  for (const auto* words : {&script.words, &more})
    for (const std::string& word : *words) text.append(text.empty() ? "" : " ").append(in_quotes(word));
  const bool opens = !script.words.empty() && opens_file(script.words.front());
  if (opens) text = script.words.front();
  auto line = control::parse_line(text, control::scripts_on(control::ShellScope::kUsualPath, machine_.files()));
  if (text.empty() || !line || (*line)->chains.empty()) {
    if (done) done(opens ? 2 : 127);  // no file of the model: dash cannot open it
    return 0;
  }
  auto own = std::make_unique<Run>(Run{++last_, nullptr, std::move(done)});
  Run* const each = own.get();
  runs_.push_back(std::move(own));
  const std::uint64_t number = each->number;
  each->line = &machine_.start(
      *line,
      [each](const control::LineRun& run) {
        each->ended = true;
        if (each->done) each->done(run.status());
      },
      parent_);
  return number;
}

void Scripts::kill(std::uint64_t run) {
  const auto each = std::ranges::find(runs_, run, [](const auto& r) { return r->number; });
  if (each == runs_.end() || (*each)->ended) return;
  machine_.end(*(*each)->line);
  runs_.erase(each);
}

}  // namespace lvs::keepalived
