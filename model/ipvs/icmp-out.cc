// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors from the servers' side, about requests that were sent on (kernel: ip_vs_out_icmp(),
// handle_response_icmp()).
#include "host/ip/fragment.h"
#include "ipvs/core/nfct.h"
#include "ipvs/icmp-quote.h"
#include "ipvs/proto/protocol.h"
#include "ipvs/steps.h"
#include "ipvs/xmit/xmit.h"

namespace lvs::ipvs {

QuoteState begin_quote(Core& core, Hook hook, PacketPtr& packet, Header& header) {
  if (packet->ip().is_fragment()) {
    const host::FragmentUser user = hook == Hook::NF_INET_LOCAL_IN  ? host::FragmentUser::ipvs_in
                                    : hook == Hook::NF_INET_FORWARD ? host::FragmentUser::ipvs_forward
                                                                    : host::FragmentUser::ipvs_out;
    packet = core.host.defragment(std::move(packet), user);
    if (packet == nullptr) return QuoteState::gone;
  }
  header.offset = 0;
  header.size = packet->ip().header_size();
  header.src = packet->ip().src();
  header.dst = packet->ip().dst();
  header.protocol = IpProto::icmp;
  if (!packet->may_pull(header.size + wire::Icmp::kSize)) return QuoteState::too_short;
  switch (wire::Icmp{packet->data() + header.size}.type()) {
    case wire::Icmp::dest_unreach:
    case wire::Icmp::source_quench:
    case wire::Icmp::time_exceeded: break;
    default: return QuoteState::not_an_error;
  }
  const std::uint32_t at = header.size + wire::Icmp::kSize;
  if (!packet->may_pull(at + wire::Ipv4::kMinSize)) return QuoteState::malformed;
  const wire::Ipv4 quoted{packet->data() + at};
  if (quoted.version() != 4 || quoted.header_size() < wire::Ipv4::kMinSize) return QuoteState::malformed;
  return packet->may_pull(at + quoted.header_size()) ? QuoteState::readable : QuoteState::malformed;
}

bool read_quote(const Core& core, Packet& packet, std::uint32_t offset, bool inverse, Header& quote) {
  if (!packet.may_pull(offset + wire::Ipv4::kMinSize)) return false;
  const wire::Ipv4 ip{packet.data() + offset};
  if (ip.version() != 4 || ip.header_size() < wire::Ipv4::kMinSize) return false;
  if (protocol_of(ip.protocol()) == nullptr) return false;
  // A later fragment is read too, as if ports stood at its beginning, by 6.1.176; 6.1.192 and 6.12.113 leave it alone.
  if (ip.fragment_offset() != 0 && core.host.kernel().leaves_quotes_of_fragments) return false;
  if (!read_header(packet, offset, quote)) return false;
  quote.icmp = true;
  quote.inverse = inverse;
  return true;
}

// Newer kernels ask nf_ip_checksum(), which sums the IP header up too, as if that gave nothing. It does not where an
// option was written to on the way in, for __ip_options_compile() leaves the header's checksum for later. 6.1.192 and
// 6.12.117 have it, as they have the other.
bool sums_header_with_icmp(const host::Kernel& kernel) { return kernel.leaves_quotes_of_fragments; }

bool icmp_checksum_ok(const Core& core, Packet& packet, const Header& header) {
  // What came over a cable, even if the model's other hosts vouch for what they sent.
  if (packet.in != nullptr && sums_header_with_icmp(core.host.kernel()) && !packet.ip().checksum_ok()) return false;
  if (packet.checksum != host::ChecksumState::none) return true;
  packet.set_transport_header(header.size);
  return wire::sum_fold(packet.transport_sum()) == 0xffff;
}

HookResult icmp_out(Core& core, Hook hook, PacketPtr& packet, const Header& outer, bool& related) {
  Header header = outer;
  const QuoteState state = begin_quote(core, hook, packet, header);
  related = state != QuoteState::not_an_error;
  if (state == QuoteState::gone) return HookResult::stolen();
  if (state == QuoteState::too_short) return HookResult::dropped(Drop::ipvs_bad_packet);
  if (state != QuoteState::readable) return HookResult::accept();
  Header quote;
  if (!read_quote(core, *packet, header.size + wire::Icmp::kSize, true, quote)) return HookResult::accept();
  // It quotes a request as the server saw it: read backwards, it has a reply's addresses.
  Conn* conn = core.conns.find_out(quote.request());
  if (conn == nullptr) return HookResult::accept();

  if (conn->method() == ForwardMethod::masq) {
    if (!icmp_checksum_ok(core, *packet, header)) return HookResult::dropped(Drop::ipvs_bad_icmp);
    if (!rewrite_icmp(*conn, *packet, header, quote, true)) return HookResult::dropped(Drop::ipvs_bad_packet);
    if (!reroute_reply(core, hook, *packet)) return HookResult::dropped(Drop::ip_outnoroutes);
    core.host.cpu.charge(host::CpuStage::rewrite);
    if (core.host.tracing()) {
      core.host.trace(trace::Stage::ipvs_out, *packet, trace::Verdict::accept, Drop::none,
                      {trace::WhyId::ipvs_icmp_reply, {conn->daddr.value, conn->dport, conn->vaddr.value, conn->vport}},
                      "ip_vs_out", conn->flow());
    }
  }
  count_out(core, *conn, packet->size());
  packet->ipvs_property = true;
  settle_conntrack(*conn, *packet, Settle::reply);
  return HookResult::accept();
}

}  // namespace lvs::ipvs
