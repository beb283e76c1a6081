#include "text.h"

#include <errno.h>
#include <unistd.h>

static char line[160];
static uint32_t line_count;
static int output = STDOUT_FILENO;
static bool has_failed;

static void flush(void) {
  uint32_t done = 0;
  while (done < line_count) {
    ssize_t written = write(output, line + done, line_count - done);
    if (written > 0) {
      done += (uint32_t)written;
    } else if (errno != EINTR) {
      has_failed = true;
      break;
    }
  }
  line_count = 0;
}

static void put(char letter) {
  if (line_count == sizeof line) flush();
  line[line_count++] = letter;
  if (letter == '\n') flush();
}

void text_use(int descriptor) {
  flush();
  output = descriptor;
}

void text(const char *words) {
  while (*words != 0) put(*words++);
}

void text_number(uint64_t number) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) put(digits[--count]);
}

void text_line(const char *name, uint64_t value) {
  text(name);
  put(' ');
  text_number(value);
  put('\n');
}

void text_line_hex(const char *name, uint64_t value) {
  text(name);
  put(' ');
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[(value >> shift) & 15]);
  put('\n');
}

bool text_is_complete(void) {
  flush();
  return !has_failed;
}

bool text_to_number(const char *words, uint64_t most, uint64_t *number) {
  uint64_t value = 0;
  if (*words == 0) return false;
  for (; *words != 0; words++) {
    if (*words < '0' || *words > '9') return false;
    uint64_t digit = (uint64_t)(*words - '0');
    if (digit > most || value > (most - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *number = value;
  return true;
}
