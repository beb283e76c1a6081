#include "transfer.h"

#include <string.h>

#include "octets.h"
#include "text.h"
#include "thorough.h"

#define PORT 4000
#define COPY_BYTES 700
/* Longer than any entry lives. */
#define ENTRY_LIFETIME (3 * PAIR_SEGMENT_LIFETIME)

/* One side of the conversation. */
struct talker {
  tcpcore_host_t *host;
  tcpcore_handle_t connection;
  uint64_t octets;         /* how many to send, and to expect */
  uint32_t outgoing_start; /* which streams: see octets.h */
  uint32_t incoming_start;
  uint64_t sent;
  uint64_t received;
  bool is_copying;  /* by tcpcore_read and tcpcore_write, otherwise in place */
  bool has_closed;
  bool heard_end;
  bool is_wrong;    /* an octet that was not expected */
  uint32_t control; /* TCPCORE_CONTROL_... */
  bool is_paced;
  bool may_lose;    /* the link: a SYN that is sent again offers no ECN */
  uint32_t peer_user_timeout; /* what the other side tells, in milliseconds */
  int32_t error;
};

/* Each of these four moves some octets. They return how many, or an error. */
static int32_t send_copied(struct talker *talker, tcpcore_time_t now) {
  uint8_t buffer[COPY_BYTES];
  uint64_t rest = talker->octets - talker->sent;
  uint32_t count = rest < COPY_BYTES ? (uint32_t)rest : COPY_BYTES;
  octets_fill(talker->outgoing_start, talker->sent, buffer, count);
  return tcpcore_write(talker->host, talker->connection, buffer, count, now);
}

static int32_t send_in_place(struct talker *talker, tcpcore_time_t now) {
  tcpcore_run_t room[2];
  int32_t result = tcpcore_reserve(talker->host, talker->connection, room, now);
  if (result < 0) return result;
  uint64_t rest = talker->octets - talker->sent;
  uint32_t count = rest < room[0].count ? (uint32_t)rest : room[0].count;
  octets_fill(talker->outgoing_start, talker->sent, room[0].octets, count);
  result = tcpcore_commit(talker->host, talker->connection, count, now);
  return result < 0 ? result : (int32_t)count;
}

static int32_t receive_copied(struct talker *talker, tcpcore_time_t now) {
  uint8_t buffer[COPY_BYTES];
  int32_t result = tcpcore_read(talker->host, talker->connection, buffer, COPY_BYTES, now);
  if (result < 0) return result;
  if (!octets_match(talker->incoming_start, talker->received, buffer, (uint32_t)result)) talker->is_wrong = true;
  return result;
}

static int32_t receive_in_place(struct talker *talker, tcpcore_time_t now) {
  tcpcore_run_t unread[2];
  int32_t result = tcpcore_peek(talker->host, talker->connection, unread, now);
  if (result < 0) return result;
  if (!octets_match(talker->incoming_start, talker->received, unread[0].octets, unread[0].count)) {
    talker->is_wrong = true;
  }
  result = tcpcore_consume(talker->host, talker->connection, unread[0].count, now);
  return result < 0 ? result : (int32_t)unread[0].count;
}

static void note(struct talker *talker, int32_t result) {
  if (result == TCPCORE_ERROR_WOULD_BLOCK) return;
  if (result == TCPCORE_ERROR_END_OF_STREAM) {
    talker->heard_end = true;
  } else if (talker->error == TCPCORE_OK) {
    talker->error = result;
  }
}

/* Reads and writes until both would block; closes once everything is written. */
static void talk(struct talker *talker, tcpcore_time_t now) {
  int32_t result = TCPCORE_OK;
  while (!talker->heard_end && result >= 0) {
    result = talker->is_copying ? receive_copied(talker, now) : receive_in_place(talker, now);
    if (result >= 0) talker->received += (uint64_t)result;
  }
  if (result < 0) note(talker, result);
  result = TCPCORE_OK;
  while (talker->sent < talker->octets && result >= 0) {
    result = talker->is_copying ? send_copied(talker, now) : send_in_place(talker, now);
    if (result >= 0) talker->sent += (uint64_t)result;
  }
  if (result < 0) note(talker, result);
  if (!talker->has_closed && talker->sent == talker->octets) {
    talker->has_closed = true;
    result = tcpcore_close(talker->host, talker->connection, now);
    if (result < 0) note(talker, result);
  }
}

