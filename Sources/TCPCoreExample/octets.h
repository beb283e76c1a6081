/* Octets that anybody can compute: octet i of a stream is the highest of (start + i) * 0x9E3779B1 modulo
   2^32. */
#ifndef OCTETS_H
#define OCTETS_H

#include <stdbool.h>
#include <stdint.h>

/* Writes `count` octets of the stream, from number `offset` on. */
void octets_fill(uint32_t start, uint64_t offset, uint8_t *octets, uint32_t count);

/* Whether these are `count` octets of the stream, from number `offset` on. */
bool octets_match(uint32_t start, uint64_t offset, const uint8_t *octets, uint32_t count);

#endif
