#include "closing.h"

#include "octets.h"

#define PORT 80
#define CLOSED_PORT 81
#define HALF_SECOND UINT64_C(500000)
#define TWO_LIFETIMES (2 * PAIR_SEGMENT_LIFETIME)
#define FAREWELL_BYTES 1000

static uint32_t state_of(const struct pair *pair, enum side side, tcpcore_handle_t connection) {
  tcpcore_status_t status;
  return tcpcore_status(pair->hosts[side], connection, &status) < 0 ? UINT32_MAX : status.state;
}

static uint32_t end_of(const struct pair *pair, enum side side, tcpcore_handle_t connection) {
  tcpcore_status_t status;
  return tcpcore_status(pair->hosts[side], connection, &status) < 0 ? UINT32_MAX : status.end_reason;
}

static void check_states(const struct pair *pair, struct checks *checks, const tcpcore_handle_t connections[2],
                         uint32_t left, uint32_t right) {
  check_equal(checks, state_of(pair, LEFT, connections[LEFT]), left, tcpcore_state_name(left));
  check_equal(checks, state_of(pair, RIGHT, connections[RIGHT]), right, tcpcore_state_name(right));
}

static int32_t connect_to(struct pair *pair, uint16_t port, tcpcore_handle_t *connection) {
  tcpcore_endpoint_t remote = {pair_address(RIGHT), port};
  return tcpcore_connect(pair->hosts[LEFT], &remote, NULL, TCPCORE_ANY_INTERFACE, PAIR_SMALL_RINGS, NULL, pair->now,
                         connection);
}

bool connect_sides(struct pair *pair, struct checks *checks, tcpcore_handle_t *listener,
                   tcpcore_handle_t connections[2]) {
  tcpcore_endpoint_t local = {{{0}}, PORT};
  int32_t result =
      tcpcore_listen(pair->hosts[RIGHT], &local, TCPCORE_FAMILY_IPV4, 2, PAIR_SMALL_RINGS, 0, NULL, listener);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_listen")) return false;
  result = connect_to(pair, PORT, &connections[LEFT]);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_connect")) return false;
  check_equal(checks, state_of(pair, LEFT, connections[LEFT]), TCPCORE_SYN_SENT, "SYN-SENT");
  check_equal(checks, tcpcore_accept(pair->hosts[RIGHT], *listener, &connections[RIGHT]), TCPCORE_ERROR_WOULD_BLOCK,
              "tcpcore_accept before the handshake");
  pair_run(pair, HALF_SECOND);
  check_equal(checks, tcpcore_poll(pair->hosts[RIGHT], *listener, TCPCORE_ACCEPTED), TCPCORE_ACCEPTED, "tcpcore_poll");
  result = tcpcore_accept(pair->hosts[RIGHT], *listener, &connections[RIGHT]);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_accept")) return false;
  check_states(pair, checks, connections, TCPCORE_ESTABLISHED, TCPCORE_ESTABLISHED);
  return checks->failed == NULL;
}

static void release_sides(struct pair *pair, struct checks *checks, const tcpcore_handle_t connections[2]) {
  for (int side = LEFT; side <= RIGHT; side++) {
    tcpcore_host_t *host = pair->hosts[side];
    check_equal(checks, tcpcore_release(host, connections[side], pair->now), TCPCORE_OK, "tcpcore_release");
    check_equal(checks, tcpcore_release(host, connections[side], pair->now), TCPCORE_ERROR_STALE_HANDLE,
                "tcpcore_release of a released connection");
  }
}

/* The left side closes, the right side goes on sending for a while: RFC 9293 section 3.6 case 1, and
   half-closed. */
static void check_half_close(struct pair *pair, struct checks *checks, const tcpcore_handle_t connections[2]) {
  uint8_t buffer[FAREWELL_BYTES];
  tcpcore_host_t *left = pair->hosts[LEFT];
  tcpcore_host_t *right = pair->hosts[RIGHT];
  check_equal(checks, tcpcore_write(left, connections[LEFT], "good night", 10, pair->now), 10, "tcpcore_write");
  check_equal(checks, tcpcore_close(left, connections[LEFT], pair->now), TCPCORE_OK, "tcpcore_close");
  check_equal(checks, tcpcore_write(left, connections[LEFT], "!", 1, pair->now), TCPCORE_ERROR_CLOSING,
              "tcpcore_write after tcpcore_close");
  check_states(pair, checks, connections, TCPCORE_FIN_WAIT_1, TCPCORE_ESTABLISHED);
  pair_run(pair, HALF_SECOND);
  check_states(pair, checks, connections, TCPCORE_FIN_WAIT_2, TCPCORE_CLOSE_WAIT);

  check_equal(checks, tcpcore_read(right, connections[RIGHT], buffer, sizeof buffer, pair->now), 10, "tcpcore_read");
  check_equal(checks, tcpcore_read(right, connections[RIGHT], buffer, sizeof buffer, pair->now),
              TCPCORE_ERROR_END_OF_STREAM, "tcpcore_read at the end");
  octets_fill(7, 0, buffer, sizeof buffer);
  check_equal(checks, tcpcore_write(right, connections[RIGHT], buffer, sizeof buffer, pair->now), sizeof buffer,
              "tcpcore_write on a half-closed connection");
  pair_run(pair, HALF_SECOND);
  check_equal(checks, tcpcore_read(left, connections[LEFT], buffer, sizeof buffer, pair->now), sizeof buffer,
              "tcpcore_read on a half-closed connection");
  check(checks, octets_match(7, 0, buffer, sizeof buffer), "text on a half-closed connection");

  check_equal(checks, tcpcore_close(right, connections[RIGHT], pair->now), TCPCORE_OK, "tcpcore_close");
  check_states(pair, checks, connections, TCPCORE_FIN_WAIT_2, TCPCORE_LAST_ACK);
  pair_run(pair, HALF_SECOND);
  check_states(pair, checks, connections, TCPCORE_TIME_WAIT, TCPCORE_CLOSED);
  check_equal(checks, end_of(pair, RIGHT, connections[RIGHT]), TCPCORE_END_FINISHED, "the end in LAST-ACK");
  pair_run(pair, TWO_LIFETIMES);
  check_equal(checks, end_of(pair, LEFT, connections[LEFT]), TCPCORE_END_FINISHED, "the end of TIME-WAIT");
}

