/*
 * One direction of a bad network: it delays datagrams, and loses, doubles and overtakes some. What it does
 * follows from its seed alone, so that every processor sees the same.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>

#include <tcpcore.h>

#define LINK_MTU 1500
#define LINK_SLOTS 64

/* A datagram on its way. */
struct link_slot {
  tcpcore_time_t arrival; /* 0: the slot is free */
  uint64_t order;         /* of two that arrive at one moment, the earlier one is first */
  uint32_t count;
  uint8_t octets[LINK_MTU];
};

#define LINK_BYTES TCPCORE_ROUNDED(LINK_SLOTS * sizeof(struct link_slot))

struct link {
  struct link_slot *slots;
  uint64_t random;
  uint64_t order;
  uint32_t loss;   /* how many of a thousand are lost */
  bool is_smooth;  /* nothing is lost, doubled or overtaken, and every datagram takes equally long */
  uint64_t offered;
  uint64_t lost;
  uint64_t doubled;
  uint64_t overtaken;
  uint64_t overflowed;
};

/* The next of a series of numbers that follows from where it begins (SplitMix64). */
uint64_t random_next(uint64_t *state);

void link_begin(struct link *link, uint64_t seed, uint32_t loss);

/* Puts a datagram on its way, or loses it. */
void link_send(struct link *link, const uint8_t *datagram, uint32_t count, tcpcore_time_t now);

/* The datagram that arrives first, or null. It stays until link_take. */
const struct link_slot *link_first(const struct link *link);
void link_take(struct link *link, const struct link_slot *first);

#endif
