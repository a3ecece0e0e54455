// SPDX-License-Identifier: GPL-2.0-or-later
// tc qdisc: netem and tbf at the root of an interface with a cable (iproute2 6.1 tc/tc_qdisc.c, q_netem.c, q_tbf.c).
#include <fmt/format.h>

#include <memory>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/net-tools/tc.h"
#include "control/words/interface-name.h"
#include "host/link/shaper.h"

namespace lvs::control {
namespace {

using host::Netem;
using host::Shaper;
using host::Tbf;

constexpr std::string_view kKnown =
    "qdisc add|change|replace|del dev IF root netem [delay TIME [JITTER]] [loss PERCENT] [rate RATE] [limit N], "
    "tbf rate RATE burst SIZE latency TIME|limit SIZE; qdisc show [dev IF]";

struct Change {
  enum class Verb : std::uint8_t { add, change, replace, del };
  Verb verb = Verb::add;
  std::string dev;
  std::uint16_t handle = 0;  // major; 0: none is named
  std::optional<Shaper::Setting> setting;
};

int kernel_error(Io& io, std::string_view text) {
  io.complain(fmt::format("Error: {}\n", text));
  return 2;
}

const void* key_of(const host::Device& dev) { return &dev.counters; }

int apply(Machine& machine, Io& io, const Change& change) {
  host::Device* const dev = machine.host().device(interface_of(change.dev));
  if (dev == nullptr) {
    io.complain(fmt::format("Cannot find device \"{}\"\n", change.dev));
    return 1;
  }
  Shaper* const present = dev->shaper;
  const bool other = change.handle != 0 && change.handle != (present == nullptr ? 0 : present->handle());
  if (change.verb == Change::Verb::del) {
    if (other) return kernel_error(io, "Invalid handle.");
    if (present == nullptr) return kernel_error(io, "Cannot delete qdisc with handle of zero.");
    machine.remove_last_words(key_of(*dev));
    return 0;
  }
  if (dev->kind() != host::DeviceKind::ethernet) {
    io.complain(fmt::format("not modelled: a qdisc of {}, which has no cable\n", change.dev));
    return 2;
  }
  if (present != nullptr && other && change.verb != Change::Verb::replace)
    return kernel_error(io, "NLM_F_REPLACE needed to override.");
  if (present != nullptr && change.verb == Change::Verb::add)
    return kernel_error(io, "Exclusivity flag on, cannot modify.");
  if (present == nullptr && change.verb == Change::Verb::change)
    return kernel_error(io, "Qdisc not found. To create specify NLM_F_CREATE flag.");
  if (present != nullptr && !other && present->setting().index() == change.setting->index()) {
    present->set(*change.setting);
    return 0;
  }
  if (present != nullptr) machine.remove_last_words(key_of(*dev));
  const auto shaper = std::make_shared<Shaper>(machine.host(), *dev, *change.setting, change.handle);
  machine.add_last_words([shaper] { static_cast<void>(shaper); }, key_of(*dev));
  return 0;
}

std::string text_of(const Netem& netem) {
  const auto micro = [](base::Time time) { return static_cast<double>(time.count()) / 1000; };
  std::string text = fmt::format("limit {}", netem.limit);
  if (netem.delay > base::Time{0}) {
    text += " delay " + tc::time_text(micro(netem.delay));
    if (netem.jitter > base::Time{0}) text += "  " + tc::time_text(micro(netem.jitter));
  }
  if (netem.loss > 0) text += fmt::format(" loss {:g}%", netem.loss * 100);
  if (netem.rate != 0) text += " rate " + tc::rate_text(netem.rate);
  return text;
}

std::string text_of(const Tbf& tbf) {
  constexpr double kMicro = 1e6;
  const double rate = static_cast<double>(tbf.rate);
  return fmt::format("rate {} burst {} lat {}", tc::rate_text(tbf.rate), tc::size_text(tbf.burst),
                     tc::time_text(kMicro * (static_cast<double>(tbf.limit) - static_cast<double>(tbf.burst)) / rate));
}

int show(Machine& machine, Io& io, const std::string& only, bool counters) {
  if (!only.empty() && machine.host().device(interface_of(only)) == nullptr) {
    io.complain(fmt::format("Cannot find device \"{}\"\n", only));
    return 1;
  }
  unsigned next = 0x8000;
  for (const auto& dev : machine.host().devices()) {
    const Shaper* const shaper = dev->shaper;
    const unsigned handle = shaper == nullptr ? 0 : shaper->handle() != 0 ? shaper->handle() : ++next;
    if (!only.empty() && dev->name() != interface_of(only)) continue;
    const bool made = dev->kind() == host::DeviceKind::ipip || dev->kind() == host::DeviceKind::made;
    if (made && !dev->up && !machine.has_been_up(dev->index())) continue;  // noop, which is not shown
    const std::string place = only.empty() ? "dev " + dev->name() + " " : std::string();
    if (shaper == nullptr) {
      io.print(fmt::format("qdisc noqueue 0: {}root refcnt 2 \n", place));
    } else {
      const bool netem = std::holds_alternative<Netem>(shaper->setting());
      io.print(fmt::format("qdisc {} {:x}: {}root refcnt 2 {}{}\n", netem ? "netem" : "tbf", handle, place,
                           std::visit([](const auto& kind) { return text_of(kind); }, shaper->setting()),
                           netem ? "" : " "));
    }
    if (!counters) continue;
    const Shaper::Counters seen = shaper == nullptr ? Shaper::Counters{} : shaper->counters();
    io.print(fmt::format(" Sent {} bytes {} pkt (dropped {}, overlimits {} requeues 0) \n backlog {}b {}p requeues 0\n",
                         seen.bytes, seen.packets, seen.dropped, seen.overlimits,
                         shaper == nullptr ? 0 : shaper->waiting_bytes(), shaper == nullptr ? 0 : shaper->waiting()));
  }
  return 0;
}

// iproute2: get_qdisc_handle(). "1:", hexadecimal, what follows the colon is not read; 0: the kernel shall number it.
std::optional<std::uint16_t> handle_of(std::string_view text) {
  constexpr int kHex = 16;
  if (text == "none") return 0;
  return base::number<std::uint16_t>(text.substr(0, text.find(':')), kHex);
}

CommandPtr illegal(std::string_view name) { return refusal(1, fmt::format("Illegal \"{}\"\n", name)); }

class Reader {
 public:
  explicit Reader(const std::vector<Word>& words) : args_(words) {}

