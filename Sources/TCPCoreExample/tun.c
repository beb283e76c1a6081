#define _GNU_SOURCE
#include "tun.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "device.h"
#include "memory.h"
#include "text.h"

/* How many datagrams are taken in before answers go out: more means fewer acknowledgments, and later ones. */
#define BATCH 32
#define USUAL_MTU 1500
#define EXPIRE_BUDGET 64
#define RETRY_DELAY UINT64_C(1000)
#define STOP_LIMIT UINT64_C(6000000)

struct loop {
  int device;
  tcpcore_host_t *host;
  struct services *services;
  uint8_t *arriving;
  uint8_t *departing;
  uint32_t departing_count; /* above 0: a datagram that the device had no room for */
  tcpcore_time_t stop_at;   /* TCPCORE_NEVER until a signal comes */
};

static volatile sig_atomic_t signals;

static void note_signal(int number) {
  (void)number;
  if (signals < 2) signals++;
}

/* Signals come only while ppoll waits, so that none slips in between a look at `signals` and the wait. */
static void catch_signals(sigset_t *mask_while_waiting) {
  struct sigaction action;
  sigset_t blocked;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, mask_while_waiting);
  sigdelset(mask_while_waiting, SIGINT);
  sigdelset(mask_while_waiting, SIGTERM);
}

static tcpcore_time_t clock_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (tcpcore_time_t)time.tv_sec * 1000000 + (tcpcore_time_t)time.tv_nsec / 1000;
}

static int fail(const char *what, int32_t error) {
  text_use(STDERR_FILENO);
  text("tcpcore-example: ");
  text(what);
  text(": ");
  text(tcpcore_strerror(error));
  text("\n");
  return 1;
}

