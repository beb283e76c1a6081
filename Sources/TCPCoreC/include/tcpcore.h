/*
 * tcpcore: a TCP for programs that own their memory, their clock and their network device.
 *
 *   static unsigned char memory[TCPCORE_HOST_BYTES(8, 16, 16, 2, 8, 1) + 8 * TCPCORE_RING_BYTES(4096, 4096)]
 *       TCPCORE_ALIGNED;
 *
 *   tcpcore_configuration_t configuration;
 *   tcpcore_configuration_default(&configuration, 8, 4096, 4096);
 *   configuration.listeners = 2;
 *   configuration.replies = 8;
 *   tcpcore_host_t *host;
 *   if (tcpcore_init(memory, sizeof memory, &configuration, secret, now, &host) < 0) ...
 *   tcpcore_set_interface(host, 0, 1500, 0);
 *   tcpcore_add_address(host, 0, tcpcore_ipv4(10, 0, 0, 2), 24);
 *   tcpcore_listen(host, &endpoint, TCPCORE_FAMILY_BOTH, 8, 0, NULL, &listener);
 *
 *   for (;;) {
 *     wait until the device has a datagram, or tcpcore_deadline(host) has come;
 *     tcpcore_arrive(host, 0, datagram, count, now);
 *     tcpcore_expire(host, now, 64);
 *     while ((count = tcpcore_transmit(host, buffer, sizeof buffer, now, &interface)) > 0) send it;
 *     while (tcpcore_next_event(host, &event) > 0) read, write, close, release event.handle;
 *   }
 *
 * What holds for every function:
 *
 * - It allocates nothing, reads no clock, calls nobody back and has no global state. A program may have any
 *   number of hosts, each in its own memory. Calls on one host must not overlap; hosts are independent.
 * - A result below 0 is an error (TCPCORE_ERROR_...). The host and the caller's variables are then unchanged,
 *   unless the function says otherwise. (The host's clock advances with every call, even one that fails.)
 * - No argument makes it trap. A null or misaligned pointer, memory that holds no host, a stale handle, and a
 *   buffer that is too small or lies inside the host's memory are errors. What cannot be checked is trusted:
 *   that a pointer and a count describe memory that exists, and that nobody else changes the host's memory.
 * - It keeps no pointer after it returns, except to the host's memory.
 * - Times are readings of one monotonic clock, in microseconds since any fixed moment. A reading below an
 *   earlier one counts as no time having passed; tcpcore_expire reports it.
 * - Addresses and data are in network byte order, ports and all other numbers in the order of the machine.
 *
 * RFC numbers in the comments name the source of a rule.
 */
#ifndef TCPCORE_H
#define TCPCORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header, and of the archive that was made with it. */
#define TCPCORE_VERSION "0.1.0"

/* ---- Errors ---- */

#define TCPCORE_OK 0

/* Calls on connections and listeners. */
#define TCPCORE_ERROR_STALE_HANDLE (-1)          /* the handle is invalid, or was released */
#define TCPCORE_ERROR_WOULD_BLOCK (-2)           /* nothing can be written or read now; an event follows */
#define TCPCORE_ERROR_END_OF_STREAM (-3)         /* the peer has closed and everything was read */
#define TCPCORE_ERROR_CLOSING (-4)               /* the user has closed; nothing more can be sent */
#define TCPCORE_ERROR_NOT_CONNECTED (-5)         /* both sides have closed */
#define TCPCORE_ERROR_RESET (-6)                 /* the peer reset the connection */
#define TCPCORE_ERROR_REFUSED (-7)               /* the peer refused the connection */
#define TCPCORE_ERROR_TIMED_OUT (-8)             /* the peer did not answer in time */
#define TCPCORE_ERROR_UNREACHABLE (-9)           /* the peer cannot be reached */
#define TCPCORE_ERROR_ABORTED (-10)              /* the user aborted the connection */
#define TCPCORE_ERROR_ADDRESS_GONE (-11)         /* the interface lost the address that the connection used */
#define TCPCORE_ERROR_INSUFFICIENT_RESOURCES (-12) /* no free slot of the wanted kind */
#define TCPCORE_ERROR_REMOTE_UNSPECIFIED (-13)   /* no remote address or port */
#define TCPCORE_ERROR_INVALID_ADDRESS (-14)      /* multicast, broadcast or unspecified */
#define TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE (-15) /* none of ours, or no interface leads to the peer */
#define TCPCORE_ERROR_CONNECTION_EXISTS (-16)    /* a connection or listener with these endpoints exists */
#define TCPCORE_ERROR_NOT_SUPPORTED (-17)        /* not possible with what the handle names */
#define TCPCORE_ERROR_INVALID_ARGUMENT (-18)     /* a number is out of its range */

/* Configurations and memory. */
#define TCPCORE_ERROR_BAD_RING_CLASSES (-32)     /* no connection, or not 1 to 4 ring classes */
#define TCPCORE_ERROR_BAD_RING_CAPACITY (-33)    /* a ring of 0 octets, or of more than 2^30 */
#define TCPCORE_ERROR_BAD_TABLE_SIZE (-34)       /* a number out of its range, or more than 2^24 entries in
                                                    all */
#define TCPCORE_ERROR_TOO_LARGE (-35)            /* more than the machine can address */
#define TCPCORE_ERROR_MEMORY_TOO_SMALL (-36)     /* less than tcpcore_bytes() asks for */
#define TCPCORE_ERROR_MEMORY_MISALIGNED (-37)    /* not aligned: memory to TCPCORE_ALIGNMENT, an argument to
                                                    its type */
#define TCPCORE_ERROR_BAD_LIFETIME (-38)         /* a lifetime is 0, or longer than its field says */
#define TCPCORE_ERROR_BAD_PORT_RANGE (-39)       /* empty, or begins with 0 */
#define TCPCORE_ERROR_BAD_SNAPSHOT (-40)         /* of another version or machine, or damaged */

