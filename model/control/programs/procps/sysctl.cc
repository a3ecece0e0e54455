// SPDX-License-Identifier: GPL-2.0-or-later
// sysctl (procps 4): reading and writing keys by their dotted names.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/proc-sys.h"
#include "control/machine/shell/pattern.h"
#include "control/machine/usual/parsers.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

constexpr std::string_view kSysctlConf = "/etc/sysctl.conf";

struct Options {
  bool write = false;            // -w: every argument is an assignment
  bool quiet = false;            // -q: writes are not shown
  bool values_only = false;      // -n
  bool names_only = false;       // -N
  bool no_newline = false;       // -b
  bool ignore = false;           // -e: unknown keys are no errors
  bool all = false;              // -a
  bool filtered = false;         // -r: of the keys those that match
  std::optional<Regex> pattern;  // an extended regular expression; one that cannot be read matches nothing

  void select(const std::string& expression) {
    auto regex = Regex::compile(expression, {.syntax = Regex::Syntax::extended});
    filtered = true;
    pattern.reset();
    if (regex) pattern.emplace(std::move(*regex));
  }
  bool selects(std::string_view name) const { return !filtered || (pattern && pattern->found_in(name)); }
};

// What comes first of '.' and '/' separates; the other one stands for it inside a part
// ("net.ipv4.conf.eth0/1.rp_filter").
std::string path_of(std::string_view key) {
  std::string path(key);
  const std::size_t first = path.find_first_of("./");
  if (first == std::string::npos || path[first] == '/') return path;
  for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  return path;
}

std::string name_of(std::string_view path) {
  std::string name(path);
  for (char& c : name) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return name;
}

void show(Io& io, const Options& options, std::string_view path, std::string_view value) {
  if (options.names_only) return io.print(name_of(path) + "\n");
  if (!options.values_only && !options.no_newline) io.print(name_of(path) + " = ");
  io.print(value);
  if (!options.no_newline) io.print("\n");
}

int missing(Io& io, const Options& options, std::string_view path) {
  if (options.ignore) return 0;
  io.complain(fmt::format("sysctl: cannot stat /proc/sys/{}: No such file or directory\n", path));
  return 1;
}

int read_key(Machine& machine, Io& io, const Options& options, const std::string& path) {
  const auto content = read_sysctl(machine, path);
  if (content.error == FileError::no_entry) return missing(io, options, path);
  std::vector<std::string> files{path};
  if (content.error == FileError::is_directory) files = list_sysctls(machine, path);
  for (const std::string& file : files) {
    if (!options.selects(name_of(file))) continue;
    std::string value = read_sysctl(machine, file).text;
    if (!value.empty()) value.pop_back();
    show(io, options, file, value);
  }
  return 0;
}

int write_key(Machine& machine, Io& io, const Options& options, const std::string& path, const std::string& value) {
  if (!options.selects(name_of(path))) return 0;  // procps returns what happens to stand there
  const FileError error = write_sysctl(machine, path, value + "\n");
  if (error == FileError::no_entry && read_sysctl(machine, path).error == FileError::no_entry)
    return missing(io, options, path);
  if (error == FileError::denied) {  // it cannot be opened, which procps counts as nothing
    io.complain(fmt::format("sysctl: setting key \"{}\": {}\n", name_of(path), text_of(FileError::invalid)));
    return 0;
  }
  if (error != FileError::none) {
    io.complain(fmt::format("sysctl: setting key \"{}\": {}\n", name_of(path), text_of(error)));
    return 1;
  }
  if (!options.quiet) show(io, options, path, value);
  return 0;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// What the files of -p or --system say, in their order.
struct Settings {
  std::vector<std::pair<std::string, std::string>> all;  // paths, which may have patterns, and values
  std::set<std::string> named;                           // paths that patterns leave out
};

// "KEY = VALUE" lines. What is wrong with a file is said before anything is written.
int gather(Machine& machine, Io& io, const std::string& file, Settings& settings) {
  const bool input = file == "-";
  const auto content = input ? Files::Content{FileError::none, io.in->take_all()} : machine.files().read(file);
  if (content.error != FileError::none) {
    io.complain(fmt::format("sysctl: cannot open \"{}\": {}\n", file, text_of(content.error)));
    return 1;
  }
  std::string_view rest = content.text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    const std::size_t equals = line.find('=');
    const bool minus = line[0] == '-';
    if (equals == std::string_view::npos && !minus) {
      io.complain(fmt::format("sysctl: {}({}): invalid syntax, continuing...\n", file, number));
      continue;
    }
    std::string_view key = trimmed(line.substr(0, equals));
    if (minus) key.remove_prefix(1);
    std::string path = path_of(key);
    settings.named.insert(path);
    if (equals != std::string_view::npos) settings.all.emplace_back(std::move(path), trimmed(line.substr(equals + 1)));
  }
  return 0;
}

