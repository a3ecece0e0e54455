// SPDX-License-Identifier: GPL-2.0-or-later
// What an instance makes of an advert that it receives (keepalived: vrrp_check_packet(), vrrp_state_backup(),
// vrrp_state_master_rx()).
#include <algorithm>
#include <compare>

#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {
namespace {

constexpr std::uint8_t kTtl = 255;
constexpr unsigned kAdvert = 1;

}  // namespace

// Version 2 only: the kind of authentication, the password, and the interval that both must agree on.
bool Vrrp::authentic(VrrpInstance& v, const ReceivedAdvert& advert) {
  const unsigned type = advert.auth_type();
  if (type > 2) {
    log("({}) Invalid auth type: {}", v.name(), type);
    ++v.counters.auth_invalid;
    return false;
  }
  if (type != static_cast<unsigned>(v.conf->auth)) {
    log("({}) received a {} auth, expecting {}!", v.name(), type, static_cast<unsigned>(v.conf->auth));
    ++v.counters.auth_mismatch;
    return false;
  }
  if (v.conf->auth == VrrpAuth::pass) {
    std::string mine = v.conf->auth_pass;
    mine.resize(kVrrpAuthData);
    // The last bytes of the datagram by its own length, which may claim more than there is.
    const std::size_t end = std::min<std::size_t>(advert.total_length, advert.packet.size());
    const auto theirs = advert.packet.subspan(end < kVrrpAuthData ? 0 : end - kVrrpAuthData, kVrrpAuthData);
    if (!std::equal(theirs.begin(), theirs.end(), mine.begin(),
                    [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) {
      log("({}) received an invalid passwd!", v.name());
      ++v.counters.auth_failure;
      return false;
    }
  }
  const auto seconds = v.interval() / std::chrono::seconds(1);
  if (seconds != static_cast<long>(advert.seconds())) {
    log("({}) advertisement interval mismatch mine={} sec rcv'd={} sec", v.name(), seconds, advert.seconds());
    return false;
  }
  return true;
}

bool Vrrp::from_peer(VrrpInstance& v, const ReceivedAdvert& advert) {
  if (!v.unicast() || !v.conf->check_unicast_src) return true;
  const auto peer = std::ranges::find(v.conf->peers, advert.from, &VrrpInstanceConf::Peer::address);
  if (peer == v.conf->peers.end()) {
    log("({}) unicast source address {} not a unicast peer", v.name(), advert.from.text());
    return false;
  }
  if (advert.ttl >= peer->min_ttl && advert.ttl <= peer->max_ttl) return true;
  ++v.counters.ttl_errors;
  log("({}) TTL/HL {} not in range {} - {}", v.name(), advert.ttl, peer->min_ttl, peer->max_ttl);
  return false;
}

bool Vrrp::accepts(VrrpInstance& v, const ReceivedAdvert& advert, bool check_addresses) {
  const std::size_t length = advert.packet.size(), expected = advert.expected_length();
  if (length != expected) {
    log("({}) vrrp packet too {}, length {} and expect {}", v.name(), length > expected ? "long" : "short", length,
        expected);
    ++v.counters.length_errors;
    return false;
  }
  if (!v.unicast() && advert.ttl != kTtl) {
    log("({}) invalid TTL/HL. Received {} and expect {}", v.name(), advert.ttl, kTtl);
    ++v.counters.ttl_errors;
    return false;
  }
  if (advert.version() != v.conf->version) {
    log("({}) wrong version. Received {} and expect {}", v.name(), advert.version(), v.conf->version);
    return false;
  }
  if (v.conf->version == 2 && !authentic(v, advert)) return false;
  if (advert.type() != kAdvert) {
    log("({}) Invalid packet type. {} and expect {}", v.name(), advert.type(), kAdvert);
    ++v.counters.type_errors;
    return false;
  }
  if (check_addresses && advert.count() != v.conf->addresses.size()) {
    log("({}) received an unexpected ip number count {}, expected {}!", v.name(), advert.count(),
        v.conf->addresses.size());
    ++v.counters.address_list_errors;
    return false;
  }
  if (advert.total_length != length) {
    log("({}) ip_tot_len mismatch against received length. {} and received {}", v.name(), advert.total_length, length);
    ++v.counters.length_errors;
    return false;
  }
  if (!advert.checksum_right()) {
    log("({}) Invalid VRRPv{} checksum", v.name(), v.conf->version);
    return false;
  }
  if (advert.to.is_multicast() == v.unicast()) {
    log("({}) Expected {}icast packet but received {}icast packet", v.name(), v.unicast() ? "un" : "mult",
        v.unicast() ? "mult" : "un");
    ++v.counters.address_list_errors;
    return false;
  }
  ++v.counters.advert_received;
  if (check_addresses) {
    for (const ConfAddress& address : v.conf->addresses) {
      if (advert.has_address(address.prefix.addr)) continue;
      log("({}) ip address associated with VRID {} not present in MASTER advert: {}", v.name(), v.conf->vrid,
          address.prefix.addr.text());
      ++v.counters.address_list_errors;
      return false;
    }
    if (!from_peer(v, advert)) return false;
  }
  if (advert.priority() == 0) ++v.counters.zero_received;
  return true;
}

void Vrrp::learn_interval(VrrpInstance& v, const ReceivedAdvert& advert) {
  if (v.conf->version != 3) return;
  const base::Time interval = advert.centiseconds() * base::Time(std::chrono::milliseconds(10));
  if (v.master_interval == interval) return;
  detail("({}) advertisement interval updated from {}ms to {}ms by master", v.name(),
         v.master_interval / std::chrono::milliseconds(1), interval / std::chrono::milliseconds(1));
  v.master_interval = interval;
}

void Vrrp::preempt_clock(VrrpInstance& v, const ReceivedAdvert& advert) {
  if (v.conf->preempt_delay == base::Time{}) return;
  if (advert.priority() >= v.effective_priority) {
    if (v.preempt_at == base::Time{}) return;
    detail("({}) stop preempt delay", v.name());
    v.preempt_at = {};
  } else if (v.preempt_at == base::Time{}) {
    const auto us = v.conf->preempt_delay / std::chrono::microseconds(1);
    detail("({}) start preempt delay ({}.{:06})", v.name(), us / 1'000'000, us % 1'000'000);
    v.preempt_at = clock() + v.conf->preempt_delay;
  }
}

void Vrrp::backup_receives(VrrpInstance& v, const ReceivedAdvert& advert) {
  const bool check = !v.conf->skip_check_adv_addr || !v.has_master || v.master_address != advert.from;
  const auto remember = [&] {
    v.master_address = advert.from;
    v.has_master = true;
  };
  // What is ignored changes nothing: the timer goes on.
  const auto ignore = [&] { v.down_time = std::max(v.due - clock(), base::Time{}); };
  if (!accepts(v, advert, check)) return ignore();
  const bool delayed =
      v.conf->preempt_delay > base::Time{} && (v.preempt_at == base::Time{} || v.preempt_at > world_.now());
  if (advert.priority() == 0) {
    detail("({}) Backup received priority 0 advertisement", v.name());
    v.down_time = v.skew();
  } else if (v.conf->nopreempt || advert.priority() >= v.effective_priority || delayed) {
    learn_interval(v, advert);
    v.down_time = v.master_down();
    remember();
    v.master_priority = advert.priority();
    preempt_clock(v, advert);
    v.want = VrrpState::backup;
  } else {
    log("({}) received lower priority ({}) advert from {} - discarding", v.name(), advert.priority(),
        advert.from.text());
    ignore();
    remember();
  }
}

void Vrrp::lower_priority(VrrpInstance& v, const ReceivedAdvert& advert) {
  const bool silent = *v.conf->lower_prio_no_advert;
  log("({}) Received advert from {} with lower priority {}, ours {}{}", v.name(), advert.from.text(), advert.priority(),
      v.effective_priority, silent ? "" : ", forcing new election");
  if (!silent) send_advert(v, v.effective_priority);
  const auto update = [&](VrrpInstance& each) {
    const unsigned repeats = *each.conf->garp_lower_prio_repeat;
    if (repeats == 0) return;
    send_link_update(each, repeats);
    if (*each.conf->garp_lower_prio_delay > base::Time{}) later(each, *each.conf->garp_lower_prio_delay, repeats);
  };
  update(v);
  if (v.sync != nullptr) {
    for (VrrpInstance* other : v.sync->members) {
      if (other != &v) update(*other);
    }
  }
  if (!v.conf->notify.master_rx_lower_pri.empty()) world_.notify(v.conf->notify.master_rx_lower_pri, {}, false);
}

// True: it is no longer master.
bool Vrrp::master_receives(VrrpInstance& v, const ReceivedAdvert& advert) {
  if (!accepts(v, advert, true)) return false;
  const auto mine = v.source.value_or(base::Ipv4Addr::any());
  const int order = advert.from < mine ? -1 : advert.from > mine ? 1 : 0;
  const unsigned theirs = advert.priority();
  const auto higher = [&] { return theirs > v.effective_priority || (theirs == v.effective_priority && order > 0); };
  if (theirs == 0 || (*v.conf->higher_prio_send_advert && higher())) {
    send_advert(v, v.effective_priority);
    if (theirs == 0) {
      detail("({}) Master received priority 0 message", v.name());
      return false;
    }
  }
  if (theirs == v.effective_priority) {
    if (order == 0) {
      log("({}) WARNING - equal priority advert received from remote host with our IP address.", v.name());
    } else if (v.effective_priority == kOwnerPriority) {
      log("({}) CONFIGURATION ERROR: local instance and a remote instance are both configured as address owner, please "
          "fix - reducing local priority",
          v.name());
      v.effective_priority = v.base_priority = kOwnerPriority - 1;
    }
  }
  if (theirs < v.effective_priority || (theirs == v.effective_priority && order < 0)) {
    lower_priority(v, advert);
    return false;
  }
  if (!higher()) return false;
  if (theirs > v.effective_priority) {
    log("({}) Master received advert from {} with higher priority {}, ours {}", v.name(), advert.from.text(), theirs,
        v.effective_priority);
  } else {
    log("({}) Master received advert from {} with same priority {} but higher IP address than ours", v.name(),
        advert.from.text(), theirs);
  }
  learn_interval(v, advert);
  v.down_time = v.master_down();
  v.master_priority = theirs;
  v.want = v.state = VrrpState::backup;
  return true;
}

void Vrrp::receive(const std::string& interface, bool unicast, std::span<const std::uint8_t> packet) {
  const auto advert = read_advert(packet);
  if (!advert) {
    log("IPv4 VRRP packet too short - {} bytes", packet.size());
    return;
  }
  // Sockets of unicast and of multicast are not the same.
  const auto ours = [&](const std::unique_ptr<VrrpInstance>& v) {
    return v->conf->interface == interface && v->conf->vrid == advert->vrid() && v->unicast() == unicast;
  };
  auto found = std::ranges::find_if(instances_, ours);
  // Unicast instances of one VRID are told apart by their peers.
  for (auto other = found; other != instances_.end(); ++other) {
    if (!ours(*other) || !(*other)->unicast()) continue;
    if (std::ranges::find((*other)->conf->peers, advert->from, &VrrpInstanceConf::Peer::address) !=
        (*other)->conf->peers.end()) {
      found = other;
      break;
    }
  }
  if (found == instances_.end()) {
    if (conf_.global.log_unknown_vrids)
      log("Unknown VRID({}) received on interface({}). ignoring...", advert->vrid(), interface);
    return;
  }
  VrrpInstance& v = **found;
  work_ = kReadWork;
  if (v.state == VrrpState::fault || v.state == VrrpState::init) return;
  const VrrpState before = v.state;
  if (v.state == VrrpState::backup) {
    backup_receives(v, *advert);
  } else if (v.state == VrrpState::master && master_receives(v, *advert)) {
    leave_master(v, false);
  }
  synchronise(v, before);
  // Whatever a master has received, its timer begins anew.
  if (v.state != VrrpState::master || !*v.conf->lower_prio_no_advert) arm(v);
  wake();
}

}  // namespace lvs::keepalived