/* Arguments of this interface. */
#define TCPCORE_ERROR_NULL (-64)                 /* a null pointer where one is needed */
#define TCPCORE_ERROR_NO_HOST (-65)              /* there is no host at this address */
#define TCPCORE_ERROR_BUFFER_TOO_SMALL (-66)     /* less than the largest datagram, or than the snapshot */
#define TCPCORE_ERROR_OVERLAP (-67)              /* a buffer lies inside the host's memory */
#define TCPCORE_ERROR_CLOCK_WENT_BACK (-68)      /* the reading is below an earlier one: no time has passed */

/* What an error means, in English: never null, always valid. An unknown number is "unknown error". */
const char *tcpcore_strerror(int32_t error);

/* ---- Types ---- */

/* A host: the start of the memory that it was made in. */
typedef struct tcpcore_host tcpcore_host_t;

/* Microseconds of a monotonic clock. */
typedef uint64_t tcpcore_time_t;

/* "Never", as a deadline. */
#define TCPCORE_NEVER UINT64_MAX

/* A connection or a listener of one host. 0 is none. A released handle stays
   invalid until its slot has been reused 2^31 times. */
typedef uint64_t tcpcore_handle_t;

/* The slot of a connection: 0 up to the number of connections less one, for an array of the program's own
   state. Nobody else has the slot until the connection is released. */
static inline uint32_t tcpcore_slot(tcpcore_handle_t connection) { return (uint32_t)connection; }

/* An address of either family: IPv6, or IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). */
typedef struct tcpcore_address {
  uint8_t octets[16];
} tcpcore_address_t;

typedef struct tcpcore_endpoint {
  tcpcore_address_t address; /* all zero, or 0.0.0.0: any address */
  uint16_t port;             /* 0, of our side of tcpcore_connect only: the host chooses */
} tcpcore_endpoint_t;

/* The address a.b.c.d. */
static inline tcpcore_address_t tcpcore_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  tcpcore_address_t address = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
  return address;
}

/* A part of the host's memory that the caller may read or fill. */
typedef struct tcpcore_run {
  uint8_t *octets; /* null where count is 0 */
  uint32_t count;
} tcpcore_run_t;

/* ---- Sizes ---- */

/* Connections with rings of one size. */
typedef struct tcpcore_ring_class {
  uint32_t connections;      /* how many connections */
  uint32_t send_capacity;    /* octets that each can hold for sending: 1 to 2^30 */
  uint32_t receive_capacity; /* octets that each can hold for reading: 1 to 2^30 */
  uint32_t transmissions;    /* transmissions that each remembers: 2 to 65,535; 0: as many as suit the ring */
  uint32_t ranges;           /* out-of-order ranges of data that each can hold: 1 to 255; 0: as many as suit
                                the ring */
  uint32_t samples_delivery_rate; /* 1: BBR may be chosen; see TCPCORE_RATE_BYTES. An archive that was made
                                without --bbr refuses it (TCPCORE_ERROR_BAD_RING_CLASSES) */
} tcpcore_ring_class_t;

#define TCPCORE_RING_CLASSES 4

typedef struct tcpcore_configuration {
  uint32_t ring_class_count; /* 1 to TCPCORE_RING_CLASSES */
  tcpcore_ring_class_t ring_classes[TCPCORE_RING_CLASSES];
  uint32_t half_open;        /* handshakes that peers began, at least 1; see tcpcore_listen for what is
                                evicted */
  uint32_t time_wait;        /* connections in TIME-WAIT, at least 1; the oldest is evicted */
  uint32_t listeners;        /* 1 to 65,535 */
  uint32_t replies;          /* to segments that belong to no connection, until they are sent: 1 to 65,535 */
  uint32_t interfaces;       /* 1 to 8 */
  uint64_t maximum_segment_lifetime; /* microseconds; TIME-WAIT lasts twice as long; at most ten minutes */
  uint64_t half_open_lifetime;       /* microseconds: 1 to a day */
  uint64_t challenge_interval;       /* microseconds; see challenge_limit */
  uint32_t challenge_limit;  /* challenge acknowledgments of one connection in one interval (RFC 5961): up to
                                255; 0: none is ever sent */
  uint32_t minimum_path_mtu; /* octets, up to 65,535; no ICMP error takes the path MTU of IPv4 below this */
  uint16_t first_ephemeral_port; /* the range of ports that the host chooses from (RFC 6056) */
  uint16_t last_ephemeral_port;
  uint32_t syn_cookies; /* TCPCORE_COOKIES_...: AUTOMATIC */
} tcpcore_configuration_t;

/* When a SYN is answered with a cookie: a SYN-ACK for which nothing is kept (RFC 4987). Peers without
   timestamps then get neither window scaling nor SACK. */
#define TCPCORE_COOKIES_AUTOMATIC 0 /* where there is no room for it; so does any other number */
#define TCPCORE_COOKIES_NEVER 1     /* where there is no room, an entry is evicted, or the SYN is dropped */
#define TCPCORE_COOKIES_ALWAYS 2

/* Fills in a configuration with one ring class, and the defaults: 16 half-open and 16 TIME-WAIT entries, 4
   listeners, 8 replies, 1 interface, a maximum segment lifetime of two minutes. A null pointer is ignored. */
void tcpcore_configuration_default(tcpcore_configuration_t *configuration, uint32_t connections,
                                   uint32_t send_capacity, uint32_t receive_capacity);

/* How many octets of memory a host takes, exactly; or TCPCORE_ERROR_NULL or one of those about
   configurations. */
int64_t tcpcore_bytes(const tcpcore_configuration_t *configuration);

/* The memory of a host must be aligned to this many octets. */
#define TCPCORE_ALIGNMENT 16
/* For static arrays: at a cache line, so that the table of connections is at one, too. */
#define TCPCORE_ALIGNED __attribute__((aligned(64)))

/*
 * Room for a host, for static arrays: never less than tcpcore_bytes() says, and little more. Add one
 * TCPCORE_RING_BYTES for each connection; on machines of 32 bits a few octets of each entry are not used. The
 * next host in the same array starts after TCPCORE_ROUNDED() of the sum.
 */
