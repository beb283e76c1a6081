#include "bad_trial.h"

#include <string.h>

/* Every function that needs a host, with something that is none. */
static void check_host(struct trial *trial, tcpcore_host_t *host, int32_t wanted, const char *what) {
  uint8_t buffer[LINK_MTU];
  tcpcore_endpoint_t endpoint = {tcpcore_ipv4(10, 0, 0, 9), 9};
  tcpcore_handle_t handle = trial->connection;
  tcpcore_handle_t other;
  tcpcore_run_t runs[2];
  tcpcore_event_t event;
  tcpcore_request_t request;
  tcpcore_status_t status;
  tcpcore_counters_t counters;
  tcpcore_options_t options;
  uint32_t number = 0;
  tcpcore_options_default(&options);
  const int64_t results[] = {
      tcpcore_snapshot(host, trial->pair->spare, PAIR_HOST_BYTES),
      tcpcore_set_interface(host, 0, LINK_MTU, 0),
      tcpcore_add_address(host, 0, endpoint.address, 24),
      tcpcore_remove_address(host, 0, endpoint.address, trial->now),
      tcpcore_note_link_up(host, 0, trial->now),
      tcpcore_options(host, handle, &options),
      tcpcore_set_options(host, handle, &options, trial->now),
      tcpcore_listen(host, &endpoint, TCPCORE_FAMILY_BOTH, 1, 0, 0, NULL, &other),
      tcpcore_connect(host, &endpoint, NULL, 0, 0, NULL, trial->now, &other),
      tcpcore_accept(host, trial->listener, &other),
      tcpcore_request(host, handle, &request),
      tcpcore_answer(host, handle, trial->now),
      tcpcore_refuse(host, handle, 0, trial->now),
      tcpcore_write(host, handle, buffer, 1, trial->now),
      tcpcore_write_more(host, handle, buffer, 1, trial->now),
      tcpcore_write_urgent(host, handle, buffer, 1, trial->now),
      tcpcore_read(host, handle, buffer, 1, trial->now),
      tcpcore_reserve(host, handle, runs, trial->now),
      tcpcore_commit(host, handle, 1, trial->now),
      tcpcore_commit_more(host, handle, 1, trial->now),
      tcpcore_peek(host, handle, runs, trial->now),
      tcpcore_consume(host, handle, 1, trial->now),
      tcpcore_close(host, handle, trial->now),
      tcpcore_abort(host, handle, trial->now),
      tcpcore_release(host, handle, trial->now),
      tcpcore_next_event(host, &event),
      tcpcore_poll(host, handle, TCPCORE_READABLE),
      tcpcore_status(host, handle, &status),
      tcpcore_next_handle(host, &number, &other),
      tcpcore_counters(host, &counters),
      tcpcore_arrive(host, 0, buffer, 40, trial->now),
      tcpcore_transmit(host, buffer, LINK_MTU, trial->now, &number),
      tcpcore_expire(host, trial->now, 1),
  };
  for (unsigned call = 0; call < sizeof results / sizeof results[0]; call++) {
    check_equal(trial->checks, results[call], wanted, what);
  }
  check(trial->checks, tcpcore_digest(host) == 0 && tcpcore_deadline(host) == 0, what);
  check(trial->checks, tcpcore_timer_deadline(host) == 0, what);
}

/* A place in memory that a host's alignment does not allow. */
static tcpcore_host_t *host_at(uint8_t *place) { return (tcpcore_host_t *)(void *)place; }

void check_bad_hosts(struct trial *trial) {
  check_host(trial, NULL, TCPCORE_ERROR_NULL, "no host");
  memset(trial->pair->spare, 0xA5, PAIR_HOST_BYTES);
  check_host(trial, host_at(trial->pair->spare), TCPCORE_ERROR_NO_HOST, "memory without a host");
  memset(trial->pair->spare, 0, PAIR_HOST_BYTES);
  check_host(trial, host_at(trial->pair->spare), TCPCORE_ERROR_NO_HOST, "zeroed memory");
  check_host(trial, host_at((uint8_t *)(void *)trial->host + 8), TCPCORE_ERROR_NO_HOST, "a misaligned host");
}

