// SPDX-License-Identifier: GPL-2.0-or-later
// A sentence of lab.check to a check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/lab/grade/exercise.h"
#include "control/lab/grade/sentence.h"

namespace lvs::control {

class SentenceParser {
 public:
  explicit SentenceParser(const Lab& lab) : lab_(lab) {}

  CheckNames names;
  std::vector<std::string> servers;

  // Fills `check` and gives its points. `lines`: those below it, nullptr without. Throws SentenceFault.
  unsigned sentence(std::string_view line, const std::string* lines, Check& check);

 private:
  std::string host(Sentence& words) const;
  base::Ipv4Addr address(Sentence& words) const;
  std::string url(Sentence& words) const;
  base::Time seconds(Sentence& words) const;
  // "from rs1 and rs2", "6 times: rs1 4 and rs2 2".
  void answers(Sentence& words, FetchCheck& fetch) const;
  void of_last_fetch(Sentence& words, std::string& client, std::string& url) const;
  void subject(Sentence& words, const std::string* lines, Check& check);
  FetchCheck fetch(Sentence& words, std::string client, bool can);
  CommandCheck command(Sentence& words, std::string host, const std::string* lines) const;
  ReplyCheck reply(Sentence& words) const;
  ArpCheck arp(Sentence& words) const;
  FailCheck failures(Sentence& words) const;
  LabEvent event(Sentence& words) const;
  DiagnosisCheck diagnosis(Sentence& words) const;

  const Lab& lab_;
  std::string client_, url_;  // of the last fetch
};

}  // namespace lvs::control
