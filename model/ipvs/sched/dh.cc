// SPDX-License-Identifier: GPL-2.0-or-later
// Destination hashing (kernel: ip_vs_dh.c): 256 buckets dealt to the destinations in turn, picked by the packet's
// destination address.
#include <array>

#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Dh final : public Scheduler {
 public:
  std::string_view name() const override { return "dh"; }
  trace::Why why_lost(const Destination&, const Destination& winner) const override {
    return {trace::WhyId::lost_hash, {winner.addr.value}};
  }
  void bound(const VirtualService& service, base::Time) override { deal(service); }
  void added(const VirtualService& service, Destination&) override { deal(service); }
  void removed(const VirtualService& service, Destination&, std::size_t) override { deal(service); }

  Destination* schedule(const VirtualService&, const Flow& flow) override {
    const std::uint32_t bucket = hash_32(flow.target.value, kBits);
    Destination* dest = buckets_[bucket];
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_dh, {bucket, flow.target.value}});
    return dest != nullptr && dest->available && eligible(*dest) ? dest : nullptr;
  }

 private:
  static constexpr unsigned kBits = 8;

  void deal(const VirtualService& service) {
    buckets_.fill(nullptr);
    if (service.destinations.empty()) return;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      buckets_[i] = service.destinations[i % service.destinations.size()];
    }
  }

  std::array<Destination*, 1u << kBits> buckets_{};
};

}  // namespace

std::unique_ptr<Scheduler> make_dh() { return std::make_unique<Dh>(); }

}  // namespace lvs::ipvs
