#include "echo.h"

#include <string.h>

/* Moves a run's beginning; its end stays. */
static void advance(tcpcore_run_t *run, uint32_t count) {
  run->octets += count;
  run->count -= count;
}

/* Copies from one pair of runs to another, as much as there is and as fits. Returns how many octets. */
static uint32_t copy_runs(tcpcore_run_t to[2], tcpcore_run_t from[2]) {
  uint32_t copied = 0;
  int source = 0;
  int target = 0;
  while (source < 2 && target < 2) {
    uint32_t count = from[source].count < to[target].count ? from[source].count : to[target].count;
    if (count > 0) {
      memcpy(to[target].octets, from[source].octets, count);
      advance(&from[source], count);
      advance(&to[target], count);
      copied += count;
    }
    if (from[source].count == 0) {
      source++;
    } else {
      target++;
    }
  }
  return copied;
}

enum verdict echo_serve(tcpcore_host_t *host, tcpcore_handle_t connection, tcpcore_time_t now) {
  for (;;) {
    tcpcore_run_t unread[2];
    tcpcore_run_t room[2];
    int32_t result = tcpcore_peek(host, connection, unread, now);
    if (result == TCPCORE_ERROR_WOULD_BLOCK) return SERVICE_WAITS;
    if (result == TCPCORE_ERROR_END_OF_STREAM) return SERVICE_FINISHED;
    if (result < 0) return SERVICE_FAILED;

    result = tcpcore_reserve(host, connection, room, now);
    /* What cannot be sent yet stays unread, so that the peer's window closes and the peer waits. */
    if (result == TCPCORE_ERROR_WOULD_BLOCK) return SERVICE_WAITS;
    if (result < 0) return SERVICE_FAILED;

    uint32_t count = copy_runs(room, unread);
    if (tcpcore_commit(host, connection, count, now) < 0) return SERVICE_FAILED;
    if (tcpcore_consume(host, connection, count, now) < 0) return SERVICE_FAILED;
  }
}
