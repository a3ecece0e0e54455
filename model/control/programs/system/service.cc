// SPDX-License-Identifier: GPL-2.0-or-later
// service NAME ACTION, /etc/init.d/NAME ACTION and systemctl ACTION NAMES. None of them says anything of what went
// well.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "control/machine/registry.h"
#include "control/machine/usual/own-service.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/system/plan-task.h"
#include "control/programs/system/services.h"
#include "control/programs/system/units.h"
#include "control/programs/web/service-httpd.h"

namespace lvs::control {
namespace {

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::optional<ServiceAction> action_of(std::string_view name) {
  constexpr std::pair<std::string_view, ServiceAction> kActions[] = {
      {"start", ServiceAction::start},         {"stop", ServiceAction::stop},     {"restart", ServiceAction::restart},
      {"reload", ServiceAction::reload},       {"status", ServiceAction::status}, {"save", ServiceAction::save},
      {"force-reload", ServiceAction::reload},
  };
  for (const auto& [known, action] : kActions)
    if (known == name) return action;
  return std::nullopt;
}

class ServiceCommand final : public Command {
 public:
  ServiceCommand(const Service& service, ServiceAction action) : service_(service), action_(action) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    if (action_ == ServiceAction::status) {
      const bool runs = is_running(machine, service_, io.pid);
      if (service_.name == "httpd")
        io.print(runs ? kHttpdIsRunning : kHttpdIsStopped);
      else if (!service_.command.empty())
        io.print(fmt::format("{} is {}running.\n", service_.name, runs ? "" : "not "));
    }
    return act(service_, action_, machine, io, std::move(done));
  }

 private:
  const Service& service_;
  ServiceAction action_;
};

// One that the machine's files describe, as they are when it runs.
class OwnService final : public OwnServiceCommand {
 public:
  OwnService(std::vector<Word> services, MakePlan make)
      : OwnServiceCommand(std::move(services)), make_(std::move(make)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return run_plan(make_, machine, io, std::move(done));
  }

 private:
  MakePlan make_;
};

// systemctl ACTION of services some of which are the machine's own.
NetworkPlan plan_units(const NetworkFiles& files, const std::string& action, const std::vector<Word>& names) {
  NetworkPlan all{"s=0\n"};
  for (const Word& name : names) {
    NetworkPlan one = find_service(name.text) != nullptr
                          ? NetworkPlan{fmt::format("systemctl {} {}", action, name.text)}
                          : plan_systemctl(files, action, name.text);
    if (!one.refused.empty()) return one;
    all.script += fmt::format("(\n{}\n) || s=$?\n", one.script);
  }
  all.script += "exit $s\n";
  return all;
}

CommandResultOrError service_action(const Word& name, const std::string& service_name, const std::vector<Word>& words,
                                    std::size_t at) {
  const Service* const service = find_service(service_name);
  if (is_absent_service(service_name) && words.size() == at + 1 &&
      (words[at].text == "stop" || words[at].text == "status"))
    return refusal(words[at].text == "stop" ? 0 : 3, {});
  const bool plain = service_name.find_first_not_of(kNameLetters) == std::string::npos;
  if (service == nullptr && plain && words.size() <= at + 1) {
    const std::string action = words.size() == at ? std::string() : words[at].text;
    return CommandPtr(std::make_shared<OwnService>(
        std::vector<Word>{name},
        [service_name, action](const NetworkFiles& files) { return plan_service(files, action, service_name); }));
  }
  if (service == nullptr || !is_modelled(*service))
    return base::Error{SyntaxError{name.column, service_name, "this service is not modelled", known_services()}};
  const auto action = words.size() == at + 1 ? action_of(words[at].text) : std::nullopt;
  if (!action && service->name == "httpd") return refusal(1, std::string(kServiceUsage));
  if (!action)
    return base::Error{SyntaxError{words.back().column, words.back().text, "this action is not modelled",
                                   "start stop restart reload status save"}};
  return CommandPtr(std::make_shared<ServiceCommand>(*service, *action));
}

// One service after the other.
class Several final : public Command {
 public:
  Several(std::vector<const Service*> services, ServiceAction action)
      : services_(std::move(services)), action_(action) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    auto task = std::make_unique<Work>(*this, machine, io, std::move(done));
    task->next(0);
    return task;
  }

 private:
  class Work final : public Task {
   public:
    Work(const Several& all, Machine& machine, Io& io, Done done)
        : all_(all), machine_(machine), io_(io), done_(std::move(done)) {}
    void next(std::size_t i) {
      if (i == all_.services_.size()) return done_(status_);
      tasks_.push_back(act(*all_.services_[i], all_.action_, machine_, io_, [this, i](int status) {
        status_ = std::max(status_, status);
        next(i + 1);
      }));
    }

   private:
    const Several& all_;
    Machine& machine_;
    Io& io_;
    Done done_;
    int status_ = 0;
    std::vector<std::unique_ptr<Task>> tasks_;
  };

