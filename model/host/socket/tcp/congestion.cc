// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/congestion.h"

#include <algorithm>

#include "host/socket/tcp/endpoint.h"

namespace lvs::host {

bool Congestion::progress(std::uint32_t una) {
  const bool all = !seq_before(una, until_);
  if (all) probing_ = false;
  if (!recovering()) return false;
  if (!all) return true;
  in_recovery_ = in_loss_ = false;
  window_ = std::max(2u, std::min(window_, std::max(threshold_, 2u)));
  return false;
}

void Congestion::grow(std::uint32_t packets, std::uint32_t in_network) {
  if (!limiting_ && window_ >= threshold_) return;
  if (window_ < threshold_) {
    if (!limiting_ && window_ >= 2 * (in_network + packets)) return;  // what was not used says nothing
    const std::uint32_t grown = std::min(window_ + packets, threshold_);
    packets -= grown - window_;
    window_ = grown;
    if (packets == 0) return;
  }
  count_ += packets;
  if (count_ >= window_) {
    count_ -= window_;
    ++window_;
  }
}

void Congestion::enter_recovery(std::uint32_t next) {
  in_recovery_ = true;
  until_ = next;
  threshold_ = std::max(window_ * 7 / 10, 2u);
  window_ = threshold_;
  count_ = 0;
}

void Congestion::enter_loss(std::uint32_t next) {
  if (!in_loss_) threshold_ = std::max(window_ * 7 / 10, 2u);
  in_loss_ = true;
  in_recovery_ = probing_ = false;
  until_ = next;
  window_ = 1;
  count_ = 0;
}

void Congestion::enter_resending(std::uint32_t next) {
  if (recovering()) return;
  in_loss_ = true;
  until_ = next;
  threshold_ = window_;
}

void Congestion::probe(std::uint32_t next) {
  probing_ = true;
  until_ = next;
}

}  // namespace lvs::host
