// SPDX-License-Identifier: GPL-2.0-or-later
// The model against the real kernel: every case of tests/fidelity/cases, every shipped lab and some random labs.
// `./waf fidelity --seeds FROM..TO` does the same for as many random labs as asked for.
// One test is a lab: test-fidelity --gtest_filter=*dr_service
#include "tools/fidelity/fidelity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <ostream>
#include <set>

#include "control/lab/lab.h"
#include "daemons/daemons.h"
#include "referee/generate/generate.h"
#include "referee/guest/main.h"
#include "referee/kernel/image.h"
#include "referee/kernel/packages.h"
#include "referee/lab-lines.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeeds = 12;
// The labs are compared in so many rounds; none begins that would not end within this time if it took as long as the
// one before (README's test command ends within half an hour on two cores, and on a machine half as fast, too).
constexpr std::size_t kRounds = 40;
constexpr auto kTimeForRounds = std::chrono::minutes(2);
// Labs that wait longer cost that time on Debian's kernel: they want one in virtual time.
constexpr base::Time kLongestWait = std::chrono::seconds(30);

// The same where nginx or a name server runs, whose timers are their own.
constexpr base::Time kLongestOfDaemons = std::chrono::seconds(15);

bool names(const control::Lab& lab, std::string_view program) {
  return referee::any_line(lab, [&](const std::string& line) { return line.find(program) != std::string::npos; });
}

// Does what it compares hang on moments? The lab says so itself, or it shows: what the synchronisation daemon puts into
// one message does: on Debian's kernel, in real time, a command that takes 50 ms longer moves a connection into the
// next. So does all that keepalived sends.
bool wants_virtual_time(const control::Lab& lab) {
  if (!lab.virtual_time.empty() || names(lab, "--start-daemon") || names(lab, "keepalived")) return true;
  const bool daemons = names(lab, "nginx") || names(lab, "dnsmasq") || names(lab, "dig ");
  return !lab.timeline.empty() && lab.timeline.back().at > (daemons ? kLongestOfDaemons : kLongestWait);
}

// A folder with a lab, or a seed of a random one.
struct Source {
  fs::path folder;
  std::uint64_t seed = 0;
  std::string name() const {
    if (folder.empty()) return "seed-" + std::to_string(seed);
    // Some shipped labs have the names of recorded ones.
    const bool recorded = folder.parent_path().filename() == "ha";
    return (recorded ? "recorded-" : "") + folder.filename().string();
  }
  friend std::ostream& operator<<(std::ostream& out, const Source& source) { return out << source.name(); }
};

std::vector<Source> find_sources() {
  std::vector<Source> found;
  for (const char* of : {LVS_SOURCE_DIR "/tests/fidelity/cases", LVS_SOURCE_DIR "/tests/golden/daemons/ha",
                         LVS_SOURCE_DIR "/scenarios/labs"})
    for (const fs::directory_entry& entry : fs::directory_iterator(of))
      if (entry.is_directory()) found.push_back({entry.path(), 0});
  std::ranges::sort(found, {}, &Source::folder);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) found.push_back({{}, seed});
  return found;
}

// As they were when the tests were listed: a lab that comes while they run is none of them.
const std::vector<Source>& sources() {
  static const std::vector<Source> kSources = find_sources();
  return kSources;
}

