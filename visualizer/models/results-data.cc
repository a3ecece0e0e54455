// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/results-data.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace lvs::view {

namespace {

QString worded(const char* text) { return QCoreApplication::translate("Results", text); }

// `value(name)` gives a number, or NaN where there is none.
template <class Value>
std::optional<ResultPoint> pointFrom(const QString& method, Value value) {
  ResultPoint p;
  p.method = method;
  p.serverRate = value("server_rate");
  p.nic = value("nic");
  const double servers = value("servers");
  const double directors = value("directors");
  p.directorBytes = value("director_bytes_per_s");
  p.clusterBytes = value("reply_bytes_per_s") + value("request_bytes_per_s");
  p.cpu = value("cpu");
  p.drops = value("drops");
  for (const double v : {p.serverRate, servers, p.directorBytes, p.clusterBytes, p.cpu}) {
    if (!std::isfinite(v) || v < 0) return {};
  }
  if (method.isEmpty() || servers > 1e6) return {};
  p.servers = static_cast<int>(servers);
  p.directors = std::isfinite(directors) && directors >= 0 && directors < 1e6 ? static_cast<int>(directors) : 1;
  if (!std::isfinite(p.nic)) p.nic = 0;
  if (!std::isfinite(p.drops)) p.drops = 0;
  return p;
}

std::optional<Results> fromJson(const QByteArray& bytes, QString& error) {
  QJsonParseError problem;
  const QJsonDocument document = QJsonDocument::fromJson(bytes, &problem);
  if (problem.error != QJsonParseError::NoError) {
    error = worded(QT_TRANSLATE_NOOP("Results", "byte %1: %2")).arg(problem.offset).arg(problem.errorString());
    return {};
  }
  const QJsonArray points = document.object().value("points").toArray();
  Results out;
  out.program = document.object().value("run").toObject().value("program").toString();
  for (qsizetype i = 0; i < points.size(); ++i) {
    const QJsonObject object = points[i].toObject();
    const auto point = pointFrom(object.value("method").toString(),
                                 [&](const char* name) { return object.value(name).toDouble(std::nan("")); });
    if (!point) {
      error = worded(QT_TRANSLATE_NOOP("Results", "point %1 is incomplete")).arg(i + 1);
      return {};
    }
    out.points.push_back(*point);
  }
  const QJsonObject published = document.object().value("published").toObject();
  if (published.value("nat_bytes_per_s").isDouble())
    out.published.bytes = published.value("nat_bytes_per_s").toDouble();
  for (const QJsonValue& claim : published.value("nat_servers").toArray()) {
    out.published.claims.push_back(
        {claim.toObject().value("server_rate").toDouble(), claim.toObject().value("servers").toInt()});
  }
  return out;
}

std::optional<Results> fromCsv(const QByteArray& bytes, QString& error) {
  const QStringList lines = QString::fromUtf8(bytes).split('\n', Qt::SkipEmptyParts);
  Results out;
  if (lines.isEmpty()) return out;
  const QStringList names = lines.front().trimmed().split(',');
  const qsizetype method = names.indexOf("method");
  for (qsizetype i = 1; i < lines.size(); ++i) {
    const QStringList cells = lines[i].trimmed().split(',');
    const auto point =
        cells.size() != names.size() || method < 0 ? std::nullopt : pointFrom(cells[method], [&](const char* name) {
          const qsizetype at = names.indexOf(QString(name));
          bool ok = false;
          const double value = at < 0 ? 0 : cells[at].toDouble(&ok);
          return ok ? value : std::nan("");
        });
    if (!point) {
      error = worded(QT_TRANSLATE_NOOP("Results", "line %1 is no line of results")).arg(i + 1);
      return {};
    }
    out.points.push_back(*point);
  }
  return out;
}

}  // namespace

std::vector<Results::Group> Results::groups() const {
  std::vector<Group> out;
  for (const ResultPoint& p : points) {
    const Group group{p.serverRate, p.nic, p.directors};
    if (std::ranges::find(out, group) == out.end()) out.push_back(group);
  }
  // Numbers of directors are an axis where they are what varies; here each is a group.
  return out;
}

std::vector<ResultPoint> Results::curve(const Group& group, const QString& method) const {
  std::vector<ResultPoint> out;
  for (const ResultPoint& p : points) {
    if (p.method == method && Group{p.serverRate, p.nic, p.directors} == group) out.push_back(p);
  }
  std::ranges::stable_sort(out, {}, &ResultPoint::servers);
  return out;
}

QStringList Results::methods() const {
  QStringList out;
  for (const ResultPoint& p : points) {
    if (!out.contains(p.method)) out += p.method;
  }
  return out;
}

bool looksLikeResults(const QString& path) {
  return path.endsWith(".json", Qt::CaseInsensitive) || path.endsWith(".csv", Qt::CaseInsensitive);
}

std::optional<Results> readResults(const QString& path, QString& error) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    error = path + ": " + file.errorString();
    return {};
  }
  constexpr qint64 kMostMiB = 64;
  const QByteArray bytes = file.read((kMostMiB << 20) + 1);
  if (bytes.size() > kMostMiB << 20) {
    error = path + ": " + worded(QT_TRANSLATE_NOOP("Results", "results have %1 MiB at most")).arg(kMostMiB);
    return {};
  }
  auto out = path.endsWith(".csv", Qt::CaseInsensitive) ? fromCsv(bytes, error) : fromJson(bytes, error);
  if (!out) {
    error = path + ": " + error;
    return {};
  }
  if (out->points.empty()) {
    error = path + ": " +
            worded(QT_TRANSLATE_NOOP("Results",
                                     "no results in it; --json and --csv of lvs-nat, lvs-dr and lvs-tun have them"));
    return {};
  }
  return out;
}

}  // namespace lvs::view
