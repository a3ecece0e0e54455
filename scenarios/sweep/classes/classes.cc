// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/classes/classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/numbers.h"
#include "common/units.h"
#include "sweep/options-load.h"

namespace lvs::scenarios {
namespace {

constexpr std::array kClassNames = {"arrivals", "sizes", "reply-size", "service-time",
                                    "service",  "think", "think-law",  "requests-per-connection"};

// SHARE,NAME=VALUE,...: the values by their names, checked; the share under "".
std::map<std::string, std::string> class_values(const std::string& words) {
  std::map<std::string, std::string> values;
  for (const std::string& part : split(words, ',')) {
    const auto equals = part.find('=');
    const std::string name = equals == std::string::npos ? "" : part.substr(0, equals);
    if (name.empty() != values.empty()) bad("class", words, "is not SHARE[,NAME=VALUE]...");
    if (!name.empty() && std::ranges::find(kClassNames, name) == kClassNames.end())
      bad("class", part, fmt::format("names none of {}", fmt::join(kClassNames, ", ")));
    if (!values.emplace(name, equals == std::string::npos ? part : part.substr(equals + 1)).second)
      bad("class", part, "is said twice");
  }
  return values;
}

std::uint32_t class_number(const std::string& text, std::uint32_t most) {
  const auto value = base::number<std::uint32_t>(text);
  if (!value || *value < 1 || *value > most) bad("class", text, fmt::format("is not in 1..{}", most));
  return *value;
}

ClientClass parse_class(const std::string& words, const SweepOptions& options) {
  const LoadSpec& all = options.base.ask;
  const std::map<std::string, std::string> values = class_values(words);
  const auto said = [&](const char* name) { return values.count(name) != 0; };
  const auto or_as_all = [&](const char* name, const std::string& value) {
    return said(name) ? values.at(name) : value;
  };

  ClientClass made{words, 0, all.work};
  const std::string& share = values.at("");
  const auto [end, error] = std::from_chars(share.data(), share.data() + share.size(), made.share);
  const bool read = error == std::errc{} && end == share.data() + share.size();
  if (!read || !(made.share > 0 && made.share <= 1e6))
    bad("class", words, "does not begin with a share above zero, such as 0.1");
  made.work.arrivals = parse_arrivals(or_as_all("arrivals", all.arrivals));
  const double size = said("reply-size") ? class_number(values.at("reply-size"), 10'000'000) : options.base.reply_size;
  made.work.reply = parse_law("class: sizes", or_as_all("sizes", all.sizes), size);
  const double service =
      said("service-time") ? seconds_of("class: service-time", values.at("service-time"), false) : all.service_time;
  const std::string law = or_as_all("service", all.service);
  made.work.demand = service == 0 ? ns3::LvsWorkLaw::Fixed(0) : parse_law("class: service", law, service);
  if (service == 0 && said("service")) bad("class", words, "says something of a service-time, which is not given");
  const double think = said("think") ? seconds_of("class: think", values.at("think"), true) : all.think_time;
  made.work.think = parse_law("class: think-law", or_as_all("think-law", all.think_law), think);
  if (!said("requests-per-connection")) return made;
  made.work.requestsPerConnection = class_number(values.at("requests-per-connection"), 1'000'000);
  if (made.work.requestsPerConnection > 1 && options.base.load != LoadKind::tcp)
    throw BadOption{"--class: requests-per-connection is for --tcp"};
  return made;
}

}  // namespace

void parse_classes(const boost::program_options::variables_map& given, SweepOptions& options) {
  if (given.count("class") == 0) return;
  LoadSpec& ask = options.base.ask;
  double shares = 0;
  for (const std::string& words : given["class"].as<std::vector<std::string>>()) {
    if (ask.classes.size() == kMostClasses) throw BadOption{fmt::format("--class: more than {}", kMostClasses)};
    // Made of what holds for all requests, which the classes before have not changed.
    ask.classes.push_back(parse_class(words, options));
    shares += ask.classes.back().share;
  }
  double size = 0, service = 0;
  for (ClientClass& each : ask.classes) {
    each.share /= shares;
    size += each.share * each.work.reply.GetMean();
    service += each.share * each.work.demand.GetMean();
  }
  options.base.reply_size = static_cast<unsigned>(std::max(1.0, std::round(size)));
  ask.service_time = service;
}

}  // namespace lvs::scenarios