// The keys that a pattern names, a folder for a folder.
std::vector<std::string> matching_keys(Machine& machine, std::string_view pattern) {
  const auto next = [](std::string_view& text) {
    const std::string_view part = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return part;
  };
  std::vector<std::string> result;
  for (std::string& path : list_sysctls(machine, pattern.substr(0, pattern.find('/')))) {
    std::string_view left = pattern, right = path;
    while (!left.empty() && !right.empty() && matches(next(left), next(right))) {
      if (left.empty() && right.empty()) result.push_back(path);
    }
  }
  return result;
}

// procps: write_setting_list().
int apply(Machine& machine, Io& io, const Options& options, const Settings& settings) {
  int status = 0;
  const auto write = [&](const std::string& path, const std::string& value) {
    const auto reason = unmodelled_sysctl(path);
    if (reason) io.complain(fmt::format("not modelled: '{}': {}\n", name_of(path), *reason));
    status |= reason ? 2 : write_key(machine, io, options, path, value);
    return !reason;
  };
  for (const auto& [path, value] : settings.all) {
    if (!is_pattern(path)) {
      if (!write(path, value)) return 2;
      continue;
    }
    for (const std::string& each : matching_keys(machine, path))
      if (!settings.named.contains(each)) write(each, value);
  }
  return status;
}

// Files of -p, and whether there was one.
struct Loading {
  bool on = false;
  bool system = false;  // --system
  std::vector<std::string> files;
};

// --system: a name of an earlier folder hides that of a later one; then the whole in the order of names, and
// /etc/sysctl.conf. Keys that are not there are passed over.
int load_system(Machine& machine, Io& io, Options options) {
  std::map<std::string, std::string> files;  // by name
  for (const std::string_view folder : {"/etc/sysctl.d", "/run/sysctl.d"})
    for (const std::string& name : machine.files().list(folder))
      if (name.ends_with(".conf")) files.try_emplace(name, fmt::format("{}/{}", folder, name));
  std::vector<std::string> paths;
  for (const auto& [name, path] : files) paths.push_back(path);
  if (machine.files().status(kSysctlConf).exists()) paths.emplace_back(kSysctlConf);
  if (!options.quiet)
    for (const std::string& path : paths) io.print(fmt::format("* Applying {} ...\n", path));
  options.ignore = true;
  Settings settings;
  int status = 0;
  for (const std::string& path : paths) status |= gather(machine, io, path, settings);
  return status | apply(machine, io, options, settings);
}

CommandResultOrError load_files(const Options& options, const Loading& loading, const Word& program) {
  if (loading.system) return instant([options](Machine& machine, Io& io) { return load_system(machine, io, options); });
  const bool reads = std::ranges::find(loading.files, "-") != loading.files.end();
  for (const std::string& file : loading.files)
    if (auto reason = Files::unmodelled(file)) return base::Error{SyntaxError{program.column, file, *reason, {}}};
  const auto begin = reads ? &instant_reader : &instant;
  return begin([options, files = loading.files](Machine& machine, Io& io) {
    Settings settings;
    int status = files.empty() ? gather(machine, io, std::string(kSysctlConf), settings) : 0;
    for (const std::string& file : files) status |= gather(machine, io, file, settings);
    return status | apply(machine, io, options, settings);
  });
}

