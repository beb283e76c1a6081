// Counts heap allocations of the calling thread.
#ifndef TCPCORE_ALLOCATION_COUNTER_H
#define TCPCORE_ALLOCATION_COUNTER_H

#include <stdint.h>

/// Allocations (malloc, calloc, realloc and the aligned forms) that the calling thread has made since it
/// began.
uint64_t tcpcore_allocation_count(void);

/// Whether allocations are counted in this build: 1 with the GNU C library and no address sanitizer, else 0.
int tcpcore_allocation_counting(void);

#endif
