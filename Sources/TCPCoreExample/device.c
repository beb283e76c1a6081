#define _GNU_SOURCE
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"

/* As in <linux/if_tun.h>, which not every C library comes with. */
#define TUN_SET_INTERFACE _IOW('T', 202, int)
#define TUN_MODE 0x0001
#define TUN_NO_PACKET_INFORMATION 0x1000

static void complain(const char *name, const char *why, const char *what_to_do) {
  text_use(STDERR_FILENO);
  text("tcpcore-example: ");
  text(name);
  text(": ");
  text(why);
  text("; ");
  text(what_to_do);
  text("\n");
}

static void complain_about_file(int error) {
  const char *file = "/dev/net/tun";
  if (error == ENOENT || error == ENODEV || error == ENXIO) {
    complain(file, "there is none",
             "load the driver: modprobe tun, or mkdir -p /dev/net && mknod /dev/net/tun c 10 200");
  } else if (error == EACCES || error == EPERM) {
    complain(file, "no permission", "run as root, or ask root for: chmod 666 /dev/net/tun");
  } else {
    complain(file, "cannot be opened", "is the TUN driver part of this kernel?");
  }
}

static void complain_about_device(const char *name, int error) {
  if (error == EPERM || error == EACCES) {
    complain(name, "no permission", "run as root, or let root make it yours: ip tuntap add dev NAME mode tun user YOU");
  } else if (error == EBUSY) {
    complain(name, "another program uses it", "end that program, or choose another device");
  } else if (error == EINVAL) {
    complain(name, "exists, and is no TUN device",
             "choose another name, or make it with: ip tuntap add dev NAME mode tun");
  } else {
    complain(name, "cannot be used", "try another name");
  }
}

/* The kernel's way of naming an interface. False if the name is too long. */
static bool set_name(struct ifreq *request, const char *name) {
  memset(request, 0, sizeof *request);
  size_t count = strlen(name);
  if (count == 0 || count >= sizeof request->ifr_name) return false;
  memcpy(request->ifr_name, name, count);
  return true;
}

int device_open(const char *name) {
  struct ifreq request;
  if (!set_name(&request, name)) {
    complain(name, "no name for a device", "take 1 to 15 letters, such as tun0");
    return -1;
  }
  request.ifr_flags = TUN_MODE | TUN_NO_PACKET_INFORMATION;
  int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    complain_about_file(errno);
    return -1;
  }
  if (ioctl(descriptor, TUN_SET_INTERFACE, &request) < 0) {
    complain_about_device(name, errno);
    close(descriptor);
    return -1;
  }
  return descriptor;
}

uint32_t device_mtu(const char *name, uint32_t otherwise) {
  struct ifreq request;
  if (!set_name(&request, name)) return otherwise;
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return otherwise;
  int result = ioctl(descriptor, SIOCGIFMTU, &request);
  close(descriptor);
  return result < 0 || request.ifr_mtu <= 0 ? otherwise : (uint32_t)request.ifr_mtu;
}

enum device_result device_read(int descriptor, void *buffer, uint32_t bytes, uint32_t *count) {
  ssize_t result = read(descriptor, buffer, bytes);
  if (result > 0) {
    *count = (uint32_t)result;
    return DEVICE_DONE;
  }
  if (result == 0) return DEVICE_GONE;
  return errno == EAGAIN || errno == EINTR ? DEVICE_WAIT : DEVICE_GONE;
}

enum device_result device_write(int descriptor, const void *datagram, uint32_t count) {
  if (write(descriptor, datagram, count) >= 0) return DEVICE_DONE;
  if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM || errno == EINTR) return DEVICE_WAIT;
  return errno == EBADFD || errno == ENODEV ? DEVICE_GONE : DEVICE_DONE;
}
