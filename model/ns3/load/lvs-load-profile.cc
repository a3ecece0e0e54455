// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-load-profile.h"

#include <algorithm>
#include <numeric>

namespace ns3 {

namespace {

std::vector<uint16_t> Datagrams(uint32_t bytes) {
  std::vector<uint16_t> lengths;
  do {
    const uint32_t part = std::min(bytes, LvsLoadProfile::kMaxDatagram);
    lengths.push_back(static_cast<uint16_t>(part + LvsLoadProfile::kUdpHeaders));
    bytes -= part;
  } while (bytes > 0);
  return lengths;
}

LvsLoadProfile::Cost CostOf(const std::vector<uint16_t>& lengths) {
  return {lengths.size(), std::accumulate(lengths.begin(), lengths.end(), uint64_t{0})};
}

}  // namespace

LvsLoadProfile::LvsLoadProfile() : m_request{536}, m_reply{536} {}

LvsLoadProfile LvsLoadProfile::Raw(uint16_t requestLength, std::vector<uint16_t> replyLengths) {
  LvsLoadProfile profile;
  profile.m_request = {std::max(requestLength, kUdpHeaders)};
  profile.m_reply = std::move(replyLengths);
  for (uint16_t& length : profile.m_reply) length = std::max(length, kUdpHeaders);
  profile.m_requestBytes = profile.m_request.front() - uint32_t{kUdpHeaders};
  profile.m_replyBytes = static_cast<uint32_t>(CostOf(profile.m_reply).bytes - profile.m_reply.size() * kUdpHeaders);
  return profile;
}

LvsLoadProfile LvsLoadProfile::Udp(uint32_t requestBytes, uint32_t replyBytes) {
  LvsLoadProfile profile;
  profile.m_kind = UDP;
  profile.m_requestBytes = requestBytes;
  profile.m_replyBytes = replyBytes;
  profile.m_request = Datagrams(requestBytes);
  profile.m_reply = Datagrams(replyBytes);
  return profile;
}

LvsLoadProfile LvsLoadProfile::Tcp(uint32_t requestBytes, uint32_t replyBytes, uint16_t mss) {
  LvsLoadProfile profile;
  profile.m_kind = TCP;
  profile.m_mss = std::max<uint16_t>(mss, 1);
  profile.m_requestBytes = std::max<uint32_t>(requestBytes, 1);
  profile.m_replyBytes = replyBytes;
  profile.m_request.clear();
  profile.m_reply.clear();
  return profile;
}

LvsLoadProfile::Cost LvsLoadProfile::GetRequestCost() const {
  if (m_kind != TCP) return CostOf(m_request);
  // SYN, ACK, the request, an ACK for every second segment of the reply, an ACK for the FIN, and a FIN.
  const uint64_t packets = 4 + (m_requestBytes + m_mss - 1) / m_mss + GetReplySegments() / 2;
  return {packets, packets * kTcpHeaders + kSynOptions + m_requestBytes};
}

LvsLoadProfile::Cost LvsLoadProfile::GetReplyCost() const {
  if (m_kind != TCP) return CostOf(m_reply);
  // SYN and ACK, an ACK for the request, the reply, FIN, an ACK for the client's FIN.
  const uint64_t packets = 4 + GetReplySegments();
  return {packets, packets * kTcpHeaders + kSynOptions + m_replyBytes};
}

double LvsLoadProfile::GetMeanLength() const {
  return static_cast<double>(GetExchangeBytes()) /
         static_cast<double>(GetRequestCost().packets + GetReplyCost().packets);
}

}  // namespace ns3
