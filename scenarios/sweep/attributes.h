// SPDX-License-Identifier: GPL-2.0-or-later
// ns-3 attribute defaults given on the command line.
#pragma once

#include <iosfwd>
#include <string>

namespace lvs::scenarios {

// Empty when `name` ("ns3::Type::Attribute") exists and takes `value`; else what is wrong.
std::string check_attribute(const std::string& name, const std::string& value);
void set_attribute(const std::string& name, const std::string& value);
// The attributes of this module's types, with defaults and help.
void print_attributes(std::ostream& out);

}  // namespace lvs::scenarios
