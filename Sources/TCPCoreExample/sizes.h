/* Whether the macros for static arrays never promise less than a host takes. */
#ifndef SIZES_H
#define SIZES_H

#include "check.h"

void check_sizes(struct checks *checks);

#endif
