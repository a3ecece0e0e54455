// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/trace/run-trace.h"

#include "control/lab/trace/tables.h"
#include "control/machine/machine.h"

namespace lvs::control {

namespace {

// Tables are written at each change as long as this is cheap: a director with many connections has large ones.
constexpr std::size_t kBytesAtOnce = 16 * 1024;
constexpr base::Time kPause = std::chrono::milliseconds(50);  // between the large ones
constexpr unsigned kAtOncePerPause = 64;

}  // namespace

// Between one machine and the file.
class MachineTrace final : public trace::Sink {
 public:
  MachineTrace(RunTrace& run, Machine& machine, std::vector<int> segments)
      : run_(run), machine_(machine), segments_(std::move(segments)), tables_(machine) {}

  Machine& machine() { return machine_; }

  void packet(const trace::PacketEvent& event) override {
    // The change that was told of before stands by now: whoever looks at this record sees it.
    if (changed_) write_tables(false);
    walk_ = event.walk;
    if (run_.writer_ != nullptr) run_.writer_->packet(event);
  }
  void journal(const trace::JournalEvent& event) override {
    if (run_.writer_ == nullptr) return;
    trace::JournalEvent told = event;
    if (told.walk == 0 && told.kind == "conn") told.walk = walk_;  // made for the packet that is under way
    run_.writer_->journal(told);
    if (event.kind != "table") changed_ = true;
    if (event.kind == "command" || event.kind == "output") commanded_ = true;
  }
  void settled(trace::HostId) override {
    walk_ = 0;
    if (changed_) write_tables(false);
    if (!commanded_) return;
    commanded_ = false;
    run_.describe(machine_.host().now());
  }

  void write_tables(bool all) {
    if (writing_ || run_.writer_ == nullptr) return;
    const base::Time now = machine_.host().now();
    if (!all && size_ > kBytesAtOnce && now < last_ + kPause) return;
    if (now >= last_ + kPause) written_ = 0;
    if (!all && ++written_ > kAtOncePerPause && now < last_ + kPause) return;
    if (written_ <= 1) last_ = now;
    writing_ = true;
    size_ = tables_.write();
    run_.seen_.look(machine_);
    writing_ = false;
    changed_ = false;
  }

  trace::HostInfo info() const {
    const host::Host& host = machine_.host();
    trace::HostInfo info{.id = host.id(), .name = host.name(), .role = "host", .modelled = true, .interfaces = {}};
    std::size_t number = 0;
    for (const auto& device : host.devices()) {
      trace::InterfaceInfo interface {
        device->name(), device->index(), -1, device->mac, {}
      };
      if (device->kind() == host::DeviceKind::ethernet) {
        if (number < segments_.size()) interface.segment = segments_[number];
        ++number;
      }
      for (const host::InterfaceAddress& address : device->addresses) interface.addresses.push_back(address.prefix);
      info.interfaces.push_back(std::move(interface));
    }
    return info;
  }

 private:
  RunTrace& run_;
  Machine& machine_;
  std::vector<int> segments_;
  TraceTables tables_;
  base::Time last_{-1'000'000'000};
  std::size_t size_ = 0;
  trace::WalkId walk_ = 0;  // of the last record since the machine was at rest
  unsigned written_ = 0;    // since last_
  bool changed_ = true, commanded_ = false, writing_ = false;
};

RunTrace::RunTrace(trace::RunInfo info, trace::TraceWriter::Output output, trace::TraceOptions options)
    : info_(std::move(info)), output_(std::move(output)), options_(options) {}

RunTrace::~RunTrace() = default;

trace::Sink& RunTrace::add(Machine& machine, std::vector<int> segments) {
  machines_.push_back(std::make_unique<MachineTrace>(*this, machine, std::move(segments)));
  info_.hosts.push_back(machines_.back()->info());
  return *machines_.back();
}

void RunTrace::add_real(trace::HostInfo host) {
  host.modelled = false;
  info_.hosts.push_back(std::move(host));
}

void RunTrace::begin() { writer_ = std::make_unique<trace::TraceWriter>(info_, output_, options_); }

void RunTrace::tell(const std::vector<std::pair<std::string, std::string>>& entries) {
  if (machines_.empty() || writer_ == nullptr) return;
  const host::Host& host = machines_.front()->machine().host();
  for (const auto& [kind, text] : entries) writer_->journal({host.now(), host.id(), 0, kind, text});
}

void RunTrace::describe(base::Time at) {
  std::vector<Machine*> machines;
  for (const auto& machine : machines_) {
    machines.push_back(&machine->machine());
    const trace::HostInfo now = machine->info();
    for (trace::HostInfo& known : info_.hosts) {
      if (known.id == now.id && known.modelled) known.interfaces = now.interfaces;
    }
  }
  describe_roles(machines, seen_, info_);
  writer_->describe(info_, at);
}

void RunTrace::mark_timeline(base::Time at) {
  if (machines_.empty() || writer_ == nullptr) return;
  describe(at);
  for (const auto& machine : machines_) machine->write_tables(true);
  writer_->journal({at, machines_.front()->machine().host().id(), 0, "mark", "timeline"});
}

void RunTrace::finish() {
  if (writer_ == nullptr) return;
  for (const auto& machine : machines_) machine->write_tables(true);
  if (!machines_.empty()) describe(machines_.front()->machine().host().now());
  writer_->flush();
}

void RunTrace::flush() {
  if (writer_ != nullptr) writer_->flush();
}

bool RunTrace::failed() const { return writer_ != nullptr && writer_->failed(); }
std::uint64_t RunTrace::records() const { return writer_ == nullptr ? 0 : writer_->records(); }

}  // namespace lvs::control