static void serve(struct talker *talker, tcpcore_time_t now) {
  tcpcore_event_t event;
  while (tcpcore_next_event(talker->host, &event) > 0) {
    if ((event.events & TCPCORE_ACCEPTED) != 0) talker->connection = event.handle;
    if (event.handle == talker->connection) talk(talker, now);
  }
}

/* Whether a side has nothing more to do: it is in TIME-WAIT, or everything is over. */
static bool is_over(const struct talker *talker, tcpcore_status_t *status) {
  if (talker->error != TCPCORE_OK) return true;
  if (!talker->has_closed || !talker->heard_end) return false;
  if (tcpcore_status(talker->host, talker->connection, status) < 0) return true;
  return status->state == TCPCORE_TIME_WAIT || status->state == TCPCORE_CLOSED;
}

static void check_side(struct checks *checks, const struct talker *talker, const tcpcore_status_t *status,
                       const char *what) {
  check_equal(checks, talker->error, TCPCORE_OK, what);
  check(checks, !talker->is_wrong, "an octet is not what was sent");
  check(checks, talker->received == talker->octets, "octets are missing");
  uint32_t end = status->state == TCPCORE_TIME_WAIT ? TCPCORE_END_NONE : TCPCORE_END_FINISHED;
  check_equal(checks, status->end_reason, end, what);
  check_equal(checks, status->congestion_control, talker->control, "the controller that was chosen");
  check(checks, talker->may_lose || status->uses_ecn == 1, "one side offers ECN, the other does not answer");
  check(checks, status->delivery_rate == 0, "a delivery rate that nothing measures");
  check(checks, talker->is_paced || status->pacing_rate == 0, "a pace that was not wanted");
  check_equal(checks, status->in_network, 0, "octets in the network at the end");
  check(checks, status->minimum_round_trip <= status->smoothed_round_trip + 1,
        "the shortest round trip is longer than the smoothed one");
  check(checks, status->reordering_window <= status->smoothed_round_trip + 1000,
        "the reordering window is longer than a round trip");
  check(checks, status->round_trip_variance <= status->retransmission_timeout,
        "the variance is beyond the time-out");
  check(checks, status->reductions_undone <= status->losses, "more was undone than lost");
  check(checks, status->path_mtu >= status->segment_size + 40, "segments are longer than the path takes");
  check_equal(checks, status->searches_path_mtu, 0, "a search of the path MTU");
  check_equal(checks, status->unanswered_timeouts, 0, "time-outs without an answer");
  check_equal(checks, status->peer_user_timeout, talker->peer_user_timeout, "what the peer says of its user time-out");
  check_equal(checks, status->user_timeout, UINT32_MAX, "a user time-out beside the peer's");
}

/* What is under way: the pace is that of the options, once there is a round trip to go by. */
static void check_pace(struct checks *checks, const struct talker *talker) {
  tcpcore_status_t status;
  check_equal(checks, tcpcore_status(talker->host, talker->connection, &status), TCPCORE_OK, "tcpcore_status");
  bool is_timed = status.smoothed_round_trip >= 1000;
  check(checks, is_timed, "no round trip was measured");
  check(checks, (status.pacing_rate > 0) == (talker->is_paced && is_timed), "the pace is not as the options say");
}