#define TCPCORE_HOST_BYTES(connections, half_open, time_wait, listeners, replies, interfaces)              \
  (2720 + (interfaces) * 200 + ((connections) * 776) + ((half_open) * 112) + ((time_wait) * 120) +         \
   ((listeners) * 144) + ((replies) * 144) +                                                               \
   ((connections) + (half_open) + (time_wait) + (listeners)) * 64)

/* Room for the rings and tables of one connection whose ring class leaves `transmissions` and `ranges` 0. */
#define TCPCORE_RING_BYTES(send_capacity, receive_capacity)                                                \
  (INT64_C(0) + TCPCORE_ROUNDED(send_capacity) + TCPCORE_ROUNDED(receive_capacity) +                                    \
   TCPCORE_AT_MOST(8 + (send_capacity) / 1024, 4096) * 16 +                                                \
   TCPCORE_ROUNDED(TCPCORE_AT_MOST(4 + (receive_capacity) / 8192, 255) * 8))
/* What a ring class with samples_delivery_rate takes beside that. */
#define TCPCORE_RATE_BYTES(send_capacity)                                                                  \
  (INT64_C(336) + TCPCORE_ROUNDED(TCPCORE_AT_MOST(8 + (send_capacity) / 1024, 4096) * 8))
#define TCPCORE_ROUNDED(count) (((count) + 15) / 16 * 16)
#define TCPCORE_AT_MOST(count, most) ((count) < (most) ? (count) : (most))

/* ---- Lifecycle ---- */

/*
 * Makes a host in the caller's memory, and sets *host to it. The memory is overwritten, except for the rings,
 * which are touched only when data is written into them. It belongs to the host until the caller uses it for
 * something else; that is also how a host ends.
 *
 * bytes: the size of the memory. secret: 16 octets that nobody can guess, new for each start: initial
 * sequence numbers, ports, timestamps and hash tables are as hard to guess as they are (RFC 6528).
 * Errors: TCPCORE_ERROR_NULL, TCPCORE_ERROR_OVERLAP (an argument lies in the memory), those about
 * configurations and memory. The memory is then untouched, and *host is null unless `host` itself is the
 * error.
 */
int32_t tcpcore_init(void *memory, uint64_t bytes, const tcpcore_configuration_t *configuration,
                     const uint8_t secret[16], tcpcore_time_t now, tcpcore_host_t **host);

/*
 * Copies the host into `copy`, `bytes` long and not inside the host's memory. The copy holds secrets and
 * data: protect it like a key. It needs no alignment until it is restored.
 * Returns how many octets were written. Errors: TCPCORE_ERROR_BUFFER_TOO_SMALL, TCPCORE_ERROR_OVERLAP.
 */
int64_t tcpcore_snapshot(const tcpcore_host_t *host, void *copy, uint64_t bytes);

/*
 * Continues from a snapshot in `memory`, in this or another process of the same build, and sets *host to it.
 * The clock must continue from the other host's last reading. Every index and size in the snapshot is
 * checked.
 * Errors: TCPCORE_ERROR_BAD_SNAPSHOT, TCPCORE_ERROR_MEMORY_...; the memory is then unchanged, and *host is
 * null unless `host` itself is the error.
 */
int32_t tcpcore_restore(void *memory, uint64_t bytes, tcpcore_host_t **host);

/* ---- Interfaces ---- */

/* The device has verified the checksums of what it delivers. */
#define TCPCORE_VERIFIES_ARRIVING 1
/* The device fills in the TCP checksum of what it sends; it finds the pseudo header's sum in the field. */
#define TCPCORE_FILLS_DEPARTING 2

/*
 * Sets up an interface, or changes it while it runs. number: 0 up to `interfaces` less one. mtu: the largest
 * datagram in octets, 68 to 65,535; IPv6 needs 1,280. offload: what the device does about checksums, or 0.
 * Error: TCPCORE_ERROR_INVALID_ARGUMENT.
 */
int32_t tcpcore_set_interface(tcpcore_host_t *host, uint32_t number, uint32_t mtu, uint32_t offload);

/*
 * Gives an interface an address, or changes the prefix length of one it has; eight addresses at most. prefix:
 * 0 to 32, or to 128. Errors: TCPCORE_ERROR_INVALID_ARGUMENT, TCPCORE_ERROR_INVALID_ADDRESS,
 * TCPCORE_ERROR_INSUFFICIENT_RESOURCES.
 */
int32_t tcpcore_add_address(tcpcore_host_t *host, uint32_t number, tcpcore_address_t address, uint32_t prefix);

/*
 * Takes an address away. Connections that use it end with TCPCORE_END_ADDRESS_GONE; nothing more is sent from
 * it. Looks at every connection once. Errors: TCPCORE_ERROR_INVALID_ARGUMENT,
 * TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE.
 */
int32_t tcpcore_remove_address(tcpcore_host_t *host, uint32_t number, tcpcore_address_t address,
                               tcpcore_time_t now);

/*
 * An outage of an interface is over, or its device has come up: what waits there for a time-out that was
 * doubled leaves now, instead of up to a minute later, though nothing sooner than one plain time-out after it
 * left last. Call tcpcore_expire and tcpcore_transmit then. Looks at every connection once. Error:
 * TCPCORE_ERROR_INVALID_ARGUMENT.
 */
int32_t tcpcore_note_link_up(tcpcore_host_t *host, uint32_t number, tcpcore_time_t now);

/* ---- Options of connections ---- */

/*
 * Times are in milliseconds; UINT32_MAX means no limit. A value out of its range is clamped, except
 * maximum_sent_segment_size: 1 to 63 is TCPCORE_ERROR_INVALID_ARGUMENT wherever options are given.
 *
 * What a limit means when the clock jumps (the machine slept, or nobody called) or while the device accepts
 * nothing:
 * - retransmission_limit, handshake_limit, user_timeout and released_limit count only the time in which the
 *   host was able to send. After a pause, what was in flight is sent again and gets time to be answered;
 *   neither the pause counts, nor time in which a due segment could not leave. R1 counts the retransmissions
 *   that left.
 * - Keep-alive: probes that left are counted. After a pause the peer is probed once more before the
 *   connection ends.
 * - fin_wait_2_limit, half_open_lifetime and TIME-WAIT are clock time: it has passed for the network and the
 *   peer, too.
 */
