// SPDX-License-Identifier: GPL-2.0-or-later
// The lab folder as a whole: which files take part, and writing a lab back.
#include <fmt/format.h>

#include <algorithm>

#include "base/input-file.h"
#include "control/lab/conf.h"
#include "control/lab/inject.h"
#include "control/lab/startup/startup.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace {

constexpr std::string_view kStartup = ".startup", kShutdown = ".shutdown";

std::string message_name(std::string_view folder, std::string_view file) {
  return folder.empty() ? std::string(file) : fmt::format("{}/{}", folder, file);
}

void add_startup(const std::string& name, std::string_view file, std::string_view text, LabReading& reading) {
  const std::string_view owner = file.substr(0, file.size() - kStartup.size());
  std::vector<LabLine> lines = startup_lines(name, text);
  bool found = owner == "shared";  // Kathará: run on every host, before its own
  for (LabHost& host : reading.lab.hosts) {
    // Behind what lab.conf itself says.
    const auto first =
        std::ranges::find_if(host.startup, [](const LabLine& line) { return line.place.file.ends_with(kStartup); });
    if (owner == "shared") host.startup.insert(first, lines.begin(), lines.end());
    if (host.name != owner) continue;
    host.startup.insert(host.startup.end(), lines.begin(), lines.end());
    found = true;
  }
  if (!found) reading.errors.push_back({{name, 0}, fmt::format("there is no host \"{}\" in lab.conf", owner)});
}

std::string segment_options(const LabSegment& s) {
  std::string text;
  if (s.rate != LabSegment::kDefaultRate) text += fmt::format(" rate={}bps", s.rate);
  if (s.delay != LabSegment::kDefaultDelay) text += fmt::format(" delay={}ns", s.delay.count());
  if (s.loss != 0) text += fmt::format(" loss={:.12f}", s.loss);
  if (s.queue != LabSegment::kDefaultQueue) text += fmt::format(" queue={}", s.queue);
  return text;
}

std::string host_options(const LabHost& h) {
  std::string text;
  if (h.cost) text += fmt::format(" cost={}ns", h.cost->count());
  if (h.queue != LabHost{}.queue) text += fmt::format(" queue={}", h.queue);
  if (!h.preset.empty()) text += " preset=" + h.preset;
  return text;
}

std::string conf_text(const Lab& lab) {
  // A value in quotes can hold anything but the quote itself.
  const auto quote = [](std::string_view text) {
    const char mark = text.find('"') == std::string_view::npos ? '"' : '\'';
    return fmt::format("{}{}{}", mark, text, mark);
  };
  std::string text;
  if (!lab.name.empty()) text += "LAB_NAME=" + quote(lab.name) + "\n";
  if (!lab.model_only.empty()) text += "# lvs: model-only " + lab.model_only + "\n";
  if (!lab.virtual_time.empty()) text += "# lvs: virtual-time " + lab.virtual_time + "\n";
  if (!lab.description.empty()) text += "LAB_DESCRIPTION=" + quote(lab.description) + "\n";
  for (const LabHost& host : lab.hosts) {
    if (host.interfaces.empty()) text += host.name + "[image]=\"\"\n";
    for (const LabInterface& i : host.interfaces)
      text += fmt::format("{}[{}]=\"{}/{}\"\n", host.name, i.number, lab.segments[i.segment].name, i.mac.text());
  }
  for (const LabSegment& s : lab.segments)
    if (const std::string options = segment_options(s); !options.empty())
      text += fmt::format("# lvs: segment {}{}\n", s.name, options);
  for (const LabHost& h : lab.hosts)
    if (const std::string options = host_options(h); !options.empty())
      text += fmt::format("# lvs: host {}{}\n", h.name, options);
  return text;
}

std::string timeline_text(const Lab& lab) {
  FrameNames names(lab);
  std::string text;
  for (const LabEvent& event : lab.timeline) {
    text += lab_text::seconds_text(event.at) + " ";
    if (const auto* command = std::get_if<LabCommand>(&event.what))
      text += fmt::format("{} {}\n", lab.hosts[event.host].name, command->text);
    else if (const auto* inject = std::get_if<LabInject>(&event.what))
      text += fmt::format("{} {}\n", lab.hosts[event.host].name,
                          inject_text(names, lab.hosts[event.host], *inject, InjectForm::words));
    else if (const auto* cable = std::get_if<LabCable>(&event.what))
      text +=
          fmt::format("- {} {} eth{}\n", cable->plugged ? "mend" : "cut", lab.hosts[event.host].name, cable->interface);
    else if (const auto* power = std::get_if<LabPower>(&event.what))
      text += fmt::format("- {} {}\n", power->on ? "boot" : "crash", lab.hosts[event.host].name);
    else
      text += "- end\n";
  }
  return text;
}

