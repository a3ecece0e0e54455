// SPDX-License-Identifier: GPL-2.0-or-later
// Mean times in a system, in units of the mean service time, of queues whose answer is known.
#pragma once

namespace lvs::scenarios {

// Poisson arrivals, one server: Pollaczek and Khinchine.
double md1(double load);
double mm1(double load);
// Poisson arrivals, exponential service, one queue for n servers: Erlang's C formula. No scheduler that sends a request
// to a server at once does better.
double mmn(double load, unsigned n);
// Every n-th of Poisson arrivals, exponential service, one server: what rr makes of n servers (E_n/M/1).
double enm1(double load, unsigned n);
// The least loaded of d servers drawn at random, of infinitely many (Vvedenskaya, Dobrushin, Karpelevich 1996;
// Mitzenmacher 1996).
double choices(double load, unsigned d);

}  // namespace lvs::scenarios
