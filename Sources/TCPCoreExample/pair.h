/* Two hosts, a link in each direction, and a time that jumps from one event to the next. */
#ifndef PAIR_H
#define PAIR_H

#include <stdbool.h>

#include <tcpcore.h>

#include "link.h"

enum side { LEFT, RIGHT };

/* Connections with large rings for the transfer, and with small ones for everything else. */
#define PAIR_LARGE_RINGS 0
#define PAIR_SMALL_RINGS 1
#define PAIR_LARGE_CONNECTIONS 1
#define PAIR_SMALL_CONNECTIONS 3
#define PAIR_LARGE_RING_BYTES 16384
#define PAIR_SMALL_RING_BYTES 2048
#define PAIR_HALF_OPEN 4
#define PAIR_TIME_WAIT 4
#define PAIR_LISTENERS 2
#define PAIR_REPLIES 8
/* Long, in microseconds, so that TIME-WAIT outlasts many losses of the last acknowledgment. */
#define PAIR_SEGMENT_LIFETIME UINT64_C(600000000)

#define PAIR_HOST_BYTES                                                                                \
  (TCPCORE_HOST_BYTES(PAIR_LARGE_CONNECTIONS + PAIR_SMALL_CONNECTIONS, PAIR_HALF_OPEN,                 \
                      PAIR_TIME_WAIT, PAIR_LISTENERS, PAIR_REPLIES, 1) +                               \
   PAIR_LARGE_CONNECTIONS * TCPCORE_RING_BYTES(PAIR_LARGE_RING_BYTES, PAIR_LARGE_RING_BYTES) +         \
   PAIR_SMALL_CONNECTIONS * TCPCORE_RING_BYTES(PAIR_SMALL_RING_BYTES, PAIR_SMALL_RING_BYTES))

/* Two hosts, a spare place for a third, two links, and a datagram that has just left. */
#define PAIR_BYTES (3 * TCPCORE_ROUNDED(PAIR_HOST_BYTES) + 2 * LINK_BYTES + TCPCORE_ROUNDED(LINK_MTU))

struct pair {
  tcpcore_host_t *hosts[2];
  struct link links[2]; /* by the side that sends */
  tcpcore_time_t now;
  uint64_t hash;        /* over every datagram that has arrived, in the order of arrival (FNV-1a) */
  uint64_t arrived;
  uint8_t *spare;       /* as large and as aligned as a host needs */
  uint8_t *departing;
};

/* The sizes of both hosts. */
void pair_configure(tcpcore_configuration_t *configuration);

/* Makes hosts and links. Returns TCPCORE_OK or an error. */
int32_t pair_begin(struct pair *pair, uint64_t seed, uint32_t loss);

/* The address of a side. */
tcpcore_address_t pair_address(enum side side);

/* Lets both hosts send, and brings the next datagram or does what is due next; time moves on to that moment,
   but not past `limit`. False if nothing is left to do until then. */
bool pair_step(struct pair *pair, tcpcore_time_t limit);

/* Lets microseconds pass. */
void pair_run(struct pair *pair, uint64_t microseconds);

#endif
