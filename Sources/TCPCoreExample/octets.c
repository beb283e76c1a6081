#include "octets.h"

#define FACTOR UINT32_C(0x9E3779B1)

void octets_fill(uint32_t start, uint64_t offset, uint8_t *octets, uint32_t count) {
  uint32_t value = (start + (uint32_t)offset) * FACTOR;
  for (uint32_t index = 0; index < count; index++) {
    octets[index] = (uint8_t)(value >> 24);
    value += FACTOR;
  }
}

bool octets_match(uint32_t start, uint64_t offset, const uint8_t *octets, uint32_t count) {
  uint32_t value = (start + (uint32_t)offset) * FACTOR;
  for (uint32_t index = 0; index < count; index++) {
    if (octets[index] != (uint8_t)(value >> 24)) return false;
    value += FACTOR;
  }
  return true;
}
