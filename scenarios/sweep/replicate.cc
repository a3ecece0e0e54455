// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/replicate.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "base/input-file.h"
#include "sweep/fields.h"
#include "sweep/parallel.h"

namespace lvs::scenarios {
namespace {

class Progress {
 public:
  Progress(const RunAll& all, std::size_t total) : on_(all.progress), name_(all.program), total_(total) {}
  void operator()(std::size_t done) const {
    if (!on_) return;
    const auto spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    const double left = spent / static_cast<double>(done) * static_cast<double>(total_ - done);
    std::cerr << fmt::format("\r\033[K{}: {} of {} runs, {:.0f} s, about {:.0f} s to go ", name_, done, total_, spent,
                             left)
              << std::flush;
    if (done == total_) std::cerr << "\r\033[K" << std::flush;
  }

 private:
  bool on_;
  std::string name_;
  std::size_t total_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

// A line a run: its key, a tab, its result. The last may be cut short where a sweep was stopped.
class Journal {
 public:
  // What is wrong with the file, or nothing.
  std::string open(const std::string& name) {
    if (name.empty()) return {};
    std::string whole;
    std::error_code error;
    if (std::filesystem::exists(name, error)) {
      const auto text = base::read_input(name);
      if (!text) return fmt::format("{}: {}", name, text.error());
      std::istringstream in(*text);
      for (std::string line; std::getline(in, line);) {
        if (in.eof()) break;  // no end of line: cut short
        const auto tab = line.find('\t');
        PointResult result;
        if (tab == std::string::npos || !from_line(std::string_view(line).substr(tab + 1), result))
          return fmt::format("{} is no file of runs", name);
        known_[line.substr(0, tab)] = result;
        whole += line + '\n';
      }
    }
    std::ofstream(name, std::ios::trunc) << whole;
    out_.open(name, std::ios::app);
    return out_ ? "" : fmt::format("cannot write {}: {}", name, std::strerror(errno));
  }
  const PointResult* find(const std::string& key) const {
    const auto at = known_.find(key);
    return at == known_.end() ? nullptr : &at->second;
  }
  void add(const std::string& key, const PointResult& result) {
    if (out_.is_open()) out_ << key << '\t' << to_line(result) << std::endl;  // whatever becomes of us
  }

 private:
  std::map<std::string, PointResult> known_;
  std::ofstream out_;
};

}  // namespace

int run_all(const RunAll& all, const std::vector<PointSpec>& specs, std::vector<SweepPoint>& points,
            std::ostream& err) {
  Journal journal;
  if (const std::string why = journal.open(all.resume); !why.empty()) {
    err << all.program << ": " << why << '\n';
    return 2;
  }
  std::vector<PointSpec> runs;
  std::vector<std::string> keys;
  std::vector<PointResult> results(specs.size() * all.replications);
  std::vector<std::size_t> missing;
  for (const PointSpec& spec : specs) {
    for (unsigned i = 0; i < all.replications; ++i) {
      PointSpec run = spec;
      run.run = spec.run + i;
      keys.push_back(key_of(run));
      if (const PointResult* known = journal.find(keys.back())) {
        results[keys.size() - 1] = *known;
        continue;
      }
      missing.push_back(keys.size() - 1);
      runs.push_back(std::move(run));
    }
  }
  const Progress progress(all, runs.size());
  const ParallelOutcome outcome =
      run_points(runs, all.processes, [&](std::size_t done, std::size_t index, const PointResult& result) {
        journal.add(keys[missing[index]], result);
        progress(done);
      });
  if (!outcome.error.empty()) {
    err << all.program << ": " << outcome.error << '\n';
    return 1;
  }
  for (std::size_t i = 0; i < missing.size(); ++i) {
    results[missing[i]] = outcome.results[i];
    if (outcome.results[i].outputs_failed) return 2;  // the point has said why
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Summary summary = summarize(std::span(results).subspan(i * all.replications, all.replications));
    points.push_back({specs[i], summary.mean, summary.half});
  }
  return 0;
}

}  // namespace lvs::scenarios