typedef struct tcpcore_options {
  uint32_t minimum_timeout;      /* least retransmission time-out: 1,000 (RFC 6298) */
  uint32_t maximum_timeout;      /* largest: 60,000, and no less */
  uint32_t retransmission_limit; /* R2: how long data may be retransmitted without an answer: 100,000 */
  uint32_t handshake_limit;      /* R2 for SYN: 180,000 */
  uint32_t user_timeout;         /* how long data may stay unacknowledged (RFC 9293 section 3.10.8), two or
                                    more keep-alive probes unanswered, FIN-WAIT-2 last: no limit. A peer that
                                    answers window probes is not silent: before release only tcpcore_abort
                                    ends a connection whose window stays closed */
  uint32_t fin_wait_2_limit;     /* how long FIN-WAIT-2 lasts after release: 60,000 */
  uint32_t released_limit;       /* how long a released connection lasts while the peer acknowledges nothing
                                    new, also while it answers window probes (RFC 6429): 120,000. Then it ends
                                    with a reset. retransmission_limit and user_timeout
                                    end it before that where they are shorter */
  uint32_t keep_alive_idle;      /* before the first keep-alive probe: 7,200,000 */
  uint32_t keep_alive_interval;  /* between unanswered probes: 75,000 */
  uint32_t acknowledgment_delay; /* before data is acknowledged: 40, at most 499; 0: at once, each segment */
  uint16_t maximum_segment_size; /* our MSS in octets; 0: what the interface's MTU allows */
  uint8_t warning_retransmissions; /* R1: a soft error after so many: 3 */
  uint8_t keep_alive_probes;     /* how many may stay unanswered: 9 */
  uint8_t dscp;                  /* differentiated services code point: 0 to 63 */
  uint8_t hop_limit;             /* time to live: 64 */
  uint16_t flags;                /* TCPCORE_OPTION_..., by default all but KEEP_ALIVE, STRICT_TIMESTAMPS and
                                    FRAGMENTATION */
  uint32_t congestion_control;   /* TCPCORE_CONTROL_...: CUBIC; a change takes effect at once */
  uint32_t ecn;                  /* TCPCORE_ECN_...: ANSWER; the handshake decides */
  uint32_t maximum_sent_segment_size; /* the most that a segment of ours carries, in octets of options and
                                    data, as the peer's MSS counts them; 0: no limit but the peer's and the
                                    path's. Counts when the peer's SYN arrives: a later change does nothing */
  uint32_t user_timeout_policy;  /* TCPCORE_USER_TIMEOUT_...: OFF */
  uint32_t maximum_user_timeout; /* the most that a peer's user time-out option makes of ours: 3,600,000;
                                    100,000 to 65,535,000, in whole seconds */
} tcpcore_options_t;

/*
 * The user time-out option (RFC 5482). With ADOPT, how long data may stay unacknowledged is
 * retransmission_limit or what the peer's option says, whichever is more: 100 s and maximum_timeout at least,
 * maximum_user_timeout at most. The first keep-alive probe then waits longer than that. Nothing of it holds
 * where user_timeout is not UINT32_MAX, and a released connection waits no longer than released_limit.
 */
#define TCPCORE_USER_TIMEOUT_OFF 0      /* nothing is sent or heard; so does any other number */
#define TCPCORE_USER_TIMEOUT_ADOPT 1    /* nothing is sent */
#define TCPCORE_USER_TIMEOUT_EXCHANGE 2 /* retransmission_limit is sent, or user_timeout if that is
                                           less: with SYN, the first segment behind it, and after a change */

#define TCPCORE_CONTROL_NEWRENO 0 /* RFC 5681 and RFC 6582 */
#define TCPCORE_CONTROL_CUBIC 1   /* RFC 9438, with HyStart++ (RFC 9406); so does any other number */
#define TCPCORE_CONTROL_BBR 2     /* draft-ietf-ccwg-bbr-06; TCPCORE_ERROR_NOT_SUPPORTED where the ring class
                                     does not sample delivery rates */

/* Explicit congestion notification (RFC 3168). */
#define TCPCORE_ECN_OFF 0    /* not used */
#define TCPCORE_ECN_ANSWER 1 /* used where the peer's SYN offers it; so does any other number */
#define TCPCORE_ECN_OFFER 2  /* our SYN offers it, too */

#define TCPCORE_OPTION_NAGLE 1         /* a short segment waits while another short one is unacknowledged */
#define TCPCORE_OPTION_KEEP_ALIVE 2    /* idle connections are probed */
#define TCPCORE_OPTION_TIMESTAMPS 4    /* timestamps are offered (RFC 7323) */
#define TCPCORE_OPTION_WINDOW_SCALE 8  /* window scaling is offered (RFC 7323) */
#define TCPCORE_OPTION_SACK 16         /* SACK is offered (RFC 2018) */
#define TCPCORE_OPTION_SOFT_ERRORS 32  /* errors that do not end the connection are reported */
#define TCPCORE_OPTION_STRICT_TIMESTAMPS 64 /* segments without the timestamps that were agreed on are
                                               dropped, as RFC 7323 section 3.2 advises; some peers and
                                               middleboxes leave them out */
#define TCPCORE_OPTION_PACING 128      /* what may leave is spread over the round trip */
#define TCPCORE_OPTION_PATH_PROBING 256 /* where long segments are lost again and again, shorter ones are
                                           sent, and the largest that pass are looked for (RFC 4821) */
#define TCPCORE_OPTION_FRAGMENTATION 512 /* routers may cut our IPv4 datagrams in pieces: Don't Fragment is
                                            off */

/* Fills in the defaults. A null pointer is ignored. */
void tcpcore_options_default(tcpcore_options_t *options);

/* Reads, or replaces, the options of a connection. What its SYN offered does not change. Errors:
   TCPCORE_ERROR_STALE_HANDLE, TCPCORE_ERROR_NOT_SUPPORTED, TCPCORE_ERROR_INVALID_ARGUMENT. */