/* Null where something is needed. */
static void check_nulls(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  tcpcore_handle_t handle = trial->connection;
  tcpcore_endpoint_t endpoint = {tcpcore_ipv4(10, 0, 0, 9), 9};
  tcpcore_handle_t other;
  uint32_t cursor = 0;
  const int64_t results[] = {
      tcpcore_snapshot(host, NULL, PAIR_HOST_BYTES),
      tcpcore_options(host, handle, NULL),
      tcpcore_set_options(host, handle, NULL, trial->now),
      tcpcore_listen(host, NULL, TCPCORE_FAMILY_BOTH, 1, 0, 0, NULL, &other),
      tcpcore_listen(host, &endpoint, TCPCORE_FAMILY_BOTH, 1, 0, 0, NULL, NULL),
      tcpcore_connect(host, NULL, NULL, 0, 0, NULL, trial->now, &other),
      tcpcore_connect(host, &endpoint, NULL, 0, 0, NULL, trial->now, NULL),
      tcpcore_accept(host, trial->listener, NULL),
      tcpcore_request(host, handle, NULL),
      tcpcore_write(host, handle, NULL, 1, trial->now),
      tcpcore_write_more(host, handle, NULL, 1, trial->now),
      tcpcore_read(host, handle, NULL, 1, trial->now),
      tcpcore_reserve(host, handle, NULL, trial->now),
      tcpcore_peek(host, handle, NULL, trial->now),
      tcpcore_next_event(host, NULL),
      tcpcore_status(host, handle, NULL),
      tcpcore_next_handle(host, NULL, &other),
      tcpcore_next_handle(host, &cursor, NULL),
      tcpcore_counters(host, NULL),
      tcpcore_arrive(host, 0, NULL, 40, trial->now),
      tcpcore_transmit(host, NULL, LINK_MTU, trial->now, NULL),
  };
  for (unsigned call = 0; call < sizeof results / sizeof results[0]; call++) {
    check_equal(trial->checks, results[call], TCPCORE_ERROR_NULL, "a null pointer");
  }
  tcpcore_options_default(NULL);
  tcpcore_configuration_default(NULL, 1, 1, 1);
}

/* Pointers to numbers at odd addresses. */
static void check_misaligned(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  tcpcore_handle_t handle = trial->connection;
  void *odd = trial->pair->spare + 1;
  uint32_t cursor = 0;
  const int64_t results[] = {
      tcpcore_bytes(odd),
      tcpcore_options(host, handle, odd),
      tcpcore_set_options(host, handle, odd, trial->now),
      tcpcore_listen(host, odd, TCPCORE_FAMILY_BOTH, 1, 0, 0, NULL, &handle),
      tcpcore_connect(host, odd, NULL, 0, 0, NULL, trial->now, &handle),
      tcpcore_accept(host, trial->listener, odd),
      tcpcore_request(host, handle, odd),
      tcpcore_reserve(host, handle, odd, trial->now),
      tcpcore_peek(host, handle, odd, trial->now),
      tcpcore_next_event(host, odd),
      tcpcore_status(host, handle, odd),
      tcpcore_next_handle(host, odd, &handle),
      tcpcore_next_handle(host, &cursor, odd),
      tcpcore_counters(host, odd),
  };
  for (unsigned call = 0; call < sizeof results / sizeof results[0]; call++) {
    check_equal(trial->checks, results[call], TCPCORE_ERROR_MEMORY_MISALIGNED, "a misaligned pointer");
  }
}

void check_bad_pointers(struct trial *trial) {
  check_nulls(trial);
  check_misaligned(trial);
}
