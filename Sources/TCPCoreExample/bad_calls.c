#include "thorough.h"

#include "bad_trial.h"
#include "closing.h"

static void check_bad_handles(struct trial *trial) {
  static const char unknown[] = "an unknown handle";
  tcpcore_host_t *host = trial->host;
  const tcpcore_handle_t handles[] = {0, 1, UINT64_MAX, UINT64_C(1) << 32, trial->stale, trial->connection ^ 1,
                                      trial->connection + (UINT64_C(1) << 32)};
  for (unsigned index = 0; index < sizeof handles / sizeof handles[0]; index++) {
    tcpcore_handle_t bad = handles[index];
    tcpcore_handle_t other;
    tcpcore_status_t status;
    tcpcore_options_t options;
    tcpcore_run_t runs[2];
    uint8_t octets[4] = {0};
    const int32_t results[] = {
        tcpcore_write(host, bad, octets, 4, trial->now),
        tcpcore_write_more(host, bad, octets, 4, trial->now),
        tcpcore_write_urgent(host, bad, octets, 4, trial->now),
        tcpcore_read(host, bad, octets, 4, trial->now),
        tcpcore_reserve(host, bad, runs, trial->now),
        tcpcore_commit(host, bad, 1, trial->now),
        tcpcore_commit_more(host, bad, 1, trial->now),
        tcpcore_peek(host, bad, runs, trial->now),
        tcpcore_consume(host, bad, 1, trial->now),
        tcpcore_close(host, bad, trial->now),
        tcpcore_abort(host, bad, trial->now),
        tcpcore_release(host, bad, trial->now),
        tcpcore_status(host, bad, &status),
        tcpcore_poll(host, bad, TCPCORE_READABLE),
        tcpcore_options(host, bad, &options),
        tcpcore_accept(host, bad, &other),
    };
    for (unsigned call = 0; call < sizeof results / sizeof results[0]; call++) {
      check_equal(trial->checks, results[call], TCPCORE_ERROR_STALE_HANDLE, unknown);
    }
  }
}

/* A listener where a connection is wanted, and the other way round. */
static void check_wrong_handles(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  tcpcore_handle_t other;
  tcpcore_run_t runs[2];
  uint8_t octets[4] = {0};
  check_equal(trial->checks, tcpcore_write(host, trial->listener, octets, 4, trial->now),
              TCPCORE_ERROR_REMOTE_UNSPECIFIED, "tcpcore_write to a listener");
  check_equal(trial->checks, tcpcore_read(host, trial->listener, octets, 4, trial->now), TCPCORE_ERROR_WOULD_BLOCK,
              "tcpcore_read from a listener");
  check_equal(trial->checks, tcpcore_reserve(host, trial->listener, runs, trial->now), TCPCORE_ERROR_NOT_SUPPORTED,
              "tcpcore_reserve of a listener");
  check_equal(trial->checks, tcpcore_peek(host, trial->listener, runs, trial->now), TCPCORE_ERROR_NOT_SUPPORTED,
              "tcpcore_peek at a listener");
  check_equal(trial->checks, tcpcore_accept(host, trial->connection, &other), TCPCORE_ERROR_NOT_SUPPORTED,
              "tcpcore_accept of a connection");
}

/* More than there is: the runs' lengths are the caller's to know, and are checked all the same. */
static void check_counts(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  tcpcore_run_t runs[2];
  int32_t room = tcpcore_reserve(host, trial->connection, runs, trial->now);
  check_equal(trial->checks, room, PAIR_SMALL_RING_BYTES, "tcpcore_reserve");
  check_equal(trial->checks, tcpcore_commit(host, trial->connection, (uint32_t)room + 1, trial->now),
              TCPCORE_ERROR_INVALID_ARGUMENT, "tcpcore_commit of more than the room");
  check_equal(trial->checks, tcpcore_commit(host, trial->connection, UINT32_MAX, trial->now),
              TCPCORE_ERROR_INVALID_ARGUMENT, "tcpcore_commit of far more than the room");
  check_equal(trial->checks, tcpcore_peek(host, trial->connection, runs, trial->now), TCPCORE_ERROR_WOULD_BLOCK,
              "tcpcore_peek where nothing has come");
  check(trial->checks, tcpcore_consume(host, trial->connection, 1, trial->now) < 0,
        "tcpcore_consume of more than there is");
}