int32_t tcpcore_options(const tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_options_t *options);
int32_t tcpcore_set_options(tcpcore_host_t *host, tcpcore_handle_t handle, const tcpcore_options_t *options,
                            tcpcore_time_t now);

/* ---- Opening ---- */

/* Which peers a listener without an address of its own serves. */
#define TCPCORE_FAMILY_IPV4 0
#define TCPCORE_FAMILY_IPV6 1
#define TCPCORE_FAMILY_BOTH 2

/* What a listener does beyond serving one port of our addresses. */
#define TCPCORE_LISTEN_ANY_PORT 1 /* every port that no other listener serves; its own port must be 0 */
#define TCPCORE_LISTEN_FOREIGN 2  /* also destinations that are not ours, as a transparent proxy or the end
                                     of a tunnel does; its own address must be unspecified. Its connections
                                     have the address that their peer has called. */
#define TCPCORE_LISTEN_HOLD 4     /* a SYN is answered only when the program says so: see tcpcore_answer */

/*
 * Accepts connections to `local` from now on. family: TCPCORE_FAMILY_..., matters only where the address is
 * unspecified. backlog: the most handshakes and unaccepted connections at one time. ring_class: the rings of
 * its connections. traits: TCPCORE_LISTEN_... or 0. options: those of its connections; null for the defaults.
 * Of several listeners that might serve a SYN, one for its port goes before one for all ports, and then one
 * for its address before one for all.
 *
 * When the backlog or the table of half-open entries is full, a SYN is answered with a cookie, and no entry
 * is evicted (syn_cookies of the configuration). Without cookies it evicts the listener's own oldest entry if
 * that is old enough: one second at first, halved after each dropped SYN, down to 75 ms, until a handshake is
 * completed. Otherwise the SYN is dropped, and the peer sends it again. A listener with less than its share
 * of a full table evicts an entry of one that has more. When all connections are taken, a completed handshake
 * evicts a released connection whose peer has acknowledged nothing new for ten seconds.
 * Errors: TCPCORE_ERROR_CONNECTION_EXISTS, TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE,
 * TCPCORE_ERROR_INVALID_ADDRESS, TCPCORE_ERROR_INVALID_ARGUMENT, TCPCORE_ERROR_INSUFFICIENT_RESOURCES.
 */
int32_t tcpcore_listen(tcpcore_host_t *host, const tcpcore_endpoint_t *local, uint32_t family, uint32_t backlog,
                       uint32_t ring_class, uint32_t traits, const tcpcore_options_t *options,
                       tcpcore_handle_t *listener);

/*
 * Begins a connection; the event TCPCORE_WRITABLE means that it is established, TCPCORE_ENDED that it failed.
 * local: our address and port, or null, or partly zero: the host chooses. interface: its number, or
 * TCPCORE_ANY_INTERFACE; a link-local peer needs it where there are several.
 * Errors: those of tcpcore_listen, TCPCORE_ERROR_REMOTE_UNSPECIFIED.
 */
#define TCPCORE_ANY_INTERFACE UINT32_MAX
int32_t tcpcore_connect(tcpcore_host_t *host, const tcpcore_endpoint_t *remote, const tcpcore_endpoint_t *local,
                        uint32_t interface, uint32_t ring_class, const tcpcore_options_t *options,
                        tcpcore_time_t now, tcpcore_handle_t *connection);

/*
 * An active open on a listener: it stops listening, and its address and port become the local side of a
 * connection to `remote` (RFC 9293 section 3.10.1). Errors: those of tcpcore_connect; the listener is then
 * unchanged.
 */
int32_t tcpcore_connect_listener(tcpcore_host_t *host, tcpcore_handle_t listener,
                                 const tcpcore_endpoint_t *remote, tcpcore_time_t now,
                                 tcpcore_handle_t *connection);

/*
 * Accepts the oldest unaccepted connection of a listener. Fetching a connection's TCPCORE_ACCEPTED event
 * accepts it as well; use either. Errors: TCPCORE_ERROR_WOULD_BLOCK, TCPCORE_ERROR_STALE_HANDLE,
 * TCPCORE_ERROR_NOT_SUPPORTED.
 */
int32_t tcpcore_accept(tcpcore_host_t *host, tcpcore_handle_t listener, tcpcore_handle_t *connection);

/*
 * A SYN that waits for the program's decision, of a listener with TCPCORE_LISTEN_HOLD.
 *
 * Which handle: that of the event TCPCORE_REQUESTED, good for the three calls below and for no other; the
 * connection that follows has one of its own. Which event: TCPCORE_REQUESTED, once for each SYN, behind the
 * events of connections. A full event queue: there is none. A SYN waits in the half-open entry that it takes
 * from the time it comes on, and the queue links these. Who times it out: the host, half_open_lifetime after
 * the SYN came; then, and where the peer takes its SYN back, the listener is closed, or the entry goes to a
 * newer SYN in a flood (see tcpcore_listen), the handle is stale, and an event that was not fetched is gone.
 * The peer's SYN comes again meanwhile, and is not asked about twice. No cookie is ever sent for such a
 * listener: what finds no entry is dropped.
 */
typedef struct tcpcore_request {
  tcpcore_handle_t listener;
  tcpcore_endpoint_t local;  /* what the peer has called */
  tcpcore_endpoint_t remote; /* the peer */
  uint32_t interface;        /* the number of the interface it came in on */
  tcpcore_time_t deadline;   /* when it is given up */
} tcpcore_request_t;

/* What a SYN that waits asks for. Error: TCPCORE_ERROR_STALE_HANDLE. */
int32_t tcpcore_request(const tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_request_t *request);

/*
 * Answers it: the handshake goes on, with its whole time from now on, and TCPCORE_ACCEPTED follows. Error:
 * TCPCORE_ERROR_STALE_HANDLE.
 */
int32_t tcpcore_answer(tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_time_t now);

/*
 * Refuses it with the reset of a port where nobody listens, or in silence where is_silent is not 0; then the
 * peer's next SYN asks again. Error: TCPCORE_ERROR_STALE_HANDLE.
 */
int32_t tcpcore_refuse(tcpcore_host_t *host, tcpcore_handle_t handle, uint32_t is_silent, tcpcore_time_t now);

