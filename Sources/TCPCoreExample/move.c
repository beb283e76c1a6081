#include <string.h>

#include "thorough.h"

tcpcore_host_t *thorough_move(struct pair *pair, struct checks *checks) {
  tcpcore_host_t *host = pair->hosts[LEFT];
  uint8_t *old = (uint8_t *)(void *)host;
  tcpcore_host_t *moved = NULL;
  tcpcore_configuration_t configuration;
  pair_configure(&configuration);
  uint64_t digest = tcpcore_digest(host);
  int64_t bytes = tcpcore_snapshot(host, pair->spare, PAIR_HOST_BYTES);
  if (!check_equal(checks, bytes, tcpcore_bytes(&configuration), "tcpcore_snapshot")) return host;
  memset(old, 0xA5, (size_t)bytes);
  if (!check_equal(checks, tcpcore_restore(pair->spare, PAIR_HOST_BYTES, &moved), TCPCORE_OK, "tcpcore_restore")) {
    return host;
  }
  check(checks, tcpcore_digest(moved) == digest, "the digest of a restored host");
  pair->spare = old;
  pair->hosts[LEFT] = moved;
  return moved;
}
