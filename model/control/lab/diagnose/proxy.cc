// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/proxy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/numbers.h"
#include "wire/walk.h"

namespace lvs::control::diagnosis {
namespace {

constexpr unsigned kBadGateway = 502, kGatewayTimeout = 504;

// The value of a field of the head, in either case.
std::string field(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2);
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        !std::ranges::equal(line.substr(0, name.size()), name, same))
      continue;
    std::string_view value = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return {};
}

// A connection to a server, and the proxy's answer that came of it.
struct Failure {
  const Connection* to;
  const HttpSaid* answer;
};

class Judge {
 public:
  explicit Judge(const ProxyEvidence& of) : of_(of) {}

  std::vector<LabFinding> run() {
    for (const HttpSaid& each : of_.said) {
      if (each.status == kBadGateway || each.status == kGatewayTimeout) look(each);
      if (each.status == 0) asked(each);
    }
    loops();
    return std::move(found_);
  }

 private:
  const std::string& name(std::size_t host) const { return of_.lab.hosts[host].name; }

  void add(std::size_t host, std::string_view rule, const std::string& subject, std::string text, trace::Advice cure,
           const HttpSaid& shown, const std::string& what) {
    if (!known_.emplace(host, rule, subject).second) return;
    LabFinding finding;
    finding.rule = rule;
    finding.host = name(host);
    finding.text = std::move(text);
    finding.cure = std::move(cure);
    finding.shown = LabEvidence{shown.at - of_.zero, what, {}, {}};
    found_.push_back(std::move(finding));
  }

  static std::string server(const Tuple& tuple) { return fmt::format("{}:{}", tuple.dst.text(), tuple.dport); }

  // The proxy says that its servers are to blame: which of its connections was the last one?
  void look(const HttpSaid& answer) {
    const Connection* last = nullptr;
    for (const Connection& each : of_.connections)
      if (each.host == answer.host && each.tuple.protocol == wire::IpProto::tcp && each.begin <= answer.at &&
          each.tuple.src != answer.tuple.src)
        last = &each;
    if (last == nullptr) return;
    const std::string what =
        fmt::format("{} answers {} to {}", name(answer.host), answer.status, answer.tuple.dst.text());
    if (last->outcome == Outcome::refused) return refused({last, &answer}, what);
    if (answer.status == kGatewayTimeout) return late({last, &answer}, what);
    if (last->outcome == Outcome::request_lost) unreached({last, &answer}, what);
  }

  void refused(const Failure& failure, const std::string& what) {
    const Tuple& to = failure.to->tuple;
    std::set<std::uint16_t> ports;
    const std::size_t at = failure.to->shown == nullptr ? of_.lab.hosts.size() : failure.to->shown->origin;
    for (const View::Listener& each : of_.listeners)
      if (each.tcp && each.host == at && (each.addr.is_any() || each.addr == to.dst)) ports.insert(each.port);
    const std::string because = fmt::format("{} after {} has refused it", what, server(to));
    if (!ports.empty() && !ports.contains(to.dport)) {
      add(failure.answer->host, "proxy-wrong-port", server(to),
          fmt::format("it sends requests to {}, where nobody listens; on {} there is port {}", server(to), name(at),
                      fmt::join(ports, ", ")),
          {AdviceId::proxy_server, {}, {fmt::format("{}:{}", to.dst.text(), *ports.begin())}}, *failure.answer,
          because);
    } else {
      add(failure.answer->host, "proxy-upstream-down", server(to),
          fmt::format("{} refuses, and no other server is left: its clients get {}", server(to),
                      failure.answer->status),
          {AdviceId::proxy_live_server}, *failure.answer, because);
    }
  }

  // Nobody answered in time. Has the server answered since?
  void late(const Failure& failure, const std::string& what) {
    const Tuple back = failure.to->tuple.reversed();
    const auto answered = std::ranges::find_if(of_.said, [&](const HttpSaid& each) {
      return each.status != 0 && each.tuple == back && each.at >= failure.answer->at;
    });
    const bool delivered =
        std::ranges::any_of(failure.to->requests, [](const Life* each) { return each->fate == Life::Fate::delivered; });
    if (answered != of_.said.end()) {
      const auto seconds = std::chrono::duration<double>(answered->at - failure.to->begin).count();
      add(failure.answer->host, "proxy-timeout-short", server(failure.to->tuple),
          fmt::format("it gives up on {} before the answer comes, which took {:.3g} s", server(failure.to->tuple),
                      seconds),
          {AdviceId::proxy_patience, {}, {fmt::format("{:.3g}", seconds)}}, *failure.answer,
          fmt::format("{}, and {} answers later", what, back.src.text()));
    } else if (!delivered) {
      unreached(failure, what);
    }
  }

  void unreached(const Failure& failure, const std::string& what) {
    add(failure.answer->host, "proxy-upstream-down", server(failure.to->tuple),
        fmt::format("{} does not answer, and no other server is left: its clients get {}", server(failure.to->tuple),
                    failure.answer->status),
        {AdviceId::proxy_live_sooner}, *failure.answer, what);
  }

