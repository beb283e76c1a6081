#include "address.h"

#include <string.h>

static bool parse_ipv4(const char *words, tcpcore_address_t *address) {
  uint8_t parts[4];
  for (int part = 0; part < 4; part++) {
    uint32_t value = 0;
    int digits = 0;
    char first = *words;
    for (; *words >= '0' && *words <= '9' && digits < 4; digits++) {
      value = value * 10 + (uint32_t)(*words++ - '0');
    }
    /* Some would read a leading zero as octal. */
    if (digits == 0 || value > 255 || (digits > 1 && first == '0')) return false;
    parts[part] = (uint8_t)value;
    if (*words++ != (part < 3 ? '.' : 0)) return false;
  }
  *address = tcpcore_ipv4(parts[0], parts[1], parts[2], parts[3]);
  return true;
}

/* The value of a hexadecimal digit, or -1. */
static int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

/* Groups of hexadecimal digits, with "::" for groups of zeros at one place. */
static bool parse_ipv6(const char *words, tcpcore_address_t *address) {
  uint8_t octets[16];
  int count = 0;
  int gap = -1;
  if (words[0] == ':' && words[1] != ':') return false;
  while (*words != 0) {
    if (words[0] == ':' && words[1] == ':') {
      if (gap >= 0) return false;
      gap = count;
      words += 2;
      if (*words == ':') return false;
      continue;
    }
    if (*words == ':') words++;
    uint32_t value = 0;
    int digits = 0;
    for (; hex_digit(*words) >= 0 && digits < 5; digits++) {
      value = value * 16 + (uint32_t)hex_digit(*words++);
    }
    if (digits < 1 || digits > 4 || count == 16 || (*words != ':' && *words != 0)) return false;
    octets[count++] = (uint8_t)(value >> 8);
    octets[count++] = (uint8_t)(value & 0xff);
  }
  if (gap < 0 ? count != 16 : count > 14) return false;
  int front = gap < 0 ? 16 : gap;
  memset(address->octets, 0, 16);
  memcpy(address->octets, octets, (size_t)front);
  memcpy(address->octets + 16 - (count - front), octets + front, (size_t)(count - front));
  return true;
}

bool address_parse(const char *words, tcpcore_address_t *address) {
  return parse_ipv4(words, address) || parse_ipv6(words, address);
}

bool address_is_ipv4(const tcpcore_address_t *address) {
  static const uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return memcmp(address->octets, prefix, sizeof prefix) == 0;
}
