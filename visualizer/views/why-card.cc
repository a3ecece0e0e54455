// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/why-card.h"

#include "models/walk/why-text.h"

namespace lvs::view {

WhyCard::WhyCard(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "why", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

void WhyCard::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const Step* step = session_.step();
  if (step == nullptr) return;
  using trace::Stage;
  const Stage stage = step->data.stage;
  const bool ipvs = stage == Stage::ipvs_in || stage == Stage::ipvs_out || stage == Stage::ipvs_xmit;
  const QColor color = step->dropped() ? c.colors.drop : ipvs ? c.colors.ipvs : c.colors.accent;
  c.roundRect({c.px(4), c.px(6), c.px(5), rect.height() - c.px(12)}, color, {}, 0, 2);

  const double left = c.px(18);
  const double width = rect.width() - left - c.px(12);
  QString title = step->dropped() ? tr("Why dropped") : tr("Why");
  if (!step->data.hook_name.empty()) title += "  ·  " + QString::fromStdString(step->data.hook_name);
  c.text({left, c.px(5), width, c.px(17)}, Type::smallBold, c.colors.muted, title);

  // What the stage caused: the scheduler's reasons, the connection's new state, the neighbour entry.
  const Walk& walk = session_.walk();
  std::uint32_t after = 0;
  for (const int i : walk.visits[static_cast<std::size_t>(step->visit)].steps) {
    const std::uint32_t record = walk.steps[static_cast<std::size_t>(i)].record;
    if (record < step->record) after = record;
  }
  const auto caused =
      session_.journal().caused(session_.index(), step->data.host, step->data.walk, after, step->record);
  std::size_t lines = 0;
  double bottom = rect.height() - c.px(5);
  const double row = c.px(16);
  for (auto line = caused.rbegin(); line != caused.rend() && lines < 2; ++line, ++lines) {
    bottom -= row;
    c.text({left, bottom, width, row}, Type::console, c.colors.muted,
           kindText(line->kind) + ": " + line->text.section('\n', 0, 0),
           {.overflow = Overflow::elide, .mayElide = true});
  }
  c.text({left, c.px(22), width, bottom - c.px(22)}, Type::why, c.colors.text, sentenceOf(step->data),
         {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap});
}

}  // namespace lvs::view
