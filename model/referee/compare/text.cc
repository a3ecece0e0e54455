// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/text.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <regex>
#include <vector>

#include "base/addr.h"
#include "referee/compare/tools-text.h"

namespace lvs::referee {
namespace {

struct Rule {
  std::regex pattern;
  const char* replacement;
};

// What nginx and keepalived write, once rules_of_tools() have put DATE for dates.
std::vector<Rule> rules_of_daemons() {
  return {
      // nginx: dates of its logs, and the numbers of its processes.
      {std::regex(R"(^[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8} (\[[a-z]+\]) [0-9]+#[0-9]+:)"), "DATE $1"},
      {std::regex(R"(\b[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}[: ][0-9:]{8}( \+0000)?)"), "DATE"},
      {std::regex(R"(^(Last-Modified|ETag): .*)"), "$1: *"},
      // keepalived names the kernel (its release and the day it was built), its processes and sockets.
      {std::regex(R"((Running on Linux) [^ ]+ #1 (DATE|[0-9]{4}-[0-9]{2}-[0-9]{2}))"), "$1 *"},
      // Where the referee has its programs.
      {std::regex(R"(/usr/lib/lvs/bin/)"), "/usr/bin/"},
      {std::regex(R"((smtp fd) [0-9]+)"), "$1 *"},
      {std::regex(
           R"((child process, pid=|child process\(|^DATE: pid |\]: pid |(?:data|stats|json) for process\()[0-9]+)"),
       "$1*"},
      // A state is reached when the addresses are there, which takes the kernel its time. The date may have lost its
      // numbers already: without_process_numbers().
      {std::regex(R"(((?:Last transition|Read timeout) = [0-9]+\.[0-9]{2})[0-9]{4} \(([^.()]*\.[0-9]{2})[0-9]{4})"),
       "$1* ($2*"},
      {std::regex(R"((, proto\([0-9]+\), fd\()[0-9]+,[0-9]+\))"), "$1*)"},
      {std::regex(R"(\b[0-9]+\.[0-9]{6} (user|system) time)"), "* $1 time"},
      {std::regex(R"(\b(user|system): [0-9]+\.[0-9]{6}/[0-9]+\.[0-9]{6})"), "$1: *"},
  };
}

std::vector<Rule> rules_of_tools() {
  return {
      // The other end of a veth pair, which the kernel's interfaces are and the model's are not.
      // `ip -br` pads the name with it.
      {std::regex(R"(^([a-z]+[0-9]*)(@if[0-9]+)? +(UP|DOWN|UNKNOWN) )"), "$1 $3 "},
      {std::regex(R"( state LOWERLAYERDOWN )"), " state DOWN "},
      {std::regex(R"(^([a-z]+[0-9]*)(@if[0-9]+)? +LOWERLAYERDOWN )"), "$1 DOWN           "},
      {std::regex(R"(([a-z]+[0-9]+)@if[0-9]+)"), "$1"},
      {std::regex(R"( link-netnsid [0-9]+)"), ""},
      // ss, netstat: while a SYN waits for its neighbour, no frame tells the port that was drawn.
      {std::regex(R"(^(SYN-SENT +[0-9]+ +[0-9]+ +[0-9.]+:)[0-9]{5}\b)"), "$1*"},
      {std::regex(R"(^(tcp +[0-9]+ +[0-9]+ +[0-9.]+:)[0-9]{5}( .* SYN_SENT)\b)"), "$1*$2"},
      // netstat: the numbers of UNIX sockets, and of their processes.
      {std::regex(R"(^(unix  [0-9]+ +\[ \] +[A-Z]+ +[A-Z]+ +)[0-9]+ +([0-9]+/([a-z]+).*)?$)"), "$1* $3"},
      // `bridge link` takes the number of a cable's other end for one of this host's.
      {std::regex(R"(^([0-9]+: eth[0-9]+)@[^ :]+(: <.* master [^ ]+ state [a-z]+ priority))"), "$1$2"},
      {std::regex(R"("link_index":[0-9]+,|,"link_netnsid":[0-9]+)"), ""},
      {std::regex(R"(^(Ethernet Channel Bonding Driver: v)[0-9.]+)"), "$1*"},
      {std::regex(R"(( \[USERSPACE\] portid=)[0-9]+)"), "$1*"},
      // ping: round trips take as long as they take.
      {std::regex(R"(\btime=[0-9.]+ ms)"), "time=* ms"},
      {std::regex(R"(\btime [0-9]+ms)"), "time *ms"},
      {std::regex(R"(rtt min/avg/max/mdev = [0-9./]+ ms(, pipe [0-9]+)?(, ipg/ewma [0-9./]+ ms)?)"), "rtt *"},
      // traceroute: the same. mktemp: names drawn.
      {std::regex(R"(  [0-9]+\.[0-9]{3} ms\b)"), "  * ms"},
      {std::regex(R"(\btmp\.[A-Za-z0-9]{10}\b)"), "tmp.*"},
      // wget: how fast it was.
      {std::regex(R"(^( *[0-9]+K[ .]*([0-9]+%)?) *[0-9]+(\.[0-9]+)?[KMGT]?(=| +)[0-9.hms]+$)"), "$1 *"},
      {std::regex(R"(\([0-9.]+ [KMGT]?B/s\) - )"), "(*) - "},
      {std::regex(R"(^Total wall clock time: .*)"), "Total wall clock time: *"},
      {std::regex(R"(^(Downloaded: [0-9]+ files, [^ ]+) in .*)"), "$1 in *"},
      // arping: the same.
      {std::regex(R"( +[0-9]+\.[0-9]+ms$)"), " *ms"},
      // tcpreplay's measurements.
      {std::regex(R"(^(Actual: .* sent in) [0-9.]+ seconds$)"), "$1 *"},
      {std::regex(R"(^Rated: .*)"), "Rated: *"},
      {std::regex(R"(^(Flows: .*,) [0-9.]+ fps,)"), "$1 * fps,"},
      // tcpdump: ids of packets and of echo requests are compared with the frames.
      {std::regex(R"((, id )[0-9]+(, offset ))"), "$1*$2"},
      {std::regex(R"((ICMP echo (request|reply), id )[0-9]+)"), "$1*"},
      {std::regex(R"(( [0-9.]+\.53 > [0-9.]+: | > [0-9.]+\.53: (?:\[udp sum ok\] )?)[0-9]+)"), "$1*"},
      // Debian builds its kernels with zones of connections, but that of User Mode Linux without.
      {std::regex(R"((^ipv4 .* mark=[0-9]+) zone=0 use=)"), "$1 use="},
      // Lines of /var/log/messages: dates, and the numbers of processes.
      {std::regex(R"(^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} ([^ ]+ [^ :\[]+)\[[0-9]+\]: )"), "DATE $1[*]: "},
      {std::regex(R"(^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} ([^ ]+ [^ :\[]+: ))"), "DATE $1"},
      // date, and whatever else prints the day: real time is not the simulation's.
      {std::regex(R"(\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Z0-9][a-z0-9]+ +[A-Za-z0-9]+ [0-9: AMPCGTUE]+[0-9TC]\b)"),
       "DATE"},
  };
}

// Of programs that ask and serve: dig, curl, netstat, ss, ipset, ab.
std::vector<Rule> rules_of_services() {
  return {
      // dig and host: ids of messages, and how long an answer took.
      {std::regex(R"((->>HEADER<<- .*, id: )[0-9]+$)"), "$1*"},
      {std::regex(R"(^;; Query time: [0-9]+ msec$)"), ";; Query time: *"},
      {std::regex(R"(^; COOKIE: [0-9a-f]+)"), "; COOKIE: *"},
      // curl's measurements, and its progress meter: the last state of it, without speeds and times.
      {std::regex(R"(\bafter [0-9]+ (ms|milliseconds)\b)"), "after * $1"},
      {std::regex(R"(^[^\n]*\r( *[0-9]+ +[0-9.kM]+ +[0-9]+ +[0-9.kM]+ +0 +0) [^\n]*$)"), "$1 *"},
      // Processes have other numbers, and files too; listings are padded for them.
      // netstat cuts names so that number and name fill 19 places.
      {std::regex(R"(^((?:tcp|udp)6? .* )[0-9]+/([^ ]+(?: [^ ]{1,4})?).*$)"), "$1*/$2"},
      {std::regex(R"(\b[0-9]+/([a-z]+:?) *$)"), "*/$1"},
      // A worker that runs as another user is not shown where root may not look into its files.
      {std::regex(R"(pid=[0-9]+,fd=[0-9]+)"), "pid=*"},
      {std::regex(R"re((\("[^"]+",pid=\*\))(,\1)+)re"), "$1"},
      {std::regex(R"(^((?:State|Netid|tcp|udp|ESTAB|LISTEN|UNCONN|[A-Z]+-[A-Z]+[-12]*) .*[^ ]) +$)"), "$1"},
      // conntrack -L: echo requests bear the number of ping's process, or one drawn.
      {std::regex(R"(( type=[0-9]+ code=[0-9]+ id=)[0-9]+)"), "$1*"},
      // A port that the next rule of the comparison knows again.
      {std::regex(R"(^(Connection received on [0-9.]+) ([0-9]+)$)"), "$1:$2"},
      // ipset: a number drawn at random, and what of the elements falls into one bucket by it.
      {std::regex(R"(\binitval 0x[0-9a-f]{8}\b)"), "initval *"},
      {std::regex(R"(^Size in memory: [0-9]+$)"), "Size in memory: *"},
      // ab's measurements.
      {std::regex(R"(^(Time taken for tests|Requests per second|Time per request|Transfer rate):.*)"), "$1: *"},
      {std::regex(R"(^(Connect|Processing|Waiting|Total): +[0-9. ]+$)"), "$1: *"},
      {std::regex(R"(^( +[0-9]+%) +[0-9]+( \(longest request\))?$)"), "$1 *$2"},
      // Of an interface that `ip link add` has made: drawn (kernel: eth_random_addr()). Those of cables begin with
      // 02:00:00.
      {std::regex(R"(\b(?!02:00:00)[0-9a-f][26ae](:[0-9a-f]{2}){5}\b)"), "DRAWN"},
  };
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> each = rules_of_tools();
    std::ranges::move(rules_of_services(), std::back_inserter(each));
    std::ranges::move(rules_of_daemons(), std::back_inserter(each));
    return each;
  }();
  return all;
}

struct Line {
  std::string text;            // as compared, without the expiry
  std::optional<long> expiry;  // seconds
  bool unordered = false;      // of a listing in the order of a hash table
};

// Listings that the kernel prints in the order of a hash table, whose hash begins with a random number or with the
// address of the namespace: connections (ipvsadm -Lc, /proc/net/ip_vs_conn), neighbours (ip neigh, arp, arp -a,
// /proc/net/arp), services (/proc/net/ip_vs; ipvsadm sorts), sockets (netstat, ss), elements of sets (ipset save),
// tracked connections (conntrack -L).
bool in_hash_order(const std::string& text) {
  static const std::regex connection(R"(^(TCP|UDP|SCTP|IP |ICMP) +[0-9]+:[0-9]{2} .*)");
  static const std::regex proc_connection(R"(^(TCP|UDP|SCTP|IP) +[0-9A-F]{8} [0-9A-F]{4} .*)");
  static const std::regex neighbour(R"(^[0-9.]+ dev [^ ]+ .*)");
  static const std::regex proc_arp(R"(^[0-9.]+ +0x[0-9a-f]+ +0x[0-9a-f]+ .*)");
  static const std::regex arp(R"(^[^ ]+ +(ether +[0-9a-f:]{17}|\(incomplete\)) .*)");
  static const std::regex arp_a(R"(^[^ ]+ \([0-9.]+\) at .* on .*)");
  static const std::regex netstat(R"(^(tcp|udp)6? +[0-9]+ +[0-9]+ [^ ]+:[^ ]+ .*)");
  static const std::regex ss(
      R"(^((tcp|udp) +)?(ESTAB|LISTEN|UNCONN|CLOSING|LAST-ACK|CLOSE-WAIT|(TIME|FIN)-WAIT[-12]*|SYN-(SENT|RECV)) +[0-9].*)");
  static const std::regex ipset_saved(R"(^add [^ ]+ [0-9].*)");
  static const std::regex tracked(R"(^(ipv4 +2 +)?(tcp|udp|icmp|sctp|unknown) +[0-9]+ [0-9]+ .*src=.*)");
  return std::regex_match(text, tracked) || std::regex_match(text, ipset_saved) || std::regex_match(text, netstat) ||
         std::regex_match(text, ss) || std::regex_match(text, arp) || std::regex_match(text, arp_a) ||
         std::regex_match(text, connection) || std::regex_match(text, proc_connection) ||
         std::regex_match(text, neighbour) || std::regex_match(text, proc_arp);
}

// Time left, mm:ss in `ipvsadm -Lc` and seconds at the end of a line of /proc/net/ip_vs_conn, of timers in `ss -o` and
// `netstat -o`: lines start when their time has come or a little later, and the kernel's clock ticks.
void take_expiry(Line& line) {
  // What stands before, minutes, seconds, what stands behind.
  struct Listing {
    std::regex pattern;
    const char* time;  // in their place
  };
  static const std::vector<Listing> kListings{
      {std::regex(R"(^((?:TCP|UDP|SCTP|IP |ICMP) +)([0-9]+):([0-9]{2})( .*)$)"), "mm:ss"},
      {std::regex(R"(^((?:ipv4 +2 +)?(?:tcp|udp|icmp|sctp|unknown) +[0-9]+ )()([0-9]+)( .*src=.*)$)"), "s"},
      {std::regex(R"(^((?:TCP|UDP|SCTP|IP) +[0-9A-F]{8} [0-9A-F]{4} .*[^ ])() +([0-9]+)(.*)$)"), " s"},
      {std::regex(R"re(^(.* (?:on|keepalive|timewait|probe) \()()([0-9]+)\.[0-9]{2}(/[0-9]+/[0-9]+\) *)$)re"), "s"},
      {std::regex(R"re(^(.* timer:\([a-z]+,)(?:([0-9]+)min)?(?:([0-9]+)(?:sec|\.))?(?:[0-9]{3}ms)?(,[0-9]+\).*)$)re"),
       "time"}};
  std::smatch match;
  for (const Listing& listing : kListings) {
    if (!std::regex_match(line.text, match, listing.pattern)) continue;
    line.expiry = 60 * std::atol(match[2].str().c_str()) + std::atol(match[3].str().c_str());
    line.text = match[1].str() + listing.time + match[4].str();
    return;
  }
}

// ADDRESS:PORT with the right run's port, where the kernel chose the port.
std::string rename_ports(const std::string& text, const Renaming& renaming) {
  static const std::regex endpoint(R"(([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+):([0-9]+)\b)");
  std::string result;
  auto done = text.begin();
  for (std::sregex_iterator i(text.begin(), text.end(), endpoint), end; i != end; ++i) {
    const std::smatch& match = *i;
    const auto address = base::Ipv4Addr::parse(match[1].str());
    const auto port = static_cast<std::uint16_t>(std::atol(match[2].str().c_str()));
    result.append(done, match[2].first);
    auto other = address ? renaming.renamed_port(*address, port) : std::nullopt;
    if (address && !other) other = renaming.renamed_port_of_nat(*address, port);
    result += other ? std::to_string(*other) : match[2].str();
    done = match[2].second;
  }
  return result.append(done, text.end());
}

// The same of "src=A dst=B sport=P dport=Q" (conntrack -L).
std::string rename_tracked_ports(const std::string& text, const Renaming& renaming) {
  static const std::regex tuple(R"(src=([0-9.]+) dst=([0-9.]+) sport=([0-9]+) dport=([0-9]+))");
  std::string result;
  auto done = text.begin();
  for (std::sregex_iterator i(text.begin(), text.end(), tuple), end; i != end; ++i) {
    const std::smatch& match = *i;
    for (const std::size_t at : {std::size_t{1}, std::size_t{2}}) {
      const auto address = base::Ipv4Addr::parse(match[at].str());
      const auto port = static_cast<std::uint16_t>(std::atol(match[at + 2].str().c_str()));
      auto other = address ? renaming.renamed_port(*address, port) : std::nullopt;
      if (address && !other) other = renaming.renamed_port_of_nat(*address, port);
      result.append(done, match[at + 2].first);
      result += other ? std::to_string(*other) : match[at + 2].str();
      done = match[at + 2].second;
    }
  }
  return result.append(done, text.end());
}

std::vector<Line> lines_of(std::string_view text, const Renaming* renaming) {
  std::vector<Line> lines;
  bool members = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line{std::string(text.substr(0, end)), {}, false};
    text.remove_prefix(std::min(end + 1, text.size()));
    // ab doubts its own figures, or does not.
    static const std::regex doubt("^(WARNING|ERROR): The median and mean for .*");
    if (std::regex_match(line.text, doubt)) {
      text.remove_prefix(std::min(text.find('\n'), text.size()));  // its second line
      if (!text.empty()) text.remove_prefix(1);
      continue;
    }
    // `ip -j -p`: as "link_index" and "link_netnsid" above, each on a line of its own.
    static const std::regex end_of_pair(R"re(^ *"link_(index|netnsid)": [0-9]+(,?)$)re");
    if (std::smatch match; std::regex_match(line.text, match, end_of_pair)) {
      if (match[2].length() == 0 && !lines.empty() && lines.back().text.ends_with(',')) lines.back().text.pop_back();
      continue;
    }
    for (const Rule& rule : rules()) line.text = std::regex_replace(line.text, rule.pattern, rule.replacement);
    line.text = without_drawn_numbers(std::move(line.text), renaming);
    if (renaming != nullptr) line.text = rename_tracked_ports(rename_ports(line.text, *renaming), *renaming);
    // Elements of a set, in `ipset list`.
    members = line.text == "Members:" || (members && !line.text.empty());
    line.unordered = in_hash_order(line.text) || (members && line.text != "Members:");
    take_expiry(line);
    lines.push_back(std::move(line));
  }
  for (auto begin = lines.begin(); begin != lines.end();) {
    const auto end = std::find_if(begin, lines.end(), [&](const Line& line) { return !line.unordered; });
    std::sort(begin, end,
              [](const Line& a, const Line& b) { return a.text != b.text ? a.text < b.text : a.expiry < b.expiry; });
    begin = end == lines.end() ? end : end + 1;
  }
  return lines;
}

bool agree(const Line& a, const Line& b, std::chrono::seconds tolerance) {
  return a.text == b.text && a.expiry.has_value() == b.expiry.has_value() &&
         std::labs(a.expiry.value_or(0) - b.expiry.value_or(0)) <= tolerance.count();
}

std::string shown(const Line& line) {
  return line.expiry ? line.text + " (expires in " + std::to_string(*line.expiry) + " s)" : line.text;
}

}  // namespace

std::optional<TextDifference> differing_text(std::string_view left, std::string_view right, const Renaming& renaming,
                                             std::chrono::seconds tolerance, const CounterSlack& counters) {
  if (left == right) return {};
  const std::vector<Line> l = lines_of(left, &renaming), r = lines_of(right, nullptr);
  for (std::size_t i = 0; i < std::max(l.size(), r.size()); ++i) {
    if (i < l.size() && i < r.size() && agree(l[i], r[i], tolerance)) continue;
    if (i < l.size() && i < r.size() && counters_agree(l[i].text, r[i].text, counters)) continue;
    return TextDifference{i < l.size() ? shown(l[i]) : "(no more lines)",
                          i < r.size() ? shown(r[i]) : "(no more lines)"};
  }
  return {};
}

}  // namespace lvs::referee
