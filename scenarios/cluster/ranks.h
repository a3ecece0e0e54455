// SPDX-License-Identifier: GPL-2.0-or-later
// The processes that share a run: those that mpirun started, by ns-3's MPI engine; else this one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lvs::scenarios {

class Ranks {
 public:
  // Chooses ns-3's simulator; before anything of ns-3's is made. May end the program: where several processes were
  // started and this ns-3 has no MPI.
  Ranks(int& argc, char**& argv);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks();

  std::uint32_t rank() const { return rank_; }
  std::uint32_t size() const { return size_; }
  bool first() const { return rank_ == 0; }
  // Element by element over all processes, at the first; the others keep what they have.
  void sum(std::vector<std::uint64_t>& values) const;
  void least(std::vector<std::int64_t>& values) const;
  void most(std::vector<std::int64_t>& values) const;
  // The values of each process after the other, at the first.
  std::vector<double> gather(const std::vector<double>& values) const;
  // True everywhere where it is everywhere.
  bool all_of(bool here) const;
  // Nobody goes on before all have come here.
  void meet() const;
  // CPU seconds that this process has spent waiting for the others so far.
  static double waited();

 private:
  std::uint32_t rank_ = 0, size_ = 1;
};

}  // namespace lvs::scenarios
