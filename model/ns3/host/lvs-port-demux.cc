// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-port-demux.h"

#include "base/bytes.h"
#include "wire/ipv4.h"

namespace ns3 {

LvsPortDemux::LvsPortDemux(::lvs::host::Host& host, uint8_t protocol)
    : m_host(host), m_protocol(protocol), m_fallback(host.transport(protocol)) {
  m_host.set_transport(protocol, this);
}

LvsPortDemux::~LvsPortDemux() { m_host.set_transport(m_protocol, m_fallback); }

bool LvsPortDemux::Bind(uint16_t first, uint16_t last, Handler& handler) {
  for (const Range& range : m_ranges) {
    if (first <= range.last && last >= range.first) return false;
  }
  m_ranges.push_back({first, last, &handler});
  return true;
}

void LvsPortDemux::Unbind(const Handler& handler) {
  std::erase_if(m_ranges, [&](const Range& range) { return range.handler == &handler; });
}

void LvsPortDemux::SetFallback(Handler* fallback) { m_fallback = fallback; }

void LvsPortDemux::deliver(::lvs::host::PacketPtr packet) {
  if (packet->transport_head_size() < 4) {
    if (m_fallback != nullptr) return m_fallback->deliver(std::move(packet));
    return m_host.refuse_transport(std::move(packet));
  }
  if (Handler* handler = Find(::lvs::base::load_be16(packet->transport() + 2)))
    return handler->deliver(std::move(packet));
  m_host.refuse_transport(std::move(packet));
}

void LvsPortDemux::error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) {
  // Our own segment is quoted: our port is its source.
  const ::lvs::wire::ConstIpv4 quoted{quoted_ip};
  if (Handler* handler = Find(::lvs::base::load_be16(quoted.payload()))) handler->error(packet, quoted_ip);
}

}  // namespace ns3
