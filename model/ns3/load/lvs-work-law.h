// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/rng.h"

namespace ns3 {

/**
 * A law of positive numbers: sizes of replies, service times, times to think, gaps. A value, drawn with a generator of
 * the caller's.
 */
class LvsWorkLaw {
 public:
  enum Kind {
    FIXED,
    EXPONENTIAL,
    PARETO,  ///< from a least value up to 1000 means, cut there (bounded Pareto)
    LOGNORMAL,
    WEB,    ///< sizes of files: Barford and Crovella, SIGMETRICS 1998 (SURGE), cut at 10 MB
    TRACE,  ///< the given numbers in turn
  };

  /** Always \p value. */
  static LvsWorkLaw Fixed(double value);
  static LvsWorkLaw Exponential(double mean);
  /** \param shape above 1: 1.5 has a heavy tail, 3 a light one */
  static LvsWorkLaw Pareto(double mean, double shape);
  /** \param sigma standard deviation of the logarithm, above 0 */
  static LvsWorkLaw Lognormal(double mean, double sigma);
  /** Bytes: 93 % lognormal (mu 9.357, sigma 1.318), 7 % Pareto from 133,000 on (shape 1.1). */
  static LvsWorkLaw Web();
  static LvsWorkLaw Trace(std::vector<double> values);
  LvsWorkLaw() = default;

  double Draw(::lvs::base::Rng& rng);
  Kind GetKind() const { return m_kind; }
  double GetMean() const { return m_mean; }

 private:
  Kind m_kind = FIXED;
  double m_mean = 0;
  double m_a = 0;  // Pareto: least value; lognormal: mu
  double m_b = 0;  // Pareto: shape; lognormal: sigma
  double m_c = 0;  // Pareto: largest value
  std::vector<double> m_values;
  std::size_t m_next = 0;
};

/** When requests or sessions begin: gaps whose mean is 1. */
class LvsWorkArrivals {
 public:
  enum Kind {
    PERIODIC,
    POISSON,
    MMPP,   ///< Poisson with two rates, in turn, each for an exponential time
    TRACE,  ///< the gaps of the given moments, scaled to a mean of 1, again and again
  };
  static LvsWorkArrivals Periodic() { return {}; }
  static LvsWorkArrivals Poisson();
  /** \param ratio of the higher rate to the lower, above 1 \param sojourn mean stay in a state, in mean gaps */
  static LvsWorkArrivals Mmpp(double ratio, double sojourn);
  /** \param moments ascending, at least two different ones */
  static LvsWorkArrivals Trace(std::vector<double> moments);
  LvsWorkArrivals() = default;

  double Next(::lvs::base::Rng& rng);
  Kind GetKind() const { return m_kind; }

 private:
  Kind m_kind = PERIODIC;
  double m_rate[2] = {1, 1};
  double m_sojourn = 0;
  double m_left = -1;  // of the present stay
  int m_state = 0;
  std::vector<double> m_gaps;
  std::size_t m_next = 0;
};

/** What a client asks of servers beside what LvsLoadProfile says; see LvsWorkClient. */
struct LvsWork {
  LvsWorkArrivals arrivals;
  LvsWorkLaw reply;                    ///< bytes of a reply, as the profile counts them
  LvsWorkLaw demand;                   ///< seconds of service, at a server of capacity 1
  uint32_t users = 0;                  ///< closed loop of so many; 0: open loop
  LvsWorkLaw think;                    ///< seconds between a reply and the next request of a user, or of a connection
  uint32_t requestsPerConnection = 1;  ///< over TCP
};

}  // namespace ns3
