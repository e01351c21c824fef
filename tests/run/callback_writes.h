/* Functions that have callbacks fill memory, or hand some out: see callback_writes.c. */
#ifndef FILLS_H
#define FILLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef ssize_t (*fl_read)(void *context, uint8_t *buf, size_t room);
long fl_count(fl_read read, void *context);
long fl_slurp(fl_read read, void *context, uint8_t *out, size_t capacity);
long fl_line(fl_read read, void *context);
long fl_skip(fl_read read, void *context, size_t n);

typedef void (*fl_need)(void *context, uint8_t *data, size_t length);
uint32_t fl_header(fl_need need, void *context);

typedef int (*fl_get)(void *context, int32_t *value);
int fl_double(fl_get get, void *context, int64_t *out);

typedef const char *(*fl_lookup)(void *context, uint32_t id);
size_t fl_longest(fl_lookup lookup, void *context, uint32_t n);

typedef int (*fl_next)(void *context, uint16_t *samples, int *length);
long fl_total(fl_next next, void *context);

typedef size_t (*fl_fread)(void *to, size_t size, size_t count, void *stream);
long fl_items(fl_fread read, void *stream);

typedef struct fl_point { int8_t kind; int32_t x, y; } fl_point;
typedef void (*fl_place)(fl_point *point, unsigned index);
int64_t fl_area(fl_place place, unsigned n);

typedef const fl_point *(*fl_find)(void *context);
int32_t fl_where(fl_find find, void *context);

typedef const char *(*fl_chunk)(void *context, size_t *size);
long fl_chunks(fl_chunk chunk, void *context);

typedef ssize_t (*fl_lend)(void *context, const uint8_t **bytes);
long fl_lent(fl_lend lend, void *context);

typedef int (*fl_numbers)(void *context, const int16_t **numbers, size_t *count, const char **name);
long fl_named(fl_numbers numbers, void *context);

typedef int (*fl_more)(void *context, int16_t *samples, size_t *count);
long fl_pull(size_t most, fl_more next, void *context);

typedef struct fl_range { int16_t low, high; } fl_range;
typedef int (*fl_narrow)(fl_range *range);
int fl_search(int16_t low, int16_t high, fl_narrow narrow);

typedef struct fl_source {
    ssize_t (*read)(void *self, void *to, size_t room);
    void *self;
} fl_source;
typedef struct fl_stream fl_stream;
fl_stream *fl_open(const fl_source *source);
void fl_close(fl_stream *stream);
int fl_byte(fl_stream *stream);

#endif
