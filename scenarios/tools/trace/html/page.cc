// SPDX-License-Identifier: GPL-2.0-or-later
// The data of the page as JSON; page.html draws it.
#include "tools/trace/html/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json-writer.h"
#include "base/printable.h"
#include "tools/trace/html/embedded.h"
#include "trace/dissect/dissect.h"
#include "trace/field-changes.h"
#include "trace/file/causes.h"
#include "trace/file/cure.h"
#include "trace/why.h"

namespace lvs::scenarios {
namespace {

using trace::Drop;
using trace::Record;
using trace::WhyId;

constexpr std::size_t kMostBytes = 940'000;  // of the data
constexpr std::size_t kJournalLines = 12, kJournalBytes = 1200;

std::string_view name_of(trace::FieldKind kind) {
  switch (kind) {
    case trace::FieldKind::address: return "address";
    case trace::FieldKind::port: return "port";
    case trace::FieldKind::counter: return "counter";
    case trace::FieldKind::checksum: return "checksum";
    case trace::FieldKind::other: break;
  }
  return "other";
}

std::string json_text(std::string_view text) {
  std::string out;
  base::json_quote(out, base::printable(text));
  return out;
}

// As much of a text of the journal as a page shows.
std::string begin_of(const std::string& text) {
  std::string out;
  std::size_t lines = 0;
  for (const char c : text.substr(0, kJournalBytes)) {
    if (c == '\n' && ++lines == kJournalLines) break;
    out += c;
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

// Texts that many steps share, by number.
class Shared {
 public:
  std::size_t number(const std::string& json) {
    const auto [at, fresh] = numbers_.try_emplace(json, all_.size());
    if (fresh) {
      all_.push_back(json);
      bytes_ += json.size() + 1;
    }
    return at->second;
  }
  std::string list() const {
    std::string out = "[";
    for (std::size_t i = 0; i < all_.size(); ++i) out += (i == 0 ? "\n" : ",\n") + all_[i];
    return out + "]";
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> all_;
  std::size_t bytes_ = 0;
};

class Page {
 public:
  Page(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options)
      : index_(index), filter_(filter), options_(options), carried_(trace::carried_by(index)) {
    for (std::size_t i = 0; i < index.journal().size(); ++i)
      if (index.journal()[i].walk != 0) journal_[index.journal()[i].walk].push_back(i);
  }

  std::size_t write(const Put& put) {
    std::vector<bool> wanted(index_.walks().size());
    for (std::size_t i = 0; i < index_.size(); ++i)
      if (!wanted[index_.entry(i).walk] && filter_.matches(i)) wanted[index_.entry(i).walk] = true;
    std::size_t shown = 0, left = 0;
    std::string packets;
    for (std::uint32_t walk = 0; walk < wanted.size(); ++walk) {
      if (!wanted[walk]) continue;
      std::string json = left == 0 ? packet(walk, kMostBytes - std::min(kMostBytes, size(packets))) : std::string();
      // The first is there in any case, as far as it goes.
      if (left != 0 || (shown != 0 && size(packets) + json.size() > kMostBytes)) {
        ++left;
        continue;
      }
      packets += (shown++ == 0 ? "\n" : ",\n") + json;
    }
    if (shown != 0) fill(put, packets, left);
    return shown;
  }

 private:
  std::size_t size(const std::string& packets) const {
    return packets.size() + heads_.bytes() + texts_.bytes() + lines_.bytes();
  }
  double seconds(base::Time at) const { return static_cast<double>((at - index_.zero()).count()) * 1e-9; }
  std::string line_of(const Record& record) const;
  std::string head_of(const Record& record) const;
  std::size_t text(std::string_view english, const trace::Why* why);
  std::string packet(std::uint32_t walk, std::size_t room);
  std::string step(std::uint32_t number, const Record& record, const std::vector<std::string>& journal);
  std::vector<trace::FieldChange> changes_of(const Record& record);
  static std::string changes_json(const std::vector<trace::FieldChange>& changes);
  std::map<std::uint32_t, std::vector<std::string>> journal_of(std::uint32_t walk,
                                                               const std::vector<std::uint32_t>& records);
  std::string hosts() const;
  std::string roles() const;
  void fill(const Put& put, const std::string& packets, std::size_t left) const;

  trace::TraceIndex& index_;
  const WalkFilter& filter_;
  const WalkOptions& options_;
  const trace::Carried carried_;
  const Chinese chinese_;
  std::map<trace::WalkId, std::vector<std::size_t>> journal_;
  Shared heads_, texts_, lines_;
  std::map<trace::PartId, Record> last_, last_linked_;  // of the walk at hand
};

std::string Page::line_of(const Record& record) const {
  const auto cut = static_cast<std::uint32_t>(record.original_length -
                                              std::min<std::size_t>(record.original_length, record.bytes.size()));
  std::string text = trace::dissect_line(record.bytes, {.link_header = true, .bytes_behind = cut});
  return text.starts_with("IP ") ? text.substr(3) : text;
}

std::string Page::head_of(const Record& record) const {
  std::string out = "[";
  for (const trace::HeaderField& field : trace::header_fields(record.packet(), record.has_link_header))
    out += fmt::format("{}[{},{},{},{}]", out.size() == 1 ? "" : ",", json_text(field.layer), field.depth,
                       json_text(field.name), json_text(field.text));
  return out + "]";
}

// In English and Chinese; `why` fills in the places for arguments.
std::size_t Page::text(std::string_view english, const trace::Why* why) {
  const std::string& chinese = chinese_.of(english);
  const auto filled = [&](std::string_view words) {
    return json_text(why == nullptr ? std::string(words) : trace::fill(words, why->args));
  };
  return texts_.number(fmt::format("[{},{}]", filled(english), filled(chinese)));
}

// Against the record before of the same packet; MAC addresses against the last frame.
std::vector<trace::FieldChange> Page::changes_of(const Record& record) {
  std::vector<trace::FieldChange> changes;
  const auto compare = [&](const Record& before) {
    return trace::header_changes(before.packet(), before.has_link_header, record.packet(), record.has_link_header);
  };
  const auto last = last_.find(record.part), linked = last_linked_.find(record.part);
  if (last != last_.end()) changes = compare(last->second);
  const bool framed =
      record.has_link_header && linked != last_linked_.end() && last != last_.end() && !last->second.has_link_header;
  if (framed) {
    std::vector<trace::FieldChange> link = compare(linked->second);
    std::erase_if(link, [](const auto& change) { return change.after.layer != "Ethernet"; });
    changes.insert(changes.begin(), link.begin(), link.end());
  }
  last_[record.part] = record;
  if (record.has_link_header) last_linked_[record.part] = record;
  return changes;
}

std::string Page::changes_json(const std::vector<trace::FieldChange>& changes) {
  std::string out;
  for (const trace::FieldChange& change : changes) {
    const trace::HeaderField& named = change.after.layer.empty() ? change.before : change.after;
    out += fmt::format("{}[{},{},{},{},{},{}]", out.empty() ? "" : ",", json_text(named.layer), json_text(named.name),
                       json_text(change.before.text), json_text(change.after.text), json_text(name_of(named.kind)),
                       named.depth);
  }
  return out;
}

// What the journal says, by the record that it belongs to.
std::map<std::uint32_t, std::vector<std::string>> Page::journal_of(std::uint32_t walk,
                                                                   const std::vector<std::uint32_t>& records) {
  std::map<std::uint32_t, std::vector<std::string>> found;
  const auto of_walk = journal_.find(index_.walks()[walk].id);
  if (of_walk == journal_.end()) return found;
  trace::JournalRecord entry;
  for (const std::size_t i : of_walk->second) {
    const trace::JournalEntry& known = index_.journal()[i];
    const std::string& kind = index_.journal_kinds()[known.kind];
    const bool told = kind == "schedule" || kind == "conn" || kind == "arp" || kind == "icmp";
    const auto at = std::ranges::find(records, trace::cause_of(index_, i));
    if (!told || at == records.end() || !index_.journal_record(i, entry)) continue;
    std::string chinese;
    for (const trace::Why& why : entry.said) chinese += why.id == WhyId::none ? "\n" : chinese_.of(why);
    found[*at].push_back(
        fmt::format("[{},{},{}]", json_text(kind), json_text(begin_of(entry.text)), json_text(begin_of(chinese))));
  }
  return found;
}

std::string Page::step(std::uint32_t number, const Record& record, const std::vector<std::string>& journal) {
  const trace::IndexEntry& entry = index_.entry(number);
  const std::vector<trace::FieldChange> changes = changes_of(record);
  const bool new_mac = std::ranges::any_of(changes, [](const trace::FieldChange& change) {
    return change.after.layer == "Ethernet" && change.after.name == "dst" && !change.before.text.empty();
  });
  std::string out;
  base::JsonWriter json(out);
  json.open('{').number("i", record.step).text("a", fmt::format("{:.6f}", seconds(record.at)));
  json.number("h", entry.host).text("s", trace::name_of(record.stage)).raw("f", json_text(record.hook_name));
  json.text("v", trace::name_of(record.verdict));
  if (record.drop != Drop::none) {
    json.text("d", trace::name_of(record.drop)).number("t", text(trace::text_of(record.drop), nullptr));
  }
  if (record.why.id != WhyId::none) json.number("w", text(trace::template_of(record.why.id), &record.why));
  if (record.why.id == WhyId::arp_not_ours) json.number("n", 1);
  json.number("p", record.part);
  const std::string_view interface = index_.info().interface_name(record.host, record.ifindex);
  if (record.passage != trace::Passage::inside && !interface.empty()) {
    json.raw("e", json_text(interface));
    const trace::HostInfo* const host = index_.info().host(record.host);
    const auto known = std::ranges::find(host->interfaces, record.ifindex, &trace::InterfaceInfo::ifindex);
    const auto& segments = index_.info().segments;
    const int segment = known == host->interfaces.end() ? -1 : known->segment;
    if (segment >= 0 && static_cast<std::size_t>(segment) < segments.size())
      json.raw("g", json_text(segments[static_cast<std::size_t>(segment)].name));
  }
  json.number("k", heads_.number(head_of(record))).number("l", lines_.number(json_text(line_of(record))));
  if (record.has_link_header) json.number("m", 1);
  if ((entry.flags & trace::entry_flag::rewritten) != 0 || new_mac) json.number("r", 1);
  if (const std::string list = changes_json(changes); !list.empty()) json.raw("c", "[" + list + "]");
  if (const auto cure = trace::cure_of(index_, carried_, number, record)) {
    const std::string rule = cure->finding == nullptr ? std::string() : cure->finding->rule;
    // In words there is a Chinese line too.
    const bool worded = !cure->typed && cure->finding->advice;
    const std::string chinese = worded ? chinese_.of(*cure->finding->advice) : "";
    json.raw("q", fmt::format("[{},{},{}{}]", json_text(cure->host + (cure->typed ? "#" : ":")), json_text(cure->line),
                              json_text(rule), chinese.empty() ? "" : "," + json_text(chinese)));
  }
  if (!journal.empty()) json.raw("j", fmt::format("[{}]", fmt::join(journal, ",")));
  json.close('}');
  return out;
}

std::string Page::packet(std::uint32_t walk, std::size_t room) {
  const std::vector<std::uint32_t> records = index_.records_of(walk);
  const auto journal = journal_of(walk, records);
  last_.clear();
  last_linked_.clear();
  std::string steps, at, line;
  bool dropped = false, arp = false;
  Record record;
  for (const std::uint32_t number : records) {
    if (!index_.record(number, record) || steps.size() > room) break;
    if (steps.empty()) {
      at = fmt::format("{:.6f}", seconds(record.at));
      line = line_of(record);
      arp = line.starts_with("ARP");
    }
    const auto told = journal.find(number);
    steps += (steps.empty() ? "\n" : ",\n") +
             step(number, record, told == journal.end() ? std::vector<std::string>() : told->second);
    const bool usual = record.drop == Drop::otherhost || record.why.id == WhyId::arp_not_ours;
    dropped |= record.verdict == trace::Verdict::drop && !usual;
  }
  return fmt::format("{{\"n\":{},\"at\":\"{}\",\"line\":{},\"dropped\":{},\"arp\":{},\"steps\":[{}]}}", walk + 1, at,
                     json_text(line), dropped, arp ? 1 : 0, steps);
}

std::string Page::hosts() const {
  std::string out;
  base::JsonWriter json(out);
  json.open('[');
  for (const trace::HostId id : index_.hosts()) {
    const trace::HostInfo* const host = index_.info().host(id);
    json.line()
        .open('{')
        .raw("name", json_text(index_.info().host_name(id)))
        .raw("role", json_text(host == nullptr ? "" : host->role))
        .open('[', "roles");
    std::vector<std::string> addresses;
    std::vector<std::string_view> known;
    for (const auto& interface : host == nullptr ? std::vector<trace::InterfaceInfo>() : host->interfaces) {
      for (const base::Ipv4Prefix& address : interface.addresses) {
        if (interface.name != "lo" || address.length == 32) addresses.push_back(interface.name + " " + address.text());
        const std::string_view role = index_.info().role_of(address.addr);
        if (role.empty() || std::ranges::find(known, role) != known.end()) continue;
        known.push_back(role);
        json.raw("", json_text(role));
      }
    }
    json.close(']').open('[', "addresses");
    for (const std::string& address : addresses) json.raw("", json_text(address));
    json.close(']').number("real", host != nullptr && !host->modelled).close('}');
  }
  json.close(']');
  return out;
}

std::string Page::roles() const {
  std::string out;
  base::JsonWriter json(out);
  json.open('{');
  for (const trace::AddressRole& role : index_.info().roles) json.raw(role.address.text(), json_text(role.role));
  json.close('}');
  return out;
}

void Page::fill(const Put& put, const std::string& packets, std::size_t left) const {
  std::string data;
  base::JsonWriter json(data);
  json.open('{').raw("title", json_text(index_.info().title)).raw("description", json_text(index_.info().description));
  json.text("language", options_.language).number("spoiler", options_.spoiler).number("left", left);
  json.raw("hosts", hosts()).raw("roles", roles()).raw("texts", texts_.list()).raw("lines", lines_.list());
  json.raw("heads", heads_.list()).raw("packets", "[" + packets + "]").close('}');
  // Nothing in it ends the element that it stands in.
  std::string safe;
  for (const char c : data) safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
  constexpr std::string_view kPlace = "@DATA@";
  const std::string_view page = page_template();
  const std::size_t place = page.find(kPlace);
  put(page.substr(0, place));
  put(safe);
  put(page.substr(place + kPlace.size()));
}

}  // namespace

bool has_page() { return !page_template().empty(); }

std::size_t export_page(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options,
                        const Put& put) {
  return Page(index, filter, options).write(put);
}

}  // namespace lvs::scenarios
