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
  model.send(*this, std::move(bytes), *frame);
}

LabModel::LabModel(const LabScript& script) : lab_(*script.lab), run_(script, *this) {
  const Lab& lab = lab_;
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

void LabModel::send(const Nic& nic, std::vector<std::uint8_t> bytes, const host::Packet& packet) {
  if (listened_to_ == &nic.node) {
    overheard_.push_back(std::move(bytes));
    return;
  }
  if (on_frame) on_frame({nic.node.number, nic.number, injecting_, bytes});
  wire_.push({now_ + kCable, ++frames_, &nic, std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes)),
              packet.walk, packet.part});
}

void LabModel::deliver(const InFlight& frame) {
  const auto segment_of = [&](const Nic& nic) { return lab_.hosts[nic.node.number].interfaces[nic.number].segment; };
  const std::size_t segment = segment_of(*frame.from);
  for (const auto& node : nodes_) {
    for (const auto& nic : node->nics) {
      if (nic.get() == frame.from || segment_of(*nic) != segment) continue;
      host::Device* const dev = device(node->number, nic->number);
      if (dev == nullptr || !dev->up || !dev->carrier) continue;
      host::PacketPtr packet = host::Packet::from_frame(*frame.bytes);
      packet->walk = frame.walk;
      packet->part = frame.part;
      node->machine->host().receive(*dev, std::move(packet));
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

bool LabModel::inject(std::size_t host, const LabInject& what) {
  injecting_ = true;
  const bool sent = LabWorld::inject(host, what);
  injecting_ = false;
  return sent;
}

void LabModel::at(base::Time when, std::function<void()> what) {
  next_ = when;
  go_on_ = std::move(what);
}

// What runs to the end of the lab holds up nobody when it is the last line.
void LabModel::tell_endless() const {
  const auto line = run_.at_work();
  if (line && on_endless && (run_.left() != 0 || !lab_.end()))
    on_endless(line->host, line->place, line->text, run_.left());
}

bool LabModel::wait() {
  const bool ends = run_.started() && end_ != base::kNever;
  advance(now_ + (ends ? std::max(end_ - now_, base::Time{0}) : kPatience), [this] { return go_on_ != nullptr; });
  if (go_on_) return true;
  const bool cut_short = run_.started() && frames_ >= kMostFrames;
  if (!cut_short) tell_endless();
  run_.give_up();
  if (cut_short) run_.go_on();
  return cut_short;
}

// One thing is awaited at a time: the moment of the next line, or the end of the line at work.
bool LabModel::run() {
  bool finished = false;
  run_.before_event = [this](const LabEvent& event) {
    advance(run_.zero() + event.at);
    if (before_event) before_event(event, now_ - run_.zero());
    return frames_ < kMostFrames;
  };
  run_.on_result = on_result;
  run_.on_finished = [&] { finished = true; };
  run_.begin();
  while (!finished && !stopped_) {
    if (go_on_) {
      if (next_ > now_) advance(next_);
      std::exchange(go_on_, nullptr)();
    } else if (!wait()) {
      break;
    }
  }
  if (run_.started() && !lab_.end()) advance(now_ + kLabTail);
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
