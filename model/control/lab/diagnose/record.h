// SPDX-License-Identifier: GPL-2.0-or-later
// What became of each packet of a run, as the machines tell it: the evidence that rules need. Internal to the
// diagnosis.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "control/lab/model.h"
#include "trace/event.h"
#include "wire/ipv4.h"

namespace lvs::control::diagnosis {

// The ends of a packet; ports are 0 where its protocol has none.
struct Tuple {
  wire::IpProto protocol{};
  base::Ipv4Addr src, dst;
  std::uint16_t sport = 0, dport = 0;

  Tuple reversed() const { return {protocol, dst, src, dport, sport}; }
  auto operator<=>(const Tuple&) const = default;
};

inline bool has_ports(wire::IpProto protocol) {
  return protocol == wire::IpProto::tcp || protocol == wire::IpProto::udp || protocol == wire::IpProto::sctp;
}

// A packet from the host that made it to where it ended.
struct Life {
  enum class Fate : std::uint8_t {
    under_way,  // nobody took it from the wire, or the run ended
    delivered,  // to a transport protocol
    dropped,
  };

  trace::WalkId walk = 0;
  trace::PartId part = 0;
  base::Time begin{}, end{};
  std::size_t origin = 0;         // index into Lab::hosts
  std::vector<std::size_t> path;  // hosts that took it, without its origin; the first ones only
  Tuple first, last;              // innermost, as it began and at its end; of an ICMP error what it quotes
  std::uint32_t size = 0;         // of the innermost IP packet, as it began
  std::uint8_t flags = 0;         // of TCP
  bool error = false;             // an ICMP error
  bool injected = false;
  std::optional<base::Ipv4Addr> chosen;  // the real server that IPVS sent it to
  Fate fate = Fate::under_way;
  std::size_t where = 0;  // the last host
  trace::Stage stage{};   // and stage there
  trace::Drop drop{};
  std::string by;  // the rule that dropped it

  bool passed(std::size_t host) const;
};

// Who drops by rules of nftables, which are keepalived's own: `nft` is no command of a lab.
inline constexpr std::string_view kNftables = "nft_do_chain";

// A packet without ports that a rule of iptables has dropped.
struct RawDrop {
  base::Time at{};
  std::size_t host = 0;
  std::uint8_t protocol = 0;
  std::string by;
};

// keepalived cannot speak from the unicast_src_ip of an instance: no address of this host.
struct NoSource {
  base::Time at{};
  std::size_t host = 0;
  base::Ipv4Addr address;
};

// What a keepalived says of its instances: "VI_1 vrid 51 MASTER priority 100 on eth0", or, from its log, of their
// priorities and of scripts.
struct GuardSaid {
  base::Time at{};
  std::size_t host = 0;
  bool state = false;
  std::string text;
};

// "who has ADDR" or "ADDR is at ...", as sent.
struct ArpSaid {
  base::Time at{};
  trace::WalkId walk = 0;
  std::size_t host = 0;
  bool reply = false;
  base::Ipv4Addr sender, target;
};

// "iptables -P FORWARD DROP" of "filter:FORWARD:policy:1", as the host's tables stand.
std::string decision_text(host::Host& host, std::string_view decision);

// Listens to every machine of a model from its making on.
class Record final : private trace::Sink {
 public:
  explicit Record(LabModel& model);
  ~Record() override;
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  // A machine that was off has a new host.
  void attach();
  // To be called before the model goes.
  void detach();

  const std::vector<Life>& lives() const { return lives_; }
  const std::vector<ArpSaid>& arp() const { return arp_; }
  const std::vector<RawDrop>& raw_drops() const { return raw_drops_; }
  const std::vector<NoSource>& no_sources() const { return no_sources_; }
  const std::vector<GuardSaid>& guards() const { return guards_; }
  bool whole() const { return whole_; }

 private:
  void packet(const trace::PacketEvent& event) override;
  void journal(const trace::JournalEvent& event) override;

  static constexpr std::size_t kMost = 150'000;  // packets remembered

  struct Key {
    trace::WalkId walk;
    trace::PartId part;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const { return key.walk * 0x9e3779b97f4a7c15ULL + key.part; }
  };

  LabModel* model_;
  std::vector<Life> lives_;
  std::vector<ArpSaid> arp_;
  std::vector<RawDrop> raw_drops_;
  std::vector<NoSource> no_sources_;
  std::vector<GuardSaid> guards_;
  std::unordered_map<Key, std::uint32_t, Hash> known_;
  bool whole_ = true;
};

}  // namespace lvs::control::diagnosis
