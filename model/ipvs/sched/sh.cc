// SPDX-License-Identifier: GPL-2.0-or-later
// Source hashing (kernel: ip_vs_sh.c): 256 buckets dealt by weight, picked by the client's address, and its port with
// sh-port. Without sh-fallback, a bucket whose owner takes no connections gives nobody.
#include <array>

#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Sh final : public Scheduler {
 public:
  std::string_view name() const override { return "sh"; }
  trace::Why why_lost(const Destination&, const Destination& winner) const override {
    return {trace::WhyId::lost_hash, {winner.addr.value}};
  }
  void bound(const VirtualService& service, base::Time) override { deal(service); }
  void added(const VirtualService& service, Destination&) override { deal(service); }
  void removed(const VirtualService& service, Destination&, std::size_t) override { deal(service); }
  void edited(const VirtualService& service, Destination&) override { deal(service); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    const std::uint32_t port = (service.flags & service_flag::sh_port) != 0 ? flow.client_port : 0;
    const std::uint32_t hash = hash_32(flow.client.value + port, kBits);
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_sh, {hash, flow.client.value}});
    Destination* dest = buckets_[hash];
    if (dest == nullptr || eligible(*dest)) return dest;
    if ((service.flags & service_flag::sh_fallback) == 0) return nullptr;
    // Once around, from a bucket that the hash names a second time.
    for (std::uint32_t offset = 0; offset < kSize; ++offset) {
      const std::uint32_t bucket = (offset + hash + hash) % kSize;
      if (!eligible(*buckets_[bucket])) continue;
      if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_sh_fallback, {bucket}});
      return buckets_[bucket];
    }
    return nullptr;
  }

 private:
  static constexpr unsigned kBits = 8;
  static constexpr std::uint32_t kSize = 1u << kBits;

  void deal(const VirtualService& service) {
    buckets_.fill(nullptr);
    if (service.destinations.empty()) return;
    std::size_t at = 0;
    int dealt = 0;
    for (Destination*& bucket : buckets_) {
      bucket = service.destinations[at];
      // As many in a row as its weight says, at least one.
      if (++dealt < bucket->weight) continue;
      at = (at + 1) % service.destinations.size();
      dealt = 0;
    }
  }

  std::array<Destination*, kSize> buckets_{};
};

}  // namespace

std::unique_ptr<Scheduler> make_sh() { return std::make_unique<Sh>(); }

}  // namespace lvs::ipvs
