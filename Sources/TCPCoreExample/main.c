/*
 * An example firmware around tcp-core: its whole memory is one static array, and nothing is ever allocated.
 *
 *   tcpcore-example --loopback [--bytes N] [--seed N] [--loss PERMILLE]
 *   tcpcore-example tun DEVICE ADDRESS
 *
 * The files, from the outside in: main, loopback and tun (the two modes), services (pages, echo), and the small things
 * that they stand on (device, link, octets, address, text, memory).
 */
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "loopback.h"
#include "text.h"
#include "tun.h"

static int usage(void) {
  text_use(STDERR_FILENO);
  text(
      "usage:\n"
      "  tcpcore-example --loopback [--bytes N] [--seed N] [--loss PERMILLE]\n"
      "    two hosts over a bad link, in virtual time: a self-test that needs no device\n"
      "  tcpcore-example tun DEVICE ADDRESS\n"
      "    pages on port 80 and echo on port 7, for example: tcpcore-example tun tun0 10.7.0.2\n"
      "    beforehand: ip tuntap add dev tun0 mode tun\n"
      "                ip addr add 10.7.0.1/24 dev tun0 && ip link set tun0 up\n");
  return 2;
}

static int loopback(int count, char **words) {
  struct loopback_settings settings = {1048576, 1, 20};
  uint64_t loss = settings.loss;
  for (int index = 0; index < count; index += 2) {
    if (index + 1 == count) return usage();
    const char *name = words[index];
    const char *value = words[index + 1];
    bool is_good = false;
    if (strcmp(name, "--bytes") == 0) is_good = text_to_number(value, LOOPBACK_MOST_OCTETS, &settings.octets);
    if (strcmp(name, "--seed") == 0) is_good = text_to_number(value, UINT64_MAX, &settings.seed);
    if (strcmp(name, "--loss") == 0) is_good = text_to_number(value, 1000, &loss);
    if (!is_good) return usage();
  }
  settings.loss = (uint32_t)loss;
  return loopback_run(&settings);
}

int main(int count, char **words) {
  int code = -1;
  tcpcore_address_t address;
  if (count >= 2 && strcmp(words[1], "--loopback") == 0) code = loopback(count - 2, words + 2);
  if (count == 4 && strcmp(words[1], "tun") == 0 && address_parse(words[3], &address)) {
    code = tun_run(words[2], &address);
  }
  if (code < 0) code = usage();
  return text_is_complete() || code != 0 ? code : 1;
}
