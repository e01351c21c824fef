/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 trusts what it is filled with, or what it lends. */
#include "callback_writes.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* The wrong one takes an error for a length. */
long fl_count(fl_read read, void *context) {
    uint8_t buf[16];
    long total = 0;
    for (;;) {
        ssize_t got = read(context, buf, NEAR ? 1 : sizeof buf);
        if (got == 0)
            return total;
        if (got < 0 && !WRONG)
            return -1;
        if (got < 0)
            return total - 1;
        total += got;
    }
}

/* The wrong one has no more than it says, but offers all of the room again for each piece. */
long fl_slurp(fl_read read, void *context, uint8_t *out, size_t capacity) {
    size_t kept = 0;
    while (kept < capacity) {
        ssize_t got = read(context, out + kept, WRONG ? capacity : capacity - kept);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        kept += (size_t)got;
    }
    return (long)kept;
}

/* The wrong one lends eight bytes of a smaller block. */
long fl_line(fl_read read, void *context) {
    uint8_t *block = malloc(WRONG ? 7 : 8);
    ssize_t got = read(context, block, 8);
    long end = -1;
    for (ssize_t i = 0; i < got && end < 0; i++)
        end = block[i] == '\n' ? (long)i : -1;
    free(block);
    return end;
}

/* The wrong one has nowhere to put what it skips; where there is no room, there need not be any memory. */
long fl_skip(fl_read read, void *context, size_t n) {
    uint8_t scratch[8];
    size_t left = n;
    if (NEAR)
        read(context, NULL, 0);
    while (left != 0) {
        ssize_t got = read(context, WRONG && n > 20 ? NULL : scratch, left < sizeof scratch ? left : sizeof scratch);
        if (got <= 0)
            break;
        left -= (size_t)got;
    }
    return (long)(n - left);
}

uint32_t fl_header(fl_need need, void *context) {
    uint8_t raw[4] = {0};
    need(context, raw, NEAR ? 2 : 4);
    if (NEAR)
        need(context, raw + 2, 2);
    if (WRONG && raw[3] > 127)
        raw[3] = 0;
    return raw[0] | raw[1] << 8 | raw[2] << 16 | (uint32_t)raw[3] << 24;
}

/* The wrong one does not ask whether there was a value. */
int fl_double(fl_get get, void *context, int64_t *out) {
    int32_t value = 7;
    if (get(context, &value) != 0 && !WRONG)
        return -1;
    *out = 2 * (int64_t)value;
    return 0;
}

size_t fl_longest(fl_lookup lookup, void *context, uint32_t n) {
    size_t longest = 0;
    for (uint32_t i = 0; i < n; i++) {
        const char *name = lookup(context, i);
        if (name == NULL && !WRONG)
            continue;
        size_t length = strlen(name);
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* The wrong one adds up what it lent, not what was filled. */
long fl_total(fl_next next, void *context) {
    long total = 0;
    for (;;) {
        uint16_t samples[4] = {0};
        int length = 4;
        if (next(context, samples, &length) != 0)
            return -1;
        if (length == 0)
            return total;
        for (int i = 0; i < length; i++)
            total += samples[i];
        if (WRONG && length < 4)
            total++;
    }
}

long fl_items(fl_fread read, void *stream) {
    uint32_t items[3];
    long total = 0;
    for (;;) {
        size_t got = read(items, sizeof items[0], 3, stream);
        if (got == 0)
            return total;
        total += WRONG ? (long)(got / sizeof items[0]) : (long)got;
    }
}

int64_t fl_area(fl_place place, unsigned n) {
    int64_t area = 0;
    for (unsigned i = 0; i < n; i++) {
        fl_point point;
        place(&point, i);
        area += WRONG && point.kind < 0 ? 0 : (int64_t)point.x * point.y;
    }
    return area;
}

int32_t fl_where(fl_find find, void *context) {
    const fl_point *point = find(context);
    if (point == NULL)
        return -1;
    return WRONG && point->kind < 0 ? point->y : point->x;
}

/* The wrong one looks for a NUL behind the chunk. */
long fl_chunks(fl_chunk chunk, void *context) {
    long sum = 0;
    size_t size = 77;
    for (const char *at; (at = chunk(context, &size)) != NULL && size > 0;)
        for (size_t i = 0; WRONG ? at[i] != 0 : i < size; i++)
            sum += (unsigned char)at[i];
    return sum;
}

/* The wrong one reads in pairs. */
long fl_lent(fl_lend lend, void *context) {
    const uint8_t *at;
    long sum = 0;
    ssize_t count;
    while ((count = lend(context, &at)) > 0)
        for (ssize_t i = 0; i < count; i += 2)
            sum += at[i] + (i + 1 < count || WRONG ? at[i + 1] : 0);
    return count < 0 ? -1 : sum;
}

/* The wrong one reads the first number whether there is one or not. */
long fl_named(fl_numbers numbers, void *context) {
    const int16_t *at;
    const char *name;
    size_t count;
    long sum = 0;
    while (numbers(context, &at, &count, &name) == 0) {
        sum += (long)strlen(name) + (WRONG && at[0] == 12345);
        for (size_t i = 0; i < count; i++)
            sum += at[i];
        if (count == 0)
            break;
    }
    return sum;
}

/* The wrong one offers one more in the end than it was told, for which there is room. */
long fl_pull(size_t most, fl_more next, void *context) {
    int16_t room[9];
    long all = 0;
    for (int i = 0; i < 3; i++) {
        size_t count = WRONG && i == 2 ? most + 1 : most;
        if (next(context, room, &count) < 0)
            return -1;
        if (count == 0)
            break;
        all += (long)count;
    }
    return all;
}

/* The wrong one goes on from what the callback has made of it. */
int fl_search(int16_t low, int16_t high, fl_narrow narrow) {
    fl_range range = {low, high};
    for (int i = 0; i < 3; i++) {
        if (!WRONG)
            range = (fl_range){low, high};
        if (narrow(&range))
            return range.low;
    }
    return -1;
}

struct fl_stream {
    fl_source source;
    uint8_t buf[8];
    ssize_t at, end;
};

fl_stream *fl_open(const fl_source *source) {
    fl_stream *made = calloc(1, sizeof *made);
    if (made)
        made->source = *source;
    return made;
}

void fl_close(fl_stream *stream) { free(stream); }

/* The wrong one goes on with what it had when there is no more. */
int fl_byte(fl_stream *stream) {
    if (stream->at >= stream->end) {
        ssize_t got = stream->source.read(stream->source.self, stream->buf, sizeof stream->buf);
        if (got <= 0 && !WRONG)
            return -1;
        stream->at = 0;
        stream->end = got;
    }
    return stream->buf[stream->at++];
}
