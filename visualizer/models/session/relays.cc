// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/relays.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "wire/walk.h"

namespace lvs::view {

namespace {

using trace::Stage;
using Kind = RelayPart::Kind;

constexpr std::uint8_t kTcp = 6;

// A connection as one host has it: the other end, then its own.
struct Ends {
  std::uint32_t there = 0;
  std::uint16_t port_there = 0;
  std::uint32_t here = 0;
  std::uint16_t port_here = 0;
  auto operator<=>(const Ends&) const = default;
};

Ends asSent(const trace::IndexEntry& e) { return {e.dst.value, e.dport, e.src.value, e.sport}; }
Ends asTaken(const trace::IndexEntry& e) { return {e.src.value, e.sport, e.dst.value, e.dport}; }

// A packet by its two ends: the host that made it, the one whose socket took it.
struct Packet {
  std::optional<std::uint16_t> sender, taker;
  Ends sent, taken;
  bool opens = false;  // SYN, and no ACK
  QString line;        // the first of a request or an answer of HTTP
  bool request = false;
};

// "GET /x HTTP/1.1"
bool isRequest(const QString& line) { return line.contains(" HTTP/1.") && !line.startsWith("HTTP/"); }
QString targetOf(const QString& line) { return line.section(' ', 1, 1); }

void readPayload(const trace::Record& record, Packet& to) {
  constexpr std::size_t kLongest = 200;
  const base::ByteView bytes(record.bytes);
  std::size_t payload = 0;
  wire::walk(bytes, wire::Layer::ethernet, 3, [&](const wire::Header& header) {
    if (header.layer != wire::Layer::tcp || header.quoted || header.fit != wire::Header::Fit::whole) return true;
    const wire::ConstTcp tcp{&bytes[header.offset]};
    to.opens = tcp.has(wire::Tcp::syn) && !tcp.has(wire::Tcp::ack);
    payload = header.offset + header.size;
    return false;
  });
  if (payload == 0 || payload >= bytes.size()) return;
  const base::ByteView all = bytes.subspan(payload);
  const auto end = std::ranges::find_if(all, [](std::uint8_t c) { return c == '\r' || c == '\n'; });
  const auto length = std::min<std::size_t>(static_cast<std::size_t>(end - all.begin()), kLongest);
  const QString line = QString::fromLatin1(reinterpret_cast<const char*>(all.data()), static_cast<qsizetype>(length));
  to.request = isRequest(line);
  if (to.request || line.startsWith("HTTP/1.")) to.line = line;
}

// False: nothing that a relay is made of.
bool readPacket(trace::TraceIndex& index, const trace::WalkEntry& walk, Packet& to) {
  if (walk.first == trace::kNoRecord) return false;
  const trace::IndexEntry& first = index.entry(walk.first);
  if (first.protocol != kTcp || (first.flags & trace::entry_flag::arp) != 0) return false;
  if (first.stage != Stage::wire_in) {
    to.sender = first.host;
    to.sent = asSent(first);
  }
  for (std::uint32_t at = walk.first; at != trace::kNoRecord; at = index.entry(at).next) {
    const trace::IndexEntry& e = index.entry(at);
    if (e.stage != Stage::socket || (to.sender && e.host == *to.sender) || e.verdict == trace::Verdict::drop) continue;
    to.taker = e.host;
    to.taken = asTaken(e);
  }
  trace::Record record;
  if (!index.record(walk.first, record)) return false;
  readPayload(record, to);
  return to.opens || !to.line.isEmpty();
}

// What a host has been asked and has not answered.
struct Asked {
  std::uint32_t walk = 0;
  Ends client;
  QString line;
  std::vector<std::uint32_t> opened;  // connections that it has opened since, while nothing else was asked of it
};

class Search {
 public:
  Search(trace::TraceIndex& index, std::vector<Relay>& relays, std::unordered_map<std::uint32_t, std::size_t>& of)
      : index_(index), relays_(relays), of_(of) {}

  void run() {
    const auto& walks = index_.walks();
    for (std::uint32_t number = 0; number < walks.size(); ++number) {
      Packet packet;
      if (!readPacket(index_, walks[number], packet)) continue;
      if (packet.opens) opened(number, packet);
      if (packet.line.isEmpty()) continue;
      if (packet.request) {
        passedOn(number, packet);
        asked(number, packet);
      } else {
        returned(number, packet);
        answered(number, packet);
      }
    }
  }

 private:
  using AtHost = std::pair<std::uint16_t, Ends>;

  void add(std::size_t relay, Kind kind, std::uint32_t walk, const QString& line) {
    if (!of_.emplace(walk, relay).second) return;
    relays_[relay].parts.push_back({kind, walk, line});
  }

  void opened(std::uint32_t number, const Packet& packet) {
    if (!packet.sender) return;
    opened_[{*packet.sender, packet.sent}] = number;
    auto& waiting = waiting_[*packet.sender];
    if (waiting.size() == 1) waiting.front().opened.push_back(number);
  }