/* Both sides close at the same moment: RFC 9293 section 3.6 case 3. */
static void check_simultaneous_close(struct pair *pair, struct checks *checks,
                                     const tcpcore_handle_t connections[2]) {
  check_equal(checks, tcpcore_close(pair->hosts[LEFT], connections[LEFT], pair->now), TCPCORE_OK, "tcpcore_close");
  check_equal(checks, tcpcore_close(pair->hosts[RIGHT], connections[RIGHT], pair->now), TCPCORE_OK, "tcpcore_close");
  check_states(pair, checks, connections, TCPCORE_FIN_WAIT_1, TCPCORE_FIN_WAIT_1);
  pair_run(pair, HALF_SECOND);
  check_states(pair, checks, connections, TCPCORE_TIME_WAIT, TCPCORE_TIME_WAIT);
}

static void check_reset(struct pair *pair, struct checks *checks, const tcpcore_handle_t connections[2]) {
  uint8_t buffer[8];
  tcpcore_host_t *left = pair->hosts[LEFT];
  check_equal(checks, tcpcore_abort(pair->hosts[RIGHT], connections[RIGHT], pair->now), TCPCORE_OK, "tcpcore_abort");
  pair_run(pair, HALF_SECOND);
  check_states(pair, checks, connections, TCPCORE_CLOSED, TCPCORE_CLOSED);
  check_equal(checks, tcpcore_read(left, connections[LEFT], buffer, sizeof buffer, pair->now), TCPCORE_ERROR_RESET,
              "tcpcore_read after a reset");
  check_equal(checks, end_of(pair, LEFT, connections[LEFT]), TCPCORE_END_RESET, "the end of a reset connection");
  check_equal(checks, end_of(pair, RIGHT, connections[RIGHT]), TCPCORE_END_ABORTED, "the end after tcpcore_abort");
}

static void check_refused(struct pair *pair, struct checks *checks) {
  tcpcore_handle_t connection;
  tcpcore_event_t event = {0, 0};
  uint8_t buffer[8];
  tcpcore_host_t *left = pair->hosts[LEFT];
  while (tcpcore_next_event(left, &event) > 0) continue;
  if (!check_equal(checks, connect_to(pair, CLOSED_PORT, &connection), TCPCORE_OK, "tcpcore_connect")) return;
  pair_run(pair, HALF_SECOND);
  check_equal(checks, tcpcore_next_event(left, &event), 1, "tcpcore_next_event");
  check(checks, event.handle == connection && (event.events & TCPCORE_ENDED) != 0, "the event of a refused connection");
  check_equal(checks, end_of(pair, LEFT, connection), TCPCORE_END_REFUSED, "the end of a refused connection");
  check_equal(checks, tcpcore_read(left, connection, buffer, sizeof buffer, pair->now), TCPCORE_ERROR_REFUSED,
              "tcpcore_read after a refusal");
  check_equal(checks, tcpcore_release(left, connection, pair->now), TCPCORE_OK, "tcpcore_release");
}

void check_closing(struct pair *pair, struct checks *checks) {
  void (*const ends[])(struct pair *, struct checks *, const tcpcore_handle_t[2]) = {
      check_half_close, check_simultaneous_close, check_reset};
  for (unsigned index = 0; index < sizeof ends / sizeof ends[0]; index++) {
    tcpcore_handle_t listener;
    tcpcore_handle_t connections[2];
    if (!connect_sides(pair, checks, &listener, connections)) return;
    ends[index](pair, checks, connections);
    release_sides(pair, checks, connections);
    check_equal(checks, tcpcore_close(pair->hosts[RIGHT], listener, pair->now), TCPCORE_OK, "tcpcore_close");
  }
  check_refused(pair, checks);
}
