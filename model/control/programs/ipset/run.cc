// SPDX-License-Identifier: GPL-2.0-or-later
// What ipset does (kernel: net/netfilter/ipset/ip_set_core.c).
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "control/machine/machine.h"
#include "control/programs/ipset/ipset.h"
#include "control/words/addresses.h"

namespace lvs::control::ipset {

namespace {

using host::IpSet;
using host::IpSetElement;
using host::IpSetKey;

constexpr std::size_t kLongestName = 31;

class Runner {
 public:
  Runner(Machine& machine, Io& io, std::string prefix)
      : machine_(machine), io_(io), sets_(machine.host().tables.ipsets()), prefix_(std::move(prefix)) {}

  int run(const Line& line) {
    switch (line.verb) {
      case Verb::create: return create(line);
      case Verb::add:
      case Verb::del:
      case Verb::test: return element(line);
      case Verb::list:
      case Verb::save: return show(line);
      case Verb::flush:
      case Verb::destroy: return each(line);
      case Verb::rename:
      case Verb::swap: return two(line);
      case Verb::restore: return restore(line);
      case Verb::version: break;
    }
    io_.print("ipset v7.17, protocol version: 7\n");
    return 0;
  }

 private:
  int fail(const Line& line, std::string_view text) {
    if (!line.quiet) io_.complain(fmt::format("ipset v7.17: {}{}\n", prefix_, text));
    return 1;
  }
  int unmodelled(const SyntaxError& error) {
    io_.complain(fmt::format("not modelled: '{}': {}\n", error.word, error.reason));
    return 2;
  }
  int no_set(const Line& line) { return fail(line, "The set with the given name does not exist"); }

  int create(const Line& line) {
    if (line.name.size() > kLongestName)
      return fail(line,
                  fmt::format("Syntax error: setname '{}' is longer than {} characters", line.name, kLongestName));
    auto set = std::make_shared<IpSet>();
    set->name = line.name;
    set->type = line.type;
    std::optional<SyntaxError> refused;
    if (auto bad = read_create_options(line.options, *set, refused)) return fail(line, *bad);
    if (refused) return unmodelled(*refused);
    if (const IpSet* const there = sets_.find(line.name); there != nullptr) {
      if (line.exist && there->type == set->type) return 0;
      return fail(line, "Set cannot be created: set with the same name already exists");
    }
    const auto drawn = static_cast<std::uint32_t>(machine_.host().rng.next());
    if (set->initval == 0) set->initval = drawn;
    sets_.create(std::move(set));
    return 0;
  }

  int element(const Line& line) {
    IpSet* const set = sets_.find(line.name);
    if (set == nullptr) return no_set(line);
    std::vector<IpSetKey> keys;
    if (auto bad = read_element(*set, line.element, line.verb == Verb::test, keys)) return fail(line, *bad);
    ElementOptions options;
    std::optional<SyntaxError> refused;
    if (auto bad = read_element_options(line.options, *set, options, refused)) return fail(line, *bad);
    if (refused) return unmodelled(*refused);
    if (line.verb == Verb::test) return test(line, *set, keys.front());
    const std::uint32_t timeout = options.timeout.value_or(set->timeout.value_or(0));
    if (timeout != 0) options.element.expires = now() + std::chrono::seconds(timeout);
    for (const IpSetKey& key : keys) {
      if (key.prefix == 0) return fail(line, "The value of the CIDR parameter of the IP address is invalid");
      if (set->type->bitmap && (key.port < set->first_port || key.port > set->last_port))
        return fail(line, "Element is out of the range of the set");
      if (line.verb == Verb::add) {
        const IpSet::Added added = set->add(key, options.element, now(), line.exist);
        if (added == IpSet::Added::full) return fail(line, "Hash is full, cannot add more elements");
        if (added == IpSet::Added::there && !line.exist)
          return fail(line, "Element cannot be added to the set: it's already added");
      } else if (!set->remove(key, now()) && !line.exist) {
        return fail(line, "Element cannot be deleted from the set: it's not added");
      }
    }
    return 0;
  }

  int test(const Line& line, const IpSet& set, const IpSetKey& key) {
    const IpSetElement* const found = set.find(key, now());
    const bool in = found != nullptr && !found->nomatch;
    if (!line.quiet) {
      const std::string text = element_text(set, key);
      io_.complain(in ? fmt::format("Warning: {} is in set {}.\n", text, set.name)
                      : fmt::format("{} is NOT in set {}.\n", text, set.name));
    }
    return in ? 0 : 1;
  }

  // --- listings ---

