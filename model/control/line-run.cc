// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/line-run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "control/alarm.h"
#include "control/machine.h"
#include "control/registry.h"

namespace lvs::control {

// Chains run one after the other: the foreground of a line, or one background chain.
class Job {
 public:
  Job(LineRun& line, std::size_t first, std::size_t last, bool foreground)
      : line_(line), chain_(first), end_(last), foreground_(foreground), alarm_(line.machine_.host(), [this] {
          pump();
        }) {}

  void pump() {
    while (!finished_) {
      if (!running_ && !begin_next()) return finish();
      if (!result_) return;  // goes on; the alarm calls again
      end_command();
    }
  }

  bool finished() const { return finished_; }

 private:
  const std::vector<Chain>& chains() const { return line_.line_->chains; }
  const Pipeline& pipeline() const { return chains()[chain_].links[link_].pipeline; }

  // Starts the next command; false when there is none left.
  bool begin_next() {
    while (chain_ < end_) {
      const Chain& chain = chains()[chain_];
      if (foreground_ && chain.background && link_ == 0 && stage_ == 0) {
        const std::size_t job = chain_++;
        status_ = 0;
        line_.jobs_.push_back(std::make_unique<Job>(line_, job, job + 1, false));
        line_.jobs_.back()->pump();
        continue;
      }
      if (link_ == chain.links.size()) {
        ++chain_;
        link_ = 0;
        continue;
      }
      const ChainLink& link = chain.links[link_];
      const bool wanted =
          link.when == ChainLink::When::always || (link.when == ChainLink::When::success) == (status_ == 0);
      if (!wanted) {
        ++link_;
        continue;
      }
      begin_command(link.pipeline[stage_]);
      return true;
    }
    return false;
  }

  void begin_command(const SimpleCommand& command) {
    running_ = true;
    result_.reset();
    input_ = std::move(piped_);
    piped_.clear();
    io_.in = input_;
    io_.out = stage_ + 1 < pipeline().size() ? &piped_ : &line_.out_;
    io_.err = &line_.err_;
    targets_.clear();
    if (!redirect(command)) {
      result_ = 2;
      return;
    }
    CommandPtr program = command.command;
    if (program == nullptr && !command.words.empty()) {
      auto parsed = parse_command(expanded(command));
      if (!parsed) {  // cannot be: only echo has such words, and it takes any
        io_.complain(parsed.error().text() + "\n");
        result_ = 2;
        return;
      }
      program = *parsed;
    }
    if (program == nullptr) {
      result_ = 0;
      return;
    }
    program_ = program;
    starting_ = true;
    task_ = program->start(line_.machine_, io_, [this](int status) {
      result_ = status;
      if (!starting_) alarm_.set_at(line_.machine_.host().now());
    });
    starting_ = false;
  }

  // $? put in.
  std::vector<Word> expanded(const SimpleCommand& command) const {
    std::vector<Word> words = command.words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto& marks = command.status_marks[i];
      for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark)
        words[i].text.insert(*mark, std::to_string(status_));
    }
    return words;
  }

  // Opens the files of the redirections in order, as dash does; false and a message when one cannot be.
  bool redirect(const SimpleCommand& command) {
    for (const Redirection& redirection : command.redirections) {
      if (redirection.kind == Redirection::Kind::duplicate) {
        std::string* const source = redirection.source == 1 ? io_.out : io_.err;
        (redirection.descriptor == 1 ? io_.out : io_.err) = source;
        continue;
      }
      Files& files = line_.machine_.files();
      if (redirection.kind == Redirection::Kind::input) {
        auto file = files.read(redirection.path);
        if (file.error == FileError::no_entry) {
          io_.complain(fmt::format("/bin/sh: 1: cannot open {}: No such file\n", redirection.path));
          return false;
        }
        input_ = std::move(file.text);
        io_.in = input_;
        continue;
      }
      const FileError error = files.can_write(redirection.path);
      if (error != FileError::none) {
        const std::string_view reason = error == FileError::no_entry ? "Directory nonexistent" : text_of(error);
        io_.complain(fmt::format("/bin/sh: 1: cannot create {}: {}\n", redirection.path, reason));
        return false;
      }
      const bool append = redirection.kind == Redirection::Kind::append;
      if (!append) files.truncate(redirection.path);
      targets_.push_back(std::make_unique<Target>(Target{redirection.path, {}}));
      (redirection.descriptor == 1 ? io_.out : io_.err) = &targets_.back()->text;
    }
    return true;
  }

  void end_command() {
    int status = *result_;
    const SimpleCommand& command = pipeline()[stage_];
    for (const auto& target : targets_) {
      if (target->text.empty()) continue;
      const FileError error = line_.machine_.files().append(target->path, target->text);
      if (error == FileError::none) continue;
      // Most tools never look whether what they printed was taken.
      const std::string name = command.words.empty() ? std::string() : command.words.front().text;
      if (name == "echo") {
        line_.err_ += "/bin/sh: 1: echo: echo: I/O error\n";
      } else if (name == "cat") {
        line_.err_ += fmt::format("cat: write error: {}\n", text_of(error));
      } else {
        continue;
      }
      status = 1;
    }
    targets_.clear();
    running_ = false;
    result_.reset();
    task_.reset();
    program_.reset();
    const bool leave = pipeline().size() == 1 && !command.words.empty() && command.words.front().text == "exit";
    if (!leave || command.words.size() > 1) status_ = status;
    if (++stage_ < pipeline().size()) return;
    stage_ = 0;
    ++link_;
    piped_.clear();
    if (leave) {
      chain_ = end_;
      link_ = 0;
    }
  }

  void finish() {
    finished_ = true;
    if (!foreground_) return;
    line_.status_ = status_;
    line_.finished_ = true;
    if (line_.done_) line_.done_(line_);
  }

  struct Target {
    std::string path;
    std::string text;
  };

  LineRun& line_;
  std::size_t chain_;
  std::size_t end_;
  std::size_t link_ = 0;
  std::size_t stage_ = 0;
  bool foreground_;
  bool running_ = false;
  bool starting_ = false;
  bool finished_ = false;
  int status_ = 0;
  std::optional<int> result_;
  std::string input_;
  std::string piped_;
  Io io_;
  std::vector<std::unique_ptr<Target>> targets_;
  Alarm alarm_;  // a task that ends calls back through it, so that it is never destroyed from within
  CommandPtr program_;
  std::unique_ptr<Task> task_;
};

LineRun::LineRun(Machine& machine, ShellLinePtr line, std::function<void(const LineRun&)> done)
    : machine_(machine), line_(std::move(line)), done_(std::move(done)), started_(machine.host().now()) {}

LineRun::~LineRun() = default;

bool LineRun::idle() const {
  return std::ranges::all_of(jobs_, [](const std::unique_ptr<Job>& job) { return job->finished(); });
}

void LineRun::begin() {
  jobs_.push_back(std::make_unique<Job>(*this, 0, line_->chains.size(), true));
  // Through a pointer of its own: background jobs make the vector grow.
  Job& foreground = *jobs_.front();
  foreground.pump();
}

}  // namespace lvs::control
