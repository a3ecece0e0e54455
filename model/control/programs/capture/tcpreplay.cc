// SPDX-License-Identifier: GPL-2.0-or-later
// tcpreplay: puts the frames of a capture file on the wire of an interface, past the host's own stack.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/capture/tcpdump-file.h"
#include "control/words/getopt.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-i IFACE -t -q FILE";
constexpr int kFailure = 255;

struct Options {
  std::string interface, file;
  bool at_once = false;  // -t
};

// What the tool counts of frames that have addresses: one way of a conversation is a flow.
struct Flows {
  std::set<std::tuple<base::Ipv4Addr, base::Ipv4Addr, wire::IpProto, std::uint32_t>> flows;
  std::size_t packets = 0, others = 0;

  void count(base::ByteView frame) {
    constexpr std::size_t kIp = wire::Ethernet::kSize;
    if (frame.size() < kIp + wire::Ipv4::kMinSize || base::load_be16(frame.data() + 12) != 0x0800) {
      ++others;
      return;
    }
    const wire::ConstIpv4 ip{frame.data() + kIp};
    const std::size_t transport = kIp + ip.header_size();
    if (ip.version() != 4 || frame.size() < transport + 4) return;
    std::uint32_t ends = base::load_be32(frame.data() + transport);  // ports
    if (ip.protocol() == wire::IpProto::icmp)
      ends >>= 16;  // type and code
    else if (ip.protocol() != wire::IpProto::tcp && ip.protocol() != wire::IpProto::udp)
      return;
    flows.emplace(ip.src(), ip.dst(), ip.protocol(), ends);
    ++packets;
  }
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
    report();
    done_(0);
  }

  void report() {
    Flows flows;
    for (const FileFrame& frame : frames_) flows.count(frame.bytes);
    constexpr double kLeast = 1e-6;  // it never is done in no time
    const double seconds = std::max(std::chrono::duration<double>(machine_.host().now() - began_).count(), kLeast);
    const auto packets = static_cast<double>(frames_.size()), bytes = static_cast<double>(bytes_);
    io_.print(fmt::format("Actual: {} packets ({} bytes) sent in {:.6f} seconds\n", frames_.size(), bytes_, seconds));
    io_.print(fmt::format("Rated: {:.1f} Bps, {:.3f} Mbps, {:.2f} pps\n", bytes / seconds, bytes * 8 / seconds / 1e6,
                          packets / seconds));
    io_.print(fmt::format("Flows: {} flows, {:.2f} fps, {} unique flow packets, {} unique non-flow packets\n",
                          flows.flows.size(), static_cast<double>(flows.flows.size()) / seconds, flows.packets,
                          flows.others));
    io_.print(
        fmt::format("Statistics for network device: {}\n\tSuccessful packets:        {}\n"
                    "\tFailed packets:            0\n\tTruncated packets:         0\n"
                    "\tRetried packets (ENOBUFS): 0\n\tRetried packets (EAGAIN):  0\n",
                    options_.interface, frames_.size()));
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
    if (dev == nullptr || !dev->is_ethernet()) {
      io.complain(
          fmt::format("\nFatal Error in tcpreplay.c:main() line 79:\n Unable to parse args: From "
                      "tcpreplay_api.c:tcpreplay_post_args() line 336:\nInvalid interface name/alias: {}\n",
                      options_.interface));
      done(kFailure);
      return nullptr;
    }
    auto file = machine.files().read(options_.file);
    if (file.error != FileError::none) {
      io.complain(fmt::format(
          "\nFatal Error in tcpreplay.c:main() line 122:\n Unable to retrieve information from file {}: {}\n",
          options_.file, text_of(file.error)));
      done(kFailure);
      return nullptr;
    }
    std::string error;
    std::vector<FileFrame> frames = read_capture(file.text, error);
    if (!error.empty()) {
      io.complain(
          fmt::format("\nFailed: From replay.c:replay_file() line 129:\nError opening pcap file: {}\n\n", error));
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
