#include "pair.h"

#include <string.h>

#include "memory.h"

#define BEGINNING UINT64_C(1000000)
#define EXPIRE_BUDGET 64
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_FACTOR UINT64_C(0x100000001b3)

void pair_configure(tcpcore_configuration_t *configuration) {
  tcpcore_configuration_default(configuration, PAIR_LARGE_CONNECTIONS, PAIR_LARGE_RING_BYTES, PAIR_LARGE_RING_BYTES);
  tcpcore_ring_class_t *small = &configuration->ring_classes[PAIR_SMALL_RINGS];
  small->connections = PAIR_SMALL_CONNECTIONS;
  small->send_capacity = PAIR_SMALL_RING_BYTES;
  small->receive_capacity = PAIR_SMALL_RING_BYTES;
  configuration->ring_class_count = 2;
  configuration->half_open = PAIR_HALF_OPEN;
  configuration->time_wait = PAIR_TIME_WAIT;
  configuration->listeners = PAIR_LISTENERS;
  configuration->replies = PAIR_REPLIES;
  configuration->maximum_segment_lifetime = PAIR_SEGMENT_LIFETIME;
  configuration->half_open_lifetime = PAIR_SEGMENT_LIFETIME;
}

tcpcore_address_t pair_address(enum side side) { return tcpcore_ipv4(10, 0, 0, side == LEFT ? 1 : 2); }

static void fill_secret(uint8_t secret[16], uint64_t *seed) {
  for (int index = 0; index < 16; index++) secret[index] = (uint8_t)random_next(seed);
}

int32_t pair_begin(struct pair *pair, uint64_t seed, uint32_t loss) {
  tcpcore_configuration_t configuration;
  memset(pair, 0, sizeof *pair);
  pair->now = BEGINNING;
  pair->hash = HASH_START;
  pair_configure(&configuration);
  for (int side = LEFT; side <= RIGHT; side++) {
    uint8_t secret[16];
    fill_secret(secret, &seed);
    int32_t result = tcpcore_init(memory_take(PAIR_HOST_BYTES), PAIR_HOST_BYTES, &configuration, secret, pair->now,
                                  &pair->hosts[side]);
    if (result == TCPCORE_OK) result = tcpcore_set_interface(pair->hosts[side], 0, LINK_MTU, 0);
    if (result == TCPCORE_OK) {
      result = tcpcore_add_address(pair->hosts[side], 0, pair_address((enum side)side), 24);
    }
    if (result != TCPCORE_OK) return result;
    link_begin(&pair->links[side], random_next(&seed), loss);
  }
  pair->spare = memory_take(PAIR_HOST_BYTES);
  pair->departing = memory_take(LINK_MTU);
  return pair->departing == NULL ? TCPCORE_ERROR_MEMORY_TOO_SMALL : TCPCORE_OK;
}

static void send_owed(struct pair *pair, enum side side) {
  uint32_t interface;
  for (;;) {
    int32_t count = tcpcore_transmit(pair->hosts[side], pair->departing, LINK_MTU, pair->now, &interface);
    if (count <= 0) return;
    link_send(&pair->links[side], pair->departing, (uint32_t)count, pair->now);
  }
}

static void hash_octets(struct pair *pair, const uint8_t *octets, uint32_t count) {
  uint64_t hash = pair->hash;
  for (uint32_t index = 0; index < count; index++) hash = (hash ^ octets[index]) * HASH_FACTOR;
  pair->hash = hash;
}

static void arrive(struct pair *pair, enum side from, const struct link_slot *slot) {
  const uint8_t sender = (uint8_t)from;
  hash_octets(pair, &sender, 1);
  hash_octets(pair, slot->octets, slot->count);
  pair->arrived++;
  tcpcore_arrive(pair->hosts[from == LEFT ? RIGHT : LEFT], 0, slot->octets, slot->count, pair->now);
  link_take(&pair->links[from], slot);
}

bool pair_step(struct pair *pair, tcpcore_time_t limit) {
  const struct link_slot *first[2];
  tcpcore_time_t next = TCPCORE_NEVER;
  for (int side = LEFT; side <= RIGHT; side++) {
    send_owed(pair, (enum side)side);
    tcpcore_time_t deadline = tcpcore_deadline(pair->hosts[side]);
    first[side] = link_first(&pair->links[side]);
    if (deadline < next) next = deadline;
    if (first[side] != NULL && first[side]->arrival < next) next = first[side]->arrival;
  }
  if (next == TCPCORE_NEVER || next > limit) {
    if (limit != TCPCORE_NEVER && limit > pair->now) pair->now = limit;
    return false;
  }
  if (next > pair->now) pair->now = next;
  for (int side = LEFT; side <= RIGHT; side++) {
    if (first[side] != NULL && first[side]->arrival <= pair->now) {
      arrive(pair, (enum side)side, first[side]);
      return true;
    }
  }
  for (int side = LEFT; side <= RIGHT; side++) {
    while (tcpcore_expire(pair->hosts[side], pair->now, EXPIRE_BUDGET) == 1) continue;
  }
  return true;
}

void pair_run(struct pair *pair, uint64_t microseconds) {
  tcpcore_time_t end = pair->now + microseconds;
  while (pair_step(pair, end)) continue;
}