/* ---- Data ---- */

/*
 * Copies data into the send ring. Returns how many octets were taken; fewer than `count` is normal.
 * Errors: TCPCORE_ERROR_WOULD_BLOCK when the ring is full (TCPCORE_WRITABLE follows), TCPCORE_ERROR_CLOSING,
 * the reason when the connection has ended.
 */
int32_t tcpcore_write(tcpcore_host_t *host, tcpcore_handle_t connection, const void *octets, uint32_t count,
                      tcpcore_time_t now);

/* The same, and more data follows soon: what does not fill a segment waits for it, but no longer than 200 ms
   after all earlier data is acknowledged. */
int32_t tcpcore_write_more(tcpcore_host_t *host, tcpcore_handle_t connection, const void *octets, uint32_t count,
                           tcpcore_time_t now);

/* As tcpcore_write, and marks the data urgent up to its last octet. New applications should not (RFC
   6093). */
int32_t tcpcore_write_urgent(tcpcore_host_t *host, tcpcore_handle_t connection, const void *octets,
                             uint32_t count, tcpcore_time_t now);

/*
 * Copies data that arrived, in order. Returns how many octets: at least 1 unless `count` is 0.
 * Errors: TCPCORE_ERROR_WOULD_BLOCK when there is none (TCPCORE_READABLE follows),
 * TCPCORE_ERROR_END_OF_STREAM, the reason once all was read and the connection has ended.
 */
int32_t tcpcore_read(tcpcore_host_t *host, tcpcore_handle_t connection, void *octets, uint32_t count,
                     tcpcore_time_t now);

/*
 * Without a copy: the free space of the send ring, in order, as one or two runs. The caller may fill them
 * until the next tcpcore_write or tcpcore_commit on the connection, or its end; other calls only add space.
 * Returns the octets of both runs. Errors: as tcpcore_write, TCPCORE_ERROR_NOT_SUPPORTED for a listener.
 */
int32_t tcpcore_reserve(tcpcore_host_t *host, tcpcore_handle_t connection, tcpcore_run_t runs[2],
                        tcpcore_time_t now);

/* Takes the first `count` octets of the reserved space as data. Errors: those of tcpcore_reserve,
   TCPCORE_ERROR_INVALID_ARGUMENT if there is less space. */
int32_t tcpcore_commit(tcpcore_host_t *host, tcpcore_handle_t connection, uint32_t count, tcpcore_time_t now);

/* The same, and more data follows soon: as tcpcore_write_more. */
int32_t tcpcore_commit_more(tcpcore_host_t *host, tcpcore_handle_t connection, uint32_t count, tcpcore_time_t now);

/*
 * Without a copy: the data that arrived, in order, as one or two runs. They may be read, not written, until
 * the next tcpcore_read or tcpcore_consume on the connection, or its release. Returns the octets of both
 * runs. Errors: as tcpcore_read, TCPCORE_ERROR_NOT_SUPPORTED for a listener.
 */
int32_t tcpcore_peek(tcpcore_host_t *host, tcpcore_handle_t connection, tcpcore_run_t runs[2],
                     tcpcore_time_t now);

/* Removes the first `count` octets of that data. Errors: those of tcpcore_peek,
   TCPCORE_ERROR_INVALID_ARGUMENT if there is less data. */
int32_t tcpcore_consume(tcpcore_host_t *host, tcpcore_handle_t connection, uint32_t count, tcpcore_time_t now);

/* ---- Closing ---- */

/*
 * Closes the sending side; what was written is still delivered, and what arrives can still be read. A
 * listener accepts nothing more, and its handle becomes invalid. Errors: TCPCORE_ERROR_CLOSING,
 * TCPCORE_ERROR_STALE_HANDLE, the reason of the end.
 */
int32_t tcpcore_close(tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_time_t now);

/* Ends a connection at once, with a reset if there is a peer to receive it. What was received stays readable.
   The slot and the pair of endpoints stay taken until tcpcore_transmit has written the reset: until then
   tcpcore_connect with the same pair is answered with TCPCORE_ERROR_CONNECTION_EXISTS. */
int32_t tcpcore_abort(tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_time_t now);

/*
 * Releases a handle: closes the connection if that has not happened, and frees the slot as soon as the
 * protocol allows. Data that was not read, or arrives later, is answered with a reset. Every connection needs
 * this once, also after its end. To know that everything was delivered, keep the handle until TCPCORE_ENDED;
 * tcpcore_occupancy counts what is left.
 */
int32_t tcpcore_release(tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_time_t now);

/* ---- Events and status ---- */

#define TCPCORE_READABLE 1   /* there is data to read, or the end of the stream */
#define TCPCORE_WRITABLE 2   /* there is space to write; also: the connection is established */
#define TCPCORE_ACCEPTED 4   /* a listener has made this connection; its local port says which */
#define TCPCORE_ENDED 8      /* the connection has ended; its status says why */
#define TCPCORE_URGENT 16    /* the peer has marked urgent data, or moved the mark */
#define TCPCORE_SOFT_ERROR 32 /* an error that does not end the connection; its status says which */
#define TCPCORE_REQUESTED 64  /* a SYN waits for tcpcore_answer or tcpcore_refuse; its handle is for these */

typedef struct tcpcore_event {
  tcpcore_handle_t handle;
  uint32_t events; /* TCPCORE_READABLE and so on; several where they came together */
} tcpcore_event_t;

/*
 * The next connection with events. Each is queued once, with all events since it was last fetched, so the
 * queue cannot overflow and no event is lost. Returns 1, or 0 when there is none.
 */
int32_t tcpcore_next_event(tcpcore_host_t *host, tcpcore_event_t *event);

/*
 * Which of the wanted events hold for a connection at this moment, for programs that poll: TCPCORE_READABLE,
 * TCPCORE_WRITABLE (also once the connection has ended: writing does not block, it fails), TCPCORE_ENDED, and
 * TCPCORE_URGENT while urgent data is unread; for a listener TCPCORE_ACCEPTED while a connection waits to be
 * accepted. Fetches no event. Error: TCPCORE_ERROR_STALE_HANDLE.
 */
