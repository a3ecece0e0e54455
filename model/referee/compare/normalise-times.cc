// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/normalise-times.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::referee {
namespace {

using base::Time;

constexpr Time kRounding = std::chrono::microseconds(1);  // of the times in a capture

// Finds, one after another, the injected frames of a run.
class Injected {
 public:
  explicit Injected(const control::LabRun& run) : run_(run) {}

  std::optional<Time> next(const std::string& host, const control::LabInject& inject, Time not_before) {
    const std::string interface = "eth" + std::to_string(inject.interface);
    for (const control::LabCapture& capture : run_.captures) {
      if (capture.host != host || capture.interface != interface) continue;
      std::size_t& at = positions_[&capture];
      for (std::size_t i = at; i < capture.frames.size(); ++i) {
        const control::CapturedFrame& frame = capture.frames[i];
        if (!frame.outbound || frame.at < not_before || frame.bytes != inject.frame) continue;
        at = i + 1;
        return frame.at;
      }
    }
    return {};
  }

 private:
  const control::LabRun& run_;
  std::map<const control::LabCapture*, std::size_t> positions_;
};

// What a program asks: enough of a frame to know it again in another run. Nothing for answers and whatever else.
struct Question {
  std::string interface;
  wire::EtherType type;
  wire::IpProto protocol;
  base::Ipv4Addr whom;
  std::uint16_t port;

  friend bool operator==(const Question&, const Question&) = default;
};

std::optional<Question> question(const std::string& interface, const control::CapturedFrame& captured) {
  if (!captured.outbound || captured.bytes.size() < wire::Ethernet::kSize) return {};
  const base::ByteView bytes = captured.bytes;
  const auto type = static_cast<wire::EtherType>(wire::ConstEthernet{bytes.data()}.type());
  const base::ByteView rest = bytes.subspan(wire::Ethernet::kSize);
  if (const auto arp = wire::Arp::request_in(bytes)) return Question{interface, type, {}, arp->target_ip, 0};
  if (type != wire::EtherType::ipv4 || rest.size() < wire::Ipv4::kMinSize) return {};
  const wire::ConstIpv4 ip{bytes.data() + wire::Ethernet::kSize};
  const std::size_t header = ip.header_size();
  if (header < wire::Ipv4::kMinSize || ip.is_fragment() || rest.size() < header + wire::Udp::kSize) return {};
  const std::uint8_t* const transport = ip.p + header;
  Question asked{interface, type, ip.protocol(), ip.dst(), base::load_be16(transport + 2)};
  switch (ip.protocol()) {
    case wire::IpProto::udp: return asked;
    case wire::IpProto::tcp:
      if (rest.size() < header + wire::Tcp::kMinSize) return {};
      if ((wire::ConstTcp{transport}.flags() & (wire::Tcp::syn | wire::Tcp::ack)) != wire::Tcp::syn) return {};
      return asked;
    case wire::IpProto::icmp:
      if (transport[0] != wire::Icmp::echo) return {};
      asked.port = 0;  // the checksum
      return asked;
    default: return {};
  }
}

// The first question that `host` asks from `from` to before `to`, one like `like` if that is given.
struct Asked {
  Time at;
  Question question;
};
std::optional<Asked> first_question(const control::LabRun& run, const std::string& host, Time from, Time to,
                                    const Question* like) {
  std::optional<Asked> first;
  for (const control::LabCapture& capture : run.captures) {
    if (capture.host != host) continue;
    for (const control::CapturedFrame& frame : capture.frames) {
      if (frame.at < from || frame.at >= to || (first && frame.at >= first->at)) continue;
      const auto asked = question(capture.interface, frame);
      if (asked && (like == nullptr || *asked == *like)) first = Asked{frame.at, *asked};
    }
  }
  return first;
}

}  // namespace

control::Lab with_times_of(const control::Lab& lab, const control::LabRun& run) {
  control::Lab result = lab;
  std::size_t line = 0;
  for (const control::LabHost& host : lab.hosts) line += host.startup.size();
  Injected injected(run);
  Time now{};
  for (control::LabEvent& event : result.timeline) {
    std::optional<Time> at;
    if (std::holds_alternative<control::LabCommand>(event.what)) {
      if (line < run.commands.size()) at = run.commands[line].at;
      ++line;
    } else if (const auto* inject = std::get_if<control::LabInject>(&event.what)) {
      // Not before its time: the host itself may have sent the very same frame.
      at = injected.next(lab.hosts[event.host].name, *inject, std::max(now, event.at - kRounding));
    } else if (std::holds_alternative<control::LabEnd>(event.what)) {
      at = run.end;
    }
    now = std::max(now, at.value_or(event.at));
    event.at = now;
  }
  if (!lab.end()) result.timeline.push_back({{}, std::max(now, run.end), 0, control::LabEnd{}});
  return result;
}

std::optional<control::Lab> with_first_frames_of(const control::Lab& timed, const control::LabRun& kernel,
                                                 const control::LabRun& model) {
  constexpr Time kAtOnce = std::chrono::milliseconds(2);  // a modelled program asks when its line begins
  constexpr Time kSlowest = std::chrono::seconds(3);
  control::Lab result = timed;
  std::size_t line = 0;
  for (const control::LabHost& host : timed.hosts) line += host.startup.size();
  bool moved = false;
  for (std::size_t i = 0; i < result.timeline.size(); ++i) {
    control::LabEvent& event = result.timeline[i];
    if (!std::holds_alternative<control::LabCommand>(event.what)) continue;
    const std::size_t number = line++;
    if (number >= kernel.commands.size() || number >= model.commands.size()) break;
    const std::string& host = timed.hosts[event.host].name;
    const Time ours = model.commands[number].at, theirs = kernel.commands[number].at;
    const auto here = first_question(model, host, ours, ours + kAtOnce, nullptr);
    if (!here) continue;
    const auto there = first_question(kernel, host, theirs, theirs + kSlowest, &here->question);
    if (!there) continue;
    const Time late = (there->at - theirs) - (here->at - ours);
    if (late <= kLoading) continue;
    event.at += late;
    // Lines begin in their order: a line behind one in the background may have asked before it.
    if (i + 1 < result.timeline.size()) event.at = std::min(event.at, result.timeline[i + 1].at);
    moved = true;
  }
  if (!moved) return {};
  return result;
}

}  // namespace lvs::referee
