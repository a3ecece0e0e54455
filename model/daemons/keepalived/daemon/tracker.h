// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the vrrp_scripts of a configuration and looks after its files and processes (keepalived: vrrp_scheduler.c,
// track_file.c, track_process.c).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/keepalived/daemon/scripts.h"
#include "daemons/keepalived/dump/dump.h"
#include "daemons/keepalived/vrrp/vrrp.h"

namespace lvs::keepalived {

class Tracker {
 public:
  using Say = std::function<void(const std::string& text)>;
  Tracker(control::Machine& machine, Scripts& scripts, Vrrp& vrrp, Say say);

  // Scripts that run are ended.
  ~Tracker();
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // What files and processes are like, for Vrrp::begin().
  static Vrrp::TrackedNow now(control::Machine& machine, const VrrpConf& conf);

  // What scripts have said so far.
  struct Said {
    std::string name;
    Vrrp::ScriptStart start;
    int rise = 1, fall = 1;
  };
  std::vector<Said> said() const;
  // Where scripts of a new configuration go on from there, with what keepalived says of it.
  static std::map<std::string, Vrrp::ScriptStart> resume(const VrrpConf& conf, const std::vector<Said>& said,
                                                         bool reloading, ConfReport& report);
  // Scripts that no instance looks at are told of and forgotten.
  static void drop_unused(VrrpConf& conf, const Vrrp& vrrp, const Say& say);

  // Scripts run from now on; files and processes are looked at.
  void start(const std::map<std::string, Vrrp::ScriptStart>& starts);

  // What a dump says of them, in the order of the configuration.
  void tell(VrrpDump& dump) const;
  // Likewise, before there is one.
  static void tell(control::Machine& machine, const Vrrp::TrackedNow& now, VrrpDump& dump);

 private:
  enum class Running : std::uint8_t { idle, running, asked_to_end };
  struct Script {
    Script(Tracker& its, const VrrpScriptConf& conf);
    Tracker& tracker;
    const VrrpScriptConf& conf;
    int result = 0;  // counts to rise, then to rise + fall - 1 (keepalived: vscript->result)
    int last_status = 0;
    Vrrp::First first = Vrrp::First::at_start;
    Running running = Running::idle;
    std::uint64_t run = 0;
    control::Alarm next, timeout;
  };
  struct File {
    const TrackFileConf& conf;
    int value = 0;
  };
  struct Watched {
    const TrackProcessConf& conf;
    bool quorum = false;
  };

  void run(Script& script);
  void finished(Script& script, int status);
  void timed_out(Script& script);
  void succeeded(Script& script, const std::string& how);
  void failed(Script& script, const std::string& how, const std::string& why);
  void look();
  static int value_of(control::Machine& machine, const TrackFileConf& file);
  static unsigned count_of(control::Machine& machine, const TrackProcessConf& process);

  control::Machine& machine_;
  Scripts& scripts_;
  Vrrp& vrrp_;
  Say say_;
  std::vector<std::unique_ptr<Script>> tracked_;
  std::vector<File> files_;
  std::vector<Watched> processes_;
  control::Alarm look_;
};

}  // namespace lvs::keepalived
