// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/submission.h"

#include <algorithm>

#include "base/input-file.h"
#include "os/temporary-folder.h"
#include "tools/console/folders.h"
#include "tools/lab/load.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 2'000;

// Files of `from` that are none of `without`, over those of `to`. Links and devices stay behind: they may lead
// anywhere.
void copy_files(const fs::path& from, const fs::path& to, const std::vector<std::string>& without) {
  std::size_t files = 0;
  for (fs::recursive_directory_iterator at(from), end; at != end; ++at) {
    if (at->is_symlink()) {
      at.disable_recursion_pending();
      continue;
    }
    const fs::path name = at->path().lexically_relative(from);
    if (at->is_directory()) {
      if (name == ".git") at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file() || std::ranges::find(without, name.string()) != without.end()) continue;
    if (++files > kMostFiles) throw Failure{from.string() + ": holds more than 2000 files"};
    fs::create_directories((to / name).parent_path());
    fs::copy_file(at->path(), to / name, fs::copy_options::overwrite_existing);
  }
}

bool links_on_the_way(const fs::path& folder, const fs::path& name) {
  fs::path at = folder;
  for (const fs::path& part : name) {
    at /= part;
    if (fs::is_symlink(fs::symlink_status(at))) return true;
  }
  return false;
}

// False when none of the files was handed in.
bool copy_handed_in(const fs::path& from, const fs::path& to, const std::vector<std::string>& files) {
  bool any = false;
  for (const std::string& name : files) {
    if (!fs::exists(fs::symlink_status(from / name))) continue;
    const bool plain = !links_on_the_way(from, name) && fs::is_regular_file(from / name);
    if (!plain) throw Failure{(from / name).string() + ": is no ordinary file"};
    fs::create_directories((to / name).parent_path());
    fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing);
    any = true;
  }
  return any;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

control::Exercise checks_of(const control::Lab& lab, const fs::path& folder) {
  const fs::path file = folder / control::kCheckFile;
  if (!fs::exists(fs::symlink_status(file)))
    fail("{}: has no lab.check: there is nothing to grade by", folder.string());
  const auto text = base::read_input(file.string(), 1 << 20);
  if (!text) fail("{}", text.error());
  if (const auto fault = base::text_fault(*text)) fail("{}:{}: {}", file.string(), fault->line, fault->reason);
  auto exercise = control::parse_exercise(lab, file.string(), *text);
  if (!exercise) throw Failure{text_of_messages(exercise.error())};
  return std::move(*exercise);
}

GradedSource read_whole(const fs::path& folder, const fs::path& checks) {
  control::LabReading reading = control::read_lab(folder);
  if (!reading.ok()) throw Failure{text_of_messages(reading.errors)};
  for (const control::LabEvent& event : reading.lab.timeline) {
    const auto* command = std::get_if<control::LabCommand>(&event.what);
    if (command != nullptr && command->text.find("# lab.check ") != std::string::npos)
      fail("{}: looks like a line of a check", event.place.text());
  }
  control::Exercise exercise = checks_of(reading.lab, checks);
  return {std::move(reading.lab), std::move(exercise)};
}

// The lab of the exercise with the files of the submission in it.
GradedSource read_over(const Submission& submission, const fs::path& exercise) {
  const GradedSource own = read_exercise(exercise);
  const os::TemporaryFolder temporary((fs::temp_directory_path() / "lvs-grade-").string());
  const fs::path folder = fs::path(temporary.path()) / submission.name;
  fs::create_directories(folder);
  try {
    if (own.exercise.hand_in.empty()) {
      copy_files(exercise, folder, {});
      copy_files(submission.folder, folder, {"lab.check", "README.md"});
    } else {
      copy_files(exercise, folder, {});
      if (!copy_handed_in(submission.folder, folder, own.exercise.hand_in)) {
        std::string files;
        for (const std::string& name : own.exercise.hand_in) files += (files.empty() ? "" : ", ") + name;
        fail("{}: none of the files to hand in is there: {}", submission.folder.string(), files);
      }
    }
    GradedSource source = read_whole(folder, folder);
    // What is wrong is wrong in the folder that was handed in.
    const auto there = [&](control::LabPlace& place) {
      place.file = replaced(place.file, folder.string(), submission.folder.string());
    };
    for (control::LabEvent& event : source.lab.timeline) there(event.place);
    for (control::LabHost& host : source.lab.hosts) {
      for (control::LabLine& line : host.startup) there(line.place);
    }
    return source;
  } catch (const Failure& failure) {
    throw Failure{replaced(failure.text, folder.string(), submission.folder.string()), failure.status};
  }
}

bool is_submission(const fs::path& folder, const std::optional<control::Exercise>& exercise) {
  std::error_code error;
  if (fs::exists(folder / "lab.conf", error)) return true;
  if (!exercise) return false;
  return std::ranges::any_of(
      exercise->hand_in, [&](const std::string& name) { return fs::exists(fs::symlink_status(folder / name, error)); });
}

std::string name_of_folder(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

}  // namespace

std::vector<Submission> submissions_of(const std::string& argument, const std::optional<control::Exercise>& exercise) {
  const auto found = find_lab(argument);
  const fs::path folder = found ? *found : fs::path(argument);
  std::vector<Submission> result;
  std::error_code error;
  if (!is_submission(folder, exercise) && fs::is_directory(folder, error)) {
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with('.') && entry.is_directory(error)) result.push_back({name, entry.path()});
    }
    std::ranges::sort(result, {}, &Submission::name);
  }
  if (result.empty()) result.push_back({name_of_folder(folder), folder});
  return result;
}

GradedSource read_exercise(const fs::path& folder) { return read_whole(folder, folder); }

base::Result<GradedSource, std::string> read_submission(const Submission& submission,
                                                        const std::optional<fs::path>& exercise) {
  try {
    if (exercise) return read_over(submission, *exercise);
    return read_whole(submission.folder, submission.folder);
  } catch (const Failure& failure) {
    return base::Error{failure.text};
  } catch (const std::exception& error) {
    return base::Error{submission.folder.string() + ": " + error.what()};
  }
}

}  // namespace lvs::scenarios