/* Buffers inside the host's memory: a call would read or overwrite the host itself. */
static void check_overlaps(struct trial *trial) {
  static const char overlap[] = "a buffer inside the host's memory";
  tcpcore_host_t *host = trial->host;
  uint8_t *inside = (uint8_t *)(void *)host;
  void *places[] = {inside, inside + 16, inside + 4096, inside + PAIR_HOST_BYTES / 32 * 16};
  for (unsigned index = 0; index < sizeof places / sizeof places[0]; index++) {
    void *place = places[index];
    const int64_t results[] = {
        tcpcore_write(host, trial->connection, place, 16, trial->now),
        tcpcore_read(host, trial->connection, place, 16, trial->now),
        tcpcore_arrive(host, 0, place, 40, trial->now),
        tcpcore_transmit(host, place, LINK_MTU, trial->now, NULL),
        tcpcore_status(host, trial->connection, place),
        tcpcore_next_event(host, place),
        tcpcore_counters(host, place),
        tcpcore_reserve(host, trial->connection, place, trial->now),
        tcpcore_peek(host, trial->connection, place, trial->now),
        tcpcore_snapshot(host, place, PAIR_HOST_BYTES),
    };
    for (unsigned call = 0; call < sizeof results / sizeof results[0]; call++) {
      check_equal(trial->checks, results[call], TCPCORE_ERROR_OVERLAP, overlap);
    }
  }
}

static void check_clock(struct trial *trial) {
  uint8_t buffer[LINK_MTU];
  uint32_t interface;
  tcpcore_host_t *host = trial->host;
  check_equal(trial->checks, tcpcore_expire(host, trial->now - 1, 64), TCPCORE_ERROR_CLOCK_WENT_BACK,
              "tcpcore_expire with an earlier reading");
  check_equal(trial->checks, tcpcore_expire(host, 0, 64), TCPCORE_ERROR_CLOCK_WENT_BACK, "tcpcore_expire at 0");
  check_equal(trial->checks, tcpcore_transmit(host, buffer, LINK_MTU, 0, &interface), 0, "tcpcore_transmit at 0");
  check_equal(trial->checks, tcpcore_transmit(host, buffer, LINK_MTU - 1, trial->now, &interface),
              TCPCORE_ERROR_BUFFER_TOO_SMALL, "tcpcore_transmit into a small buffer");
  check_equal(trial->checks, tcpcore_transmit(host, buffer, 0, trial->now, &interface), TCPCORE_ERROR_BUFFER_TOO_SMALL,
              "tcpcore_transmit into no buffer");
  /* A deadline that has passed is no error: it is now. */
  check_equal(trial->checks, tcpcore_expire(host, trial->now, 0), TCPCORE_ERROR_INVALID_ARGUMENT,
              "tcpcore_expire without a budget");
}

