// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/packet-list-model.h"

#include <QStringList>
#include <algorithm>

#include "models/walk/noise.h"
#include "models/walk/packet-fields.h"
#include "models/walk/roles.h"

namespace lvs::view {

namespace {

constexpr std::size_t kCache = 512;

}  // namespace

QString milliseconds(base::Time time) { return QString::number(static_cast<double>(time.count()) / 1e6, 'f', 3); }

PacketListModel::PacketListModel(Session& session, QObject* parent)
    : QAbstractTableModel(parent), session_(session), cache_(kCache) {
  rows_ = static_cast<int>(session.rows());
  const auto reset = [this] {
    beginResetModel();
    rows_ = static_cast<int>(session_.rows());
    std::ranges::fill(cache_, Row{});
    endResetModel();
  };
  connect(&session, &Session::opened, this, reset);
  connect(&session, &Session::rowsChanged, this, [this, reset] {
    // A live trace only grows: views keep their place.
    const int now = static_cast<int>(session_.rows());
    if (session_.filtered() || now <= rows_) return reset();
    beginInsertRows({}, rows_, now - 1);
    rows_ = now;
    endInsertRows();
  });
}

int PacketListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : rows_; }
int PacketListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : columns; }

const PacketListModel::Row& PacketListModel::rowAt(int row) const {
  const std::uint32_t walk = session_.walkAt(static_cast<std::size_t>(row));
  Row& cached = cache_[walk % kCache];
  if (cached.walk != walk || cached.records != session_.index().walks()[walk].count) cached = made(walk);
  return cached;
}

// A question that everybody hears has no path: who asked, and who answered. Empty: it was no such question.
QString PacketListModel::arpPath(const trace::WalkEntry& walk) const {
  const trace::TraceIndex& index = session_.index();
  const trace::IndexEntry& first = index.entry(walk.first);
  QStringList answers;
  int heard = 0;
  for (std::uint32_t i = walk.first; i != trace::kNoRecord; i = index.entry(i).next) {
    const trace::IndexEntry& entry = index.entry(i);
    if (entry.host == first.host || (entry.flags & trace::entry_flag::arp) == 0) continue;
    if (entry.stage == trace::Stage::arp_in) ++heard;
    const QString name = session_.hostName(index.hosts()[entry.host]);
    if (entry.stage == trace::Stage::arp_out && !answers.contains(name)) answers += name;
  }
  if (heard < 2) return {};
  const QString asked = tr("%1 ▸ all").arg(session_.hostName(index.hosts()[first.host]));
  return asked + "  " + (answers.isEmpty() ? tr("nobody answers") : tr("◂ %1").arg(answers.mid(0, 8).join(", ")));
}

PacketListModel::Row PacketListModel::made(std::uint32_t walkNumber) const {
  const trace::TraceIndex& index = session_.index();
  const trace::WalkEntry& walk = index.walks()[walkNumber];
  const trace::IndexEntry& first = index.entry(walk.first);
  Row row;
  row.walk = walkNumber;
  row.records = walk.count;
  row.cells[number] = QString::number(walkNumber + 1);
  row.cells[time] = milliseconds(first.at - index.zero());

  trace::Record record;
  if (session_.index().record(walk.first, record)) {
    const auto here = static_cast<std::uint32_t>(record.bytes.size());
    const Headers headers = headersOf(record.bytes, record.original_length > here ? record.original_length - here : 0);
    if (headers.src && headers.dst) {
      row.cells[fromTo] =
          shortName(session_.info(), headers.src->address) + " → " + shortName(session_.info(), headers.dst->address);
      if (headers.src->port && headers.dst->port) {
        row.cells[fromTo] += QString("  :%1→:%2").arg(*headers.src->port).arg(*headers.dst->port);
      }
    }
    row.cells[info] = headers.info;
  }

  if ((first.flags & trace::entry_flag::arp) != 0) {
    row.cells[path] = arpPath(walk);
    if (!row.cells[path].isEmpty()) return row;
  }
  QStringList hosts;
  int last = -1;
  std::size_t seen = 0;
  QString ending, aside;
  for (std::uint32_t i = walk.first; i != trace::kNoRecord && seen < kMaxSteps; i = index.entry(i).next, ++seen) {
    const trace::IndexEntry& entry = index.entry(i);
    const bool part = ((entry.flags ^ first.flags) & trace::entry_flag::part) != 0;
    // Who was told to keep silent about an address has done what he should.
    if (isDrop(index, entry) && !(part && keptSilent(entry))) {
      const std::string_view reason = trace::name_of(entry.drop);
      (part ? aside : ending) = "✕ " + QString::fromUtf8(reason.data(), static_cast<qsizetype>(reason.size()));
    }
    if ((entry.flags & trace::entry_flag::rewritten) != 0) row.rewritten = true;
    if (part || entry.host == last) continue;
    if (cameInVain(index, entry)) continue;
    last = entry.host;
    if (hosts.size() < 8) hosts += session_.hostName(index.hosts()[entry.host]);
  }
  // Why the packet ended stands in front, where a long path does not push it out; what became of packets that it caused
  // (an ARP request that was not answered) stands behind.
  row.dropped = !ending.isEmpty();
  row.cells[path] = row.dropped ? ending + "  " + hosts.join(" ▸ ") : hosts.join(" ▸ ");
  if (!row.dropped && !aside.isEmpty()) row.cells[path] += "  (" + aside + ")";
  return row;
}

// While a question is open, what becomes of this packet and of later ones is its answer.
bool PacketListModel::veiled(const QModelIndex& index) const {
  if (!session_.veiled() || index.column() == number) return false;
  const int now = session_.rowOf(session_.moment().walk);
  return index.row() > now || (index.row() == now && index.column() == path);
}

QVariant PacketListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rows_) return {};
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return veiled(index) ? QString("…") : rowAt(index.row()).cells[index.column()];
    case Qt::ToolTipRole: return veiled(index) ? QVariant() : rowAt(index.row()).cells[index.column()];
    case droppedRole: return rowAt(index.row()).dropped && !session_.veiled();
    case rewrittenRole: return rowAt(index.row()).rewritten;
    case walkRole: return session_.walkAt(static_cast<std::size_t>(index.row()));
    default: return {};
  }
}

QVariant PacketListModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case number: return QString("#");
    case time: return tr("Time (ms)");
    case fromTo: return tr("From → to");
    case info: return tr("Info");
    case path: return tr("Path");
    default: return {};
  }
}

void PacketListModel::retranslate() { Q_EMIT headerDataChanged(Qt::Horizontal, 0, columns - 1); }

}  // namespace lvs::view
