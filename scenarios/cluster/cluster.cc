// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/cluster.h"

#include <iostream>
#include <sstream>

#include "cluster/report.h"
#include "cluster/run.h"
#include "common/output-file.h"
#include "common/standard-output.h"
#include "common/version.h"

namespace lvs::scenarios {
namespace {

// One process writes; what the others have to say, it says too.
int cluster(const Ranks& ranks, int argc, const char* const* argv) {
  std::ostringstream unheard;
  std::ostream& out = ranks.first() ? std::cout : unheard;
  std::ostream& err = ranks.first() ? std::cerr : unheard;
  int status = 0;
  const auto options = parse_cluster_options(argc, argv, out, err, status);
  if (!options) return status;
  OutputFiles files;
  const auto fail = [&err](const std::string& why) {
    err << "lvs-cluster: " << why << '\n';
    return 2;
  };
  const std::string closed = ranks.first() ? files.open(options->csv) : std::string();
  if (!closed.empty()) fail("cannot write " + options->csv + ": " + closed);
  if (!ranks.all_of(closed.empty())) return 2;
  const ClusterRun run = run_cluster(*options, ranks);
  if (!ranks.first()) return 0;
  print_cluster(out, *options, run.result);
  if (options->cost) print_costs(err, run);
  files.write(options->csv, cluster_csv(*options, run.result));
  const std::string why = files.commit();
  return why.empty() ? 0 : fail(why);
}

}  // namespace

int cluster_main(int argc, char** argv) {
  if (shows_version("lvs-cluster", argc, argv)) return finish_output("lvs-cluster", 0);
  const Ranks ranks(argc, argv);
  return finish_output("lvs-cluster", cluster(ranks, argc, argv));
}

}  // namespace lvs::scenarios
