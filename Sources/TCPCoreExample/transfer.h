/* Octets both ways at once over the bad link, every one compared; in the middle a host moves to other
   memory. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "check.h"
#include "loopback.h"

void transfer(struct pair *pair, struct checks *checks, const struct loopback_settings *settings);

#endif
