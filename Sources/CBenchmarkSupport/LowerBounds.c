// The least that a processor needs for some octets, whichever the build is for: vectors are as wide as it has
// them, as those of the C library's memcpy are.
#include "CBenchmarkSupport.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t halves(uint64_t word) { return (word & 0xffffffff) + (word >> 32); }

// Fewer octets than vectors pay for. This and what follows copies, or sums alone: the caller's constant
// decides which.
INLINE uint64_t sum_few(unsigned char *to, const unsigned char *from, size_t count, const int copies) {
  uint64_t total = 0;
  size_t place = 0;
#pragma clang loop vectorize(disable)
  for (; place + 8 <= count; place += 8) {
    uint64_t word;
    memcpy(&word, from + place, 8);
    if (copies) memcpy(to + place, &word, 8);
    total += halves(word);
  }
  if (count & 4) {
    uint32_t word;
    memcpy(&word, from + place, 4);
    if (copies) memcpy(to + place, &word, 4);
    total += word;
    place += 4;
  }
  if (count & 2) {
    uint16_t word;
    memcpy(&word, from + place, 2);
    if (copies) memcpy(to + place, &word, 2);
    total += word;
    place += 2;
  }
  if (count & 1) {
    uint16_t word = 0;
    memcpy(&word, from + place, 1);
    if (copies) memcpy(to + place, &word, 1);
    total += word;
  }
  return total;
}

// Adds words and drops the carries, and adds their high halves apart; the sum of the low halves follows from
// both for up to 2^32 words.
typedef uint64_t line __attribute__((vector_size(64)));
typedef uint64_t pair __attribute__((vector_size(16)));

INLINE void add_line(unsigned char *to, const unsigned char *from, line *all, line *high, const int copies) {
  line words;
  memcpy(&words, from, 64);
  if (copies) memcpy(to, &words, 64);
  *all += words;
  *high += words >> 32;
}

INLINE uint64_t sum_lines(unsigned char *to, const unsigned char *from, size_t count, const int copies) {
  line all = {0}, high = {0};
  size_t place = 0;
  // Two at once, since each round pays for the loop.
  for (; place + 128 <= count; place += 128) {
    add_line(to + place, from + place, &all, &high, copies);
    add_line(to + place + 64, from + place + 64, &all, &high, copies);
  }
  if (place + 64 <= count) {
    add_line(to + place, from + place, &all, &high, copies);
    place += 64;
  }
  for (; place + 16 <= count; place += 16) {
    pair words;
    memcpy(&words, from + place, 16);
    if (copies) memcpy(to + place, &words, 16);
    line wide = __builtin_shufflevector(words, (pair){0}, 0, 1, 2, 3, 2, 3, 2, 3);
    all += wide;
    high += wide >> 32;
  }
  uint64_t total = __builtin_reduce_add(all - (high << 32) + high);
  return total + sum_few(to + place, from + place, count - place, copies);
}

// Whole lines of the cache are written, after the octets before the first.
INLINE uint64_t copy_lines(unsigned char *to, const unsigned char *from, size_t count) {
  size_t head = -(uintptr_t)to & 63;
  if (head == 0) return sum_lines(to, from, count, 1);
  uint64_t total = sum_few(to, from, head, 1);
  uint64_t rest = sum_lines(to + head, from + head, count - head, 1);
  // What begins at an odd place counts with its octets swapped (RFC 1071 section 2(B)).
  if (head & 1) rest = (rest & 0x00ff00ff00ff00ff) << 8 | (rest >> 8 & 0x00ff00ff00ff00ff);
  return total + rest;
}

// The same two for each width: what is always inlined takes the width of the function around it.
#define WALKS(suffix, width)                                                                                     \
  width static uint64_t sum_##suffix(const void *from, size_t count) { return sum_lines(0, from, count, 0); }    \
  width static uint64_t copy_##suffix(void *to, const void *from, size_t count) { return copy_lines(to, from, count); }

WALKS(narrow, )
static uint64_t (*sum_widest)(const void *, size_t) = sum_narrow;
typedef uint64_t copy_sum(void *, const void *, size_t);
static copy_sum *copy_wide = copy_narrow, *copy_widest = copy_narrow;

#if defined(__x86_64__)
WALKS(avx2, __attribute__((target("avx2"))))
WALKS(avx512, __attribute__((target("avx512f"))))

__attribute__((constructor)) static void choose_widths(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return;
  sum_widest = sum_avx2;
  copy_wide = copy_widest = copy_avx2;
  if (!__builtin_cpu_supports("avx512f")) return;
  sum_widest = sum_avx512;
  copy_widest = copy_avx512;
}
#endif

uint64_t tcpcore_lower_bound_sum(const void *from, size_t count) {
  return count < 128 ? sum_few(0, from, count, 0) : sum_widest(from, count);
}

uint64_t tcpcore_lower_bound_copy_sum(void *to, const void *from, size_t count, int way) {
  if (count < 128) return sum_few(to, from, count, 1);
  switch (way) {
    case 0: return copy_narrow(to, from, count);
    case 1: return copy_wide(to, from, count);
    case 2: return copy_widest(to, from, count);
  }
  uint64_t total = sum_widest(from, count);
  memcpy(to, from, count);
  return total;
}

void tcpcore_lower_bound_copy(void *to, const void *from, size_t count) { memcpy(to, from, count); }
