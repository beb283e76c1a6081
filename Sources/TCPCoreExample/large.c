/*
 * Rings of 2^29 and of 2^30 octets, the largest possible. Their contents are counted, added up and
 * compared in the machine's own words, and on machines of 32 bits there is little room above 2^30. Here every
 * such number becomes as large as it can: the ring is full, its oldest octet is just before its end, and
 * one acknowledgment takes all of it away.
 *
 * Memory comes from the system, which hands out pages as they are touched, so most of the text is never
 * anywhere.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "octets.h"
#include "text.h"
#include "thorough.h"

#define LARGEST (UINT32_C(1) << 30)
#define MTU 65535
#define OTHER_RING 65536
#define PORT 9
#define ROUND_TRIP 10000
/* Pure acknowledgments: as many as fill the largest ring with full segments, and some more. */
#define ACK_BYTES 64
#define ACKS 20000
/* So much is written and compared at the end of the ring, and again at the end of all; the rest is never
   looked at. */
#define MARKED 3000000
#define MARKS_BEFORE_END 1000000
/* What a host may touch in its beginning, besides its rings. */
#define MOST_TOUCHED (16 << 20)

/* One connection from left to right, over a link that loses nothing. */
struct large {
  struct checks *checks;
  uint32_t capacity;      /* of the left send ring and of the right receive ring */
  size_t bytes;           /* of each host's memory */
  void *memory[2];
  tcpcore_host_t *hosts[2];
  tcpcore_handle_t connections[2];
  tcpcore_time_t now;
  uint64_t written;
  uint64_t read;
  uint8_t *datagram;
  uint8_t (*acks)[ACK_BYTES];
  uint32_t ack_counts[ACKS];
  uint32_t ack_count;
  uint32_t writable;      /* how many events said that the left side may write */
  uint32_t writable_room; /* and how much room there was the first time */
  bool is_wrong;
};

/* ---- Memory ---- */

static void *map(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

/* How many octets of the program's memory have pages: the second number of /proc/self/statm. */
static uint64_t resident(void) {
  char words[128];
  int file = open("/proc/self/statm", O_RDONLY);
  ssize_t count = file < 0 ? -1 : read(file, words, sizeof words - 1);
  if (file >= 0) close(file);
  if (count < 0) return 0;
  words[count] = 0;
  uint64_t pages = 0;
  const char *digit = strchr(words, ' ');
  for (digit = digit == NULL ? "" : digit + 1; *digit >= '0' && *digit <= '9'; digit++) {
    pages = pages * 10 + (uint64_t)(*digit - '0');
  }
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Gives back the pages of text that was read: the ring does not look at it again. */
static void forget(uint8_t *octets, uint32_t count) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)octets + page - 1) / page * page;
  uintptr_t end = ((uintptr_t)octets + count) / page * page;
  if (first < end) madvise(octets + (first - (uintptr_t)octets), end - first, MADV_DONTNEED);
}

/* Begins a host in new memory. Returns its size, or 0. */
static size_t begin_host(struct checks *checks, uint32_t send, uint32_t receive, void **memory, tcpcore_host_t **host) {
  static const uint8_t secret[16] = {7};
  tcpcore_configuration_t configuration;
  tcpcore_configuration_default(&configuration, 1, send, receive);
  int64_t bytes = tcpcore_bytes(&configuration);
  *memory = bytes > 0 ? map((size_t)bytes) : NULL;
  if (!check(checks, *memory != NULL, "no memory for large rings")) return 0;
  uint64_t before = resident();
  int32_t result = tcpcore_init(*memory, (uint64_t)bytes, &configuration, secret, 1, host);
  uint64_t after = resident();
  check_equal(checks, result, TCPCORE_OK, "tcpcore_init with large rings");
  check(checks, before > 0 && after < before + MOST_TOUCHED, "tcpcore_init has touched the rings");
  return result == TCPCORE_OK ? (size_t)bytes : 0;
}

/* ---- The text ---- */

