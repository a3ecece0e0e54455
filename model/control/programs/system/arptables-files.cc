// SPDX-License-Identifier: GPL-2.0-or-later
// arptables-save and arptables-restore.
#include <fmt/format.h>

#include "control/machine/usual/parsers.h"
#include "control/programs/system/plan-task.h"
#include "control/programs/system/table-scripts.h"

namespace lvs::control {
namespace {

class ArptablesRestore final : public Command {
 public:
  bool awaits_input() const override { return true; }
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    std::string text = io.in->take_all();
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    std::string script = std::string(kArptablesClear) + std::string(kArptablesLoad);
    script += fmt::format(" <<'LVS_END_OF_RULES'\n{}LVS_END_OF_RULES\n", text);
    return run_plan([script](const NetworkFiles&) { return NetworkPlan{script}; }, machine, io, std::move(done));
  }
};

}  // namespace

CommandResultOrError parse_arptables_save(const std::vector<Word>& words) {
  if (words.size() > 1) return base::Error{SyntaxError{words[1].column, words[1].text, "not modelled here", {}}};
  return planned([](const NetworkFiles&) { return NetworkPlan{std::string(kArptablesSave)}; });
}

CommandResultOrError parse_arptables_restore(const std::vector<Word>& words) {
  if (words.size() > 1) return base::Error{SyntaxError{words[1].column, words[1].text, "not modelled here", "< FILE"}};
  return CommandPtr(std::make_shared<ArptablesRestore>());
}

}  // namespace lvs::control
