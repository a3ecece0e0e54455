// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what a packet does next, made from the trace, which also knows the answers.
#pragma once

#include <QStringList>
#include <optional>

#include "models/session/session.h"

namespace lvs::view {

struct Question {
  Moment asked;     // the question is about what follows
  Moment answerAt;  // the stage that shows the answer
  QString text;
  QStringList choices;
  int right = 0;
};

// A question about the stage after `from`, or the first one later on in the shown packets. Nothing: the trace has no
// more.
std::optional<Question> questionAfter(Session& session, Moment from);

}  // namespace lvs::view
