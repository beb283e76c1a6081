/*
 * A page server: HTTP/1.1 as far as GET needs it.
 *
 *   GET /          a small page
 *   GET /octets/N  N octets that the client can compute (octets.h, start 0)
 *
 * Anything else is 404. Connections are kept for further requests unless the client wants otherwise.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>

#include <tcpcore.h>

#include "service.h"

#define PAGES_REQUEST_BYTES 1024
#define PAGES_HEAD_BYTES 192

/* One client's request and how much of the response is written. All zero to begin with. */
struct pages_exchange {
  uint32_t request_count;
  uint32_t head_count;
  uint32_t head_written;
  bool is_responding;
  bool is_page;      /* the body is the page, otherwise octets */
  bool is_last;      /* no further request on this connection */
  uint64_t body_count;
  uint64_t body_written;
  char request[PAGES_REQUEST_BYTES];
  char head[PAGES_HEAD_BYTES];
};

enum verdict pages_serve(tcpcore_host_t *host, tcpcore_handle_t connection, struct pages_exchange *exchange,
                         tcpcore_time_t now);

#endif
