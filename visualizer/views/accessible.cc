// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/accessible.h"

#include <QAccessible>
#include <QAccessibleActionInterface>
#include <QAccessibleWidget>
#include <QCoreApplication>
#include <QPointer>
#include <array>

#include "views/panel.h"

namespace lvs::view {

namespace {

constexpr auto kTitles = std::to_array<std::pair<const char*, const char*>>({
    {"content", QT_TRANSLATE_NOOP("Accessible", "Screen")},
    {"top", QT_TRANSLATE_NOOP("Accessible", "Tabs")},
    {"topology", QT_TRANSLATE_NOOP("Accessible", "Topology")},
    {"packet", QT_TRANSLATE_NOOP("Accessible", "Packet")},
    {"hooks", QT_TRANSLATE_NOOP("Accessible", "Hooks of the host")},
    {"why", QT_TRANSLATE_NOOP("Accessible", "Why")},
    {"headers", QT_TRANSLATE_NOOP("Accessible", "Headers before and after")},
    {"timeline", QT_TRANSLATE_NOOP("Accessible", "Timeline")},
    {"console", QT_TRANSLATE_NOOP("Accessible", "Tables and console")},
    {"transport", QT_TRANSLATE_NOOP("Accessible", "Play and step")},
    {"compare", QT_TRANSLATE_NOOP("Accessible", "Comparison")},
    {"results", QT_TRANSLATE_NOOP("Accessible", "Results")},
    {"quiz", QT_TRANSLATE_NOOP("Accessible", "Quiz")},
    {"help", QT_TRANSLATE_NOOP("Accessible", "Keys")},
    {"message", QT_TRANSLATE_NOOP("Accessible", "Message")},
    {"arp", QT_TRANSLATE_NOOP("Accessible", "ARP: who answers")},
});

// One spot of a panel, by its number: what is painted there may change.
class SpotInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
 public:
  SpotInterface(Panel* panel, int number) : panel_(panel), number_(number) {}

  bool isValid() const override { return spot() != nullptr; }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  QAccessibleInterface* parent() const override {
    return panel_ == nullptr ? nullptr : QAccessible::queryAccessibleInterface(panel_.data());
  }
  QAccessibleInterface* child(int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QString text(QAccessible::Text kind) const override {
    const Spot* here = spot();
    if (here == nullptr) return {};
    if (kind == QAccessible::Name) return here->name;
    if (kind == QAccessible::Description || kind == QAccessible::Value) return here->detail;
    return {};
  }
  void setText(QAccessible::Text, const QString&) override {}
  QRect rect() const override {
    const Spot* here = spot();
    if (here == nullptr) return {};
    const QRect own = here->rect.toAlignedRect();
    return {panel_->mapToGlobal(own.topLeft()), own.size()};
  }
  QAccessible::Role role() const override {
    return spot() != nullptr && spot()->press ? QAccessible::Button : QAccessible::StaticText;
  }
  QAccessible::State state() const override {
    QAccessible::State state;
    state.focusable = true;
    state.focused = panel_ != nullptr && panel_->chosenSpot() == number_;
    return state;
  }
  void* interface_cast(QAccessible::InterfaceType type) override {
    return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
  }
  QStringList actionNames() const override {
    return spot() != nullptr && spot()->press ? QStringList{pressAction()} : QStringList();
  }
  void doAction(const QString& name) override {
    if (name != pressAction() || spot() == nullptr || !spot()->press) return;
    const std::function<void()> press = spot()->press;
    press();
  }
  QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  const Spot* spot() const {
    const bool there = panel_ != nullptr && number_ < static_cast<int>(panel_->spots().size());
    return there ? &panel_->spots()[static_cast<std::size_t>(number_)] : nullptr;
  }

  QPointer<Panel> panel_;
  int number_;
};

class PanelInterface final : public QAccessibleWidget {
 public:
  explicit PanelInterface(Panel* panel) : QAccessibleWidget(panel, QAccessible::Pane), panel_(panel) {}
  ~PanelInterface() override {
    for (const QAccessible::Id id : ids_) QAccessible::deleteAccessibleInterface(id);
  }

  QString text(QAccessible::Text kind) const override {
    const QString own = QAccessibleWidget::text(kind);
    if (kind != QAccessible::Name || !own.isEmpty()) return own;
    for (const auto& [name, title] : kTitles) {
      if (panel_->objectName() == QLatin1String(name)) return QCoreApplication::translate("Accessible", title);
    }
    return panel_->objectName();
  }
  int childCount() const override { return QAccessibleWidget::childCount() + static_cast<int>(panel_->spots().size()); }
  QAccessibleInterface* child(int number) const override {
    const int widgets = QAccessibleWidget::childCount();
    if (number < widgets) return QAccessibleWidget::child(number);
    const auto spot = static_cast<std::size_t>(number - widgets);
    if (spot >= panel_->spots().size()) return nullptr;
    while (ids_.size() <= spot) {
      ids_.push_back(
          QAccessible::registerAccessibleInterface(new SpotInterface(panel_, static_cast<int>(ids_.size()))));
    }
    return QAccessible::accessibleInterface(ids_[spot]);
  }
  int indexOfChild(const QAccessibleInterface* wanted) const override {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (QAccessible::accessibleInterface(ids_[i]) == wanted)
        return QAccessibleWidget::childCount() + static_cast<int>(i);
    }
    return QAccessibleWidget::indexOfChild(wanted);
  }
  QAccessibleInterface* childAt(int x, int y) const override {
    for (int i = childCount() - 1; i >= 0; --i) {
      QAccessibleInterface* one = child(i);
      if (one != nullptr && one->rect().contains(x, y)) return one;
    }
    return nullptr;
  }

 private:
  Panel* panel_;
  mutable std::vector<QAccessible::Id> ids_;  // of the spots, as far as somebody has asked
};

QAccessibleInterface* interfaceOf(const QString&, QObject* object) {
  auto* panel = qobject_cast<Panel*>(object);
  return panel == nullptr ? nullptr : new PanelInterface(panel);
}

}  // namespace

void installAccessibility() {
  static const bool once = [] {
    QAccessible::installFactory(interfaceOf);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace lvs::view
