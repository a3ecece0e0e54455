// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/complete/scripts.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {

std::string ConfScript::text() const {
  std::string all;
  for (const std::string& word : words) {
    // A test whether a file can be opened stands as it is.
    const bool test = all.empty() && (word.starts_with('<') || word.starts_with('>'));
    all.append(all.empty() ? "" : " ").append(test ? "" : "'").append(word).append(test ? "" : "'");
  }
  return all;
}

bool has_script_user(ConfReader& reader) {
  GlobalConf& global = reader.conf.global;
  const ScriptUserSearch search = look_for_script_user(global);
  if (search.log != nullptr) reader.report.log(search.log);
  if (search.error != nullptr) reader.report.error(search.error);
  return !global.default_user_fails;
}

ConfScript read_script(ConfReader& reader) {
  const auto words = split_quoted(reader.line(), reader.report);
  if (!words || words->size() < 2) return {};
  // The word behind the name is the whole command; what follows outside of its quotes is not looked at.
  if (auto command = split_quoted((*words)[1], reader.report)) return {std::move(*command)};
  return {};
}

}  // namespace lvs::keepalived
