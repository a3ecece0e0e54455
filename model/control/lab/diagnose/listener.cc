// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/listener.h"

#include <algorithm>
#include <array>

#include "control/programs/net-tools/socket-list.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control::diagnosis {
namespace {

constexpr auto kSenders = std::to_array<std::string_view>(
    {"ping", "arping", "curl", "wget", "nc", "ab", "telnet", "ftp", "tcpreplay", "dig", "ssh"});

}  // namespace

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

Listener::Listener(const LabScript& script) : lab_(*script.lab) {
  LabModel model(script);
  record_ = std::make_unique<Record>(model);
  model.on_frame = [&](const LabModel::SentFrame& frame) { see(model, frame); };
  model.before_event = [&](const LabEvent& event, base::Time) {
    record_->attach();
    if (sends(event)) windows_.emplace_back();
    note_listeners(model);
  };
  model.on_result = [&](const CommandResult& result) {
    if (result.status != 0) failed_.emplace(result.host, result.command);
  };
  model.run();
  note_listeners(model);
  zero_ = model.zero();
  end_ = model.now();
  record_->detach();
}

std::vector<std::vector<Flow>> Listener::windows() const {
  std::vector<std::vector<Flow>> result;
  for (const auto& window : windows_) {
    result.emplace_back();
    for (const auto& [key, flow] : window) result.back().push_back(flow);
  }
  return result;
}

bool Listener::has_failed(const LabEvent& event) const {
  const auto* command = std::get_if<LabCommand>(&event.what);
  return command != nullptr && failed_.contains({lab_.hosts[event.host].name, command->text});
}

void Listener::note_listeners(LabModel& model) {
  for (std::size_t h = 0; h < lab_.hosts.size(); ++h) {
    for (const Process* process : model.machine(h).processes().all())
      has_guards_ = has_guards_ || process->name() == "keepalived";
    for (const SocketLine& each : list_sockets(model.machine(h), true, true)) {
      const bool listens = each.tcp ? each.state == host::TcpState::listen : each.remote.port == 0;
      if (listens) listeners_.insert({h, each.tcp, each.local.addr, each.local.port});
    }
  }
}

void Listener::see(LabModel& model, const LabModel::SentFrame& frame) {
  constexpr std::size_t kPorts = 4, kMostAdverts = 100'000, kMostTuples = 100'000;
  if (auto advert = read_advert(frame.bytes); advert && adverts_.size() < kMostAdverts) {
    advert->at = model.now();
    advert->host = frame.host;
    advert->segment = lab_.hosts[frame.host].interfaces[frame.interface].segment;
    adverts_.push_back(std::move(*advert));
  }
  const base::ByteView bytes = frame.bytes;
  if (bytes.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize || base::load_be16(bytes.data() + 12) != 0x0800)
    return;
  const wire::ConstIpv4 ip{bytes.data() + wire::Ethernet::kSize};
  if (ip.fragment_offset() != 0) return;
  const std::size_t transport = wire::Ethernet::kSize + ip.header_size();
  Tuple tuple{ip.protocol(), ip.src(), ip.dst(), 0, 0};
  if (has_ports(ip.protocol()) && bytes.size() >= transport + kPorts) {
    tuple.sport = base::load_be16(bytes.data() + transport);
    tuple.dport = base::load_be16(bytes.data() + transport + 2);
  }
  const bool reply = sent_.contains(tuple.reversed());
  if (!reply && sent_.size() < kMostTuples) sent_.insert(tuple);
  const bool own = model.machine(frame.host).host().fib.is_local(ip.src());
  if (ip.protocol() != ipvs::IpProto::icmp) {
    bool& always = speakers_.try_emplace({frame.host, ip.src()}, own).first->second;
    always = always && own;
  }
  if (!frame.injected && !own) return;  // only forwards it
  constexpr std::size_t kMostHttp = 2000;
  if (auto said = read_http(bytes); said && own && http_.size() < kMostHttp) {
    said->at = model.now();
    said->host = frame.host;
    http_.push_back(std::move(*said));
  }
  Flow flow{frame.host,        ip.src(),           ip.dst(),        ip.protocol(),        0,
            ip.total_length(), ip.dont_fragment(), !frame.injected, frame.injected && own};
  flow.port = tuple.dport;
  flow.reply = reply;
  const auto [at, fresh] = windows_.back().try_emplace(flow.key(), flow);
  if (fresh || at->second.size >= flow.size) return;
  at->second.size = flow.size;
  at->second.dont_fragment = flow.dont_fragment;
}

}  // namespace lvs::control::diagnosis
