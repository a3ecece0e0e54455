// SPDX-License-Identifier: GPL-2.0-or-later
// Labs with keepalived, run in the model: the logs of its processes are those of the real one, and the network sees
// adverts when it would.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "control/lab/check.h"
#include "control/lab/lab.h"
#include "control/lab/model.h"
#include "control/lab/script.h"
#include "daemons/daemons.h"

namespace lvs::keepalived {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kRecordings = fs::path(LVS_SOURCE_DIR) / "tests/golden/daemons/ha";

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Advert {
  base::Time at;
  std::size_t host;
  unsigned priority;
};

class RecordedLab {
 public:
  explicit RecordedLab(const std::string& name) : folder_(kRecordings / name) {
    daemons::add_daemons();
    reading_ = control::read_lab(folder_);
    for (const auto& error : reading_.errors) ADD_FAILURE() << error.text();
    for (const auto& message : control::check_commands(reading_.lab)) ADD_FAILURE() << message.text();
    if (testing::Test::HasFailure()) return;
    auto script = control::parse_script(reading_.lab);
    if (!script) {
      for (const auto& message : script.error()) ADD_FAILURE() << message.text();
      return;
    }
    script_ = std::make_unique<control::LabScript>(std::move(*script));
    model_ = std::make_unique<control::LabModel>(*script_);
    model_->on_frame = [this](const control::LabModel::SentFrame& frame) { take(frame); };
  }

  void run() {
    if (model_) model_->run();
  }
  std::string log(const std::string& host) {
    for (std::size_t i = 0; i < reading_.lab.hosts.size(); ++i) {
      if (reading_.lab.hosts[i].name == host) return model_->machine(i).files().read("/root/ka.log").text;
    }
    return {};
  }
  std::vector<std::string> loggers() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() == ".log") names.push_back(entry.path().stem().string());
    }
    std::ranges::sort(names);
    return names;
  }
  std::string recorded(const std::string& host) const { return text_of(folder_ / (host + ".log")); }
  const std::vector<Advert>& adverts() const { return adverts_; }

 private:
  void take(const control::LabModel::SentFrame& frame) {
    constexpr std::size_t kIp = 14, kVrrp = 34;
    if (frame.bytes.size() < kVrrp + 8 || base::load_be16(frame.bytes.data() + 12) != 0x0800 ||
        frame.bytes[kIp + 9] != 112)
      return;
    adverts_.push_back({model_->now(), frame.host, frame.bytes[kVrrp + 2]});
  }

  fs::path folder_;
  control::LabReading reading_;
  std::unique_ptr<control::LabScript> script_;
  std::unique_ptr<control::LabModel> model_;
  std::vector<Advert> adverts_;
};

// Without dates, the kernel's release, and numbers of processes and sockets.
std::string essence(const std::string& log) {
  static const std::regex date(R"((^|\n)[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}: )");
  static const std::regex kernel(R"(Running on Linux [^(\n]*)");
  static const std::regex number(R"((pid[= ]|process\()[0-9]+)");
  static const std::regex sockets(R"(fd\([0-9]+,[0-9]+\)|fd [0-9]+)");
  std::string text = std::regex_replace(log, date, "$1");
  text = std::regex_replace(text, kernel, "Running on Linux * ");
  text = std::regex_replace(text, number, "$1*");
  return std::regex_replace(text, sockets, "fd(*)");
}

class RecordedLog : public testing::TestWithParam<std::string> {};

TEST_P(RecordedLog, IsTheModels) {
  RecordedLab lab(GetParam());
  ASSERT_FALSE(HasFailure());
  lab.run();
  ASSERT_FALSE(lab.loggers().empty());
  for (const std::string& host : lab.loggers()) {
    EXPECT_EQ(essence(lab.recorded(host)), essence(lab.log(host)))
        << "log of " << host << ": - keepalived's, + the model's";
  }
}

// Every one but vrrp-split-brain: two masters meet, whose timers then end at one moment, and which line comes first
// hangs on when the kernel began the lab's lines (the test `fidelity` runs the model at the same moments).
std::vector<std::string> labs() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kRecordings)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && name != "vrrp-split-brain") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string name_of(const testing::TestParamInfo<std::string>& each) {
  std::string name = each.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Labs, RecordedLog, testing::ValuesIn(labs()), name_of);

// The longest time between adverts of any host while the lab ran, and its end.
std::pair<base::Time, base::Time> longest_gap(const std::vector<Advert>& adverts, base::Time from) {
  std::pair<base::Time, base::Time> longest{};
  for (std::size_t i = 1; i < adverts.size(); ++i) {
    const base::Time gap = adverts[i].at - adverts[i - 1].at;
    if (adverts[i - 1].at >= from && gap > longest.first) longest = {gap, adverts[i].at};
  }
  return longest;
}

// 3 x 1 s + (256 - 100) / 256 s after the last advert of a master that dies without a word.
TEST(Takeover, AfterASilentDeathLastsThreeIntervalsAndTheSkew) {
  RecordedLab lab("vrrp-kill-all");
  ASSERT_FALSE(HasFailure());
  lab.run();
  const base::Time gap = longest_gap(lab.adverts(), 10s).first;
  EXPECT_GE(gap, 3609375us);
  EXPECT_LT(gap, 3610ms);  // and the way of a frame over two cables
}

// Priority 0 leaves the skew alone.
TEST(Takeover, AfterPriorityZeroLastsTheSkew) {
  RecordedLab lab("vrrp-election");
  ASSERT_FALSE(HasFailure());
  lab.run();
  const auto zero = std::ranges::find(lab.adverts(), 0u, &Advert::priority);
  ASSERT_NE(zero, lab.adverts().end());
  ASSERT_NE(zero + 1, lab.adverts().end());
  const base::Time gap = (zero + 1)->at - zero->at;
  EXPECT_GE(gap, 609375us);
  EXPECT_LT(gap, 610ms);
}

}  // namespace
}  // namespace lvs::keepalived
