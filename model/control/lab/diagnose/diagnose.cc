// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "control/lab/diagnose/view.h"
#include "control/lab/text.h"
#include "control/programs/net-tools/socket-list.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

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

// Commands that put packets on the wire; all others set up, look or wait.
constexpr auto kSenders = std::to_array<std::string_view>(
    {"ping", "arping", "curl", "wget", "nc", "ab", "telnet", "ftp", "tcpreplay", "dig", "ssh"});

bool sends(const LabEvent& event) {
  if (std::holds_alternative<LabInject>(event.what)) return true;
  const auto* command = std::get_if<LabCommand>(&event.what);
  if (command == nullptr) return false;
  std::string_view text = command->text;
  constexpr std::string_view kBreaks = " \t\n;|&(){}\"'`/";
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(kBreaks);
    if (begin == std::string_view::npos) return false;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kBreaks));
    if (std::ranges::find(kSenders, word) != kSenders.end()) return true;
    text.remove_prefix(word.size());
  }
  return false;
}

// The addresses behind curl, nc and the like.
std::vector<base::Ipv4Addr> asked_addresses(std::string_view text) {
  std::vector<base::Ipv4Addr> result;
  constexpr auto kClients = std::to_array<std::string_view>({"curl ", "nc ", "ab ", "wget ", "telnet "});
  if (std::ranges::none_of(kClients, [&](std::string_view name) { return text.find(name) != text.npos; }))
    return result;
  constexpr std::string_view kDigits = "0123456789.";
  while (!text.empty()) {
    const std::size_t begin = text.find_first_of(kDigits);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_not_of(kDigits));
    if (const auto addr = base::Ipv4Addr::parse(word)) result.push_back(*addr);
    text.remove_prefix(word.size());
  }
  return result;
}

// Who talks to whom between two looks.
class Listener {
 public:
  explicit Listener(LabModel& model) : model_(model) {
    model.on_frame = [this](const LabModel::SentFrame& frame) { see(frame); };
  }

  void next_window() { windows_.emplace_back(); }
  const View::Speakers& speakers() const { return speakers_; }
  std::vector<std::vector<Flow>> windows() const {
    std::vector<std::vector<Flow>> result;
    for (const auto& window : windows_) {
      result.emplace_back();
      for (const auto& [key, flow] : window) result.back().push_back(flow);
    }
    return result;
  }

 private:
  void see(const LabModel::SentFrame& frame) {
    constexpr std::size_t kPorts = 4;
    const base::ByteView bytes = frame.bytes;
    if (bytes.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize || base::load_be16(bytes.data() + 12) != 0x0800)
      return;
    const wire::ConstIpv4 ip{bytes.data() + wire::Ethernet::kSize};
    if (ip.fragment_offset() != 0) return;
    const bool own = model_.machine(frame.host).host().fib.is_local(ip.src());
    if (ip.protocol() != ipvs::IpProto::icmp) {
      bool& always = speakers_.try_emplace({frame.host, ip.src()}, own).first->second;
      always = always && own;
    }
    if (!frame.injected && !own) return;  // only forwards it
    Flow flow{frame.host, ip.src(), ip.dst(), ip.protocol(), 0, ip.total_length(), ip.dont_fragment(), !frame.injected};
    const bool ports = flow.protocol == ipvs::IpProto::tcp || flow.protocol == ipvs::IpProto::udp ||
                       flow.protocol == ipvs::IpProto::sctp;
    const std::size_t transport = wire::Ethernet::kSize + ip.header_size();
    if (ports && bytes.size() >= transport + kPorts) flow.port = base::load_be16(bytes.data() + transport + 2);
    const auto [at, fresh] = windows_.back().try_emplace(flow.key(), flow);
    if (fresh || at->second.size >= flow.size) return;
    at->second.size = flow.size;
    at->second.dont_fragment = flow.dont_fragment;
  }

  LabModel& model_;
  std::vector<std::map<decltype(Flow{}.key()), Flow>> windows_{1};
  View::Speakers speakers_;
};

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
              {h, hop.route.src, service->key.addr, service->key.protocol, service->key.port, 0, false, false});
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

class Diagnosis {
 public:
  explicit Diagnosis(const LabScript& script) : script_(script), lab_(*script.lab) {}

  LabDiagnosis run() {
    listen();
    watch();
    if (talked_) return std::move(result_);
    // Nobody sends anything to a service: whoever could be a client is taken for one.
    guess_ = true;
    result_ = {};
    known_.clear();
    looks_ = 0;
    watch();
    return std::move(result_);
  }

 private:
  void listen() {
    LabModel model(script_);
    Listener listener(model);
    model.before_event = [&](const LabEvent& event, base::Time) {
      if (sends(event)) listener.next_window();
      note_listeners(model);
    };
    model.run();
    note_listeners(model);
    windows_ = listener.windows();
    speakers_ = listener.speakers();
  }

