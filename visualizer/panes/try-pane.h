// SPDX-License-Identifier: GPL-2.0-or-later
// "Try it": the files of the lab that a trace carries, with switches, on a copy that is run again.
#pragma once

#include <QWidget>
#include <memory>

#include "drawing/theme.h"
#include "models/lab/lab-copy.h"
#include "models/lab/lab-run.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lvs::view {

class TryPane : public QWidget {
  Q_OBJECT
 public:
  TryPane(const Style& style, QWidget* parent);

  // What is tried of this trace stays until another one's is.
  void open(Session& session);
  void close();
  bool isOpen() const { return session_ != nullptr && isVisible(); }
  Session* session() { return session_; }

  LabCopy* copy() { return copy_.get(); }
  void turn(const QString& host, const QString& name, const QString& value);
  void run();
  // Into a folder that is made. Empty, or what is wrong.
  QString save(const QString& folder);
  void retranslate();
  // After a change of theme, zoom or size.
  void restyle();

 Q_SIGNALS:
  void ran(const QString& trace);
  void closed();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void layOut();
  void connectAll();
  void fillHosts();
  void fillSwitches();
  void fillFiles();
  void showFile();
  void edited();
  void saveDialog();
  void say(const QString& text);

  const Style& style_;
  Session* session_ = nullptr;
  std::unique_ptr<LabCopy> copy_;
  LabRun run_;
  QLabel *title_, *about_, *said_, *hostLabel_, *fileLabel_;
  QComboBox *host_, *file_;
  QWidget* switches_;
  QGridLayout* grid_;
  QPlainTextEdit* text_;
  QPushButton *go_, *save_, *back_, *close_;
  std::vector<LabSwitch> known_;
  bool filling_ = false;
};

}  // namespace lvs::view
