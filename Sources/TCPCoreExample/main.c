/*
 * An example firmware around tcp-core: its whole memory is one static array, and nothing is ever allocated.
 *
 *   tcpcore-example --loopback [--bytes N] [--seed N] [--loss PERMILLE]
 *   tcpcore-example tun DEVICE ADDRESS
 *
 * The files, from the outside in: main; tun and loopback, the two modes; services (pages, echo) for the one;
 * pair, transfer and closing for the other; and what they are built on: device, link, octets, address, text
 * and memory.
 */
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "loopback.h"
#include "text.h"
#include "thorough.h"
#include "tun.h"


static int usage(void) {
  text_use(STDERR_FILENO);
  text(
      "usage:\n" LOOPBACK_USAGE
      "  tcpcore-example tun DEVICE ADDRESS\n"
      "    pages on port 80 and echo on port 7, for example: tcpcore-example tun tun0 10.7.0.2\n"
      "    beforehand: ip tuntap add dev tun0 mode tun\n"
      "                ip addr add 10.7.0.1/24 dev tun0 && ip link set tun0 up\n");
  return 2;
}

int main(int count, char **words) {
  int code = -1;
  tcpcore_address_t address;
  if (count >= 2 && strcmp(words[1], "--loopback") == 0) code = loopback_main(count - 2, words + 2);
  if (count == 2 && strcmp(words[1], "--large") == 0) code = thorough_large();
  if (count == 4 && strcmp(words[1], "tun") == 0 && address_parse(words[3], &address)) {
    code = tun_run(words[2], &address);
  }
  if (code < 0) code = usage();
  return text_is_complete() || code != 0 ? code : 1;
}
