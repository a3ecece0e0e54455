// SPDX-License-Identifier: GPL-2.0-or-later
// What differs between the releases of ns-3 that this module builds with, 3.35 to 3.48, said in one way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "ns3/callback.h"
#include "ns3/enum.h"
#include "ns3/event-id.h"
#include "ns3/event-impl.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simulator.h"

namespace ns3 {

/** An event that calls a function object. */
template <typename F>
class LvsFunctionEvent : public EventImpl {
 public:
  explicit LvsFunctionEvent(F f) : m_f(std::move(f)) {}

 private:
  void Notify() override { m_f(); }
  F m_f;
};

/** Simulator::Schedule for a lambda, which ns-3 takes by itself since 3.36; from a delay of zero on it is ScheduleNow.
 */
template <typename F>
EventId LvsSchedule(const Time& delay, F f) {
  return Simulator::Schedule(delay, Ptr<EventImpl>(new LvsFunctionEvent<F>(std::move(f)), false));
}

/** Simulator::ScheduleWithContext for a lambda. */
template <typename F>
void LvsScheduleWithContext(uint32_t context, const Time& delay, F f) {
  Simulator::ScheduleWithContext(context, delay, new LvsFunctionEvent<F>(std::move(f)));
}

template <typename R, typename... Args>
R LvsInvoke(std::shared_ptr<std::function<R(Args...)>> f, Args... args) {
  return (*f)(args...);
}

/**
 * A Callback from a lambda that captures, which ns-3 takes by itself since 3.37. Callbacks are compared: two made from
 * the same lambda are not equal.
 */
template <typename R, typename... Args>
Callback<R, Args...> LvsCallback(std::function<R(Args...)> f) {
  return MakeBoundCallback(&LvsInvoke<R, Args...>, std::make_shared<std::function<R(Args...)>>(std::move(f)));
}

/** MakeEnumAccessor, which wants the type spelled out in newer releases, and must not have it spelled out in older
 * ones. */
template <typename T, typename Class>
Ptr<const AttributeAccessor> LvsMakeEnumAccessor(T Class::*member) {
  if constexpr (requires { MakeEnumAccessor<T>(member); }) {
    return MakeEnumAccessor<T>(member);
  } else {
    return MakeEnumAccessor(member);
  }
}

/** Ipv4InterfaceAddress::SetBroadcast; since 3.47 the broadcast address always follows from the mask. */
template <typename InterfaceAddress, typename Address>
void LvsSetBroadcast([[maybe_unused]] InterfaceAddress& address, [[maybe_unused]] const Address& broadcast) {
  if constexpr (requires { address.SetBroadcast(broadcast); }) address.SetBroadcast(broadcast);
}

}  // namespace ns3