  // A request with another name than the client has asked for, to a server that then knows no such page.
  void asked(const HttpSaid& request) {
    const HttpSaid* before = nullptr;
    for (const HttpSaid& each : of_.said) {
      if (&each == &request) break;
      const bool same = each.status == 0 && each.host != request.host && rest(each.line) == rest(request.line);
      if (same && each.tuple.dst != request.tuple.dst) before = &each;
    }
    if (before == nullptr) return;
    // Who was asked then is who asks now?
    const bool proxy = std::ranges::any_of(of_.said, [&](const HttpSaid& each) {
      return each.host == request.host && each.status != 0 && each.tuple == before->tuple.reversed();
    });
    if (!proxy) return;
    if (before->asked_as == request.asked_as || before->asked_as.empty()) return;
    const auto answer = std::ranges::find_if(of_.said, [&](const HttpSaid& each) {
      return each.status != 0 && each.tuple == request.tuple.reversed() && each.at >= request.at;
    });
    if (answer == of_.said.end() || answer->status < 400 || answer->status >= 500) return;
    if (!is_the_name(request, before->asked_as, answer->at)) return;
    add(request.host, "proxy-host-header", request.asked_as,
        fmt::format("it asks its server for Host: {} where the client has asked for {}: that server has no such page, "
                    "and answers {}",
                    request.asked_as, before->asked_as, answer->status),
        {AdviceId::setting, {}, {"proxy_set_header Host $host"}}, *answer,
        fmt::format("{} answers {} to \"{}\" with Host: {}", name(answer->host), answer->status, request.line,
                    request.asked_as));
  }

  // A page that is not there under the client's name either is missing for another reason.
  bool is_the_name(const HttpSaid& request, const std::string& name, base::Time at) {
    constexpr std::size_t kMostAsked = 4;
    const std::string_view line = rest(request.line);
    const std::string url = server(request.tuple) + std::string(line.substr(std::min(line.find(' ') + 1, line.size())));
    if (!of_.asks || !line.starts_with("GET ") || (url + name).find('\'') != std::string::npos) return true;
    const auto known = statuses_.find({request.host, url, name});
    if (known != statuses_.end()) return !known->second.starts_with('4');
    if (statuses_.size() >= kMostAsked) return false;
    const std::string status = of_.asks(at - of_.zero, request.host, url, name);
    statuses_[{request.host, url, name}] = status;
    return !status.starts_with('4');
  }

  // "GET /a HTTP/1.1" without the version, which proxies change.
  static std::string_view rest(std::string_view line) { return line.substr(0, line.rfind(' ')); }

  // The same request goes to and fro between two hosts.
  void loops() {
    constexpr std::size_t kTimes = 10;
    std::map<std::tuple<std::size_t, base::Ipv4Addr, std::string>, std::vector<const HttpSaid*>> requests;
    std::map<base::Ipv4Addr, std::size_t> owners;
    for (const HttpSaid& each : of_.said) {
      owners.emplace(each.tuple.src, each.host);
      if (each.status == 0) requests[{each.host, each.tuple.dst, std::string(rest(each.line))}].push_back(&each);
    }
    for (const auto& [key, there] : requests) {
      const auto& [host, to, line] = key;
      const auto other = owners.find(to);
      if (other == owners.end() || there.size() < kTimes || other->second <= host) continue;
      for (const auto& [back_key, back] : requests) {
        const auto back_to = owners.find(std::get<1>(back_key));
        if (std::get<0>(back_key) != other->second || std::get<2>(back_key) != line || back.size() < kTimes ||
            back_to == owners.end() || back_to->second != host)
          continue;
        add(host, "proxy-loop", line,
            fmt::format("it sends \"{}\" to {}, which sends it back: {} times", line, name(other->second),
                        there.size()),
            {AdviceId::proxy_pass}, *there[kTimes - 1],
            fmt::format("\"{}\" goes from {} to {} for the {}th time", line, name(host), name(other->second), kTimes));
      }
    }
  }

  const ProxyEvidence& of_;
  std::set<std::tuple<std::size_t, std::string_view, std::string>> known_;
  std::map<std::tuple<std::size_t, std::string, std::string>, std::string> statuses_;
  std::vector<LabFinding> found_;
};

}  // namespace

const std::vector<LabRule> kProxyRules = {
    {"proxy-host-header",
     "a proxy asks its server for another name than the client has, and the server knows no such page"},
    {"proxy-loop", "two proxies send one request to each other"},
    {"proxy-timeout-short", "a proxy gives up before its server answers"},
    {"proxy-upstream-down", "a proxy has no server left that answers"},
    {"proxy-wrong-port", "a proxy asks a port where its server does not listen"},
};

std::optional<HttpSaid> read_http(base::ByteView bytes) {
  HttpSaid said;
  std::size_t data = 0;
  wire::walk(bytes, wire::Layer::ethernet, 0, [&](const wire::Header& header) {
    if (header.fit != wire::Header::Fit::whole) return false;
    if (header.layer == wire::Layer::ipv4) {
      const wire::ConstIpv4 ip{&bytes[header.offset]};
      said.tuple.src = ip.src();
      said.tuple.dst = ip.dst();
    } else if (header.layer == wire::Layer::tcp) {
      const wire::ConstTcp tcp{&bytes[header.offset]};
      said.tuple.sport = tcp.sport();
      said.tuple.dport = tcp.dport();
      data = tcp.header_size() < wire::Tcp::kMinSize ? 0 : header.offset + header.size;
    }
    return true;
  });
  if (data == 0 || bytes.size() <= data) return std::nullopt;
  said.tuple.protocol = wire::IpProto::tcp;
  constexpr std::size_t kMostHead = 2048;
  std::string_view text(reinterpret_cast<const char*>(bytes.data() + data), std::min(bytes.size() - data, kMostHead));
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  if (line.starts_with("HTTP/1.")) {
    std::string_view digits = line.substr(std::min<std::size_t>(9, line.size()));
    const auto status = base::take_number<unsigned>(digits);
    if (!status || *status < 100 || *status > 599) return std::nullopt;
    said.status = *status;
    return said;
  }
  if (line.find(" HTTP/1.") == std::string_view::npos) return std::nullopt;
  said.line = line;
  said.asked_as = field(text, "Host");
  return said;
}

std::vector<LabFinding> find_proxy_mistakes(const ProxyEvidence& evidence) { return Judge(evidence).run(); }

}  // namespace lvs::control::diagnosis
