// SPDX-License-Identifier: GPL-2.0-or-later
// lab.conf: hosts, interfaces and segments, and what our own comment lines say about them.
#include "control/lab/conf.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/numbers.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace {

using lab_text::take_word;
using lab_text::trim;

constexpr std::string_view kOurs = "# lvs:";
constexpr unsigned kGreatestInterface = 255;  // the last byte of the default MAC address

// Kathará's options of a device that have no meaning for a lab of network namespaces or modelled hosts.
constexpr std::array<std::string_view, 19> kKatharaOptions{
    "image",      "mem", "cpus",   "port",      "bridged",    "ipv6",   "exec",   "env",    "shell", "args",
    "entrypoint", "rm",  "ulimit", "num_terms", "privileged", "volume", "kernel", "append", "arch"};
constexpr std::array<std::string_view, 4> kMetadata{"LAB_VERSION", "LAB_AUTHOR", "LAB_EMAIL", "LAB_WEB"};

// A comment line of ours, kept until all hosts and segments are known.
struct Option {
  LabPlace place;
  std::string kind, name, settings;
};

class ConfParser {
 public:
  ConfParser(LabReading& reading) : reading_(reading), lab_(reading.lab) {}

  void parse(const std::string& file, std::string_view text) {
    for (const LabLine& line : lab_text::lines(file, text, lab_text::Comments::keep)) {
      place_ = line.place;
      if (line.text.starts_with(kOurs))
        note_option(std::string_view(line.text).substr(kOurs.size()));
      else if (!line.text.starts_with('#'))
        assignment(line.text);
    }
    for (const Option& option : options_) {
      place_ = option.place;
      apply(option);
    }
    if (lab_.hosts.empty() && reading_.ok()) reading_.errors.push_back({{file, 0}, "no host has an interface"});
  }

 private:
  void error(std::string reason) { reading_.errors.push_back({place_, std::move(reason)}); }
  void notice(std::string reason) { reading_.notices.push_back({place_, std::move(reason)}); }

  // NAME=VALUE or HOST[KEY]=VALUE; the value may stand in quotes of either kind, a comment may follow it.
  void assignment(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return error("expected HOST[N]=\"SEGMENT\" or LAB_NAME=\"...\", found \"" + std::string(line) + "\"");
    const std::string_view left = trim(line.substr(0, equals));
    const auto value = unquote(trim(line.substr(equals + 1)));
    if (!value) return;
    const std::size_t bracket = left.find('[');
    if (bracket == std::string_view::npos) return metadata(left, *value);
    const std::string_view host = left.substr(0, bracket);
    if (!left.ends_with(']')) return error("\"" + std::string(left) + "\" lacks its closing \"]\"");
    if (!lab_text::is_name(host) || host == "shared")
      return error("\"" + std::string(host) +
                   "\" is no host name (letters, digits, \"_\", \".\", \"-\"; not \"shared\")");
    setting(host, unquote_key(left.substr(bracket + 1, left.size() - bracket - 2)), *value);
  }