  std::vector<const Service*> services_;
  ServiceAction action_;
};

CommandResultOrError own_units(const Word& action, std::vector<Word> names, bool now) {
  constexpr auto kActions = std::to_array<std::string_view>(
      {"start", "stop", "restart", "try-restart", "condrestart", "reload", "reload-or-restart", "status", "is-active"});
  constexpr auto kEnabling = std::to_array<std::string_view>({"enable", "disable", "is-enabled", "mask", "unmask"});
  std::string does = action.text;
  if (std::ranges::find(kEnabling, does) != kEnabling.end()) {
    if (!now) {
      const std::string said = does == "is-enabled" ? "enabled\n" : "";
      return CommandPtr(std::make_shared<OwnService>(
          std::move(names), [said](const NetworkFiles&) { return NetworkPlan{"printf '" + said + "'\n"}; }));
    }
    does = does == "enable" ? "start" : "stop";
  }
  if (std::ranges::find(kActions, does) == kActions.end())
    return base::Error{SyntaxError{action.column, does, "this action of systemctl is not modelled",
                                   "start stop restart reload enable disable status is-active is-enabled"}};
  return CommandPtr(std::make_shared<OwnService>(
      names, [names, does](const NetworkFiles& files) { return plan_units(files, does, names); }));
}

}  // namespace

bool is_service(std::string_view name) {
  const Service* const service = find_service(name);
  return service != nullptr && is_modelled(*service);
}

CommandResultOrError parse_service(const std::vector<Word>& words) {
  if (words.size() < 2)
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "a service is missing behind this", known_services()}};
  if (words[1].text.starts_with('-'))
    return base::Error{
        SyntaxError{words[1].column, words[1].text, "options of service are not modelled", known_services()}};
  return service_action(words[1], words[1].text, words, 2);
}

// /etc/init.d/NAME ACTION, which the shell hands over as one word.
CommandResultOrError parse_init_script(const std::vector<Word>& words) {
  const std::string& path = words[0].text;
  return service_action(words[0], path.substr(path.rfind('/') + 1), words, 1);
}

CommandResultOrError parse_systemctl(const std::vector<Word>& words) {
  constexpr std::string_view kKnown =
      "start stop restart reload enable disable status is-active is-enabled daemon-reload";
  std::vector<Word> rest;
  for (const Word& word : words)
    if (word.text != "--now" && word.text != "--no-pager" && word.text != "-q" && word.text != "--quiet")
      rest.push_back(word);
  const bool now = std::ranges::find(words, "--now", &Word::text) != words.end();
  if (rest.size() < 2)
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "an action is missing behind this", std::string(kKnown)}};
  const std::string& name = rest[1].text;
  if (name == "daemon-reload" && rest.size() == 2) return refusal(0, {});
  std::vector<const Service*> services;
  std::vector<Word> named;
  bool own = false;
  const bool ends = name == "stop" || name == "disable" || name == "mask";
  for (std::size_t i = 2; i < rest.size(); ++i) {
    if (ends && is_absent_service(rest[i].text)) {
      if (i + 1 == rest.size() && services.empty()) return refusal(0, {});
      continue;
    }
    const Service* const service = find_service(rest[i].text);
    const bool plain = rest[i].text.find_first_not_of(kNameLetters) == std::string::npos;
    if (service == nullptr ? !plain : !is_modelled(*service))
      return base::Error{SyntaxError{rest[i].column, rest[i].text, "this service is not modelled", known_services()}};
    own = own || service == nullptr;
    named.push_back(rest[i]);
    services.push_back(service);
  }
  if (own) return own_units(rest[1], std::move(named), now);
  if (services.empty())
    return base::Error{SyntaxError{rest[1].column, name, "a service is missing behind this", known_services()}};
  if (name == "enable" || name == "disable" || name == "is-enabled" || name == "unmask" || name == "mask") {
    if (!now) return refusal(0, {}, name == "is-enabled" ? "enabled\n" : "");
    return CommandPtr(
        std::make_shared<Several>(std::move(services), name == "enable" ? ServiceAction::start : ServiceAction::stop));
  }
  if (name == "is-active" || name == "status") {
    return instant([services, brief = name == "is-active"](Machine& machine, Io& io) {
      int status = 0;
      for (const Service* service : services) {
        const bool runs = is_running(machine, *service, io.pid);
        if (!runs) status = 3;
        io.print(brief ? fmt::format("{}\n", runs ? "active" : "inactive")
                       : fmt::format("{}.service\n     Active: {}\n", service->name,
                                     runs ? "active (running)" : "inactive (dead)"));
      }
      return status;
    });
  }
  const auto action = action_of(name);
  if (!action || *action == ServiceAction::save)
    return base::Error{
        SyntaxError{rest[1].column, name, "this action of systemctl is not modelled", std::string(kKnown)}};
  return CommandPtr(std::make_shared<Several>(std::move(services), *action));
}

}  // namespace lvs::control
