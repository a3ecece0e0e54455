// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/interrupt.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "os/process.h"

namespace lvs::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

unsigned rounds() {
  const char* set = std::getenv("LVS_INTERRUPTS");
  return set == nullptr ? 8 : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

// Processes that have this in their environment: descendants of the program, whoever their parent is by now.
std::vector<std::string> relatives(const std::string& mark) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    std::ifstream in(entry.path() / "environ", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.find(mark) == std::string::npos) continue;
    std::ifstream name(entry.path() / "cmdline", std::ios::binary);
    std::string line(std::istreambuf_iterator<char>(name), {});
    for (char& c : line) c = c == '\0' ? ' ' : c;
    if (!line.empty()) found.push_back(entry.path().filename().string() + " " + line);
  }
  return found;
}

template <class Condition>
bool comes_true(std::chrono::milliseconds patience, Condition condition) {
  for (auto end = std::chrono::steady_clock::now() + patience;;) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(10ms);
  }
}

std::vector<std::string> environment_with(const std::string& mark, const fs::path& folder) {
  std::vector<std::string> result{mark, "TMPDIR=" + folder.string()};
  for (char** at = environ; *at != nullptr; ++at)
    if (!std::string_view(*at).starts_with("TMPDIR=")) result.emplace_back(*at);
  return result;
}

class Round {
 public:
  Round(const Interruption& what, unsigned number)
      : what_(what),
        folder_(fs::temp_directory_path() / fmt::format("lvs-interrupt-{}-{}", getpid(), number)),
        mark_(fmt::format("LVS_INTERRUPTED={}-{}", getpid(), number)),
        random_(number) {
    fs::create_directories(folder_);
    if (what.prepare) what.prepare(folder_);
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) given_.push_back(entry.path());
  }
  ~Round() {
    for (const std::string& each : relatives(mark_)) ::kill(std::atoi(each.c_str()), SIGKILL);
    fs::remove_all(folder_);
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void run(std::vector<std::string>& wrong) {
    os::SpawnOptions options;
    options.environment = environment_with(mark_, folder_);
    std::string line = "cd '" + folder_.string() + "' && exec";
    for (const std::string& word : what_.command) line += " '" + word + "'";
    const pid_t pid = os::spawn({"/bin/sh", "-c", line + " > output 2>&1"}, options);
    const auto after =
        std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, what_.longest.count())(random_));
    const int signal = what_.signals[random_() % what_.signals.size()];
    const auto say = [&](const std::string& text) {
      wrong.push_back(fmt::format("signal {} after {} ms: {}", signal, after.count(), text));
    };
    std::this_thread::sleep_for(after);
    ::kill(pid, signal);
    if (!os::wait_for(pid, what_.patience)) {
      say("it goes on");
      ::kill(pid, SIGKILL);
      os::wait_for(pid);
    }
    if (!comes_true(what_.patience, [&] { return relatives(mark_).empty(); }))
      for (const std::string& each : relatives(mark_)) say("process " + each);
    // Who sweeps behind a process may need a moment.
    if (comes_true(what_.patience, [&] { return files().empty(); })) return;
    for (const std::string& each : files()) say(each);
  }

 private:
  std::vector<std::string> files() const {
    std::vector<std::string> wrong;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(folder_, error)) {
      const fs::path& path = entry.path();
      if (path.filename() == "output" || std::ranges::find(given_, path) != given_.end()) continue;
      const std::string why = what_.judge ? what_.judge(path) : "is left";
      if (!why.empty()) wrong.push_back(path.lexically_relative(folder_).string() + ": " + why);
    }
    return wrong;
  }

  const Interruption& what_;
  fs::path folder_;
  std::string mark_;
  std::minstd_rand random_;
  std::vector<fs::path> given_;
};

}  // namespace

std::vector<std::string> left_behind(const Interruption& what) {
  std::vector<std::string> wrong;
  for (unsigned i = 0; i < rounds(); ++i) Round(what, i).run(wrong);
  return wrong;
}

}  // namespace lvs::test
