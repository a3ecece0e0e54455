// SPDX-License-Identifier: GPL-2.0-or-later
// The manners of ns-3's CommandLine, for programs that drive ns-3 programs by it (sem, scripts).
#pragma once

#include <boost/program_options.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::scenarios {

// --PrintHelp and --PrintGlobals, as ns-3's CommandLine prints them: true when `word` was one of them.
bool print_as_ns3(std::string_view word, const std::string& program, const std::string& summary,
                  const boost::program_options::options_description& options, std::ostream& out);

// --RngRun and --RngSeed become --run and --seed. Where --RngRun was given, who drives gives every option that
// --PrintHelp listed: one that is empty or has its default counts as not given, numbers may have been through a float
// (20.0), and flags have true or false.
std::vector<std::string> from_ns3(const std::vector<std::string>& words,
                                  const boost::program_options::options_description& options);

}  // namespace lvs::scenarios
