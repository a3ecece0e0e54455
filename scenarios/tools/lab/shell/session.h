// SPDX-License-Identifier: GPL-2.0-or-later
// What is typed in a lab's shell, and what of it is kept.
#pragma once

#include <string>
#include <vector>

#include "control/lab/script.h"
#include "ns3/lvs-lab-console.h"
#include "tools/lab/shell/line-reader.h"
#include "tools/lab/shell/walks.h"

namespace lvs::scenarios {

class ShellSession final : public ns3::LvsLabConsole {
 public:
  // `folder`: of the lab. `timeline`: its own lines have run before. All must outlive the session.
  ShellSession(const control::Lab& lab, std::string folder, bool timeline, ShellWalks& walks);

  Order Next(base::Time now) override;
  bool Interrupted() override;
  void GaveUp(base::Time after) override;

  void result(const control::CommandResult& result) const;
  void output(const control::CommandResult& result) const;

 private:
  // Words of the shell's own; true: it was one, and `order` says what to do next, if anything.
  bool own_word(const std::string& word, std::string_view rest, std::optional<Order>& order);
  std::optional<Order> lab_line(std::string_view line);
  std::optional<Order> wait(std::string_view text);
  bool names_host(std::string_view line) const;
  bool pass_over(const std::string& fault);
  void switch_host(std::string_view name);
  void hosts() const;
  void save(std::string_view where) const;
  std::string timeline_text() const;
  std::string prompt() const;
  std::vector<std::string> complete(const std::string& before, const std::string& start) const;
  void say(const std::string& text) const;

  struct Typed {
    base::Time at;
    std::string line;    // "director ipvsadm -C", "- cut rs1 eth0"
    bool ended = false;  // by Ctrl-C: in a timeline it would not end
  };

  const control::Lab& lab_;
  std::string folder_;
  bool timeline_;
  ShellWalks& walks_;
  LineReader reader_;
  std::size_t host_ = 0;
  base::Time now_{};
  std::vector<Typed> typed_;
  bool greeted_ = false, waiting_ = false;
};

}  // namespace lvs::scenarios
