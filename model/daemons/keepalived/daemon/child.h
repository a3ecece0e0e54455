// SPDX-License-Identifier: GPL-2.0-or-later
// What the children of a keepalived have in common.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/process.h"
#include "daemons/keepalived/conf/complete/scripts.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/read.h"
#include "daemons/keepalived/daemon/log.h"
#include "daemons/keepalived/daemon/mail.h"
#include "daemons/keepalived/daemon/options.h"

namespace lvs::keepalived {

// The parent, as far as its children know it. It may be gone while they still end.
struct ParentLink {
  std::function<void(control::Pid child, control::ExitStatus status)> ended;
  std::function<void()> hears;               // it has the processor: a child reads again, or a script begins
  std::function<void(bool again)> has_read;  // a child has read its configuration
};

// What a signal asks for stands in a file of its own.
inline void write_dump(control::Machine& machine, const char* path, const std::string& text) {
  machine.files().truncate(path);
  machine.files().append(path, text);
}

class Child : public control::Process {
 public:
  Child(control::Machine& machine, control::Pid parent, const Options& options, Log log, std::string ident,
        const GlobalConf& global, std::shared_ptr<ParentLink> link)
      : Process(machine, parent, options.arguments),
        options_(options),
        global_(global),
        log_(std::move(log)),
        ident_(std::move(ident)),
        link_(std::move(link)),
        mailer_(machine, pid(), log_.detail, [this](std::string_view text) { line(text); }),
        looked_(machine.host(), [this] {
          line(search_.log);
          if (search_.error != nullptr) line(search_.error);
        }) {
    set_death_signal(control::kSigTerm);
  }

  // Reads its configuration and begins to work.
  virtual void begin() = 0;

 protected:
  void line(std::string_view text) const { log_.line(ident_, pid(), text); }
  void tell(const ConfReport& report) const {
    for (const ConfReport::Message& message : report.messages()) line(message.text);
  }
  // Who is killed leaves its pid file behind.
  void ended(control::ExitStatus status) override {
    looked_.clear();
    mailer_.drop();
    give_back();
    if (status.signal == 0) machine().files().remove(pid_file());
    if (link_ && link_->ended) link_->ended(pid(), status);
  }
  virtual void give_back() = 0;
  virtual std::string pid_file() const = 0;
  void write_pid_file() {
    machine().files().truncate(pid_file());
    machine().files().append(pid_file(), std::to_string(pid()) + "\n");
  }
  void write_dump(const char* path, const std::string& text) const { keepalived::write_dump(machine(), path, text); }
  // -d. Who has not looked for the user of scripts does so where the dump comes to it.
  void log_dump(std::string_view text, GlobalConf& global) const {
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
      if (text.starts_with(" Default script uid:gid")) {
        const ScriptUserSearch search = look_for_script_user(global);
        if (search.log != nullptr) line(search.log);
        if (search.error != nullptr) line(search.error);
      }
      line(text.substr(0, end));
    }
  }
  void write_mail(const GlobalConf& global, const std::string& subject, const std::string& body) {
    mailer_.send(global, subject, body);
  }
  void stop_mails() { mailer_.stop(); }
  // A dump tells whose scripts are; who has not looked for that user yet does so then.
  void look_for_user(GlobalConf& global) {
    const ScriptUserSearch search = look_for_script_user(global);
    if (search.log == nullptr) return;  // a second signal may come before the first look has been told
    search_ = search;
    looked_.set_after(std::chrono::microseconds(1));
  }
  void parent_hears() const {
    if (link_ && link_->hears) link_->hears();
  }
  void has_read(bool again) const {
    if (link_ && link_->has_read) link_->has_read(again);
  }
  // Times that a machine without a CPU of its own does not use. Those of scripts are told if they have used any.
  std::string last_line() const {
    return log_.detail ? "Stopped - used 0.000000 user time, 0.000000 system time" : "Stopped";
  }

  Options options_;
  GlobalConf global_;
  Log log_;

 private:
  std::string ident_;
  std::shared_ptr<ParentLink> link_;
  Mailer mailer_;
  ScriptUserSearch search_;
  control::Alarm looked_;
};

}  // namespace lvs::keepalived
