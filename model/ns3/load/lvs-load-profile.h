// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace ns3 {

/**
 * One request and its reply, as packets. Client and server of the load generator are given the same profile.
 *
 * Payload is zeros. Sizes called IP length are IP total lengths: header, transport header and payload.
 */
class LvsLoadProfile {
 public:
  static constexpr uint32_t kMaxDatagram = 1472;  ///< bytes of payload of a datagram in an Ethernet frame

  enum Kind {
    RAW,  ///< UDP datagrams of given IP lengths
    UDP,  ///< a request and a reply of given payload, in datagrams of at most 1472 bytes
    TCP,  ///< a connection: handshake, request, reply, close by the server
  };

  /** A request packet and the reply packets, by IP length: each 28 to 65535. */
  static LvsLoadProfile Raw(uint16_t requestLength, std::vector<uint16_t> replyLengths);
  /** Payload bytes. A reply of 0 bytes is one empty datagram. */
  static LvsLoadProfile Udp(uint32_t requestBytes, uint32_t replyBytes);
  /** Payload bytes; \p mss payload bytes of a segment. The request is at least one byte. */
  static LvsLoadProfile Tcp(uint32_t requestBytes, uint32_t replyBytes, uint16_t mss = 1460);
  /** Raw with a 536-byte request and one 536-byte reply. */
  LvsLoadProfile();

  Kind GetKind() const { return m_kind; }
  /** \returns 6 or 17. */
  uint8_t GetProtocol() const { return m_kind == TCP ? 6 : 17; }
  uint16_t GetMss() const { return m_mss; }
  uint32_t GetRequestBytes() const { return m_requestBytes; }
  uint32_t GetReplyBytes() const { return m_replyBytes; }
  /** \returns IP lengths of the datagrams of a request and of a reply; empty for TCP. */
  const std::vector<uint16_t>& GetRequestLengths() const { return m_request; }
  const std::vector<uint16_t>& GetReplyLengths() const { return m_reply; }
  /** \returns TCP segments that carry the reply. */
  uint32_t GetReplySegments() const { return (m_replyBytes + m_mss - 1) / m_mss; }

  /** What one exchange without losses puts on the wire. */
  struct Cost {
    uint64_t packets = 0;
    uint64_t bytes = 0;  ///< IP lengths
  };
  Cost GetRequestCost() const;  ///< client to server
  Cost GetReplyCost() const;    ///< server to client
  /** \returns IP bytes of an exchange in both directions. */
  uint64_t GetExchangeBytes() const { return GetRequestCost().bytes + GetReplyCost().bytes; }
  /** \returns mean IP length of an exchange's packets. */
  double GetMeanLength() const;

  static constexpr uint16_t kUdpHeaders = 28;  ///< IP and UDP
  static constexpr uint16_t kTcpHeaders = 40;  ///< IP and TCP without options
  static constexpr uint16_t kSynOptions = 4;   ///< the MSS option

 private:
  Kind m_kind = RAW;
  uint16_t m_mss = 1460;
  uint32_t m_requestBytes = 0;
  uint32_t m_replyBytes = 0;
  std::vector<uint16_t> m_request;
  std::vector<uint16_t> m_reply;
};

}  // namespace ns3
