// SPDX-License-Identifier: GPL-2.0-or-later
// tcpdump 4.99: frames of an interface or of a file, as lines or into a file.
#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "base/numbers.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/hosts.h"
#include "control/programs/capture/tcpdump-file.h"
#include "control/programs/capture/tcpdump-filter.h"
#include "control/programs/capture/tcpdump-text.h"
#include "control/words/getopt.h"
#include "control/words/interface-name.h"
#include "wire/ethernet.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-i -n -e -c -w -r -t -tt -ttt -tttt -ttttt -q -v -S -A -x -X -l -p -U -s";
constexpr int kFailure = 1;
constexpr std::string_view kAny = "any";
constexpr std::uint8_t kFromUs = 4;

struct Options {
  TcpdumpFormat format;
  bool line_buffered = false;
  bool packet_buffered = false;  // -U
  std::string interface;
  bool names = true;      // no -n
  std::size_t count = 0;  // 0: for ever
  std::string write, read;
  FrameFilterPtr filter;
};

// Where frames go that the filter takes.
class Printer {
 public:
  Printer(const Options& options, Machine& machine, Io& io)
      : options_(options), machine_(machine), io_(io), text_(options.format) {
    if (options.names)
      text_.name_of = [&machine](base::Ipv4Addr addr) {
        return name_in_hosts(machine.files().read("/etc/hosts").text, addr);
      };
  }

  // False and a message when the file cannot be written.
  bool begin() {
    if (options_.write.empty() || options_.write == "-") {
      if (options_.write == "-") io_.print(pcap_header());
      return true;
    }
    const FileError error = machine_.files().can_write(options_.write);
    if (error != FileError::none) {
      io_.complain(fmt::format("tcpdump: {}: {}\n", options_.write, text_of(error)));
      return false;
    }
    machine_.files().truncate(options_.write);
    write(pcap_header());
    return true;
  }

  // True when enough were taken.
  bool take(base::Time at, base::ByteView frame, const TcpdumpPlace* place = nullptr) {
    if (!options_.filter->takes(frame)) return false;
    ++taken_;
    if (options_.write.empty())
      print(text_.of(at, frame, place));
    else if (options_.write == "-")
      io_.print(pcap_record(at, frame));
    else
      write(pcap_record(at, frame));
    return taken_ == options_.count;
  }

  std::size_t taken() const { return taken_; }
  // It may have been in the midst of one when it was interrupted.
  void finish_line() { held_ += '\n'; }
  void flush() {
    if (to_file())
      machine_.files().append(options_.write, std::exchange(held_, {}));
    else
      io_.print(std::exchange(held_, {}));
  }

 private:
  // As stdio writes into a file: in whole blocks.
  void print(const std::string& text) {
    held_ += text;
    if (options_.line_buffered || !io_.to_file) return flush();
    flush_blocks();
  }
  void write(const std::string& bytes) {
    held_ += bytes;
    options_.packet_buffered ? flush() : flush_blocks();
  }
  void flush_blocks() {
    constexpr std::size_t kBlock = 4096;
    std::string rest = held_.substr(held_.size() / kBlock * kBlock);
    if (rest.size() == held_.size()) return;
    held_.resize(held_.size() - rest.size());
    flush();
    held_ = std::move(rest);
  }
  bool to_file() const { return !options_.write.empty() && options_.write != "-"; }

  const Options& options_;
  Machine& machine_;
  Io& io_;
  TcpdumpText text_;
  std::string held_;
  std::size_t taken_ = 0;
};

bool has_link_header(const host::Device& dev) {
  return dev.kind() != host::DeviceKind::loopback && dev.kind() != host::DeviceKind::ipip;
}

class Listening final : public Task {
 public:
  Listening(const Options& options, Machine& machine, Io& io, Done done)
      : options_(options),
        machine_(machine),
        io_(io),
        done_(std::move(done)),
        printer_(options_, machine, io),
        alarm_(machine.host(), [this] { end(); }),
        retire_(machine.host(), [this] { read_block(); }) {
    if (!printer_.begin()) {
      status_ = kFailure;
      alarm_.set_at(machine.host().now());
      return;
    }
    const bool any = options.interface == kAny;
    if (any) io.complain("tcpdump: data link type LINUX_SLL2\n");
    if (options.format.verbose == 0 && options.write.empty())
      io.complain("tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n");
    const host::Device* const dev = machine.host().device(interface_of(options.interface));
    const bool raw = dev != nullptr && dev->kind() == host::DeviceKind::ipip;
    io.complain(fmt::format("{}listening on {}, link-type {}, snapshot length 262144 bytes\n",
                            options.write.empty() && options.format.verbose == 0 ? "" : "tcpdump: ", options.interface,
                            any   ? "LINUX_SLL2 (Linux cooked v2)"
                            : raw ? "RAW (Raw IP)"
                                  : "EN10MB (Ethernet)"));
    machine.add_frame_tap(&Listening::hear, this);
    machine.add_last_words([this] { interrupted(); }, this);
    listens_ = true;
    next_ = machine.host().now();
  }
  ~Listening() override { stop(); }
  bool take_signal(int signal) override {
    if (signal != kSigInt && signal != kSigTerm) return false;
    if (!over_ && options_.write.empty()) printer_.finish_line();
    over_ = true;
    block_.clear();  // what it has not read it does not read any more
    alarm_.set_at(machine_.host().now());
    return true;
  }

