#include "thorough.h"

#include <tcpcore.h>

#include "link.h"
#include "pair.h"

#define RANDOM_CONFIGURATIONS 200

static int64_t macro_bytes(const tcpcore_configuration_t *configuration) {
  const tcpcore_ring_class_t *rings = configuration->ring_classes;
  int64_t connections = 0;
  int64_t bytes = 0;
  for (uint32_t index = 0; index < configuration->ring_class_count; index++) {
    int64_t send = rings[index].send_capacity;
    int64_t receive = rings[index].receive_capacity;
    connections += rings[index].connections;
    bytes += (int64_t)rings[index].connections * TCPCORE_RING_BYTES(send, receive);
    if (rings[index].samples_delivery_rate) bytes += (int64_t)rings[index].connections * TCPCORE_RATE_BYTES(send);
  }
  int64_t half_open = configuration->half_open;
  int64_t time_wait = configuration->time_wait;
  int64_t listeners = configuration->listeners;
  int64_t replies = configuration->replies;
  int64_t interfaces = configuration->interfaces;
  return bytes + TCPCORE_HOST_BYTES(connections, half_open, time_wait, listeners, replies, interfaces);
}

static void check_macros(struct checks *checks, const tcpcore_configuration_t *configuration, const char *what) {
  int64_t bytes = tcpcore_bytes(configuration);
  check(checks, bytes > 0 && bytes <= macro_bytes(configuration), what);
}

/* The smallest of everything, and its neighbours in each direction. */
static void check_smallest(struct checks *checks) {
  for (uint32_t step = 0; step < 64; step++) {
    tcpcore_configuration_t configuration;
    tcpcore_configuration_default(&configuration, 1 + (step & 1), 1 + (step >> 1 & 1) * 15, 1 + (step >> 1 & 1) * 16);
    configuration.half_open = 1 + (step >> 2 & 1);
    configuration.time_wait = 1 + (step >> 3 & 1);
    configuration.listeners = 1 + (step >> 4 & 1);
    configuration.replies = 1 + (step >> 5 & 1);
    check_macros(checks, &configuration, "TCPCORE_HOST_BYTES of a small host");
  }
}

static void check_random(struct checks *checks) {
  uint64_t random = 1;
  for (int round = 0; round < RANDOM_CONFIGURATIONS; round++) {
    tcpcore_configuration_t configuration;
    tcpcore_configuration_default(&configuration, 1, 1, 1);
    configuration.ring_class_count = 1 + (uint32_t)(random_next(&random) % TCPCORE_RING_CLASSES);
    for (uint32_t index = 0; index < configuration.ring_class_count; index++) {
      tcpcore_ring_class_t *rings = &configuration.ring_classes[index];
      rings->connections = 1 + (uint32_t)(random_next(&random) % 40);
      rings->send_capacity = 1 + (uint32_t)(random_next(&random) % 100000);
      rings->receive_capacity = 1 + (uint32_t)(random_next(&random) % 100000);
      rings->transmissions = 0;
      rings->ranges = 0;
      rings->samples_delivery_rate = (uint32_t)(random_next(&random) % 2);
    }
    configuration.half_open = 1 + (uint32_t)(random_next(&random) % 300);
    configuration.time_wait = 1 + (uint32_t)(random_next(&random) % 300);
    configuration.listeners = 1 + (uint32_t)(random_next(&random) % 20);
    configuration.replies = 1 + (uint32_t)(random_next(&random) % 20);
    configuration.interfaces = 1 + (uint32_t)(random_next(&random) % 8);
    if (tcpcore_bytes(&configuration) < 0) { /* an archive without BBR */
      for (uint32_t index = 0; index < TCPCORE_RING_CLASSES; index++) {
        configuration.ring_classes[index].samples_delivery_rate = 0;
      }
    }
    check_macros(checks, &configuration, "TCPCORE_HOST_BYTES of some host");
  }
}

void thorough_sizes(struct checks *checks) {
  tcpcore_configuration_t configuration;
  check_smallest(checks);
  check_random(checks);
  pair_configure(&configuration);
  check_macros(checks, &configuration, "TCPCORE_HOST_BYTES of this program's hosts");
  check(checks, macro_bytes(&configuration) == PAIR_HOST_BYTES, "TCPCORE_HOST_BYTES as a constant");
  tcpcore_configuration_default(&configuration, 2, 1 << 23, 1 << 20);
  check_macros(checks, &configuration, "TCPCORE_RING_BYTES of large rings");
}
