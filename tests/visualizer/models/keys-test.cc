// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/keys.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lvs::view {
namespace {

TEST(Keys, EachActionHasOneAndEachRowOfTheHelpDoesSomething) {
  std::set<Action> bound;
  for (const KeyRow& row : keyRows()) {
    EXPECT_FALSE(row.bindings.empty()) << row.keys;
    EXPECT_EQ(row.keys[0] == '\0', row.help[0] == '\0') << row.keys;
    for (const Binding& binding : row.bindings) bound.insert(binding.action);
  }
  for (int i = 0; i <= static_cast<int>(Action::quit); ++i)
    EXPECT_TRUE(bound.contains(static_cast<Action>(i))) << "action " << i;
}

TEST(Keys, NoKeyHasTwoMeanings) {
  std::set<std::pair<int, Binding::With>> seen;
  for (const KeyRow& row : keyRows()) {
    for (const Binding& binding : row.bindings)
      EXPECT_TRUE(seen.emplace(binding.key, binding.with).second) << row.keys << ", key " << binding.key;
  }
}

TEST(Keys, ShiftCountsWhereABindingHasIt) {
  EXPECT_EQ(actionOf(Qt::Key_Right, false, false), Action::stageOn);
  EXPECT_EQ(actionOf(Qt::Key_Right, true, false), Action::nextHost);
  EXPECT_EQ(actionOf(Qt::Key_Plus, true, false), Action::zoomIn);
  EXPECT_EQ(actionOf(Qt::Key_F, false, false), Action::zoomFit);
  EXPECT_EQ(actionOf(Qt::Key_F, false, true), Action::filter);
  EXPECT_EQ(actionOf(Qt::Key_Right, false, true), std::nullopt);
  EXPECT_EQ(actionOf(Qt::Key_X, false, false), std::nullopt);
}

}  // namespace
}  // namespace lvs::view
