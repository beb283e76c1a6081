/* The self-test: two hosts and a bad link in one process and in virtual time. It needs no device and no
   clock, and one seed gives the same report on every processor. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <stdint.h>

#include "pair.h"

#define LOOPBACK_BYTES PAIR_BYTES

#define LOOPBACK_USAGE                                                               \
  "  tcpcore-example --loopback [--bytes N] [--seed N] [--loss PERMILLE]\n"          \
  "    two hosts over a bad link, in virtual time: a self-test that needs no device\n"

struct loopback_settings {
  uint64_t octets; /* how many each side sends */
  uint64_t seed;
  uint32_t loss;   /* how many datagrams of a thousand are lost */
};

/* Prints a report that ends with "ok" or "FAILED: what". Returns the program's exit code; -1 if the
   arguments, those behind --loopback, are wrong. */
int loopback_main(int count, char **words);

#endif
