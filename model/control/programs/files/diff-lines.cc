// SPDX-License-Identifier: GPL-2.0-or-later
// The shortest way from one text to another, by Myers's algorithm (1986), and hunks pushed as far down as they go, as
// GNU diff has them.
#include <algorithm>

#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostEdits = 2000;  // beyond, all that differs is one hunk

// Which lines are in one text only.
struct Changed {
  std::vector<bool> before, after;
};

using Text = std::vector<std::string_view>;

// Of what is left when equal begins and ends are off.
void shortest(const Text& a, const Text& b, std::size_t first, std::size_t a_end, std::size_t b_end, Changed& changed) {
  const auto n = static_cast<std::ptrdiff_t>(a_end - first), m = static_cast<std::ptrdiff_t>(b_end - first);
  const auto most = std::min<std::ptrdiff_t>(n + m, kMostEdits);
  std::vector<std::vector<std::ptrdiff_t>> reached;  // after d edits: x on each diagonal from -d to d
  std::vector<std::ptrdiff_t> row(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::ptrdiff_t k) { return static_cast<std::size_t>(k + most + 1); };
  std::ptrdiff_t edits = -1;
  for (std::ptrdiff_t d = 0; d <= most && edits < 0; ++d) {
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = k == -d || (k != d && row[at(k - 1)] < row[at(k + 1)]) ? row[at(k + 1)] : row[at(k - 1)] + 1;
      while (x < n && x - k < m && a[first + static_cast<std::size_t>(x)] == b[first + static_cast<std::size_t>(x - k)])
        ++x;
      row[at(k)] = x;
      if (x >= n && x - k >= m) edits = d;
    }
    reached.emplace_back(row.begin() + static_cast<std::ptrdiff_t>(at(-d)),
                         row.begin() + static_cast<std::ptrdiff_t>(at(d)) + 1);
  }
  if (edits < 0) {
    std::fill(changed.before.begin() + static_cast<std::ptrdiff_t>(first),
              changed.before.begin() + static_cast<std::ptrdiff_t>(a_end), true);
    std::fill(changed.after.begin() + static_cast<std::ptrdiff_t>(first),
              changed.after.begin() + static_cast<std::ptrdiff_t>(b_end), true);
    return;
  }
  std::ptrdiff_t x = n, y = m;
  for (std::ptrdiff_t d = edits; d > 0; --d) {
    const auto& row_before = reached[static_cast<std::size_t>(d - 1)];
    const auto x_of = [&](std::ptrdiff_t k) {
      return k < -(d - 1) || k > d - 1 ? -1 : row_before[static_cast<std::size_t>(k + d - 1)];
    };
    const std::ptrdiff_t k = x - y;
    const bool down = k == -d || (k != d && x_of(k - 1) < x_of(k + 1));
    const std::ptrdiff_t from = down ? k + 1 : k - 1;
    x = x_of(from);
    y = x - from;
    if (down) changed.after[first + static_cast<std::size_t>(y)] = true;
    if (!down) changed.before[first + static_cast<std::size_t>(x)] = true;
  }
}

// A run of changed lines that could as well end one line later does.
void push_down(const Text& lines, std::vector<bool>& changed) {
  for (std::size_t i = 0; i < lines.size();) {
    if (!changed[i]) {
      ++i;
      continue;
    }
    std::size_t begin = i, end = i;
    while (end < lines.size() && changed[end]) ++end;
    while (end < lines.size() && lines[begin] == lines[end]) {
      changed[begin++] = false;
      changed[end++] = true;
      while (end < lines.size() && changed[end]) ++end;
    }
    i = end;
  }
}

}  // namespace

std::vector<DiffHunk> diff_lines(const Text& before, const Text& after) {
  Changed changed{std::vector<bool>(before.size()), std::vector<bool>(after.size())};
  std::size_t first = 0, a_end = before.size(), b_end = after.size();
  while (first < a_end && first < b_end && before[first] == after[first]) ++first;
  while (a_end > first && b_end > first && before[a_end - 1] == after[b_end - 1]) --a_end, --b_end;
  shortest(before, after, first, a_end, b_end, changed);
  push_down(before, changed.before);
  push_down(after, changed.after);
  std::vector<DiffHunk> hunks;
  for (std::size_t i = 0, j = 0; i < before.size() || j < after.size();) {
    DiffHunk hunk{i, 0, j, 0};
    while (i < before.size() && changed.before[i]) ++i, ++hunk.old_count;
    while (j < after.size() && changed.after[j]) ++j, ++hunk.new_count;
    if (hunk.old_count + hunk.new_count != 0) {
      hunks.push_back(hunk);
    } else {
      ++i, ++j;
    }
  }
  return hunks;
}

}  // namespace lvs::control
