/*
 * All memory of the program: one static array, of which pieces are taken once, at the start. Its size is
 * known when the program is linked.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* The next `bytes` octets of the array, zero, aligned for a host; or null, if so many are not left. */
void *memory_take(size_t bytes);

#endif