 private:
  static void hear(void* self, const host::Device& dev, const host::Packet& frame, bool outbound) {
    auto& task = *static_cast<Listening*>(self);
    const bool any = task.options_.interface == kAny;
    if (task.over_ || (!any && dev.name() != interface_of(task.options_.interface))) return;
    // lo and tunnels have no link header: that of lo is all zeros, that of a tunnel is not printed.
    const std::size_t before = has_link_header(dev) ? 0 : wire::Ethernet::kSize;
    std::vector<std::uint8_t> bytes(before + frame.size());
    frame.copy_to(std::span(bytes).subspan(before));
    if (before != 0) base::store_be16(bytes.data() + 12, static_cast<std::uint16_t>(wire::EtherType::ipv4));
    TcpdumpPlace place{std::string(dev.name()), dev.index(), outbound, kFromUs};
    if (!outbound && before != 0) {
      place.kind = 0;
    } else if (!outbound && bytes.size() >= wire::Ethernet::kSize) {
      const base::MacAddr to = wire::ConstEthernet{bytes.data()}.dst();
      place.kind = to.is_broadcast() ? 1 : (bytes[0] & 1) != 0 ? 2 : to == dev.mac ? 0 : 3;
    }
    if (!task.options_.filter->takes(bytes)) return;
    task.received_ += dev.is_loopback() ? 2 : 1;  // it goes out and comes in, and is shown once
    if (task.block_.empty()) task.retire_.set_at(task.block_end());
    task.block_.push_back({task.machine_.epoch + task.machine_.host().now(), std::move(bytes), std::move(place)});
  }
  // Frames reach a program by the block: whatever has come within a second, or a tenth of one with -l (tcpdump's
  // timeout; kernel: prb_retire_rx_blk_timer_expired()).
  base::Time block_end() {
    using namespace std::chrono_literals;
    const base::Time now = machine_.host().now();
    const base::Time length = options_.line_buffered && options_.write.empty() ? base::Time(100ms) : base::Time(1s);
    const auto& ticks = machine_.host().ticks();
    if (ticks) return ticks->next_of(next_, length, now);
    return next_ + ((now - next_) / length + 1) * length;
  }
  void read_block() {
    const bool any = options_.interface == kAny;
    for (const Taken& each : std::exchange(block_, {})) {
      if (!printer_.take(each.at, each.bytes, any ? &each.place : nullptr)) continue;
      over_ = true;
      alarm_.set_at(machine_.host().now());
      return;
    }
  }
  void stop() {
    retire_.clear();
    if (!listens_) return;
    machine_.remove_frame_tap(&Listening::hear, this);
    machine_.remove_last_words(this);
    listens_ = false;
  }
  // At the end of a run all that came is shown.
  void interrupted() {
    if (!over_) read_block();
    if (options_.write.empty()) printer_.finish_line();
    listens_ = false;
    machine_.remove_frame_tap(&Listening::hear, this);
    say_counts();
  }
  void end() {
    stop();
    if (status_ == 0) say_counts();
    done_(status_);
  }
  void say_counts() {
    printer_.flush();
    const auto packets = [](std::size_t count) { return fmt::format("{} packet{}", count, count == 1 ? "" : "s"); };
    io_.complain(fmt::format("{} captured\n{} received by filter\n0 packets dropped by kernel\n",
                             packets(printer_.taken()), packets(received_)));
  }
  struct Taken {
    base::Time at;
    std::vector<std::uint8_t> bytes;
    TcpdumpPlace place;
  };

  const Options options_;
  Machine& machine_;
  Io& io_;
  Done done_;
  Printer printer_;
  Alarm alarm_, retire_;
  std::vector<Taken> block_;  // received, and not yet read
  std::size_t received_ = 0;
  base::Time next_{};  // since when blocks follow one another
  bool listens_ = false;
  bool over_ = false;
  int status_ = 0;
};

// Without -i the first that is up and has the lowest number behind its name (libpcap: get_figure_of_merit()).
std::string first_interface(host::Host& host) {
  const auto merit = [](const host::Device& dev) {
    const std::string& name = dev.name();
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    const auto number = base::number<unsigned>(std::string_view(name).substr(digits));
    return std::tuple(!dev.up, !dev.carrier, dev.is_loopback(), number.value_or(0x7fffffff));
  };
  const host::Device* best = nullptr;
  for (const auto& dev : host.devices())
    if (best == nullptr || merit(*dev) < merit(*best)) best = dev.get();
  return best == nullptr ? std::string() : best->name();
}