// "--write"; false: unknown.
bool take_long(const std::string& word, Options& options, Loading& loading) {
  constexpr std::string_view kLoad = "--load=", kPattern = "--pattern=";
  if (word == "--write")
    options.write = true;
  else if (word == "--quiet")
    options.quiet = true;
  else if (word == "--values")
    options.values_only = true;
  else if (word == "--names")
    options.names_only = true;
  else if (word == "--binary")
    options.no_newline = true;
  else if (word == "--ignore")
    options.ignore = true;
  else if (word == "--system")
    loading.on = loading.system = true;
  else if (word == "--all")
    options.all = true;
  else if (word.starts_with(kPattern))
    options.select(word.substr(kPattern.size()));
  else if (word == "--load" || word.starts_with(kLoad)) {
    loading.on = true;
    if (word.size() > kLoad.size()) loading.files.push_back(word.substr(kLoad.size()));
  } else
    return false;
  return true;
}

// "-r", "-ar" or "--pattern", whose pattern is the next word.
bool takes_pattern(const std::string& word) {
  return word == "--pattern" ||
         (word.size() > 1 && word[0] == '-' && word[1] != '-' && word.find('r') == word.size() - 1);
}

// "-qw"; false: one of the letters is unknown.
bool take_letters(const std::string& word, Options& options, Loading& loading) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    switch (word[i]) {
      case 'a':
      case 'A':
      case 'X': options.all = true; break;
      case 'w': options.write = true; break;
      case 'q': options.quiet = true; break;
      case 'n': options.values_only = true; break;
      case 'N': options.names_only = true; break;
      case 'b': options.no_newline = true; break;
      case 'e': options.ignore = true; break;
      case 'r': options.select(word.substr(i + 1)); return true;
      case 'p':
      case 'f':  // the rest of the word, if there is any, is a file
        loading.on = true;
        if (i + 1 < word.size()) loading.files.push_back(word.substr(i + 1));
        return true;
      default: return false;
    }
  }
  return true;
}

}  // namespace

CommandResultOrError parse_sysctl(const std::vector<Word>& words) {
  Args args(words);
  Options options;
  constexpr std::string_view kKnown =
      "-a -r -w -q -n -N -b -e -p --all --pattern --write --quiet --values --names --binary --ignore --load --system";
  struct Step {
    std::string path;
    std::optional<std::string> value;
  };
  std::vector<Step> steps;
  Loading loading;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (takes_pattern(word)) {
      if (args.empty()) return base::Error{args.unknown("a pattern is needed", {})};
      options.select(args.take());
      if (word[1] == '-' || word.size() == 2) continue;
      take_letters(word.substr(0, word.size() - 1), options, loading);
      continue;
    }
    if (word.size() > 1 && word[0] == '-') {
      const bool known = word[1] == '-' ? take_long(word, options, loading) : take_letters(word, options, loading);
      if (!known) return base::Error{args.unknown("unknown option of sysctl", std::string(kKnown))};
      continue;
    }
    if (loading.on) {
      loading.files.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    Step step{path_of(std::string_view(word).substr(0, equals)), std::nullopt};
    if (equals != std::string::npos) step.value = word.substr(equals + 1);
    if (auto reason = unmodelled_sysctl(step.path)) return base::Error{args.unknown(std::move(*reason))};
    steps.push_back(std::move(step));
  }
  if (options.all && steps.empty() && !loading.on)
    return instant([options](Machine& machine, Io& io) {
      for (const std::string& path : list_sysctls(machine, "net")) read_key(machine, io, options, path);
      return 0;
    });
  if (loading.on) return load_files(options, loading, words[0]);
  if (steps.empty()) {
    return base::Error{SyntaxError{words[0].column, words[0].text, "a key is needed", std::string(kKnown)}};
  }
  return instant([options, steps = std::move(steps)](Machine& machine, Io& io) {
    int status = 0;
    for (const Step& step : steps) {
      if (step.value) {
        status |= write_key(machine, io, options, step.path, *step.value);
      } else if (options.write) {
        io.complain("sysctl: command line(0): invalid syntax, continuing...\n");
        status = 1;
      } else {
        status |= read_key(machine, io, options, step.path);
      }
    }
    return status;
  });
}

}  // namespace lvs::control