  void note_listeners(LabModel& model) {
    for (std::size_t h = 0; h < lab_.hosts.size(); ++h) {
      for (const SocketLine& each : list_sockets(model.machine(h), true, true)) {
        const bool listens = each.tcp ? each.state == host::TcpState::listen : each.remote.port == 0;
        if (listens) listeners_.insert({h, each.tcp, each.local.addr, each.local.port});
      }
    }
  }

  void watch() {
    LabModel model(script_);
    std::size_t window = 0;
    bool starting = true;
    model.before_event = [&](const LabEvent& event, base::Time at) {
      starting = false;
      if (sends(event)) look(model, windows_[++window], &event, at);
    };
    model.on_result = [&](const CommandResult& result) {
      if (starting && result.status != 0) failed(result);
    };
    model.on_endless = [&](std::size_t host, const LabPlace& place, const std::string& text, std::size_t behind) {
      endless(lab_.hosts[host].name, starting, place, text, behind);
    };
    result_.whole = model.run();
    if (looks_ == 0) look(model, windows_.back(), nullptr, {});
    look_back(model);
  }

  void failed(const CommandResult& result) {
    std::string said = result.err.substr(0, result.err.find('\n'));
    LabFinding finding;
    finding.rule = kLineFailed;
    finding.host = result.host;
    finding.text = fmt::format("startup line \"{}\" fails with status {}{}{}", result.command, result.status,
                               said.empty() ? "" : ": ", said);
    while (finding.text.ends_with('.')) finding.text.pop_back();
    finding.cure = "what its message says; the line has no effect";
    result_.findings.push_back(std::move(finding));
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
    finding.cure = "& at its end, or an option that ends it (ping -c, nc -w)";
    result_.findings.push_back(std::move(finding));
  }

  // At the end: with everything that was sent, and no line that would send more.
  void look_back(LabModel& model) {
    std::vector<Flow> all;
    std::set<decltype(Flow{}.key())> known;
    for (const auto& window : windows_) {
      for (const Flow& flow : window)
        if (known.insert(flow.key()).second) all.push_back(flow);
    }
    const View view(model, std::move(all), speakers_);
    Findings now;
    for (const Rule& rule : kFinalRules) rule.check(view, now);
    for (const Findings::Each& each : now.all) result_.findings.push_back(each.finding);
  }

  void look(LabModel& model, std::vector<Flow> flows, const LabEvent* event, base::Time at) {
    if (guess_) {
      const std::vector<Flow> guessed = guessed_flows(model);
      flows.insert(flows.end(), guessed.begin(), guessed.end());
    }
    Findings now;
    View view(model, std::move(flows), speakers_);
    view.ask(asked_by(model, event));
    view.hear(listeners_);
    talked_ = talked_ || std::ranges::any_of(view.flows(), [&](const Flow& flow) {
                return flow.port != 0 && is_virtual(view, flow.dst);
              });
    for (const Rule& rule : all_rules())
      if (rule.check != nullptr) rule.check(view, now);
    for (const Findings::Each& each : now.all) {
      if (!known_.emplace(each.finding.rule, each.finding.host, each.subject).second) continue;
      result_.findings.push_back(each.finding);
      if (looks_ > 0) result_.findings.back().since = at;
    }
    ++looks_;
  }

  static std::vector<View::Asked> asked_by(LabModel& model, const LabEvent* event) {
    std::vector<View::Asked> asked;
    const auto* command = event == nullptr ? nullptr : std::get_if<LabCommand>(&event->what);
    if (command == nullptr) return asked;
    for (const base::Ipv4Addr dst : asked_addresses(command->text))
      if (!model.machine(event->host).host().fib.is_local(dst)) asked.push_back({event->host, dst});
    return asked;
  }

  const LabScript& script_;
  const Lab& lab_;
  std::vector<std::vector<Flow>> windows_;
  View::Speakers speakers_;
  View::Listeners listeners_;
  bool talked_ = false;  // to a service
  bool guess_ = false;
  std::size_t looks_ = 0;
  std::set<std::tuple<std::string, std::string, std::string>> known_;  // rule, host, subject
  LabDiagnosis result_;
};

}  // namespace
}  // namespace diagnosis

std::string LabFinding::sentence() const {
  const std::string when = since ? fmt::format("from {} s on: ", lab_text::seconds_text(*since)) : std::string();
  return fmt::format("{}: {}{}. Cure: {} [{}]", host, when, text, cure, rule);
}

std::vector<LabRule> lab_rules() {
  std::vector<LabRule> rules;
  for (const diagnosis::Rule& rule : diagnosis::all_rules()) rules.push_back(rule.about);
  for (const diagnosis::Rule& rule : diagnosis::kFinalRules) rules.push_back(rule.about);
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
