// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/realtime.h"

#include <iostream>
#include <stdexcept>

#include "common/units.h"

namespace lvs::scenarios {

namespace po = boost::program_options;

using Words = std::vector<std::string>;

void add_realtime_options(po::options_description& options) {
  options.add_options()("realtime", "")("tap", po::value<Words>())("real", po::value<Words>())(
      "control", po::value<std::string>());
}

std::optional<ns3::LvsRealtimeOptions> realtime_options(const po::variables_map& given, const control::Lab& lab) {
  if (given.count("realtime") == 0) {
    for (const char* option : {"tap", "real", "control"}) {
      if (given.count(option) != 0) throw std::invalid_argument(std::string("--") + option + " goes with --realtime");
    }
    return std::nullopt;
  }
  if (given.count("on") != 0 && given["on"].as<std::string>() == "linux") {
    throw std::invalid_argument("--realtime is for the model: a real kernel knows no other time");
  }
  ns3::LvsRealtimeOptions options;
  options.say = [](const std::string& text) { std::cerr << "lvs-lab: " << text << '\n'; };
  const auto words_of = [&](const char* option) {
    return given.count(option) == 0 ? Words() : given[option].as<Words>();
  };
  for (const std::string& word : words_of("tap")) {
    auto plug = os::parse_tap_plug(word);
    if (!plug) throw std::invalid_argument("--tap " + plug.error());
    options.taps.push_back(std::move(*plug));
  }
  for (const std::string& word : words_of("real")) {
    for (const std::string& name : split(word, ',')) options.real.insert(name);
  }
  if (given.count("control") != 0) options.control = given["control"].as<std::string>();
  std::string wrong;
  for (const std::string& error : ns3::LvsCheckRealtime(lab, options)) wrong += (wrong.empty() ? "" : "\n") + error;
  if (!wrong.empty()) throw std::invalid_argument(wrong);
  return options;
}

}  // namespace lvs::scenarios
