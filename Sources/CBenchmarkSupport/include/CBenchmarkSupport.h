// What a benchmark needs and Swift cannot say: calls that no optimiser sees through, lower bounds, a clock,
// and the requests that valgrind's callgrind understands.
#ifndef TCPCORE_BENCHMARK_SUPPORT_H
#define TCPCORE_BENCHMARK_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

/// The same number. Nobody who calls it knows that.
uint64_t tcpcore_opaque(uint64_t value);

/// The same pointer, to memory that may have changed.
void *tcpcore_opaque_pointer(void *pointer);

/// Nanoseconds of a clock that only goes forward.
uint64_t tcpcore_nanoseconds(void);

/// Name and version of the C library.
const char *tcpcore_c_library(void);

/// Sums octets as 32-bit words: the least that an internet checksum can cost.
uint64_t tcpcore_lower_bound_sum(const void *from, size_t count);

/// Copies octets and returns their sum. way: 0 to 2 in one loop, by the vectors that every processor of the
/// kind has, by wider ones and by the widest, as far as there are such; 3 sums, and copies by memcpy. None is
/// the fastest everywhere.
uint64_t tcpcore_lower_bound_copy_sum(void *to, const void *from, size_t count, int way);

/// Copies octets.
void tcpcore_lower_bound_copy(void *to, const void *from, size_t count);

/// Whether the program runs under valgrind.
int tcpcore_is_counted(void);

/// Begins to count instructions, or ends it (callgrind with `--collect-atstart=no`).
void tcpcore_toggle_counting(void);

/// Writes what was counted to a file of its own, under a name, and begins at zero.
void tcpcore_dump_counts(const char *name);

#endif