/* Waits for a datagram, a signal, or the moment when something is due. False if the device is gone. */
static bool wait_for_work(const struct loop *loop, const sigset_t *mask) {
  tcpcore_time_t now = clock_now();
  tcpcore_time_t deadline = tcpcore_deadline(loop->host);
  tcpcore_time_t other = services_deadline(loop->services);
  if (other < deadline) deadline = other;
  if (loop->stop_at < deadline) deadline = loop->stop_at;
  if (loop->departing_count > 0 && now + RETRY_DELAY < deadline) deadline = now + RETRY_DELAY;

  tcpcore_time_t wait = deadline > now ? deadline - now : 0;
  struct timespec limit;
  limit.tv_sec = (time_t)(wait / 1000000 < 86400 ? wait / 1000000 : 86400);
  limit.tv_nsec = (long)(wait % 1000000) * 1000;
  struct pollfd waiting = {loop->device, POLLIN, 0};
  int result = ppoll(&waiting, 1, &limit, mask);
  return result < 0 ? errno == EINTR : (waiting.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
}

/* Takes in what has come, at most a batch. False if the device is gone. */
static bool receive(struct loop *loop, tcpcore_time_t now) {
  for (int taken = 0; taken < BATCH; taken++) {
    uint32_t count;
    enum device_result result = device_read(loop->device, loop->arriving, TUN_LARGEST_DATAGRAM, &count);
    if (result == DEVICE_WAIT) return true;
    if (result == DEVICE_GONE) return false;
    /* The outcome is counted by the host; there is nothing to do about a bad datagram. */
    tcpcore_arrive(loop->host, 0, loop->arriving, count, now);
  }
  return true;
}

/* Sends what is owed, at most a batch, beginning with what could not be sent before. False if the device is
   gone. */
static bool send_owed(struct loop *loop, tcpcore_time_t now) {
  for (int sent = 0; sent < BATCH; sent++) {
    if (loop->departing_count == 0) {
      uint32_t interface;
      int32_t count = tcpcore_transmit(loop->host, loop->departing, TUN_LARGEST_DATAGRAM, now, &interface);
      if (count <= 0) return true;
      loop->departing_count = (uint32_t)count;
    }
    enum device_result result = device_write(loop->device, loop->departing, loop->departing_count);
    if (result == DEVICE_WAIT) return true;
    if (result == DEVICE_GONE) return false;
    loop->departing_count = 0;
  }
  return true;
}

/* Serves until it has been asked to stop and the connections are closed, or six seconds have passed, or a
   second signal has come. False if the device is gone. */
static bool serve(struct loop *loop) {
  sigset_t mask;
  catch_signals(&mask);
  for (;;) {
    if (!wait_for_work(loop, &mask)) return false;
    tcpcore_time_t now = clock_now();
    if (!receive(loop, now)) return false;
    tcpcore_expire(loop->host, now, EXPIRE_BUDGET);
    if (signals > 0 && loop->stop_at == TCPCORE_NEVER) {
      loop->stop_at = now + STOP_LIMIT;
      services_stop(loop->services, now);
    }
    services_run(loop->services, now);
    if (!send_owed(loop, now)) return false;
    if (loop->stop_at == TCPCORE_NEVER) continue;
    if (services_are_idle(loop->services) && tcpcore_deadline(loop->host) > now) return true;
    if (signals > 1 || now >= loop->stop_at) {
      services_abandon(loop->services, now);
      return send_owed(loop, now);
    }
  }
}

/* Makes the host and its services. Returns 0, or an exit code. */
static int prepare(struct loop *loop, const char *device, const tcpcore_address_t *address) {
  tcpcore_configuration_t configuration;
  tcpcore_configuration_default(&configuration, SERVICES_SESSIONS, TUN_RING_BYTES, TUN_RING_BYTES);
  configuration.half_open = TUN_HALF_OPEN;
  configuration.time_wait = TUN_TIME_WAIT;
  configuration.listeners = SERVICES_LISTENERS;
  configuration.replies = TUN_REPLIES;

  uint8_t secret[16];
  if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret) {
    return fail("no random numbers", TCPCORE_ERROR_INSUFFICIENT_RESOURCES);
  }
  int32_t result = tcpcore_init(memory_take(TUN_HOST_BYTES), TUN_HOST_BYTES, &configuration, secret, clock_now(),
                                &loop->host);
  if (result < 0) return fail("tcpcore_init", result);
  loop->services = memory_take(sizeof *loop->services);
  loop->arriving = memory_take(TUN_LARGEST_DATAGRAM);
  loop->departing = memory_take(TUN_LARGEST_DATAGRAM);
  if (loop->departing == NULL) return fail("the static array", TCPCORE_ERROR_MEMORY_TOO_SMALL);

  uint32_t mtu = device_mtu(device, USUAL_MTU);
  if (mtu > TUN_LARGEST_DATAGRAM) mtu = TUN_LARGEST_DATAGRAM;
  result = tcpcore_set_interface(loop->host, 0, mtu, 0);
  if (result < 0) return fail("the device's MTU", result);
  result = tcpcore_add_address(loop->host, 0, *address, address_is_ipv4(address) ? 24 : 64);
  if (result < 0) return fail("the address", result);
  result = services_begin(loop->services, loop->host);
  return result < 0 ? fail("tcpcore_listen", result) : 0;
}

int tun_run(const char *device, const tcpcore_address_t *address) {
  struct loop loop;
  memset(&loop, 0, sizeof loop);
  loop.stop_at = TCPCORE_NEVER;
  loop.device = device_open(device);
  if (loop.device < 0) return 1;
  int code = prepare(&loop, device, address);
  if (code == 0) {
    text("serving port 80 (pages) and port 7 (echo) on ");
    text(device);
    text("\n");
    if (serve(&loop)) {
      text("stopped\n");
    } else {
      text_use(STDERR_FILENO);
      text("tcpcore-example: the device is gone; make it again and start me again\n");
      code = 1;
    }
  }
  close(loop.device);
  return code;
}
