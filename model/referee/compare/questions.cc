// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/questions.h"

#include <optional>
#include <string_view>

#include "wire/dns.h"
#include "wire/udp.h"
#include "wire/walk.h"

namespace lvs::referee {
namespace {

std::optional<wire::DnsQuestion> question_in(base::ByteView frame) {
  std::optional<wire::DnsQuestion> result;
  constexpr int kOutermost = 1;
  wire::walk(frame, wire::Layer::ethernet, kOutermost, [&](const wire::Header& header) {
    if (header.layer != wire::Layer::udp) return true;
    if (header.quoted || header.offset + wire::Udp::kSize > frame.size()) return false;
    const wire::ConstUdp udp{&frame[header.offset]};
    if (udp.sport() != wire::kDnsPort && udp.dport() != wire::kDnsPort) return false;
    const base::ByteView data = frame.subspan(header.offset + wire::Udp::kSize);
    bool whole = false;
    auto message = wire::read_dns_head({reinterpret_cast<const char*>(data.data()), data.size()}, whole);
    if (!message.questions.empty()) result = std::move(message.questions.front());
    return false;
  });
  return result;
}

}  // namespace

bool of_two_questions(base::ByteView a, base::ByteView b) {
  const auto one = question_in(a), other = question_in(b);
  return one && other && *one != *other;
}

}  // namespace lvs::referee