/* Whether the octet at this place of the stream, and all behind it up to *end, are written and compared. */
static bool is_marked(const struct large *large, uint64_t place, uint64_t *end) {
  uint64_t wrap = large->capacity;
  uint64_t starts[2] = {2 * wrap - MARKS_BEFORE_END, 3 * wrap - MARKS_BEFORE_END - MARKED};
  for (int index = 0; index < 2; index++) {
    *end = starts[index];
    if (place < *end) return false;
    *end += MARKED;
    if (place < *end) return true;
  }
  *end = UINT64_MAX;
  return false;
}

/* Fills, or compares, what is marked of a run at this place of the stream. */
static void visit(struct large *large, uint64_t place, const tcpcore_run_t *run, bool is_filling) {
  uint32_t done = 0;
  while (done < run->count) {
    uint64_t end;
    bool marked = is_marked(large, place + done, &end);
    uint64_t rest = end - (place + done);
    uint32_t count = rest < run->count - done ? (uint32_t)rest : run->count - done;
    if (marked && is_filling) octets_fill(1, place + done, run->octets + done, count);
    if (marked && !is_filling && !octets_match(1, place + done, run->octets + done, count)) large->is_wrong = true;
    done += count;
  }
}

/* Fills the free room of the left ring, which is this large, and finds it full. */
static bool fill(struct large *large, uint32_t wanted) {
  struct checks *checks = large->checks;
  tcpcore_host_t *host = large->hosts[LEFT];
  tcpcore_handle_t connection = large->connections[LEFT];
  tcpcore_run_t room[2];
  tcpcore_status_t status;
  if (!check_equal(checks, tcpcore_reserve(host, connection, room, large->now), wanted, "the free room")) return false;
  check_equal(checks, (int64_t)room[0].count + room[1].count, wanted, "the runs of the free room");
  visit(large, large->written, &room[0], true);
  visit(large, large->written + room[0].count, &room[1], true);
  check_equal(checks, tcpcore_commit(host, connection, wanted + 1, large->now), TCPCORE_ERROR_INVALID_ARGUMENT,
              "more than the room is taken");
  check_equal(checks, tcpcore_commit(host, connection, wanted, large->now), TCPCORE_OK, "tcpcore_commit of a ring");
  large->written += wanted;
  check_equal(checks, tcpcore_status(host, connection, &status), TCPCORE_OK, "tcpcore_status");
  check_equal(checks, status.send_room, 0, "room in a full ring");
  check_equal(checks, status.unacknowledged, large->capacity, "the text of a full ring");
  check_equal(checks, tcpcore_write(host, connection, "", 1, large->now), TCPCORE_ERROR_WOULD_BLOCK,
              "a full ring takes more");
  return check_equal(checks, tcpcore_reserve(host, connection, room, large->now), TCPCORE_ERROR_WOULD_BLOCK,
                     "a full ring has room");
}

static void read_all(struct large *large) {
  tcpcore_run_t runs[2];
  tcpcore_host_t *host = large->hosts[RIGHT];
  int32_t count = tcpcore_peek(host, large->connections[RIGHT], runs, large->now);
  if (count < 0) return;
  for (int index = 0; index < 2; index++) {
    visit(large, large->read, &runs[index], false);
    large->read += runs[index].count;
  }
  check_equal(large->checks, tcpcore_consume(host, large->connections[RIGHT], (uint32_t)count, large->now), TCPCORE_OK,
              "tcpcore_consume");
  for (int index = 0; index < 2; index++) forget(runs[index].octets, runs[index].count);
}

/* ---- The link ---- */

/* What the left side sends arrives at once; what the right side sends is kept. */
static void send_all(struct large *large) {
  uint32_t interface;
  int32_t count;
  large->ack_count = 0;
  while ((count = tcpcore_transmit(large->hosts[LEFT], large->datagram, MTU, large->now, &interface)) > 0) {
    tcpcore_event_t event;
    tcpcore_arrive(large->hosts[RIGHT], 0, large->datagram, (uint32_t)count, large->now);
    while (tcpcore_next_event(large->hosts[RIGHT], &event) > 0) large->connections[RIGHT] = event.handle;
    if (large->connections[RIGHT] != 0) read_all(large);
    while ((count = tcpcore_transmit(large->hosts[RIGHT], large->datagram, MTU, large->now, &interface)) > 0) {
      if (!check(large->checks, count <= ACK_BYTES && large->ack_count < ACKS, "the right side sends text")) return;
      memcpy(large->acks[large->ack_count], large->datagram, (size_t)count);
      large->ack_counts[large->ack_count++] = (uint32_t)count;
    }
  }
  large->now += ROUND_TRIP;
}

