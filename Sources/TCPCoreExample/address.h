/* Addresses as people write them: 10.7.0.2 or fd00::2. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

#include <tcpcore.h>

bool address_parse(const char *words, tcpcore_address_t *address);

/* Whether it is an IPv4 address. */
bool address_is_ipv4(const tcpcore_address_t *address);

#endif
