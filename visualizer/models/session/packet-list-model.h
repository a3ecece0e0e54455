// SPDX-License-Identifier: GPL-2.0-or-later
// The packets of a trace as rows. Nothing is kept for a row: it is made from the index when it is looked at, so that a
// million records cost what a hundred do.
#pragma once

#include <QAbstractTableModel>

#include "models/session/session.h"

namespace lvs::view {

class PacketListModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { number, time, fromTo, info, path, columns };
  enum Data { droppedRole = Qt::UserRole, rewrittenRole, walkRole };

  explicit PacketListModel(Session& session, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  // The texts of the headings are in another language now.
  void retranslate();

 private:
  struct Row {
    std::uint32_t walk = trace::kNoRecord;
    std::uint32_t records = 0;
    QString cells[columns];
    bool dropped = false, rewritten = false;
  };
  const Row& rowAt(int row) const;
  bool veiled(const QModelIndex& index) const;
  QString arpPath(const trace::WalkEntry& walk) const;
  Row made(std::uint32_t walk) const;

  Session& session_;
  int rows_ = 0;
  mutable std::vector<Row> cache_;  // by walk number modulo its size
};

// The time scale: "0.259" in milliseconds.
QString milliseconds(base::Time time);

}  // namespace lvs::view
