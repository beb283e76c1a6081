#include "check.h"

#include <stddef.h>

#include "text.h"

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

int check_conclude(const struct checks *checks) {
  if (checks->failed == NULL) {
    text("ok\n");
    return 0;
  }
  text("FAILED: ");
  text(checks->failed);
  if (checks->got != checks->wanted) {
    text(checks->got < 0 ? ": -" : ": ");
    text_number(checks->got < 0 ? (uint64_t)-checks->got : (uint64_t)checks->got);
    text(checks->wanted < 0 ? ", expected -" : ", expected ");
    text_number(checks->wanted < 0 ? (uint64_t)-checks->wanted : (uint64_t)checks->wanted);
  }
  text("\n");
  return 1;
}
