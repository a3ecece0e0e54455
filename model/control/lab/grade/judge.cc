// SPDX-License-Identifier: GPL-2.0-or-later
// Who is right: from what the probes printed and from the frames on the interfaces.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "control/lab/grade/frames.h"
#include "control/lab/grade/marks.h"
#include "control/lab/grade/probe.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace {

std::string first_line(std::string_view text) {
  constexpr std::size_t kLongest = 120;
  text = text.substr(0, text.find('\n'));
  return fmt::format("{}{}", text.substr(0, kLongest), text.size() <= kLongest ? "" : "...");
}

std::string seconds_text(base::Time at) { return fmt::format("{:.3f}", std::chrono::duration<double>(at).count()); }

// "curl: (28) Connection timed out after 2001 milliseconds", "status 1".
Seen complaint(const CommandResult& result) {
  const std::string said = first_line(result.err);
  return said.empty() ? Seen{SeenId::status, {std::to_string(result.status)}} : Seen{SeenId::said, {said}};
}

std::vector<std::string> sorted_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(lab_text::trim(text.substr(0, end)));
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::sort(lines);
  return lines;
}

class Judge {
 public:
  Judge(const Lab& lab, std::size_t number, const LabRun& run) : lab_(lab), run_(run) {
    for (const CommandResult& result : run.commands)
      if (result.command.ends_with(mark_of(number))) probes_.push_back(&result);
  }

  Judgement operator()(const FetchCheck& check) const;
  Judgement operator()(const PingCheck& check) const;
  Judgement operator()(const ReplyCheck& check) const;
  Judgement operator()(const ArpCheck& check) const;
  Judgement operator()(const CommandCheck& check) const;
  Judgement operator()(const FailCheck& check) const;
  Judgement operator()(const DiagnosisCheck&) const { return {}; }  // needs no run

 private:
  struct Connection {
    base::Ipv4Addr address;
    std::uint16_t port;
  };
  // Each frame from `from` on and before `to`, until `look` gives true.
  template <class Look>
  void frames(base::Time from, base::Time to, Look look) const {
    for (const LabCapture& capture : run_.captures)
      for (const CapturedFrame& frame : capture.frames)
        if (frame.at >= from && frame.at < to && look(capture, frame)) return;
  }
  base::Time next_probe(std::size_t number) const {
    return number + 1 < probes_.size() ? probes_[number + 1]->at : base::kNever;
  }
  // The client's side of the connection that a probe has opened.
  std::optional<Connection> connection(const std::string& client, std::size_t probe) const;
  // The host that has answered it first; empty: none.
  std::string answered_by(const std::string& client, std::size_t probe) const;
  Judgement not_run(std::size_t wanted) const {
    return {false, {SeenId::lines_ran, {std::to_string(probes_.size()), std::to_string(wanted)}}, {}, {}};
  }
  Judgement shares(const FetchCheck& check) const;
  Judgement arp_use(const ArpCheck& check) const;

  const Lab& lab_;
  const LabRun& run_;
  std::vector<const CommandResult*> probes_;
};

std::optional<Judge::Connection> Judge::connection(const std::string& client, std::size_t probe) const {
  std::optional<Connection> found;
  frames(probes_[probe]->at, next_probe(probe), [&](const LabCapture& capture, const CapturedFrame& frame) {
    if (capture.host != client || !frame.outbound) return false;
    const auto tcp = tcp_in(frame.bytes);
    if (!tcp || !tcp->syn || tcp->ack) return false;
    found = Connection{tcp->src, tcp->sport};
    return true;
  });
  return found;
}

std::string Judge::answered_by(const std::string& client, std::size_t probe) const {
  const auto mine = connection(client, probe);
  std::string who;
  if (!mine) return who;
  base::Time first = base::kNever;
  frames(probes_[probe]->at, next_probe(probe), [&](const LabCapture& capture, const CapturedFrame& frame) {
    if (!frame.outbound || frame.at >= first) return false;
    const auto tcp = tcp_in(frame.bytes);
    if (!tcp || !tcp->syn || !tcp->ack || tcp->dst != mine->address || tcp->dport != mine->port) return false;
    who = capture.host;
    first = frame.at;
    return false;
  });
  return who;
}

