// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "host/host.h"
#include "host/ip/l4.h"

namespace ns3 {

/**
 * Shares one transport protocol of a host: some ports belong to handlers of their own (load generators), the rest to
 * who had the protocol before.
 */
class LvsPortDemux final : public ::lvs::host::TransportHandler {
 public:
  using Handler = ::lvs::host::TransportHandler;

  /** \param protocol 6 or 17 */
  LvsPortDemux(::lvs::host::Host& host, uint8_t protocol);
  ~LvsPortDemux() override;

  /** Local ports \p first to \p last go to \p handler. \returns false if one of them is taken. */
  bool Bind(uint16_t first, uint16_t last, Handler& handler);
  /** Takes back all ports of \p handler. */
  void Unbind(const Handler& handler);
  /** Who gets the other ports; nullptr: the host refuses them (RST, port unreachable). */
  void SetFallback(Handler* fallback);
  Handler* GetFallback() const { return m_fallback; }

  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) override;

 private:
  struct Range {
    uint16_t first, last;
    Handler* handler;
  };
  Handler* Find(uint16_t port) const {
    for (const Range& range : m_ranges) {
      if (port >= range.first && port <= range.last) return range.handler;
    }
    return m_fallback;
  }

  ::lvs::host::Host& m_host;
  uint8_t m_protocol;
  std::vector<Range> m_ranges;
  Handler* m_fallback = nullptr;
};

}  // namespace ns3
