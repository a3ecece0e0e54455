// SPDX-License-Identifier: GPL-2.0-or-later
// What a probe saw where a check failed: one of these sentences and what it names, so that the report can say it in
// another language.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

// {0} is the first argument; the place behind the last argument takes what `parts` say, one after another. What
// programs have printed is an argument: it stays as it was. The Chinese is in visualizer/i18n/reasons_zh.ts, context
// Seen, made by visualizer/i18n/update.
#define LVS_SEEN_IDS(X)                                                                         \
  X(said, "{0}")                                                                                \
  X(status, "status {0}")                                                                       \
  X(lines_ran, "{0} of the check's {1} lines ran: the lab's timeline does not come to its end") \
  X(page_came, "it got the page: {0}")                                                          \
  X(request_failed, "request {0} of {1}: {2}")                                                  \
  X(shares, "of {0} requests {1}")                                                              \
  X(shares_without, "of {0} requests {2}: none of them {1}")                                    \
  X(host_answered, "{0} answered {1}")                                                          \
  X(nobody_answered, "nobody answered {0}")                                                     \
  X(no_answer, "no answer came")                                                                \
  X(was_answered, "it was answered")                                                            \
  X(reply_passed, "{0} got a reply of {1} on {2}")                                              \
  X(reply_elsewhere, "a reply did not pass {0}")                                                \
  X(no_reply, "no reply came at all: {0}")                                                      \
  X(also_answered, "also answered by {0}")                                                      \
  X(others_answered, "also answered by {1}; {0} did not")                                       \
  X(arp_silence, "nobody answered, not even {0}")                                               \
  X(arp_request_sent, "{0} sent an ARP request with {1} as sender")                             \
  X(arp_reply_sent, "{0} sent an ARP reply with {1} as sender")                                 \
  X(nobody_asked, "no request came through, so nobody had to ask: {0}")                         \
  X(succeeded, "it succeeded")                                                                  \
  X(printed, "it printed: {0}")                                                                 \
  X(printed_it, "it printed {0}")                                                               \
  X(complained, "it said: {0}")                                                                 \
  X(printed_nothing, "it printed nothing, status {0}")                                          \
  X(missing, "missing: {0}")                                                                    \
  X(unexpected, "not expected: {0}")                                                            \
  X(missing_unexpected, "missing: {0}; not expected: {1}")                                      \
  X(requests_failed, "{0} of {1} requests failed, the first at {2} s, the last at {3} s: {4}")

enum class SeenId : std::uint8_t {
#define LVS_SEEN_NAME(name, text) name,
  LVS_SEEN_IDS(LVS_SEEN_NAME)
#undef LVS_SEEN_NAME
      count_
};

struct Seen {
  SeenId id = SeenId::said;
  std::vector<std::string> arguments = {};
  std::vector<Seen> parts = {};
};

// The text with its places for arguments.
std::string_view template_of(SeenId id);
// In the language of `words`, which gives the text for a template; `comma` stands between parts.
std::string text_of(const Seen& seen, std::string_view comma,
                    const std::function<std::string_view(std::string_view)>& words);
// In English.
std::string text_of(const Seen& seen);

}  // namespace lvs::control
