#include "world.h"

#include <string.h>

#include "memory.h"

#define BEGINNING UINT64_C(1000000)
#define EXPIRE_BUDGET 64
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_FACTOR UINT64_C(0x100000001b3)

void world_configure(tcpcore_configuration_t *configuration) {
  tcpcore_configuration_default(configuration, WORLD_LARGE_CONNECTIONS, WORLD_LARGE_RING_BYTES, WORLD_LARGE_RING_BYTES);
  tcpcore_ring_class_t *small = &configuration->ring_classes[WORLD_SMALL_RINGS];
  small->connections = WORLD_SMALL_CONNECTIONS;
  small->send_capacity = WORLD_SMALL_RING_BYTES;
  small->receive_capacity = WORLD_SMALL_RING_BYTES;
  configuration->ring_class_count = 2;
  configuration->half_open = WORLD_HALF_OPEN;
  configuration->time_wait = WORLD_TIME_WAIT;
  configuration->listeners = WORLD_LISTENERS;
  configuration->replies = WORLD_REPLIES;
  configuration->maximum_segment_lifetime = WORLD_SEGMENT_LIFETIME;
  configuration->half_open_lifetime = WORLD_SEGMENT_LIFETIME;
}

tcpcore_address_t world_address(enum side side) { return tcpcore_ipv4(10, 0, 0, side == LEFT ? 1 : 2); }

static void fill_secret(uint8_t secret[16], uint64_t *seed) {
  for (int index = 0; index < 16; index++) secret[index] = (uint8_t)random_next(seed);
}

int32_t world_begin(struct world *world, uint64_t seed, uint32_t loss) {
  tcpcore_configuration_t configuration;
  memset(world, 0, sizeof *world);
  world->now = BEGINNING;
  world->hash = HASH_START;
  world_configure(&configuration);
  for (int side = LEFT; side <= RIGHT; side++) {
    uint8_t secret[16];
    fill_secret(secret, &seed);
    int32_t result = tcpcore_init(memory_take(WORLD_HOST_BYTES), WORLD_HOST_BYTES, &configuration, secret, world->now,
                                  &world->hosts[side]);
    if (result == TCPCORE_OK) result = tcpcore_set_interface(world->hosts[side], 0, LINK_MTU, 0);
    if (result == TCPCORE_OK) {
      result = tcpcore_add_address(world->hosts[side], 0, world_address((enum side)side), 24);
    }
    if (result != TCPCORE_OK) return result;
    link_begin(&world->links[side], random_next(&seed), loss);
  }
  world->spare = memory_take(WORLD_HOST_BYTES);
  world->departing = memory_take(LINK_MTU);
  return world->departing == NULL ? TCPCORE_ERROR_MEMORY_TOO_SMALL : TCPCORE_OK;
}

static void send_owed(struct world *world, enum side side) {
  uint32_t interface;
  for (;;) {
    int32_t count = tcpcore_transmit(world->hosts[side], world->departing, LINK_MTU, world->now, &interface);
    if (count <= 0) return;
    link_send(&world->links[side], world->departing, (uint32_t)count, world->now);
  }
}

static void hash_octets(struct world *world, const uint8_t *octets, uint32_t count) {
  uint64_t hash = world->hash;
  for (uint32_t index = 0; index < count; index++) hash = (hash ^ octets[index]) * HASH_FACTOR;
  world->hash = hash;
}

static void arrive(struct world *world, enum side from, const struct link_slot *slot) {
  const uint8_t sender = (uint8_t)from;
  hash_octets(world, &sender, 1);
  hash_octets(world, slot->octets, slot->count);
  world->arrived++;
  tcpcore_arrive(world->hosts[from == LEFT ? RIGHT : LEFT], 0, slot->octets, slot->count, world->now);
  link_take(&world->links[from], slot);
}

bool world_step(struct world *world, tcpcore_time_t limit) {
  const struct link_slot *first[2];
  tcpcore_time_t next = TCPCORE_NEVER;
  for (int side = LEFT; side <= RIGHT; side++) {
    send_owed(world, (enum side)side);
    tcpcore_time_t deadline = tcpcore_deadline(world->hosts[side]);
    first[side] = link_first(&world->links[side]);
    if (deadline < next) next = deadline;
    if (first[side] != NULL && first[side]->arrival < next) next = first[side]->arrival;
  }
  if (next == TCPCORE_NEVER || next > limit) {
    if (limit != TCPCORE_NEVER && limit > world->now) world->now = limit;
    return false;
  }
  if (next > world->now) world->now = next;
  for (int side = LEFT; side <= RIGHT; side++) {
    if (first[side] != NULL && first[side]->arrival <= world->now) {
      arrive(world, (enum side)side, first[side]);
      return true;
    }
  }
  for (int side = LEFT; side <= RIGHT; side++) {
    while (tcpcore_expire(world->hosts[side], world->now, EXPIRE_BUDGET) == 1) continue;
  }
  return true;
}

void world_run(struct world *world, uint64_t microseconds) {
  tcpcore_time_t end = world->now + microseconds;
  while (world_step(world, end)) continue;
}
