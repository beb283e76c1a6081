#include "pages.h"

#include <string.h>

#include "octets.h"

#define MOST_OCTETS UINT64_C(1000000000000)

static const char page[] =
    "<!doctype html><title>tcp-core</title><h1>It works.</h1>"
    "<p>This page came out of one static array.</p>\n";

/* ---- The request ---- */

static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter + ('a' - 'A')) : letter; }

/* Whether `text`, up to `end`, begins with lower-case `words`, whatever its case. */
static bool begins(const char *text, const char *end, const char *words) {
  for (; *words != 0; words++, text++) {
    if (text == end || lower(*text) != *words) return false;
  }
  return true;
}

/* Whether the client wants no further exchange on this connection. */
static bool wants_close(const char *request, const char *end) {
  const char *line = memchr(request, '\n', (size_t)(end - request));
  if (line == NULL || line - request < 10 || !begins(line - 9, line, "http/1.1")) return true;
  for (; line != NULL; line = memchr(line, '\n', (size_t)(end - line))) {
    line++;
    if (!begins(line, end, "connection:")) continue;
    for (line += 11; line < end && *line == ' '; line++) continue;
    return begins(line, end, "close");
  }
  return false;
}

/* Whether the request is for octets, and how many. */
static bool is_for_octets(const char *request, const char *end, uint64_t *count) {
  static const char target[] = "GET /octets/";
  const char *letter = request + sizeof target - 1;
  if (end - request < (ptrdiff_t)sizeof target || memcmp(request, target, sizeof target - 1) != 0) return false;
  uint64_t value = 0;
  const char *first = letter;
  for (; letter < end && *letter >= '0' && *letter <= '9'; letter++) {
    value = value * 10 + (uint64_t)(*letter - '0');
    if (value > MOST_OCTETS) return false;
  }
  *count = value;
  return letter > first && letter < end && *letter == ' ';
}

/* Takes octets of the request until its blank line, and not one more: the next request may be behind it. */
static int32_t read_request(tcpcore_host_t *host, tcpcore_handle_t connection, struct pages_exchange *exchange,
                            tcpcore_time_t now) {
  while (exchange->request_count < PAGES_REQUEST_BYTES) {
    tcpcore_run_t runs[2];
    int32_t unread = tcpcore_peek(host, connection, runs, now);
    if (unread < 0) return unread;
    uint32_t taken = 0;
    bool is_complete = false;
    const uint8_t *octets = runs[0].octets;
    /* The second run is looked at in the next round. */
    while (taken < runs[0].count && exchange->request_count < PAGES_REQUEST_BYTES && !is_complete) {
      exchange->request[exchange->request_count++] = (char)octets[taken++];
      const char *end = exchange->request + exchange->request_count;
      is_complete = exchange->request_count >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0;
    }
    int32_t result = tcpcore_consume(host, connection, taken, now);
    if (result < 0) return result;
    if (is_complete) break;
  }
  return TCPCORE_OK;
}

/* ---- The response ---- */

static void put(struct pages_exchange *exchange, const char *words) {
  while (*words != 0 && exchange->head_count < PAGES_HEAD_BYTES) exchange->head[exchange->head_count++] = *words++;
}

static void put_number(struct pages_exchange *exchange, uint64_t number) {
  char digits[21];
  char *first = digits + 20;
  *first = 0;
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  put(exchange, first);
}

