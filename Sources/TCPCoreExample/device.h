/* A TUN device of Linux: a file from which IP datagrams are read, and to which they are written. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

/* Opens the device of this name, not blocking. Returns a file descriptor; or -1, and has said why on standard
   error. */
int device_open(const char *name);

/* The MTU that the system has set for the device, or `otherwise`. */
uint32_t device_mtu(const char *name, uint32_t otherwise);

enum device_result {
  DEVICE_DONE,
  DEVICE_WAIT, /* nothing to read now; or no room to write now */
  DEVICE_GONE,
};

/* Reads one datagram. */
enum device_result device_read(int descriptor, void *buffer, uint32_t bytes, uint32_t *count);

/* Writes one datagram. What the device refuses for good is lost, as on any network. */
enum device_result device_write(int descriptor, const void *datagram, uint32_t count);

#endif
