// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "control/lab/diagnose/listener.h"
#include "control/lab/diagnose/loss.h"
#include "control/lab/diagnose/probe.h"
#include "control/lab/diagnose/proof.h"
#include "control/lab/diagnose/proxy.h"
#include "control/lab/diagnose/view.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace diagnosis {
namespace {

std::vector<Rule> all_rules() {
  std::vector<Rule> rules;
  for (const auto* some : {&kServiceRules, &kNatRules, &kDirectRules, &kTunnelRules, &kArpRules, &kWayRules})
    rules.insert(rules.end(), some->begin(), some->end());
  return rules;
}

constexpr std::string_view kLineFailed = "line-failed", kLineEndless = "line-endless";

// One from every host that could be a client to every service.
std::vector<Flow> guessed_flows(LabModel& model) {
  const View::Speakers nobody;
  const View view(model, {}, nobody);
  std::vector<Flow> flows;
  for (std::size_t d = 0; d < view.hosts(); ++d) {
    for (const ipvs::VirtualService* service : view.services(d)) {
      if (service->key.fwmark != 0) continue;
      for (std::size_t h = 0; h < view.hosts(); ++h) {
        const bool forwards = view.host(h).sysctls.get(host::Ipv4Key::ip_forward) != 0;
        if (view.is_director(h) || forwards || view.is_server_of(h, service->key.addr)) continue;
        const Hop hop = view.hop(h, service->key.addr, {});
        if (hop.route.type == host::RouteType::unicast)
          flows.push_back(
              {h, hop.route.src, service->key.addr, service->key.protocol, service->key.port, 0, false, false, true});
      }
    }
  }
  return flows;
}

bool is_virtual(const View& view, base::Ipv4Addr addr) {
  for (std::size_t h = 0; h < view.hosts(); ++h) {
    if (!view.services_of(h, addr).empty()) return true;
    const auto marked = [](const ipvs::VirtualService* service) { return service->key.fwmark != 0; };
    if (view.is_local(h, addr) && std::ranges::any_of(view.services(h), marked)) return true;
  }
  return false;
}

// What a rule suspects, and from when on.
struct Suspicion {
  Findings::Each what;
  std::optional<base::Time> since;  // nothing: from the start
  std::size_t event = 0;            // of the timeline, that is looked at before it
  base::Time at{};                  // its time
  std::optional<LabEvidence> shown;
};

class Diagnosis {
 public:
  explicit Diagnosis(const LabScript& script)
      : script_(script), lab_(*script.lab), heard_(script), proof_(heard_.record(), lab_, heard_.zero()) {}

  LabDiagnosis run() {
    windows_ = heard_.windows();
    watch();
    for (Suspicion& each : suspicions_) settle(each);
    result_.findings.insert(result_.findings.end(), losses_.begin(), losses_.end());
    const auto asks = [this](base::Time at, std::size_t host, const std::string& url, const std::string& name) {
      return said_on_copy(
          script_, at, host,
          fmt::format("curl -s -m 5 -o /dev/null -w '%{{http_code}}' -H 'Host: {}' 'http://{}'", name, url));
    };
    auto proxies =
        find_proxy_mistakes({heard_.http(), proof_.connections(), heard_.listeners(), lab_, heard_.zero(), asks});
    std::ranges::move(proxies, std::back_inserter(result_.findings));
    auto masters = vrrp();  // first: much else may come of them
    result_.findings.insert(result_.findings.begin(), std::make_move_iterator(masters.begin()),
                            std::make_move_iterator(masters.end()));
    if (!works()) result_.findings.insert(result_.findings.begin(), lines_.begin(), lines_.end());
    std::ranges::move(endless_, std::back_inserter(result_.findings));
    return std::move(result_);
  }

