// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/course/course.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/printable.h"
#include "common/run-watch.h"
#include "common/trace-file.h"
#include "ns3/lvs-lab-runner.h"
#include "os/temporary-folder.h"
#include "tools/console/folders.h"
#include "tools/lab/carry.h"
#include "tools/lab/course/pages.h"
#include "tools/lab/load.h"
#include "tools/lab/options.h"
#include "tools/trace/filter.h"
#include "tools/trace/html/page.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

void write_page(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) fail("cannot write {}", path.string());
}

// The run of a lab as one page; "" where there is nothing to show.
std::string walk_page(const control::LabScript& script, const RunLimits& limits, const std::string& file) {
  TraceFile trace;
  if (const std::string why = trace.open(file, TraceFile::Kind::whole); !why.empty()) fail("{}", why);
  RunWatch watch("lvs-lab", limits);
  ns3::LvsLabOptions how;
  how.capture = false;
  how.trace = trace.output();
  how.onWatch = [&](base::Time at, std::uint64_t frames) { return watch.look(at, frames); };
  const control::LabRun run = ns3::LvsRunLab(script, how);
  if (!run.stopped.empty()) fail("{}: {}", script.lab->name, run.stopped);
  if (const std::string why = trace.close(); !why.empty()) fail("{}", why);
  trace::TraceIndex index;
  if (!index.open(file)) fail("{}", index.error());
  while (index.update() != 0) {
  }
  const WalkOptions options;
  const WalkFilter filter(index, options);
  std::string page;
  const std::size_t walks = export_page(index, filter, options, [&](std::string_view text) { page += text; });
  return walks == 0 ? std::string() : page;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

CourseReadme readme_of(const fs::path& folder) {
  return {text_of(folder / "README.md"), text_of(folder / "README.zh.md")};
}

std::vector<CourseChapter> read_course() {
  const auto labs = shipped_labs();
  if (!labs) fail("no shipped labs found (LVS_LABS names their folder)");
  const fs::path file = labs->parent_path() / "course.txt";
  std::error_code error;
  if (!fs::exists(file, error)) fail("{}: is not there", file.string());
  auto chapters = parse_course(text_of(file), file.string());
  if (!chapters) fail("{}", chapters.error());
  return std::move(*chapters);
}

class Site {
 public:
  Site(fs::path out, const RunLimits& limits) : out_(std::move(out)), limits_(limits), pages_(read_course()) {}

  int write() {
    // Exercises first: the pages of labs name them.
    each(true);
    each(false);
    write_page(out_ / "index.html", pages_.index());
    std::cout << base::printable(
        fmt::format("{}: {} labs, {} exercises{}\n", (out_ / "index.html").string(), labs_, exercises_,
                    without_ == 0 ? "" : fmt::format(", {} labs without a packet to show", without_)));
    return 0;
  }

 private:
  void each(bool exercises) {
    for (const CourseChapter& chapter : pages_.chapters()) {
      for (const CourseEntry& entry : chapter.entries) {
        if (entry.exercise != exercises) continue;
        const auto folder = find_lab(entry.name);
        if (!folder) fail("course.txt: {}: there is no such lab", entry.name);
        const control::Lab lab = load_lab(folder->string(), false);
        exercises ? exercise(entry, lab, *folder) : this->lab(entry, lab, *folder);
      }
    }
  }

  void lab(const CourseEntry& entry, const control::Lab& lab, const fs::path& folder) {
    const control::LabScript script = compile_lab(lab);
    const std::string walk = walk_page(script, limits_, temporary_.path() + "/" + entry.name + ".pcapng");
    if (!walk.empty()) write_page(out_ / "walks" / (entry.name + ".html"), walk);
    without_ += walk.empty() ? 1 : 0;
    ++labs_;
    pages_.know(entry.name, lab.description);
    write_page(out_ / (entry.name + ".html"), pages_.lab(entry, lab, readme_of(folder), !walk.empty()));
  }

  void exercise(const CourseEntry& entry, const control::Lab& lab, const fs::path& folder) {
    const auto task =
        control::parse_exercise(lab, (folder / control::kCheckFile).string(), text_of(folder / control::kCheckFile));
    if (!task) throw Failure{text_of_messages(task.error())};
    ++exercises_;
    pages_.know(entry.name, task->title);
    write_page(out_ / ("exercise-" + entry.name + ".html"), pages_.exercise(entry, lab, *task, readme_of(folder)));
  }

  fs::path out_;
  RunLimits limits_;
  CoursePages pages_;
  const os::TemporaryFolder temporary_{(fs::temp_directory_path() / "lvs-course-").string()};
  std::size_t labs_ = 0, exercises_ = 0, without_ = 0;
};

}  // namespace

int course(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("out", po::value<std::string>());
  add_limits(options);
  const auto given = parse_words(words, options, "none", 0);
  if (given.count("out") == 0) fail("course: --out DIR says where the pages go");
  if (!has_page()) fail("course: this build has no page");
  const fs::path out = given["out"].as<std::string>();
  std::error_code error;
  if (fs::exists(out, error) && !(fs::is_directory(out, error) && fs::is_empty(out, error)))
    fail("{}: is there already, and not empty", out.string());
  return Site(out, parse_limits(given)).write();
}

}  // namespace lvs::scenarios
