// SPDX-License-Identifier: GPL-2.0-or-later
// The part of the sweeps' command line that says how requests are made and measured; and what is shared by its parts.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <string_view>

#include "common/option-values.h"
#include "sweep/options.h"

namespace lvs::scenarios {

// What was given for an option; empty: it was not.
std::string text_of(const boost::program_options::variables_map& given, const char* name);

// "pareto:1.5" and the like; `option` ends with "sizes" where web is one.
ns3::LvsWorkLaw parse_law(std::string_view option, const std::string& text, double mean);
// "poisson" and the like.
ns3::LvsWorkArrivals parse_arrivals(const std::string& text);
// A time up to an hour, in seconds.
double seconds_of(std::string_view option, const std::string& text, bool zero);

void describe_load(const ProgramTraits& traits, boost::program_options::options_description& all);
// After sizes, rates and kind of load are known.
void parse_load_laws(const ProgramTraits& traits, const boost::program_options::variables_map& given,
                     SweepOptions& options);
void parse_measurement(const boost::program_options::variables_map& given, SweepOptions& options);

// "rr,wlc" and "30us,60us,120us" or "30us..120us/30us".
void parse_schedulers(const std::string& text, SweepOptions& options);
void parse_costs(const std::string& text, SweepOptions& options);

}  // namespace lvs::scenarios
