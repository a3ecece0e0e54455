// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/model.h"

#include <algorithm>
#include <utility>

#include "wire/checksum.h"

namespace lvs::control {

using namespace std::chrono_literals;

namespace {

constexpr base::Time kPatience = 600s;  // with a line

}  // namespace

struct LabModel::NodeClock final : base::Clock {
  explicit NodeClock(const LabModel& model) : model_(model) {}
  base::Time now() const override { return model_.now_; }
  void wake_at(base::Time when) override { wake_ = std::min(wake_, when); }

  const LabModel& model_;
  base::Time wake_ = base::kNever;
};

struct LabModel::Nic final : host::Port {
  Nic(LabModel& owner, Node& at, std::size_t which) : model(owner), node(at), number(which) {}
  void transmit(host::PacketPtr frame) override;

  LabModel& model;
  Node& node;
  std::size_t number;  // index into LabHost::interfaces
  std::string name;
};

struct LabModel::Node {
  Node(LabModel& model, std::size_t which) : clock(model), number(which) {}

  NodeClock clock;
  std::size_t number;
  std::vector<std::unique_ptr<Nic>> nics;
  std::unique_ptr<Machine> machine;  // goes before the NICs that it sends by
};

void LabModel::Nic::transmit(host::PacketPtr frame) {
  std::vector<std::uint8_t> bytes(frame->size());
  frame->copy_to(bytes);
  if (frame->checksum == host::ChecksumState::partial) {
    const std::size_t start = frame->csum_start;
    const base::ByteView covered{bytes.data() + start, bytes.size() - start};
    base::store_be16(bytes.data() + start + frame->csum_offset, wire::checksum_of(wire::sum_bytes(covered)));
  }
  model.send(*this, std::move(bytes), false);
}

LabModel::LabModel(const Lab& lab) : lab_(lab) {
  for (std::size_t h = 0; h < lab.hosts.size(); ++h) {
    nodes_.push_back(std::make_unique<Node>(*this, h));
    Node& node = *nodes_.back();
    node.machine = std::make_unique<Machine>(lab.hosts[h].name, static_cast<trace::HostId>(h + 1), h + 1, node.clock);
    for (std::size_t i = 0; i < lab.hosts[h].interfaces.size(); ++i) {
      node.nics.push_back(std::make_unique<Nic>(*this, node, i));
      node.nics.back()->name = lab.hosts[h].interfaces[i].name();
      host::Device& dev = node.machine->host().add_ethernet(node.nics.back()->name, lab.hosts[h].interfaces[i].mac,
                                                            node.nics.back().get());
      node.machine->host().set_up(dev, true);
    }
  }
}

LabModel::~LabModel() = default;

Machine& LabModel::machine(std::size_t host) { return *nodes_[host]->machine; }

host::Device* LabModel::device(std::size_t host, std::size_t interface) {
  return nodes_[host]->machine->host().device(nodes_[host]->nics[interface]->name);
}

void LabModel::send(const Nic& nic, std::vector<std::uint8_t> bytes, bool injected) {
  if (listened_to_ == &nic.node) {
    overheard_.push_back(std::move(bytes));
    return;
  }
  if (on_frame) on_frame({nic.node.number, nic.number, injected, bytes});
  wire_.push({now_ + kCable, ++frames_, &nic, std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))});
}

void LabModel::deliver(const InFlight& frame) {
  const auto segment_of = [&](const Nic& nic) { return lab_.hosts[nic.node.number].interfaces[nic.number].segment; };
  const std::size_t segment = segment_of(*frame.from);
  for (const auto& node : nodes_) {
    for (const auto& nic : node->nics) {
      if (nic.get() == frame.from || segment_of(*nic) != segment) continue;
      host::Device* const dev = device(node->number, nic->number);
      if (dev != nullptr && dev->up) node->machine->host().receive(*dev, host::Packet::from_frame(*frame.bytes));
    }
  }
}

void LabModel::advance(base::Time until, const std::function<bool()>& done) {
  while (!(done && done()) && frames_ < kMostFrames) {
    Node* sooner = nullptr;
    base::Time next = wire_.empty() ? base::kNever : wire_.top().at;
    for (const auto& node : nodes_) {
      if (node->clock.wake_ < next) {
        sooner = node.get();
        next = node->clock.wake_;
      }
    }
    if (next > until || next == base::kNever) {
      now_ = std::max(now_, until);
      return;
    }
    now_ = std::max(now_, next);
    if (sooner != nullptr) {
      sooner->clock.wake_ = base::kNever;
      sooner->machine->host().advance();
    } else {
      const InFlight frame = wire_.top();
      wire_.pop();
      deliver(frame);
    }
  }
}

bool LabModel::run_line(std::size_t host, const std::string& text, base::Time patience) {
  auto line = parse_line(text);
  if (!line) return true;
  const base::Time began = now_;
  const LineRun& run = nodes_[host]->machine->start(*line);
  if (!run.finished()) advance(now_ + patience, [&] { return run.finished(); });
  if (on_result) on_result({began - zero_, lab_.hosts[host].name, text, run.status(), run.out(), run.err()});
  return run.finished();
}

void LabModel::inject(std::size_t host, const LabInject& what) {
  for (const auto& nic : nodes_[host]->nics) {
    if (lab_.hosts[host].interfaces[nic->number].number != what.interface) continue;
    const host::Device* const dev = device(host, nic->number);
    if (dev != nullptr && dev->up) send(*nic, what.frame, true);
  }
}

void LabModel::tell_endless(std::size_t host, const LabPlace& place, const std::string& text, std::size_t next_event) {
  std::size_t behind = 0;
  for (std::size_t i = next_event; i < lab_.timeline.size(); ++i)
    behind += std::holds_alternative<LabEnd>(lab_.timeline[i].what) ? 0 : 1;
  // What runs to the end of the lab holds up nobody when it is the last line.
  if (on_endless && (behind != 0 || !lab_.end())) on_endless(host, place, text, behind);
}

bool LabModel::run_startup() {
  for (std::size_t h = 0; h < lab_.hosts.size(); ++h) {
    for (const LabLine& line : lab_.hosts[h].startup) {
      if (run_line(h, line.text, kPatience)) continue;
      tell_endless(h, line.place, line.text, 0);
      return false;
    }
  }
  return true;
}

bool LabModel::run() {
  if (!run_startup()) return frames_ < kMostFrames;
  zero_ = now_;
  for (std::size_t i = 0; i < lab_.timeline.size(); ++i) {
    const LabEvent& event = lab_.timeline[i];
    advance(zero_ + event.at);
    if (before_event) before_event(event, now_ - zero_);
    if (std::holds_alternative<LabEnd>(event.what) || frames_ >= kMostFrames) break;
    if (const auto* raw = std::get_if<LabInject>(&event.what)) {
      inject(event.host, *raw);
      continue;
    }
    const std::string& text = std::get<LabCommand>(event.what).text;
    const auto end = lab_.end();
    const base::Time patience = end ? std::max(zero_ + *end - now_, base::Time{0}) : kPatience;
    if (run_line(event.host, text, patience) || frames_ >= kMostFrames) continue;
    tell_endless(event.host, event.place, text, i + 1);
    break;
  }
  if (!lab_.end()) advance(now_ + kLabTail);
  return frames_ < kMostFrames;
}

std::vector<std::vector<std::uint8_t>> LabModel::sent_during(std::size_t host, const std::function<void()>& act) {
  const Node* const before = std::exchange(listened_to_, nodes_[host].get());
  overheard_.clear();
  act();
  listened_to_ = before;
  return std::move(overheard_);
}

}  // namespace lvs::control