static void acknowledge(struct large *large, uint32_t number) {
  tcpcore_event_t event;
  tcpcore_status_t status;
  tcpcore_arrive(large->hosts[LEFT], 0, large->acks[number], large->ack_counts[number], large->now);
  while (tcpcore_next_event(large->hosts[LEFT], &event) > 0) {
    if ((event.events & TCPCORE_WRITABLE) == 0) continue;
    tcpcore_status(large->hosts[LEFT], large->connections[LEFT], &status);
    if (large->writable++ == 0) large->writable_room = status.send_room;
  }
}

/* ---- What is tried ---- */

static bool connect_both(struct large *large) {
  struct checks *checks = large->checks;
  tcpcore_endpoint_t local = {{{0}}, PORT};
  tcpcore_endpoint_t remote = {pair_address(RIGHT), PORT};
  tcpcore_handle_t listener;
  tcpcore_options_t options;
  tcpcore_options_default(&options);
  options.acknowledgment_delay = 0; /* each segment is acknowledged, so that the congestion window grows
                                       fast */
  options.flags &= (uint16_t)~(TCPCORE_OPTION_TIMESTAMPS | TCPCORE_OPTION_PACING);
  for (int side = LEFT; side <= RIGHT; side++) {
    /* Nobody looks at the checksums. */
    int32_t result = tcpcore_set_interface(large->hosts[side], 0, MTU,
                                           TCPCORE_VERIFIES_ARRIVING | TCPCORE_FILLS_DEPARTING);
    check_equal(checks, result, TCPCORE_OK, "tcpcore_set_interface");
    result = tcpcore_add_address(large->hosts[side], 0, pair_address((enum side)side), 24);
    check_equal(checks, result, TCPCORE_OK, "tcpcore_add_address");
  }
  int32_t result = tcpcore_listen(large->hosts[RIGHT], &local, TCPCORE_FAMILY_BOTH, 1, 0, 0, &options, &listener);
  check_equal(checks, result, TCPCORE_OK, "tcpcore_listen");
  result = tcpcore_connect(large->hosts[LEFT], &remote, NULL, TCPCORE_ANY_INTERFACE, 0, &options, large->now,
                           &large->connections[LEFT]);
  check_equal(checks, result, TCPCORE_OK, "tcpcore_connect");
  for (int round = 0; round < 3; round++) {
    send_all(large);
    for (uint32_t number = 0; number < large->ack_count; number++) acknowledge(large, number);
  }
  check_equal(checks, large->writable, 1, "established");
  large->writable = 0;
  return check(checks, large->connections[RIGHT] != 0 && checks->failed == NULL, "no connection");
}

/* A full ring is sent and acknowledged segment by segment, but for the last one, which may stay in flight:
   TCPCORE_WRITABLE comes with the first quarter. */
static bool pass_ring(struct large *large, bool keeps_last) {
  struct checks *checks = large->checks;
  large->writable = 0;
  if (!fill(large, large->capacity)) return false;
  while (large->read < large->written) {
    send_all(large);
    if (!check(checks, large->ack_count > 0, "the transfer makes no progress")) return false;
    if (keeps_last && large->read == large->written) large->ack_count--;
    for (uint32_t number = 0; number < large->ack_count; number++) acknowledge(large, number);
  }
  check_equal(checks, large->writable, 1, "TCPCORE_WRITABLE after a ring");
  uint32_t quarter = large->capacity / 4;
  return check(checks, large->writable_room >= quarter && large->writable_room < quarter + MTU,
               "TCPCORE_WRITABLE does not come with the first quarter");
}

/* The oldest octet is at the end of the ring, which is full again, and the windows are as large as they
   can be. */
