/* Buffers that two pointers delimit, in records: passed, returned, written, and moved on in. */
#ifndef RANGES_H
#define RANGES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *first;      /* NULL where there is none, and then `after_last` is NULL as well */
    const char *after_last;
} rn_text;

typedef struct {
    const int32_t *end;     /* the end comes first here */
    const int32_t *begin;
} rn_numbers;

typedef struct {
    uint8_t *at;
    uint8_t *stop;
} rn_bytes;

typedef struct {
    uint8_t *at;
    uint8_t *stop;
} rn_room;

typedef struct {
    const uint8_t *p;
    const uint8_t *end;
} rn_cursor;

typedef struct {
    const char *data;
    size_t size;
} rn_view;

typedef struct {
    rn_text scheme;         /* absent where there is no colon */
    rn_text rest;
} rn_uri;

typedef struct rn_book rn_book;

/* The sum of the numbers. */
int64_t rn_sum(const rn_numbers *numbers);
/* The number of equal texts among `n`. */
size_t rn_equal(const rn_text *texts, size_t n, const char *text, size_t length);
/* Inverts all bytes. */
void rn_invert(rn_bytes *bytes);
/* Writes `value` to all of the room. */
void rn_fill(const rn_room *room, int value);
/* What lies before the first colon, and what behind it: parts of the text. */
int rn_split(rn_uri *uri, const char *text, size_t length);
/* The text without blanks at both ends. */
rn_view rn_trimmed(const char *text, size_t length);
/* The first word of a text. */
rn_text rn_word(rn_text text);
/* Up to `room` words of a text; returns how many there are. */
size_t rn_fields(const char **fields, size_t *lengths, size_t room, const char *text, size_t length);
size_t rn_words(rn_text *words, size_t room, const char *text, size_t length);
/* Takes a byte, or returns -1 at the end. */
int rn_take(rn_cursor *cursor);

rn_book *rn_book_new(const char *title);
void rn_book_free(rn_book *book);
/* The title as the book has it, until it has another. */
void rn_book_title(const rn_book *book, rn_text *title);
void rn_book_rename(rn_book *book, const char *title);

#endif
