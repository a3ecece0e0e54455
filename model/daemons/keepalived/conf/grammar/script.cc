// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <span>

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

bool set_script_user(ConfReader& reader, const std::string& user, const std::string& group) {
  // base-passwd of Debian 12, and what the servers of a lab bring along.
  constexpr std::string_view kUsers[] = {"_apt",  "backup",          "bin",  "bind",    "daemon", "dnsmasq",
                                         "games", "haproxy",         "irc",  "list",    "lp",     "mail",
                                         "man",   "messagebus",      "news", "nobody",  "proxy",  "sync",
                                         "sys",   "systemd-network", "uucp", "www-data"};
  constexpr std::string_view kGroups[] = {"adm", "audio", "disk", "nogroup", "staff", "sudo", "tty", "users", "utmp"};
  const auto among = [](std::span<const std::string_view> names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (among(kUsers, user) || (user == "root" && (among(kUsers, group) || among(kGroups, group)))) {
    reader.report.refuse(user == "root" ? group : user, "scripts run as root: machines of a lab have no other user");
    return false;
  }
  if (user != "root") {
    reader.report.log(fmt::format("Script user '{}' does not exist", user));
    return false;
  }
  if (group.empty() || group == "root") return true;
  reader.report.log(fmt::format("Script group '{}' does not exist", group));
  return false;
}

ConfScript read_notify_script(ConfReader& reader, std::string_view type) {
  const auto words = split_quoted(reader.line(), reader.report);
  ConfScript script = read_script(reader);
  if (!words || script.words.empty()) return {};
  const std::string& program = script.words.front();
  if (words->size() > 2) {
    if (set_script_user(reader, (*words)[2], words->size() > 3 ? (*words)[3] : std::string())) return script;
    reader.report.log(fmt::format("Invalid user/group for {} script {} - ignoring", type, program));
    return {};
  }
  if (has_script_user(reader)) return script;
  reader.report.log(fmt::format("Failed to set default user for {} script {} - ignoring", type, program));
  return {};
}

ConfScript read_script(ConfReader& reader) {
  const auto words = split_quoted(reader.line(), reader.report);
  if (!words || words->size() < 2) return {};
  // The word behind the name is the whole command.
  if (auto command = split_quoted((*words)[1], reader.report)) return {std::move(*command)};
  return {};
}

}  // namespace lvs::keepalived