static void converse(struct pair *pair, struct checks *checks, struct talker *left, struct talker *right) {
  tcpcore_status_t left_status;
  tcpcore_status_t right_status;
  memset(&left_status, 0, sizeof left_status);
  memset(&right_status, 0, sizeof right_status);
  bool has_moved = false;
  bool is_left_over = false;
  bool is_right_over = false;
  while ((!is_left_over || !is_right_over) && left->error == TCPCORE_OK && right->error == TCPCORE_OK) {
    if (!pair_step(pair, TCPCORE_NEVER)) {
      check(checks, false, "the transfer makes no progress");
      return;
    }
    serve(left, pair->now);
    serve(right, pair->now);
    if (!has_moved && left->received >= left->octets / 2 && left->connection != 0 && left->error == TCPCORE_OK) {
      has_moved = true;
      check_pace(checks, left);
      if (right->connection != 0) check_pace(checks, right);
      left->host = thorough_move(pair, checks);
    }
    if (checks->failed != NULL) return;
    is_left_over = is_over(left, &left_status);
    is_right_over = is_over(right, &right_status);
  }
  check_side(checks, left, &left_status, "the left side's connection");
  check_side(checks, right, &right_status, "the right side's connection");
  check(checks, left_status.state == TCPCORE_TIME_WAIT || right_status.state == TCPCORE_TIME_WAIT,
        "nobody is in TIME-WAIT");
}

void transfer(struct pair *pair, struct checks *checks, const struct loopback_settings *settings) {
  struct talker left;
  struct talker right;
  tcpcore_handle_t listener;
  tcpcore_endpoint_t local = {{{0}}, PORT};
  tcpcore_endpoint_t remote = {pair_address(RIGHT), PORT};
  memset(&left, 0, sizeof left);
  left.host = pair->hosts[LEFT];
  left.octets = settings->octets;
  left.may_lose = settings->loss > 0;
  left.outgoing_start = (uint32_t)settings->seed;
  left.incoming_start = ~left.outgoing_start;
  right = left;
  right.host = pair->hosts[RIGHT];
  right.outgoing_start = left.incoming_start;
  right.incoming_start = left.outgoing_start;
  right.is_copying = true;
  left.control = TCPCORE_CONTROL_CUBIC;
  left.is_paced = true;
  right.control = TCPCORE_CONTROL_NEWRENO;

  /* However bad the link is, no time-out ends the connection once it is established. */
  tcpcore_options_t options;
  tcpcore_options_default(&options);
  options.retransmission_limit = UINT32_MAX;
  tcpcore_options_t others = options;
  others.congestion_control = right.control;
  others.flags &= (uint16_t)~TCPCORE_OPTION_PACING;
  options.ecn = TCPCORE_ECN_OFFER;
  /* One side says that it waits for as long as the option can tell, the other one hears that. */
  options.user_timeout_policy = TCPCORE_USER_TIMEOUT_EXCHANGE;
  others.user_timeout_policy = TCPCORE_USER_TIMEOUT_ADOPT;
  right.peer_user_timeout = UINT32_C(32767) * 60 * 1000;
  int32_t result = tcpcore_listen(right.host, &local, TCPCORE_FAMILY_BOTH, 2, PAIR_LARGE_RINGS, 0, &others, &listener);
  check_equal(checks, result, TCPCORE_OK, "tcpcore_listen");
  result = tcpcore_connect(left.host, &remote, NULL, TCPCORE_ANY_INTERFACE, PAIR_LARGE_RINGS, &options, pair->now,
                           &left.connection);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_connect")) return;
  tcpcore_time_t beginning = pair->now;
  converse(pair, checks, &left, &right);
  text_line("transfer_microseconds", pair->now - beginning);
  text_line("octets_to_right", right.received);
  text_line("octets_to_left", left.received);

  check_equal(checks, tcpcore_release(left.host, left.connection, pair->now), TCPCORE_OK, "tcpcore_release");
  check_equal(checks, tcpcore_release(right.host, right.connection, pair->now), TCPCORE_OK, "tcpcore_release");
  check_equal(checks, tcpcore_close(right.host, listener, pair->now), TCPCORE_OK, "tcpcore_close of a listener");
  pair_run(pair, ENTRY_LIFETIME);
  check(checks, tcpcore_deadline(left.host) == TCPCORE_NEVER, "the left host still has a deadline");
  check(checks, tcpcore_deadline(right.host) == TCPCORE_NEVER, "the right host still has a deadline");
}