  void asked(std::uint32_t number, const Packet& packet) {
    constexpr std::size_t kMost = 1000;
    if (!packet.taker) return;
    auto& waiting = waiting_[*packet.taker];
    if (waiting.size() < kMost) waiting.push_back({number, packet.taken, packet.line, {}});
  }

  // A host asks another: for the one that has asked the same of it, or has waited longest.
  void passedOn(std::uint32_t number, const Packet& packet) {
    if (!packet.sender) return;
    auto& waiting = waiting_[*packet.sender];
    if (waiting.empty()) return;
    auto found =
        std::ranges::find_if(waiting, [&](const Asked& each) { return targetOf(each.line) == targetOf(packet.line); });
    if (found == waiting.end()) found = waiting.begin();
    const Asked request = std::move(*found);
    waiting.erase(found);
    const auto known = of_.find(request.walk);
    const std::size_t relay = known == of_.end() ? relays_.size() : known->second;
    if (known == of_.end()) relays_.emplace_back();
    add(relay, Kind::asked, request.walk, request.line);
    std::set<std::uint32_t> opened(request.opened.begin(), request.opened.end());
    const auto own = opened_.find({*packet.sender, packet.sent});
    if (own != opened_.end() && own->second > request.walk) opened.insert(own->second);
    for (const std::uint32_t walk : opened) add(relay, Kind::opens, walk, {});
    add(relay, Kind::passed_on, number, packet.line);
    servers_[{*packet.sender, packet.sent}] = relay;
    clients_[{*packet.sender, request.client}] = relay;
  }

  void answered(std::uint32_t number, const Packet& packet) {
    if (!packet.taker) return;
    const auto found = servers_.find({*packet.taker, packet.taken});
    if (found == servers_.end()) return;
    add(found->second, Kind::answered, number, packet.line);
    servers_.erase(found);
  }

  void returned(std::uint32_t number, const Packet& packet) {
    if (!packet.sender) return;
    const auto found = clients_.find({*packet.sender, packet.sent});
    if (found != clients_.end()) {
      add(found->second, Kind::returned, number, packet.line);
      clients_.erase(found);
      return;
    }
    // It answers by itself, or after attempts that came to nothing.
    auto& waiting = waiting_[*packet.sender];
    const auto own = std::ranges::find(waiting, packet.sent, &Asked::client);
    if (own == waiting.end()) return;
    const Asked request = std::move(*own);
    waiting.erase(own);
    if (request.opened.empty()) return;
    const auto known = of_.find(request.walk);
    const std::size_t relay = known == of_.end() ? relays_.size() : known->second;
    if (known == of_.end()) relays_.emplace_back();
    add(relay, Kind::asked, request.walk, request.line);
    for (const std::uint32_t walk : request.opened) add(relay, Kind::opens, walk, {});
    add(relay, Kind::returned, number, packet.line);
  }

  trace::TraceIndex& index_;
  std::vector<Relay>& relays_;
  std::unordered_map<std::uint32_t, std::size_t>& of_;
  std::map<AtHost, std::uint32_t> opened_;
  std::map<AtHost, std::size_t> servers_, clients_;  // relays that wait for an answer, by the proxy's connections
  std::map<std::uint16_t, std::vector<Asked>> waiting_;
};

}  // namespace

void Relays::update(trace::TraceIndex& index) {
  // A long trace that is still being written is looked at again when an eighth has come on top.
  constexpr std::size_t kLong = 50'000;
  if (index.size() == records_ || (records_ > kLong && index.size() < records_ + records_ / 8)) return;
  records_ = index.size();
  relays_.clear();
  of_.clear();
  if (index.walks().size() > kMostWalks) return;
  Search(index, relays_, of_).run();
  for (Relay& relay : relays_) std::ranges::sort(relay.parts, {}, &RelayPart::walk);
}

const Relay* Relays::of(std::uint32_t walk) const {
  const auto found = of_.find(walk);
  return found == of_.end() ? nullptr : &relays_[found->second];
}

const RelayPart* Relays::partOf(std::uint32_t walk) const {
  const Relay* const relay = of(walk);
  return relay == nullptr ? nullptr : &*std::ranges::find(relay->parts, walk, &RelayPart::walk);
}

std::int64_t Relays::neighbour(std::uint32_t walk, int direction) const {
  const Relay* const relay = of(walk);
  if (relay == nullptr) return -1;
  const auto at = std::ranges::find(relay->parts, walk, &RelayPart::walk) - relay->parts.begin() + direction;
  if (at < 0 || at >= static_cast<std::ptrdiff_t>(relay->parts.size())) return -1;
  return relay->parts[static_cast<std::size_t>(at)].walk;
}

}  // namespace lvs::view