 private:
  void watch() {
    LabModel model(script_);
    std::size_t window = 0;
    bool starting = true;
    model.before_event = [&](const LabEvent& event, base::Time at) {
      starting = false;
      if (!sends(event)) return;
      look(model, windows_[++window], &event, at);
    };
    model.on_result = [&](const CommandResult& result) {
      // A port that firewalld would have to open is open where it is off.
      const bool open_anyway = result.err.starts_with("FirewallD is not running");
      if (starting && result.status != 0 && !result.err.empty() && !open_anyway) failed(result);
    };
    model.on_endless = [&](std::size_t host, const LabPlace& place, const std::string& text, std::size_t behind) {
      endless(lab_.hosts[host].name, starting, place, text, behind);
    };
    result_.whole = model.run();
    guess_ = !talked_;  // nobody sends anything to a service: whoever could be a client is taken for one
    if (guess_) looks_ = 0;
    if (guess_) look(model, windows_.back(), nullptr, model.now() - model.zero());
    look_back(model);
  }

  // Who is master is known after some seconds; a lab that ends before goes on on a copy.
  std::vector<LabFinding> vrrp() const {
    constexpr base::Time kLong = std::chrono::seconds(12);
    if (!heard_.has_guards()) return {};
    if (!heard_.adverts().empty() && heard_.end() - heard_.adverts().front().at >= kLong)
      return find_vrrp_mistakes(heard_.adverts(), heard_.record(), lab_, heard_.zero());
    Lab lab = lab_;
    lab.timeline.resize(lines_that_run());
    lab.timeline.push_back({{"probe", 1}, heard_.end() - heard_.zero() + kLong, 0, LabCommand{"true"}});
    const auto script = parse_script(lab);
    if (!script) return {};
    const Listener longer(*script);
    auto found = find_vrrp_mistakes(longer.adverts(), longer.record(), lab_, longer.zero());
    for (LabFinding& each : found) each.shown->probe = "12 s longer";
    return found;
  }

  void failed(const CommandResult& result) {
    const std::string said = result.err.substr(0, result.err.find('\n'));
    LabFinding finding;
    finding.rule = kLineFailed;
    finding.host = result.host;
    finding.text = fmt::format("startup line \"{}\" fails with status {}: {}", result.command, result.status, said);
    while (finding.text.ends_with('.')) finding.text.pop_back();
    finding.cure = {trace::AdviceId::read_message, {}, {result.command, said}};
    lines_.push_back(std::move(finding));
  }

  void endless(const std::string& host, bool starting, const LabPlace& place, const std::string& text,
               std::size_t behind) {
    LabFinding finding;
    finding.rule = kLineEndless;
    finding.host = host;
    finding.text = fmt::format("{}line \"{}\" ({}) does not end: ", starting ? "startup " : "", text, place.text());
    finding.text += starting      ? "what is behind it and the timeline never run"
                    : behind == 0 ? "the run has no end"
                                  : fmt::format("{} line{} behind it never run", behind, behind == 1 ? "" : "s");
    finding.cure = {trace::AdviceId::end_line, {}, {text}};
    endless_.push_back(std::move(finding));
  }

  // At the end: with everything that was sent, and no line that would send more.
  void look_back(LabModel& model) {
    std::vector<Flow> all;
    std::set<decltype(Flow{}.key())> known;
    for (const auto& window : windows_) {
      for (const Flow& flow : window)
        if (known.insert(flow.key()).second) all.push_back(flow);
    }
    const View view(model, std::move(all), heard_.speakers());
    Findings now;
    for (const Rule& rule : kFinalRules) rule.check(view, now);
    for (Findings::Each& each : now.all) suspicions_.push_back({std::move(each), {}, lab_.timeline.size(), {}});
    for (Suspicion& each : suspicions_) each.shown = proof_.find(each.what, each.since.value_or(base::Time::min()));
    note_losses(view);
  }

  // Connections that nothing that was suspected, and is shown, explains.
  void note_losses(const View& view) {
    const auto explained = [&](const Connection& connection) {
      return std::ranges::any_of(suspicions_, [&](const Suspicion& each) {
        const bool there = lab_.hosts[connection.shown->where].name == each.what.finding.host;
        const auto about = [&](const Concern& concern) {
          return is_about(concern, connection) ||
                 (there && concern.dst == connection.tuple.dst && concern.port == connection.tuple.dport);
        };
        return each.shown && std::ranges::any_of(each.what.concerns, about);
      });
    };
    const auto is_virtual = [&](const Connection& connection) {
      const Tuple& tuple = connection.tuple;
      return !connection.chosen.empty() || taken_.contains({connection.host, tuple.dst, tuple.protocol, tuple.dport});
    };
    Findings found;
    std::vector<LabEvidence> shown;
    find_losses(view, {proof_, heard_.end(), is_virtual, explained}, found, shown);
    for (std::size_t i = 0; i < found.all.size(); ++i) {
      losses_.push_back(std::move(found.all[i].finding));
      losses_.back().shown = std::move(shown[i]);
    }
  }

