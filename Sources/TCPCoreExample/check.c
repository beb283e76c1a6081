#include "check.h"

#include <stddef.h>

bool check(struct checks *checks, bool is_good, const char *what) {
  checks->count++;
  if (!is_good && checks->failed == NULL) checks->failed = what;
  return is_good;
}

bool check_equal(struct checks *checks, int64_t got, int64_t wanted, const char *what) {
  bool is_first = checks->failed == NULL;
  if (check(checks, got == wanted, what)) return true;
  if (is_first) {
    checks->got = got;
    checks->wanted = wanted;
  }
  return false;
}