std::string test_name(const testing::TestParamInfo<Source>& info) {
  std::string name = info.param.name();
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// One test a lab. The labs of all tests that are to run (--gtest_filter) run first, in as few boots as for one.
class Fidelity : public testing::TestWithParam<Source> {
 protected:
  static void SetUpTestSuite() {
    daemons::add_daemons();
    std::vector<control::Lab> labs;
    std::vector<std::string> names;
    const auto image = referee::find_kernel({});
    const bool virtual_time = image && image->virtual_time;
    for (const Source& source : chosen()) {
      control::LabReading reading;
      if (source.folder.empty())
        reading.lab = referee::generate_lab(source.seed);
      else
        reading = control::read_lab(source.folder);
      for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
      if (!reading.ok()) continue;
      if (!virtual_time && wants_virtual_time(reading.lab)) {
        left_out_[source.name()] = "compared where a kernel in virtual time is found (LVS_REFEREE_KERNEL)";
        continue;
      }
      if (image && !image->security_options && reading.lab.name == "tcp-security-option") {
        left_out_[source.name()] = "this kernel was built without CONFIG_NETLABEL";
        continue;
      }
      if (std::string missing = referee::missing_programs({&reading.lab, 1}); !missing.empty()) {
        left_out_[source.name()] = std::move(missing);
        continue;
      }
      labs.push_back(std::move(reading.lab));
      names.push_back(source.name());
    }
    in_rounds(labs, names);
    EXPECT_EQ(report_.error, "");
    // Debian updates its package; a family that is not known would be compared with the wrong model.
    EXPECT_THAT(report_.kernel, testing::AnyOf(testing::StartsWith("6.1."), testing::StartsWith("6.12.")));
  }

  // Every fortieth lab, then the next ones: on a machine too slow for all of them some of each kind are compared, and
  // few run side by side, which Debian's kernel in real time repeats best.
  static void in_rounds(const std::vector<control::Lab>& labs, const std::vector<std::string>& names) {
    const auto begin = std::chrono::steady_clock::now();
    auto round_begin = begin;
    for (std::size_t round = 0; round < kRounds; ++round) {
      const auto now = std::chrono::steady_clock::now();
      const bool late = now - begin + (now - round_begin) > kTimeForRounds;
      if (!late) round_begin = now;
      std::vector<control::Lab> some;
      for (std::size_t i = round; i < labs.size(); i += kRounds) {
        if (late)
          left_out_[names[i]] = "no time is left on this machine; ./waf fidelity compares it";
        else
          verdicts_[names[i]] = report_.labs.size() + some.size(), some.push_back(labs[i]);
      }
      if (some.empty()) continue;
      FidelityOptions options;
      options.labs_a_boot = some.size();
      options.progress = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
      FidelityReport report = check_fidelity(some, options);
      report_.kernel = report.kernel;
      report_.error = report.error;
      std::ranges::move(report.labs, std::back_inserter(report_.labs));
      if (!report_.error.empty()) return;
    }
  }

  // How much was compared, where all of it was.
  static void TearDownTestSuite() {
    if (report_.labs.size() + left_out_.size() != sources().size()) return;
    // A lab has some 75 frames and ten commands, and the first round ten labs.
    EXPECT_GE(report_.labs.size(), 8u) << "next to nothing was compared";
    EXPECT_GT(report_.frames(), 20 * report_.labs.size());
    EXPECT_GT(report_.commands(), 3 * report_.labs.size());
    // The first round is few labs, and a busy machine blurs real time.
    EXPECT_GE(report_.count(Outcome::agrees), report_.labs.size() / 4)
        << "the kernel repeats too little of what it does";
    std::fprintf(
        stderr, "%zu labs (%zu left out): %zu agree, %zu dropped, %zu not modelled; %zu frames and %zu commands\n",
        report_.labs.size(), left_out_.size(), report_.count(Outcome::agrees), report_.count(Outcome::unsteady),
        report_.count(Outcome::not_modelled), report_.frames(), report_.commands());
  }

  static std::vector<Source> chosen() {
    std::vector<Source> found;
    const std::vector<Source>& all = sources();
    const testing::TestSuite& suite = *testing::UnitTest::GetInstance()->current_test_suite();
    for (int i = 0; i < suite.total_test_count() && i < static_cast<int>(all.size()); ++i)
      if (suite.GetTestInfo(i)->should_run()) found.push_back(all[static_cast<std::size_t>(i)]);
    return found;
  }

  // Why it is left out; empty: it is not.
  static std::string left_out(const std::string& name) {
    const auto found = left_out_.find(name);
    return found == left_out_.end() ? std::string() : found->second;
  }

  static const LabVerdict* verdict_of(const std::string& name) {
    const auto found = verdicts_.find(name);
    return found == verdicts_.end() ? nullptr : &report_.labs[found->second];
  }

 private:
  inline static FidelityReport report_;
  inline static std::map<std::string, std::size_t> verdicts_;
  inline static std::map<std::string, std::string> left_out_;
};

TEST_P(Fidelity, TheModelDoesWhatTheKernelDoes) {
  if (const std::string why = left_out(GetParam().name()); !why.empty()) GTEST_SKIP() << why;
  const LabVerdict* verdict = verdict_of(GetParam().name());
  ASSERT_NE(verdict, nullptr) << "it was not run";
  const std::string& why = verdict->reason;
  switch (verdict->outcome) {
    case Outcome::agrees: break;
    case Outcome::differs: FAIL() << difference_text(verdict->comparison);
    case Outcome::failed: FAIL() << why;
    case Outcome::unsteady: GTEST_SKIP() << "dropped, the kernel differs from itself: " << why;
    case Outcome::model_only: GTEST_SKIP() << "on the model only: " << why;
    case Outcome::not_modelled: GTEST_SKIP() << "not modelled: " << why;
  }
}

INSTANTIATE_TEST_SUITE_P(Labs, Fidelity, testing::ValuesIn(sources()), test_name);

}  // namespace
}  // namespace lvs::scenarios

int main(int argc, char** argv) {
  // Inside the kernel this same program is the agent that runs the labs there.
  if (const auto status = lvs::referee::guest_main(argc, argv)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
