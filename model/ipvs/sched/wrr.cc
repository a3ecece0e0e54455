// SPDX-License-Identifier: GPL-2.0-or-later
// Weighted round-robin (kernel: ip_vs_wrr.c). Walk the destinations, taking each whose weight reaches the bar. After
// each walk the bar drops by the gcd of the weights; after the walk with bar 1 it returns to the top. Weights A=4 B=3
// C=2 give AABABCABC.
#include <algorithm>
#include <numeric>

#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Wrr final : public Scheduler {
 public:
  std::string_view name() const override { return "wrr"; }

  void bound(const VirtualService& service, base::Time) override {
    measure(service);
    bar_ = top_;
  }
  void added(const VirtualService& service, Destination&) override { changed(service); }
  void removed(const VirtualService& service, Destination&, std::size_t) override { changed(service); }
  void edited(const VirtualService& service, Destination&) override { changed(service); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (top_ == 0) return nullptr;  // every weight is zero
    const auto size = static_cast<std::ptrdiff_t>(service.destinations.size());
    const std::ptrdiff_t start = at_;
    std::ptrdiff_t stop = kHead;  // give up after this one; kHead: not yet
    bool last_walk = false;       // the present walk takes any weight above zero
    bool restarted = false;
    for (;;) {
      while (++at_ < size) {
        Destination* dest = service.destinations[static_cast<std::size_t>(at_)];
        if (!dest->overloaded && dest->weight >= bar_) {
          if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_wrr, {trace::why_number(bar_)}});
          return dest;
        }
        if (stop != kHead && at_ == stop) return nullptr;
      }
      at_ = kHead;
      bar_ -= step_;
      if (bar_ <= 0) {
        bar_ = top_;
        // Everybody was asked for a weight of 1: all are overloaded.
        if (last_walk || start == kHead) return nullptr;
        restarted = true;
      }
      last_walk = bar_ <= step_;
      // The first walk covered only those behind `start`; this one is for the others.
      if (last_walk && restarted && start != kHead) stop = start;
    }
  }

 private:
  static constexpr std::ptrdiff_t kHead = -1;  // before the first destination

  void measure(const VirtualService& service) {
    at_ = kHead;
    step_ = top_ = 0;
    for (const Destination* dest : service.destinations) {
      step_ = std::gcd(step_, dest->weight);
      top_ = std::max(top_, dest->weight);
    }
    step_ = std::max(step_, 1);
    top_ -= step_ - 1;  // so the bar of the last walk is 1 whatever the gcd
  }
  void changed(const VirtualService& service) {
    measure(service);
    if (bar_ > top_ || bar_ == 0) {
      bar_ = top_;
    } else if (step_ > 1) {
      bar_ = bar_ / step_ * step_ + 1;
    }
  }

  std::ptrdiff_t at_ = kHead;  // the one taken last
  int step_ = 1, top_ = 0, bar_ = 0;
};

}  // namespace

std::unique_ptr<Scheduler> make_wrr() { return std::make_unique<Wrr>(); }

}  // namespace lvs::ipvs