static void check_interfaces(struct trial *trial) {
  tcpcore_host_t *host = trial->host;
  tcpcore_address_t address = tcpcore_ipv4(10, 0, 0, 9);
  const struct {
    int32_t got;
    int32_t wanted;
  } calls[] = {
      {tcpcore_set_interface(host, 1, LINK_MTU, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_set_interface(host, UINT32_MAX, LINK_MTU, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_set_interface(host, 0, 67, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_set_interface(host, 0, 65536, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_set_interface(host, 0, LINK_MTU, 4), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_add_address(host, 1, address, 24), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_add_address(host, 0, address, 33), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_add_address(host, 0, tcpcore_ipv4(224, 0, 0, 1), 24), TCPCORE_ERROR_INVALID_ADDRESS},
      {tcpcore_add_address(host, 0, tcpcore_ipv4(10, 0, 0, 255), 24), TCPCORE_ERROR_INVALID_ADDRESS},
      {tcpcore_add_address(host, 0, tcpcore_ipv4(0, 0, 0, 0), 0), TCPCORE_ERROR_INVALID_ADDRESS},
      {tcpcore_remove_address(host, 1, address, trial->now), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_note_link_up(host, 1, trial->now), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_remove_address(host, 0, address, trial->now), TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE},
      {tcpcore_arrive(host, 0, "", 0, trial->now) > 0, 1},
      {tcpcore_arrive(host, 9, "E", 1, trial->now) > 0, 1},
  };
  for (unsigned call = 0; call < sizeof calls / sizeof calls[0]; call++) {
    check_equal(trial->checks, calls[call].got, calls[call].wanted, "an interface, an MTU, an address or a prefix");
  }
}

static int32_t try_connect(struct trial *trial, tcpcore_address_t address, uint16_t port, uint32_t interface,
                           uint32_t ring_class) {
  tcpcore_endpoint_t remote = {address, port};
  tcpcore_handle_t connection;
  return tcpcore_connect(trial->host, &remote, NULL, interface, ring_class, NULL, trial->now, &connection);
}

static int32_t try_listen(struct trial *trial, tcpcore_address_t address, uint16_t port, uint32_t family,
                          uint32_t backlog, uint32_t ring_class, uint32_t traits) {
  tcpcore_endpoint_t local = {address, port};
  tcpcore_handle_t listener;
  return tcpcore_listen(trial->host, &local, family, backlog, ring_class, traits, NULL, &listener);
}

static void check_opening(struct trial *trial) {
  const uint32_t any = TCPCORE_ANY_INTERFACE;
  tcpcore_address_t none = tcpcore_ipv4(0, 0, 0, 0);
  tcpcore_address_t peer = tcpcore_ipv4(10, 0, 0, 9);
  tcpcore_address_t peer6 = {{0xfd, 1}};
  const struct {
    int32_t got;
    int32_t wanted;
  } calls[] = {
      {try_listen(trial, none, 0, TCPCORE_FAMILY_BOTH, 1, 0, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 1, 0, TCPCORE_LISTEN_ANY_PORT), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 1, 0, 8), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 1, 0, 256), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, peer, 9, TCPCORE_FAMILY_BOTH, 1, 0, TCPCORE_LISTEN_FOREIGN), TCPCORE_ERROR_INVALID_ARGUMENT},
      {tcpcore_answer(trial->host, 12345, trial->now), TCPCORE_ERROR_STALE_HANDLE},
      {tcpcore_refuse(trial->host, 12345, 0, trial->now), TCPCORE_ERROR_STALE_HANDLE},
      {try_listen(trial, none, 9, 3, 1, 0, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 0, 0, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 1, 2, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, none, 9, TCPCORE_FAMILY_BOTH, 1, UINT32_MAX, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_listen(trial, peer, 9, TCPCORE_FAMILY_BOTH, 1, 0, 0), TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE},
      {try_listen(trial, none, 80, TCPCORE_FAMILY_IPV4, 1, 0, 0), TCPCORE_ERROR_CONNECTION_EXISTS},
      {try_connect(trial, none, 80, any, 0), TCPCORE_ERROR_REMOTE_UNSPECIFIED},
      {try_connect(trial, peer, 0, any, 0), TCPCORE_ERROR_REMOTE_UNSPECIFIED},
      {try_connect(trial, peer, 80, 1, 0), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_connect(trial, peer, 80, any, 2), TCPCORE_ERROR_INVALID_ARGUMENT},
      {try_connect(trial, tcpcore_ipv4(10, 0, 0, 255), 80, any, 0), TCPCORE_ERROR_INVALID_ADDRESS},
      {try_connect(trial, tcpcore_ipv4(239, 1, 1, 1), 80, any, 0), TCPCORE_ERROR_INVALID_ADDRESS},
      {try_connect(trial, peer6, 80, any, 0), TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE},
  };
  for (unsigned call = 0; call < sizeof calls / sizeof calls[0]; call++) {
    check_equal(trial->checks, calls[call].got, calls[call].wanted, "a bad opening");
  }
}

/* Numbers that name nothing have a name all the same. */
static void check_names(struct trial *trial) {
  const char *const names[] = {tcpcore_strerror(1),           tcpcore_strerror(INT32_MIN), tcpcore_strerror(INT32_MAX),
                               tcpcore_state_name(11),        tcpcore_state_name(UINT32_MAX),
                               tcpcore_outcome_name(UINT32_MAX), tcpcore_outcome_name(TCPCORE_OUTCOMES)};
  for (unsigned index = 0; index < sizeof names / sizeof names[0]; index++) {
    check(trial->checks, names[index] != NULL && names[index][0] != 0, "the name of an unknown number");
  }
}

void thorough_bad_calls(struct pair *pair, struct checks *checks) {
  void (*const groups[])(struct trial *) = {
      check_bad_hosts,   check_bad_pointers, check_bad_configurations, check_bad_memory, check_bad_snapshots,
      check_bad_handles, check_wrong_handles, check_counts,            check_overlaps,   check_clock,
      check_interfaces,  check_opening,      check_names,
  };
  tcpcore_handle_t connections[2];
  struct trial trial = {pair, checks, pair->hosts[RIGHT], 0, 0, 0, 0};
  if (!connect_sides(pair, checks, &trial.listener, connections)) return;
  trial.stale = connections[RIGHT];
  tcpcore_release(pair->hosts[RIGHT], trial.stale, pair->now);
  tcpcore_release(pair->hosts[LEFT], connections[LEFT], pair->now);
  tcpcore_close(pair->hosts[RIGHT], trial.listener, pair->now);
  if (!connect_sides(pair, checks, &trial.listener, connections)) return;
  trial.connection = connections[RIGHT];
  trial.now = pair->now;

  /* The digest is relative to the latest time passed to the host. */
  tcpcore_expire(trial.host, trial.now, 1);
  uint64_t digest = tcpcore_digest(trial.host);
  for (unsigned group = 0; group < sizeof groups / sizeof groups[0]; group++) {
    groups[group](&trial);
    check(checks, tcpcore_digest(trial.host) == digest, "bad calls have changed the host");
  }
}
