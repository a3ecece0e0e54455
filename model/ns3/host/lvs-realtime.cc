// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-realtime.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>

#include "ns3/global-value.h"
#include "ns3/realtime-simulator-impl.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

namespace ns3 {

namespace {

constexpr uint32_t kNoNode = 0xffffffff;

Time LookPeriod() { return MilliSeconds(10); }

}  // namespace

LvsRealtime::LvsRealtime()
    : m_epoll(lvs::os::check(::epoll_create1(EPOLL_CLOEXEC), "epoll")),
      m_wake(lvs::os::check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  epoll_event event{};
  event.events = EPOLLIN;
  lvs::os::check(::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, m_wake.get(), &event), "epoll");
}

LvsRealtime::~LvsRealtime() { Stop(); }

void LvsRealtime::UseRealtimeSimulator() {
  GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
}

void LvsRealtime::Add(Ptr<LvsTap> tap) {
  Source& source = m_sources.emplace_back();
  source.tap = tap;
  source.fd = tap->GetFd();
}

void LvsRealtime::Watch(int fd, std::function<void()> ready) {
  Source& source = m_sources.emplace_back();
  source.ready = std::move(ready);
  source.fd = fd;
}

void LvsRealtime::Start() {
  for (Source& source : m_sources) {
    epoll_event event{};
    event.events =
        source.tap != nullptr ? static_cast<uint32_t>(EPOLLIN) : static_cast<uint32_t>(EPOLLIN | EPOLLONESHOT);
    event.data.ptr = &source;
    lvs::os::check(::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, source.fd, &event), "epoll");
  }
  m_thread = std::thread([this] { ReadAll(); });
  Simulator::ScheduleNow(&LvsRealtime::Look, this);
}

void LvsRealtime::Stop() {
  if (!m_thread.joinable()) return;
  m_stop = true;
  const uint64_t one = 1;
  if (::write(m_wake.get(), &one, sizeof one) < 0) std::terminate();  // an eventfd takes eight bytes
  m_thread.join();
}

// --- the thread that reads -------------------------------------------------------------------------------------------

void LvsRealtime::ReadAll() {
  std::array<epoll_event, 16> events;
  while (!m_stop) {
    const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count && !m_stop; ++i) {
      auto* source = static_cast<Source*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (source == nullptr) continue;
      if (source->tap != nullptr) {
        ReadTap(*source);
      } else {
        Simulator::ScheduleWithContext(kNoNode, Time(0), &LvsRealtime::CallReady, this, source);
      }
    }
  }
}

void LvsRealtime::ReadTap(Source& source) {
  // Read without the lock: the simulator must not wait for system calls of this thread.
  m_reading.Clear();
  source.tap->Read(m_reading, kBatch);
  const std::lock_guard lock(m_mutex);
  LvsTap::Batch& filling = source.filling;
  if (filling.sizes.empty()) {
    std::swap(filling.bytes, m_reading.bytes);
    std::swap(filling.sizes, m_reading.sizes);
  } else {
    filling.bytes.insert(filling.bytes.end(), m_reading.bytes.begin(), m_reading.bytes.end());
    filling.sizes.insert(filling.sizes.end(), m_reading.sizes.begin(), m_reading.sizes.end());
  }
  filling.gone = filling.gone || m_reading.gone;
  if (filling.sizes.size() >= kAhead || filling.gone) {
    source.blocked = true;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, source.fd, nullptr);
  }
  if (source.posted || (filling.sizes.empty() && !filling.gone)) return;
  source.posted = true;
  Simulator::ScheduleWithContext(kNoNode, Time(0), &LvsRealtime::Drain, this, &source);
}

// --- the simulator's thread ------------------------------------------------------------------------------------------

// Frames were read together and did not come together: they come in at the pace of the segment, a few at a time.
void LvsRealtime::Drain(Source* source) {
  if (Simulator::Now() < source->free) {
    Simulator::Schedule(source->free - Simulator::Now(), &LvsRealtime::Drain, this, source);
    return;
  }
  if (source->frame == source->simulating.sizes.size()) {
    const std::lock_guard lock(m_mutex);
    std::swap(source->filling, source->simulating);
    source->filling.Clear();
    source->frame = source->byte = 0;
    if (source->blocked && !source->simulating.gone) Rearm(*source);
    if (source->simulating.sizes.empty() && !source->simulating.gone) {
      source->posted = false;
      return;
    }
  }
  source->free = Simulator::Now() + source->tap->Receive(source->simulating, source->frame, source->byte, kBurst);
  if (source->tap->IsGone()) return;
  Simulator::Schedule(source->free - Simulator::Now(), &LvsRealtime::Drain, this, source);
}

void LvsRealtime::Rearm(Source& source) {
  source.blocked = false;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &source;
  ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, source.fd, &event);
}

void LvsRealtime::CallReady(Source* source) {
  source->ready();
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.ptr = source;
  ::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, source->fd, &event);
}

void LvsRealtime::Look() {
  const Ptr<RealtimeSimulatorImpl> engine = DynamicCast<RealtimeSimulatorImpl>(Simulator::GetImplementation());
  if (engine == nullptr) return;
  const Time lag = engine->RealtimeNow() - Simulator::Now();
  ++m_lateness.looks;
  if (lag > m_lateness.worst) {
    m_lateness.worst = lag;
    m_lateness.worstAt = Simulator::Now();
  }
  if (lag.GetNanoSeconds() > LvsLateness::TICK_NS) {
    ++m_lateness.late;
    if (onLate) onLate(lag);
  }
  Simulator::Schedule(LookPeriod(), &LvsRealtime::Look, this);
}

}  // namespace ns3
