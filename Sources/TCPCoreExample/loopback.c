#include "loopback.h"

#include <string.h>

#include "check.h"
#include "closing.h"
#include "text.h"
#include "thorough.h"
#include "transfer.h"

#define USUAL_OCTETS 1048576
#define USUAL_SEED 1
#define USUAL_LOSS 20
#define MOST_OCTETS UINT64_C(1000000000000)

static void report_links(const struct pair *pair) {
  const struct link *left = &pair->links[LEFT];
  const struct link *right = &pair->links[RIGHT];
  text_line("datagrams_offered", left->offered + right->offered);
  text_line("datagrams_lost", left->lost + right->lost);
  text_line("datagrams_doubled", left->doubled + right->doubled);
  text_line("datagrams_overtaken", left->overtaken + right->overtaken);
  text_line("datagrams_overflowed", left->overflowed + right->overflowed);
  text_line("datagrams_arrived", pair->arrived);
}

static void report_hosts(const struct pair *pair) {
  tcpcore_counters_t left;
  tcpcore_counters_t right;
  if (tcpcore_counters(pair->hosts[LEFT], &left) < 0 || tcpcore_counters(pair->hosts[RIGHT], &right) < 0) return;
  text_line("segments_sent_left", left.segments_sent);
  text_line("segments_sent_right", right.segments_sent);
  text_line("segments_retransmitted_left", left.segments_retransmitted);
  text_line("segments_retransmitted_right", right.segments_retransmitted);
  text_line("fast_retransmits", left.fast_retransmits + right.fast_retransmits);
  text_line("timeouts", left.timeouts + right.timeouts);
}

static int run(const struct loopback_settings *settings) {
  struct pair pair;
  struct checks checks = {0, 0, 0, 0};
  text_line("seed", settings->seed);
  text_line("loss_permille", settings->loss);

  thorough_sizes(&checks);
  text_line("size_checks", checks.count);
  if (!check_equal(&checks, pair_begin(&pair, settings->seed, settings->loss), TCPCORE_OK, "pair_begin")) {
    return check_conclude(&checks);
  }
  tcpcore_time_t beginning = pair.now;
  transfer(&pair, &checks, settings);
  report_links(&pair);
  report_hosts(&pair);

  pair.links[LEFT].is_smooth = true;
  pair.links[RIGHT].is_smooth = true;
  if (checks.failed == NULL) check_closing(&pair, &checks);
  uint64_t before = checks.count;
  if (checks.failed == NULL) thorough_bad_calls(&pair, &checks);
  text_line("bad_calls", checks.count - before);
  if (checks.failed == NULL) thorough_requests(&pair, &checks);

  text_line("virtual_microseconds", pair.now - beginning);
  text_line_hex("datagrams_hash", pair.hash);
  text_line("checks", checks.count);
  return check_conclude(&checks);
}

int loopback_main(int count, char **words) {
  struct loopback_settings settings = {USUAL_OCTETS, USUAL_SEED, USUAL_LOSS};
  uint64_t loss = USUAL_LOSS;
  for (int index = 0; index < count; index += 2) {
    if (index + 1 == count) return -1;
    const char *name = words[index];
    const char *value = words[index + 1];
    bool is_good = false;
    if (strcmp(name, "--bytes") == 0) is_good = text_to_number(value, MOST_OCTETS, &settings.octets);
    if (strcmp(name, "--seed") == 0) is_good = text_to_number(value, UINT64_MAX, &settings.seed);
    if (strcmp(name, "--loss") == 0) is_good = text_to_number(value, 1000, &loss);
    if (!is_good) return -1;
  }
  settings.loss = (uint32_t)loss;
  return run(&settings);
}
