/* What the self-test has found: each check is counted, and the first failure is reported. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct checks {
  uint64_t count;
  const char *failed; /* null: all were good */
  int64_t got;        /* where numbers were compared */
  int64_t wanted;
};

/* These return whether the check was good. */
bool check(struct checks *checks, bool is_good, const char *what);
bool check_equal(struct checks *checks, int64_t got, int64_t wanted, const char *what);

/* Prints "ok", or "FAILED: " and what. Returns the program's exit code. */
int check_conclude(const struct checks *checks);

#endif
