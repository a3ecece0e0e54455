// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting datagrams to the MTU (kernel: ip_do_fragment(), ip_frag_next(), ip_options_fragment()).
#include <algorithm>
#include <span>

#include "host/ip/fragment.h"
#include "host/ip/stack.h"
#include "host/packet/offload.h"
#include "trace/why.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

// Options that later fragments do not carry become no-ops.
void blank_uncopied_options(std::uint8_t* header, unsigned size) {
  std::uint8_t* option = header + wire::Ipv4::kMinSize;
  std::uint8_t* end = header + size;
  while (option < end && *option != 0) {
    if (*option == 1) {
      ++option;
      continue;
    }
    const std::uint8_t length = option + 1 < end ? option[1] : 0;
    if (length < 2 || length > end - option) return;
    if ((*option & 0x80) == 0) std::fill_n(option, length, std::uint8_t{1});
    option += length;
  }
}

// Data sizes of the fragments a datagram was put together from, if they may be used again: it still is what came in,
// and each fits (kernel: the frag_list path).
std::span<const std::uint32_t> former_cuts(const Packet& packet, std::uint32_t header, std::uint32_t room) {
  const auto* list = dynamic_cast<const FragmentList*>(packet.payload.source());
  if (list == nullptr || packet.frag_max_size == 0 || packet.ip().is_fragment()) return {};
  if (packet.payload.offset() + packet.payload.size() != list->size()) return {};
  const std::span<const std::uint32_t> sizes = list->sizes();
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] > room || (i + 1 < sizes.size() && sizes[i] % 8 != 0)) return {};
    total += sizes[i];
  }
  if (total != packet.size() - header) return {};
  return sizes;
}

}  // namespace

void Stack::ip_fragment(PacketPtr packet, std::uint32_t mtu) {
  complete_checksum(*packet);  // a NIC that sees a fragment only could not make it
  if (packet->frag_max_size != 0 && packet->frag_max_size < mtu) mtu = packet->frag_max_size;
  const std::uint32_t header = packet->ip().header_size();
  if (mtu < header + 8) return drop(std::move(packet), Drop::pkt_too_big, Stage::post_routing);
  if (tracing()) {
    trace(Stage::post_routing, *packet, Verdict::accept, Drop::none, {trace::WhyId::fragmented, {packet->size(), mtu}});
  }
  const std::uint32_t room = mtu - header;
  const std::uint32_t data = packet->size() - header;
  const auto cuts = former_cuts(*packet, header, room);
  const wire::Ipv4 whole = packet->ip();
  const std::uint32_t base = whole.fragment_offset();
  const bool more_follow = whole.more_fragments();
  // Cut where it was cut before, the kernel forgets DF.
  const std::uint16_t df = packet->frag_pmtu && cuts.empty() ? wire::Ipv4::kDf : 0;

  std::size_t piece_number = 0;
  for (std::uint32_t done = 0; done < data; ++piece_number) {
    const std::uint32_t left = data - done;
    std::uint32_t take = left;
    if (!cuts.empty()) {
      take = cuts[piece_number];
    } else if (left > room) {
      take = room & ~7u;
    }
    PacketPtr piece = packet->clone();
    piece->payload = Payload();
    piece->trim(header);
    if (base == 0 && done != 0) blank_uncopied_options(piece->ip().p, header);
    // The piece's bytes lie partly in the head, partly in the payload of the whole.
    const std::uint32_t from = header + done;
    const std::uint32_t in_head = from < packet->head_size() ? std::min(packet->head_size() - from, take) : 0;
    if (in_head != 0) std::copy_n(packet->data() + from, in_head, piece->put(in_head));
    if (take > in_head) {
      piece->payload = packet->payload.slice(from + in_head - packet->head_size(), take - in_head);
    }
    done += take;
    const wire::Ipv4 ip = piece->ip();
    ip.set_total_length(static_cast<std::uint16_t>(header + take));
    ip.set_fragment_field(
        static_cast<std::uint16_t>((base + done - take) / 8 | df | (done < data || more_follow ? wire::Ipv4::kMf : 0)));
    ip.refresh_checksum();
    piece->frag_max_size = 0;
    if (piece_number != 0) piece->part = new_part();  // the first goes on as the packet it was cut from
    ip_output_one(std::move(piece));
  }
}

}  // namespace lvs::host