static bool fill_last_ring(struct large *large) {
  struct checks *checks = large->checks;
  tcpcore_status_t status;
  tcpcore_status(large->hosts[LEFT], large->connections[LEFT], &status);
  /* Only a shift of 14 can say so: 65,535 is the largest window field. */
  uint32_t window = large->capacity == LARGEST ? UINT32_C(65535) << 14 : large->capacity;
  check_equal(checks, status.send_window, window, "the window");
  check(checks, status.flight > 0 && status.flight == status.unacknowledged && status.flight < MTU,
        "the last segment is not alone in flight");
  return fill(large, large->capacity - status.flight);
}

/* The peer acknowledges all that its window takes at once. */
static void pass_last_ring(struct large *large) {
  struct checks *checks = large->checks;
  tcpcore_status_t status;
  large->writable = 0;
  send_all(large);
  tcpcore_status(large->hosts[LEFT], large->connections[LEFT], &status);
  check(checks, status.flight > large->capacity - MTU, "the last ring is not in flight");
  if (!check(checks, large->ack_count > 0, "the peer acknowledges nothing")) return;
  text_line("acknowledged_at_once", status.flight);
  acknowledge(large, large->ack_count - 1);
  check_equal(checks, large->writable, 1, "TCPCORE_WRITABLE after one acknowledgment of a whole ring");
  check_equal(checks, large->writable_room, status.flight, "the room after it");
  for (int round = 0; round < 3 && large->read < large->written; round++) {
    send_all(large);
    for (uint32_t number = 0; number < large->ack_count; number++) acknowledge(large, number);
  }
  check_equal(checks, (int64_t)large->read, (int64_t)large->written, "octets that came through large rings");
  check(checks, !large->is_wrong, "an octet that came through large rings");
  tcpcore_status(large->hosts[LEFT], large->connections[LEFT], &status);
  check_equal(checks, status.send_room, large->capacity, "the room in the end");
  text_line("octets", large->read);
}

static void try_rings(struct checks *checks, uint32_t capacity, uint8_t *datagram) {
  static struct large large;
  memset(&large, 0, sizeof large);
  large.checks = checks;
  large.capacity = capacity;
  large.now = 1;
  large.datagram = datagram;
  large.acks = (uint8_t(*)[ACK_BYTES])(void *)(datagram + TCPCORE_ROUNDED(MTU));
  text_line("ring", capacity);
  size_t left = begin_host(checks, capacity, OTHER_RING, &large.memory[LEFT], &large.hosts[LEFT]);
  size_t right = begin_host(checks, OTHER_RING, capacity, &large.memory[RIGHT], &large.hosts[RIGHT]);
  if (left != 0 && right != 0 && connect_both(&large) && pass_ring(&large, false) && pass_ring(&large, true)) {
    if (fill_last_ring(&large)) pass_last_ring(&large);
  }
  if (left != 0) munmap(large.memory[LEFT], left);
  if (right != 0) munmap(large.memory[RIGHT], right);
}

/* The largest rings both ways: a machine of 32 bits cannot count so many octets. */
static void try_largest_host(struct checks *checks) {
  void *memory;
  tcpcore_host_t *host;
  tcpcore_configuration_t configuration;
  tcpcore_configuration_default(&configuration, 1, LARGEST, LARGEST);
  if (sizeof(size_t) == 4) {
    check_equal(checks, tcpcore_bytes(&configuration), TCPCORE_ERROR_TOO_LARGE, "2 GiB on a machine of 32 bits");
  } else {
    size_t bytes = begin_host(checks, LARGEST, LARGEST, &memory, &host);
    if (bytes != 0) munmap(memory, bytes);
  }
}

int thorough_large(void) {
  struct checks checks = {0, 0, 0, 0};
  uint8_t *datagram = map(TCPCORE_ROUNDED(MTU) + ACKS * ACK_BYTES);
  if (check(&checks, datagram != NULL, "no memory for datagrams")) {
    try_largest_host(&checks);
    if (checks.failed == NULL) try_rings(&checks, LARGEST / 2, datagram);
    if (checks.failed == NULL) try_rings(&checks, LARGEST, datagram);
  }
  return check_conclude(&checks);
}