Judgement Judge::operator()(const FetchCheck& check) const {
  if (probes_.size() < check.times) return not_run(check.times);
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    const CommandResult& probe = *probes_[i];
    if (check.can == (probe.status == 0)) continue;
    if (!check.can)
      return {false, {SeenId::page_came, {first_line(probe.out)}}, probe.at, answered_by(check.client, i)};
    return {false,
            {SeenId::request_failed, {std::to_string(i + 1), std::to_string(probes_.size())}, {complaint(probe)}},
            probe.at,
            {}};
  }
  if (check.from.empty()) return {true, {}, {}, {}};
  return shares(check);
}

Judgement Judge::shares(const FetchCheck& check) const {
  std::map<std::string, unsigned> counts;
  for (std::size_t i = 0; i < probes_.size(); ++i) ++counts[answered_by(check.client, i)];
  std::vector<Seen> each;
  for (const auto& [host, count] : counts) {
    const std::string times = std::to_string(count);
    each.push_back(host.empty() ? Seen{SeenId::nobody_answered, {times}} : Seen{SeenId::host_answered, {host, times}});
  }
  const std::string all = std::to_string(probes_.size());
  for (const auto& [host, share] : check.from) {
    const unsigned count = counts[host];
    if (share && *share != count) return {false, {SeenId::shares, {all}, each}, probes_.front()->at, {}};
    if (!share && count == 0) return {false, {SeenId::shares_without, {all, host}, each}, probes_.front()->at, {}};
  }
  return {true, {}, {}, {}};
}

Judgement Judge::operator()(const PingCheck& check) const {
  if (probes_.empty()) return not_run(1);
  const CommandResult& probe = *probes_.front();
  if (check.can == (probe.status == 0)) return {true, {}, {}, {}};
  return {false, {check.can ? SeenId::no_answer : SeenId::was_answered}, probe.at, {}};
}

Judgement Judge::operator()(const ReplyCheck& check) const {
  if (probes_.size() < 2) return not_run(2);
  std::size_t answered = 0;
  Judgement found{check.pass, {}, {}, {}};
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    if (probes_[i]->status != 0) continue;
    ++answered;
    const auto mine = connection(check.client, i);
    if (!mine) continue;
    bool passed = false;
    frames(probes_[i]->at, next_probe(i), [&](const LabCapture& capture, const CapturedFrame& frame) {
      if (capture.host != check.host || frame.outbound) return false;
      const auto tcp = tcp_in(frame.bytes);
      if (!tcp || tcp->dst != mine->address || tcp->dport != mine->port) return false;
      const LabHost& host = *lab_.find_host(check.host);
      const auto interface = std::ranges::find_if(
          host.interfaces, [&](const LabInterface& each) { return each.name() == capture.interface; });
      if (interface == host.interfaces.end() || interface->mac != tcp->to) return false;  // flooded
      passed = true;
      if (!check.pass)
        found = {
            false,
            {SeenId::reply_passed, {check.host, fmt::format("{}:{}", tcp->src.text(), tcp->sport), capture.interface}},
            frame.at,
            check.host};
      return true;
    });
    if (!passed && check.pass) found = {false, {SeenId::reply_elsewhere, {check.host}}, probes_[i]->at, {}};
  }
  if (answered == 0) return {false, {SeenId::no_reply, {}, {complaint(*probes_.front())}}, probes_.front()->at, {}};
  if (!check.pass && !found.at) found.passed = true;
  return found;
}

Judgement Judge::operator()(const ArpCheck& check) const {
  if (check.uses) return arp_use(check);
  if (probes_.size() < check.questions.size()) return not_run(check.questions.size());
  bool owner_answers = false;
  std::map<std::string, base::Time> others;  // when first
  frames(probes_.front()->at, base::kNever, [&](const LabCapture& capture, const CapturedFrame& frame) {
    const auto arp = frame.outbound ? arp_in(frame.bytes) : std::nullopt;
    if (!arp || arp->op != wire::Arp::Op::reply || arp->sender_ip != check.address) return false;
    if (capture.host == check.owner)
      owner_answers = true;
    else
      others.try_emplace(capture.host, frame.at);
    return false;
  });
  if (!others.empty()) {
    Seen who{SeenId::also_answered};
    if (!owner_answers) who = {SeenId::others_answered, {check.owner}};
    for (const auto& [host, at] : others) who.parts.push_back({SeenId::said, {host}});
    return {false, who, others.begin()->second, others.begin()->first};
  }
  if (owner_answers) return {true, {}, {}, {}};
  return {false, {SeenId::arp_silence, {check.owner}}, probes_.front()->at, {}};
}

