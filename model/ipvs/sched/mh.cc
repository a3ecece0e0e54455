// SPDX-License-Identifier: GPL-2.0-or-later
// Maglev hashing (kernel: ip_vs_mh.c; Eisenbud et al., NSDI 2016): a table of 4093 slots that changes little when
// destinations come and go, picked by the client's address, and its port with mh-port.
#include <algorithm>
#include <array>
#include <numeric>

#include "base/siphash.h"
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kSize = 4093;  // prime: IP_VS_MH_TAB_INDEX 12
constexpr int kTurnBits = 6;           // IP_VS_MH_TAB_BITS
constexpr std::uint64_t kKey1 = 2654435761u, kKey2 = 2654446892u;

std::uint32_t hash(std::uint64_t key, base::Ipv4Addr addr, std::uint16_t port, std::uint32_t offset) {
  return base::hsiphash_u32(offset + port + addr.value, {key, key});
}

class Mh final : public Scheduler {
 public:
  std::string_view name() const override { return "mh"; }
  trace::Why why_lost(const Destination&, const Destination& winner) const override {
    return {trace::WhyId::lost_hash, {winner.addr.value}};
  }
  bool fits(std::size_t destinations) const override { return destinations <= kSize; }
  void bound(const VirtualService& service, base::Time) override { fill(service); }
  void added(const VirtualService& service, Destination&) override { fill(service); }
  void removed(const VirtualService& service, Destination& dest, std::size_t) override {
    fill(service);
    if (service.destinations.size() > kSize) std::ranges::replace(slots_, &dest, nullptr);
  }
  void edited(const VirtualService& service, Destination&) override { fill(service); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    const std::uint16_t port = (service.flags & service_flag::mh_port) != 0 ? flow.client_port : std::uint16_t{0};
    const std::uint32_t first = hash(kKey1, flow.client, port, 0) % kSize;
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_mh, {first, flow.client.value}});
    Destination* dest = slots_[first];
    if (dest == nullptr || eligible(*dest)) return dest;
    if ((service.flags & service_flag::mh_fallback) == 0) return nullptr;
    for (std::uint32_t i = 0; i < kSize; ++i) {
      const std::uint32_t slot = hash(kKey1, flow.client, port, (i + first) % kSize) % kSize;
      if (!eligible(*slots_[slot])) continue;
      if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_mh_fallback, {slot}});
      return slots_[slot];
    }
    return nullptr;
  }

 private:
  struct Candidate {
    Destination* dest;
    std::uint32_t at;    // where its walk through the table stands
    std::uint32_t skip;  // and its stride
    int turns;           // slots it takes in a row
  };

  // The weight that counts is the last one above zero, so that a quiesced destination keeps its slots.
  void fill(const VirtualService& service) {
    if (!fits(service.destinations.size())) return;
    int gcd = 0, most = 0;
    for (const Destination* dest : service.destinations) {
      gcd = std::gcd(gcd, dest->last_weight);
      most = std::max(most, dest->last_weight);
    }
    slots_.fill(nullptr);
    if (gcd == 0) return;
    const int bits = std::bit_width(static_cast<unsigned>(most / gcd));
    const int shift = std::max(bits - kTurnBits, 0);
    std::vector<Candidate> candidates;
    for (Destination* dest : service.destinations) {
      if (dest->last_weight == 0) continue;
      candidates.push_back({dest, hash(kKey1, dest->addr, dest->port, 0) % kSize,
                            hash(kKey2, dest->addr, dest->port, 0) % (kSize - 1) + 1,
                            std::max(dest->last_weight / gcd >> shift, 1)});
    }
    for (std::uint32_t filled = 0;;) {
      for (Candidate& c : candidates) {
        for (int turn = 0; turn < c.turns; ++turn) {
          while (slots_[c.at] != nullptr) c.at = (c.at + c.skip) % kSize;
          slots_[c.at] = c.dest;
          if (++filled == kSize) return;
        }
      }
    }
  }

  std::array<Destination*, kSize> slots_{};
};

}  // namespace

std::unique_ptr<Scheduler> make_mh() { return std::make_unique<Mh>(); }

}  // namespace lvs::ipvs