  void look(LabModel& model, std::vector<Flow> flows, const LabEvent* event, base::Time at) {
    if (guess_) {
      const std::vector<Flow> guessed = guessed_flows(model);
      flows.insert(flows.end(), guessed.begin(), guessed.end());
    }
    Findings now;
    View view(model, std::move(flows), heard_.speakers());
    view.ask(asked_by(event));
    view.hear(heard_.listeners());
    talked_ = talked_ || std::ranges::any_of(view.flows(), [&](const Flow& flow) {
                return flow.port != 0 && is_virtual(view, flow.dst);
              });
    for (const View::Taken& each : view.taken())
      taken_.emplace(each.flow.host, each.flow.dst, each.flow.protocol, each.flow.port);
    for (const Rule& rule : all_rules()) {
      now.about_nothing();
      if (rule.check != nullptr) rule.check(view, now);
    }
    const std::size_t index =
        event == nullptr ? lines_that_run() : static_cast<std::size_t>(event - lab_.timeline.data());
    for (Findings::Each& each : now.all) {
      // An address that a director had is on its way to another: packets of the lab show whether that is too slow.
      if (each.finding.rule == "vip-not-on-director" && held_.contains(each.subject)) {
        for (Concern& concern : each.concerns) concern.may_probe = false;
      }
      const auto [known, fresh] =
          known_.try_emplace({each.finding.rule, each.finding.host, each.subject}, suspicions_.size());
      if (fresh) {
        suspicions_.push_back({std::move(each), looks_ > 0 ? std::optional(at) : std::nullopt, index, at});
      } else {
        auto& concerns = suspicions_[known->second].what.concerns;
        concerns.insert(concerns.end(), each.concerns.begin(), each.concerns.end());
      }
    }
    for (const View::Taken& each : view.taken()) {
      if (view.is_local(each.director, each.service.key.addr)) held_.insert(each.service.key.addr.text());
    }
    ++looks_;
  }

  // Without the end of the lab.
  std::size_t lines_that_run() const {
    const std::size_t lines = lab_.timeline.size();
    return lines != 0 && std::holds_alternative<LabEnd>(lab_.timeline.back().what) ? lines - 1 : lines;
  }

  static std::vector<View::Asked> asked_by(const LabEvent* event) {
    std::vector<View::Asked> asked;
    const auto* command = event == nullptr ? nullptr : std::get_if<LabCommand>(&event->what);
    if (command == nullptr) return asked;
    for (const base::Ipv4Addr dst : asked_addresses(command->text)) asked.push_back({event->host, dst});
    return asked;
  }

  // A suspicion that the run shows, or a connection tried on a copy of the lab, is a finding.
  void settle(Suspicion& each) {
    if (!each.shown) each.shown = fails_at_once(each);
    if (!each.shown) each.shown = try_it(each);
    if (!each.shown || is_experiment(each)) return;
    LabFinding finding = each.what.finding;
    finding.since = each.since;
    finding.shown = std::move(each.shown);
    result_.findings.push_back(std::move(finding));
  }

  // Frames that a lab injects for a closed port beside those for its services.
  bool is_experiment(const Suspicion& each) const {
    if (each.what.finding.rule != "no-service") return false;
    return std::ranges::all_of(each.what.concerns, [&](const Concern& concern) {
      const auto same = [&](const auto& taken) { return std::get<1>(taken) == concern.dst; };
      return !concern.may_probe && std::ranges::any_of(taken_, same);
    });
  }

