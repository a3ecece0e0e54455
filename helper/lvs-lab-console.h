// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <deque>
#include <functional>

#include "base/time.h"
#include "control/lab/lab.h"
#include "control/lab/script-run.h"
#include "control/machine/shell/shell.h"
#include "ns3/event-id.h"

namespace ns3 {

/** Who says what a lab does next, one thing after another: a person at a prompt. Virtual time stands still meanwhile.
 */
class LvsLabConsole {
 public:
  struct Order {
    enum class What { wait, event, quit };
    What what = What::quit;
    ::lvs::base::Time wait{};
    ::lvs::control::LabEvent event;     ///< its time is not looked at
    ::lvs::control::ShellLinePtr line;  ///< of a command
  };

  virtual ~LvsLabConsole() = default;

  /** Asked when nothing is at work: `now` is of the timeline. */
  virtual Order Next(::lvs::base::Time now) = 0;
  /** Asked now and then while a command is at work or time passes: true ends that, once. */
  virtual bool Interrupted() = 0;
  /** A command has been at work for so long that it has been ended. */
  virtual void GaveUp(::lvs::base::Time after) = 0;

  ::lvs::base::Time patience = std::chrono::minutes(1);  ///< with a command, in virtual time
};

/** Asks a console and does what it says, behind the timeline of a run. */
class LvsLabPrompt {
 public:
  /**
   * The console and the script must outlive it. `before` is called each time before it asks, `signal` to send a signal
   * to the line at work, of that host.
   */
  LvsLabPrompt(LvsLabConsole& console, ::lvs::control::ScriptRun& script, std::function<void()> before,
               std::function<void(std::size_t host, int number)> signal)
      : m_console(console), m_script(script), m_before(std::move(before)), m_signal(std::move(signal)) {}

  /** As soon as the present event is over. */
  void Ask();
  bool Begun() const { return m_begun; }
  /** To be called now and then: Ctrl-C, and commands that go on for ever. */
  void Look();

 private:
  void Prompt();
  void Obey(const LvsLabConsole::Order& order);

  LvsLabConsole& m_console;
  ::lvs::control::ScriptRun& m_script;
  std::function<void()> m_before;
  std::function<void(std::size_t, int)> m_signal;
  std::deque<::lvs::control::LabEvent> m_orders;  // the script keeps references to their places
  EventId m_prompt;                               // when it is asked next
  ::lvs::base::Time m_ordered{};                  // when the order at work was given
  unsigned m_interrupts = 0;                      // that it has got
  bool m_begun = false;
};

}  // namespace ns3
