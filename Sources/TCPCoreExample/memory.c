#include "memory.h"

#include <tcpcore.h>

#include "loopback.h"
#include "tun.h"

/* Only one of the modes runs. */
#define MEMORY_BYTES (LOOPBACK_BYTES > TUN_BYTES ? LOOPBACK_BYTES : TUN_BYTES)

static unsigned char memory[MEMORY_BYTES] TCPCORE_ALIGNED;
static size_t memory_taken;

void *memory_take(size_t bytes) {
  size_t rounded = TCPCORE_ROUNDED(bytes);
  if (rounded > sizeof memory - memory_taken) return NULL;
  memory_taken += rounded;
  return memory + memory_taken - rounded;
}
