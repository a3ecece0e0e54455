// SPDX-License-Identifier: GPL-2.0-or-later
// Why a packet went the way it went, in the language of the viewer. The sentences are those of the trace library's
// tables; i18n/reasons_zh.ts translates them by their English text.
#pragma once

#include <QString>
#include <QStringList>

#include "trace/phrases.h"
#include "trace/record.h"

namespace lvs::view {

// "scheduled to 10.0.0.11:80"; "" where there is no reason.
QString whyText(const trace::Why& why);
// A line of the journal, or several; "" where there is none, or one of a later version that has words unknown here.
QString textOf(const trace::Phrases& phrases);
// "arp_ignored: nobody here may answer"
QString dropText(trace::Drop drop);
// What the why card says about a stage: its drop reason, its why, or what such a stage does.
QString sentenceOf(const trace::Record& record);

// All texts that can be translated; a test asks whether they are.
QStringList whyTemplates();
QStringList dropTemplates();

}  // namespace lvs::view