int32_t tcpcore_poll(const tcpcore_host_t *host, tcpcore_handle_t handle, uint32_t wanted);

/* States (RFC 9293 section 3.3.2). */
#define TCPCORE_CLOSED 0
#define TCPCORE_LISTEN 1
#define TCPCORE_SYN_SENT 2
#define TCPCORE_SYN_RECEIVED 3
#define TCPCORE_ESTABLISHED 4
#define TCPCORE_FIN_WAIT_1 5
#define TCPCORE_FIN_WAIT_2 6
#define TCPCORE_CLOSE_WAIT 7
#define TCPCORE_CLOSING 8
#define TCPCORE_LAST_ACK 9
#define TCPCORE_TIME_WAIT 10

/* The name in the RFC's spelling; "?" for any other number. Never null, always valid. */
const char *tcpcore_state_name(uint32_t state);

/* Why a connection has ended. */
#define TCPCORE_END_NONE 0         /* it has not */
#define TCPCORE_END_FINISHED 1     /* both closed, everything was acknowledged */
#define TCPCORE_END_RESET 2        /* the peer reset it */
#define TCPCORE_END_REFUSED 3      /* the peer refused it */
#define TCPCORE_END_TIMED_OUT 4    /* the peer did not answer in time */
#define TCPCORE_END_UNREACHABLE 5  /* the network says that the peer cannot be reached */
#define TCPCORE_END_ABORTED 6      /* the user aborted it */
#define TCPCORE_END_ADDRESS_GONE 7 /* the interface lost its address */

/* Errors that do not end a connection. */
#define TCPCORE_SOFT_NONE 0
#define TCPCORE_SOFT_RETRANSMISSIONS 1     /* R1: the same octets were retransmitted several times */
#define TCPCORE_SOFT_UNREACHABLE 2         /* the network could not reach the peer */
#define TCPCORE_SOFT_REFUSED 3             /* the network says that the peer refuses */
#define TCPCORE_SOFT_TIME_EXCEEDED 4       /* a datagram ran out of hops */
#define TCPCORE_SOFT_PARAMETER_PROBLEM 5   /* a router did not understand a datagram */

typedef struct tcpcore_status {
  tcpcore_endpoint_t local;
  tcpcore_endpoint_t remote;
  uint32_t state;             /* TCPCORE_CLOSED and so on */
  uint32_t end_reason;        /* TCPCORE_END_... */
  uint32_t soft_error;        /* TCPCORE_SOFT_...: the latest */
  uint32_t interface;         /* its number */
  uint32_t unread;            /* octets that arrived and were not read */
  uint32_t unacknowledged;    /* octets that were written and not acknowledged */
  uint32_t unsent;            /* octets that were written and never sent */
  uint32_t flight;            /* SND.NXT - SND.UNA */
  uint32_t send_room;         /* octets of free space in the send ring */
  uint32_t send_window;       /* SND.WND */
  uint32_t receive_window;    /* RCV.WND */
  uint32_t congestion_window; /* cwnd in octets */
  uint32_t slow_start_threshold; /* ssthresh in octets; UINT32_MAX before any loss */
  uint32_t segment_size;      /* octets of data in the largest segment towards the peer */
  uint32_t urgent;            /* octets up to the end of urgent data that were not read */
  uint32_t early_ranges;      /* ranges of data that arrived out of order */
  uint32_t retransmissions;   /* segments sent again */
  uint32_t waiting;           /* of a listener: connections to be accepted */
  uint32_t congestion_control; /* TCPCORE_CONTROL_... */
  uint32_t congestion_phase;  /* TCPCORE_PHASE_... */
  uint32_t uses_ecn;          /* 1 where both sides use ECN (RFC 3168), else 0 */
  uint32_t in_network;        /* of `flight`, octets neither lost nor reported by the peer (RFC 6675) */
  uint32_t losses;            /* how often a segment counted as lost, so that it is sent again */
  uint32_t reductions_undone; /* how often a loss or a time-out was none, and cwnd was restored */
  uint32_t unanswered_timeouts;      /* time-outs since something was acknowledged, up to 255 */
  uint32_t pacing_rate;       /* octets in a second, up to UINT32_MAX; 0 where nothing is paced */
  uint32_t path_mtu;          /* the largest datagram that the path is known, or believed, to take */
  uint32_t searches_path_mtu; /* 1 while larger ones are tried (RFC 4821), else 0 */
  uint32_t user_timeout;      /* how long the peer may acknowledge nothing new, in milliseconds; UINT32_MAX:
                                 no limit. What the peer's option makes of it counts (RFC 5482) */
  uint32_t peer_user_timeout; /* what the peer's option said last, in milliseconds; 0 before there was one */
  uint64_t delivery_rate;            /* how fast the network delivered last, in octets a second; 0 where
                                        samples_delivery_rate is 0, and before the first sample */
  uint64_t smoothed_round_trip;      /* SRTT in microseconds; 0 before the first sample */
  uint64_t round_trip_variance;      /* RTTVAR in microseconds; 0 before the first sample */
  uint64_t minimum_round_trip;       /* of the last five minutes; UINT64_MAX before the first sample */
  uint64_t reordering_window;        /* how long what may only be late does not count as lost, where the peer
                                        reports ranges (RFC 8985); microseconds */
  uint64_t retransmission_timeout;   /* RTO with its back-off, in microseconds */
  tcpcore_time_t deadline;    /* when its next timer is due, or TCPCORE_NEVER */
} tcpcore_status_t;

/* What the congestion window does. */
#define TCPCORE_PHASE_SLOW_START 0              /* it grows by what is acknowledged */
#define TCPCORE_PHASE_CONSERVATIVE_SLOW_START 1 /* by a quarter of that, since round trips became longer */
#define TCPCORE_PHASE_AVOIDANCE 2               /* as TCPCORE_CONTROL_... has it */
#define TCPCORE_PHASE_RECOVERY 3                /* not at all: what was lost is sent again */

/* The status of a connection or listener. Error: TCPCORE_ERROR_STALE_HANDLE. */
int32_t tcpcore_status(const tcpcore_host_t *host, tcpcore_handle_t handle, tcpcore_status_t *status);