  CommandResultOrError run() {
    bool counters = false;
    while (args_.peek() == "-s" || args_.peek() == "-d") counters = args_.take() == "-s" || counters;
    if (args_.empty()) return odd();
    if (args_.take() != "qdisc") return odd();
    const std::string verb = args_.empty() ? "show" : args_.take();
    if (verb == "show" || verb == "list" || verb == "ls") return show_what(counters);
    constexpr std::pair<std::string_view, Change::Verb> kVerbs[] = {{"add", Change::Verb::add},
                                                                    {"change", Change::Verb::change},
                                                                    {"replace", Change::Verb::replace},
                                                                    {"del", Change::Verb::del},
                                                                    {"delete", Change::Verb::del}};
    const auto found = std::ranges::find(kVerbs, verb, [](const auto& each) { return each.first; });
    if (found == std::end(kVerbs)) return odd();
    change_.verb = found->second;
    return change();
  }

 private:
  base::Error<SyntaxError> odd() { return base::Error{args_.unknown("not modelled here", std::string(kKnown))}; }

  CommandResultOrError show_what(bool counters) {
    std::string only;
    while (!args_.empty()) {
      if (args_.take() != "dev" || args_.empty()) return odd();
      only = args_.take();
    }
    return instant([only, counters](Machine& machine, Io& io) { return show(machine, io, only, counters); });
  }

