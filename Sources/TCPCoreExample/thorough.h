/* What the self-test checks beyond the work of a device: calls without sense, the macros for static arrays, a
   host that moves to other memory. It needs every function of the library, so a firmware leaves it out: it is
   built with `make THOROUGH=yes`, and not otherwise. */
#ifndef THOROUGH_H
#define THOROUGH_H

#include "check.h"
#include "pair.h"

#ifdef THOROUGH

/* Whether the macros never promise less than a host takes. */
void thorough_sizes(struct checks *checks);

/* Calls without sense: each must be answered with its error, must not trap, and must change nothing. */
void thorough_bad_calls(struct pair *pair, struct checks *checks);

/* A listener for all ports and destinations, that asks before it answers. */
void thorough_requests(struct pair *pair, struct checks *checks);

/* The left host goes on from a snapshot elsewhere; the memory that it leaves is overwritten. Returns the new
   place. */
tcpcore_host_t *thorough_move(struct pair *pair, struct checks *checks);

/* Rings of 2^29 and 2^30 octets. A mode of its own: it takes seconds. Returns the program's exit code. */
int thorough_large(void);

#else

static inline void thorough_sizes(struct checks *checks) { (void)checks; }

static inline void thorough_bad_calls(struct pair *pair, struct checks *checks) {
  (void)pair;
  (void)checks;
}

static inline void thorough_requests(struct pair *pair, struct checks *checks) {
  (void)pair;
  (void)checks;
}

static inline tcpcore_host_t *thorough_move(struct pair *pair, struct checks *checks) {
  (void)checks;
  return pair->hosts[LEFT];
}

static inline int thorough_large(void) { return -1; }

#endif
#endif