  static std::string_view unquote_key(std::string_view key) {
    if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front())
      return key.substr(1, key.size() - 2);
    return key;
  }

  std::optional<std::string_view> unquote(std::string_view value) {
    std::string_view rest;
    if (value.starts_with('"') || value.starts_with('\'')) {
      const std::size_t end = value.find(value.front(), 1);
      if (end == std::string_view::npos) return error("the quote is not closed"), std::nullopt;
      rest = trim(value.substr(end + 1));
      value = value.substr(1, end - 1);
    } else {
      rest = value;
      value = take_word(rest);
    }
    if (!rest.empty() && !rest.starts_with('#'))
      return error("unexpected \"" + std::string(rest) + "\" after the value"), std::nullopt;
    return value;
  }

  void metadata(std::string_view key, std::string_view value) {
    if (key == "LAB_NAME")
      lab_.name = value;
    else if (key == "LAB_DESCRIPTION")
      lab_.description = value;
    else if (std::ranges::find(kMetadata, key) == kMetadata.end())
      error("unknown name \"" + std::string(key) +
            "\"; known are LAB_NAME, LAB_DESCRIPTION, LAB_VERSION, LAB_AUTHOR, " + "LAB_EMAIL, LAB_WEB and HOST[N]");
  }

  void setting(std::string_view host, std::string_view key, std::string_view value) {
    if (const auto n = base::number_up_to<std::uint64_t>(key, kGreatestInterface))
      return interface(host, static_cast<unsigned>(*n), value);
    if (key == "sysctl") return sysctl(lab_.hosts[host_named(host)], value);
    if (std::ranges::find(kKatharaOptions, key) != kKatharaOptions.end()) {
      host_named(host);
      return notice("the Kathará option \"" + std::string(key) + "\" of " + std::string(host) + " has no effect here");
    }
    error("\"" + std::string(key) + "\" is neither an interface number (0 to " + std::to_string(kGreatestInterface) +
          ") nor a Kathará option");
  }

  // Before all startup files, as Kathará sets it when it makes the machine.
  void sysctl(LabHost& host, std::string_view value) {
    if (value.find('\'') != std::string_view::npos) return error("\"sysctl\" takes NAME=VALUE");
    host.startup.push_back({place_, "sysctl -q -w '" + std::string(value) + "'"});
  }

  void interface(std::string_view host_name, unsigned n, std::string_view value) {
    const std::size_t slash = value.find('/');
    const std::string_view segment = value.substr(0, slash);
    if (!lab_text::is_name(segment)) return error("\"" + std::string(segment) + "\" is no segment name");
    std::optional<base::MacAddr> mac;
    if (slash != std::string_view::npos) {
      const std::string_view text = value.substr(slash + 1);
      mac = base::MacAddr::parse(text);
      if (!mac) return error("\"" + std::string(text) + "\" is no MAC address");
      if (mac->is_multicast() || mac->is_zero())
        return error(mac->text() + " cannot be the address of an interface (it is " +
                     (mac->is_zero() ? "zero" : "a multicast address") + ")");
    }
    LabHost& host = lab_.hosts[host_named(host_name)];
    if (std::ranges::find(host.interfaces, n, &LabInterface::number) != host.interfaces.end())
      return error(host.name + "[" + std::to_string(n) + "] is given twice");
    host.interfaces.push_back({n, segment_named(segment), mac.value_or(default_mac(host_named(host_name) + 1, n))});
  }

  std::size_t host_named(std::string_view name) {
    const auto found = std::ranges::find(lab_.hosts, name, &LabHost::name);
    const auto index = static_cast<std::size_t>(found - lab_.hosts.begin());
    if (found == lab_.hosts.end()) lab_.hosts.emplace_back().name = name;
    return index;
  }

  std::size_t segment_named(std::string_view name) {
    const auto found = std::ranges::find(lab_.segments, name, &LabSegment::name);
    const auto index = static_cast<std::size_t>(found - lab_.segments.begin());
    if (found == lab_.segments.end()) lab_.segments.emplace_back().name = name;
    return index;
  }

  void note_option(std::string_view text) {
    Option option{place_, std::string(take_word(text)), std::string(take_word(text)), {}};
    option.settings = text;
    if (option.kind == "model-only" || option.kind == "virtual-time") {
      std::string& reason = option.kind == "model-only" ? lab_.model_only : lab_.virtual_time;
      reason = option.name + (option.settings.empty() ? "" : " ") + option.settings;
      if (option.name.empty()) error("\"# lvs: " + option.kind + "\" needs a reason");
      return;
    }
    if (option.kind != "segment" && option.kind != "host")
      return error(R"(expected "segment", "host", "model-only" or "virtual-time" after "# lvs:", found ")" +
                   option.kind + '"');
    if (option.name.empty()) return error("\"# lvs: " + option.kind + "\" needs a name");
    options_.push_back(std::move(option));
  }

  void apply(const Option& option) {
    const bool is_host = option.kind == "host";
    LabHost* host = nullptr;
    LabSegment* segment = nullptr;
    for (LabHost& h : lab_.hosts)
      if (is_host && h.name == option.name) host = &h;
    for (LabSegment& s : lab_.segments)
      if (!is_host && s.name == option.name) segment = &s;
    if (!host && !segment) return error("there is no " + option.kind + " \"" + option.name + "\" in this lab");
    std::set<std::string, std::less<>> seen;
    std::string_view rest = option.settings;
    for (std::string_view word = take_word(rest); !word.empty() && !word.starts_with('#'); word = take_word(rest)) {
      const std::size_t equals = std::min(word.find('='), word.size());
      const std::string key(word.substr(0, equals));
      const std::string_view value = equals == word.size() ? std::string_view{} : word.substr(equals + 1);
      if (!seen.insert(key).second)
        error("\"" + key + "\" is given twice");
      else if (host)
        host_setting(*host, key, value);
      else
        segment_setting(*segment, key, value);
    }
    if (seen.empty()) error("nothing is set for " + option.kind + " \"" + option.name + "\"");
  }

  void wrong(const std::string& key, std::string_view value, const char* expected) {
    error(key + "=" + std::string(value) + ": expected " + expected);
  }

  void segment_setting(LabSegment& segment, const std::string& key, std::string_view value) {
    if (key == "rate") {
      const auto rate = lab_text::rate(value);
      if (!rate || *rate == 0) return wrong(key, value, "a rate above 0 such as 1Gbps, 100Mbps or 64kbps");
      segment.rate = *rate;
    } else if (key == "delay") {
      const auto delay = lab_text::duration(value);
      if (!delay || *delay == base::Time{0}) return wrong(key, value, "a time above 0 such as 10us or 1.5ms");
      segment.delay = *delay;
    } else if (key == "loss") {
      const auto loss = lab_text::probability(value);
      if (!loss) return wrong(key, value, "a probability such as 0.01 or 1%");
      segment.loss = *loss;
    } else if (key == "queue") {
      const auto queue = base::number_up_to<std::uint64_t>(value, 1'000'000);
      if (!queue || *queue == 0) return wrong(key, value, "a number of frames from 1 to 1000000");
      segment.queue = static_cast<std::uint32_t>(*queue);
    } else {
      error("unknown setting \"" + key + "\" of a segment; known are rate, delay, loss and queue");
    }
  }

  void host_setting(LabHost& host, const std::string& key, std::string_view value) {
    if (key == "cost") {
      const auto cost = lab_text::duration(value);
      if (!cost) return wrong(key, value, "a time such as 60us");
      host.cost = *cost;
    } else if (key == "queue") {
      const auto queue = base::number_up_to<std::uint64_t>(value, 1'000'000);
      if (!queue || *queue == 0) return wrong(key, value, "a number of packets from 1 to 1000000");
      host.queue = static_cast<std::uint32_t>(*queue);
    } else if (key == "preset") {
      if (!lab_text::is_name(value)) return wrong(key, value, "the name of a preset");
      host.preset = value;
    } else {
      error("unknown setting \"" + key + "\" of a host; known are cost, queue and preset");
    }
  }

  LabReading& reading_;
  Lab& lab_;
  LabPlace place_;
  std::vector<Option> options_;
};

}  // namespace

void parse_lab_conf(const std::string& file, std::string_view text, LabReading& reading) {
  ConfParser(reading).parse(file, text);
}

}  // namespace lvs::control
