// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/grade/probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/lab/grade/marks.h"

namespace lvs::control {

using namespace std::chrono_literals;

namespace {

constexpr base::Time kPause = 1s;  // behind the timeline

class Builder {
 public:
  Builder(const Lab& lab, const Check& check, std::size_t number) : lab_(lab), check_(check), mark_(mark_of(number)) {
    base::Time last{};
    for (const LabEvent& event : lab_.timeline) last = std::max(last, event.at);
    std::erase_if(lab_.timeline, [](const LabEvent& event) { return std::holds_alternative<LabEnd>(event.what); });
    begin_ = check.at.value_or(lab_.timeline.empty() ? base::Time{kPause} : last + kPause);
  }

  void add(const std::string& host, const std::string& command, base::Time after) {
    const LabHost* const who = lab_.find_host(host);
    insert(
        {check_.place, begin_ + after, static_cast<std::size_t>(who - lab_.hosts.data()), LabCommand{command + mark_}});
  }
  void insert(LabEvent event) {
    event.place = check_.place;
    const auto later = [](base::Time at, const LabEvent& other) { return at < other.at; };
    lab_.timeline.insert(std::upper_bound(lab_.timeline.begin(), lab_.timeline.end(), event.at, later), event);
  }
  void begin_at(base::Time at) { begin_ = at; }

  void operator()(const FetchCheck& check) {
    for (unsigned i = 0; i < check.times; ++i) add(check.client, fetch_command(check.url, "2"), i * base::Time(100ms));
  }
  void operator()(const PingCheck& check) { add(check.client, "ping -c 2 -W 1 " + check.address.text(), {}); }
  void operator()(const ReplyCheck& check) {
    for (int i = 0; i < 2; ++i) add(check.client, fetch_command(check.url, "2"), i * base::Time(100ms));
  }
  void operator()(const ArpCheck& check) {
    base::Time after{};
    for (const auto& [host, interface] : check.questions) {
      add(host, fmt::format("arping -c 1 -I {} {}", interface, check.address.text()), after);
      after += 100ms;
    }
    if (!check.uses) return;
    for (int i = 0; i < 4; ++i) add(check.client, fetch_command(check.url, "2"), i * base::Time(100ms));
  }
  void operator()(const CommandCheck& check) { add(check.host, check.command, {}); }
  // One request a second from the first second on; none holds up another.
  void operator()(const FailCheck& check) {
    if (!check_.at) begin_at(1s);
    for (unsigned i = 0; i < check.requests; ++i)
      add(check.client, "( " + fetch_command(check.url, "0.9") + "; echo \"status $?\" ) &", base::Time(1s) * i);
    add(check.client, "true", base::Time(1s) * check.requests + 1s);
    if (!check.event) return;
    insert(*check.event);
    if (std::holds_alternative<LabPower>(check.event->what) && lab_.model_only.empty())
      lab_.model_only = "a check switches a machine off";
  }
  void operator()(const DiagnosisCheck&) {}

  Lab take() { return std::move(lab_); }

 private:
  static std::string fetch_command(const std::string& url, const char* patience) {
    return fmt::format("curl -sS --max-time {} {}", patience, url);
  }

  Lab lab_;
  const Check& check_;
  std::string mark_;
  base::Time begin_{};
};

}  // namespace

Lab with_probes(const Lab& lab, const Check& check, std::size_t number) {
  if (std::holds_alternative<DiagnosisCheck>(check.what)) return lab;
  Builder builder(lab, check, number);
  std::visit(builder, check.what);
  return builder.take();
}

}  // namespace lvs::control