// A lab comes from a stranger: its links lead nowhere but into its own folder.
bool leads_out(const std::filesystem::path& file, const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_symlink(file, error)) return false;
  const std::filesystem::path home = std::filesystem::canonical(folder, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(file, error);
  return error || std::mismatch(home.begin(), home.end(), real.begin(), real.end()).first != home.end();
}

}  // namespace

LabReading parse_lab(const LabFiles& files, std::string_view folder) {
  LabReading reading;
  const auto conf = files.find("lab.conf");
  const auto text_of = [&](const auto& file) -> std::string_view {
    if (auto fault = base::text_fault(file.second)) {
      reading.errors.push_back({{message_name(folder, file.first), fault->line}, std::move(fault->reason)});
      return {};
    }
    return file.second;
  };
  if (conf == files.end()) {
    reading.errors.push_back({{message_name(folder, "lab.conf"), 0}, "no such file; a lab folder needs one"});
    return reading;
  }
  parse_lab_conf(message_name(folder, "lab.conf"), text_of(*conf), reading);
  std::size_t errors_before_timeline = 0;
  for (const auto& file : files) {
    const std::string name = message_name(folder, file.first);
    if (file.first.ends_with(kStartup))
      add_startup(name, file.first, text_of(file), reading);
    else if (file.first == "lab.timeline")
      errors_before_timeline = reading.errors.size();
    else if (file.first.ends_with(kShutdown) || file.first == "lab.dep" || file.first == "lab.ext")
      reading.notices.push_back({{name, 0}, "this Kathará file has no effect here"});
  }
  // Last, for its frames name hosts by the addresses of their startup files; its errors stand where the file does.
  const auto timeline = files.find("lab.timeline");
  if (timeline == files.end()) return reading;
  const std::size_t others = reading.errors.size();
  parse_lab_timeline(message_name(folder, timeline->first), text_of(*timeline), reading);
  const auto at = [&](std::size_t i) { return reading.errors.begin() + static_cast<std::ptrdiff_t>(i); };
  std::rotate(at(errors_before_timeline), at(others), reading.errors.end());
  return reading;
}

LabReading read_lab(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  LabReading failed;
  const auto fail = [&](const fs::path& path, std::string_view reason) {
    failed.errors.push_back({{path.string(), 0}, std::string(reason)});
    return failed;
  };
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return fail(folder, error ? error.message() : "not a folder; a lab is a folder with a lab.conf");
  LabFiles files;
  std::size_t whole = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool ours = name == "lab.conf" || name == "lab.timeline" || name == "lab.dep" || name == "lab.ext" ||
                      name.ends_with(kStartup) || name.ends_with(kShutdown);
    if (!ours) continue;
    if (leads_out(at->path(), folder)) return fail(at->path(), "is a link to a file outside of the lab's folder");
    auto text = base::read_input(at->path().string());
    if (!text) return fail(at->path(), text.error());
    whole += text->size();
    if (whole > base::kGreatestInput) return fail(folder, "its files are larger than 64 MiB together");
    files[name] = std::move(*text);
  }
  if (error) return fail(folder, error.message());
  std::string shown = folder.string();
  while (shown.size() > 1 && shown.back() == '/') shown.pop_back();
  LabReading reading = parse_lab(files, shown);
  if (reading.lab.name.empty()) reading.lab.name = fs::path(shown).filename().string();
  reading.lab.files = read_folder_files(shown, reading.notices);
  return reading;
}

LabFiles write_lab(const Lab& lab) {
  LabFiles files{{"lab.conf", conf_text(lab)}};
  for (const LabHost& host : lab.hosts)
    for (const LabLine& line : host.startup) (files[host.name + std::string(kStartup)] += line.text) += '\n';
  if (!lab.timeline.empty()) files["lab.timeline"] = timeline_text(lab);
  return files;
}

}  // namespace lvs::control
