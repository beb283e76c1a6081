#include "bad_trial.h"

#include <string.h>

static const uint8_t secret[16] = {1};

static void check_configuration(struct trial *trial, const tcpcore_configuration_t *configuration, int32_t wanted) {
  tcpcore_host_t *host = trial->host;
  check_equal(trial->checks, tcpcore_bytes(configuration), wanted, "tcpcore_bytes of a bad configuration");
  int32_t result =
      tcpcore_init(trial->pair->spare, PAIR_HOST_BYTES, configuration, secret, trial->now, &host);
  check_equal(trial->checks, result, wanted, "tcpcore_init of a bad configuration");
  check(trial->checks, host == NULL, "a bad configuration has made a host");
}

void check_bad_configurations(struct trial *trial) {
  tcpcore_configuration_t good;
  tcpcore_configuration_t bad;
  pair_configure(&good);
  bad = good, bad.ring_class_count = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_RING_CLASSES);
  bad = good, bad.ring_class_count = UINT32_MAX;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_RING_CLASSES);
  bad = good, bad.ring_classes[0].connections = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_RING_CLASSES);
  bad = good, bad.ring_classes[1].send_capacity = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_RING_CAPACITY);
  bad = good, bad.ring_classes[1].receive_capacity = UINT32_MAX;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_RING_CAPACITY);
  bad = good, bad.ring_classes[0].transmissions = 1;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.ring_classes[0].ranges = 256;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.half_open = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.time_wait = UINT32_MAX;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.listeners = 65536;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.interfaces = 9;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_TABLE_SIZE);
  bad = good, bad.maximum_segment_lifetime = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_LIFETIME);
  bad = good, bad.maximum_segment_lifetime = UINT64_MAX;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_LIFETIME);
  bad = good, bad.first_ephemeral_port = 0;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_PORT_RANGE);
  bad = good, bad.first_ephemeral_port = 2, bad.last_ephemeral_port = 1;
  check_configuration(trial, &bad, TCPCORE_ERROR_BAD_PORT_RANGE);
  bad = good, bad.ring_classes[0].connections = 1 << 23, bad.ring_classes[0].send_capacity = 1 << 30;
  check_configuration(trial, &bad, TCPCORE_ERROR_TOO_LARGE);
}

void check_bad_memory(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  uint8_t *memory = trial->pair->spare;
  tcpcore_configuration_t configuration;
  pair_configure(&configuration);
  uint64_t bytes = (uint64_t)tcpcore_bytes(&configuration);
  memset(memory, 0x5A, PAIR_HOST_BYTES);
  const struct {
    int32_t got;
    int32_t wanted;
  } calls[] = {
      {tcpcore_init(NULL, bytes, &configuration, secret, trial->now, &host), TCPCORE_ERROR_NULL},
      {tcpcore_init(memory, bytes, NULL, secret, trial->now, &host), TCPCORE_ERROR_NULL},
      {tcpcore_init(memory, bytes, &configuration, NULL, trial->now, &host), TCPCORE_ERROR_NULL},
      {tcpcore_init(memory, bytes, &configuration, secret, trial->now, NULL), TCPCORE_ERROR_NULL},
      {tcpcore_init(memory, 0, &configuration, secret, trial->now, &host), TCPCORE_ERROR_MEMORY_TOO_SMALL},
      {tcpcore_init(memory, bytes - 1, &configuration, secret, trial->now, &host), TCPCORE_ERROR_MEMORY_TOO_SMALL},
      {tcpcore_init(memory + 8, bytes, &configuration, secret, trial->now, &host), TCPCORE_ERROR_MEMORY_MISALIGNED},
      {tcpcore_init(memory, bytes, &configuration, memory + 64, trial->now, &host), TCPCORE_ERROR_OVERLAP},
      {tcpcore_init(memory, bytes, (const void *)(memory + 64), secret, trial->now, &host), TCPCORE_ERROR_OVERLAP},
      {tcpcore_init(memory, bytes, &configuration, secret, trial->now, (void *)(memory + 64)), TCPCORE_ERROR_OVERLAP},
  };
  for (unsigned call = 0; call < sizeof calls / sizeof calls[0]; call++) {
    check_equal(trial->checks, calls[call].got, calls[call].wanted, "tcpcore_init with bad memory");
  }
  check(trial->checks, host == NULL, "bad memory has become a host");
  bool is_untouched = true;
  for (uint32_t index = 0; index < PAIR_HOST_BYTES; index++) is_untouched = is_untouched && memory[index] == 0x5A;
  check(trial->checks, is_untouched, "bad calls have touched the memory");
  check_equal(trial->checks, tcpcore_bytes(NULL), TCPCORE_ERROR_NULL, "tcpcore_bytes of nothing");
}

/* Restores from the spare memory, which must fail and leave it as it is. */
static void check_restore(struct trial *trial, uint32_t shift, uint64_t bytes, int32_t wanted) {
  tcpcore_host_t *host = trial->host;
  check_equal(trial->checks, tcpcore_restore(trial->pair->spare + shift, bytes, &host), wanted,
              "tcpcore_restore of a bad snapshot");
  check(trial->checks, host == NULL, "a bad snapshot has made a host");
}

void check_bad_snapshots(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  uint8_t *spare = trial->pair->spare;
  tcpcore_configuration_t configuration;
  pair_configure(&configuration);
  int64_t bytes = tcpcore_bytes(&configuration);
  check_equal(trial->checks, tcpcore_snapshot(trial->host, spare, (uint64_t)bytes - 1), TCPCORE_ERROR_BUFFER_TOO_SMALL,
              "tcpcore_snapshot into a small buffer");
  if (!check_equal(trial->checks, tcpcore_snapshot(trial->host, spare, PAIR_HOST_BYTES), bytes, "tcpcore_snapshot")) {
    return;
  }
  check_equal(trial->checks, tcpcore_restore(NULL, (uint64_t)bytes, &host), TCPCORE_ERROR_NULL, "restoring nothing");
  check_equal(trial->checks, tcpcore_restore(spare, (uint64_t)bytes, NULL), TCPCORE_ERROR_NULL, "restoring to nowhere");
  check_restore(trial, 0, 16, TCPCORE_ERROR_MEMORY_TOO_SMALL);
  check_restore(trial, 0, (uint64_t)bytes - 1, TCPCORE_ERROR_BAD_SNAPSHOT);
  check_restore(trial, 8, (uint64_t)bytes - 8, TCPCORE_ERROR_MEMORY_MISALIGNED);
  spare[0] ^= 1;
  check_restore(trial, 0, (uint64_t)bytes, TCPCORE_ERROR_BAD_SNAPSHOT);
  spare[0] ^= 1;
  spare[8] ^= 1;
  check_restore(trial, 0, (uint64_t)bytes, TCPCORE_ERROR_BAD_SNAPSHOT);
  spare[8] ^= 1;
  check_equal(trial->checks, tcpcore_restore(spare, (uint64_t)bytes, &host), TCPCORE_OK, "tcpcore_restore");
  check(trial->checks, tcpcore_digest(host) == tcpcore_digest(trial->host), "the digest of a restored host");
}
