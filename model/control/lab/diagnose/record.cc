// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/record.h"

#include <algorithm>

#include "trace/why.h"
#include "wire/walk.h"

namespace lvs::control::diagnosis {
namespace {

constexpr int kDeepest = 3;

struct Seen {
  bool ip = false, error = false;
  Tuple tuple;
  std::uint32_t size = 0;
  std::uint8_t flags = 0;
};

// The innermost packet; of an ICMP error the packet that it quotes.
Seen innermost(const trace::PacketEvent& event) {
  Seen seen;
  const auto visit = [&](const wire::Header& header) {
    if (header.fit == wire::Header::Fit::malformed) return false;
    const std::uint8_t* const at = event.head.data() + header.offset;
    if (header.layer == wire::Layer::ipv4 && header.fit == wire::Header::Fit::whole) {
      const wire::ConstIpv4 ip{at};
      seen.tuple = {ip.protocol(), ip.src(), ip.dst(), 0, 0};
      seen.ip = true;
      seen.error = header.quoted;
      seen.size = ip.total_length();
      return true;
    }
    const bool first_words = event.head.size() >= header.offset + 4;
    if (has_ports(seen.tuple.protocol) && !header.tunnel && first_words &&
        (header.layer == wire::Layer::tcp || header.layer == wire::Layer::udp || header.layer == wire::Layer::sctp)) {
      seen.tuple.sport = base::load_be16(at);
      seen.tuple.dport = base::load_be16(at + 2);
      if (header.layer == wire::Layer::tcp && header.fit == wire::Header::Fit::whole) seen.flags = at[13];
    }
    return true;
  };
  const auto begin = event.has_link_header ? wire::Layer::ethernet : wire::Layer::ipv4;
  wire::walk(event.head, begin, kDeepest, visit);
  return seen;
}

std::optional<base::Ipv4Addr> chosen_by(const trace::Why& why) {
  using trace::WhyId;
  if (why.id == WhyId::ipvs_scheduled || why.id == WhyId::ipvs_conn)
    return base::Ipv4Addr{static_cast<std::uint32_t>(why.args[0])};
  return std::nullopt;
}

bool is_arp(const trace::PacketEvent& event) {
  return event.has_link_header && event.head.size() >= wire::Ethernet::kSize &&
         base::load_be16(event.head.data() + 12) == static_cast<std::uint16_t>(wire::EtherType::arp);
}

// Of a VLAN that the host does not hear: the switch floods them, and each such host drops its own copy.
bool is_unheard(const trace::PacketEvent& event) {
  return event.drop == trace::Drop::unhandled_proto && event.has_link_header &&
         event.head.size() >= wire::Ethernet::kSize && base::load_be16(event.head.data() + 12) == wire::kVlanTag;
}

}  // namespace

bool Life::passed(std::size_t host) const { return std::ranges::find(path, host) != path.end(); }

Record::Record(LabModel& model) : model_(&model) { attach(); }

Record::~Record() { detach(); }

void Record::attach() {
  for (std::size_t h = 0; h < model_->lab().hosts.size(); ++h) model_->machine(h).host().set_sink(this);
}

void Record::detach() {
  if (model_ == nullptr) return;
  for (std::size_t h = 0; h < model_->lab().hosts.size(); ++h) model_->machine(h).host().set_sink(nullptr);
  model_ = nullptr;
}

// Its log is the only one to tell of it: what a backup's priority is, and that an instance cannot speak, is never on
// the wire.
void Record::journal(const trace::JournalEvent& event) {
  const bool state = event.kind == "vrrp";
  const auto tells = [&](std::string_view what) { return event.text.find(what) != std::string_view::npos; };
  if (state || (event.kind == "keepalived" && (tells(" Changing effective priority") || tells(": VRRP_Script(")))) {
    if (guards_.size() < kMost) guards_.push_back({event.at, event.host - 1, state, std::string(event.text)});
    return;
  }
  constexpr std::string_view kFails = "bind unicast_src ";
  const std::size_t begin = event.kind == "keepalived" ? event.text.find(kFails) : std::string_view::npos;
  if (begin == std::string_view::npos || no_sources_.size() >= kMost) return;
  const std::string_view rest = event.text.substr(begin + kFails.size());
  if (const auto address = base::Ipv4Addr::parse(rest.substr(0, rest.find(' '))))
    no_sources_.push_back({event.at, event.host - 1, *address});
}

void Record::packet(const trace::PacketEvent& event) {
  using trace::Stage;
  if (event.drop == trace::Drop::otherhost || event.walk == 0 || is_unheard(event)) return;
  // A copy that a switch has flooded, and that this bridge knows to be for the side where it came from.
  if (event.drop == trace::Drop::consumed && event.stage == Stage::wire_in) return;
  if (event.stage == Stage::wire_in && event.verdict != trace::Verdict::drop) return;
  const std::size_t host = event.host - 1;
  if (event.stage == Stage::arp_out && event.verdict != trace::Verdict::drop) {
    const std::size_t at = event.has_link_header ? wire::Ethernet::kSize : 0;
    const auto arp = event.head.size() < at ? std::nullopt : wire::Arp::parse(event.head.subspan(at));
    if (arp && arp_.size() < kMost)
      arp_.push_back({event.at, event.walk, host, arp->op == wire::Arp::Op::reply, arp->sender_ip, arp->target_ip});
    return;
  }
  if (event.stage == Stage::arp_in || event.stage == Stage::arp_out || is_arp(event)) return;
  const Seen seen = innermost(event);
  if (!seen.ip) return;
  // Each host drops its own copy of a multicast packet.
  if (event.drop == trace::Drop::netfilter_drop && !has_ports(seen.tuple.protocol) && raw_drops_.size() < kMost)
    raw_drops_.push_back({event.at, host, static_cast<std::uint8_t>(seen.tuple.protocol),
                          decision_text(model_->machine(host).host(), event.hook_name)});
  const auto [at, fresh] = known_.try_emplace(Key{event.walk, event.part}, static_cast<std::uint32_t>(lives_.size()));
  if (fresh) {
    if (lives_.size() >= kMost) {
      known_.erase(at);
      whole_ = false;
      return;
    }
    Life& life = lives_.emplace_back();
    life.walk = event.walk;
    life.part = event.part;
    life.begin = event.at;
    life.origin = host;
    life.first = seen.tuple;
    life.size = seen.size;
    life.flags = seen.flags;
    life.error = seen.error;
    life.injected = event.stage == Stage::wire_out;
  }
  Life& life = lives_[at->second];
  constexpr std::size_t kFar = 16;
  if (host != (life.path.empty() ? life.origin : life.path.back()) && life.path.size() < kFar)
    life.path.push_back(host);
  life.end = event.at;
  life.last = seen.tuple;
  life.where = host;
  life.stage = event.stage;
  life.drop = event.drop;
  if (const auto chosen = chosen_by(event.why)) life.chosen = chosen;
  life.fate = event.verdict == trace::Verdict::drop ? Life::Fate::dropped
              : event.stage == Stage::socket        ? Life::Fate::delivered
                                                    : Life::Fate::under_way;
  life.by.clear();
  if (event.drop == trace::Drop::netfilter_drop) life.by = decision_text(model_->machine(host).host(), event.hook_name);
}

}  // namespace lvs::control::diagnosis
