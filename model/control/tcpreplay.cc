// SPDX-License-Identifier: GPL-2.0-or-later
// tcpreplay: puts the frames of a capture file on the wire of an interface, past the host's own stack.
#include <fmt/format.h>

#include "control/alarm.h"
#include "control/getopt.h"
#include "control/machine.h"
#include "control/registry.h"
#include "control/tcpdump-file.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-i IFACE -t -q FILE";
constexpr int kFailure = 255;

struct Options {
  std::string interface, file;
  bool at_once = false;  // -t
};

class Replay final : public Task {
 public:
  Replay(std::vector<FileFrame> frames, const Options& options, Machine& machine, Io& io, Done done)
      : frames_(std::move(frames)),
        options_(options),
        machine_(machine),
        io_(io),
        done_(std::move(done)),
        began_(machine.host().now()),
        alarm_(machine.host(), [this] { go_on(); }) {
    alarm_.set_at(began_);
  }

 private:
  void go_on() {
    host::Device* const dev = machine_.host().device(options_.interface);
    while (next_ < frames_.size()) {
      const base::Time due = options_.at_once ? began_ : began_ + (frames_[next_].at - frames_.front().at);
      if (due > machine_.host().now()) return alarm_.set_at(due);
      bytes_ += frames_[next_].bytes.size();
      if (dev != nullptr) machine_.host().transmit_raw(*dev, host::Packet::from_frame(frames_[next_].bytes));
      ++next_;
    }
    const double seconds = std::chrono::duration<double>(machine_.host().now() - began_).count();
    io_.print(fmt::format("Actual: {} packets ({} bytes) sent in {:.6f} seconds\n", frames_.size(), bytes_, seconds));
    done_(0);
  }

  std::vector<FileFrame> frames_;
  const Options& options_;
  Machine& machine_;
  Io& io_;
  Done done_;
  base::Time began_;
  std::size_t next_ = 0, bytes_ = 0;
  Alarm alarm_;
};

class ReplayCommand final : public Command {
 public:
  explicit ReplayCommand(Options options) : options_(std::move(options)) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const host::Device* const dev = machine.host().device(options_.interface);
    if (dev == nullptr || dev->kind() != host::DeviceKind::ethernet) {
      io.complain(fmt::format("Fatal Error: failed to open device {}\n", options_.interface));
      done(kFailure);
      return nullptr;
    }
    auto file = machine.files().read(options_.file);
    std::string error;
    if (file.error != FileError::none) error = fmt::format("{}: {}", options_.file, text_of(file.error));
    std::vector<FileFrame> frames;
    if (error.empty()) frames = read_capture(file.text, error);
    if (!error.empty()) {
      io.complain(fmt::format("Fatal Error: Error opening pcap file: {}\n", error));
      done(kFailure);
      return nullptr;
    }
    return std::make_unique<Replay>(std::move(frames), options_, machine, io, std::move(done));
  }

 private:
  Options options_;
};

}  // namespace

CommandResultOrError parse_tcpreplay(const std::vector<Word>& words) {
  Options options;
  Getopt getopt(words, "i:tq");
  while (const auto option = getopt.next()) {
    const Word& word = words[option->word];
    if (!option->known || option->missing)
      return base::Error{
          SyntaxError{word.column, word.text, "this option of tcpreplay is not modelled", std::string(kKnown)}};
    if (option->letter == 'i') options.interface = option->value;
    if (option->letter == 't') options.at_once = true;
  }
  if (options.interface.empty() || getopt.operands().size() != 1)
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "an interface and one file are needed", std::string(kKnown)}};
  options.file = words[getopt.operands().front()].text;
  return CommandPtr(std::make_shared<ReplayCommand>(std::move(options)));
}

}  // namespace lvs::control
