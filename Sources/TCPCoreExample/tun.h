/* The services on a TUN device: the main loop of a firmware. */
#ifndef TUN_H
#define TUN_H

#include <tcpcore.h>

#include "services.h"

#define TUN_RING_BYTES 8192
#define TUN_LARGEST_DATAGRAM 9000
#define TUN_HALF_OPEN 16
#define TUN_TIME_WAIT 32
#define TUN_REPLIES 16

#define TUN_HOST_BYTES                                                                                     \
  (TCPCORE_HOST_BYTES(SERVICES_SESSIONS, TUN_HALF_OPEN, TUN_TIME_WAIT, SERVICES_LISTENERS, TUN_REPLIES, 1) + \
   SERVICES_SESSIONS * TCPCORE_RING_BYTES(TUN_RING_BYTES, TUN_RING_BYTES))

/* The host, the services' sessions, and a datagram in each direction. */
#define TUN_BYTES                                                                         \
  (TCPCORE_ROUNDED(TUN_HOST_BYTES) + TCPCORE_ROUNDED(sizeof(struct services)) +           \
   2 * TCPCORE_ROUNDED(TUN_LARGEST_DATAGRAM))

/* Serves until a signal ends it. Returns the program's exit code. */
int tun_run(const char *device, const tcpcore_address_t *address);

#endif
