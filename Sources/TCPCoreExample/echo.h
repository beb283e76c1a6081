/* The echo service (RFC 862): what comes in goes out, from ring to ring, without a buffer in between. */
#ifndef ECHO_H
#define ECHO_H

#include <tcpcore.h>

#include "service.h"

enum verdict echo_serve(tcpcore_host_t *host, tcpcore_handle_t connection, tcpcore_time_t now);

#endif
