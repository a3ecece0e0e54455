// SPDX-License-Identifier: GPL-2.0-or-later
// Frames that carry DNS messages.
#pragma once

#include "base/bytes.h"

namespace lvs::referee {

// Two messages about two questions. The C library asks for A and AAAA at once: whether the first answer is there before
// the second question is, is nobody's doing.
bool of_two_questions(base::ByteView a, base::ByteView b);

}  // namespace lvs::referee