  // Nothing may come to the wire of what has no route, or goes to the client itself.
  std::optional<LabEvidence> fails_at_once(const Suspicion& each) const {
    const std::string_view rule = each.what.finding.rule;
    if (each.event >= lab_.timeline.size() || (rule != "client-no-route" && rule != "client-has-vip"))
      return std::nullopt;
    const LabEvent& event = lab_.timeline[each.event];
    if (!heard_.has_failed(event)) return std::nullopt;
    return LabEvidence{each.at, fmt::format("\"{}\" fails", std::get<LabCommand>(event.what).text), {}, {}};
  }

  std::optional<LabEvidence> try_it(const Suspicion& each) {
    constexpr std::size_t kMostRuns = 12;
    std::vector<const Concern*> tried;
    for (const Concern& concern : each.what.concerns) {
      const auto same = [&](const Concern* other) { return same_probe(*other, concern); };
      if (!can_probe(concern) || std::ranges::any_of(tried, same)) continue;
      tried.push_back(&concern);
      if (tried.size() > 2 || ++probes_ > kMostRuns) return std::nullopt;
      if (auto shown = probe(script_, each.event, each.at, concern, each.what)) return shown;
    }
    return std::nullopt;
  }

  // Services are asked, and all that ask get an answer.
  bool works() const {
    if (!result_.findings.empty()) return false;
    bool any = false;
    for (const Connection& each : proof_.connections()) {
      if (each.chosen.empty()) continue;
      if (each.failed()) return false;
      any = true;
    }
    return any;
  }

  const LabScript& script_;
  const Lab& lab_;
  Listener heard_;
  Proof proof_;
  std::vector<std::vector<Flow>> windows_;
  bool talked_ = false;  // to a service
  bool guess_ = false;
  std::size_t looks_ = 0, probes_ = 0;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known_;  // rule, host, subject
  std::vector<Suspicion> suspicions_;
  std::set<std::string> held_;  // VIPs that a director had at an earlier look
  std::set<std::tuple<std::size_t, base::Ipv4Addr, ipvs::IpProto, std::uint16_t>> taken_;
  std::vector<LabFinding> losses_, lines_, endless_;
  LabDiagnosis result_;
};

}  // namespace
}  // namespace diagnosis

std::string LabFinding::sentence() const {
  const std::string when = since ? fmt::format("from {} s on: ", lab_text::seconds_text(*since)) : std::string();
  return fmt::format("{}: {}{}.{} Cure: {} [{}]", host, when, text, shown ? " " + shown->sentence() : "",
                     trace::text_of(cure), rule);
}

std::string LabEvidence::sentence() const {
  const std::string seconds = lab_text::seconds_text(std::chrono::round<std::chrono::microseconds>(at));
  if (!probe.empty()) return fmt::format("Tried at {} s on a copy ({}): {}.", seconds, probe, text);
  return fmt::format("Seen at {} s: {}{}.", seconds, text, walk.empty() ? "" : " (walk " + walk + ")");
}

std::vector<LabRule> lab_rules() {
  std::vector<LabRule> rules;
  for (const diagnosis::Rule& rule : diagnosis::all_rules()) rules.push_back(rule.about);
  for (const diagnosis::Rule& rule : diagnosis::kFinalRules) rules.push_back(rule.about);
  rules.insert(rules.end(), diagnosis::kLossRules.begin(), diagnosis::kLossRules.end());
  rules.insert(rules.end(), diagnosis::kVrrpRules.begin(), diagnosis::kVrrpRules.end());
  rules.insert(rules.end(), diagnosis::kProxyRules.begin(), diagnosis::kProxyRules.end());
  rules.push_back({diagnosis::kLineFailed, "a startup line fails"});
  rules.push_back({diagnosis::kLineEndless, "a line that others wait for does not end"});
  std::ranges::sort(rules, {}, &LabRule::name);
  return rules;
}

LabDiagnosis diagnose(const LabScript& script) { return diagnosis::Diagnosis(script).run(); }

LabDiagnosis diagnose(const Lab& lab) {
  const auto script = parse_script(lab);
  return script ? diagnose(*script) : LabDiagnosis{};
}

}  // namespace lvs::control
