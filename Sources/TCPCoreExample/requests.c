#include "thorough.h"

#define CALLED_PORT 4321
#define HALF_SECOND UINT64_C(500000)

/* The left side calls an address that is nobody's; the right side is asked. */
static bool call(struct pair *pair, struct checks *checks, tcpcore_handle_t listener, tcpcore_handle_t *caller,
                 tcpcore_handle_t *request) {
  tcpcore_endpoint_t called = {tcpcore_ipv4(198, 51, 100, 7), CALLED_PORT};
  tcpcore_host_t *right = pair->hosts[RIGHT];
  tcpcore_event_t event = {0, 0};
  tcpcore_request_t asked;
  tcpcore_status_t status;
  int32_t result = tcpcore_connect(pair->hosts[LEFT], &called, NULL, TCPCORE_ANY_INTERFACE, PAIR_SMALL_RINGS, NULL,
                                   pair->now, caller);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_connect")) return false;
  while (tcpcore_next_event(right, &event) > 0) continue;
  pair_run(pair, HALF_SECOND);
  check_equal(checks, tcpcore_next_event(right, &event), 1, "tcpcore_next_event");
  check_equal(checks, event.events, TCPCORE_REQUESTED, "the event of a SYN that waits");
  *request = event.handle;
  if (!check_equal(checks, tcpcore_request(right, event.handle, &asked), TCPCORE_OK, "tcpcore_request")) return false;
  check(checks, asked.listener == listener && asked.local.port == CALLED_PORT, "what a SYN asks for");
  check(checks, asked.deadline > pair->now && asked.interface == 0, "for how long a SYN waits");
  check_equal(checks, tcpcore_status(right, event.handle, &status), TCPCORE_ERROR_STALE_HANDLE,
              "the status of a SYN that waits");
  return true;
}

static void check_answered(struct pair *pair, struct checks *checks, tcpcore_handle_t listener) {
  tcpcore_handle_t caller;
  tcpcore_handle_t request;
  tcpcore_handle_t made;
  tcpcore_status_t status;
  tcpcore_host_t *right = pair->hosts[RIGHT];
  if (!call(pair, checks, listener, &caller, &request)) return;
  check_equal(checks, tcpcore_answer(right, request, pair->now), TCPCORE_OK, "tcpcore_answer");
  check_equal(checks, tcpcore_answer(right, request, pair->now), TCPCORE_ERROR_STALE_HANDLE, "tcpcore_answer again");
  pair_run(pair, HALF_SECOND);
  if (!check_equal(checks, tcpcore_accept(right, listener, &made), TCPCORE_OK, "tcpcore_accept")) return;
  check_equal(checks, tcpcore_status(right, made, &status), TCPCORE_OK, "tcpcore_status");
  check(checks, status.state == TCPCORE_ESTABLISHED && status.local.port == CALLED_PORT, "an answered SYN");
  tcpcore_abort(right, made, pair->now);
  tcpcore_release(right, made, pair->now);
  pair_run(pair, HALF_SECOND);
  tcpcore_release(pair->hosts[LEFT], caller, pair->now);
}

static void check_refused(struct pair *pair, struct checks *checks, tcpcore_handle_t listener, uint32_t is_silent) {
  tcpcore_handle_t caller;
  tcpcore_handle_t request;
  tcpcore_status_t status;
  tcpcore_host_t *right = pair->hosts[RIGHT];
  if (!call(pair, checks, listener, &caller, &request)) return;
  check_equal(checks, tcpcore_refuse(right, request, is_silent, pair->now), TCPCORE_OK, "tcpcore_refuse");
  check_equal(checks, tcpcore_refuse(right, request, is_silent, pair->now), TCPCORE_ERROR_STALE_HANDLE,
              "tcpcore_refuse again");
  pair_run(pair, HALF_SECOND / 2);
  check_equal(checks, tcpcore_status(pair->hosts[LEFT], caller, &status), TCPCORE_OK, "tcpcore_status");
  check_equal(checks, status.state, is_silent ? TCPCORE_SYN_SENT : TCPCORE_CLOSED, "a refused SYN");
  tcpcore_abort(pair->hosts[LEFT], caller, pair->now);
  tcpcore_release(pair->hosts[LEFT], caller, pair->now);
}

void thorough_requests(struct pair *pair, struct checks *checks) {
  tcpcore_endpoint_t any = {{{0}}, 0};
  tcpcore_handle_t listener;
  int32_t result = tcpcore_listen(
      pair->hosts[RIGHT], &any, TCPCORE_FAMILY_BOTH, 2, PAIR_SMALL_RINGS,
      TCPCORE_LISTEN_ANY_PORT | TCPCORE_LISTEN_FOREIGN | TCPCORE_LISTEN_HOLD, NULL, &listener);
  if (!check_equal(checks, result, TCPCORE_OK, "tcpcore_listen")) return;
  check_answered(pair, checks, listener);
  check_refused(pair, checks, listener, 0);
  check_refused(pair, checks, listener, 1);
  check_equal(checks, tcpcore_close(pair->hosts[RIGHT], listener, pair->now), TCPCORE_OK, "tcpcore_close");
}
