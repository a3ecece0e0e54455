// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/names/host-names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "control/machine/machine.h"

namespace lvs::control {
namespace {

constexpr std::string_view kHosts = "/etc/hosts";

bool like_a_host_name(std::string_view text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
  };
  return !text.empty() && text[0] != '-' && std::ranges::all_of(text, part) && std::ranges::any_of(text, letter);
}

std::string_view host_part(std::string_view operand) { return operand.substr(0, operand.find_first_of(":/")); }

// The words with addresses in place of the names that `address_of` knows.
template <class AddressOf>
std::vector<Word> with_addresses(std::vector<Word> words, const std::vector<std::size_t>& operands,
                                 const AddressOf& address_of) {
  for (const std::size_t at : operands) {
    std::string& text = words[at].text;
    const std::string name(host_part(text));
    if (!like_a_host_name(name)) continue;
    if (const auto address = address_of(name)) text = address->text() + text.substr(name.size());
  }
  return words;
}

// A task looks at the command that began it.
class WithCommand final : public Task {
 public:
  WithCommand(CommandPtr command, std::unique_ptr<Task> task) : command_(std::move(command)), task_(std::move(task)) {}
  bool take_signal(int signal) override { return task_->take_signal(signal); }

 private:
  CommandPtr command_;
  std::unique_ptr<Task> task_;
};

// Parsed anew each time it runs: the file may have changed.
class NamedOperands final : public Command {
 public:
  NamedOperands(std::vector<Word> words, std::vector<std::size_t> operands, CommandParser parse)
      : words_(std::move(words)), operands_(std::move(operands)), parse_(parse) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const CommandResultOrError command = parse_(words_with_addresses(machine, words_, operands_));
    if (!command) {
      io.complain(fmt::format("not modelled: {}\n", command.error().text()));
      done(2);
      return nullptr;
    }
    auto task = (*command)->start(machine, io, std::move(done));
    return task == nullptr ? nullptr : std::make_unique<WithCommand>(*command, std::move(task));
  }

 private:
  std::vector<Word> words_;
  std::vector<std::size_t> operands_;
  CommandParser parse_;
};

}  // namespace

HostNames::HostNames(Machine& machine, bool numeric) : numeric_(numeric) {
  if (!numeric) lines_ = read_hosts(machine.files().read(kHosts).text);
}

const std::string* HostNames::find(base::Ipv4Addr address) const {
  const auto line = std::ranges::find(lines_, address, &HostsLine::address);
  return line == lines_.end() || line->names.empty() ? nullptr : &line->names.front();
}

bool HostNames::has(base::Ipv4Addr address) const { return find(address) != nullptr; }

std::string HostNames::of(base::Ipv4Addr address) const {
  const std::string* const name = find(address);
  return name == nullptr ? address.text() : *name;
}

std::vector<Word> words_with_addresses(Machine& machine, const std::vector<Word>& words,
                                       const std::vector<std::size_t>& operands) {
  const std::string hosts = machine.files().read(kHosts).text;
  return with_addresses(words, operands, [&](const std::string& name) -> std::optional<base::Ipv4Addr> {
    const auto addresses = addresses_in_hosts(hosts, name);
    return addresses.empty() ? std::nullopt : std::optional(addresses.front());
  });
}

CommandResultOrError with_host_names(const std::vector<Word>& words, const std::vector<std::size_t>& operands,
                                     CommandParser parse) {
  const bool named =
      std::ranges::any_of(operands, [&](std::size_t at) { return like_a_host_name(host_part(words[at].text)); });
  if (!named) return parse(words);
  // What is not modelled is found before anything runs, whatever the name stands for.
  const auto any = [](const std::string&) { return std::optional(base::Ipv4Addr::of(192, 0, 2, 1)); };
  CommandResultOrError tried = parse(with_addresses(words, operands, any));
  if (!tried) return tried;
  return CommandPtr(std::make_shared<NamedOperands>(words, operands, parse));
}

}  // namespace lvs::control