/*
 * Walks over all connections and listeners: *cursor is 0 at first; each call advances it. Returns 1 and a
 * handle, or 0 at the end.
 */
int32_t tcpcore_next_handle(const tcpcore_host_t *host, uint32_t *cursor, tcpcore_handle_t *handle);

/* How many entries of each kind are taken, including connections whose handle was released. */
typedef struct tcpcore_occupancy {
  uint32_t connections;
  uint32_t half_open;
  uint32_t time_wait;
  uint32_t listeners;
} tcpcore_occupancy_t;

int32_t tcpcore_occupancy(const tcpcore_host_t *host, tcpcore_occupancy_t *occupancy);

/* Every datagram has one outcome, and each outcome is counted. */
#define TCPCORE_OUTCOMES 41

typedef struct tcpcore_counters {
  uint64_t outcomes[TCPCORE_OUTCOMES]; /* by the result of tcpcore_arrive */
  uint64_t segments_sent;
  uint64_t segments_retransmitted;
  uint64_t timeouts;            /* expiries of the retransmission timer */
  uint64_t fast_retransmits;
  uint64_t reductions_undone;   /* recoveries and time-outs that were needless: the window was restored */
  uint64_t tail_loss_probes;    /* RFC 8985 section 7 */
  uint64_t window_probes;
  uint64_t keep_alive_probes;
  uint64_t challenges_throttled;
  uint64_t replies_dropped;     /* the table of replies was full */
  uint64_t half_open_recycled;  /* evicted for a newer one */
  uint64_t half_open_expired;   /* never answered */
  uint64_t time_wait_recycled;  /* evicted early for a newer one */
  uint64_t connections_established;
  uint64_t connections_reset;
  uint64_t connections_timed_out;
  uint64_t window_scales_clamped; /* shifts above 14 in a peer's option */
  uint64_t path_mtu_reductions;
  uint64_t probe_answers_throttled; /* answers to keep-alives, window probes and repeated SYN-ACKs */
  uint64_t timestamps_missing;  /* segments taken without the timestamps that were agreed on */
  uint64_t released_recycled;   /* released connections without progress that were evicted for a completed
                                   handshake */
  uint64_t ecn_marks;           /* segments of data with a congestion mark, where ECN is used */
  uint64_t ecn_echoes;          /* acknowledgments with ECE, where ECN is used */
  uint64_t ecn_reductions;      /* times such a one took the congestion window down */
  uint64_t cookies_sent;        /* SYNs answered with a cookie */
  uint64_t cookies_accepted;    /* connections that began with one; refused: the outcome "bad cookie" */
  uint64_t black_holes;         /* paths that took no long segments while nobody said so (RFC 4821) */
  uint64_t path_probes;         /* probes of the path MTU sent */
  uint64_t path_probes_lost;    /* of these, those that were lost */
} tcpcore_counters_t;

/* The host's counters since it was made; they only grow. */
int32_t tcpcore_counters(const tcpcore_host_t *host, tcpcore_counters_t *counters);

/* A hash of all state that the host's behaviour depends on, for comparing states; the same on every machine.
   It covers connections, half-open and TIME-WAIT entries, listeners, options, interfaces, answer quotas and
   waiting replies, but neither the secret nor the configuration. Times count from the latest time passed to
   any call. 0 if there is no host. */
uint64_t tcpcore_digest(const tcpcore_host_t *host);

/* ---- The network ---- */

/*
 * A datagram has come in on an interface: `count` octets from its IP header on, which are not changed. This
 * call sends nothing, and does a bounded amount of work for any datagram.
 * Returns 0 if it was processed, else the number of its outcome (1 to TCPCORE_OUTCOMES - 1: damaged, for
 * nobody, outside the window, and so on), whose name is tcpcore_outcome_name().
 * Errors: TCPCORE_ERROR_NULL, TCPCORE_ERROR_NO_HOST, TCPCORE_ERROR_OVERLAP: the datagram was not processed.
 */
int32_t tcpcore_arrive(tcpcore_host_t *host, uint32_t interface, const void *datagram, uint32_t count,
                       tcpcore_time_t now);

/* The name of an outcome; "?" for any other number. Never null, always valid. */
const char *tcpcore_outcome_name(uint32_t outcome);

/*
 * Writes the next datagram that is to be sent, and the number of its interface, unless `interface` is null.
 * `bytes` must be at least the largest MTU of the interfaces. Nothing counts as sent before it is in the
 * buffer.
 * Returns its length, or 0 when there is nothing to send. Error: TCPCORE_ERROR_BUFFER_TOO_SMALL.
 */
int32_t tcpcore_transmit(tcpcore_host_t *host, void *buffer, uint32_t bytes, tcpcore_time_t now,
                         uint32_t *interface);

/*
 * Does what is due: retransmission, probes, delayed acknowledgments, expiry of entries. budget: the most
 * timers to handle, at least 1. Returns 1 if more is due, else 0. Errors: TCPCORE_ERROR_INVALID_ARGUMENT for
 * a budget of 0; TCPCORE_ERROR_CLOCK_WENT_BACK, and nothing was done: for the host no time passes until the
 * clock has caught up. A clock may read anything below 2^62 (146,000 years); beyond that, time no longer
 * advances.
 */
int32_t tcpcore_expire(tcpcore_host_t *host, tcpcore_time_t now, uint32_t budget);

/*
 * When tcpcore_expire or tcpcore_transmit has something to do next: perhaps a little early, never late. A
 * time in the past means now; TCPCORE_NEVER means not before a datagram arrives or a call is made. 0 if there
 * is no host. The host is not const: timers whose deadline has moved away are armed for the later one here.
 */
tcpcore_time_t tcpcore_deadline(tcpcore_host_t *host);

/* When tcpcore_expire alone has something to do next. For a program whose device accepts nothing at the
   moment: until it does, tcpcore_deadline only says "now". */
tcpcore_time_t tcpcore_timer_deadline(tcpcore_host_t *host);

#ifdef __cplusplus
}
#endif
#endif
