// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/redirect.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"

namespace lvs::control {
namespace {

template <typename Pointer>
Pointer now(const std::vector<std::pair<Pointer, Pointer>>& replaced, const Pointer& stream) {
  const auto found = std::ranges::find(replaced, stream, &std::pair<Pointer, Pointer>::first);
  return found == replaced.end() ? stream : found->second;
}

// From here on `by` stands for `stream`, and for what has stood for others.
template <typename Pointer>
void replace(std::vector<std::pair<Pointer, Pointer>>& replaced, const Pointer& stream, const Pointer& by) {
  const Pointer before = now(replaced, stream);
  for (auto& [from, to] : replaced)
    if (to == before) to = by;
  const auto found = std::ranges::find(replaced, stream, &std::pair<Pointer, Pointer>::first);
  if (found == replaced.end()) replaced.emplace_back(stream, by);
}

}  // namespace

ShellStreams streams_now(const ShellScope& scope, const ShellStreams& streams) {
  return {now(scope.replaced_in, streams.in), now(scope.replaced_out, streams.out),
          now(scope.replaced_err, streams.err)};
}

void close_files(ShellScope& scope) {
  scope.files.clear();
  scope.replaced_in.clear();
  scope.replaced_out.clear();
  scope.replaced_err.clear();
}

OpenFile Redirector::at(int descriptor) const {
  if (descriptor == 0) return {nullptr, io_.in};
  if (descriptor == 1) return {io_.out, nullptr};
  if (descriptor == 2) return {io_.err, nullptr};
  const auto found = scope_.files.find(descriptor);
  return found == scope_.files.end() ? OpenFile{} : found->second;
}

void Redirector::set(int descriptor, OpenFile file) {
  if (descriptor == 0) {
    io_.in = file.in ? std::move(file.in) : std::make_shared<TextInput>();
  } else if (descriptor <= 2) {
    (descriptor == 1 ? io_.out : io_.err) = file.out ? std::move(file.out) : std::make_shared<TextOutput>();
  } else {
    const auto found = scope_.files.find(descriptor);
    if (!lasting_)
      before_.emplace_back(descriptor, found == scope_.files.end() ? std::nullopt : std::optional(found->second));
    if (file.in || file.out)
      scope_.files[descriptor] = std::move(file);
    else
      scope_.files.erase(descriptor);
  }
}

bool Redirector::dial(const std::vector<Redirection>& all, const ShellValues& values, ShellRoot& root) {
  if (!dialled_) {
    dialled_.emplace();
    for (const Redirection& each : all) {
      using Kind = Redirection::Kind;
      if (!scope_.bash || (each.kind != Kind::output && each.kind != Kind::append && each.kind != Kind::input))
        continue;
      const Expanded path = expand_whole(each.path, values);
      if (!path.error.empty() || !NetFile::is_name(path.words.front().text)) continue;
      const std::string& name = path.words.front().text;
      dialled_->emplace(name, std::make_shared<NetFile>(machine_, scope_.pid, name, [&root] { root.wake(); }));
    }
  }
  return std::ranges::all_of(*dialled_, [](const auto& each) { return each.second->settled(); });
}

std::optional<std::string> Redirector::open_net(const Redirection& redirection, const std::string& path) {
  const std::shared_ptr<NetFile> file = dialled_->at(path);
  if (const std::string_view reason = file->reason(); !reason.empty()) {
    io_.complain(fmt::format("{}: {}\n", scope_.name, file->complaint()));
    return fmt::format("{}: {}", path, reason);
  }
  set(redirection.descriptor, {file, file});
  return std::nullopt;
}

// As dash does it.
std::optional<std::string> Redirector::open(const std::vector<Redirection>& all, const ShellValues& values) {
  for (const Redirection& redirection : all) {
    if (redirection.kind == Redirection::Kind::close) {
      set(redirection.descriptor, {});
      continue;
    }
    if (redirection.kind == Redirection::Kind::duplicate) {
      OpenFile source = at(redirection.source);
      if (!source.in && !source.out) return fmt::format("{}: Bad file descriptor", redirection.source);
      if (redirection.descriptor == 1) io_.to_file = false;
      set(redirection.descriptor, std::move(source));
      continue;
    }
    const Expanded expanded = expand_whole(redirection.path, values);
    if (!expanded.error.empty()) return expanded.error;
    if (redirection.kind == Redirection::Kind::here) {
      set(redirection.descriptor, {nullptr, std::make_shared<TextInput>(expanded.words.front().text)});
      continue;
    }
    if (auto error = open_file(redirection, expanded.words.front().text)) return error;
  }
  return std::nullopt;
}

std::optional<std::string> Redirector::open_file(const Redirection& redirection, const std::string& path) {
  if (dialled_ && dialled_->contains(path)) return open_net(redirection, path);
  Files& files = machine_.files();
  if (redirection.kind == Redirection::Kind::input) {
    auto file = files.read(path);
    if (file.error == FileError::no_entry || file.error == FileError::not_directory)
      return scope_.bash ? fmt::format("{}: {}", path, text_of(file.error))
                         : fmt::format("cannot open {}: No such file", path);
    set(redirection.descriptor, {nullptr, std::make_shared<TextInput>(std::move(file.text))});
    return std::nullopt;
  }
  auto opened = files.open(path, redirection.kind == Redirection::Kind::append);
  if (!opened.file) {
    const std::string_view reason =
        opened.error == FileError::no_entry ? "Directory nonexistent" : text_of(opened.error);
    return scope_.bash ? fmt::format("{}: {}", path, text_of(opened.error))
                       : fmt::format("cannot create {}: {}", path, reason);
  }
  targets_.push_back(opened.file);
  set(redirection.descriptor, {std::move(opened.file), nullptr});
  io_.to_file = io_.to_file || redirection.descriptor == 1;
  return std::nullopt;
}

void Redirector::keep(const ShellStreams& before) {
  replace(scope_.replaced_in, before.in, io_.in);
  replace(scope_.replaced_out, before.out, io_.out);
  replace(scope_.replaced_err, before.err, io_.err);
}

std::vector<std::shared_ptr<OutputFile>> Redirector::end() {
  for (auto at = before_.rbegin(); at != before_.rend(); ++at) {
    if (at->second)
      scope_.files[at->first] = std::move(*at->second);
    else
      scope_.files.erase(at->first);
  }
  before_.clear();
  return lasting_ ? std::vector<std::shared_ptr<OutputFile>>{} : std::move(targets_);
}

}  // namespace lvs::control
