// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "ns3/event-impl.h"

namespace ns3 {

/** The event of a frame that comes in by an interface; told apart from others by LvsScheduler's ArrivalsFirst. */
class LvsArrivalEvent : public EventImpl {
 public:
  /** \returns the number of the interface on its node. */
  virtual uint32_t GetInterface() const = 0;
};

}  // namespace ns3
