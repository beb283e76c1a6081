/* What the bad calls are made with: a host that has a listener and an established connection. */
#ifndef BAD_TRIAL_H
#define BAD_TRIAL_H

#include "check.h"
#include "pair.h"

struct trial {
  struct pair *pair;
  struct checks *checks;
  tcpcore_host_t *host;
  tcpcore_handle_t listener;
  tcpcore_handle_t connection;
  tcpcore_handle_t stale; /* was released */
  tcpcore_time_t now;
};

/* Null, misaligned or empty memory in place of a host, and other pointers that are null or misaligned. */
void check_bad_hosts(struct trial *trial);
void check_bad_pointers(struct trial *trial);

/* Configurations, memory and snapshots that no host can be made from. */
void check_bad_configurations(struct trial *trial);
void check_bad_memory(struct trial *trial);
void check_bad_snapshots(struct trial *trial);

#endif
