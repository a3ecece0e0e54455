// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-work-law.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ns3 {

namespace {

constexpr double kBodyMu = 9.357, kBodySigma = 1.318, kBodyShare = 0.93;
constexpr double kTailLeast = 133000, kTailShape = 1.1, kTailMost = 10e6;
constexpr double kParetoSpan = 1000;  // means

double Unit(::lvs::base::Rng& rng) { return 1 - rng.real(); }  // (0, 1]

double DrawExponential(::lvs::base::Rng& rng) { return -std::log(Unit(rng)); }

double DrawNormal(::lvs::base::Rng& rng) {  // Box and Muller
  const double radius = std::sqrt(-2 * std::log(Unit(rng)));
  return radius * std::cos(2 * std::numbers::pi * rng.real());
}

double DrawPareto(::lvs::base::Rng& rng, double least, double shape, double most) {
  const double u = rng.real();
  return least * std::pow(1 - u * (1 - std::pow(least / most, shape)), -1 / shape);
}

double MeanOfPareto(double least, double shape, double most) {
  const double share = 1 - std::pow(least / most, shape);
  return std::pow(least, shape) / share * shape / (shape - 1) *
         (std::pow(least, 1 - shape) - std::pow(most, 1 - shape));
}

}  // namespace

LvsWorkLaw LvsWorkLaw::Fixed(double value) {
  LvsWorkLaw law;
  law.m_mean = value;
  return law;
}

LvsWorkLaw LvsWorkLaw::Exponential(double mean) {
  LvsWorkLaw law = Fixed(mean);
  law.m_kind = EXPONENTIAL;
  return law;
}

LvsWorkLaw LvsWorkLaw::Pareto(double mean, double shape) {
  LvsWorkLaw law = Fixed(mean);
  law.m_kind = PARETO;
  law.m_b = shape;
  law.m_c = mean * kParetoSpan;
  double low = mean * 1e-9, high = mean;  // the least value that has this mean
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (MeanOfPareto(middle, shape, law.m_c) < mean ? low : high) = middle;
  }
  law.m_a = low;
  return law;
}

LvsWorkLaw LvsWorkLaw::Lognormal(double mean, double sigma) {
  LvsWorkLaw law = Fixed(mean);
  law.m_kind = LOGNORMAL;
  law.m_a = std::log(mean) - sigma * sigma / 2;
  law.m_b = sigma;
  return law;
}

LvsWorkLaw LvsWorkLaw::Web() {
  LvsWorkLaw law;
  law.m_kind = WEB;
  law.m_mean = kBodyShare * std::exp(kBodyMu + kBodySigma * kBodySigma / 2) +
               (1 - kBodyShare) * MeanOfPareto(kTailLeast, kTailShape, kTailMost);
  return law;
}

LvsWorkLaw LvsWorkLaw::Trace(std::vector<double> values) {
  LvsWorkLaw law;
  law.m_kind = TRACE;
  for (const double value : values) law.m_mean += value / static_cast<double>(values.size());
  law.m_values = std::move(values);
  return law;
}

double LvsWorkLaw::Draw(::lvs::base::Rng& rng) {
  switch (m_kind) {
    case FIXED: return m_mean;
    case EXPONENTIAL: return DrawExponential(rng) * m_mean;
    case PARETO: return DrawPareto(rng, m_a, m_b, m_c);
    case LOGNORMAL: return std::exp(m_a + m_b * DrawNormal(rng));
    case WEB:
      if (rng.real() < kBodyShare) return std::min(std::exp(kBodyMu + kBodySigma * DrawNormal(rng)), kTailMost);
      return DrawPareto(rng, kTailLeast, kTailShape, kTailMost);
    case TRACE: {
      const double value = m_values[m_next];
      m_next = (m_next + 1) % m_values.size();
      return value;
    }
  }
  return m_mean;
}

LvsWorkArrivals LvsWorkArrivals::Poisson() {
  LvsWorkArrivals arrivals;
  arrivals.m_kind = POISSON;
  return arrivals;
}

LvsWorkArrivals LvsWorkArrivals::Mmpp(double ratio, double sojourn) {
  LvsWorkArrivals arrivals;
  arrivals.m_kind = MMPP;
  arrivals.m_rate[0] = 2 * ratio / (1 + ratio);
  arrivals.m_rate[1] = 2 / (1 + ratio);
  arrivals.m_sojourn = sojourn;
  return arrivals;
}

LvsWorkArrivals LvsWorkArrivals::Trace(std::vector<double> moments) {
  LvsWorkArrivals arrivals;
  arrivals.m_kind = TRACE;
  const double mean = (moments.back() - moments.front()) / static_cast<double>(moments.size() - 1);
  for (std::size_t i = 1; i < moments.size(); ++i) arrivals.m_gaps.push_back((moments[i] - moments[i - 1]) / mean);
  return arrivals;
}

double LvsWorkArrivals::Next(::lvs::base::Rng& rng) {
  switch (m_kind) {
    case PERIODIC: return 1;
    case POISSON: return DrawExponential(rng);
    case TRACE: {
      const double gap = m_gaps[m_next];
      m_next = (m_next + 1) % m_gaps.size();
      return gap;
    }
    case MMPP: break;
  }
  if (m_left < 0) {
    m_state = rng.real() < 0.5 ? 0 : 1;  // each is as likely at any time
    m_left = DrawExponential(rng) * m_sojourn;
  }
  for (double gap = 0;;) {
    const double next = DrawExponential(rng) / m_rate[m_state];
    if (next <= m_left) {
      m_left -= next;
      return gap + next;
    }
    gap += m_left;
    m_state = 1 - m_state;
    m_left = DrawExponential(rng) * m_sojourn;
  }
}

}  // namespace ns3
