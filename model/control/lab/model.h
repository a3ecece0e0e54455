// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's machines joined by cables that do nothing but carry: enough to see what its set-up leads to, without a
// simulator. No rates, no losses, no CPU costs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "control/lab/lab.h"
#include "control/lab/script-run.h"
#include "control/machine/machine.h"

namespace lvs::control {

class LabModel : private LabWorld {
 public:
  // A frame as it leaves an interface, from the destination MAC on.
  struct SentFrame {
    std::size_t host = 0;       // index into Lab::hosts
    std::size_t interface = 0;  // index into LabHost::interfaces
    bool injected = false;
    base::ByteView bytes;
  };

  // `script` and its lab must outlive the model.
  explicit LabModel(const LabScript& script);
  ~LabModel() override;
  LabModel(const LabModel&) = delete;
  LabModel& operator=(const LabModel&) = delete;

  const Lab& lab() const { return lab_; }
  Machine& machine(std::size_t host);
  // The interface of that index; nullptr once the lab has taken it away.
  host::Device* device(std::size_t host, std::size_t interface);
  base::Time now() const override { return now_; }
  // Of the timeline; 0 until the startup lines have run.
  base::Time zero() const { return run_.zero(); }

  std::function<void(const SentFrame&)> on_frame;
  // Called before each line of the timeline, with its time; what it asks of the machines is not seen by the others.
  std::function<void(const LabEvent&, base::Time)> before_event;
  // Told of each line when it has ended, or is no longer waited for.
  std::function<void(const CommandResult&)> on_result;
  // Told of a line that others wait for in vain, and how many of the timeline's those are; the run is over then.
  std::function<void(std::size_t host, const LabPlace& place, const std::string& text, std::size_t behind)> on_endless;
  // Runs startup and timeline. False when it was cut short: more frames than any lab to look at has.
  bool run();

  // What `host` sends while `act` runs; it does not reach the wire.
  std::vector<std::vector<std::uint8_t>> sent_during(std::size_t host, const std::function<void()>& act);

 private:
  struct Node;
  struct NodeClock;
  struct Nic;
  struct InFlight {
    base::Time at;
    std::uint64_t number;  // frames of one time in the order sent
    const Nic* from;
    std::shared_ptr<const std::vector<std::uint8_t>> bytes;
    trace::WalkId walk;  // of the packet, and which one of the walk
    trace::PartId part;
    bool operator>(const InFlight& other) const { return at != other.at ? at > other.at : number > other.number; }
  };

  void send(const Nic& nic, std::vector<std::uint8_t> bytes, const host::Packet& packet);
  void deliver(const InFlight& frame);
  // Runs everything that is due up to `until`, or until `done` says so.
  void advance(base::Time until, const std::function<bool()>& done = {});
  // Waits for the line at work. False: it has not ended, and the run is over.
  bool wait();
  void tell_endless() const;

  void at(base::Time when, std::function<void()> what) override;
  void end_at(base::Time when) override { end_ = when; }
  void stop() override { stopped_ = true; }
  Machine* find_machine(std::size_t host) override { return &machine(host); }
  bool inject(std::size_t host, const LabInject& what) override;

  static constexpr base::Time kCable = std::chrono::microseconds(20);
  static constexpr std::uint64_t kMostFrames = 400'000;

  const Lab& lab_;
  base::Time now_{};
  ScriptRun run_;
  base::Time end_ = base::kNever;  // of the run, as the lab says
  base::Time next_{};              // when the lab's lines go on, and how
  std::function<void()> go_on_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::priority_queue<InFlight, std::vector<InFlight>, std::greater<>> wire_;
  std::uint64_t frames_ = 0;
  bool injecting_ = false;
  const Node* listened_to_ = nullptr;
  std::vector<std::vector<std::uint8_t>> overheard_;
};

}  // namespace lvs::control