bool asks_for_names(Machine& machine) {
  return machine.files().read("/etc/resolv.conf").text.find("nameserver") != std::string::npos;
}

class TcpdumpCommand final : public Command {
 public:
  explicit TcpdumpCommand(Options options) : options_(std::move(options)) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    if (!options_.read.empty()) {
      done(show_file(machine, io));
      return nullptr;
    }
    if (options_.names && options_.write.empty() && asks_for_names(machine)) {
      io.complain("not modelled: tcpdump asks the name server of /etc/resolv.conf for names: tcpdump -n\n");
      done(2);
      return nullptr;
    }
    if (options_.interface.empty() && options_.read.empty()) {
      Options found = options_;
      found.interface = first_interface(machine.host());
      return std::make_unique<Listening>(found, machine, io, std::move(done));
    }
    if (options_.interface != kAny && machine.host().device(interface_of(options_.interface)) == nullptr) {
      io.complain(fmt::format("tcpdump: {}: No such device exists\n(No such device exists)\n", options_.interface));
      done(kFailure);
      return nullptr;
    }
    return std::make_unique<Listening>(options_, machine, io, std::move(done));
  }

 private:
  int show_file(Machine& machine, Io& io) const {
    auto file = machine.files().read(options_.read);
    if (file.error != FileError::none) {
      io.complain(fmt::format("tcpdump: {}: {}\n", options_.read, text_of(file.error)));
      return kFailure;
    }
    std::string error;
    const std::vector<FileFrame> frames = read_capture(file.text, error);
    if (frames.empty() && !error.empty()) {
      io.complain(fmt::format("tcpdump: {}\n", error));
      return kFailure;
    }
    io.complain(
        fmt::format("reading from file {}, link-type EN10MB (Ethernet), snapshot length 262144\n", options_.read));
    Printer printer(options_, machine, io);
    if (!printer.begin()) return kFailure;
    for (const FileFrame& frame : frames)
      if (printer.take(frame.at, frame.bytes)) break;
    printer.flush();
    if (printer.taken() != 0 && printer.taken() == options_.count) return 0;
    if (error.empty()) return 0;
    io.complain(fmt::format("tcpdump: pcap_loop: {}\n", error));
    return kFailure;
  }

  Options options_;
};

void take_format(char letter, TcpdumpFormat& format) {
  switch (letter) {
    case 'A': format.ascii = true; break;
    case 'e': format.link_header = true; break;
    case 'q': format.quick = true; break;
    case 'S': format.absolute_seq = true; break;
    case 'v': ++format.verbose; break;
    case 'X': format.hex_text = true; [[fallthrough]];
    case 'x': ++format.hex; break;
    default: break;
  }
}

}  // namespace

CommandResultOrError parse_tcpdump(const std::vector<Word>& words) {
  Options options;
  std::size_t interface_column = 0;
  Getopt getopt(words, "i:nec:w:r:tqvSlpUs:#AxX");
  while (const auto option = getopt.next()) {
    const Word& word = words[option->word];
    if (!option->known)
      return base::Error{SyntaxError{word.column, word.text, "unknown option of tcpdump", std::string(kKnown)}};
    if (option->missing)
      return base::Error{SyntaxError{word.column, word.text, "an argument is missing behind this", {}}};
    switch (option->letter) {
      case 'i':
        options.interface = option->value;
        interface_column = word.column;
        break;
      case 'n': options.names = false; break;
      case 'c': {
        options.count = base::number<decltype(options.count)>(option->value).value_or(0);
        if (options.count == 0)
          return refusal(kFailure, fmt::format("tcpdump: invalid packet count {}\n", option->value));
        break;
      }
      case 'w': options.write = option->value; break;
      case 'r': options.read = option->value; break;
      case 't': ++options.format.times; break;
      case '#': return base::Error{SyntaxError{word.column, word.text, "not modelled", std::string(kKnown)}};
      case 'l': options.line_buffered = true; break;
      case 'U': options.packet_buffered = true; break;
      default: take_format(option->letter, options.format);  // -p -s change nothing here
    }
  }
  if (options.interface == kAny && !options.write.empty())
    return base::Error{
        SyntaxError{interface_column, options.interface, "files of all interfaces are not modelled", "eth0, eth1 ..."}};
  if (options.interface.starts_with("tun") && (options.format.link_header || !options.write.empty()))
    return base::Error{SyntaxError{interface_column, options.interface,
                                   "of a tunnel neither files nor link headers are modelled", "eth0, eth1 ..., any"}};
  std::vector<Word> expression;
  for (const std::size_t at : getopt.operands()) expression.push_back(words[at]);
  auto filter = parse_filter(expression);
  if (!filter) return base::Error{filter.error()};
  options.filter = *filter;
  return CommandPtr(std::make_shared<TcpdumpCommand>(std::move(options)));
}

}  // namespace lvs::control
