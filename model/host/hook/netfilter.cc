// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/hook/netfilter.h"

#include <algorithm>

namespace lvs::host {

std::string_view name_of(Hook hook) {
  switch (hook) {
    case Hook::NF_INET_PRE_ROUTING: return "PREROUTING";
    case Hook::NF_INET_LOCAL_IN: return "INPUT";
    case Hook::NF_INET_FORWARD: return "FORWARD";
    case Hook::NF_INET_LOCAL_OUT: return "OUTPUT";
    case Hook::NF_INET_POST_ROUTING: return "POSTROUTING";
    case Hook::count_: break;
  }
  return "UNKNOWN";
}

trace::Stage stage_of(Hook hook) {
  switch (hook) {
    case Hook::NF_INET_PRE_ROUTING: return trace::Stage::pre_routing;
    case Hook::NF_INET_LOCAL_IN: return trace::Stage::local_in;
    case Hook::NF_INET_FORWARD: return trace::Stage::forward;
    case Hook::NF_INET_LOCAL_OUT: return trace::Stage::local_out;
    case Hook::NF_INET_POST_ROUTING:
    case Hook::count_: break;
  }
  return trace::Stage::post_routing;
}

std::string Netfilter::decision() const {
  if (decision_.number == 0) return {};
  constexpr std::string_view kSteps[] = {"rule", "return", "policy"};
  std::string text(decision_.table);
  text.append(":").append(decision_.chain).append(":").append(kSteps[static_cast<std::size_t>(decision_.step)]);
  text.append(":").append(std::to_string(decision_.number));
  return text;
}

void Netfilter::add(Hook hook, Entry entry) {
  auto& chain = chains_[static_cast<std::size_t>(hook)];
  const auto at = std::ranges::upper_bound(chain, entry.priority, {}, &Entry::priority);
  chain.insert(at, entry);
}

void Netfilter::remove(Hook hook, std::string_view name, void* self) {
  std::erase_if(chains_[static_cast<std::size_t>(hook)],
                [&](const Entry& entry) { return entry.name == name && entry.self == self; });
}

}  // namespace lvs::host
