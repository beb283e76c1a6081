// Measures libtcpcore.a in a program that links it as any C program does: the same work as the benchmarks of
// these names without "archive" do in Swift. tcpcore-bench --archive runs it.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CBenchmarkSupport.h"
#include "tcpcore.h"

#ifndef NAME
#define NAME "archive"
#endif

enum { ring = 65536, mtu = 1500, size = 1460, most = 64 };

// Two hosts, and what is on its way between them.
typedef struct bench_host {
  tcpcore_host_t *host;
  tcpcore_endpoint_t endpoint;
} bench_host_t;

static struct {
  bench_host_t left, right;
  tcpcore_handle_t client, server, listener;
  tcpcore_options_t options;
  tcpcore_time_t now;
  uint64_t datagrams, operations;
} pair;

static unsigned char text[ring], sink[ring], queue[most][mtu + 4];
static int32_t lengths[most];

static void demand(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void set_up(bench_host_t *bench_host, uint8_t number, uint32_t connections) {
  tcpcore_configuration_t configuration;
  tcpcore_configuration_default(&configuration, connections, ring, ring);
  configuration.time_wait = 64;
  const int64_t bytes = tcpcore_bytes(&configuration);
  void *memory = aligned_alloc(64, ((size_t)bytes + 63) / 64 * 64);
  const uint8_t secret[16] = {0x67, 0x45, 0x23, 0x01, [8] = number};
  demand(memory && tcpcore_init(memory, (uint64_t)bytes, &configuration, secret, pair.now, &bench_host->host) == 0
             && tcpcore_set_interface(bench_host->host, 0, mtu, 0) == 0,
         "a host cannot be made");
  bench_host->endpoint = (tcpcore_endpoint_t){tcpcore_ipv4(10, 0, 0, number), 80};
  demand(tcpcore_add_address(bench_host->host, 0, bench_host->endpoint.address, 8) == 0, "no address");
}

// One datagram; whether there was one.
static inline bool pass(bench_host_t *from, bench_host_t *to) {
  const int32_t count = tcpcore_transmit(from->host, queue[0], mtu, pair.now, NULL);
  if (count <= 0) return false;
  pair.datagrams++;
  tcpcore_arrive(to->host, 0, queue[0], (uint32_t)count, pair.now);
  return true;
}

// All that leave, and only then do they arrive.
static inline int pass_all(bench_host_t *from, bench_host_t *to) {
  int count = 0;
  while (count < most && (lengths[count] = tcpcore_transmit(from->host, queue[count], mtu, pair.now, NULL)) > 0) count++;
  for (int index = 0; index < count; index++)
    tcpcore_arrive(to->host, 0, queue[index], (uint32_t)lengths[index], pair.now);
  pair.datagrams += (uint64_t)count;
  return count;
}

static void shuttle(void) {
  bool moved = true;
  while (moved) {
    moved = false;
    while (pass(&pair.left, &pair.right)) moved = true;
    while (pass(&pair.right, &pair.left)) moved = true;
  }
}

static void take_events(void) {
  tcpcore_event_t event;
  while (tcpcore_next_event(pair.left.host, &event) > 0) continue;
  while (tcpcore_next_event(pair.right.host, &event) > 0) continue;
}

static void make_pair(uint32_t connections) {
  pair.now = 1000000;
  set_up(&pair.left, 1, connections);
  set_up(&pair.right, 2, connections);
  tcpcore_options_default(&pair.options);
  pair.options.flags &= (uint16_t)~TCPCORE_OPTION_TIMESTAMPS;
  demand(tcpcore_listen(pair.right.host, &pair.right.endpoint, TCPCORE_FAMILY_IPV4, 8, 0, 0, &pair.options,
                        &pair.listener) == 0,
         "nothing listens");
}

static int32_t open_client(void) {
  return tcpcore_connect(pair.left.host, &pair.right.endpoint, NULL, TCPCORE_ANY_INTERFACE, 0, &pair.options, pair.now,
                         &pair.client);
}

static void make_connection(void) {
  make_pair(2);
  demand(open_client() == 0, "no connection");
  shuttle();
  demand(tcpcore_accept(pair.right.host, pair.listener, &pair.server) == 0, "nothing is accepted");
}

static void nothing(void) {}

// ---- Text flows; an operation is 1,460 octets of it ----

enum { bulk_operations = 2873 };
static bool is_in_place, is_drained;

static inline int32_t take(void) {
  if (!is_in_place) return tcpcore_read(pair.right.host, pair.server, sink, ring, pair.now);
  tcpcore_run_t runs[2];
  const int32_t count = tcpcore_peek(pair.right.host, pair.server, runs, pair.now);
  if (count > 0) tcpcore_consume(pair.right.host, pair.server, (uint32_t)count, pair.now);
  return count;
}

static inline void give(void) {
  tcpcore_run_t runs[2];
  if (!is_in_place) {
    tcpcore_write(pair.left.host, pair.client, text, ring, pair.now);
    return;
  }
  const int32_t count = tcpcore_reserve(pair.left.host, pair.client, runs, pair.now);
  if (count > 0) tcpcore_commit(pair.left.host, pair.client, (uint32_t)count, pair.now);
}

static void run_bulk(void) {
  for (int64_t left = (int64_t)bulk_operations * size; left > 0;) {
    int32_t count;
    give();
    if (is_drained) {
      const int moved = pass_all(&pair.left, &pair.right);
      if ((count = take()) > 0) left -= count;
      demand(moved + pass_all(&pair.right, &pair.left) > 0, "the transfer makes no progress");
    } else {
      // One datagram arrives, and is read, before the next leaves.
      while (pass(&pair.left, &pair.right)) {
        if ((count = take()) > 0) left -= count;
        while (pass(&pair.right, &pair.left)) continue;
      }
    }
    take_events();
  }
}

static void make_in_place(void) {
  is_in_place = true;
  make_connection();
}

static void make_drained(void) {
  is_drained = true;
  make_connection();
}

// ---- One octet to and fro ----

enum { exchange_operations = 200 };

static inline void exchange(bench_host_t *from, tcpcore_handle_t sender, bench_host_t *to, tcpcore_handle_t receiver) {
  demand(tcpcore_write(from->host, sender, text, 1, pair.now) == 1 && pass(from, to)
             && tcpcore_read(to->host, receiver, sink, 1, pair.now) == 1,
         "an octet is lost");
}

static void run_exchanges(void) {
  for (int number = 0; number < exchange_operations; number++) {
    exchange(&pair.left, pair.client, &pair.right, pair.server);
    exchange(&pair.right, pair.server, &pair.left, pair.client);
  }
}

// ---- A connection is opened, carries one octet there and back, and is closed by both sides ----

enum { open_echo_close_operations = 50 };
static int releases;

static void make_open_echo_close(void) { make_pair(4); }

// Lets TIME-WAIT expire.
static void prepare_open_echo_close(void) {
  pair.now += 300000000;
  while (tcpcore_expire(pair.left.host, pair.now, 64) > 0) continue;
  while (tcpcore_expire(pair.right.host, pair.now, 64) > 0) continue;
  shuttle();
  releases = 0;
}

static void release(bench_host_t *bench_host, tcpcore_handle_t handle) {
  if (tcpcore_release(bench_host->host, handle, pair.now) == 0) releases++;
}

static inline void serve(const tcpcore_event_t *event) {
  tcpcore_host_t *host = pair.right.host;
  if (event->events & TCPCORE_ENDED) {
    release(&pair.right, event->handle);
  } else if (event->events & TCPCORE_READABLE) {
    if (tcpcore_read(host, event->handle, sink, 1, pair.now) == 1) {
      tcpcore_write(host, event->handle, sink, 1, pair.now);
    } else {
      tcpcore_close(host, event->handle, pair.now);
    }
  }
}

static inline void call(const tcpcore_event_t *event) {
  tcpcore_host_t *host = pair.left.host;
  if (event->events & TCPCORE_READABLE) {
    if (tcpcore_read(host, event->handle, sink, 1, pair.now) == 1) {
      tcpcore_close(host, event->handle, pair.now);
    } else {
      release(&pair.left, event->handle);
    }
  } else if (event->events & TCPCORE_WRITABLE) {
    tcpcore_write(host, event->handle, text, 1, pair.now);
  }
}

static void run_open_echo_close(void) {
  for (int number = 0; number < open_echo_close_operations; number++) {
    demand(open_client() == 0, "no connection");
    for (bool moved = true; moved;) {
      tcpcore_event_t event;
      moved = false;
      while (pass(&pair.left, &pair.right)) moved = true;
      while (tcpcore_next_event(pair.right.host, &event) > 0) serve(&event);
      while (pass(&pair.right, &pair.left)) moved = true;
      while (tcpcore_next_event(pair.left.host, &event) > 0) call(&event);
    }
  }
  demand(releases == 2 * open_echo_close_operations, "an exchange did not finish");
}

// ---- Measuring, as tcpcore-bench does it ----

typedef struct trial {
  const char *name;
  int bytes, operations;
  void (*make)(void), (*prepare)(void), (*run)(void);
} trial_t;

static const trial_t trials[] = {
    {NAME ".bulk", size, bulk_operations, make_connection, nothing, run_bulk},
    {NAME ".bulk.inplace", size, bulk_operations, make_in_place, nothing, run_bulk},
    {NAME ".bulk.drained", size, bulk_operations, make_drained, nothing, run_bulk},
    {NAME ".pingpong", 2, exchange_operations, make_connection, take_events, run_exchanges},
    {NAME ".open-echo-close", 2, open_echo_close_operations, make_open_echo_close, prepare_open_echo_close, run_open_echo_close},
};
enum { trial_count = sizeof trials / sizeof *trials };

static void batch(const trial_t *trial) {
  trial->run();
  pair.operations += (uint64_t)trial->operations;
}

static void begin(const trial_t *trial) {
  is_in_place = is_drained = false;
  trial->make();
  trial->prepare();
  batch(trial);
}

static void count_instructions(const trial_t *trial) {
  begin(trial);
  int batches = 1000 / trial->operations;
  if (batches < 1) batches = 1;
  for (int number = 0; number < batches; number++) {
    trial->prepare();
    tcpcore_toggle_counting();
    trial->run();
    tcpcore_toggle_counting();
  }
  char line[80];
  snprintf(line, sizeof line, "%s %d", trial->name, batches * trial->operations);
  tcpcore_dump_counts(line);
}

static int in_order(const void *left, const void *right) {
  const double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

// Prints nanoseconds of an operation, in the median and the quartiles, how many there were, and datagrams for
// each.
static void measure(const trial_t *trial, uint64_t time_budget) {
  static double times[4000];
  begin(trial);
  uint64_t start = tcpcore_nanoseconds();
  while (tcpcore_nanoseconds() - start < time_budget / 6) {
    trial->prepare();
    batch(trial);
  }
  int count = 0;
  start = tcpcore_nanoseconds();
  while (count < 3 || (count < 4000 && tcpcore_nanoseconds() - start < time_budget)) {
    trial->prepare();
    const uint64_t before = tcpcore_nanoseconds();
    batch(trial);
    times[count++] = (double)(tcpcore_nanoseconds() - before) / trial->operations;
  }
  qsort(times, (size_t)count, sizeof *times, in_order);
  printf("%f %f %f %d %.2f\n", times[count / 2], times[count / 4], times[count * 3 / 4], count * trial->operations,
         (double)pair.datagrams / (double)pair.operations);
}

int main(int count, char **words) {
  const bool is_listing = count == 2 && strcmp(words[1], "--list") == 0;
  const bool is_counted = count > 2 && strcmp(words[1], "--counted") == 0;
  const bool is_measured = count == 4 && strcmp(words[1], "--measure") == 0;
  demand(is_listing || is_counted || is_measured, "arguments: --list, --counted NAME..., or --measure NAME NANOSECONDS");
  for (int index = 0; index < trial_count; index++) {
    const trial_t *trial = &trials[index];
    if (is_listing) printf("%s %d\n", trial->name, trial->bytes);
    if (is_measured && strcmp(words[2], trial->name) == 0) measure(trial, strtoull(words[3], NULL, 10));
    for (int word = 2; is_counted && word < count; word++)
      if (strcmp(words[word], trial->name) == 0) count_instructions(trial);
  }
  return 0;
}