  CommandResultOrError change() {
    while (!args_.empty()) {
      const std::string& word = args_.take();
      if (word == "root") continue;
      if (word == "dev" && !args_.empty()) {
        change_.dev = args_.take();
      } else if (word == "handle" && !args_.empty()) {
        const std::string& named = args_.take();
        const auto handle = handle_of(named);
        if (!handle) return refusal(255, fmt::format("Error: argument \"{}\" is wrong: invalid qdisc ID\n", named));
        change_.handle = *handle;
      } else if (word == "netem" || word == "tbf") {
        if (auto ended = word == "netem" ? netem() : tbf()) return std::move(*ended);
      } else {
        return odd();
      }
    }
    if (change_.dev.empty()) return refusal(255, "Command line is not complete. Try option \"help\"\n");
    if (change_.verb != Change::Verb::del && !change_.setting) return odd();
    return instant([change = change_](Machine& machine, Io& io) { return apply(machine, io, change); });
  }

  using Ended = std::optional<CommandResultOrError>;

  Ended netem() {
    Netem netem;
    while (!args_.empty()) {
      const std::string word = args_.take();
      if (args_.empty()) return odd();
      if (word == "delay" || word == "latency") {
        const auto delay = tc::time_of(args_.take());
        if (!delay) return illegal("latency");
        netem.delay = *delay;
        if (const auto jitter = args_.empty() ? std::nullopt : tc::time_of(args_.peek())) {
          netem.jitter = *jitter;
          args_.take();
          if (!args_.empty() && args_.peek().ends_with('%')) return args_.take(), odd();
        }
      } else if (word == "loss" || word == "drop") {
        if (args_.peek() == "random") args_.take();
        const auto loss = args_.empty() ? std::nullopt : tc::percent_of(args_.take());
        if (!loss) return illegal("loss percent");
        netem.loss = *loss;
      } else if (word == "rate") {
        const auto rate = tc::rate_of(args_.take());
        if (!rate) return illegal("rate");
        netem.rate = *rate;
      } else if (word == "limit") {
        const auto limit = base::c_number(args_.take(), 0xffffffff);
        if (!limit) return illegal("limit");
        netem.limit = static_cast<std::uint32_t>(*limit);
      } else {
        return odd();
      }
    }
    change_.setting = netem;
    return std::nullopt;
  }

  Ended tbf() {
    Tbf tbf;
    std::optional<base::Time> latency;
    while (!args_.empty()) {
      const std::string word = args_.take();
      if (args_.empty()) return odd();
      const std::string& value = args_.take();
      if (word == "rate") {
        const auto rate = tc::rate_of(value);
        if (!rate || *rate == 0) return illegal("rate");
        tbf.rate = *rate;
      } else if (word == "burst" || word == "buffer" || word == "maxburst") {
        const auto burst = tc::size_of(value);
        if (!burst) return illegal("buffer");
        tbf.burst = *burst;
      } else if (word == "limit") {
        const auto limit = tc::size_of(value);
        if (!limit) return illegal("limit");
        tbf.limit = *limit;
      } else if (word == "latency") {
        latency = tc::time_of(value);
        if (!latency) return illegal("latency");
      } else {
        return odd();
      }
    }
    if (tbf.rate == 0 || tbf.burst == 0) return refusal(1, "Both \"rate\" and \"burst\" are required.\n");
    if (tbf.limit == 0 && !latency) return refusal(1, "Either \"limit\" or \"latency\" is required.\n");
    if (latency)
      tbf.limit = static_cast<std::uint32_t>(
          static_cast<double>(tbf.rate) * static_cast<double>(latency->count()) / 1e9 + tbf.burst);
    change_.setting = tbf;
    return std::nullopt;
  }

  Args args_;
  Change change_;
};

}  // namespace

CommandResultOrError parse_tc(const std::vector<Word>& words) { return Reader(words).run(); }

}  // namespace lvs::control
