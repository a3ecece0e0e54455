// SPDX-License-Identifier: GPL-2.0-or-later
// A master whose check fails, and who stays master: the script's weight leaves it above the backups.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/numbers.h"
#include "control/lab/diagnose/vrrp.h"
#include "wire/tcp.h"

namespace lvs::control::diagnosis {
namespace {

// An instance, as its keepalived tells of it.
struct Instance {
  std::size_t segment = 0;
  unsigned router = 0, first = 0, priority = 0;
  bool master = false, backup = false;
};

// A time at which a master has lost priority to a script, and nobody is above it.
struct Stay {
  std::pair<std::size_t, std::string> who;  // host, instance
  base::Time since{}, until = base::Time::max();
  std::string script;
  unsigned before = 0, after = 0;
  std::size_t rival = 0;  // the host that should take over
  unsigned rivals = 0;    // its priority
};

// Words of a line, from behind "Keepalived_vrrp[304]: " on.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class Watch {
 public:
  Watch(const std::vector<Advert>& adverts, const Record& record, const Lab& lab, base::Time zero)
      : adverts_(adverts), record_(record), lab_(lab), zero_(zero) {}

  std::vector<LabFinding> run() {
    for (const GuardSaid& said : record_.guards()) {
      const auto words = words_of(said.text);
      if (said.state) {
        state(said, words);
      } else if (words.size() > 2 && words[1].starts_with("VRRP_Script(") && words[2] == "failed") {
        const std::string_view name = words[1].substr(12);
        failed_ = {said.host, said.at, std::string(name.substr(0, name.find(')')))};
      } else if (words.size() > 8 && words[3] == "effective") {
        priority(said, words);
      }
    }
    for (const Stay& stay : stays_) judge(stay);
    return std::move(found_);
  }

 private:
  struct Failed {
    std::size_t host = 0;
    base::Time at = base::Time::min();
    std::string script;
  };
  using Key = decltype(Stay::who);

  static unsigned figure(std::string_view text) { return base::number<unsigned>(text).value_or(0); }

  // "VI_1 vrid 51 BACKUP priority 100 on eth0"
  void state(const GuardSaid& said, const std::vector<std::string_view>& words) {
    if (words.size() < 8) return;
    const Key key{said.host, std::string(words[0])};
    Instance& its = instances_[key];
    its.router = figure(words[2]);
    its.master = words[3] == "MASTER";
    its.backup = words[3] == "BACKUP";
    its.priority = figure(words[5]);
    if (its.first == 0) its.first = its.priority;
    for (const LabInterface& each : lab_.hosts[said.host].interfaces)
      if (each.name() == words[7]) its.segment = each.segment;
    end(key, said.at);
  }

  // "Keepalived_vrrp[304]: (VI_1) Changing effective priority from 100 to 95"
  void priority(const GuardSaid& said, const std::vector<std::string_view>& words) {
    const Key key{said.host, std::string(words[1].substr(1, words[1].size() - 2))};
    const auto found = instances_.find(key);
    if (found == instances_.end()) return;
    Instance& its = found->second;
    const unsigned before = std::exchange(its.priority, figure(words[8]));
    end(key, said.at);
    if (!its.master || its.priority >= before || failed_.host != said.host || failed_.at != said.at) return;
    Stay stay{key, said.at, base::Time::max(), failed_.script, before, its.priority, 0, 0};
    for (const auto& [other, theirs] : instances_) {
      const bool rival = theirs.backup && theirs.router == its.router && theirs.segment == its.segment;
      if (other.first == said.host || !rival || theirs.priority < stay.rivals) continue;
      stay.rival = other.first;
      stay.rivals = theirs.priority;
    }
    if (stay.rivals != 0 && stay.rivals <= its.priority) stays_.push_back(std::move(stay));
  }
  void end(const Key& key, base::Time at) {
    for (Stay& stay : stays_)
      if (stay.who == key && stay.until == base::Time::max()) stay.until = at;
  }

  // Reported where a client was refused meanwhile, for else there may be more checks than this one that counts.
  void judge(const Stay& stay) {
    const Instance& its = instances_.at(stay.who);
    for (const Life& life : record_.lives()) {
      const bool refusal = life.origin == stay.who.first && (life.flags & wire::Tcp::rst) != 0 && !life.injected &&
                           life.begin >= stay.since && life.begin <= stay.until;
      if (refusal && announces(stay.who.first, its.router, life.first.src)) return report(stay, its, life);
    }
  }
  bool announces(std::size_t host, unsigned router, base::Ipv4Addr address) const {
    return std::ranges::any_of(adverts_, [&](const Advert& each) {
      return each.host == host && each.router == router &&
             std::ranges::find(each.addresses, address) != each.addresses.end();
    });
  }

  void report(const Stay& stay, const Instance& its, const Life& refusal) {
    const std::string& host = lab_.hosts[stay.who.first].name;
    const auto told = [&](const LabFinding& each) { return each.host == host; };
    if (std::ranges::any_of(found_, told)) return;
    LabFinding finding;
    finding.rule = "vrrp-weight";
    finding.host = host;
    finding.text = fmt::format(
        "it stays MASTER of {} while its script {} fails: that takes its priority from {} to {}, and {} has {}",
        refusal.first.src.text(), stay.script, stay.before, stay.after, lab_.hosts[stay.rival].name, stay.rivals);
    // A weight above 0 is added while the script succeeds, and so by the other too.
    const bool added = its.first == stay.after;
    finding.cure = {
        trace::AdviceId::setting,
        {},
        {fmt::format("weight {}{} in vrrp_script {}", added ? "" : "-", stay.before - stay.rivals + 1, stay.script)}};
    LabEvidence shown;
    shown.at = refusal.begin - zero_;
    shown.text = fmt::format("{} refuses {} on port {}", host, refusal.first.dst.text(), refusal.first.sport);
    finding.shown = std::move(shown);
    found_.push_back(std::move(finding));
  }

  const std::vector<Advert>& adverts_;
  const Record& record_;
  const Lab& lab_;
  base::Time zero_;
  std::map<Key, Instance> instances_;
  Failed failed_;
  std::vector<Stay> stays_;
  std::vector<LabFinding> found_;
};

}  // namespace

std::vector<LabFinding> find_small_weights(const std::vector<Advert>& adverts, const Record& record, const Lab& lab,
                                           base::Time zero) {
  return Watch(adverts, record, lab, zero).run();
}

}  // namespace lvs::control::diagnosis
