// SPDX-License-Identifier: GPL-2.0-or-later
// Who has sent an answer, as ping prints it: "NAME (ADDRESS)" once the name is known (iputils: pr_addr()). What is to
// be printed waits in its order until then.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "control/machine/machine.h"
#include "control/names/lookup.h"

namespace lvs::control {

class SenderNames {
 public:
  // `numeric`: addresses alone. `idle`: what waited has been printed.
  SenderNames(Machine& machine, host::SocketOwner owner, bool numeric, std::function<void()> idle)
      : numeric_(numeric), idle_(std::move(idle)), lookup_(machine, owner) {}

  using Print = std::function<void(const std::string& sender)>;
  void say(base::Ipv4Addr sender, Print print) {
    waiting_.emplace_back(sender, std::move(print));
    if (!busy_) go_on();
  }
  bool busy() const { return busy_; }

 private:
  void go_on() {
    while (!waiting_.empty()) {
      const base::Ipv4Addr sender = waiting_.front().first;
      if (!numeric_ && known_ != sender) return look_up(sender);
      const Print print = std::move(waiting_.front().second);
      waiting_.pop_front();
      print(numeric_ ? sender.text() : text_);
    }
  }

  void look_up(base::Ipv4Addr sender) {
    busy_ = true;
    auto is_within = std::make_shared<bool>(true);
    lookup_.name_of(sender, [this, sender, is_within](const Found& found) {
      known_ = sender;
      text_ = sender.text();
      const std::string name = found.error == NameError::none ? found.name : text_;
      if (found.error != NameError::again) text_ = name + " (" + text_ + ")";
      busy_ = false;
      if (*is_within) return;
      go_on();
      if (!busy_) idle_();
    });
    *is_within = false;
    if (!busy_) go_on();
  }

  bool numeric_, busy_ = false;
  std::function<void()> idle_;
  base::Ipv4Addr known_;
  std::string text_;
  std::deque<std::pair<base::Ipv4Addr, Print>> waiting_;
  Lookup lookup_;
};

}  // namespace lvs::control
