// SPDX-License-Identifier: GPL-2.0-or-later
// The five IPv4 hooks and the functions registered on them (kernel: nf_hook_slow(), struct nf_hook_ops).
//
//   wire -> PRE_ROUTING -> routing -> FORWARD ---------------> POST_ROUTING -> wire
//                             |                                     ^
//                          LOCAL_IN -> sockets -> LOCAL_OUT -> routing
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/packet/packet.h"
#include "trace/drop.h"
#include "trace/event.h"

namespace lvs::host {

namespace xt {
struct Ipvs;  // what `-m ipvs` asks: netfilter/xtables-rule.h
}

enum class Hook : std::uint8_t {
  NF_INET_PRE_ROUTING,
  NF_INET_LOCAL_IN,
  NF_INET_FORWARD,
  NF_INET_LOCAL_OUT,
  NF_INET_POST_ROUTING,
  count_
};
std::string_view name_of(Hook hook);
trace::Stage stage_of(Hook hook);

// Kernel: enum nf_ip_hook_priorities.
namespace priority {
inline constexpr int raw_before_defrag = -450, conntrack_defrag = -400, raw = -300, conntrack = -200, mangle = -150,
                     nat_dst = -100, filter = 0, nat_src = 100, conntrack_helper = 300, conntrack_confirm = 0x7fffffff;
}

// What the walk tells its visitor about a decision (kernel: enum nf_ip_trace_comments).
enum class RuleStep : std::uint8_t { rule, return_, policy };

// What a hook function says. `drop` needs a reason; `stolen` has taken the packet.
struct HookResult {
  Verdict verdict = Verdict::accept;
  trace::Drop drop = trace::Drop::none;

  static HookResult accept() { return {}; }
  static HookResult dropped(trace::Drop reason) { return {Verdict::drop, reason}; }
  static HookResult stolen() { return {Verdict::stolen, trace::Drop::none}; }
};

class Netfilter {
 public:
  Netfilter() = default;
  Netfilter(const Netfilter&) = delete;
  Netfilter& operator=(const Netfilter&) = delete;

  // On PRE_ROUTING and LOCAL_IN packet->in is the device it came by; on FORWARD in and out are set; on LOCAL_OUT and
  // POST_ROUTING out. data() is the IP header, and the transport header is set. A function that steals moves the packet
  // out.
  using Function = HookResult (*)(void* self, Hook hook, PacketPtr& packet);

  struct Entry {
    int priority = 0;
    std::string_view name;  // must outlive the registration ("ip_vs_in")
    Function function = nullptr;
    void* self = nullptr;
  };

  // Lower priorities come first; equal ones in the order of registration.
  void add(Hook hook, Entry entry);
  void remove(Hook hook, std::string_view name, void* self);
  const std::vector<Entry>& chain(Hook hook) const { return chains_[static_cast<std::size_t>(hook)]; }
  bool empty(Hook hook) const { return chain(hook).empty(); }

  // Who answers `-m ipvs`: does the packet belong to an IPVS connection like this?
  using IpvsAnswer = bool (*)(void* self, Packet& packet, const xt::Ipvs& question);
  void set_ipvs(IpvsAnswer answer, void* self) { ipvs_ = {answer, self}; }
  bool ask_ipvs(Packet& packet, const xt::Ipvs& question) const {
    return ipvs_.answer != nullptr && ipvs_.answer(ipvs_.self, packet, question);
  }

  // The rule that a packet has come to, for traces; the names must outlive the packet's walk through the hook.
  void decided(std::string_view table, std::string_view chain, RuleStep step, std::size_t number) {
    decision_ = {table, chain, step, number};
  }
  // "filter:FORWARD:rule:1", as the kernel's TRACE target spells it, and forgets it; "" when no rule has decided.
  std::string take_decision() {
    std::string text = decision();
    decision_ = {};
    return text;
  }
  std::string decision() const;
  void forget_decision() { decision_ = {}; }

 private:
  struct Decision {
    std::string_view table, chain;
    RuleStep step = RuleStep::rule;
    std::size_t number = 0;
  };

 public:
  // A target may send a packet of its own, which comes to rules before the one at work is done with.
  class KeepDecision {
   public:
    explicit KeepDecision(Netfilter& of) : of_(of), kept_(of.decision_) {}
    ~KeepDecision() { of_.decision_ = kept_; }
    KeepDecision(const KeepDecision&) = delete;
    KeepDecision& operator=(const KeepDecision&) = delete;

   private:
    Netfilter& of_;
    Decision kept_;
  };

 private:
  std::array<std::vector<Entry>, static_cast<std::size_t>(Hook::count_)> chains_;
  Decision decision_;
  struct {
    IpvsAnswer answer = nullptr;
    void* self = nullptr;
  } ipvs_;
};

}  // namespace lvs::host
