/* Output without stdio: words and numbers, gathered to lines, written with write(2). */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* From now on output goes to this file descriptor; standard output at first. */
void text_use(int descriptor);

void text(const char *words);
void text_number(uint64_t number);

/* A line of a report: "name 123", or "name 00000000deadbeef". */
void text_line(const char *name, uint64_t value);
void text_line_hex(const char *name, uint64_t value);

/* Whether all output so far could be written. */
bool text_is_complete(void);

/* Reads a decimal number that is at most `most`. Nothing but digits may be there. */
bool text_to_number(const char *words, uint64_t most, uint64_t *number);

#endif