static void put_head(struct pages_exchange *exchange, const char *status, const char *type) {
  put(exchange, "HTTP/1.1 ");
  put(exchange, status);
  put(exchange, "\r\nContent-Type: ");
  put(exchange, type);
  put(exchange, "\r\nContent-Length: ");
  put_number(exchange, exchange->body_count);
  put(exchange, exchange->is_last ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
}

static void begin_response(struct pages_exchange *exchange) {
  const char *end = exchange->request + exchange->request_count;
  exchange->is_responding = true;
  exchange->is_page = false;
  exchange->head_count = 0;
  exchange->head_written = 0;
  exchange->body_count = 0;
  exchange->body_written = 0;
  if (memcmp(end - 4, "\r\n\r\n", 4) != 0) {
    exchange->is_last = true;
    put_head(exchange, "431 Request Header Fields Too Large", "text/plain");
    return;
  }
  if (wants_close(exchange->request, end)) exchange->is_last = true;
  if (memcmp(exchange->request, "GET / ", 6) == 0) {
    exchange->is_page = true;
    exchange->body_count = sizeof page - 1;
    put_head(exchange, "200 OK", "text/html");
  } else if (is_for_octets(exchange->request, end, &exchange->body_count)) {
    put_head(exchange, "200 OK", "application/octet-stream");
  } else {
    /* Another method may bring a body, which must not be taken for a request. */
    if (memcmp(exchange->request, "GET ", 4) != 0) exchange->is_last = true;
    exchange->body_count = 0;
    put_head(exchange, "404 Not Found", "text/plain");
  }
}

/* Writes from memory. Returns how many octets were taken, or an error. */
static int32_t write_page(tcpcore_host_t *host, tcpcore_handle_t connection, const struct pages_exchange *exchange,
                          tcpcore_time_t now) {
  uint32_t rest = (uint32_t)(exchange->body_count - exchange->body_written);
  return tcpcore_write(host, connection, page + exchange->body_written, rest, now);
}

/* Computes octets in the place that they are sent from. Returns how many, or an error. */
static int32_t write_octets(tcpcore_host_t *host, tcpcore_handle_t connection, const struct pages_exchange *exchange,
                            tcpcore_time_t now) {
  tcpcore_run_t room[2];
  int32_t result = tcpcore_reserve(host, connection, room, now);
  if (result < 0) return result;
  uint64_t offset = exchange->body_written;
  for (int run = 0; run < 2; run++) {
    uint64_t rest = exchange->body_count - offset;
    uint32_t count = rest < room[run].count ? (uint32_t)rest : room[run].count;
    octets_fill(0, offset, room[run].octets, count);
    offset += count;
  }
  uint32_t filled = (uint32_t)(offset - exchange->body_written);
  result = tcpcore_commit(host, connection, filled, now);
  return result < 0 ? result : (int32_t)filled;
}

/* Writes as much of the response as there is room for. Returns TCPCORE_OK when all is written, or an
   error. */
static int32_t write_response(tcpcore_host_t *host, tcpcore_handle_t connection, struct pages_exchange *exchange,
                              tcpcore_time_t now) {
  while (exchange->head_written < exchange->head_count) {
    uint32_t rest = exchange->head_count - exchange->head_written;
    int32_t taken = tcpcore_write(host, connection, exchange->head + exchange->head_written, rest, now);
    if (taken < 0) return taken;
    exchange->head_written += (uint32_t)taken;
  }
  while (exchange->body_written < exchange->body_count) {
    int32_t taken = exchange->is_page ? write_page(host, connection, exchange, now)
                                      : write_octets(host, connection, exchange, now);
    if (taken < 0) return taken;
    exchange->body_written += (uint32_t)taken;
  }
  return TCPCORE_OK;
}

enum verdict pages_serve(tcpcore_host_t *host, tcpcore_handle_t connection, struct pages_exchange *exchange,
                         tcpcore_time_t now) {
  for (;;) {
    int32_t result;
    if (exchange->is_responding) {
      result = write_response(host, connection, exchange, now);
      if (result == TCPCORE_OK) {
        exchange->is_responding = false;
        exchange->request_count = 0;
      }
    } else {
      if (exchange->is_last && exchange->request_count == 0) return SERVICE_FINISHED;
      result = read_request(host, connection, exchange, now);
      if (result == TCPCORE_OK) begin_response(exchange);
    }
    if (result == TCPCORE_ERROR_WOULD_BLOCK) return SERVICE_WAITS;
    if (result == TCPCORE_ERROR_END_OF_STREAM) return SERVICE_FINISHED;
    if (result < 0) return SERVICE_FAILED;
  }
}
