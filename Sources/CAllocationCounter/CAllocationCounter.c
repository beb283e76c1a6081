#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TCPCORE_NO_COUNTING 1
#endif
#endif

#if defined(__GLIBC__) && !defined(TCPCORE_NO_COUNTING)

// The C library's own allocator under its other names. Thread-local, so that parallel tests do not count each
// other's allocations; initial-exec, so that the first access of a thread does not allocate itself.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread uint64_t count __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) {
  count += 1;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += 1;
  return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
  count += 1;
  return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
  count += 1;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += 1;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count += 1;
  void *pointer = __libc_memalign(alignment, size);
  if (pointer == NULL) return ENOMEM;
  *result = pointer;
  return 0;
}

uint64_t tcpcore_allocation_count(void) { return count; }
int tcpcore_allocation_counting(void) { return 1; }

#else

uint64_t tcpcore_allocation_count(void) { return 0; }
int tcpcore_allocation_counting(void) { return 0; }

#endif
