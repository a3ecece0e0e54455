// SPDX-License-Identifier: GPL-2.0-or-later
// The model against the real kernel: every case of tests/fidelity/cases, every shipped lab and some random labs.
// `./waf fidelity --seeds FROM..TO` does the same for as many random labs as asked for.
#include "tools/fidelity/fidelity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "control/lab/lab.h"
#include "referee/generate/generate.h"
#include "referee/guest/main.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeeds = 12;

std::vector<control::Lab> all_labs() {
  std::vector<fs::path> folders;
  for (const char* of : {LVS_SOURCE_DIR "/tests/fidelity/cases", LVS_SOURCE_DIR "/scenarios/labs"})
    for (const fs::directory_entry& entry : fs::directory_iterator(of))
      if (entry.is_directory()) folders.push_back(entry.path());
  std::ranges::sort(folders);
  std::vector<control::Lab> labs;
  for (const fs::path& folder : folders) {
    control::LabReading reading = control::read_lab(folder);
    for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
    labs.push_back(std::move(reading.lab));
  }
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) labs.push_back(referee::generate_lab(seed));
  return labs;
}

TEST(Fidelity, TheModelDoesWhatTheKernelDoes) {
  const std::vector<control::Lab> labs = all_labs();
  FidelityOptions options;
  options.labs_a_boot = labs.size();
  options.progress = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  const FidelityReport report = check_fidelity(labs, options);
  ASSERT_EQ(report.error, "");
  EXPECT_EQ(report.kernel, "6.1.176");
  for (const LabVerdict& lab : report.labs) {
    if (lab.outcome == Outcome::differs) ADD_FAILURE() << difference_text(lab.comparison);
    if (lab.outcome == Outcome::failed) ADD_FAILURE() << lab.comparison.lab << ": " << lab.reason;
    if (lab.outcome == Outcome::unsteady)
      std::fprintf(stderr, "%s: dropped, the kernel differs from itself: %s\n", lab.comparison.lab.c_str(),
                   lab.reason.c_str());
    if (lab.outcome == Outcome::model_only)
      std::fprintf(stderr, "%s: on the model only: %s\n", lab.comparison.lab.c_str(), lab.reason.c_str());
    if (lab.outcome == Outcome::not_modelled)
      std::fprintf(stderr, "%s: not modelled: %s\n", lab.comparison.lab.c_str(), lab.reason.c_str());
  }
  EXPECT_GT(report.frames(), 1000u) << "next to nothing was compared";
  EXPECT_GT(report.commands(), 250u);
  EXPECT_LE(report.count(Outcome::unsteady), labs.size() / 5) << "the kernel repeats too little of what it does";
  std::fprintf(stderr, "%zu labs: %zu agree, %zu dropped, %zu not modelled; %zu frames and %zu commands\n", labs.size(),
               report.count(Outcome::agrees), report.count(Outcome::unsteady), report.count(Outcome::not_modelled),
               report.frames(), report.commands());
}

}  // namespace
}  // namespace lvs::scenarios

int main(int argc, char** argv) {
  // Inside the kernel this same program is the agent that runs the labs there.
  if (const auto status = lvs::referee::guest_main(argc, argv)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
