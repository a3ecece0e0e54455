// SPDX-License-Identifier: GPL-2.0-or-later
// conntrack -E (conntrack-tools 1.4.7 event_cb(), kernel: ctnetlink_conntrack_event()).
#include <fmt/format.h>

#include <csignal>

#include "control/machine/alarm.h"
#include "control/machine/kept.h"
#include "control/machine/machine.h"
#include "control/machine/proc/conntrack-text.h"
#include "control/machine/task-command.h"
#include "control/programs/conntrack/asked.h"

namespace lvs::control {
namespace {

namespace ct_event = host::ct_event;

class Watching final : public Task {
 public:
  Watching(Machine& machine, Io& io, Done done, const ConntrackLine& line)
      : machine_(machine), io_(io), done_(std::move(done)), line_(line), alarm_(machine.host(), [this] {
          collect();
        }) {}
  ~Watching() override { tracker().unlisten(this); }

  void begin() {
    tracker().listen(&Watching::on_event, this);
    alarm_.set_after(kCollects);
  }

  bool take_signal(int signal) override {
    if (signal != SIGINT && signal != SIGTERM) return false;
    tracker().unlisten(this);
    io_.complain(fmt::format("conntrack v1.4.7 (conntrack-tools): {} flow events have been shown.\n", shown_));
    done_(0);
    return true;
  }

 private:
  // The kernel's collector comes each second at most (GC_SCAN_INTERVAL_MIN), and what has expired is told then.
  static constexpr base::Time kCollects = std::chrono::seconds(1);

  host::Conntrack& tracker() { return machine_.host().tables.conntrack(); }

  void collect() {
    const base::Time now = machine_.host().now();
    tracker().kill_if([now](const host::ConntrackEntry& entry) { return entry.expires <= now; });
    alarm_.set_after(kCollects);
  }

  static void on_event(void* self, const host::ConntrackEntry& entry, std::uint32_t what) {
    static_cast<Watching*>(self)->show(entry, what);
  }

  void show(const host::ConntrackEntry& entry, std::uint32_t what) {
    const bool fresh = (what & ct_event::fresh) != 0, end = (what & ct_event::destroyed) != 0;
    if (!(end ? line_.ends : fresh ? line_.news : line_.updates) || !fits(entry, line_.asked)) return;
    ++shown_;
    std::string text;
    if (line_.timestamp) {
      const auto time =
          std::chrono::duration_cast<std::chrono::microseconds>(machine_.epoch + machine_.host().now()).count();
      text = fmt::format("[{}.{:<6}]\t", time / 1000000, time % 1000000);
    }
    text += fmt::format("{:>9} ", end ? "[DESTROY]" : fresh ? "[NEW]" : "[UPDATE]");
    text += conntrack_text(machine_.host(), entry, line_.extended);
    if (const std::string by = kept(machine_, kConntrackBy); !by.empty())
      text += fmt::format(" [USERSPACE] portid={} progname=conntrack", by);
    io_.print(text + "\n");
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  ConntrackLine line_;
  Alarm alarm_;
  std::uint64_t shown_ = 0;
};

}  // namespace

CommandPtr watch_conntrack(const ConntrackLine& line) {
  return std::make_shared<TaskCommand<Watching, ConntrackLine>>(line);
}

}  // namespace lvs::control
