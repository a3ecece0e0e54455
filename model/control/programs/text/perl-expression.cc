// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/text/perl-expression.h"

#include <fmt/format.h>

#include <cstdint>

#include "control/words/pcre.h"

namespace lvs::control {

struct PerlExpression::Compiled {
  PcreCode code;
  PcreMatchData data;
  PcreMatchContext context;
};

base::Result<PerlExpression, std::string> PerlExpression::compile(std::string_view expression, Options options) {
  std::string whole(expression);
  // GNU grep: Pcompile().
  if (options.whole_line)
    whole = fmt::format("^(?:{})$", whole);
  else if (options.whole_word)
    whole = fmt::format("(?<!\\w)(?:{})(?!\\w)", whole);
  const auto compiled = std::make_shared<Compiled>();
  PcreError wrong;
  compiled->code = pcre_compile(whole, PCRE2_DOLLAR_ENDONLY | (options.ignore_case ? PCRE2_CASELESS : 0), wrong);
  if (!compiled->code) return base::Error{std::move(wrong.text)};
  compiled->data = pcre_match_data_for(compiled->code);
  compiled->context.reset(pcre2_match_context_create(nullptr));
  // What a stranger asks for ends somewhere.
  constexpr std::uint32_t kMostSteps = 1'000'000;
  pcre2_set_match_limit(compiled->context.get(), kMostSteps);
  return PerlExpression(compiled);
}

std::optional<std::pair<std::size_t, std::size_t>> PerlExpression::search(std::string_view text,
                                                                          std::size_t from) const {
  const int status = pcre2_match(compiled_->code.get(), pcre_units(text), text.size(), from, 0, compiled_->data.get(),
                                 compiled_->context.get());
  if (status < 0) return std::nullopt;
  const std::size_t* const at = pcre2_get_ovector_pointer(compiled_->data.get());
  // \K behind a look ahead may begin a match behind its end.
  return std::pair(at[0], at[1] < at[0] ? at[0] : at[1]);
}

}  // namespace lvs::control
