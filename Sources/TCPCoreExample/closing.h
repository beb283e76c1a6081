/* How connections begin and end, state by state, over a link that loses nothing. */
#ifndef CLOSING_H
#define CLOSING_H

#include "check.h"
#include "pair.h"

void check_closing(struct pair *pair, struct checks *checks);

/* A connection from left to right, established on both sides. False, and a failed check, if that does not
   work. */
bool connect_sides(struct pair *pair, struct checks *checks, tcpcore_handle_t *listener,
                   tcpcore_handle_t connections[2]);

#endif
