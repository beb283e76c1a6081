#include "link.h"

#include <string.h>

#include "memory.h"

#define DELAY UINT64_C(5000)
#define JITTER 1000
#define OVERTAKEN_DELAY 12000
#define DOUBLED_PERMILLE 10
#define OVERTAKEN_PERMILLE 10

uint64_t random_next(uint64_t *state) {
  *state += UINT64_C(0x9E3779B97F4A7C15);
  uint64_t value = *state;
  value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
  return value ^ (value >> 31);
}

static uint32_t below(struct link *link, uint32_t bound) {
  return (uint32_t)(((random_next(&link->random) >> 32) * bound) >> 32);
}

static bool happens(struct link *link, uint32_t permille) { return below(link, 1000) < permille; }

void link_begin(struct link *link, uint64_t seed, uint32_t loss) {
  memset(link, 0, sizeof *link);
  link->slots = memory_take(LINK_BYTES);
  link->random = seed;
  link->loss = loss;
}

static void enqueue(struct link *link, const uint8_t *datagram, uint32_t count, tcpcore_time_t arrival) {
  for (int index = 0; index < LINK_SLOTS; index++) {
    struct link_slot *slot = &link->slots[index];
    if (slot->arrival != 0) continue;
    slot->arrival = arrival;
    slot->order = link->order++;
    slot->count = count;
    memcpy(slot->octets, datagram, count);
    return;
  }
  link->overflowed++;
}

void link_send(struct link *link, const uint8_t *datagram, uint32_t count, tcpcore_time_t now) {
  link->offered++;
  if (link->is_smooth) {
    enqueue(link, datagram, count, now + DELAY);
    return;
  }
  if (happens(link, link->loss)) {
    link->lost++;
    return;
  }
  int copies = 1;
  if (happens(link, DOUBLED_PERMILLE)) {
    copies = 2;
    link->doubled++;
  }
  for (; copies > 0; copies--) {
    tcpcore_time_t arrival = now + DELAY + below(link, JITTER);
    if (happens(link, OVERTAKEN_PERMILLE)) {
      arrival += OVERTAKEN_DELAY;
      link->overtaken++;
    }
    enqueue(link, datagram, count, arrival);
  }
}

const struct link_slot *link_first(const struct link *link) {
  const struct link_slot *first = NULL;
  for (int index = 0; index < LINK_SLOTS; index++) {
    const struct link_slot *slot = &link->slots[index];
    if (slot->arrival == 0) continue;
    if (first == NULL || slot->arrival < first->arrival ||
        (slot->arrival == first->arrival && slot->order < first->order)) {
      first = slot;
    }
  }
  return first;
}

void link_take(struct link *link, const struct link_slot *first) { link->slots[first - link->slots].arrival = 0; }
