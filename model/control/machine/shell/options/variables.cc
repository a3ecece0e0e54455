// SPDX-License-Identifier: GPL-2.0-or-later
// export, readonly, local, declare, unset.
#include <algorithm>
#include <utility>

#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/options/call.h"
#include "control/machine/shell/options/names.h"
#include "control/machine/shell/substitute.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// Dash names `local` nowhere.
BuiltinResult bad_name(const Call& call, const std::string& name) {
  if (call.at(0) != "local") return call.fail(name + ": bad variable name", {});
  call.scope.jump = ShellScope::Jump::exit;
  call.streams.err->write(fmt::format("{}{}: bad variable name\n", place_of(call.scope), name));
  return {2};
}

bool has_letter(const std::vector<Word>& words, char letter) {
  return std::ranges::any_of(words, [letter](const Word& word) {
    return word.text.starts_with('-') && word.text.find(letter) != std::string::npos;
  });
}

// declare -i NAME=EXPRESSION; `words`: as export or local takes them.
BuiltinResult declare_integers(const Call& call, std::vector<Word> words) {
  const Substitutions values(call.scope, call.streams, call.root);
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string& word = words[i].text;
    const std::size_t equals = word.find('=');
    call.scope.integers.insert(word.substr(0, equals));
    if (equals == std::string::npos) continue;
    std::string error;
    const auto value = evaluate(word.substr(equals + 1), values, error);
    if (!value) return {call.complain(error, 1)};
    word.replace(equals + 1, std::string::npos, *value);
  }
  return run_export({words, call.scope, call.streams, call.root});
}

}  // namespace

// NAME or NAME=VALUE of export, readonly and local.
BuiltinResult run_export(const Call& call) {
  const bool local = call.at(0) == "local";
  if (local && call.scope.bash && call.size() > 1 && call.at(1).starts_with('-')) {
    std::vector<Word> rest = as_export(call.words, call.scope);
    rest.front().text = "local";
    if (has_letter(call.words, 'i')) return declare_integers(call, std::move(rest));
    return run_export({rest, call.scope, call.streams, call.root, has_letter(call.words, 'r')});
  }
  if (local && call.scope.calls == 0) {
    if (!call.scope.bash) call.scope.jump = ShellScope::Jump::exit;
    return {call.complain(call.scope.bash ? "can only be used in a function" : "not in a function",
                          call.scope.bash ? 1 : 2)};
  }
  int status = 0;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const std::string& word = call.at(i);
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!is_variable_name(name)) {
      if (!call.scope.bash) return bad_name(call, name);
      call.complain(fmt::format("`{}': not a valid identifier", word), 1);
      status = 1;
      continue;
    }
    auto& variables = call.scope.variables;
    if (local && call.scope.bash && call.scope.fixed.contains(name)) {
      call.complain(name + ": readonly variable", 1);
      status = 1;
      continue;
    }
    if (local) {
      const auto found = variables.find(name);
      call.scope.before.emplace_back(name, found == variables.end() ? std::nullopt : std::optional(found->second));
    }
    if (equals != std::string::npos && call.scope.fixed.contains(name))
      return call.fail(name + ": is read only", name + ": readonly variable");
    if (equals != std::string::npos) variables[name] = word.substr(equals + 1);
    if (local && call.fixes) call.scope.fixed.insert(name);
    if (call.at(0) == "export") call.scope.exported.insert(name);
    if (call.at(0) == "readonly") call.scope.fixed.insert(name);
  }
  return {status};
}

BuiltinResult run_unset(const Call& call) {
  bool function = false;
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (call.at(i) == "-f" || call.at(i) == "-v") {
      function = call.at(i) == "-f";
    } else if (function) {
      call.scope.functions.erase(call.at(i));
    } else {
      if (!call.scope.bash && !is_variable_name(call.at(i))) return bad_name(call, call.at(i));
      if (call.scope.bash) unset_array(call.scope, Substitutions(call.scope, call.streams, call.root), call.at(i));
      call.scope.variables.erase(call.at(i));
      call.scope.exported.erase(call.at(i));
    }
  }
  return {0};
}

BuiltinResult run_declare(const Call& call) {
  if (!call.scope.bash) return not_found(call);
  const std::vector<Word> words = as_export(call.words, call.scope);
  const bool named = has_letter(call.words, 'A');
  if (has_letter(call.words, 'i')) return declare_integers(call, words);
  for (std::size_t i = 1; i < words.size() && named; ++i)
    clear_array(Substitutions(call.scope, call.streams, call.root), words[i].text, true);
  return run_export({words, call.scope, call.streams, call.root, has_letter(call.words, 'r')});
}

}  // namespace lvs::control