Judgement Judge::arp_use(const ArpCheck& check) const {
  Judgement found{true, {}, {}, {}};
  frames(base::Time::min(), base::kNever, [&](const LabCapture& capture, const CapturedFrame& frame) {
    const auto arp = frame.outbound && capture.host != check.owner ? arp_in(frame.bytes) : std::nullopt;
    if (!arp || arp->sender_ip != check.address) return false;
    found = {false,
             {arp->op == wire::Arp::Op::request ? SeenId::arp_request_sent : SeenId::arp_reply_sent,
              {capture.host, check.address.text()}},
             frame.at,
             capture.host};
    return true;
  });
  const auto worked = [](const CommandResult* probe) { return probe->status == 0; };
  if (!found.passed || std::ranges::any_of(probes_, worked)) return found;
  if (probes_.empty()) return not_run(4);
  return {false, {SeenId::nobody_asked, {}, {complaint(*probes_.front())}}, probes_.front()->at, {}};
}

Judgement Judge::operator()(const CommandCheck& check) const {
  using How = CommandCheck::How;
  if (probes_.empty()) return not_run(1);
  const CommandResult& probe = *probes_.front();
  const auto verdict = [&](bool passed, Seen what) {
    return Judgement{passed, passed ? Seen{} : std::move(what), probe.at, {}};
  };
  const Seen printed = !probe.out.empty()  ? Seen{SeenId::printed, {first_line(probe.out)}}
                       : probe.err.empty() ? Seen{SeenId::printed_nothing, {std::to_string(probe.status)}}
                                           : Seen{SeenId::complained, {first_line(probe.err)}};
  const bool has = probe.out.find(check.text) != std::string::npos;
  switch (check.how) {
    case How::succeeds: return verdict(probe.status == 0, complaint(probe));
    case How::fails: return verdict(probe.status != 0, {SeenId::succeeded});
    case How::prints: return verdict(has, printed);
    case How::lacks: return verdict(!has, {SeenId::printed_it, {check.text}});
    case How::prints_nothing: return verdict(probe.out.empty(), printed);
    case How::text: return verdict(probe.out == check.text, printed);
    case How::lines: break;
  }
  const std::vector<std::string> wanted = sorted_lines(check.text), got = sorted_lines(probe.out);
  std::vector<std::string> missing, extra;
  std::ranges::set_difference(wanted, got, std::back_inserter(missing));
  std::ranges::set_difference(got, wanted, std::back_inserter(extra));
  Seen what{missing.empty() ? SeenId::unexpected : extra.empty() ? SeenId::missing : SeenId::missing_unexpected};
  for (const auto* lines : {&missing, &extra})
    if (!lines->empty()) what.arguments.push_back(first_line(lines->front()));
  return verdict(missing.empty() && extra.empty(), what);
}

Judgement Judge::operator()(const FailCheck& check) const {
  unsigned failed = 0, ran = 0;
  std::optional<base::Time> first, last;
  Seen why;
  for (const CommandResult* probe : probes_) {
    if (!probe->command.starts_with("( ")) continue;
    ++ran;
    if (probe->out.ends_with("status 0\n")) continue;
    if (failed++ == 0) {
      first = probe->at;
      why = complaint(*probe);
    }
    last = probe->at;
  }
  if (ran < check.requests) return not_run(check.requests);
  if (failed <= check.most) return {true, {}, {}, {}};
  return {false,
          {SeenId::requests_failed,
           {std::to_string(failed), std::to_string(ran), seconds_text(*first), seconds_text(*last)},
           {why}},
          first,
          {}};
}

}  // namespace

Judgement judge(const Lab& lab, const Check& check, std::size_t number, const LabRun& run) {
  return std::visit(Judge(lab, number, run), check.what);
}

}  // namespace lvs::control
