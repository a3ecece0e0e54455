// SPDX-License-Identifier: GPL-2.0-or-later
// Options that several commands of lvs-lab have.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "common/run-watch.h"
#include "host/env/kernel.h"
#include "referee/kernel/linux-run.h"

namespace lvs::scenarios {

// Words that are no options are values of `positional`, `most` of them (-1: any number). Throws
// boost::program_options::error.
boost::program_options::variables_map parse_words(const std::vector<std::string>& words,
                                                  const boost::program_options::options_description& options,
                                                  const char* positional, int most);

// --kernel; throws Failure.
host::Kernel parse_kernel(const boost::program_options::variables_map& given);

// A whole number from 1 on, `preset` without the option; throws Failure.
std::uint64_t whole_option(const boost::program_options::variables_map& given, const char* option, std::uint64_t most,
                           std::uint64_t preset);

// --timeout, --max-frames; throws Failure.
void add_limits(boost::program_options::options_description& options);
RunLimits parse_limits(const boost::program_options::variables_map& given, RunLimits limits = {});

// --language zh: what is said about labs is said in Chinese where it can be.
bool parse_chinese(const boost::program_options::variables_map& given);
// --until; throws Failure.
std::optional<base::Time> parse_until(const boost::program_options::variables_map& given);

std::optional<base::Time> parse_seconds(const boost::program_options::variables_map& given, const char* option);

// The one lab; throws Failure.
std::string lab_argument(const boost::program_options::variables_map& given);

// A run on the real kernel, by --referee, --kernel, --timeout and --quiet.
referee::LinuxOptions linux_options(const boost::program_options::variables_map& given,
                                    std::optional<base::Time> until);

}  // namespace lvs::scenarios
