// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-cluster: one large DR cluster of racks and pods, in one process or shared by several
#include "cluster/cluster.h"

int main(int argc, char** argv) { return lvs::scenarios::cluster_main(argc, argv); }