  // family, hashsize ...: as created.
  static std::string header(const IpSet& set) {
    std::string text;
    if (set.type->bitmap) {
      text = fmt::format("range {}-{}", set.first_port, set.last_port);
    } else {
      text = fmt::format("family inet hashsize {} maxelem {}", set.hash_size, set.max_elements);
      if (set.netmask != 32) text += fmt::format(" netmask {}", set.netmask);
    }
    if (set.timeout) text += fmt::format(" timeout {}", *set.timeout);
    if (set.counters) text += " counters";
    if (set.comments) text += " comment";
    if (!set.type->bitmap) text += fmt::format(" bucketsize {} initval 0x{:08x}", set.bucket_size, set.initval);
    return text;
  }
  std::string element_line(const IpSet& set, const IpSetKey& key, const IpSetElement& element) const {
    std::string text = element_text(set, key);
    if (element.nomatch) text += " nomatch";
    if (set.timeout) {
      const auto left = element.expires ? machine_.host().left(*element.expires) : base::Time{0};
      text += fmt::format(" timeout {}", std::chrono::duration_cast<std::chrono::seconds>(left).count());
    }
    if (set.counters) text += fmt::format(" packets {} bytes {}", element.packets, element.bytes);
    if (set.comments && !element.comment.empty()) text += fmt::format(" comment \"{}\"", element.comment);
    return text;
  }
  // As the kernel reckons when each element has a bucket of its own (mtype_memsize()).
  std::size_t memory(const IpSet& set) const {
    constexpr std::size_t kBucket = 32, kPerBucket = 2, kHash = 192, kNetworks = 448, kBitmap = 72;
    if (set.type->bitmap) return kBitmap + (set.last_port - set.first_port + 64u) / 64 * 8;
    const bool networks = std::ranges::find(set.type->parts, IpSet::Part::network) != set.type->parts.end();
    std::size_t size = set.type->parts.size() == 3 ? 16 : set.type->parts.size() == 1 && !networks ? 4 : 8;
    if (set.timeout || set.comments) size = (size + 7) / 8 * 8 + 8;
    if (set.counters) size = (size + 7) / 8 * 8 + 16;
    std::size_t total = networks ? kNetworks : kHash;
    for (const auto& [key, element] : set.elements(now())) {
      total += kBucket + kPerBucket * size;
      if (!element->comment.empty()) total += element->comment.size() + 17;
    }
    return total;
  }

  int show(const Line& line) {
    if (!line.name.empty() && sets_.find(line.name) == nullptr) return no_set(line);
    bool first = true;
    for (const auto& set : sets_.all()) {
      if (!line.name.empty() && set->name != line.name) continue;
      if (line.verb == Verb::save) {
        io_.print(fmt::format("create {} {} {}\n", set->name, set->type->name, header(*set)));
        for (const auto& [key, element] : set->elements(now()))
          io_.print(fmt::format("add {} {}\n", set->name, element_line(*set, key, *element)));
        continue;
      }
      if (line.names_only) {
        io_.print(set->name + "\n");
        continue;
      }
      const auto elements = set->elements(now());
      if (!first) io_.print("\n");
      first = false;
      io_.print(
          fmt::format("Name: {}\nType: {}\nRevision: {}\nHeader: {}\nSize in memory: {}\nReferences: {}\n"
                      "Number of entries: {}\n",
                      set->name, set->type->name, set->type->revision, header(*set), memory(*set),
                      sets_.references(*set), elements.size()));
      if (line.terse) continue;
      io_.print("Members:\n");
      for (const auto& [key, element] : elements) io_.print(element_line(*set, key, *element) + "\n");
    }
    return 0;
  }

  // --- sets ---

  int each(const Line& line) {
    if (!line.name.empty() && sets_.find(line.name) == nullptr) return no_set(line);
    const auto all = sets_.all();
    const auto named = [&](const IpSet& set) { return line.name.empty() || set.name == line.name; };
    if (line.verb == Verb::flush) {
      for (const auto& set : all)
        if (named(*set)) set->flush();
      return 0;
    }
    // `all` holds them once more.
    const bool used =
        std::ranges::any_of(all, [&](const auto& set) { return named(*set) && sets_.references(*set) > 1; });
    if (used) return fail(line, "Set cannot be destroyed: it is in use by a kernel component");
    for (const auto& set : all)
      if (named(*set)) sets_.destroy(*set);
    return 0;
  }

  int two(const Line& line) {
    IpSet* const from = sets_.find(line.name);
    IpSet* const to = sets_.find(line.second);
    if (from == nullptr) return no_set(line);
    if (line.verb == Verb::rename) {
      if (sets_.references(*from) != 0) return fail(line, "Set cannot be renamed: it is in use by another system");
      if (to != nullptr) return fail(line, "Set cannot be renamed: a set with the new name already exists");
      from->name = line.second;
      return 0;
    }
    if (to == nullptr) return fail(line, "Sets cannot be swapped: the second set does not exist");
    if (from->type != to->type) return fail(line, "The sets cannot be swapped: their type does not match");
    from->swap_content(*to);
    return 0;
  }

  int restore(const Line& asked) {
    const std::string text = io_.in->take_all();
    std::size_t row = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      ++row;
      if (line.empty() || line[0] == '#' || line == "COMMIT") continue;
      Parsed parsed = parse(words_of(line));
      if (parsed.unmodelled) return unmodelled(*parsed.unmodelled);
      if (parsed.problem) {
        const bool syntax = parsed.status == 1;
        io_.complain(
            fmt::format("ipset v7.17: {}{}\n", syntax ? fmt::format("Error in line {}: ", row) : "", *parsed.problem));
        return parsed.status;
      }
      parsed.line.exist = parsed.line.exist || asked.exist;
      Runner runner(machine_, io_, fmt::format("Error in line {}: ", row));
      if (const int status = runner.run(parsed.line); status != 0) return status;
    }
    return 0;
  }

  // Blanks between words; quotes around those that hold some.
  static std::vector<Word> words_of(std::string_view line) {
    std::vector<Word> words;
    bool inside = false, quoted = false;
    for (const char c : line) {
      if (c == '"') {
        quoted = !quoted;
        if (!inside) words.push_back({});
        inside = true;
      } else if ((c == ' ' || c == '\t') && !quoted) {
        inside = false;
      } else {
        if (!inside) words.push_back({});
        inside = true;
        words.back().text += c;
      }
    }
    return words;
  }

  base::Time now() const { return machine_.host().now(); }

  Machine& machine_;
  Io& io_;
  host::IpSets& sets_;
  std::string prefix_;
};

}  // namespace

int run(Machine& machine, Io& io, const Line& line) { return Runner(machine, io, {}).run(line); }

}  // namespace lvs::control::ipset
