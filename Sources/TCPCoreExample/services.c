#include "services.h"

#include <string.h>

#include "echo.h"

#define PAGES_PORT 80
#define ECHO_PORT 7
#define BACKLOG 8
#define QUIET_LIMIT UINT64_C(300000000)
#define LINGER_LIMIT UINT64_C(5000000)

static const uint16_t ports[SERVICES_LISTENERS] = {PAGES_PORT, ECHO_PORT};

int32_t services_begin(struct services *services, tcpcore_host_t *host) {
  memset(services, 0, sizeof *services);
  services->host = host;
  for (int index = 0; index < SERVICES_LISTENERS; index++) {
    tcpcore_endpoint_t local = {{{0}}, ports[index]};
    int32_t result = tcpcore_listen(host, &local, TCPCORE_FAMILY_BOTH, BACKLOG, 0, 0, NULL, &services->listeners[index]);
    if (result < 0) return result;
  }
  return TCPCORE_OK;
}

static void forget(struct services *services, struct session *session, tcpcore_time_t now) {
  tcpcore_release(services->host, session->connection, now);
  memset(session, 0, sizeof *session);
}

/* Throws away what still comes. A handle that is released too early would answer it with a reset, and the
   peer might lose the end of our response. */
static void linger(struct services *services, struct session *session, tcpcore_time_t now) {
  uint8_t discarded[64];
  tcpcore_status_t status;
  int32_t result;
  do {
    result = tcpcore_read(services->host, session->connection, discarded, sizeof discarded, now);
  } while (result > 0);
  if (result == TCPCORE_ERROR_WOULD_BLOCK) return;
  if (result == TCPCORE_ERROR_END_OF_STREAM &&
      tcpcore_status(services->host, session->connection, &status) == TCPCORE_OK &&
      (status.state == TCPCORE_LAST_ACK || status.state == TCPCORE_CLOSING)) {
    return; /* our last octets are under way */
  }
  forget(services, session, now);
}

static void serve(struct services *services, struct session *session, tcpcore_time_t now) {
  enum verdict verdict = SERVICE_WAITS;
  if (session->kind == SESSION_PAGES) {
    verdict = pages_serve(services->host, session->connection, &session->exchange, now);
  } else if (session->kind == SESSION_ECHO) {
    verdict = services->is_stopping ? SERVICE_FINISHED : echo_serve(services->host, session->connection, now);
  }
  /* A peer cannot prolong lingering by sending. */
  if (session->kind != SESSION_LINGERING) session->deadline = now + QUIET_LIMIT;
  if (verdict == SERVICE_FINISHED) {
    tcpcore_close(services->host, session->connection, now);
    session->kind = SESSION_LINGERING;
    session->deadline = now + LINGER_LIMIT;
  }
  if (verdict == SERVICE_FAILED) {
    forget(services, session, now);
  } else if (session->kind == SESSION_LINGERING) {
    linger(services, session, now);
  }
}

static struct session *find(struct services *services, tcpcore_handle_t connection) {
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    struct session *session = &services->sessions[index];
    if (session->kind != SESSION_FREE && session->connection == connection) return session;
  }
  return NULL;
}

/* A session for a connection that a listener has made; null if all are taken. */
static struct session *begin(struct services *services, tcpcore_handle_t connection) {
  tcpcore_status_t status;
  if (tcpcore_status(services->host, connection, &status) < 0) return NULL;
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    struct session *session = &services->sessions[index];
    if (session->kind != SESSION_FREE) continue;
    session->connection = connection;
    session->kind = status.local.port == ECHO_PORT ? SESSION_ECHO : SESSION_PAGES;
    session->exchange.is_last = services->is_stopping;
    return session;
  }
  return NULL;
}

void services_run(struct services *services, tcpcore_time_t now) {
  tcpcore_event_t event;
  while (tcpcore_next_event(services->host, &event) > 0) {
    struct session *session = (event.events & TCPCORE_ACCEPTED) != 0 ? begin(services, event.handle)
                                                                     : find(services, event.handle);
    if (session != NULL) {
      serve(services, session, now);
    } else {
      tcpcore_release(services->host, event.handle, now);
    }
  }
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    struct session *session = &services->sessions[index];
    if (session->kind == SESSION_FREE || session->deadline > now) continue;
    /* Lingering ones have said all they had to say, and the host sees to its delivery. */
    if (session->kind != SESSION_LINGERING) tcpcore_abort(services->host, session->connection, now);
    forget(services, session, now);
  }
}

tcpcore_time_t services_deadline(const struct services *services) {
  tcpcore_time_t deadline = TCPCORE_NEVER;
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    const struct session *session = &services->sessions[index];
    if (session->kind != SESSION_FREE && session->deadline < deadline) deadline = session->deadline;
  }
  return deadline;
}

void services_stop(struct services *services, tcpcore_time_t now) {
  services->is_stopping = true;
  for (int index = 0; index < SERVICES_LISTENERS; index++) {
    tcpcore_close(services->host, services->listeners[index], now);
  }
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    struct session *session = &services->sessions[index];
    if (session->kind == SESSION_FREE) continue;
    session->exchange.is_last = true;
    serve(services, session, now);
  }
}

void services_abandon(struct services *services, tcpcore_time_t now) {
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    struct session *session = &services->sessions[index];
    if (session->kind == SESSION_FREE) continue;
    tcpcore_abort(services->host, session->connection, now);
    forget(services, session, now);
  }
}

bool services_are_idle(const struct services *services) {
  for (int index = 0; index < SERVICES_SESSIONS; index++) {
    if (services->sessions[index].kind != SESSION_FREE) return false;
  }
  return true;
}
