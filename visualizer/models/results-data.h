// SPDX-License-Identifier: GPL-2.0-or-later
// The results of a sweep (--json or --csv of lvs-nat, lvs-dr, lvs-tun, lvs-dns-hybrid), as values.
#pragma once

#include <QString>
#include <optional>
#include <vector>

namespace lvs::view {

struct ResultPoint {
  QString method;                  // "nat", "dr", "tun"
  double serverRate = 0, nic = 0;  // bytes a second offered to each server, bits a second
  int servers = 0, directors = 1;
  double clusterBytes = 0;   // a second, requests and replies that arrived
  double directorBytes = 0;  // a second, through the directors' CPUs
  double cpu = 0;            // 0 to 1
  double drops = 0;
};

// Figures of a publication, as the results file tells them.
struct Published {
  std::optional<double> bytes;  // a second, through a NAT director
  struct Claim {
    double serverRate = 0;
    int servers = 0;
  };
  std::vector<Claim> claims;
};

struct Results {
  QString program;
  std::vector<ResultPoint> points;
  Published published;

  struct Group {
    double serverRate = 0, nic = 0;
    int directors = 1;
    bool operator==(const Group&) const = default;
  };
  // What curves are drawn together, in the order of the file.
  std::vector<Group> groups() const;
  std::vector<ResultPoint> curve(const Group& group, const QString& method) const;
  QStringList methods() const;
};

// By its name a file of results, not a trace.
bool looksLikeResults(const QString& path);
// Nothing: `error` says in one line what is wrong.
std::optional<Results> readResults(const QString& path, QString& error);

}  // namespace lvs::view
