/* Calls without sense: each must be answered with its error, must not trap, and must change nothing. */
#ifndef BAD_CALLS_H
#define BAD_CALLS_H

#include "check.h"
#include "world.h"

void check_bad_calls(struct world *world, struct checks *checks);

#endif
