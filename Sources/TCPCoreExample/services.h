/*
 * Which services there are, and their connections: pages on port 80, echo on port 7. Driven by the host's
 * events; a connection on which nothing happens for five minutes is given up.
 */
#ifndef SERVICES_H
#define SERVICES_H

#include <stdbool.h>

#include <tcpcore.h>

#include "pages.h"

/* As many sessions as the host has connections. */
#define SERVICES_SESSIONS 16
#define SERVICES_LISTENERS 2

enum session_kind {
  SESSION_FREE,
  SESSION_PAGES,
  SESSION_ECHO,
  SESSION_LINGERING, /* closed by us; what still comes is thrown away until the peer has closed too */
};

struct session {
  tcpcore_handle_t connection;
  enum session_kind kind;
  tcpcore_time_t deadline; /* when it is given up if nothing happens */
  struct pages_exchange exchange;
};

struct services {
  tcpcore_host_t *host;
  tcpcore_handle_t listeners[SERVICES_LISTENERS];
  struct session sessions[SERVICES_SESSIONS];
  bool is_stopping;
};

/* Begins to listen. Returns TCPCORE_OK or an error. */
int32_t services_begin(struct services *services, tcpcore_host_t *host);

/* Serves every connection that something has happened to, and gives up those on which nothing has for
   long. */
void services_run(struct services *services, tcpcore_time_t now);

/* When services_run has something to do even if nothing happens. */
tcpcore_time_t services_deadline(const struct services *services);

/* Accepts nothing more, and closes every connection as soon as its response is written. */
void services_stop(struct services *services, tcpcore_time_t now);

/* Resets whatever is still open. */
void services_abandon(struct services *services, tcpcore_time_t now);

/* Whether no connection is left. */
bool services_are_idle(const struct services *services);

#endif
