// SPDX-License-Identifier: GPL-2.0-or-later
// Finding, beginning, confirming and ending connections.
#include "host/netfilter/conntrack.h"

#include <algorithm>
#include <chrono>

#include "host/ip/fragment.h"
#include "host/ip/stack.h"
#include "trace/why.h"
#include "wire/icmp.h"
#include "wire/udp.h"

namespace lvs::host {

using trace::Drop;
using trace::WhyId;
using wire::IpProto;

namespace {

constexpr std::array kNames{
#define LVS_CT_TEXT(name, value) std::string_view(#name),
    LVS_CONNTRACK_KEYS(LVS_CT_TEXT)
#undef LVS_CT_TEXT
};
constexpr std::array kDefaults{
#define LVS_CT_VALUE(name, value) value,
    LVS_CONNTRACK_KEYS(LVS_CT_VALUE)
#undef LVS_CT_VALUE
};
constexpr int kLast = 0x7fffffff;
constexpr std::uint8_t kHighestIcmpType = 18;  // kernel: NR_ICMP_TYPES

bool is_error(std::uint8_t type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

trace::Why why_of(const Packet& packet) {
  if (packet.conntrack.get() == nullptr) {
    return {packet.conntrack.untracked() ? WhyId::ct_untracked : WhyId::ct_invalid, {}};
  }
  switch (packet.conntrack.info()) {
    case CtInfo::fresh: return {WhyId::ct_new, {}};
    case CtInfo::related:
    case CtInfo::related_reply: return {WhyId::ct_related, {}};
    default: return {WhyId::ct_established, {}};
  }
}

}  // namespace

std::string_view name_of(CtKey key) { return kNames[static_cast<std::size_t>(key)]; }

std::optional<CtKey> conntrack_key_of(std::string_view name) {
  const auto at = std::ranges::find(kNames, name);
  if (at == kNames.end()) return std::nullopt;
  return static_cast<CtKey>(at - kNames.begin());
}

Conntrack::Conntrack(Stack& host) : host_(host), sysctls_(kDefaults) {}

Conntrack::~Conntrack() {
  table_.clear();
  by_source_.clear();
  // Packets may outlive the tracker by a little: their entries go with them.
  for (ConntrackEntry* each = newest_; each != nullptr;) {
    ConntrackEntry* const next = each->next_;
    const bool ours = each->has(ct_status::confirmed) && !each->has(ct_status::dying);
    each->owner_ = nullptr;
    each->next_ = each->before_ = nullptr;
    if (ours) release(*each);
    each = next;
  }
}

base::Time Conntrack::now() const { return host_.now(); }

void Conntrack::get() {
  if (users_++ != 0) return;
  Netfilter& hooks = host_.netfilter;
  for (const Hook hook : {Hook::NF_INET_PRE_ROUTING, Hook::NF_INET_LOCAL_OUT}) {
    hooks.add(hook, {priority::conntrack_defrag, "conntrack_defrag", &Conntrack::defragment, this});
    hooks.add(hook, {priority::conntrack, "conntrack", &Conntrack::in, this});
  }
  for (const Hook hook : {Hook::NF_INET_LOCAL_IN, Hook::NF_INET_POST_ROUTING}) {
    hooks.add(hook, {kLast, "conntrack_confirm", &Conntrack::confirm_hook, this});
  }
}

void Conntrack::put() {
  if (--users_ != 0) return;
  for (const Hook hook : {Hook::NF_INET_PRE_ROUTING, Hook::NF_INET_LOCAL_OUT}) {
    host_.netfilter.remove(hook, "conntrack_defrag", this);
    host_.netfilter.remove(hook, "conntrack", this);
  }
  for (const Hook hook : {Hook::NF_INET_LOCAL_IN, Hook::NF_INET_POST_ROUTING}) {
    host_.netfilter.remove(hook, "conntrack_confirm", this);
  }
}

// --- the table -------------------------------------------------------------------------------------------------------

Conntrack::Found Conntrack::find(const CtTuple& tuple) {
  const auto at = table_.find(tuple);
  if (at == table_.end()) return {};
  const Found found = at->second;
  if (found.entry->expires > now()) return found;
  kill(*found.entry);
  return {};
}

bool Conntrack::taken(const CtTuple& reply, const ConntrackEntry& but) {
  const Found found = find(reply);
  if (found.entry == nullptr || found.entry == &but) return false;
  return !(found.entry->tuple(CtDir::original) == but.tuple(CtDir::original));
}

void Conntrack::note_source(ConntrackEntry& entry) {
  by_source_.emplace(source_of(entry.tuple(CtDir::original)), &entry);
}

ConntrackEntry* Conntrack::create(const CtTuple& tuple, const CtTuple& reply) {
  if (alive_ >= sweep_at_) {  // the kernel's collector passes now and then
    kill_if([&](const ConntrackEntry& entry) { return entry.expires <= now(); });
    sweep_at_ = std::max<std::size_t>(1024, 2 * alive_);
  }
  const int most = get(CtKey::nf_conntrack_max);
  if (most > 0 && alive_ >= static_cast<std::size_t>(most) && !make_room()) {
    ++statistics_.drop;
    return nullptr;
  }
  auto* entry = new ConntrackEntry;
  entry->tuples = {tuple, reply};
  entry->owner_ = this;
  entry->watched = !listeners_.empty();
  entry->next_ = newest_;
  if (newest_ != nullptr) newest_->before_ = entry;
  newest_ = entry;
  ++alive_;
  return entry;
}

// The table is full: an expired connection goes, or one that is not assured (kernel: early_drop()).
bool Conntrack::make_room() {
  constexpr int kLooks = 64;
  int looks = 0;
  for (ConntrackEntry* each = newest_; each != nullptr && looks < kLooks; each = each->next_, ++looks) {
    if (!each->has(ct_status::confirmed)) continue;
    if (each->has(ct_status::assured) && each->expires > now()) continue;
    ++statistics_.early_drop;
    kill(*each);
    return true;
  }
  return false;
}

bool Conntrack::kill(ConntrackEntry& entry) {
  if (!entry.has(ct_status::confirmed) || entry.has(ct_status::dying)) return false;
  entry.status |= ct_status::dying;
  if (entry.watched) tell(entry, ct_event::destroyed);
  forget(entry);
  release(entry);
  return true;
}

void Conntrack::forget(ConntrackEntry& entry) {
  for (const CtTuple& tuple : entry.tuples) {
    const auto at = table_.find(tuple);
    if (at != table_.end() && at->second.entry == &entry) table_.erase(at);
  }
}

void Conntrack::freed(ConntrackEntry& entry) {
  if (entry.has(ct_status::src_nat_done)) {
    const auto [first, last] = by_source_.equal_range(source_of(entry.tuple(CtDir::original)));
    const auto at = std::find_if(first, last, [&](const auto& each) { return each.second == &entry; });
    if (at != last) by_source_.erase(at);
  }
  if (entry.next_ != nullptr) entry.next_->before_ = entry.before_;
  (entry.before_ != nullptr ? entry.before_->next_ : newest_) = entry.next_;
  --alive_;
}

void retain(ConntrackEntry& entry) { ++entry.references_; }

void release(ConntrackEntry& entry) {
  if (--entry.references_ != 0) return;
  if (entry.owner_ != nullptr) entry.owner_->freed(entry);
  delete &entry;
}

void Conntrack::refresh(ConntrackEntry& entry, int seconds) const {
  if (entry.has(ct_status::fixed_timeout)) return;
  const base::Time length = std::chrono::seconds(seconds);
  entry.expires = entry.has(ct_status::confirmed) ? now() + length : length;
}

void Conntrack::tell(ConntrackEntry& entry, std::uint32_t what) {
  const auto all = listeners_;  // one that is told may take itself away
  for (const auto& [listener, self] : all) listener(self, entry, what);
}

// Kernel: nf_ct_deliver_cached_events().
void Conntrack::tell_changes(ConntrackEntry& entry) {
  const std::uint32_t what = std::exchange(entry.untold, 0);
  if (what != 0 && entry.has(ct_status::confirmed) && !entry.has(ct_status::dying)) tell(entry, what);
}

ConntrackEntry* Conntrack::insert(const CtTuple& original, const CtTuple& reply, int seconds) {
  if (find(original).entry != nullptr || find(reply).entry != nullptr) return nullptr;
  ConntrackEntry* const entry = create(original, reply);
  if (entry == nullptr) return nullptr;
  entry->status |= ct_status::confirmed | ct_status::nat_done_mask;
  entry->expires = now() + std::chrono::seconds(seconds);
  retain(*entry);
  table_[original] = {entry, CtDir::original};
  table_[reply] = {entry, CtDir::reply};
  note_source(*entry);
  ++statistics_.insert;
  if (entry->watched) tell(*entry, ct_event::fresh);
  return entry;
}

HookResult Conntrack::confirm(Packet& packet) {
  ConntrackEntry* const entry = packet.conntrack.get();
  if (entry == nullptr) return HookResult::accept();
  if (entry->has(ct_status::confirmed)) {
    if (entry->untold != 0) tell_changes(*entry);
    return HookResult::accept();
  }
  if (direction_of(packet.conntrack.info()) != CtDir::original) return HookResult::accept();
  if (entry->has(ct_status::dying)) return HookResult::dropped(Drop::ct_clash);
  const Found known = find(entry->tuple(CtDir::original));
  if (known.entry != nullptr || find(entry->tuple(CtDir::reply)).entry != nullptr) {
    // Datagrams of one flow that came at once share the entry that was first (kernel: nf_ct_resolve_clash()).
    const bool same = known.entry != nullptr && known.entry->tuples == entry->tuples;
    if (!same || entry->tuple(CtDir::original).protocol != static_cast<std::uint8_t>(IpProto::udp)) {
      ++statistics_.insert_failed;
      return HookResult::dropped(Drop::ct_clash);
    }
    ++statistics_.clash_resolve;
    packet.conntrack.set(*known.entry, CtInfo::established);
    return HookResult::accept();
  }
  entry->expires += now();
  entry->status |= ct_status::confirmed;
  retain(*entry);
  table_[entry->tuple(CtDir::original)] = {entry, CtDir::original};
  table_[entry->tuple(CtDir::reply)] = {entry, CtDir::reply};
  note(*entry, ct_event::fresh);
  if (entry->untold != 0) tell_changes(*entry);
  return HookResult::accept();
}

// --- the hooks -------------------------------------------------------------------------------------------------------

// Kernel: ipv4_conntrack_defrag().
HookResult Conntrack::defragment(void* self, Hook hook, PacketPtr& packet) {
  Conntrack& tracker = *static_cast<Conntrack*>(self);
  if (packet->conntrack.get() != nullptr || packet->conntrack.untracked()) return HookResult::accept();
  if (!packet->ip().is_fragment()) return HookResult::accept();
  const FragmentUser user =
      hook == Hook::NF_INET_PRE_ROUTING ? FragmentUser::conntrack_in : FragmentUser::conntrack_out;
  packet = tracker.host_.defragment(std::move(packet), user);
  if (packet == nullptr) return HookResult::stolen();
  packet->ignore_df = true;
  return HookResult::accept();
}

// Kernel: ipv4_conntrack_in(), ipv4_conntrack_local().
HookResult Conntrack::in(void* self, Hook hook, PacketPtr& packet) {
  Conntrack& tracker = *static_cast<Conntrack*>(self);
  if (hook == Hook::NF_INET_LOCAL_OUT && packet->ip().is_fragment()) return HookResult::accept();
  if (packet->conntrack.get() != nullptr || packet->conntrack.untracked()) return HookResult::accept();
  const HookResult result = tracker.track(hook, *packet);
  if (tracker.host_.tracing() && result.verdict == Verdict::accept) {
    tracker.host_.trace(stage_of(hook), *packet, Verdict::accept, Drop::none, why_of(*packet), "conntrack");
  }
  return result;
}

// Kernel: ipv4_confirm().
HookResult Conntrack::confirm_hook(void* self, Hook, PacketPtr& packet) {
  return static_cast<Conntrack*>(self)->confirm(*packet);
}

// Kernel: nf_conntrack_in(). Packets that cannot be tracked go on without an entry: INVALID.
HookResult Conntrack::track(Hook hook, Packet& packet) {
  const wire::ConstIpv4 ip = packet.ip();
  if (ip.fragment_offset() != 0) return HookResult::accept();
  if (ip.protocol() == IpProto::icmp) {
    const Says says = icmp_error(hook, packet);
    if (says != Says::repeat) return HookResult::accept();
  }
  for (int round = 0; round < 2; ++round) {
    if (resolve(packet) == Says::drop) return HookResult::dropped(Drop::ct_table_full);
    ConntrackEntry* const entry = packet.conntrack.get();
    if (entry == nullptr) return HookResult::accept();
    const CtInfo info = packet.conntrack.info();
    const Says says = handle(hook, *entry, packet, info);
    if (says == Says::accept) {
      if (info == CtInfo::established_reply && !entry->has(ct_status::seen_reply)) {
        entry->status |= ct_status::seen_reply;
        note(*entry, ct_event::reply);
      }
      return HookResult::accept();
    }
    packet.conntrack.reset();
    if (says != Says::repeat) {
      ++(says == Says::drop ? statistics_.drop : statistics_.invalid);
      return says == Says::drop ? HookResult::dropped(Drop::ct_clash) : HookResult::accept();
    }
  }
  return HookResult::accept();
}

// Kernel: nf_conntrack_icmpv4_error(), nf_conntrack_inet_error().
Conntrack::Says Conntrack::icmp_error(Hook hook, Packet& packet) {
  const auto at = static_cast<std::uint32_t>(packet.ip().header_size());
  if (packet.size() < at + wire::Icmp::kSize) return Says::invalid;
  if (get(CtKey::nf_conntrack_checksum) != 0 && hook == Hook::NF_INET_PRE_ROUTING && !checksum_ok(packet, hook)) {
    return Says::invalid;
  }
  std::array<std::uint8_t, 1> type;
  packet.read(at, type);
  if (type[0] > kHighestIcmpType) return Says::invalid;
  if (!is_error(type[0])) return Says::repeat;
  const auto quoted = tuple_of(packet, at + wire::Icmp::kSize);
  const auto answer = quoted ? inverse(*quoted) : std::nullopt;
  const Found found = answer ? find(*answer) : Found{};
  // The error has to go to whoever sent what it quotes.
  if (found.entry == nullptr || found.entry->tuple(found.dir).dst != packet.ip().dst()) return Says::invalid;
  packet.conntrack.set(*found.entry, found.dir == CtDir::reply ? CtInfo::related_reply : CtInfo::related);
  return Says::accept;
}

// Kernel: resolve_normal_ct().
Conntrack::Says Conntrack::resolve(Packet& packet) {
  const auto tuple = tuple_of(packet, 0);
  if (!tuple) return Says::invalid;
  const Found found = find(*tuple);
  if (found.entry == nullptr) {
    const auto reply = inverse(*tuple);
    if (!reply) return Says::invalid;
    ConntrackEntry* const made = create(*tuple, *reply);
    if (made == nullptr) return Says::drop;
    packet.conntrack.set(*made, CtInfo::fresh);
    return Says::accept;
  }
  CtInfo info = CtInfo::established_reply;
  if (found.dir == CtDir::original) {
    info = found.entry->has(ct_status::seen_reply) ? CtInfo::established : CtInfo::fresh;
  }
  packet.conntrack.set(*found.entry, info);
  return Says::accept;
}

Conntrack::Says Conntrack::handle(Hook hook, ConntrackEntry& entry, Packet& packet, CtInfo info) {
  switch (static_cast<IpProto>(entry.tuple(CtDir::original).protocol)) {
    case IpProto::tcp: return handle_tcp(hook, entry, packet, info);
    case IpProto::udp: return handle_udp(hook, entry, packet);
    case IpProto::icmp: return handle_icmp(entry);
    default: refresh(entry, get(CtKey::nf_conntrack_generic_timeout)); return Says::accept;
  }
}

Conntrack::Says Conntrack::handle_icmp(ConntrackEntry& entry) {
  switch (entry.tuple(CtDir::original).dport >> 8) {
    case 8:
    case 13:
    case 15:
    case 17: break;
    default: return Says::invalid;  // an answer that nobody has asked for
  }
  refresh(entry, get(CtKey::nf_conntrack_icmp_timeout));
  return Says::accept;
}

Conntrack::Says Conntrack::handle_udp(Hook hook, ConntrackEntry& entry, const Packet& packet) {
  std::array<std::uint8_t, wire::Udp::kSize> header;
  const auto at = static_cast<std::uint32_t>(packet.transport_offset());
  if (packet.size() < at + header.size()) return Says::invalid;
  packet.read(at, header);
  const std::uint32_t length = base::load_be16(header.data() + 4);
  if (length > packet.size() - at || length < wire::Udp::kSize) return Says::invalid;
  const bool has_checksum = base::load_be16(header.data() + 6) != 0;
  if (has_checksum && hook == Hook::NF_INET_PRE_ROUTING && get(CtKey::nf_conntrack_checksum) != 0 &&
      !checksum_ok(packet, hook)) {
    return Says::invalid;
  }
  if (!entry.has(ct_status::confirmed)) entry.stream_since = now() + std::chrono::seconds(2);
  const bool both = entry.has(ct_status::seen_reply);
  const bool stream = both && now() > entry.stream_since;
  refresh(entry, get(stream ? CtKey::nf_conntrack_udp_timeout_stream : CtKey::nf_conntrack_udp_timeout));
  if (stream && !entry.has(ct_status::assured)) note_assured(entry);
  return Says::accept;
}

}  // namespace lvs::host
