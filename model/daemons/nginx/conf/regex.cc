// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "control/words/pcre.h"
#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

// Of one match: what a stranger asks for ends somewhere.
constexpr std::uint32_t kMostSteps = 1'000'000;

}  // namespace

struct PerlRegex::Code {
  control::PcreCode code;
  control::PcreMatchData data;
  control::PcreMatchContext context;
};

PerlRegex::PerlRegex() : code_(std::make_unique<Code>()) {}
PerlRegex::~PerlRegex() = default;

std::shared_ptr<const PerlRegex> PerlRegex::compile(const std::string& pattern, bool ignore_case, std::string& error) {
  std::shared_ptr<PerlRegex> made(new PerlRegex);
  Code& code = *made->code_;
  control::PcreError wrong;
  code.code = control::pcre_compile(pattern, ignore_case ? PCRE2_CASELESS : 0, wrong);
  if (!code.code) {
    error = fmt::format("pcre2_compile() failed: {} in \"{}\"", wrong.text, pattern);
    if (wrong.offset < pattern.size()) error += fmt::format(" at \"{}\"", pattern.substr(wrong.offset));
    return nullptr;
  }
  code.data = control::pcre_match_data_for(code.code);
  code.context.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(code.context.get(), kMostSteps);
  std::uint32_t count = 0, size = 0, groups = 0;
  pcre2_pattern_info(code.code.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  made->captures_ = groups != 0;
  PCRE2_SPTR table = nullptr;
  pcre2_pattern_info(code.code.get(), PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code.code.get(), PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code.code.get(), PCRE2_INFO_NAMETABLE, &table);
  for (std::uint32_t i = 0; i < count; ++i, table += size) {
    std::string name = reinterpret_cast<const char*>(table + 2);
    // Names of variables have no capitals (nginx: ngx_http_add_variable()).
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    made->names_.emplace_back(std::move(name), static_cast<std::size_t>(table[0]) << 8 | table[1]);
  }
  return made;
}

std::optional<std::vector<std::string>> PerlRegex::match(std::string_view subject) const {
  const int status = pcre2_match(code_->code.get(), control::pcre_units(subject), subject.size(), 0, 0,
                                 code_->data.get(), code_->context.get());
  if (status < 0) return std::nullopt;
  std::vector<std::string> groups;
  const std::size_t* const at = pcre2_get_ovector_pointer(code_->data.get());
  const std::size_t all = pcre2_get_ovector_count(code_->data.get());
  for (std::size_t i = 0; i < all; ++i) {
    const bool took_part =
        i < static_cast<std::size_t>(status) && at[2 * i] != PCRE2_UNSET && at[2 * i] <= at[2 * i + 1];
    groups.emplace_back(took_part ? subject.substr(at[2 * i], at[2 * i + 1] - at[2 * i]) : std::string_view());
  }
  return groups;
}

std::shared_ptr<const PerlRegex> read_regex(ConfReader& r, const std::string& text, bool ignore_case) {
  std::string error;
  auto regex = PerlRegex::compile(text, ignore_case, error);
  if (!regex) r.fail(error);
  // Groups with a name are variables from here on.
  if (regex && r.conf().http)
    for (const auto& [name, group] : regex->names()) r.conf().http->set_names.insert(name);
  return regex;
}

}  // namespace lvs::nginx
