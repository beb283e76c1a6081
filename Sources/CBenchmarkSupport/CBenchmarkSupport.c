#include "CBenchmarkSupport.h"

#include <string.h>
#include <time.h>
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

uint64_t tcpcore_opaque(uint64_t value) { return value; }

void *tcpcore_opaque_pointer(void *pointer) { return pointer; }

uint64_t tcpcore_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

const char *tcpcore_c_library(void) {
#if defined(__GLIBC__)
  static char name[64];
  strcpy(name, "glibc ");
  strncat(name, gnu_get_libc_version(), 32);
  return name;
#elif defined(__APPLE__)
  return "libSystem";
#else
  return "musl";
#endif
}

// A request to valgrind: a sequence of instructions that does nothing on a processor (the client request
// mechanism of valgrind's manual, chapter 3). The numbers are those of valgrind.h and callgrind.h.
static uint64_t request(uint64_t number, uint64_t argument) {
  volatile uint64_t arguments[6] = {number, argument, 0, 0, 0, 0};
  uint64_t result = 0;
#if defined(__x86_64__)
  __asm__ volatile(
      "rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi; xchgq %%rbx, %%rbx"
      : "+d"(result)
      : "a"(&arguments[0])
      : "cc", "memory");
#elif defined(__aarch64__)
  register uint64_t outcome __asm__("x3") = result;
  register volatile uint64_t *place __asm__("x4") = arguments;
  __asm__ volatile(
      "ror x12, x12, #3; ror x12, x12, #13; ror x12, x12, #51; ror x12, x12, #61; orr x10, x10, x10"
      : "+r"(outcome)
      : "r"(place)
      : "cc", "memory");
  result = outcome;
#endif
  return result;
}

enum {
  running_on_valgrind = 0x1001,
  callgrind_base = 'C' << 24 | 'T' << 16,
  callgrind_toggle_collect = callgrind_base + 2,
  callgrind_dump_stats_at = callgrind_base + 3,
};

int tcpcore_is_counted(void) { return request(running_on_valgrind, 0) > 0; }

void tcpcore_toggle_counting(void) { request(callgrind_toggle_collect, 0); }

void tcpcore_dump_counts(const char *name) { request(callgrind_dump_stats_at, (uint64_t)(uintptr_t)name); }
