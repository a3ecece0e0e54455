// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/http-regex.h"

#include <algorithm>

#include "control/words/pcre.h"

namespace lvs::keepalived {
namespace {

struct RegexOption {
  std::string_view word;
  std::uint32_t bit;
};
constexpr RegexOption kRegexOptions[] = {
    {"allow_empty_class", PCRE2_ALLOW_EMPTY_CLASS},
    {"alt_bsux", PCRE2_ALT_BSUX},
    {"auto_callout", PCRE2_AUTO_CALLOUT},
    {"caseless", PCRE2_CASELESS},
    {"dollar_endonly", PCRE2_DOLLAR_ENDONLY},
    {"dotall", PCRE2_DOTALL},
    {"dupnames", PCRE2_DUPNAMES},
    {"extended", PCRE2_EXTENDED},
    {"firstline", PCRE2_FIRSTLINE},
    {"match_unset_backref", PCRE2_MATCH_UNSET_BACKREF},
    {"multiline", PCRE2_MULTILINE},
    {"never_ucp", PCRE2_NEVER_UCP},
    {"never_utf", PCRE2_NEVER_UTF},
    {"no_auto_capture", PCRE2_NO_AUTO_CAPTURE},
    {"no_auto_possess", PCRE2_NO_AUTO_POSSESS},
    {"no_dotstar_anchor", PCRE2_NO_DOTSTAR_ANCHOR},
    {"no_start_optimize", PCRE2_NO_START_OPTIMIZE},
    {"ucp", PCRE2_UCP},
    {"ungreedy", PCRE2_UNGREEDY},
    {"utf", PCRE2_UTF},
    {"never_backslash_c", PCRE2_NEVER_BACKSLASH_C},
    {"alt_circumflex", PCRE2_ALT_CIRCUMFLEX},
    {"alt_verbnames", PCRE2_ALT_VERBNAMES},
    {"use_offset_limit", PCRE2_USE_OFFSET_LIMIT},
};

}  // namespace

struct HttpRegex::Code {
  control::PcreCode code;
  control::PcreMatchData data;
};

HttpRegex::HttpRegex() : code_(std::make_unique<Code>()) {}
HttpRegex::~HttpRegex() = default;

std::shared_ptr<const HttpRegex> HttpRegex::compile(const std::string& pattern, std::uint32_t options, Error& error) {
  std::shared_ptr<HttpRegex> made(new HttpRegex);
  made->pattern_ = pattern;
  made->options_ = options;
  Code& code = *made->code_;
  control::PcreError wrong;
  code.code = control::pcre_compile(pattern.c_str(), options, wrong);
  error.offset = wrong.offset;
  if (!code.code) {
    error.text = std::move(wrong.text);
    return nullptr;
  }
  code.data = control::pcre_match_data_for(code.code);
  std::uint32_t lookbehind = 0;
  pcre2_pattern_info(code.code.get(), PCRE2_INFO_MAXLOOKBEHIND, &lookbehind);
  made->lookbehind_ = lookbehind;
  // Where there is no just-in-time compiler, the pattern is interpreted: the answers are the same.
  pcre2_jit_compile(code.code.get(), PCRE2_JIT_PARTIAL_HARD);
  return made;
}

// pcre2_match(), not pcre2_jit_match() as keepalived: it tests what a stranger has sent (UTF-8) before it looks.
HttpRegex::Match HttpRegex::match(std::string_view subject, std::size_t from,
                                  const std::optional<RegexStack>& stack) const {
  Match answer;
  if (from > subject.size()) return answer;
  control::PcreMatchContext context;
  control::PcreStack memory;
  if (stack) {
    context.reset(pcre2_match_context_create(nullptr));
    memory.reset(pcre2_jit_stack_create(stack->start, stack->most, nullptr));
    pcre2_jit_stack_assign(context.get(), nullptr, memory.get());
  }
  const int status = pcre2_match(code_->code.get(), control::pcre_units(subject), subject.size(), from,
                                 PCRE2_PARTIAL_HARD, code_->data.get(), context.get());
  if (status == PCRE2_ERROR_NOMATCH) return answer;
  answer.begin = status >= 0 || status == PCRE2_ERROR_PARTIAL ? pcre2_get_ovector_pointer(code_->data.get())[0] : 0;
  answer.found = status >= 0 ? Found::match : status == PCRE2_ERROR_PARTIAL ? Found::partial : Found::failed;
  answer.error = status;
  answer.no_memory = status == PCRE2_ERROR_NOMEMORY;
  return answer;
}

std::optional<std::uint32_t> regex_option(std::string_view word) {
  const auto found = std::ranges::find(kRegexOptions, word, &RegexOption::word);
  if (found == std::end(kRegexOptions)) return std::nullopt;
  return found->bit;
}

std::string regex_options_text(std::uint32_t options) {
  std::string text;
  if (options == 0) return text;
  for (const RegexOption& each : kRegexOptions) text.append(" ").append(each.word);
  return text;
}

}  // namespace lvs::keepalived
